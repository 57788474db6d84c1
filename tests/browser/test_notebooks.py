"""Every notebook of the course, opened in JupyterLab and run from top to bottom as a student would."""

from __future__ import annotations

import pytest

from .servers import FOLDERS, ROOT

NOTEBOOKS = [
    path.relative_to(ROOT).as_posix()
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.ipynb"))
    if ".ipynb_checkpoints" not in path.parts
]


def scope_of_its_own(path: str) -> str:
    """An id by which xdist gives each notebook to the next free process: loadscope splits ids at "::"."""
    return f"{path}::all cells"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=scope_of_its_own)
def test_a_notebook_runs_in_jupyterlab_and_its_outputs_are_accessible(lesson, check_accessibility, path):
    # also an exercise that nobody has solved: its checks answer "not attempted" and nothing raises
    check_accessibility(lesson(path))
