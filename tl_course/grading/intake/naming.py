"""Who handed a file in, told from where it lay: the namings of learning platforms, folders, file names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timezone

Parts = tuple[str, ...]

TOPICS = ("feature_extraction", "fine_tuning", "backbone_swaps", "mixed_precision", "grad_cam")
LITTER = {
    "__macosx", ".ds_store", "thumbs.db", "desktop.ini", ".ipynb_checkpoints", "__pycache__", ".git"
}  # fmt: skip
DEEPEST = 4
WRAPPERS = {"submitted", "submission", "submissions"}
IDS = ("moodle_id", "canvas_id", "sis_id", "login", "ilias_id")

SEPARATOR = "[ _.-]"
_TOPIC = "|".join(topic.replace("_", f"{SEPARATOR}?") for topic in TOPICS)
_NUMBER = rf"(?:(?:lesson|exercises?|notebook){SEPARATOR}?0?|0)[1-5]"
_LESSON = rf"(?:{_NUMBER}(?:{SEPARATOR}(?:{_TOPIC}))?|(?:{_TOPIC}))"
# The lesson is the last that is named: student_02_03 is student_02's third.
WITH_LESSON = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_LESSON}(?:{SEPARATOR}(?P<name>.*))?",
        rf"(?P<name>.+?){SEPARATOR}{_LESSON}",
        rf"(?P<name>.+){SEPARATOR}{_NUMBER}{SEPARATOR}.*",
        rf"(?P<name>.+?){SEPARATOR}(?:{_TOPIC}){SEPARATOR}.*",
    )
)
NUMBERED = re.compile(rf"(?P<name>.+){SEPARATOR}(?P<number>\d\d\d?)")
BLACKBOARDS_SUMMARY = re.compile(r".+_attempt_\d{4}(?:-\d\d){5}\.txt")
COPY = re.compile(r"(?: ?\((?P<number>\d{1,4})\)|[ _-]copy ?\d{0,4})$", re.IGNORECASE)

# The first fit decides, and each ends its name as early as it can: what follows is the student's to choose.
PLATFORMS = tuple(
    re.compile(pattern)
    for pattern in (
        # Moodle, with a folder for each student and without
        r"(?P<name>.+?)_(?P<moodle_id>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?",
        # Blackboard
        r".+?_(?P<login>[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.+))?",
        # Canvas: user, then submission; a lesson's number starts with 0, an id never does
        r"(?P<name>[^_]+)_(?:(?P<late>LATE)_)?(?P<canvas_id>[1-9]\d*)_[1-9]\d*_(?P<file>.+)",
        # Brightspace
        r"\d+-\d+ - (?P<name>.+?) - (?P<when>[A-Z][a-z]{2} \d{1,2}, \d{4} \d{3,4} [AP]M)",
        # ILIAS: last name, first name, login, number
        r"(?P<name>[^_]+_[^_]+)_(?P<login>[^_]+)_(?P<ilias_id>[1-9]\d*)",
    )
)


@dataclass(frozen=True)
class Claim:
    """What a path says of who handed in and when; an empty `label` names nobody.

    `place` are the folders above the student's. `by_platform`: a platform wrote the name, not the student.
    `refused` says why the file is no notebook whatever it is called.
    """

    label: str
    ids: tuple[tuple[str, str], ...] = ()
    place: Parts = ()
    attempt: int = 0
    moment: float | None = None
    notes: tuple[str, ...] = ()
    by_platform: bool = False
    refused: str = ""


def shown(text: str, longest: int = 120) -> str:
    """`text` for people to read: one line, NFC, without control and direction marks, never empty.

    Bytes that are no UTF-8 become U+FFFD. The two joiners stay: names in Persian and Hindi need them.
    """
    text = re.sub("[\ud800-\udfff]", "\ufffd", unicodedata.normalize("NFC", text))
    text = " ".join("".join(map(_visible, text)).split())
    return (text if len(text) <= longest else f"{text[: longest - 1]}…") or "\ufffd"


def _visible(sign: str) -> str:
    if sign in "\u200c\u200d" or unicodedata.category(sign) not in ("Cc", "Cf"):
        return sign
    return " " if sign.isspace() else ""


def is_litter(parts: Parts) -> bool:
    """Files that systems, editors and Blackboard leave behind, and that nobody handed in."""
    return any(part.casefold() in LITTER or part.startswith("._") for part in parts) or bool(
        parts and BLACKBOARDS_SUMMARY.fullmatch(parts[-1])
    )


def by_platform(name: str) -> Claim | None:
    """What a folder or file that Moodle, Canvas, Blackboard, Brightspace or ILIAS has named says."""
    found = next((match for one in PLATFORMS if (match := one.fullmatch(name))), None)
    if not found:
        return None
    said = {key: value for key, value in found.groupdict().items() if value}
    label = said.get("name") or said["login"]
    if label == "Participant" and "moodle_id" in said:  # Moodle hides the names while marking is blind
        label = f"Participant {said['moodle_id']}"
    return Claim(
        label,
        ids=tuple((key, said[key]) for key in IDS if key in said),
        attempt=_resubmission(said["file"]) if "canvas_id" in said else 0,
        moment=_moment(said.get("when", "")),
        notes=("marked late by Canvas",) if "late" in said else (),
        by_platform=True,
        refused="is text typed into Moodle, not a notebook" if said.get("kind") == "onlinetext" else "",
    )


def copy_number(name: str) -> int:
    """2 for `01 (2).ipynb`: browsers and platforms count files of one name that way."""
    found = COPY.search(stem(name))
    return int(found["number"] or 0) if found else 0


def stem(name: str) -> str:
    """The name without its ending."""
    return name.rpartition(".")[0] or name


def without_lesson(name: str) -> str:
    """The student's part of a file's stem; empty where only the lesson is named."""
    while found := COPY.search(name):
        name = name[: found.start()]
    found = next((match for one in WITH_LESSON if (match := one.fullmatch(name))), None)
    return ((found["name"] or "") if found else name).strip(" _.-")


def _resubmission(file: str) -> int:
    """Canvas adds -1, -2, ... to the name of a file that is handed in again."""
    found = re.fullmatch(r".*-([1-9]\d{0,3})", stem(file))
    return int(found[1]) if found else 0


def _moment(text: str) -> float | None:
    for pattern in ("%Y-%m-%d-%H-%M-%S", "%b %d, %Y %I%M %p"):
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=timezone.utc).timestamp()
        except ValueError:
            continue
    return None


class Layout:
    """Which part of a path names the student, told from the paths of all notebooks and zips together.

    `root` is the name of the folder or zip that they lie in; `known` tells whether the roster has a name.
    A student's own folders and files never name another student: only the first part that is not a folder
    for the whole class is read.
    """

    def __init__(self, paths: Collection[Parts], root: str, known: Callable[[str], bool]) -> None:
        self.root, self.known = root, known
        self.level, self.only = self._students_level(paths)
        paths = [path for path in paths if self.covers(path)]
        stems = [stem(path[self.level]) for path in paths if len(path) == self.level + 1]
        self.counted = _counted_students(stems)
        flat = len(stems) == len(paths)
        self.is_one_student = flat and not any(self._student(one) for one in stems)

    def covers(self, parts: Parts) -> bool:
        """Whether a path belongs to what is handed in; an nbgrader course holds more than `submitted`."""
        return parts[: len(self.only)] == self.only

    def claim(self, parts: Parts) -> Claim:
        """Who handed in the file at this path."""
        level = min(self.level, len(parts) - 1)
        head, place = parts[level], parts[:level]
        if (said := by_platform(head)) and not self.known(head):
            return replace(said, place=place)
        if len(parts) > level + 1:
            return Claim(head, place=place)
        return Claim(self.root if self.is_one_student else self._student(stem(head)), place=place)

    def _student(self, name: str) -> str:
        """Of a notebook that lies among all: the roster's name where it fits, else all but the lesson."""
        numbered = NUMBERED.fullmatch(name)
        if self.known(name) or (numbered and numbered["name"] in self.counted):
            return name
        return without_lesson(name)

    def _students_level(self, paths: Collection[Parts]) -> tuple[int, Parts]:
        """How many folders lie above the students', and the path of nbgrader's `submitted`, if any."""
        level = 0
        while level < DEEPEST:
            if only := _submitted(paths, level):
                return level + 1, only
            if not self._is_for_the_class(paths, level):
                break
            level += 1
        return level, ()

    def _is_for_the_class(self, paths: Collection[Parts], level: int) -> bool:
        """Whether the folders at this level hold students rather than are students."""
        if not paths or any(len(path) < level + 2 for path in paths):
            return False
        heads = {path[level] for path in paths}
        if any(by_platform(head) or self.known(head) for head in heads):
            return False
        if all(head.casefold() in WRAPPERS or head == self.root or _is_lesson(head) for head in heads):
            return True
        if all(by_platform(path[level + 1]) for path in paths):
            return True
        if len(heads) > 1 or self.root == "submitted":  # nbgrader's folder holds students and nothing above
            return False
        return self._holds_students([path[level + 1 :] for path in paths])

    def _holds_students(self, paths: Collection[Parts]) -> bool:
        """Whether the only folder there is looks like a class: two students or more, or one of the roster."""
        folders = {path[0] for path in paths if len(path) > 1}
        files = {stem(path[0]) for path in paths if len(path) == 1}
        names = {one: without_lesson(one) for one in files}
        students = folders | set(names.values()) - {""}
        if any(map(self.known, students | files)) or len(students) > len(TOPICS):
            return True
        if any(map(_is_lesson, folders)) or any(name in ("", one) for one, name in names.items()):
            return False
        return len(students) > 1


def _submitted(paths: Collection[Parts], level: int) -> Parts:
    """nbgrader's folder, which holds student/assignment/notebook, at this level."""
    found = {
        path[: level + 1]
        for path in paths
        if path[level : level + 1] == ("submitted",) and len(path) > level + 3
    }
    return found.pop() if len(found) == 1 else ()


def _is_lesson(name: str) -> bool:
    return not without_lesson(name)


def _counted_students(stems: Collection[str]) -> set[str]:
    """`student` where student_01 to student_30 handed in: these numbers count students, not lessons."""
    found = [match for one in stems if (match := NUMBERED.fullmatch(one))]
    return {match["name"] for match in found if not re.fullmatch("0[1-5]", match["number"])}
