"""Who is in the class: the roster, and the persons that uploads name."""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path

from tl_course.errors import CourseError
from tl_course.grading.intake.naming import IDS, Claim, Parts, shown

COLUMNS = ("student", "name", "email", *IDS, "section")


@dataclass(frozen=True)
class Person:
    """A student. `ids` has what is known of the columns moodle_id, canvas_id, sis_id, login and section."""

    key: str
    name: str
    email: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)


class Roster:
    """The class list, in the file's order; iterable."""

    def __init__(self, persons: Sequence[Person]) -> None:
        self.persons = tuple(persons)
        self._keys = {one.key: one for one in persons}
        self._ids = _index(persons, lambda one: [(name, one.ids[name]) for name in IDS if name in one.ids])
        self._words = [_index(persons, words) for words in (_key_words, _id_words, _name_words)]

    def __iter__(self) -> Iterator[Person]:
        return iter(self.persons)

    def __len__(self) -> int:
        return len(self.persons)

    def find(self, label: str, **ids: str) -> Person | None:
        """The one person with this id, key, e-mail address or name; None for nobody and for more than one.

        Case, spaces, Unicode normal forms and "Last, First" make no difference.
        """
        found = self.matches(label, **ids)
        return found[0] if len(found) == 1 else None

    def matches(self, label: str, **ids: str) -> list[Person]:
        """All whom the label may mean. The surest decides: a platform's id, the key, other ids, the name."""
        label = shown(label)
        for one in ids.items():
            if one in self._ids:
                return self._ids[one]
        if label in self._keys:
            return [self._keys[label]]
        folded, joined = _folded(label), "".join(_split(label))
        for index, word in zip(self._words, (folded, folded, joined), strict=True):
            if word in index:
                return [one for one in index[word] if not _contradicts(one, ids)]
        return []


def _contradicts(person: Person, ids: Mapping[str, str]) -> bool:
    """Whether an id shows a namesake. Moodle's does not: it is another one in each assignment."""
    return any(person.ids.get(name, one) != one for name, one in ids.items() if name != "moodle_id")


def _index(persons: Iterable[Person], entries: Callable[[Person], Iterable]) -> dict[object, list[Person]]:
    index: dict[object, list[Person]] = {}
    for one in persons:
        for entry in set(entries(one)):
            index.setdefault(entry, []).append(one)
    index.pop("", None)
    return index


def _key_words(person: Person) -> list[str]:
    return [_folded(person.key)]


def _id_words(person: Person) -> list[str]:
    return [_folded(person.email), *(_folded(person.ids[name]) for name in IDS if name in person.ids)]


def _name_words(person: Person) -> list[str]:
    """Every way to begin the name with another of its words, in one word: Canvas writes `musteranna`."""
    words = _split(person.name)
    return ["".join(words[i:] + words[:i]) for i in range(len(words))]


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _split(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return re.findall(r"(?:[^\W_]|[\u0300-\u036f])+", folded)


def read_roster(path: Path) -> Roster:
    """The class list in a CSV file with a column `student` (the key) and any of COLUMNS.

    Separated by comma, semicolon or tab, in UTF-8 or Windows-1252. Raises CourseError naming the line.
    """
    try:
        text = _decoded(path.read_bytes())
    except OSError as problem:
        raise CourseError(f"The roster {path} cannot be read ({problem.strerror}).") from None
    header = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count))
    persons: dict[str, tuple[int, Person]] = {}
    try:
        columns = _columns(next(reader, []), path)
        for row in reader:
            if any(map(str.strip, row)):
                _add(persons, _person(row, columns, f"{path}, line {reader.line_num}"), reader.line_num, path)
    except csv.Error as problem:
        raise CourseError(f"{path}, line {reader.line_num}: {problem}. Save it as CSV again.") from None
    if not persons:
        raise CourseError(f"The roster {path} names no students: write one a line below the header.")
    return Roster([person for _, person in persons.values()])


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _columns(header: Sequence[str], path: Path) -> list[str]:
    """The column names, with unknown ones, which are left alone, as they are."""
    columns = [re.sub(r"[\s-]+", "_", name.strip().casefold()) for name in header]
    if "student" not in columns:
        near = difflib.get_close_matches("student", columns, n=1)
        hint = f"Did you mean {header[columns.index(near[0])].strip()!r}? " if near else ""
        raise CourseError(f'{path}, line 1: there is no column "student". {hint}Rename the column of keys.')
    if twice := [name for name in COLUMNS if columns.count(name) > 1]:
        raise CourseError(f'{path}, line 1: the column "{twice[0]}" is there twice. Delete one.')
    return columns


def _person(row: Sequence[str], columns: Sequence[str], line: str) -> Person:
    if any(cell.strip() for cell in row[len(columns) :]):
        raise CourseError(f'{line}: more fields than columns. Put quotes around "Last, First".')
    cells = {
        name: shown(cell)
        for name, cell in zip(columns, row, strict=False)
        if name in COLUMNS and cell.strip()
    }
    if "student" not in cells:
        raise CourseError(f"{line}: no student. Write the key that names this student.")
    key = cells.pop("student")
    return Person(key, cells.pop("name", key), cells.pop("email", ""), cells)


def _add(persons: dict[str, tuple[int, Person]], person: Person, line: int, path: Path) -> None:
    folded = _folded(person.key)
    if folded in persons:
        first = persons[folded][0]
        raise CourseError(f"{path}, line {line}: student {person.key!r} is in line {first} too. Delete one.")
    persons[folded] = line, person


Known = tuple[Person, tuple[str, ...]]


def recognise(claims: Iterable[Claim], roster: Roster | None) -> dict[Claim, Known]:
    """The person behind each claim, with notes; whom the roster lacks becomes a person of their own."""
    known: dict[Claim, Known] = {}
    own: dict[Claim, tuple[str, ...]] = {}
    for claim in claims:
        found = roster.matches(claim.label, **dict(claim.ids)) if roster else []
        if len(found) == 1:
            known[claim] = replace(found[0], ids={**dict(claim.ids), **found[0].ids}), ()
        else:
            own[claim] = _unknown(found) if roster else ()
    taken = {one.key for one in roster} if roster else set()
    persons = _own_persons(own, taken)
    return known | {
        claim: (persons[claim], notes + _namesake(persons[claim])) for claim, notes in own.items()
    }


def _namesake(person: Person) -> tuple[str, ...]:
    return () if person.key == person.name else ("shares a name with others: a roster tells them apart",)


def _unknown(found: Sequence[Person]) -> tuple[str, ...]:
    if not found:
        return ("not on the roster",)
    keys = " or ".join(one.key for one in found[:3])
    return (f"not told apart on the roster: may be {keys}",)


def _own_persons(claims: Iterable[Claim], taken: set[str]) -> dict[Claim, Person]:
    """A person for each name.

    Moodle gives a student another number in each assignment, so that only two numbers in one place are two
    persons of one name.
    """
    by_name: dict[str, list[Claim]] = {}
    for claim in claims:
        by_name.setdefault(_spelt(claim.label), []).append(claim)
    groups = [group for name in sorted(by_name) for group in _persons_of(by_name[name])]
    labels = [shown(group[0].label) for group in groups]
    times, used = Counter(labels), taken | set(labels)
    persons: dict[Claim, Person] = {}
    for label, group in zip(labels, groups, strict=True):
        ids = {name: value for claim in sorted(group, key=_by_place) for name, value in claim.ids}
        alone = times[label] == 1 and label not in taken
        key = label if alone else _new_key(label, next(iter(ids.values()), ""), used)
        used.add(key)
        persons |= {claim: Person(key, label, ids=ids) for claim in group}
    return persons


def _new_key(label: str, number: str, used: set[str]) -> str:
    """The label with the platform's number, or the next free one, for persons of one name."""
    keys = (f"{label} ({one})" for one in chain([number] if number else [], count(1)))
    return next(key for key in keys if key not in used)


def _persons_of(claims: Sequence[Claim]) -> list[list[Claim]]:
    numbers: dict[Parts, set[tuple[tuple[str, str], ...]]] = {}
    for claim in claims:
        if claim.ids:
            place = claim.place if claim.ids[0][0] == "moodle_id" else ()
            numbers.setdefault(place, set()).add(claim.ids)
    if all(len(ids) == 1 for ids in numbers.values()):
        return [list(claims)]
    return [[one for one in claims if one.ids == ids] for ids in sorted({one.ids for one in claims})]


def _by_place(claim: Claim) -> tuple[Parts, tuple[tuple[str, str], ...]]:
    return claim.place, claim.ids


def _spelt(label: str) -> str:
    return unicodedata.normalize("NFC", " ".join(label.split()))
