"""Running lessons headless: what passes, what fails and how it is named, and what is never touched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tl_course import runner
from tl_course.errors import CourseError
from tl_course.memory import peak_memory


def write_lesson(folder: Path, name: str, *sources: str, tags: tuple[str, ...] = ()) -> Path:
    """A notebook with a title, one code cell for each source; `tags` go to the last cell."""
    cells = [nbformat.v4.new_markdown_cell("# A lesson")]
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    cells[-1].metadata["tags"] = list(tags)
    path = folder / f"{name}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"widgets": {}}), path)
    return path


@pytest.fixture(scope="module")
def lessons(tmp_path_factory) -> Path:
    """A folder of fixture lessons, each named for what it does."""
    folder = tmp_path_factory.mktemp("notebooks")
    write_lesson(folder, "00_passes", "print(1)")
    write_lesson(folder, "01_fails", "x = 1", "# twice\nx / 0", "raise SystemExit")
    write_lesson(folder, "02_warns_and_may_raise", "import warnings\nwarnings.warn('beware')",
                 "raise ValueError('shown')", tags=("raises-exception",))  # fmt: skip
    write_lesson(folder, "03_dies", "import os\nos._exit(1)")
    write_lesson(folder, "04_hangs", "import time\ntime.sleep(60)")
    write_lesson(folder, "05_damaged").write_text("{ not a notebook")
    write_lesson(folder, "06_greedy", "block = bytearray(300_000_000)", "del block")
    write_lesson(folder, "07_surroundings", "import os, sys",
                 f"assert os.path.samefile(os.getcwd(), {str(folder)!r}), 'folder'",
                 f"assert sys.executable == {sys.executable!r}, 'interpreter'",
                 "assert os.environ['TL_COURSE_PROFILE'] == 'imagenet', 'profile'",
                 "assert os.environ['TL_COURSE_PROGRESS'] == 'off', 'nobody does them here'")  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def batch(lessons) -> dict[str, runner.LessonResult]:
    """All of them run in one batch, by lesson, and their files compared with what they were."""
    paths = runner.find_lessons([], lessons)
    before = [path.read_bytes() for path in paths]
    results = runner.run_lessons(paths, profile="imagenet", timeout=2)
    assert [path.read_bytes() for path in paths] == before, "a run without save changed a notebook"
    return {result.lesson: result for result in results}


def test_a_batch_has_a_result_for_every_lesson_whatever_befell_the_ones_before(batch, lessons):
    assert list(batch) == [path.stem for path in runner.find_lessons([], lessons)]


def test_a_lesson_that_runs_to_its_end_passes(batch):
    assert (batch["00_passes"].failure, batch["00_passes"].warnings) == ("", 0)


def test_a_failure_names_lesson_cell_first_line_and_error(batch):
    assert batch["01_fails"].failure == "01_fails, cell 2 (# twice): ZeroDivisionError: division by zero"


def test_a_cell_that_writes_to_stderr_is_counted_and_does_not_fail(batch):
    assert batch["02_warns_and_may_raise"].warnings == 1
    assert "beware" not in batch["02_warns_and_may_raise"].failure


def test_a_cell_tagged_raises_exception_may_raise(batch):
    assert batch["02_warns_and_may_raise"].failure == ""


def test_a_kernel_that_dies_fails_its_cell(batch):
    assert batch["03_dies"].failure == "03_dies, cell 1 (import os): DeadKernelError: Kernel died"
    assert batch["03_dies"].peak_memory is None


def test_a_cell_that_hangs_is_stopped_and_named(batch):
    assert batch["04_hangs"].failure == "04_hangs, cell 1 (import time): not done after 2 s"


def test_a_damaged_file_fails_its_lesson_and_says_so(batch):
    assert "05_damaged.ipynb is not a notebook" in batch["05_damaged"].failure


def test_peak_memory_is_the_most_that_the_kernel_held(batch):
    assert 280 < batch["06_greedy"].peak_memory - batch["00_passes"].peak_memory < 360


def test_a_lesson_runs_in_its_folder_with_this_interpreter_and_the_profile_asked_for(batch):
    assert batch["07_surroundings"].failure == ""


def test_the_profile_of_a_run_stays_out_of_this_process(batch):
    assert os.environ.get("TL_COURSE_PROFILE") != "imagenet"


def test_the_peak_of_a_process_leaves_its_parent_out():
    block = bytearray(400_000_000)
    code = "from tl_course.memory import peak_memory; print(peak_memory())"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(ran.stdout) < 200
    assert peak_memory() > len(block) / 1e6


SHOWS_A_WIDGET = """\
import ipywidgets
class Shown:
    def _repr_mimebundle_(self, **options):
        still = {"text/html": "<p>a still</p>", "text/plain": "Shown"}
        return ipywidgets.Button()._repr_mimebundle_() | still
Shown()"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A lesson that passes and one that fails, run with save."""
    folder = tmp_path_factory.mktemp("saved")
    write_lesson(folder, "00_passes", "print('one')", "2", SHOWS_A_WIDGET)
    untouched = write_lesson(folder, "01_fails", "print(1)", "1 / 0").read_bytes()
    runner.run_lessons(runner.find_lessons([], folder), save=True)
    return nbformat.read(folder / "00_passes.ipynb", as_version=4), untouched, folder


def test_save_stores_the_outputs_of_cells_run_in_order(saved):
    code = [cell for cell in saved[0].cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3]
    assert code[0].outputs[0].text == "one\n"
    assert code[1].outputs[0].data["text/plain"] == "2"


def test_save_stores_no_widget_state_and_no_timings(saved):
    assert "widgets" not in saved[0].metadata
    assert [cell.metadata for cell in saved[0].cells if "execution" in cell.metadata] == []


def test_save_stores_the_still_of_a_widget_and_not_its_view(saved):
    assert saved[0].cells[-1].outputs[0].data == {"text/html": "<p>a still</p>", "text/plain": "Shown"}


def test_save_leaves_a_lesson_that_failed_as_it_was(saved):
    _, untouched, folder = saved
    assert (folder / "01_fails.ipynb").read_bytes() == untouched


def test_a_write_that_is_cut_short_leaves_the_notebook_whole(tmp_path, monkeypatch):
    lesson = write_lesson(tmp_path, "00_passes", "print(1)")
    before = lesson.read_bytes()

    def disk_full(path, data):
        with path.open("wb") as file:
            file.write(data[:9])
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_bytes", disk_full)
    with pytest.raises(OSError, match="no space left"):
        runner.write_notebook(nbformat.v4.new_notebook(), lesson)
    assert lesson.read_bytes() == before


@pytest.mark.parametrize("names", [["01"], ["01_fails"], ["01_fails.ipynb"], ["01", "01_fails"]])
def test_a_lesson_is_found_by_its_number_or_name(lessons, names):
    assert runner.find_lessons(names, lessons) == [lessons / "01_fails.ipynb"]


def test_a_path_means_that_notebook_wherever_it_lies(lessons, tmp_path):
    elsewhere = write_lesson(tmp_path, "solution", "print(1)")

    assert runner.find_lessons([str(elsewhere)], lessons) == [elsewhere]
    assert runner.find_lessons(["00", str(elsewhere)], lessons) == [lessons / "00_passes.ipynb", elsewhere]


def test_lessons_run_in_the_order_of_the_course(lessons):
    assert [path.stem for path in runner.find_lessons(["03", "00"], lessons)] == ["00_passes", "03_dies"]


def test_no_name_means_every_lesson(lessons):
    assert runner.find_lessons([], lessons) == sorted(lessons.glob("*.ipynb"))


def test_an_unknown_lesson_gets_the_names_there_are(tmp_path):
    write_lesson(tmp_path, "00_start", "1")
    write_lesson(tmp_path, "01_more", "1")
    with pytest.raises(CourseError, match=r"No lesson '7' in .*The lessons are: 00_start, 01_more\.$"):
        runner.find_lessons(["7"], tmp_path)


def test_without_lessons_the_error_says_where_to_run(tmp_path, monkeypatch):
    monkeypatch.setattr(runner.tl_course, "__file__", str(tmp_path / "site-packages/tl_course/__init__.py"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="run this command in the course's folder"):
        runner.notebooks_folder()


def test_the_table_has_a_row_for_each_lesson():
    results = [
        runner.LessonResult("00_start_here", 3.21, 412.4, 0, ""),
        runner.LessonResult("01_more", 12.0, None, 2, "01_more, cell 1 (x): NameError: x"),
    ]
    assert runner.table(results).splitlines() == [
        "lesson         result  seconds  peak MB  warnings",
        "00_start_here  passed      3.2      412         0",
        "01_more        failed     12.0        -         2",
    ]


def test_only_failures_are_named():
    results = [runner.LessonResult("00", 1, 1, 0, ""), runner.LessonResult("01", 1, 1, 0, "01, cell 1")]
    assert runner.failures(results) == ["01, cell 1"]
