"""A class's files as they really arrive, and who handed in what."""

from __future__ import annotations

import io
import os
import socket
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tl_course.errors import CourseError
from tl_course.grading.intake import collect as intake
from tl_course.grading.intake.collect import Intake, collect, read_bytes
from tl_course.grading.intake.people import Person, Roster

posix = pytest.mark.skipif(os.name == "nt", reason="needs what Windows lacks")
BOOK = b'{"cells": []}'


def lay(folder: Path, *names: str, data: bytes = BOOK) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def zipped(*names: str, data: bytes = BOOK) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "class").mkdir()
    return tmp_path / "class"


def taken(source: Path, roster: Roster | None = None) -> Intake:
    return collect(source, roster, source.parent / "scratch")


def sources(found: Intake) -> dict[str, list[str]]:
    """Where each student's notebooks lay, in order."""
    return {one: [up.source for up in found.uploads if up.student == one] for one in found.people}


def reasons(found: Intake) -> dict[str, str]:
    return {one.source.partition("/")[2]: one.reason for one in found.rejected}


def test_notebooks_side_by_side_are_the_students_they_name(source: Path) -> None:
    lay(source, "anna_01.ipynb", "anna_02_fine_tuning.ipynb", "ben.IPYNB")

    found = taken(source)

    assert sources(found) == {
        "anna": ["class/anna_01.ipynb", "class/anna_02_fine_tuning.ipynb"],
        "ben": ["class/ben.IPYNB"],
    }
    assert found.rejected == []


def test_a_zip_gives_what_its_folder_gives(source: Path) -> None:
    names = ["anna/01.ipynb", "anna/sub/02.ipynb", "ben/01.ipynb", "cem.ipynb", "cem.pdf"]
    lay(source, *names)
    (source.parent / "class.zip").write_bytes(zipped(*names))

    by_folder, by_zip = taken(source), taken(source.parent / "class.zip")

    assert [up.path.read_bytes() for up in by_zip.uploads] == [BOOK] * 4
    assert [up.source for up in by_zip.uploads] == [
        up.source.replace("class", "class.zip", 1) for up in by_folder.uploads
    ]
    assert (by_zip.people, reasons(by_zip)) == (by_folder.people, reasons(by_folder))


def test_a_single_notebook_is_a_class_of_one(source: Path) -> None:
    assert sources(taken(lay(source, "anna_01.ipynb") / "anna_01.ipynb")) == {
        "anna": ["anna_01.ipynb/anna_01.ipynb"]
    }


@pytest.mark.parametrize("inner", ["", "submitted/"])
def test_nbgraders_tree_is_read_with_its_timestamps(source: Path, inner: str) -> None:
    for attempt, stamp in (("b", "2024-01-05 10:00:00.5 UTC"), ("a", "2024-01-06 10:00:00.5 UTC")):
        lay(source, f"{inner}anna/{attempt}/01.ipynb")
        (source / f"{inner}anna/{attempt}/timestamp.txt").write_text(stamp)
    lay(source, f"{inner}ben/a/01.ipynb")
    if inner:
        lay(source, "release/01/01.ipynb", "gradebook.db")

    found = taken(source)

    assert sources(found)["anna"] == [f"class/{inner}anna/b/01.ipynb", f"class/{inner}anna/a/01.ipynb"]
    assert [up.order for up in found.uploads][:2] == [(0.0, 1704448800.0), (0.0, 1704535200.0)]
    assert (list(found.people), found.rejected) == (["anna", "ben"], [])


def test_moodles_download_gives_names_and_ids(source: Path) -> None:
    lay(source, "Anna Muster_11_assignsubmission_file_/01.ipynb")
    lay(source, "Ben Li_12_assignsubmission_file_02.ipynb")
    lay(source, "Ben Li_12_assignsubmission_onlinetext/onlinetext.html")

    found = taken(source)

    assert list(found.people.values()) == [
        Person("Anna Muster", "Anna Muster", "", {"moodle_id": "11"}),
        Person("Ben Li", "Ben Li", "", {"moodle_id": "12"}),
    ]
    assert [(one.reason, one.student) for one in found.rejected] == [
        ("is text typed into Moodle, not a notebook", "Ben Li")
    ]


def test_canvas_resubmissions_are_in_order_and_late_is_noted(source: Path) -> None:
    lay(source, "musteranna_7_91_hw-10.ipynb", "musteranna_LATE_7_93_hw-9.ipynb", "musteranna_7_90_hw.ipynb")

    found = taken(source, Roster([Person("s1", "Anna Muster")]))

    assert [(up.student, up.order[0], up.notes) for up in found.uploads] == [
        ("s1", 0, ()),
        ("s1", 9, ("marked late by Canvas",)),
        ("s1", 10, ()),
    ]


def test_blackboards_attempts_are_in_order_and_its_summaries_left_out(source: Path) -> None:
    for when in ("2024-02-01-10-00-00", "2024-01-01-10-00-00"):
        lay(source, f"hw1_anna_attempt_{when}_x.ipynb", f"hw1_anna_attempt_{when}.txt")

    found = taken(source)

    assert [up.source[-35:] for up in found.uploads] == [
        "attempt_2024-01-01-10-00-00_x.ipynb",
        "attempt_2024-02-01-10-00-00_x.ipynb",
    ]
    assert (list(found.people), found.rejected) == (["anna"], [])


def test_without_a_better_sign_the_newer_file_is_later(source: Path) -> None:
    lay(source, "anna/new.ipynb", "anna/old.ipynb")
    os.utime(source / "anna/old.ipynb", (1e9, 1e9))
    os.utime(source / "anna/new.ipynb", (2e9, 2e9))

    assert sources(taken(source))["anna"] == ["class/anna/old.ipynb", "class/anna/new.ipynb"]


def test_downloads_of_several_assignments_are_one_class(source: Path) -> None:
    for i in (1, 2):
        name = f"Anna_{i}1_assignsubmission_file_/x.ipynb"
        (source / f"hw{i}.zip").write_bytes(zipped(name, f"Ben_{i}2_assignsubmission_file_/x.ipynb"))

    found = taken(source)

    assert {name: len(lain) for name, lain in sources(found).items()} == {"Anna": 2, "Ben": 2}
    assert found.uploads[0].source == "class/hw1.zip/Anna_11_assignsubmission_file_/x.ipynb"


def test_a_students_zip_is_the_students_whatever_is_in_it(source: Path) -> None:
    lay(source, "ben.ipynb")
    (source / "anna_01.zip").write_bytes(zipped("ben/01.ipynb", "notes.txt"))

    assert sources(taken(source)) == {"anna": ["class/anna_01.zip/ben/01.ipynb"], "ben": ["class/ben.ipynb"]}


def test_a_students_zip_cannot_pass_for_a_class(source: Path) -> None:
    lay(source, "ben.ipynb")
    (source / "anna.zip").write_bytes(zipped("ben_11_22_x.ipynb", "cem_33_44_x.ipynb"))

    found = taken(source)

    assert sources(found) == {"anna": [], "ben": ["class/ben.ipynb"]}
    assert "holds a whole class" in reasons(found)["anna.zip"]


def test_what_is_no_notebook_is_named_and_not_fatal(source: Path) -> None:
    lay(
        source,
        "anna/01.ipynb",
        "anna/essay.pdf",
        "anna/code.py",
        "anna/all.tar.gz",
        "readme.txt",
        ".DS_Store",
    )
    lay(source, "anna/empty.ipynb", data=b"")
    lay(source, "anna/broken.zip", data=b"PK")

    found = taken(source)

    assert reasons(found) == {
        "anna/all.tar.gz": "is an archive of another kind: only .zip is opened",
        "anna/broken.zip": "is damaged or no zip (BadZipFile)",
        "anna/code.py": "is not a notebook (its name does not end in .ipynb)",
        "anna/empty.ipynb": "is empty",
        "anna/essay.pdf": "is not a notebook (its name does not end in .ipynb)",
        "readme.txt": "is not a notebook (its name does not end in .ipynb)",
    }
    assert {one.source: one.student for one in found.rejected}["class/readme.txt"] == ""
    assert {one.student for one in found.rejected} == {"anna", ""}


@posix
def test_links_pipes_and_sockets_are_refused_at_once(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(source, "anna/01.ipynb")
    lay(source.parent, "secret.ipynb", "others/x.ipynb")
    (source / "anna/link.ipynb").symlink_to(source.parent / "secret.ipynb")
    (source / "ben").symlink_to(source.parent / "others")
    os.mkfifo(source / "anna/pipe.ipynb")
    monkeypatch.chdir(source)  # a socket's path has to be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("anna/socket.ipynb")

    found = taken(source)

    assert len(found.uploads) == 1
    assert reasons(found) == {
        "anna/link.ipynb": "is a link, which is not followed",
        "anna/pipe.ipynb": "is not a regular file",
        "anna/socket.ipynb": "is not a regular file",
        "ben": "is a link, which is not followed",
    }


def test_a_large_file_is_refused_unread(source: Path) -> None:
    lay(source, "anna.ipynb")
    with (source / "ben.ipynb").open("wb") as file:
        file.truncate((20 << 20) + 1)

    found = taken(source)

    assert reasons(found) == {"ben.ipynb": "is larger than 20 MB"}
    assert list(found.people) == ["anna", "ben"]


def test_an_unreadable_file_is_refused(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(source, "anna.ipynb", "ben.ipynb")
    really = os.open

    def denied(path: Path, flags: int) -> int:
        if path.name == "ben.ipynb":
            raise PermissionError(13, "Permission denied")
        return really(path, flags)

    monkeypatch.setattr(os, "open", denied)

    assert reasons(taken(source)) == {"ben.ipynb": "cannot be read (Permission denied)"}


def test_a_notebook_that_names_nobody_is_refused_with_what_to_do(source: Path) -> None:
    assert reasons(taken(lay(source, "anna_01.ipynb", "01_grad_cam.ipynb"))) == {
        "01_grad_cam.ipynb": "names no student: put it into a folder with the student's name"
    }


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="no such names there")
def test_names_that_are_no_utf8_are_graded_and_shown_with_a_sign(source: Path) -> None:
    for name in (b"J\xfcrgen", b"J\xe4rgen"):
        folder = Path(os.fsdecode(os.fsencode(source) + b"/" + name))
        lay(folder, "01.ipynb")

    found = taken(source)

    assert list(found.people) == ["J\ufffdrgen (1)", "J\ufffdrgen (2)"]
    assert [up.source for up in found.uploads] == ["class/J\ufffdrgen/01.ipynb"] * 2
    assert [read_bytes(up.path) for up in found.uploads] == [BOOK] * 2


@posix
def test_names_are_cleaned_for_people_to_read(source: Path) -> None:
    lay(source, "an\u202ena\n\x1b[31m/x\u200f.ipynb")

    (upload,) = taken(source).uploads

    assert (upload.student, upload.source) == ("anna [31m", "class/anna [31m/x.ipynb")


def test_the_roster_gives_the_key_and_what_it_lacks_is_kept(source: Path) -> None:
    roster = Roster([Person("s1", "Anna Muster"), Person("s2", "Ben Li"), Person("s3", "Cem Ak")])
    lay(source, "Muster, Anna/01.ipynb", "ben li/01.ipynb", "dora/01.ipynb")

    found = taken(source, roster)

    assert [(up.student, up.notes) for up in found.uploads] == [
        ("dora", ("not on the roster",)),
        ("s1", ()),
        ("s2", ()),
    ]
    assert found.missing(roster) == [roster.persons[2]]
    assert list(found.people) == ["dora", "s1", "s2", "s3"]


def test_a_platforms_id_is_kept_for_the_tables_where_the_roster_has_none(source: Path) -> None:
    lay(source, "Anna Muster_11_assignsubmission_file_/01.ipynb")

    found = taken(source, Roster([Person("s1", "Anna Muster", "a@b.c")]))

    assert found.people == {"s1": Person("s1", "Anna Muster", "a@b.c", {"moodle_id": "11"})}


def test_a_student_with_many_files_holds_nobody_up(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST", 2)
    lay(
        source,
        *(f"anna/x ({i}).ipynb" for i in range(1, 8)),
        "ben/x.ipynb",
        *(f"ben/{i}.png" for i in range(9)),
    )

    found = taken(source)

    assert sources(found)["anna"] == ["class/anna/x (6).ipynb", "class/anna/x (7).ipynb"]
    assert [(one.source, one.reason[-26:]) for one in found.rejected if one.student == "ben"] == [
        ("class/ben/0.png", "me does not end in .ipynb)"),
        ("class/ben/1.png", "me does not end in .ipynb)"),
        ("class/ben/2.png", "; so 6 more of this folder"),
    ]


FOLDERS = (
    "anna", "ben", "hw1", "01", "class", "submissions", "..", "J\ufffd", "A_B_c_12", "\u202e", " ", "anna_01",
    "A_11_assignsubmission_file_", "A_12_assignsubmission_onlinetext", "1-2 - A - Jan 5, 2024 1000 AM",
)  # fmt: skip
FILES = (
    "01.ipynb", "anna_01.ipynb", "x.pdf", "anna_LATE_11_22_x-1.ipynb", "A_11_assignsubmission_file_x.ipynb",
    ".ipynb", "broken.zip", "student_17.ipynb", "hw_a_attempt_2024-01-01-10-00-00_x.ipynb", "01 (1).ipynb",
)  # fmt: skip
PATHS = st.builds(
    lambda folders, file: "/".join([*folders, file]),
    st.lists(st.sampled_from(FOLDERS), max_size=3),
    st.sampled_from(FILES),
)


@settings(max_examples=150, deadline=None)
@given(names=st.lists(PATHS, min_size=1, max_size=8, unique=True), with_roster=st.booleans())
def test_every_file_is_an_upload_or_refused_whatever_its_name(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], with_roster: bool
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "class.zip").write_bytes(zipped(*names))
    roster = Roster([Person("anna", "Anna B"), Person("s2", "B Anna")]) if with_roster else None

    found = collect(folder / "class.zip", roster, folder / "scratch")

    assert len(found.uploads) + len(found.rejected) == len(names)
    assert all(up.student and up.student in found.people for up in found.uploads)
    assert {one.student for one in found.rejected} <= {"", *found.people}
    assert all(person.key == key for key, person in found.people.items())


def test_the_same_files_give_the_same_intake(source: Path) -> None:
    lay(source, "b/1.ipynb", "a/2.ipynb", "c.ipynb", "c.txt", "d/x/y.ipynb")

    assert taken(source) == taken(source)


def test_unpacked_files_stay_in_the_scratch_folder(source: Path) -> None:
    path = source / "class.zip"
    path.write_bytes(zipped("../../evil.ipynb", "anna/../../evil.ipynb", "/evil.ipynb", "anna/01.ipynb"))

    found = collect(path, None, source / "scratch")

    assert len(found.uploads) == 1
    assert {one.reason for one in found.rejected} == {"has a name that leads out of the zip"}
    assert not list(source.parent.rglob("evil*"))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("nowhere", None, "There is no"),
        ("class.tar.gz", b"x", "is neither a folder nor a .zip: unpack it"),
        ("class.zip", b"x", "is damaged or no zip .* Download it again"),
        ("class.zip", zipped("__MACOSX/x"), "is empty: name the folder or zip"),
    ],
)
def test_a_source_that_holds_nothing_is_explained(source: Path, name: str, data: bytes, message: str) -> None:
    if data:
        (source / name).write_bytes(data)

    with pytest.raises(CourseError, match=message):
        collect(source / name, None, source / "scratch")


def test_an_empty_folder_is_explained(source: Path) -> None:
    with pytest.raises(CourseError, match="is empty: name the folder or zip"):
        taken(source)


@posix
def test_reading_is_capped_and_takes_regular_files_only(source: Path) -> None:
    lay(source, "x.ipynb", data=b"12345")
    (source / "link.ipynb").symlink_to(source / "x.ipynb")

    assert read_bytes(source / "x.ipynb", limit=5) == b"12345"
    with pytest.raises(CourseError, match="is larger than"):
        read_bytes(source / "x.ipynb", limit=4)
    with pytest.raises(CourseError, match="is a link"):
        read_bytes(source / "link.ipynb")
    with pytest.raises(CourseError, match="is not a regular file"):
        read_bytes(source)
