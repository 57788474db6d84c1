"""The stored measurements of benchmarks/mixed_precision.py: what each precision costs, by device."""

from __future__ import annotations

from typing import Any

from tl_course.errors import CourseError
from tl_course.studies import store
from tl_course.studies.store import Row, Study

NAME = "mixed_precision"
COMMAND = "python benchmarks/mixed_precision.py --save"
DEVICE_TYPES = ("cuda", "mps", "cpu")
# What the other rows of a model are compared with: what `fit` does without mixed precision.
REFERENCE = {"mode": "fp32", "layout": "channels last", "compiled": False}


def load_precision_tables() -> list[Study]:
    """The table of each device type that was measured, GPUs first.

    A table's `settings` name the `device` and its `device_type`. A row is of one `model` at `pixels`, one
    `mode` ("fp32", "tf32", "bf16", "fp16") and memory `layout` ("channels last", "contiguous"), `compiled`
    or not. It has `images_per_second` (the best of its `rates`, one a round), `memory` (MB, 10^6 bytes) and,
    where compiled, `compile_seconds`; or else the `reason` why it was not measured.

    Raises CourseError where no table is stored, and for a damaged one.
    """
    tables = [store.read(NAME, device_type, COMMAND) for device_type in DEVICE_TYPES]
    found = [table for table in tables if table is not None]
    if not found:
        raise CourseError(f"No mixed-precision table is stored. Measure this machine: {COMMAND}")
    return found


def save_precision_table(rows: list[Row], settings: Row, command: str) -> Study:
    """Store the rows in place of those that this device type had; `command` is what has measured them."""
    table = Study(NAME, rows, settings, store.versions(), command)
    store.write(table, settings["device_type"])
    return table


def against_fp32(table: Study, row: Row) -> dict[str, float | None]:
    """The `speed` and `memory` of a row as multiples of its model's in fp32; None where not measured."""
    reference = next(iter(table.where(model=row["model"], **REFERENCE)), {})
    return {
        "speed": _ratio(row, reference, "images_per_second"),
        "memory": _ratio(row, reference, "memory"),
    }


def precision_table(table: Study) -> str:
    """The table as text, one line a row."""
    settings = table.settings
    title = f"{settings['device']}, {table.versions['machine']}, torch {table.versions['torch']}, "
    head = (
        f"{'model':<18}{'mode':<15}{'layout':<14}{'images/s':>10}{'x fp32':>8}{'MB':>9}{'x fp32':>8}"
        f"{'compile s':>11}  rounds"
    )
    lines = [title + f"batches of {settings['batch_size']}", head]
    return "\n".join(lines + [_line(table, row) for row in table.rows])


def _line(table: Study, row: Row) -> str:
    mode = f"{row['mode']} compiled" if row["compiled"] else row["mode"]
    start = f"{row['model']:<18}{mode:<15}{row['layout']:<14}"
    if row.get("reason"):
        return f"{start}  {row['reason']}"
    ratios = against_fp32(table, row)
    rates = " ".join(f"{rate:.1f}" for rate in row["rates"])
    return (
        f"{start}{row['images_per_second']:10.1f}{_number(ratios['speed'], 8, 2)}{row['memory']:9.0f}"
        f"{_number(ratios['memory'], 8, 2)}{_number(row.get('compile_seconds'), 11, 1)}  {rates}"
    )


def _ratio(row: Row, reference: Row, column: str) -> float | None:
    value, unit = row.get(column), reference.get(column)
    return value / unit if value and unit else None


def _number(value: Any, width: int, digits: int) -> str:
    return f"{'-':>{width}}" if value is None else f"{value:{width}.{digits}f}"
