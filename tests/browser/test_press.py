"""Keys that are quicker than the kernel: what stood on the page when a button was pressed is what counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

CARD = "from tl_course import widgets\nwidgets.choose('Which one?', 'first', 'second', 'third')"
BUSY = """from pathlib import Path
import time
while not Path("go_on").exists():
    time.sleep(0.01)"""


@pytest.fixture
def busy_kernel(lab: Any) -> Iterator[tuple[Callable[[Any], None], Callable[[], None]]]:
    """Two functions: one keeps a page's kernel busy, the other ends that."""
    signal = lab.course / "notebooks" / "go_on"

    def start(page: Any) -> None:
        kernel = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        page.evaluate(f"code => {{ {kernel}.requestExecute({{code}}); }}", BUSY)

    yield start, signal.touch
    signal.unlink(missing_ok=True)


def test_a_press_counts_after_the_keys_before_it(cells: Callable[..., Any], busy_kernel: Any) -> None:
    keep_busy, go_on = busy_kernel
    page = cells([CARD])
    card = page.locator(".tl-predict")
    keep_busy(page)

    card.get_by_label("Your prediction").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Tab", "Space"):
        page.keyboard.press(key)
    go_on()

    card.get_by_text("Committed: third.").wait_for()
