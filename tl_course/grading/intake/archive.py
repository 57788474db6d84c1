"""Zip files from strangers: taken apart with limits that are counted while reading.

Nothing of a zip's names reaches the disk: members are written under numbers.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import tempfile
import zipfile
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import BinaryIO

from tl_course.errors import CourseError
from tl_course.grading.intake.naming import Claim, Parts, by_platform, is_litter

MEGABYTE = 1 << 20
LARGEST = 20 * MEGABYTE
NOT_A_NOTEBOOK = "is not a notebook (its name does not end in .ipynb)"
LEADS_OUT = "has a name that leads out of the zip"
TOO_LARGE = "is larger than {} MB"
OTHER_ARCHIVES = (".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar")
WHOLE_CLASS = "holds a whole class: unpack it and put its folder here, or grade it by itself"
LONGEST_NAME, LONGEST_PATH = 255, 1000


@dataclass(frozen=True)
class Found:
    """A file that was handed in: `parts` say where it lay, `moment` when (seconds since 1970).

    `path` is a regular file with its bytes, or None, and `reason` then says why.
    """

    parts: Parts
    path: Path | None = None
    moment: float = 0.0
    reason: str = ""


@dataclass(frozen=True)
class Limits:
    """For one zip: bytes of all that is unpacked, bytes of one file, files, bytes of the list of them."""

    total: int
    file: int = LARGEST
    members: int = 100_000
    table: int = 40 * MEGABYTE


CLASS = Limits(total=8192 * MEGABYTE)
STUDENT = Limits(total=100 * MEGABYTE, members=10_000, table=2 * MEGABYTE)


class _RefusedError(Exception):
    """Why a member is not unpacked."""


class _CappedTable(io.BufferedReader):
    """zipfile reads the whole table of contents in one call, before it can be asked for its length."""

    def __init__(self, file: io.RawIOBase, limit: int) -> None:
        super().__init__(file)
        self.limit = limit

    def read(self, size: int | None = -1, /) -> bytes:
        ask = self.limit + 1
        data = super().read(ask if size is None or size < 0 else min(size, ask))
        if len(data) > self.limit:
            raise _RefusedError("lists too many files")
        return data


def why_refused(name: str) -> str:
    """The reason why a file of this name is not opened; empty for what can be a submission."""
    ending = Path(name).suffix.lower()
    if ending in (".ipynb", ".zip") or name == "timestamp.txt":
        return ""
    return (
        "is an archive of another kind: only .zip is opened" if ending in OTHER_ARCHIVES else NOT_A_NOTEBOOK
    )


def open_regular(path: Path, limit: int = LARGEST) -> BinaryIO:
    """Open a file without following a link and without waiting for a pipe or a device.

    Raises CourseError with the reason: a link, no regular file, empty, over `limit` bytes, unreadable.
    """
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        if reason := _why_not_read(path.lstat(), limit):  # to open a device may do something already
            raise CourseError(reason)
        descriptor = os.open(path, flags)
    except OSError as problem:
        raise CourseError(f"cannot be read ({problem.strerror})") from None
    if reason := _why_not_read(os.fstat(descriptor), limit):
        os.close(descriptor)
        raise CourseError(reason)
    return os.fdopen(descriptor, "rb")


def _why_not_read(status: os.stat_result, limit: int) -> str:
    if stat.S_ISLNK(status.st_mode):
        return "is a link, which is not followed"
    if not stat.S_ISREG(status.st_mode):
        return "is not a regular file"
    if status.st_size == 0:
        return "is empty"
    return TOO_LARGE.format(limit // MEGABYTE) if status.st_size > limit else ""


def unpack(archive: Path, into: Path, limits: Limits = CLASS) -> list[Found]:
    """The files of a zip: what can be a submission as a numbered file in the new folder `into`, else why not.

    An archive that cannot be read at all gives one reason with empty `parts`. Raises nothing for what the
    zip holds; OSError where `into` cannot be made.
    """
    into.mkdir(parents=True)
    try:
        with (
            io.FileIO(archive) as raw,
            _CappedTable(raw, limits.table) as file,
            zipfile.ZipFile(file) as opened,
        ):
            return _unpack(opened, into, limits)
    except _RefusedError as refused:
        return [Found((), reason=str(refused))]
    except UnicodeDecodeError:
        return [Found((), reason="holds file names that cannot be read: unpack it and hand over the folder")]
    except Exception as problem:  # zipfile meets damaged bytes with a dozen kinds
        return [Found((), reason=f"is damaged or no zip ({type(problem).__name__})")]


def names_in(archive: Path) -> list[Parts]:
    """Where notebooks and zips lie in a zip; nothing for one that cannot be read."""
    try:
        with (
            io.FileIO(archive) as raw,
            _CappedTable(raw, CLASS.table) as file,
            zipfile.ZipFile(file) as opened,
        ):
            parts = [_parts(one) for one in opened.infolist() if not one.is_dir()]
    except Exception:  # `unpack` says why
        return []
    return [one for one in parts if is_submission(one[-1]) and not is_litter(one)]


def is_submission(name: str) -> bool:
    """Whether a file of this name is looked into: a notebook or a zip."""
    return name.lower().endswith((".ipynb", ".zip"))


def _unpack(archive: zipfile.ZipFile, into: Path, limits: Limits) -> list[Found]:
    members = [one for one in archive.infolist() if not one.is_dir()]
    if len(members) > limits.members:
        raise _RefusedError(f"holds {len(members):,} files; {limits.members:,} are allowed")
    found, room = [], limits.total
    # Smallest first, so that the bomb runs out of room and not its neighbours: zipfile never reads more of a
    # member than the size it is listed with.
    for number, member in sorted(enumerate(members), key=lambda one: one[1].file_size):
        parts = _parts(member)
        if is_litter(parts):
            continue
        path = into / f"{number:06}"
        try:
            _check(member, parts)
            room -= _copy(archive, member, path, limits.file, room)
            found.append(Found(parts, path, _moment(member)))
        except _RefusedError as refused:
            path.unlink(missing_ok=True)
            short = tuple(part[:LONGEST_NAME] for part in parts[:20])
            found.append(Found(short, reason=str(refused)))
    return found


def _parts(member: zipfile.ZipInfo) -> Parts:
    """The member's name; Windows writes backslashes, and much software UTF-8 without saying so."""
    name = member.filename
    if not member.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", ".")) or ("?",)


def _check(member: zipfile.ZipInfo, parts: Parts) -> None:
    """Raise _RefusedError with the reason why a member is not even opened."""
    name, kind = member.filename, stat.S_IFMT(member.external_attr >> 16)
    if ".." in parts or name.startswith(("/", "\\")) or name[1:2] == ":":
        raise _RefusedError(LEADS_OUT)
    if max(map(len, parts)) > LONGEST_NAME or len(name) > LONGEST_PATH:
        raise _RefusedError("has a name that is too long")
    if kind not in (0, stat.S_IFREG):
        raise _RefusedError("is a link or a device, not a file")
    if reason := why_refused(parts[-1]):
        raise _RefusedError(reason)
    if member.flag_bits & 0x1:
        raise _RefusedError("is encrypted: ask for it without a password")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # Python reads the other kinds without a bound on the memory that one call takes
        raise _RefusedError("is compressed in an unusual way: ask for an ordinary zip")


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, largest: int, room: int) -> int:
    """Write a member to `path`, which must not exist; the number of bytes."""
    written = 0
    try:
        with archive.open(member) as source, path.open("xb") as target:
            while block := source.read(1 << 16):
                written += len(block)
                if written > min(largest, room):
                    raise _RefusedError(_too_much(written > largest, largest))
                target.write(block)
    except _RefusedError:
        raise
    except Exception as problem:  # damaged bytes, a full disk
        raise _RefusedError(f"cannot be unpacked ({type(problem).__name__}); ask for it again") from None
    if not written:
        raise _RefusedError("is empty")
    return written


def _too_much(alone: bool, largest: int) -> str:
    if alone:
        return TOO_LARGE.format(largest // MEGABYTE)
    return "does not fit: the zip unpacks to more than is allowed; unpack it and hand over the folder"


def _moment(member: zipfile.ZipInfo) -> float:
    try:
        return datetime(*member.date_time, tzinfo=timezone.utc).timestamp()
    except ValueError:
        return 0.0


def new_folder(scratch: Path) -> Path:
    """A path for `unpack` to make, different at every call."""
    return Path(tempfile.mkdtemp(dir=scratch)) / "files"


class StudentZips:
    """Opens the zips that students handed in, with one allowance of bytes for all of a student's."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.spent: Counter[tuple[object, ...]] = Counter()

    def opened(self, one: Found, claim: Claim) -> list[Found]:
        """The file itself, or the notebooks in it where it is a zip."""
        if claim.refused:
            return [replace(one, path=None, reason=claim.refused)]
        if one.path is None or not one.parts[-1].lower().endswith(".zip"):
            return [one]
        members = self._notebooks(one.path, claim)
        if not claim.by_platform and any(by_platform(member.parts[0]) for member in members if member.parts):
            return [replace(one, path=None, reason=WHOLE_CLASS)]
        if not members:
            return [replace(one, path=None, reason="holds no notebook")]
        return [replace(member, parts=one.parts + member.parts) for member in members]

    def _notebooks(self, path: Path, claim: Claim) -> list[Found]:
        student = (claim.label, claim.ids)
        room = STUDENT.total - self.spent[student]
        found = [
            _no_zip(one)
            for one in unpack(path, new_folder(self.scratch), replace(STUDENT, total=room))
            if one.reason != NOT_A_NOTEBOOK and one.parts[-1:] != ("timestamp.txt",)
        ]
        self.spent[student] += sum(one.path.stat().st_size for one in found if one.path)
        return found


def _no_zip(one: Found) -> Found:
    if one.path and one.parts[-1].lower().endswith(".zip"):
        return replace(one, path=None, reason="is a zip within a zip: ask for the notebook itself")
    return one
