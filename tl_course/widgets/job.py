"""Long work behind a button: it shows how far it is, can be cancelled, and never ends in a traceback."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, TypeVar, cast

import ipywidgets
from torch.utils.data import Dataset

from tl_course.widgets.live import Line
from tl_course.widgets.press import PressButton

Pictures = TypeVar("Pictures", bound=Dataset)
LAST_SECONDS = 10.0  # that Python, at its end, waits for work to hear that it is over


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """Raised in the work when somebody has pressed Cancel."""


class Reporter:
    """What the work tells its panel, and through which it learns that nobody waits any more."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.cancelled = threading.Event()

    def check(self) -> None:
        """Raise `Cancelled` where the work was cancelled; cheap enough for each batch."""
        if self.cancelled.is_set():
            raise Cancelled

    def report(self, done: int, total: int, note: str = "") -> None:
        """Show that `done` of `total` steps are made."""
        self.check()
        text = escape(f"{done} of {total} {note}".rstrip())
        bar = f'<progress value="{done}" max="{total}" aria-label="progress"></progress>'
        self._line.say_html(f"{bar} {text}")

    def watch(self, pictures: Pictures) -> Pictures:
        """The same pictures; reading one ends the work once it was cancelled."""
        return cast(Pictures, Watched(pictures, self))  # it has all that the pictures have


class Watched(Dataset):
    """A data set that is read for as long as nobody cancels."""

    def __init__(self, pictures: Any, reporter: Reporter) -> None:
        self._pictures, self._reporter = pictures, reporter

    def __len__(self) -> int:
        return len(self._pictures)

    def __getitem__(self, index: int) -> Any:
        self._reporter.check()
        return self._pictures[index]

    def __getitems__(self, indices: Sequence[int]) -> Any:
        # A DataLoader prefers this where it is, and would find that of the pictures, which nobody watches.
        self._reporter.check()
        several = getattr(self._pictures, "__getitems__", None)
        return several(indices) if several else [self[index] for index in indices]

    def __getattr__(self, name: str) -> Any:  # classes, targets
        if name.startswith("_"):  # a copy asks for these before it has any pictures
            raise AttributeError(name)
        return getattr(self._pictures, name)


class Job:
    """A start button, a cancel button, and a line.

    `work(reporter)` runs in a thread of its own, so that the kernel hears Cancel and the other controls while
    it computes. What it returns goes to `done`, in that thread. One run at a time.
    """

    def __init__(
        self, label: str, work: Callable[[Reporter], Any], done: Callable[[Any], None] = lambda result: None
    ) -> None:
        self._work, self._done = work, done
        self.start = PressButton(label)
        self.cancel = ipywidgets.Button(description="Cancel", disabled=True, layout={"width": "auto"})
        self.line = Line()
        self.start.on_click(lambda _: self.run())
        self.cancel.on_click(lambda _: self.stop())
        self.view = ipywidgets.HBox(
            [self.start, self.cancel, self.line], layout={"flex_flow": "row wrap", "align_items": "center"}
        )
        self._thread: threading.Thread | None = None
        self._reporter = Reporter(self.line)

    @property
    def running(self) -> bool:
        """Whether the work goes on."""
        return self._thread is not None and self._thread.is_alive()

    def run(self) -> None:
        """Start the work, as the button does; does nothing while it goes on."""
        if self.running:
            return
        self._reporter = Reporter(self.line)
        self.start.disabled, self.cancel.disabled = True, False
        self.line.say("Working ...")
        self._thread = threading.Thread(target=self._run, args=(self._reporter,), daemon=True)
        atexit.register(self._leave)
        self._thread.start()

    def stop(self) -> None:
        """Ask the work to end; what it has shown so far stays."""
        self._reporter.cancelled.set()
        self.cancel.disabled = True

    def wait(self, timeout: float | None = None) -> None:
        """Wait for the end, at most `timeout` seconds: for programs, which have no button to press."""
        if self._thread:
            self._thread.join(timeout)

    def _leave(self) -> None:
        """End the work before Python ends: torch aborts where a thread of its still computes then."""
        self._reporter.cancelled.set()
        self.wait(LAST_SECONDS)

    def _run(self, reporter: Reporter) -> None:
        try:
            result = self._work(reporter)
            self.line.say("Done.")
            self._done(result)
        except Cancelled:
            self.line.say("Cancelled.")
        except Exception as error:  # a panel has one line for it, and the kernel goes on
            self.line.complain(error)
        finally:
            self.start.disabled, self.cancel.disabled = False, True
            atexit.unregister(self._leave)
