"""What a notebook earns: by its own answers alone, and all that they earned."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tl_course.grading.assignment import set_ups
from tl_course.grading.records import Graded, Outcome
from tl_course.grading.sandbox.outside import Sandbox

from ..exercises.library import known_answers
from .sandboxes import course, edition, graded, needs_walls, right, with_answers

pytestmark = needs_walls
FREEZE = "freeze_backbone"
RIGHT = right(FREEZE)[FREEZE]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(preload=set_ups(course())) as sandbox:
        yield sandbox


def only(found: Graded) -> Outcome:
    assert len(found.outcomes) == 1
    return found.outcomes[0]


@pytest.mark.parametrize("lesson", ["01", "02", "03", "04", "05"])
def test_the_courses_own_answers_earn_everything(lesson: str, sandbox: Sandbox) -> None:
    checked = [task for task in course()[lesson].tasks if task.kind == "check"]
    answers = right(*(task.name for task in checked), lesson=lesson)
    found = graded(with_answers(answers, lesson), sandbox, *answers)
    assert {one.task: one.points for one in found.outcomes} == {task.name: task.points for task in checked}


@pytest.mark.parametrize("lesson", ["01", "02", "03", "04", "05"])
def test_a_notebook_as_handed_out_earns_nothing_and_is_not_attempted(lesson: str, sandbox: Sandbox) -> None:
    found = graded(edition(lesson), sandbox)
    assert {(one.state, one.points) for one in found.outcomes} == {("not attempted", 0.0)}


def test_one_seed_gives_one_result(sandbox: Sandbox) -> None:
    wrong = next(one for one in known_answers("01", FREEZE) if not one.right)
    first, again = (only(graded(with_answers({FREEZE: wrong.source}), sandbox, FREEZE)) for _ in range(2))
    assert first.details == again.details


def test_parts_that_are_right_earn_their_share(sandbox: Sandbox) -> None:
    half = 'PREDICTIONS = {"trainable": 5130, "megabytes": 1, "passes": 1}'
    one = only(graded(with_answers({"what_trains": half}), sandbox, "what_trains"))
    assert (one.state, one.points, one.of) == ("failed", 2.0, 3)
    assert len(one.mistakes) == 1


def test_points_in_the_students_metadata_count_nothing(sandbox: Sandbox) -> None:
    notebook = with_answers({FREEZE: RIGHT})
    for cell in notebook["cells"]:
        cell["metadata"]["nbgrader"]["points"] = 1000
    assert only(graded(notebook, sandbox, FREEZE)).points == 4


def test_a_written_answer_waits_for_a_person(sandbox: Sandbox) -> None:
    task = "right_at_home_wrong_abroad"
    one = only(graded(with_answers({task: "The light was another."}), sandbox, task))
    assert (one.kind, one.state, one.points, one.answer) == (
        "text",
        "to mark",
        None,
        "The light was another.",
    )


def changed(notebook: dict, name: str, source: str) -> dict:
    for cell in notebook["cells"]:
        if cell["metadata"]["nbgrader"]["grade_id"] == name:
            cell["source"] = source
    return notebook


def test_an_edited_setup_is_replaced_by_the_instructors(sandbox: Sandbox) -> None:
    notebook = changed(with_answers({FREEZE: RIGHT}), "setup", "raise SystemExit")
    found = graded(notebook, sandbox, FREEZE)
    assert only(found).state == "passed"
    assert found.notes == ("Locked cells edited (the instructor's version counts): setup.",)


def test_deleted_cells_cost_nothing_and_are_noted(sandbox: Sandbox) -> None:
    notebook = with_answers({FREEZE: RIGHT})
    notebook["cells"] = [
        cell for cell in notebook["cells"] if cell["metadata"]["nbgrader"]["grade_id"] == FREEZE
    ]
    found = graded(notebook, sandbox, FREEZE)
    assert only(found).state == "passed"
    assert "deleted" in found.notes[0]


def test_a_missing_answer_is_a_state_of_its_own(sandbox: Sandbox) -> None:
    notebook = with_answers({"two_accuracies": "x"})
    notebook["cells"] = [
        cell for cell in notebook["cells"] if cell["metadata"]["nbgrader"]["grade_id"] != FREEZE
    ]
    assert only(graded(notebook, sandbox, FREEZE)).state == "missing"


def test_an_answer_typed_into_a_cell_of_ones_own_counts(sandbox: Sandbox) -> None:
    notebook = with_answers({FREEZE: f"{RIGHT}\n"})
    for cell in notebook["cells"]:
        cell["metadata"] = {}  # as some editors leave it
    one = only(graded(notebook, sandbox, FREEZE))
    assert one.state == "passed"
    assert "a cell of the student's own" in one.notes[0]


def test_an_answer_below_the_untouched_cell_counts(sandbox: Sandbox) -> None:
    notebook = edition()
    place = [cell["metadata"]["nbgrader"]["grade_id"] for cell in notebook["cells"]].index(FREEZE)
    notebook["cells"].insert(place + 1, {"cell_type": "code", "metadata": {}, "source": RIGHT})
    assert only(graded(notebook, sandbox, FREEZE)).state == "passed"


def test_a_text_is_found_where_it_belongs_though_the_cells_lost_their_names(sandbox: Sandbox) -> None:
    task = "right_at_home_wrong_abroad"
    notebook = with_answers({task: "It was the light."})
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    one = only(graded(notebook, sandbox, task))
    assert (one.state, one.answer) == ("to mark", "It was the light.")


def test_of_two_answer_cells_the_last_one_that_was_worked_in_counts(sandbox: Sandbox) -> None:
    notebook = with_answers({FREEZE: "def train_head_only(model, head):\n    return model"})
    stub = next(c for c in edition()["cells"] if c["metadata"]["nbgrader"]["grade_id"] == FREEZE)
    better = {**stub, "source": RIGHT}
    notebook["cells"] += [better, stub]
    one = only(graded(notebook, sandbox, FREEZE))
    assert one.state == "passed"
    assert one.notes[0].startswith("3 cells answer this task")


def test_another_name_counts_where_the_students_check_was_given_it(sandbox: Sandbox) -> None:
    renamed = RIGHT.replace("train_head_only", "mine") + f'\n\ncheck("{FREEZE}", mine)'
    notebook = changed(edition(), FREEZE, renamed)
    assert only(graded(notebook, sandbox, FREEZE)).state == "passed"


def test_an_answer_may_rely_on_cells_above_it(sandbox: Sandbox) -> None:
    notebook = with_answers({FREEZE: "def train_head_only(model, head):\n    return freeze_it(model, head)"})
    helper = RIGHT.replace("train_head_only", "freeze_it")
    notebook["cells"].insert(0, {"cell_type": "code", "metadata": {}, "source": helper})
    one = only(graded(notebook, sandbox, FREEZE))
    assert one.state == "passed"
    assert "needs other cells" in one.notes[0]


@pytest.mark.parametrize(
    "before",
    [
        "%%time",
        "%matplotlib inline",
        "!ls > /dev/null",
        "from tqdm.auto import tqdm\nlist(tqdm(range(3)))",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
        "from IPython.display import display\ndisplay({'a': 1})",
        "import asyncio\nawait asyncio.sleep(0)",
        "import tempfile\nopen(tempfile.mktemp(), 'w').write('x')",
    ],
)
def test_what_people_do_in_notebooks_is_allowed(before: str, sandbox: Sandbox) -> None:
    one = only(graded(with_answers({FREEZE: f"{before}\n\n{RIGHT}"}), sandbox, FREEZE))
    assert one.state == "passed", one.details


def test_an_error_names_the_line_of_the_students_cell(sandbox: Sandbox) -> None:
    source = "def train_head_only(model, head):\n    x = 1\n    return x + head"
    one = only(graded(with_answers({FREEZE: source}), sandbox, FREEZE))
    assert "in line 3, `return x + head`" in one.details[0]


def test_a_file_that_is_no_notebook_says_why(sandbox: Sandbox) -> None:
    found = graded(b"{", sandbox)
    assert (found.state, found.outcomes) == ("invalid file", ())
    assert "not valid JSON" in found.notes[0]
