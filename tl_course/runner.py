"""Run the lessons headless, as `tl-course run` does."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode

import tl_course
from tl_course.errors import CourseError
from tl_course.files import write_atomically
from tl_course.folding import fold_results

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PEAK_MEMORY_PROBE = "from tl_course.memory import peak_memory; print(peak_memory())"


@dataclass(frozen=True)
class LessonResult:
    """How one lesson went.

    `seconds` is wall time with the kernel's start; `peak_memory` is the kernel's, in MB, None where it died;
    `warnings` counts the cells that wrote to stderr; `failure` is empty for a lesson that passed, else it
    names the cell (code cells from 1, as JupyterLab numbers them in a fresh run), its first line, the error.
    """

    lesson: str
    seconds: float
    peak_memory: float | None
    warnings: int
    failure: str


def notebooks_folder() -> Path:
    """The lessons' folder: beside the installed package (an editable install), else in the current folder.

    Raises CourseError where neither holds a lesson.
    """
    candidates = [Path(tl_course.__file__).parents[1] / "notebooks", Path.cwd() / "notebooks"]
    for folder in candidates:
        if any(folder.glob("[0-9][0-9]_*.ipynb")):
            return folder
    raise CourseError(
        f"No lessons in {' or '.join(map(str, dict.fromkeys(candidates)))}: "
        "run this command in the course's folder, the one that holds notebooks/."
    )


def find_lessons(names: Sequence[str], folder: Path | None = None) -> list[Path]:
    """The notebooks that `names` ("01", or "01_feature_extraction") mean, all where none is given, in order.

    A name may also be the path of any notebook, such as solutions/01_feature_extraction.ipynb.
    Raises CourseError for a name that no lesson has, with the lessons that there are.
    """
    paths = [Path(name) for name in names if name.endswith(".ipynb") and Path(name).is_file()]
    names = [name for name in names if Path(name) not in paths]
    if paths and not names:
        return paths
    folder = folder or notebooks_folder()
    lessons = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    chosen = set()
    for name in names:
        name = name.removesuffix(".ipynb")
        found = [lesson for lesson in lessons if name in (lesson.stem, lesson.stem[:2])]
        if not found:
            there_are = ", ".join(lesson.stem for lesson in lessons)
            raise CourseError(f"No lesson {name!r} in {folder}. The lessons are: {there_are}.")
        chosen.update(found)
    return [*(lesson for lesson in lessons if not names or lesson in chosen), *paths]


def run_lessons(
    lessons: Sequence[Path], profile: str | None = None, save: bool = False, timeout: int = 600
) -> list[LessonResult]:
    """Run each notebook in a kernel of its own; a failure ends its lesson, not the batch.

    `profile` sets TL_COURSE_PROFILE for the kernels, else it is the environment's. `timeout` is in seconds a
    cell. With `save`, a lesson that passed is written back with its outputs.
    """
    environment = {**os.environ, "TL_COURSE_PROGRESS": "off"}  # nobody does exercises here
    if profile:
        environment["TL_COURSE_PROFILE"] = profile
    return [run_lesson(lesson, environment, save, timeout) for lesson in lessons]


def run_lesson(lesson: Path, environment: dict[str, str], save: bool, timeout: int) -> LessonResult:
    """Run one notebook from its own folder, in the interpreter that runs this."""
    start = time.monotonic()
    peak: float | None = None
    warnings = 0
    try:
        notebook = read_notebook(lesson)
        with kernel_for(notebook, lesson.parent, environment, timeout) as client:
            failure = run_cells(client, lesson.stem)
            peak = measure_peak(client)
        warnings = sum(wrote_to_stderr(cell) for cell in notebook.cells)
        if save and not failure:
            write_notebook(notebook, lesson)
    except Exception as error:  # a broken file or kernel is this lesson's result, and the next one runs
        failure = f"{lesson.stem}: {type(error).__name__}: {last_line(str(error))}"
    return LessonResult(lesson.stem, time.monotonic() - start, peak, warnings, failure)


def read_notebook(path: Path) -> NotebookNode:
    """The notebook at `path`; raises CourseError where it is none."""
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:
        raise CourseError(f"{path} is not a notebook ({last_line(str(error))}); restore the file.") from error
    return notebook


class OwnInterpreter(KernelSpecManager):
    """Starts every kernel with this interpreter, whatever kernels the user has registered."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The kernel of this interpreter, for any name."""
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


@contextmanager
def kernel_for(
    notebook: NotebookNode, folder: Path, environment: dict[str, str], timeout: int
) -> Iterator[NotebookClient]:
    """A client with a fresh kernel, working in `folder`; the kernel ends with the block."""
    client = NotebookClient(
        notebook,
        km=AsyncKernelManager(kernel_spec_manager=OwnInterpreter()),
        timeout=timeout,
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
        extra_arguments=["--log-level=CRITICAL"],  # what goes wrong in a lesson reaches us by its cells
    )
    with client.setup_kernel(cleanup_kc=True, cwd=str(folder), env=environment):
        yield client


def run_cells(client: NotebookClient, lesson: str) -> str:
    """Run the cells in order up to the first failure, and name it; "" where there is none."""
    code = [(index, cell) for index, cell in enumerate(client.nb.cells) if cell.cell_type == "code"]
    for number, (index, cell) in enumerate(code, start=1):
        show_progress(f"{lesson}: cell {number} of {len(code)}")
        try:
            client.execute_cell(cell, index)
        except Exception as error:
            return f"{lesson}, cell {number} ({first_line(cell.source)}): {cause(error, client.timeout)}"
        finally:
            show_progress("")
    return ""


def cause(error: Exception, timeout: int | None) -> str:
    """One line for what ended a cell."""
    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {last_line(error.evalue)}"
    if isinstance(error, CellTimeoutError):
        return f"not done after {timeout} s"
    return f"{type(error).__name__}: {last_line(str(error))}"


def measure_peak(client: NotebookClient) -> float | None:
    """The kernel's peak memory in MB; None where it is dead or busy."""
    client.timeout = 1
    client.nb.cells.append(nbformat.v4.new_code_cell(PEAK_MEMORY_PROBE))
    try:
        return float(client.execute_cell(client.nb.cells[-1], len(client.nb.cells) - 1).outputs[0].text)
    except Exception:  # a lesson's result must not depend on the probe
        return None
    finally:
        client.nb.cells.pop()


def wrote_to_stderr(cell: NotebookNode) -> bool:
    """Whether a cell's outputs hold a stream of stderr, where Python's warnings go."""
    return any(output.get("name") == "stderr" for output in cell.get("outputs", []))


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Replace the notebook at `path` by this one, whole or not at all, made fit to be stored."""
    leave_out_widgets(notebook)
    fold_results(notebook)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    nbformat.validate(notebook)
    write_atomically(path, nbformat.writes(notebook).rstrip("\n") + "\n")


def leave_out_widgets(notebook: NotebookNode) -> None:
    """Take what needs a kernel out of a notebook's outputs.

    A widget lives in its kernel: without one it would stand as an error in place of the still beside it.
    """
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)


def show_progress(text: str) -> None:
    """Overwrite the terminal's current line; says nothing where stderr is not a terminal."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def first_line(source: str) -> str:
    """The first line that is not blank."""
    return next((line.strip() for line in source.splitlines() if line.strip()), "")


def last_line(text: str) -> str:
    """The last line that is not blank."""
    return first_line("\n".join(reversed(text.splitlines())))


def table(results: Sequence[LessonResult]) -> str:
    """The results as aligned lines of text under a header."""
    rows = [("lesson", "result", "seconds", "peak MB", "warnings")]
    for result in results:
        peak = "-" if result.peak_memory is None else f"{result.peak_memory:.0f}"
        verdict = "failed" if result.failure else "passed"
        rows.append((result.lesson, verdict, f"{result.seconds:.1f}", peak, str(result.warnings)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            text.ljust(width) if column < 2 else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def failures(results: Sequence[LessonResult]) -> list[str]:
    """What failed, one line a lesson."""
    return [result.failure for result in results if result.failure]
