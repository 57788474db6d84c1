"""A lesson as an app: voila runs it and shows its widgets, and nothing in them needs JupyterLab."""

from __future__ import annotations

import pytest

from .pages import ERROR_OUTPUTS, RUN_PATIENCE, Watch
from .servers import voila_server

LESSON = "notebooks/00_start_here.ipynb"
KNOWN = {r"https://cdn\.jsdelivr\.net/npm/@fortawesome/": "voila's own page asks there for icons"}


@pytest.fixture
def voila(tmp_path_factory):
    """Voila on a lesson that has widgets."""
    folders = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")
    with voila_server(*folders, LESSON) as server:
        yield server


def test_voila_shows_a_lesson_with_its_widgets(voila, page):
    watch = Watch(voila, page, KNOWN)
    page.goto(voila.address(""), timeout=RUN_PATIENCE * 1000)  # voila answers when every cell has run

    page.locator(".tl-panel").first.wait_for()
    assert page.locator(".tl-panel").get_by_role("button").count()
    assert page.get_by_text("Pretrained against scratch").is_visible()  # voila knows no folds
    assert page.locator(ERROR_OUTPUTS).all_inner_texts() == []
    assert watch.faults == []
