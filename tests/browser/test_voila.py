"""A lesson as an app: voila runs it and shows its widgets, and nothing in them needs JupyterLab."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from .pages import ERROR_OUTPUTS, RUN_PATIENCE, Watch
from .servers import ROOT, Server, voila_server

WITH_FOLDS, *OTHERS = [f"notebooks/{path.name}" for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
KNOWN = {r"https://cdn\.jsdelivr\.net/npm/@fortawesome/": "voila's own page asks there for icons"}


@pytest.fixture
def voila(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Server]:
    """Voila on the lesson that the test names."""
    folders = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")
    with voila_server(*folders, request.param) as server:
        yield server


@pytest.fixture
def app(voila: Server, page: Any) -> Any:
    """The page when every cell has run; fails on an error, and on a request that leaves the machine."""
    watch = Watch(voila, page, KNOWN)
    page.goto(voila.address(""), timeout=RUN_PATIENCE * 1000)  # voila answers when every cell has run
    page.locator(".tl-panel").first.wait_for()
    assert page.locator(ERROR_OUTPUTS).all_inner_texts() == []
    assert watch.faults == []
    return page


@pytest.mark.skipif("TL_COURSE_VOILA" not in os.environ, reason="takes minutes: set TL_COURSE_VOILA=1")
@pytest.mark.parametrize("voila", OTHERS, indirect=True)
def test_voila_shows_a_lesson_with_its_widgets(app: Any) -> None:
    assert app.locator(".tl-panel").get_by_role("button").count()


@pytest.mark.parametrize("voila", [WITH_FOLDS], indirect=True)
def test_voila_shows_the_first_lesson_with_its_widgets_and_knows_no_folds(app: Any) -> None:
    assert app.locator(".tl-panel").get_by_role("button").count()
    assert app.get_by_text("Pretrained against scratch").is_visible()
