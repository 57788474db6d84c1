"""Walls around one answer: namespaces, mounts, capabilities and limits (Linux, by its own system calls).

The zygote is in bubblewrap's sandbox already. These walls are between it and its children, and between one
child and the next: see namespaces(7), capabilities(7), getrlimit(2) and prctl(2).
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from tl_course.grading.sandbox.inside import calls

MIB = 1024 * 1024
SCRATCH = ("/tmp", "/dev/shm")  # all that an answer can write to, empty at its start
NEW = {"mounts": 0x20000, "names": 0x4000000, "ipc": 0x8000000, "user": 0x10000000, "net": 0x40000000}
NEW_PROCESSES = 0x20000000
READ_ONLY, NO_SUID, NO_DEVICES, NO_EXEC, REMOUNT, BIND = 1, 2, 4, 8, 32, 4096
PRIVATE = 0x4000 | 0x40000  # this folder and all below
PARENT_DEATH, FILTER_CALLS, DROP_BOUND, NO_NEW_PRIVILEGES = 1, 22, 24, 38  # of prctl(2)
BY_PROGRAM = 2
CAPABILITY_VERSION = 0x20080522


@dataclass(frozen=True)
class Limits:
    """What one answer may use: seconds by the clock, MiB for each process and for each scratch folder."""

    seconds: float = 30.0
    memory: int = 2048
    disk: int = 64
    processes: int = 128  # with threads: a DataLoader with 8 workers hangs below 40


class RefusedError(OSError):
    """The system does not give a wall."""


def _call(name: str, *arguments: object) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise RefusedError(code, f"{name}: {os.strerror(code)}")


def enter_new_processes() -> None:
    """New user and process namespaces: the next child is process 1 of a world of its own."""
    user, group = os.getuid(), os.getgid()
    _call("unshare", NEW["user"] | NEW_PROCESSES)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def build_walls(limits: Limits) -> None:
    """No network, no processes in sight, scratch folders of its own, and no way to take any of it down."""
    die_with_parent()
    _call("unshare", NEW["mounts"] | NEW["names"] | NEW["ipc"] | NEW["net"])
    _call("mount", b"none", b"/", None, PRIVATE, None)
    for folder in SCRATCH:
        _empty(folder, f"size={limits.disk}m,nr_inodes=4000,mode=0777", NO_SUID | NO_DEVICES)
    _call("mount", b"/dev/null", b"/dev/zero", None, BIND, None)  # mapped, /dev/zero is memory without limit
    _hide_processes()
    _drop_capabilities()
    _filter_calls()


def _hide_processes() -> None:
    """A /proc with nothing in it but the kind of processor, which torch reads to choose its kernels."""
    processor = Path("/proc/cpuinfo")
    text = processor.read_bytes()
    flags = NO_SUID | NO_DEVICES | NO_EXEC
    _empty("/proc", "size=1m,nr_inodes=4,mode=0555", flags)
    processor.write_bytes(text)
    _call("mount", b"none", b"/proc", None, REMOUNT | READ_ONLY | flags, None)


def _empty(folder: str, options: str, flags: int) -> None:
    _call("mount", b"tmpfs", folder.encode(), b"tmpfs", flags, options.encode())


def die_with_parent() -> None:
    """Be killed when the parent ends (Linux only)."""
    if sys.platform == "linux":
        _call("prctl", PARENT_DEATH, signal.SIGKILL, 0, 0, 0)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("process", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable"))


def _drop_capabilities() -> None:
    for capability in range(64):
        ctypes.CDLL(None).prctl(DROP_BOUND, capability, 0, 0, 0)  # those beyond the last are refused
    header = _Header(CAPABILITY_VERSION, 0)
    _call("capset", ctypes.byref(header), ctypes.byref((_Sets * 2)()))
    _call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def _filter_calls() -> None:
    machine = calls.machine()
    if machine:
        _call("prctl", FILTER_CALLS, BY_PROGRAM, ctypes.byref(calls.filter_of(machine)), 0, 0)


def set_limits(limits: Limits) -> None:
    """Limits that the system itself keeps; where it has one of them not, the others still hold."""
    import resource  # Windows has none

    seconds = int(limits.seconds) + 2
    wanted = {
        "RLIMIT_CPU": seconds,
        "RLIMIT_DATA": limits.memory * MIB,
        "RLIMIT_AS": 16 * limits.memory * MIB,  # wide, as it counts what torch only reserves
        "RLIMIT_FSIZE": limits.disk * MIB,
        "RLIMIT_NPROC": limits.processes,
        "RLIMIT_NOFILE": 256,
        "RLIMIT_CORE": 0,
    }
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            most = resource.getrlimit(kind)[1]
            value = value if most == resource.RLIM_INFINITY else min(value, most)
            resource.setrlimit(kind, (value, value))


def try_walls() -> None:
    """Build them once in a child, to see whether the system gives them; raises RefusedError."""
    enter_new_processes()
    child = os.fork()
    if child == 0:
        try:
            build_walls(Limits())
        except RefusedError as problem:
            print(problem, file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(1)
