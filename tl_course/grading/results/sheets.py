"""CSV as spreadsheets and learning platforms read and write it."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tl_course.errors import CourseError

BOM = "\ufeff"  # without it Excel reads UTF-8 as the system's own encoding, and saves names that way
NUMBER = re.compile(r"-?\d+(\.\d+)?")
# At the start of a cell, and after what another locale takes for the end of one.
FORMULA = re.compile(r"(^|[;\t\r\n])(\s*[=+\-@＝＋－＠]|[\t\r\n])")
CONTROLS = "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f"
TURNS = "\\u202a-\\u202e\\u2066-\\u2069"  # they change the direction of writing for what comes after
NO_CHARACTERS = "\\ud800-\\udfff\\ufffe\\uffff"  # halves of pairs, and two that never are any
UNSEEN = re.compile(f"[{CONTROLS}{TURNS}{NO_CHARACTERS}]")


def visible(text: str) -> str:
    """`text` with a replacement sign for each character that nobody sees and that does harm."""
    return UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)


def cell(value: object) -> str:
    """A table's cell that no spreadsheet takes for a formula; numbers stay numbers.

    An apostrophe goes before what would start one: https://owasp.org/www-community/attacks/CSV_Injection
    """
    text = visible(str(value))
    return text if NUMBER.fullmatch(text) else FORMULA.sub(r"\1'\2", text)


def as_csv(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """The rows as they are; cells with a student's words have gone through `cell` before."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


@dataclass(frozen=True)
class Line:
    """A row of an instructor's file, and where it stands, so that a mistake in it can be named."""

    path: Path
    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """A cell without blanks around it; empty where the column is absent."""
        return self.cells.get(column, "").strip()

    def one_of(self, column: str, known: Mapping[str, str], kind: str) -> str:
        """The value that `known` has for the cell; raises CourseError with the nearest name."""
        text = self.text(column)
        if text in known:
            return known[text]
        near = difflib.get_close_matches(text, known, n=1, cutoff=0.5)
        raise self.error(f"there is no {kind} {text!r}." + (f" Did you mean {near[0]!r}?" if near else ""))

    def between(self, column: str, low: float, high: float) -> float:
        """The cell's number, with a point or a comma; raises CourseError outside of [low, high]."""
        text = self.text(column).replace(",", ".")
        if not NUMBER.fullmatch(text):
            raise self.error(f"{column} is {self.text(column)!r}, which is not a number.")
        if not low <= float(text) <= high:
            raise self.error(f"{column} is {text}; it goes from {low:g} to {high:g}.")
        return float(text)

    def error(self, problem: str) -> CourseError:
        """`problem` with the file and the line."""
        return CourseError(f"{self.path.name}, line {self.number}: {problem}")


@dataclass(frozen=True)
class Sheet:
    """A CSV as its author wrote it: `rows` has the cells, `lines` the same by lower-case column name."""

    delimiter: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[Line, ...]


def read_sheet(path: Path, columns: Sequence[str]) -> Sheet:
    """The CSV at `path`, with `,` or `;`, with or without BOM; `columns` have to be there.

    Raises CourseError for a file that can't be read, a missing column, and a row with too many cells.
    """
    text = _text(path)
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = _rows(path, text, delimiter)
    head = rows[0][1] if rows else ()
    names = [name.strip().lower() for name in head]
    missing = [name for name in columns if name not in names]
    if missing:
        raise CourseError(f"{path.name} has no column {missing[0]!r}: its first line names the columns.")
    lines = []
    for number, row in rows[1:]:
        line = Line(path, number, dict(zip(names, row, strict=False)))
        if len(row) > len(head):
            raise line.error(
                f"{len(row)} cells for {len(head)} columns: quote a text that has {delimiter!r}."
            )
        lines.append(line)
    return Sheet(delimiter, head, tuple(row for _, row in rows[1:]), tuple(lines))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CourseError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CourseError(f'{path} is not UTF-8: save it as "CSV UTF-8".') from None


def _rows(path: Path, text: str, delimiter: str) -> list[tuple[int, tuple[str, ...]]]:
    """Each row with the line that it starts in, without the empty ones."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    rows, start = [], 1
    try:
        for row in reader:
            if any(one.strip() for one in row):
                rows.append((start, tuple(row)))
            start = reader.line_num + 1
    except csv.Error as error:
        raise CourseError(f"{path.name}, line {reader.line_num}: {error}.") from None
    return rows
