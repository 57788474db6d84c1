"""System calls that no answer needs, refused by a filter (seccomp(2), in the code of linux/filter.h).

Without it an answer could hold memory that no limit counts, get a user namespace of its own and with it the
right to mount, or leave a message for the next answer in the kernel's keyring.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from dataclasses import dataclass

SHARED_AND_ANONYMOUS = 0x21  # of mmap(2)
NEW_USER = 0x10000000  # of clone(2)
OTHER_NUMBERS = 0x40000000  # from here on x86 has the same calls once more

# seccomp_data: the call's number, the architecture, its address, six arguments of eight bytes each
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
LOAD, AND, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000


@dataclass(frozen=True)
class Machine:
    """The numbers that an architecture gives to calls: `refused`, and those that depend on an argument."""

    architecture: int
    refused: dict[str, int]
    clone: int
    clone3: int
    mmap: int


NEWER = {"io_uring_setup": 425, "memfd_secret": 447}  # the same everywhere
MACHINES = {
    "x86_64": Machine(
        0xC000003E,
        {
            "shmget": 29, "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272, "setns": 308,
            "memfd_create": 319, **NEWER,
        },
        clone=56, clone3=435, mmap=9,
    ),
    "aarch64": Machine(
        0xC00000B7,
        {
            "shmget": 194, "add_key": 217, "request_key": 218, "keyctl": 219, "unshare": 97, "setns": 268,
            "memfd_create": 279, **NEWER,
        },
        clone=220, clone3=435, mmap=222,
    ),
}  # fmt: skip


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def filter_of(machine: Machine) -> _Program:
    """The filter for prctl(2); the calls that it refuses fail with an error, and nothing is killed."""
    steps = [
        _step(LOAD, ARCHITECTURE),
        *(_step(EQUAL, machine.architecture, 1, 0), _refuse(errno.EPERM)),
        _step(LOAD, NUMBER),
        *(_step(AT_LEAST, OTHER_NUMBERS, 0, 1), _refuse(errno.EPERM)),
    ]
    for number in machine.refused.values():
        steps += [_step(EQUAL, number, 0, 1), _refuse(errno.EPERM)]
    steps += [_step(EQUAL, machine.clone3, 0, 1), _refuse(errno.ENOSYS)]  # C libraries then use clone
    steps += _refused_with(machine.clone, 0, NEW_USER)
    steps += _refused_with(machine.mmap, 3, SHARED_AND_ANONYMOUS)
    steps.append(_step(RETURN, ALLOW))
    return _Program(len(steps), b"".join(steps))


def machine() -> Machine | None:
    """This machine's numbers; None where they are not known, and there is no filter."""
    return MACHINES.get(platform.machine())


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    """An instruction; a comparison skips `then` or `otherwise` of those that follow."""
    return struct.pack("HBBI", code, then, otherwise, value)


def _refuse(error: int) -> bytes:
    return _step(RETURN, REFUSE | error)


def _refused_with(number: int, argument: int, bits: int) -> list[bytes]:
    """Refuse the call where all of `bits` are set in its argument."""
    return [
        _step(EQUAL, number, 0, 5),
        _step(LOAD, ARGUMENTS + 8 * argument),
        _step(AND, bits),
        _step(EQUAL, bits, 0, 1),
        _refuse(errno.EPERM),
        _step(LOAD, NUMBER),
    ]
