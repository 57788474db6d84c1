"""Servers that a browser can open: the course's JupyterLab, and voila, each on a copy of the notebooks."""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import pytest

from tl_course.lab import HIDDEN_LAB_EXTENSIONS, lab_environment, start_lab

ROOT = Path(__file__).parents[2]
FOLDERS = ("notebooks", "exercises", "solutions")
PATIENCE = 60  # seconds for a server, a page, or a kernel to come up


@dataclass(frozen=True)
class Server:
    """A server of this machine: its port, the token that it wants, the copy of the course that it serves."""

    port: int
    token: str
    course: Path

    @property
    def host(self) -> tuple[str, int]:
        """Where it listens."""
        return "127.0.0.1", self.port

    @property
    def url(self) -> str:
        """Where its addresses start."""
        return f"http://127.0.0.1:{self.port}"

    def address(self, path: str) -> str:
        """The address of `path` on this server."""
        return f"{self.url}/{path}?token={self.token}"


def new_server(folder: Path) -> Server:
    """A server to be started on a port that is free now, for a copy of the notebooks in `folder`."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        return Server(free.getsockname()[1], secrets.token_hex(8), folder)


@contextmanager
def lab_server(course: Path, home: Path) -> Iterator[Server]:
    """The course's JupyterLab as `tl-course lab` starts it, on a copy in `course`, for the user of `home`."""
    server = new_server(course)
    arguments = [*where(server, "ServerApp"), "--allow-root", "--LabApp.expose_app_in_browser=True"]
    log = home / "lab.log"
    with pytest.MonkeyPatch.context() as patch, log.open("wb") as sink:
        patch.setenv("MPLCONFIGDIR", matplotlib.get_configdir())  # else each home costs a new font cache
        patch.setenv("HOME", str(home))
        process = start_lab(course, arguments, stdout=sink, stderr=sink)
    yield from until_done(server, process, log)


@contextmanager
def voila_server(course: Path, home: Path, notebook: str) -> Iterator[Server]:
    """Voila on one notebook of a copy of the course, without what the course's JupyterLab hides."""
    server = new_server(course)
    hidden = [f"--VoilaConfiguration.extension_denylist={name}" for name in HIDDEN_LAB_EXTENSIONS]
    command = [sys.executable, "-m", "voila", str(course / notebook), *where(server, "Voila"), *hidden]
    log = home / "voila.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(command, env=lab_environment(home), stdout=sink, stderr=sink)
    yield from until_done(server, process, log)


def where(server: Server, application: str) -> Sequence[str]:
    """The arguments for a server's own address."""
    ip, port = server.host
    return ["--no-browser", f"--{application}.ip={ip}", f"--port={port}", f"--{application}.port_retries=0",
            f"--IdentityProvider.token={server.token}"]  # fmt: skip


def until_done(server: Server, process: subprocess.Popen[bytes], log: Path) -> Iterator[Server]:
    """Give the server once it answers, and end it afterwards."""
    with process:
        try:
            wait_for(server, process, log)
            yield server
        finally:
            process.terminate()


def wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server listens; fails with its log if it ends or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with socket.create_connection(server.host):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"no answer from {server.url}:\n{log.read_text(encoding='utf-8', errors='replace')}")
