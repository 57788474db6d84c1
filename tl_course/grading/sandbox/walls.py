"""The sandbox that the zygote starts in: bubblewrap with an allow-list of what it sees."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path

import tl_course

NOBODY = "65534"
PACKAGE = Path(tl_course.__file__).parent
SYSTEM = (
    *("/usr", "/lib", "/lib64", "/bin", "/sbin"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/fonts"),
)
ENVIRONMENT = {
    "HOME": "/tmp",
    "USER": "student",  # there is no list of users to ask for a name
    "MPLCONFIGDIR": "/tmp/matplotlib",
    "IPYTHONDIR": "/tmp/ipython",
    "TL_COURSE_PROGRESS": "off",
    "TL_COURSE_PROFILE": "pocket",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
}


@cache
def missing() -> str:
    """Why there is no full protection here, in one sentence; empty where there is."""
    if sys.platform != "linux":
        return "bubblewrap needs Linux, and this is another system."
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed (on Debian and Ubuntu: apt install bubblewrap)."
    script = "from tl_course.grading.sandbox.inside.isolation import try_walls; try_walls()"
    test = [*command(), sys.executable, "-B", "-c", script]
    done = subprocess.run(test, capture_output=True, text=True, errors="replace")
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return f"bubblewrap is installed, but the system lets it build no sandbox: {reason}"
    return ""


def command() -> list[str]:
    """The start of a command line that runs what follows in the sandbox.

    Nothing of the file system is there but the system's programs, Python with its packages, and the course's
    package without the checks' expected values; no network, no other process, nothing to write but /tmp.
    """
    root = os.getuid() == 0
    line = ["bwrap", *(f"--unshare-{one}" for one in ("pid", "net", "ipc", "uts", "cgroup-try"))]
    if not root:
        line += ["--unshare-user", "--uid", NOBODY, "--gid", NOBODY]
    line += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"]
    for name, value in ENVIRONMENT.items():
        line += ["--setenv", name, value]
    line += ["--setenv", "PYTHONPATH", str(PACKAGE.parent)]
    line += _mounts()
    line += ["--chdir", "/tmp", "--"]
    if root:  # in a user namespace of its own, root would still read what is root's
        line += ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--no-new-privs", "--"]
    return line


def _mounts() -> list[str]:
    seen = [Path(path) for path in SYSTEM]
    seen += [Path(path) for path in (sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"))]
    seen += [Path(path) for path in site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        seen.append(Path(site.getusersitepackages()))
    line: list[str] = []
    folders: set[Path] = set()
    for path in dict.fromkeys([*_outermost(seen), PACKAGE]):
        line += [*_parents(path, folders), "--ro-bind-try", str(path), str(path)]
    line += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp"]
    return [*line, *_hidden()]


def _outermost(paths: list[Path]) -> list[Path]:
    """The paths that exist and lie in none of the others."""
    found = [path for path in dict.fromkeys(paths) if path.exists()]
    return [path for path in found if not any(other in path.parents for other in found)]


def _parents(path: Path, made: set[Path]) -> list[str]:
    """Options that make the folders above `path`: by itself bubblewrap makes them for root alone."""
    line: list[str] = []
    for folder in reversed(path.parents[:-1]):
        if folder not in made and not folder.is_relative_to("/usr"):
            made.add(folder)
            line += ["--perms", "0755", "--dir", str(folder)]
    return line


def _hidden() -> list[str]:
    """Each lesson's folder of checks holds its probes alone."""
    line: list[str] = []
    for lesson in sorted((PACKAGE / "exercises").glob("lesson_*")):
        line += ["--perms", "0755", "--tmpfs", str(lesson)]
        for name in ("__init__.py", "probes.py"):
            line += ["--ro-bind", str(lesson / name), str(lesson / name)]
        line += ["--remount-ro", str(lesson)]
    return line
