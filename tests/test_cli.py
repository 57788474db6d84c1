"""The command line: quick to start, one line for an error, exit codes that a script can use."""

from __future__ import annotations

import subprocess
import sys
import types

import pytest

from tl_course import cli, doctor, lab, runner
from tl_course.errors import CourseError
from tl_course.runner import LessonResult


@pytest.fixture
def call(monkeypatch, capsys):
    """Run `tl-course` with these arguments; gives its exit code, stdout and stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tl-course", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


@pytest.fixture
def room(monkeypatch):
    """Stand a module with these names in the place of a room."""

    def stand_in(name: str, **names) -> None:
        module = types.ModuleType(name)
        vars(module).update(names)
        monkeypatch.setitem(sys.modules, name, module)

    return stand_in


def test_help_names_every_verb(call):
    code, out, _ = call("--help")
    assert code == 0
    verbs = ("doctor", "lab", "run", "study", "exercises", "pretrain")
    assert [verb for verb in verbs if f"\n  {verb}" not in out] == []


def test_help_imports_no_torch():
    code = (
        "import sys; sys.argv = ['tl-course', '--help']\n"
        "from tl_course import cli\n"
        "try: cli.main()\n"
        "finally: print('torch' in sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr.strip() == "False"


def test_a_course_error_is_one_line_on_stderr_and_exit_code_1(call, room):
    def run_study(name, progress=True):
        raise CourseError(f"No study {name!r}.")

    room("tl_course.studies", run_study=run_study)
    assert call("study", "nonesuch") == (1, "", "Error: No study 'nonesuch'.\n")


def test_study_passes_its_name_and_progress_on(call, room):
    calls = []
    room("tl_course.studies", run_study=lambda name, progress: calls.append((name, progress)))
    assert call("study", "few_pictures", "--no-progress")[0] == 0
    assert calls == [("few_pictures", False)]


@pytest.mark.parametrize("names", [("pocket_resnet",), ("pocket_vit", "pocket_resnet"), ()])
def test_pretrain_passes_its_names_and_seed_on(call, room, names):
    calls = []
    room("tl_course.training", __path__=[])
    room("tl_course.training.pretrain",
         pretrain=lambda *names, seed, progress: calls.append((names, seed, progress)))  # fmt: skip
    assert call("pretrain", *names, "--seed", "3")[0] == 0
    assert calls == [(names, 3, True)]


def test_lab_passes_further_arguments_to_jupyter_and_its_exit_code_back(call, monkeypatch):
    given = []
    monkeypatch.setattr(lab, "open_lab", lambda arguments: given.extend(arguments) or 3)
    assert call("lab", "--no-browser", "--port=9999")[0] == 3
    assert given == ["--no-browser", "--port=9999"]


@pytest.mark.parametrize(("ok", "exit_code"), [(True, 0), (False, 1)])
def test_doctor_exits_non_zero_on_a_failure(call, monkeypatch, ok, exit_code):
    monkeypatch.setattr(doctor, "examine", lambda: [doctor.Finding(ok, "disk space", "9 GB", "free some")])
    assert call("doctor")[0] == exit_code


@pytest.mark.parametrize(("failure", "exit_code"), [("", 0), ("01, cell 2 (x): NameError: x", 1)])
def test_run_exits_non_zero_on_a_failure_and_names_it_on_stderr(call, monkeypatch, failure, exit_code):
    results = [LessonResult("01", 1.0, 100.0, 0, failure)]
    monkeypatch.setattr(runner, "find_lessons", lambda names: names)
    monkeypatch.setattr(runner, "run_lessons", lambda *args, **options: results)
    code, _, err = call("run", "01")
    assert (code, err.strip()) == (exit_code, failure)
