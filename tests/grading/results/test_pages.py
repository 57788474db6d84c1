"""Pages: nothing of a student's is taken for HTML, nothing hidden is on them, nothing is loaded."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tl_course.grading.intake.people import Person
from tl_course.grading.records import STATES, Graded, Outcome, Rejected
from tl_course.grading.results.by_hand import Late, Mark
from tl_course.grading.results.html import feedback_name
from tl_course.grading.results.pages import concerns, feedback_page, report_page, texts_page
from tl_course.grading.results.tally import Standing, standings

from .html_page import Page
from .small_class import ANNA, COURSE, PEOPLE, RUBRIC, full, graded, outcome

EVIL = "</pre></title></style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{7*7}}{%x%}"


def class_of(*notebooks: Graded, people=PEOPLE, **by_hand) -> list[Standing]:
    return standings(notebooks, people, COURSE, **by_hand)


def feedback(*notebooks: Graded, people=(ANNA,), **by_hand) -> str:
    return feedback_page(class_of(*notebooks, people=people, **by_hand)[0], notebooks, COURSE)


def texts(*notebooks: Graded, people=PEOPLE, **by_hand) -> str:
    stored = {(one.student, one.lesson): one for one in notebooks}
    load = lambda student, lesson: stored.get((student, lesson))  # noqa: E731
    return texts_page(class_of(*notebooks, people=people, **by_hand), COURSE, load)


def everything(evil: str) -> list[str]:
    """Each page of a class in which every string of a student's, and every comment, is `evil`."""
    notebook = graded(
        "anna",
        outcome("freeze", 0, "crashed", answer=evil, details=(evil,), mistakes=(evil,), notes=(evil,)),
        outcome("cache", 0, "failed", answer=evil * 200, details=(evil,), mistakes=(evil,)),
        outcome("plan", None, "to mark", answer=evil),
        notes=(evil,),
    )
    unread = replace(graded("anna", state="invalid file", notes=(evil,)), source=evil)
    by_hand = {"marks": {("anna", "plan"): Mark(None, evil)}, "late": {("anna", ""): Late(5, evil)}}
    people = [Person("anna", evil, evil, {})]
    class_ = class_of(notebook, unread, people=people, **by_hand)
    return [
        feedback(notebook, unread, people=people, **by_hand),
        report_page(class_, COURSE, [Rejected(evil, evil, evil)]),
        texts(notebook, people=people, **by_hand),
    ]


PAGES = everything("Anna & co")
NAMES = ["feedback", "report", "texts"]


@pytest.mark.parametrize("page", everything(EVIL), ids=NAMES)
def test_nothing_of_a_students_is_taken_for_html(page: str) -> None:
    found = Page(page)

    assert found.named("script", "img") == []
    assert "<script>alert(1)</script>" in found.text
    assert "{{7*7}}" in found.text


@pytest.mark.parametrize("page", everything("a\u202eb\x00\x1b[31m\ud800c"), ids=NAMES)
def test_what_turns_or_breaks_text_is_replaced(page: str) -> None:
    assert not re.search("[\x00\x1b\u202e\ud800-\udfff]", page)
    assert "a\ufffdb" in page


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_page_loads_nothing(page: str) -> None:
    found = Page(page)
    policy = next(values["content"] for tag, values in found.tags if "http-equiv" in values)
    links = [values[name] for _, values in found.tags for name in ("href", "src") if values.get(name)]

    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert not re.search(r"https?:|//|url\(|@import", page.replace("<!DOCTYPE html>", ""))
    assert all(
        re.fullmatch(r"#[\w-]+|(texts|similarity|report)\.html|feedback/[\w~%.-]+\.html", one)
        for one in links
    )
    assert found.named("script", "link", "iframe", "object", "form") == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_page_is_well_formed_for_readers(page: str) -> None:
    found = Page(page)
    levels = [int(tag[1]) for tag in found.named("h1", "h2", "h3", "h4")]
    ids = [values["id"] for _, values in found.tags if "id" in values]

    assert ("html", {"lang": "en"}) in found.tags
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))
    assert all("scope" in values for tag, values in found.tags if tag == "th")
    assert len(ids) == len(set(ids))
    targets = [values.get("href") or "" for _, values in found.tags]
    assert {one[1:] for one in targets if one.startswith("#")} <= set(ids)


def test_the_same_class_gives_the_same_pages() -> None:
    others = [full(name, (4, 6, 5), seconds=2) for name in "abcd"]

    assert everything("Anna & co") == PAGES
    assert report_page(class_of(*others), COURSE, []) == report_page(class_of(*others[::-1]), COURSE, [])


def test_feedback_has_points_state_hint_and_the_students_own_cell() -> None:
    hints = {"details": ("Look at `bn1`.",)}
    page = feedback(
        graded("anna", outcome("freeze", 2.5, "failed", answer="def f(model):\n    pass", **hints))
    )

    assert "2.5 of 15 points" in Page(page).text
    assert "Not right yet · 2.5 of 4 points" in Page(page).text
    assert "Look at <code>bn1</code>." in page
    assert "def f(model): pass" in Page(page).text


def test_feedback_has_no_rubric_no_seed_and_no_note_for_the_instructor() -> None:
    page = feedback(replace(full("anna"), outcomes=(outcome("plan", 5, "marked", notes=("CONTROL",)),)))

    assert all(hidden not in page for hidden in (RUBRIC, "424242", "digest", "CONTROL", "class.zip"))


def test_feedback_has_the_instructors_comment_and_the_penalty() -> None:
    text = Page(feedback(
        full("anna", (4, 6, None)),
        marks={("anna", "plan"): Mark(5, "Well thought.")}, late={("anna", ""): Late(10, "two days")},
    )).text  # fmt: skip

    assert "13.5 of 15 points" in text
    assert "Your instructor: Well thought." in text
    assert "Late: 10 % taken off: two days." in text


def test_feedback_calls_a_subtotal_provisional() -> None:
    assert "10 of 15 points so far" in Page(feedback(full("anna", (4, 6, None)))).text


@pytest.mark.parametrize(("notebook", "words"), [
    (graded("anna", outcome("freeze", None, "flagged"), state="flagged"), "No points yet: your"),
    (graded("anna", state="invalid file"), "No points: invalid file."),
])  # fmt: skip
def test_feedback_shows_no_zero_where_there_are_no_points(notebook: Graded, words: str) -> None:
    assert words in Page(feedback(notebook)).text


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_word(state: str) -> None:
    points = None if state in ("to mark", "flagged", "not graded") else 0

    assert STATES[state].capitalize() in Page(feedback(graded("anna", outcome("freeze", points, state)))).text


def test_a_long_answer_is_cut() -> None:
    page = feedback(graded("anna", outcome("freeze", answer="x" * 150_000)))

    assert "… 50000 more signs" in page
    assert len(page) < 120_000


def test_a_plain_key_names_its_page() -> None:
    assert feedback_name("anna.b_2@uni") == "anna.b_2@uni.html"


def test_pages_of_different_keys_have_different_names_on_every_file_system() -> None:
    keys = [
        "anna",
        "Anna",
        "../anna",
        "anna/",
        "an\\na",
        "",
        ".",
        "..",
        "con",
        "nul.txt",
        "a" * 300,
        "a" * 301,
    ]
    keys += [
        "zoë",
        "zoe\u0308",
        "a\u202eb",
        "a\ud800",
        "x\x00",
        "-rf",
        "anna ",
        "anna.",
        "李",
        "明",
        "a:b",
        "a?b",
    ]
    names = [feedback_name(key) for key in keys]

    assert len({name.lower() for name in names}) == len(keys)
    assert all(re.fullmatch(r"[a-z0-9_@+.~-]{1,100}\.html", name) for name in names)
    assert not any(re.match(r"\.|-|(con|nul)\.", name) for name in names)


def test_the_report_counts_a_mistake_by_students() -> None:
    mistake = ("BatchNorm layers of the backbone were in train mode.",)
    notebooks = [graded(name, outcome("freeze", 0, "failed", mistakes=mistake)) for name in "abc"]
    page = Page(report_page(class_of(*notebooks, people=[]), COURSE, []))

    assert f"Freeze a backbone 3 {mistake[0]}" in page.text


def test_the_histogram_has_words_for_who_does_not_see_it() -> None:
    page = Page(report_page(class_of(full("anna"), full("ben", (4, 0, 0))), COURSE, []))
    svg = next(values for tag, values in page.tags if tag == "svg")

    assert svg["role"] == "img"
    assert "3 to 4.5 points: 1;" in page.text
    assert "13.5 to 15 points: 1." in page.text


def test_the_report_lists_what_needs_a_person_by_kind() -> None:
    class_ = class_of(
        graded("anna", outcome("freeze", None, "flagged", notes=("control passed",)), state="flagged"),
        graded("carl", outcome("freeze", 0, "timed out"), outcome("cache", 0, "crashed")),
        graded("dora", state="invalid file", notes=("not JSON",)),
    )
    found = {
        kind: [(one.person.key, one.task) for one in those]
        for kind, those in concerns(class_, COURSE).items()
    }

    assert found == {
        "flagged": [("anna", "Freeze a backbone")],
        "invalid file": [("dora", "")],
        "timed out": [("carl", "Freeze a backbone")],
        "crashed": [("carl", "One pass, and the features are yours")],
        "not handed in": [("ben", "")],
    }


def test_the_report_names_rejected_files_and_links_every_student() -> None:
    page = report_page(
        class_of(full("anna")), COURSE, [Rejected("class.zip/a.docx", "is no notebook", "ben")]
    )

    assert "class.zip/a.docx is no notebook Ben Berg" in " ".join(re.sub("<[^>]*>", " ", page).split())
    assert 'href="feedback/anna.html"' in page
    assert 'href="feedback/ben.html"' in page


def test_the_report_of_nobody_is_a_page() -> None:
    assert "0 students" in Page(report_page([], COURSE, [])).text


def test_texts_show_rubric_key_answer_and_mark() -> None:
    page = texts(
        full("anna", (4, 6, None)), full("ben", (4, 6, None)), marks={("ben", "plan"): Mark(3, "Short.")}
    )
    text = Page(page).text

    assert "SECRET RUBRIC" in text
    assert "Anna Alt anna Waits for a mark First I would look." in text
    assert "Ben Berg ben Marked by a person: 3 of 5 First I would look. Short." in text


def test_texts_name_who_wrote_nothing() -> None:
    empty = graded("ben", Outcome("plan", "text", "not attempted", 0.0, 5, "YOUR ANSWER HERE"))
    text = Page(texts(full("anna"), empty)).text

    assert "Not answered by Ben Berg." in text
    assert "YOUR ANSWER HERE" not in text


def test_a_task_without_its_answer_cell_needs_a_person() -> None:
    gone = outcome("freeze", 0, "missing", notes=("The answer cell is missing.",))
    (found,) = concerns(class_of(graded("anna", gone), full("ben")), COURSE)["missing"]

    assert (found.person.key, found.task, found.detail) == (
        "anna", "Freeze a backbone", "The answer cell is missing."
    )  # fmt: skip
