"""The package's rooms stand on each other in one order, and none is large."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "tl_course"
# Ground floor first. What is not named here (cli, doctor, runner, memory) is above them all.
ROOMS = [
    *("errors", "files", "data", "models", "profiles", "training", "explain", "studies", "view"),
    *("widgets", "exercises", "grading"),
]


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tl_course."):
            names.add(node.module.split(".")[1])
    return names & set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_below_it(room: str) -> None:
    allowed = set(ROOMS[: ROOMS.index(room) + 1])

    for path in [p for p in PACKAGE.rglob("*.py") if room_of(p) == room]:
        assert imported_rooms(path) <= allowed, path.name


def test_drawing_needs_nothing_of_the_course() -> None:
    for path in (PACKAGE / "data" / "drawing").glob("*.py"):
        modules = {
            node.module for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tl_course")
        }  # fmt: skip
        assert all(module.startswith("tl_course.data.drawing.") for module in modules), path.name


def test_imports_within_the_package_are_absolute() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.ImportFrom) and node.level), path


def test_no_file_is_long() -> None:
    long = [path.name for path in PACKAGE.rglob("*.py") if len(path.read_text("utf-8").splitlines()) > 315]

    assert long == []
