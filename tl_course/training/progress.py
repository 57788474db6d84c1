"""One progress line for a long loop, in a terminal and in a notebook."""

from __future__ import annotations

import html
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, ClassVar

REFRESH_SECONDS = 0.2
_listener: ContextVar[Callable[[Progress], None] | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Callable[[Progress], None]) -> Iterator[None]:
    """Within it `listener` is called at each step of every progress in this thread, shown or not.

    It may look at `done`, `total` and `unit`, and may raise: that ends the loop, which is how work that
    knows nothing of its panel is cancelled.
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


class Progress:
    """Show how far a loop of `total` steps is: `cached 512/1400 pictures, 3.2 s, about 5.6 s left`.

    A terminal shows one line that is redrawn in place, a notebook a bar that is removed at the end;
    both then keep one final line. Where nobody watches (a pipe, a log file) only the final line is
    written. A loop that raises leaves its last line behind, marked as stopped.

        with Progress(epochs, "trained", "epochs") as progress:
            for epoch in range(epochs):
                ...
                progress.advance(note=f"loss {loss:.3f}")
    """

    def __init__(self, total: int, label: str, unit: str = "steps", *, show: bool = True) -> None:
        self.total, self.label, self.unit = total, label, unit
        self.done, self.note = 0, ""
        self._screen: _Screen = _choose_screen() if show else _Screen()

    def __enter__(self) -> Progress:
        self._start = self._drawn = time.perf_counter()
        self._done_before = self.done
        self._screen.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stopped = "" if error is None else ", stopped"
        self._screen.close(self._line(self._elapsed()) + stopped)

    def resume(self, done: int) -> None:
        """Take `done` steps as made by an earlier run: they count, their time does not."""
        self.done = self._done_before = done

    def advance(self, steps: int = 1, note: str = "") -> None:
        """Count `steps` more as done; `note` says how it goes (`loss 0.81`)."""
        self.done += steps
        self.note = note
        if listener := _listener.get():
            listener(self)
        now = time.perf_counter()
        if now - self._drawn >= REFRESH_SECONDS:
            self._drawn = now
            self._screen.draw(self._line(self._elapsed()) + self._time_left(), self.done / max(self.total, 1))

    def _elapsed(self) -> float:
        return time.perf_counter() - self._start

    def _line(self, seconds: float) -> str:
        note = f", {self.note}" if self.note else ""
        return f"{self.label} {self.done}/{self.total} {self.unit}{note}, {seconds:.1f} s"

    def _time_left(self) -> str:
        done_now = self.done - self._done_before
        if done_now == 0:
            return ""
        return f", about {self._elapsed() / done_now * (self.total - self.done):.1f} s left"


class _Screen:
    """Where nothing is shown."""

    def open(self) -> None:
        """Before the first step."""

    def draw(self, line: str, fraction: float) -> None:
        """While the loop runs; `fraction` in [0, 1]."""

    def close(self, line: str) -> None:
        """After the last step."""


class _LogFile(_Screen):
    def close(self, line: str) -> None:
        print(line, file=sys.stderr)


class _Terminal(_Screen):
    # Return to the first column and erase what is right of it.
    CLEAR = "\r\x1b[K"

    def draw(self, line: str, fraction: float) -> None:
        print(self.CLEAR + line, end="", file=sys.stderr, flush=True)

    def close(self, line: str) -> None:
        print(self.CLEAR + line, file=sys.stderr, flush=True)


class _Notebook(_Screen):
    """A bar that ends as an empty output, then a printed line.

    A stored notebook is compared with a fresh run by tools that ignore updates of an output. The bar
    therefore begins and ends as the same empty output, and what stays is printed.
    """

    EMPTY: ClassVar = {"text/plain": "", "text/html": ""}

    def open(self) -> None:
        from IPython.display import display

        self._handle: Any = display(self.EMPTY, raw=True, display_id=True)

    def draw(self, line: str, fraction: float) -> None:
        bar = f'<progress value="{fraction:.3f}" max="1"></progress> <code>{html.escape(line)}</code>'
        self._handle.update({"text/plain": line, "text/html": bar}, raw=True)

    def close(self, line: str) -> None:
        self._handle.update(self.EMPTY, raw=True)
        print(line)


def _choose_screen() -> _Screen:
    if _in_notebook():
        return _Notebook()
    return _Terminal() if sys.stderr.isatty() else _LogFile()


def _in_notebook() -> bool:
    # Asked of the loaded modules: outside a notebook IPython need not be imported.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None
