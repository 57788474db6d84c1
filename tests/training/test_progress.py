"""A long loop shows one clean line, wherever it runs."""

from __future__ import annotations

import io
import re
import sys
import threading

import nbformat
import pytest
from nbclient import NotebookClient

from tl_course.training.progress import Progress, listening


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def count_to_three(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, **options: bool) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr("tl_course.training.progress.REFRESH_SECONDS", 0.0)
    with Progress(3, "trained", "epochs", **options) as progress:
        for loss in (0.9, 0.8, 0.7):
            progress.advance(note=f"loss {loss}")
    return stream.getvalue()


def what_stays_on_screen(text: str) -> str:
    """Apply the two control signs that are used: return, and erase to the end of the line."""
    return re.sub(r"[^\n]*\r\x1b\[K", "", text)


def test_terminal_keeps_one_final_line(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = what_stays_on_screen(count_to_three(monkeypatch, Terminal()))
    assert re.fullmatch(r"trained 3/3 epochs, loss 0\.7, \d+\.\d s\n", shown)


def test_terminal_redraws_its_line_while_the_loop_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    text = count_to_three(monkeypatch, Terminal())
    assert re.search(r"\r\x1b\[Ktrained 1/3 epochs, loss 0\.9, \d+\.\d s, about \d+\.\d s left", text)


def test_log_file_gets_the_final_line_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    text = count_to_three(monkeypatch, io.StringIO())
    assert re.fullmatch(r"trained 3/3 epochs, loss 0\.7, \d+\.\d s\n", text)


def test_show_false_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert count_to_three(monkeypatch, Terminal(), show=False) == ""


def test_loop_that_raises_is_marked_as_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)

    def interrupted_loop() -> None:
        with Progress(3, "trained", "epochs") as progress:
            progress.advance()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted_loop()
    assert stream.getvalue().endswith(", stopped\n")


def test_steps_of_an_earlier_run_count_as_done(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress(3, "trained", "epochs") as progress:
        progress.resume(2)
        progress.advance()
    assert stream.getvalue().startswith("trained 3/3 epochs")


@pytest.fixture(scope="module")
def notebook_outputs() -> list[nbformat.NotebookNode]:
    source = """
        from tl_course.training import progress as module
        module.REFRESH_SECONDS = 0.0
        with module.Progress(2, "cached", "pictures") as progress:
            progress.advance()
            progress.advance()
    """
    notebook = nbformat.v4.new_notebook()
    notebook.cells.append(nbformat.v4.new_code_cell("\n".join(line[8:] for line in source.splitlines())))
    NotebookClient(notebook, timeout=60).execute()
    return notebook.cells[0].outputs


def test_stored_notebook_keeps_the_final_line_as_text(notebook_outputs: list[nbformat.NotebookNode]) -> None:
    printed = [output.text for output in notebook_outputs if output.output_type == "stream"]
    assert len(printed) == 1
    assert re.fullmatch(r"cached 2/2 pictures, \d+\.\d s\n", printed[0])


def test_stored_notebook_keeps_no_bar(notebook_outputs: list[nbformat.NotebookNode]) -> None:
    shown = [output.data for output in notebook_outputs if output.output_type == "display_data"]
    assert shown == [{"text/plain": "", "text/html": ""}]


def test_a_listener_hears_every_step_even_of_a_loop_that_shows_nothing() -> None:
    heard: list[tuple[int, int, str]] = []

    with listening(lambda progress: heard.append((progress.done, progress.total, progress.unit))):
        count_silently()
    count_silently()  # nobody listens any more

    assert heard == [(1, 2, "epochs"), (2, 2, "epochs")]


def test_a_listener_can_end_the_loop() -> None:
    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), listening(stop):
        count_silently()


def test_a_listener_does_not_hear_another_thread() -> None:
    heard: list[Progress] = []

    with listening(heard.append):
        other = threading.Thread(target=count_silently)
        other.start()
        other.join()

    assert heard == []


def count_silently() -> None:
    with Progress(2, "trained", "epochs", show=False) as progress:
        progress.advance()
        progress.advance()
