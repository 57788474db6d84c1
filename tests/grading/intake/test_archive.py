"""Zips from strangers: what is unpacked, what is refused and why, and that nothing else happens."""

from __future__ import annotations

import io
import os
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tl_course.errors import CourseError
from tl_course.grading.intake import archive
from tl_course.grading.intake.archive import Found, Limits, StudentZips, open_regular, unpack
from tl_course.grading.intake.naming import Claim

posix = pytest.mark.skipif(os.name == "nt", reason="needs what Windows lacks")
SMALL = Limits(total=1000, file=400, members=10)


def zipped(path: Path, members: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", kind) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def with_member(path: Path, name: str, data: bytes = b"{}", mode: int = 0) -> Path:
    """A zip of one member with a Unix mode."""
    member = zipfile.ZipInfo(name)
    member.external_attr, member.create_system = mode << 16, 3
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(member, data)
    return path


def contents(found: list[Found]) -> dict[str, bytes]:
    return {"/".join(one.parts): one.path.read_bytes() for one in found if one.path}


def reasons(found: list[Found]) -> dict[str, str]:
    return {"/".join(one.parts): one.reason for one in found if not one.path}


def test_notebooks_and_zips_are_unpacked_and_others_named(tmp_path: Path) -> None:
    path = zipped(tmp_path / "c.zip", {"anna/01.ipynb": b"one", "b.zip": b"two", "anna/cv.pdf": b"three"})

    found = unpack(path, tmp_path / "out")

    assert contents(found) == {"anna/01.ipynb": b"one", "b.zip": b"two"}
    assert reasons(found) == {"anna/cv.pdf": archive.NOT_A_NOTEBOOK}


def test_what_systems_leave_behind_is_no_word_worth(tmp_path: Path) -> None:
    litter = ["__MACOSX/._01.ipynb", "a/.ipynb_checkpoints/01.ipynb", "a/.DS_Store", "a/._01.ipynb"]

    assert unpack(zipped(tmp_path / "c.zip", dict.fromkeys(litter, b"x")), tmp_path / "out") == []


@pytest.mark.parametrize(
    "name", ["../x.ipynb", "/etc/x.ipynb", "a/../../x.ipynb", "..\\x.ipynb", "C:\\x.ipynb"]
)
def test_names_that_lead_out_are_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    path = with_member(inside / "c.zip", name)

    found = unpack(path, inside / "out")

    assert [one.reason for one in found] == ["has a name that leads out of the zip"]
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["c.zip", "in", "out"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    found = unpack(with_member(tmp_path / "c.zip", "x.ipynb", b"/etc/passwd", kind | 0o777), tmp_path / "out")

    assert reasons(found) == {"x.ipynb": "is a link or a device, not a file"}
    assert list((tmp_path / "out").iterdir()) == []


def test_only_plain_files_come_out(tmp_path: Path) -> None:
    unpack(with_member(tmp_path / "c.zip", "x.ipynb", b"{}", stat.S_IFREG | 0o4777), tmp_path / "out")

    (file,) = (tmp_path / "out").iterdir()
    assert file.lstat().st_mode & 0o7111 == 0


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = with_member(tmp_path / "c.zip", "x.ipynb")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)

    assert "is encrypted" in reasons(unpack(path, tmp_path / "out"))["x.ipynb"]


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressions_without_a_bound_on_memory_are_refused(tmp_path: Path, kind: int) -> None:
    path = zipped(tmp_path / "c.zip", {"x.ipynb": b"{}"}, kind)

    assert "unusual way" in reasons(unpack(path, tmp_path / "out"))["x.ipynb"]


def test_a_bomb_is_refused_by_its_size_and_its_neighbour_is_kept(tmp_path: Path) -> None:
    path = zipped(tmp_path / "c.zip", {"a.ipynb": bytes(30 << 20), "b.ipynb": b"{}"})

    found = unpack(path, tmp_path / "out")

    assert path.stat().st_size < 40_000
    assert (contents(found), reasons(found)) == ({"b.ipynb": b"{}"}, {"a.ipynb": "is larger than 20 MB"})
    assert [one.stat().st_size for one in (tmp_path / "out").iterdir()] == [2]


def test_many_files_below_the_limit_stop_at_the_total(tmp_path: Path) -> None:
    path = zipped(tmp_path / "c.zip", {f"{i}.ipynb": bytes(390) for i in range(6)} | {"z.ipynb": b"{}"})

    found = unpack(path, tmp_path / "out", SMALL)

    assert set(contents(found)) == {"z.ipynb", "0.ipynb", "1.ipynb"}
    assert all("unpacks to more than is allowed" in reason for reason in reasons(found).values())
    assert sum(one.stat().st_size for one in (tmp_path / "out").iterdir()) <= SMALL.total


def test_a_size_that_lies_gives_no_more_than_it_says(tmp_path: Path) -> None:
    path = zipped(tmp_path / "c.zip", {"a.ipynb": bytes(1 << 20)})
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<L", 1 << 20), struct.pack("<L", 10)))

    found = unpack(path, tmp_path / "out", SMALL)

    assert "cannot be unpacked" in reasons(found)["a.ipynb"]
    assert list((tmp_path / "out").iterdir()) == []


def test_too_many_members_are_refused_as_a_whole(tmp_path: Path) -> None:
    path = zipped(tmp_path / "c.zip", {f"{i}.ipynb": b"{}" for i in range(11)})

    assert unpack(path, tmp_path / "out", SMALL) == [Found((), reason="holds 11 files; 10 are allowed")]


def test_a_long_list_of_files_is_not_read_into_memory(tmp_path: Path) -> None:
    path = zipped(tmp_path / "c.zip", {f"{i}.ipynb": b"{}" for i in range(200)})

    found = unpack(path, tmp_path / "out", Limits(total=1000, table=5000))

    assert found == [Found((), reason="lists too many files")]


def test_members_of_one_name_are_both_kept(tmp_path: Path) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(tmp_path / "c.zip", "w") as file:
        warnings.simplefilter("ignore")
        file.writestr("x.ipynb", b"one")
        file.writestr("x.ipynb", b"two, longer")

    found = unpack(tmp_path / "c.zip", tmp_path / "out")

    assert [(one.parts, one.path.read_bytes()) for one in found if one.path] == [
        (("x.ipynb",), b"one"),
        (("x.ipynb",), b"two, longer"),
    ]


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04 cut", b"PK\x05\x06" + bytes(18)[:10]])
def test_what_is_no_zip_is_a_reason_and_no_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "c.zip").write_bytes(data)

    (found,) = unpack(tmp_path / "c.zip", tmp_path / "out")

    assert (found.parts, found.path) == ((), None)
    assert "is damaged or no zip" in found.reason


def raw_zip(name: bytes, flag: int) -> bytes:
    """A zip of one stored, empty-checked member whose name is these bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("N" * len(name), b"{}")
    data = bytearray(buffer.getvalue().replace(b"N" * len(name), name))
    for at in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[at : at + 2] = struct.pack("<H", flag)
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Jürgen/01.ipynb".encode(), "Jürgen/01.ipynb"),  # UTF-8 that does not say so
        ("Jürgen/01.ipynb".encode("cp437"), "Jürgen/01.ipynb"),  # what Windows writes
        (b"a\\b\\01.ipynb", "a/b/01.ipynb"),
    ],
)
def test_names_without_the_mark_for_utf8_are_read_all_the_same(
    tmp_path: Path, name: bytes, shown: str
) -> None:
    (tmp_path / "c.zip").write_bytes(raw_zip(name, 0))

    assert contents(unpack(tmp_path / "c.zip", tmp_path / "out")) == {shown: b"{}"}


def test_a_name_that_is_wrongly_marked_as_utf8_is_a_reason(tmp_path: Path) -> None:
    (tmp_path / "c.zip").write_bytes(raw_zip(b"J\xfcrgen.ipynb", 0x800))

    (found,) = unpack(tmp_path / "c.zip", tmp_path / "out")

    assert "file names that cannot be read" in found.reason


def test_a_name_longer_than_a_file_system_allows_is_refused(tmp_path: Path) -> None:
    (found,) = unpack(with_member(tmp_path / "c.zip", "a_1" * 20_000 + ".ipynb"), tmp_path / "out")

    assert found.reason == "has a name that is too long"
    assert len("".join(found.parts)) == archive.LONGEST_NAME


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=8))
def test_damaged_bytes_never_raise(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    path = zipped(folder / "c.zip", {"anna/01.ipynb": b"{" * 200, "b/02.ipynb": b"abc" * 30})
    data = bytearray(path.read_bytes())
    for at, value in changes:
        data[at % len(data)] = value
    path.write_bytes(data)

    for one in unpack(path, folder / "out"):
        assert (one.path is None) == bool(one.reason)


PATHS = st.lists(st.text(st.characters(blacklist_characters="/\\:\0"), min_size=1, max_size=20), max_size=3)


@settings(max_examples=60, deadline=None)
@given(folders=PATHS)
def test_any_name_survives_and_stays_inside(
    tmp_path_factory: pytest.TempPathFactory, folders: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("names")
    name = "/".join([*folders, "x.ipynb"])
    try:
        path = with_member(folder / "c.zip", name)
    except UnicodeEncodeError:  # a lone surrogate cannot be written
        return

    found = unpack(path, folder / "out")

    assert len(found) <= 1
    assert {one.parent for one in folder.rglob("*") if one.is_file()} <= {folder, folder / "out"}


def test_a_students_zip_gives_its_notebooks_only(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "deep.zip", {"x.ipynb": b"{}"}).read_bytes()
    path = zipped(tmp_path / "w.zip", {"a/01.ipynb": b"one", "data.csv": b"1", "deep.zip": inner})

    found = StudentZips(tmp_path).opened(Found(("anna", "w.zip"), path), Claim("anna"))

    assert contents(found) == {"anna/w.zip/a/01.ipynb": b"one"}
    assert reasons(found) == {"anna/w.zip/deep.zip": "is a zip within a zip: ask for the notebook itself"}


def test_a_students_zip_without_a_notebook_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "w.zip", {"essay.docx": b"x"})

    found = StudentZips(tmp_path).opened(Found(("anna", "w.zip"), path), Claim("anna"))

    assert found == [Found(("anna", "w.zip"), reason="holds no notebook")]


def test_all_zips_of_a_student_share_one_allowance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "STUDENT", Limits(total=1000))
    path, zips = zipped(tmp_path / "w.zip", {"x.ipynb": bytes(700)}), StudentZips(tmp_path)

    first, second, other = (
        zips.opened(Found((name, "w.zip"), path), Claim(name))[0].path for name in ("anna", "anna", "ben")
    )

    assert [bool(one) for one in (first, second, other)] == [True, False, True]


@posix
def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.ipynb")

    with pytest.raises(CourseError, match="is not a regular file"):
        open_regular(tmp_path / "x.ipynb")


@posix
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "x.ipynb").symlink_to(tmp_path / "secret")

    with pytest.raises(CourseError, match="is a link"):
        open_regular(tmp_path / "x.ipynb")
