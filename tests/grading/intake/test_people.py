"""The roster, and whom a name on an upload means."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tl_course.errors import CourseError
from tl_course.grading.intake.naming import Claim
from tl_course.grading.intake.people import Person, Roster, read_roster, recognise

ANNA = Person("anna", "Anna Maria Muster", "Anna.Muster@uni.edu", {"moodle_id": "12345", "canvas_id": "7"})
JURGEN = Person("s02", "Jürgen Groß", "", {"login": "jg2"})
CLASS = Roster([ANNA, JURGEN])


def roster_file(folder: Path, text: str | bytes) -> Path:
    path = folder / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        "student,name,moodle_id\ns1,Jürgen,5\n",
        "Student;NAME;Moodle ID\ns1;Jürgen;5\n",
        "student\tname\tmoodle-id\r\ns1\tJürgen\t5\r\n",
        "\ufeffstudent,room,name,moodle_id,\n\n s1 , A,Jürgen,5,,\n,,,\n",
    ],
)
def test_a_roster_is_read_in_the_ways_that_spreadsheets_write_it(tmp_path: Path, text: str) -> None:
    roster = read_roster(roster_file(tmp_path, text))

    assert roster.persons == (Person("s1", "Jürgen", "", {"moodle_id": "5"}),)


def test_a_roster_in_windows_1252_is_read(tmp_path: Path) -> None:
    roster = read_roster(roster_file(tmp_path, "student,name\ns1,Jürgen €\n".encode("cp1252")))

    assert roster.persons[0].name == "Jürgen €"


def test_the_key_is_all_that_a_roster_needs(tmp_path: Path) -> None:
    assert list(read_roster(roster_file(tmp_path, "student\nb\na\n"))) == [Person("b", "b"), Person("a", "a")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("studnet,name\na,A\n", r'line 1: there is no column "student". Did you mean \'studnet\'\?'),
        ("id,name\na,A\n", r'line 1: there is no column "student". Rename'),
        ("student,name,name\na,A,B\n", r'line 1: the column "name" is there twice'),
        ("student,name\na,A\n,B\n", r"line 3: no student"),
        ("student\na\nb\nA\n", r"line 4: student 'A' is in line 2 too"),
        (
            "student,name\na,Muster, Anna\n",
            r'line 2: more fields than columns. Put quotes around "Last, First"',
        ),
        ("student,name\n", r"names no students"),
        ("", r'there is no column "student"'),
    ],
)
def test_a_wrong_roster_is_explained_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        read_roster(roster_file(tmp_path, text))


def test_a_roster_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"none\.csv cannot be read"):
        read_roster(tmp_path / "none.csv")


@pytest.mark.parametrize(
    "label",
    [
        "anna", "ANNA", " anna ", "Anna Maria Muster", "Muster, Anna Maria", "musterannamaria",
        "muster_anna_maria", "anna.muster@uni.edu", "12345",
    ],
)  # fmt: skip
def test_a_person_is_found_by_key_name_address_and_id(label: str) -> None:
    assert CLASS.find(label) == ANNA


@pytest.mark.parametrize(
    "label", [unicodedata.normalize("NFD", "Jürgen Groß"), "GROSS, JÜRGEN", "großjürgen", "JG2"]
)
def test_case_and_unicode_forms_make_no_difference(label: str) -> None:
    assert CLASS.find(label) == JURGEN


@pytest.mark.parametrize("label", ["ann", "Muster", "", "Anna Muster", "7 12345"])
def test_a_part_of_a_name_finds_nobody(label: str) -> None:
    assert CLASS.find(label) is None


def test_an_id_decides_over_a_name() -> None:
    assert CLASS.find("Jürgen Groß", moodle_id="12345") == ANNA


def test_an_unknown_moodle_id_leaves_the_name_since_each_assignment_has_its_own() -> None:
    assert CLASS.find("Muster, Anna Maria", moodle_id="99") == ANNA


def test_another_canvas_id_shows_a_namesake() -> None:
    assert CLASS.find("Muster, Anna Maria", canvas_id="8") is None


def test_a_name_of_two_persons_finds_nobody_but_the_keys_do() -> None:
    roster = Roster([Person("a1", "Kim Li"), Person("a2", "Li Kim")])

    assert roster.find("Kim Li") is None
    assert [one.key for one in roster.matches("Kim Li")] == ["a1", "a2"]
    assert roster.find("a2") == roster.persons[1]


def test_a_key_is_exact_where_another_differs_by_spaces_only() -> None:
    roster = Roster([Person("1-12", "x"), Person("11-2", "y")])

    assert roster.find("11-2") == roster.persons[1]


@given(
    st.lists(
        st.text(min_size=1, max_size=60).filter(lambda text: text.isprintable() and text == text.strip()),
        unique=True,
    )
)
def test_every_key_finds_its_person(keys: list[str]) -> None:
    keys = [key for key in keys if unicodedata.is_normalized("NFC", key) and "  " not in key]
    roster = Roster([Person(key, "") for key in keys])

    assert [one.key for key in keys if (one := roster.find(key))] == keys


def test_without_a_roster_a_name_is_a_person_with_the_platforms_id() -> None:
    claim = Claim("Anna", (("moodle_id", "5"),))

    assert recognise([claim], None) == {claim: (Person("Anna", "Anna", "", {"moodle_id": "5"}), ())}


def test_a_person_of_the_roster_gets_the_platforms_id() -> None:
    claim = Claim("s02", (("canvas_id", "31"),))

    person, notes = recognise([claim], CLASS)[claim]

    assert (person.key, dict(person.ids), notes) == ("s02", {"login": "jg2", "canvas_id": "31"}, ())


def test_whom_the_roster_lacks_is_kept_with_a_note() -> None:
    claim = Claim("Bob")

    assert recognise([claim], CLASS)[claim] == (Person("Bob", "Bob"), ("not on the roster",))


def test_who_is_not_told_apart_is_kept_with_the_candidates() -> None:
    claim = Claim("Kim Li")

    person, notes = recognise([claim], Roster([Person("a1", "Kim Li"), Person("a2", "Li Kim")]))[claim]

    assert (person.key, notes) == ("Kim Li", ("not told apart on the roster: may be a1 or a2",))


def test_two_ids_of_one_name_in_one_place_are_two_persons() -> None:
    one, other = (Claim("Anna", (("moodle_id", number),), ("hw1",)) for number in ("5", "6"))

    known = recognise([one, other], None)

    assert (known[one][0].key, known[other][0].key) == ("Anna (5)", "Anna (6)")
    assert known[one][1] == ("shares a name with others: a roster tells them apart",)


def test_two_ids_of_moodle_in_two_places_are_one_person() -> None:
    claims = [Claim("Anna", (("moodle_id", number),), (f"hw{number}",)) for number in ("5", "6")]

    assert {person.key for person, _ in recognise(claims, None).values()} == {"Anna"}


def test_two_ids_of_canvas_are_two_persons_everywhere() -> None:
    claims = [Claim("anna", (("canvas_id", number),), (f"hw{number}",)) for number in ("5", "6")]

    assert {person.key for person, _ in recognise(claims, None).values()} == {"anna (5)", "anna (6)"}


def test_names_that_look_alike_stay_apart() -> None:
    labels = ["J\udcfcrgen", "J\udce4rgen", "J\u202e\udcfcrgen"]

    keys = {person.key for person, _ in recognise(map(Claim, labels), None).values()}

    assert keys == {"J\ufffdrgen (1)", "J\ufffdrgen (2)", "J\ufffdrgen (3)"}


def test_two_spellings_of_one_unicode_name_are_one_person() -> None:
    claims = [Claim(unicodedata.normalize(form, "Jürgen  Groß")) for form in ("NFC", "NFD")]

    assert {person.key for person, _ in recognise(claims, None).values()} == {"Jürgen Groß"}


@given(st.lists(st.text(min_size=1, max_size=8), max_size=8, unique=True))
def test_persons_do_not_depend_on_the_order_of_claims(labels: list[str]) -> None:
    claims = list(map(Claim, labels))

    assert recognise(claims, CLASS) == recognise(claims[::-1], CLASS)
