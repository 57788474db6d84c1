"""A made-up class, drawn from a seed: notebooks filled in with known answers, and the truth about them.

    python -m tests.grading.classroom OUT --students 200 --seed 1 --layout moodle

Students differ in ability and tasks in difficulty, so that a report on the class has something to show.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tl_course.exercises.checks import Result, judge
from tl_course.exercises.notebook import ask_here
from tl_course.exercises.registry import find_check

from ..exercises.library import ROOT, Known, cells, known_answers, reference, run
from .names import full_names

LESSONS = ("01", "02", "03", "04", "05")
MARKS = ("### BEGIN SOLUTION", "### END SOLUTION")
SHORT_TEXT = "The weights are the same, so it must be the pictures of the users."


@dataclass(frozen=True)
class Student:
    """`id` is the roster's, `key` what the layout calls the student, `ability` has mean 0 and deviation 1."""

    id: str
    name: str
    key: str
    ability: float


@dataclass(frozen=True)
class Handed:
    """What one student did with one task: `known` is the answer from the library, None where there is none.

    `state` is "right", "wrong", "untouched" or, for a text task, "written".
    """

    student: str
    lesson: str
    task: str
    state: str
    known: Known | None = None


@dataclass(frozen=True)
class Truth:
    """What is in a made-up class, for comparison with what a report finds there."""

    students: tuple[Student, ...]
    handed: tuple[Handed, ...]
    files: tuple[Path, ...]

    def mistakes(self, seed: Callable[[str, str], int] | int = 0) -> Counter[tuple[str, str]]:
        """How many students made each mistake: (task, the hint's text) to a number of them.

        `seed` is that of the checks, or gives it for a student's key and a lesson.
        """
        draw = seed if callable(seed) else lambda student, lesson: seed
        return Counter(
            (one.task, mistake)
            for one in self.handed
            if one.known
            for mistake in set(expected(one.known, draw(one.student, one.lesson)).mistakes)
        )

    def hints(self) -> Counter[tuple[str, str]]:
        """How many wrong answers of each kind were put in: (task, the library's piece of the hint)."""
        wrong = [one.known for one in self.handed if one.known and not one.known.right]
        return Counter((known.task, known.hint) for known in wrong)

    def of(self, student: str) -> list[Handed]:
        """All that the student with this key handed in."""
        return [one for one in self.handed if one.student == student]

    def as_data(self) -> dict[str, Any]:
        """For JSON; an answer from the library is named by its heading there."""
        handed = [{**asdict(one), "known": one.known and one.known.about} for one in self.handed]
        return {"students": [asdict(one) for one in self.students], "handed": handed}


@cache
def expected(known: Known, seed: int) -> Result:
    """What the check says to a known answer on the inputs of `seed`."""
    check, answer = find_check(known.task), answer_of(known)
    return judge(known.task, check, seed, lambda inputs: ask_here(check.probe, answer, inputs))


@cache
def answer_of(known: Known) -> Any:
    return run(known.lesson, known.task, known.source)


# A layout gives the key by which a download calls a student, and where the file lies in it.
def in_folders(id_: str, name: str, file: str) -> tuple[str, str]:
    return name, f"{name}/{file}"


def from_moodle(id_: str, name: str, file: str) -> tuple[str, str]:
    return name, f"{name}_{id_[1:]}_assignsubmission_file/{file}"


def from_canvas(id_: str, name: str, file: str) -> tuple[str, str]:
    key = "".join(letter for letter in name if letter.isalnum()).lower()
    return key, f"{key}_{id_[1:]}_{7_000_000 + int(id_[1:])}_{file}"


def for_nbgrader(id_: str, name: str, file: str) -> tuple[str, str]:
    return id_, f"{id_}/exercises/{file}"


LAYOUTS = {"folders": in_folders, "moodle": from_moodle, "canvas": from_canvas, "nbgrader": for_nbgrader}


def make_class(
    into: Path, students: int, seed: int, lessons: Sequence[str] = ("01",), layout: str = "folders"
) -> Truth:
    """Write a class's notebooks under `into`; the same arguments give the same files."""
    random = Random(f"class {seed}")
    people, handed, files = [], [], []
    for number, name in enumerate(full_names(students, random), start=1):
        id_ = f"s{number + 10_000}"
        key = LAYOUTS[layout](id_, name, "")[0]
        person = Student(id_, name, key, random.gauss(0, 1))
        people.append(person)
        for lesson in lessons:
            done = [_attempt(person, lesson, task, seed) for task in _tasks(lesson)]
            path = into / LAYOUTS[layout](id_, name, edition(lesson).name)[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(filled(lesson, done), encoding="utf-8")
            handed += done
            files.append(path)
    return Truth(tuple(people), tuple(handed), tuple(files))


def edition(lesson: str) -> Path:
    """The notebook that students of the lesson get."""
    return next((ROOT / "exercises").glob(f"{lesson}_*.ipynb"))


def filled(lesson: str, done: Iterable[Handed]) -> str:
    """The student edition with these answers in it, as JSON."""
    notebook = json.loads(edition(lesson).read_text(encoding="utf-8"))
    answers = {one.task: one for one in done if one.state != "untouched"}
    for cell in notebook["cells"]:
        one = answers.get(cell["metadata"]["nbgrader"]["grade_id"])
        if one and one.known:
            check = "".join(cell["source"]).rstrip().splitlines()[-1]
            cell["source"] = f"{one.known.source}\n\n\n{check}".splitlines(keepends=True)
        elif one:
            cell["source"] = _text(one).splitlines(keepends=True)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def right_answers(lesson: str, task: str) -> list[Known]:
    """The library's, and the solution as a student would have written it."""
    lines = [line for line in reference(lesson, task).splitlines() if line.strip() not in MARKS]
    solution = Known(lesson, task, True, "the solution", "", "\n".join(lines).strip())
    return [solution, *(known for known in known_answers(lesson, task) if known.right)]


def wrong_answers(lesson: str, task: str) -> list[Known]:
    return [known for known in known_answers(lesson, task) if not known.right]


def _tasks(lesson: str) -> list[tuple[str, str]]:
    """The kind and the name of each task, in the notebook's order."""
    answered = [cell for cell in cells(lesson) if cell.metadata.nbgrader.solution]
    return [
        ("text" if cell.cell_type == "markdown" else "check", cell.metadata.nbgrader.grade_id)
        for cell in answered
    ]


def _attempt(student: Student, lesson: str, kind_and_task: tuple[str, str], seed: int) -> Handed:
    """An answer as by a two-parameter model: the chance of being right is a curve over ability."""
    kind, task = kind_and_task
    item, own = Random(f"item {seed} {task}"), Random(f"answer {seed} {student.id} {task}")
    slope, difficulty = item.uniform(0.8, 2.0), item.gauss(-0.3, 0.9)
    if own.random() < 0.25 * _logistic(-student.ability - 1):
        return Handed(student.key, lesson, task, "untouched")
    if kind == "text":
        return Handed(student.key, lesson, task, "written")
    right = own.random() < _logistic(slope * (student.ability - difficulty))
    choice = right_answers(lesson, task) if right else wrong_answers(lesson, task)
    item.shuffle(choice)  # which mistake is the frequent one differs from class to class
    known = own.choices(choice, [1 / rank for rank in range(1, len(choice) + 1)])[0]
    return Handed(student.key, lesson, task, "right" if right else "wrong", known)


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _text(one: Handed) -> str:
    """Half a page from the solution, or a sentence: a person marks it, so nothing more is known of it."""
    random = Random(f"text {one.student} {one.task}")
    model = next(cell.source for cell in cells(one.lesson) if cell.metadata.nbgrader.grade_id == one.task)
    sentences = model.partition("**Rubric.**")[0].replace("\n", " ").split(". ")
    kept = [sentence for sentence in sentences if random.random() < 0.4]
    return ". ".join(kept) or SHORT_TEXT


def main() -> None:
    """Write a class, and what is in it beside it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lessons", nargs="+", choices=LESSONS, default=["01"])
    parser.add_argument("--layout", choices=sorted(LAYOUTS), default="folders")
    parser.add_argument("--truth", type=Path, help="a JSON file for what is in the class")
    given = parser.parse_args()
    truth = make_class(given.out, given.students, given.seed, given.lessons, given.layout)
    if given.truth:
        given.truth.write_text(json.dumps(truth.as_data(), ensure_ascii=False, indent=1), encoding="utf-8")
    states = Counter(one.state for one in truth.handed)
    print(f"{len(truth.files)} notebooks of {len(truth.students)} students:", dict(sorted(states.items())))


if __name__ == "__main__":
    main()
