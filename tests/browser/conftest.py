"""The course's own JupyterLab in a real browser: fixtures that open notebooks in it and run them.

A test gets a page by `cells` (a scratch notebook) or `lesson` (a notebook of the course) and uses it as a
person would. Whatever the page or its kernel complains about on the way fails the test at its end.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import matplotlib
import nbformat
import pytest

from tl_course.lab import start_lab

ROOT = Path(__file__).parents[2]
FOLDERS = ("notebooks", "exercises", "solutions")
PATIENCE = 60  # seconds for the server, the page, and the kernel to come up
RUN_PATIENCE = 600  # seconds for a notebook's cells

# Errors that JupyterLab 4.6 logs by itself in a notebook that does nothing, each with why.
KNOWN_TO_LOG: dict[str, str] = {}

# What axe finds in outputs and the course can't mend, each with why.
EXCLUDED_FROM_AXE = {".jp-RenderedImage > img": "JupyterLab gives the picture of an image/png output no alt"}
KNOWN_TO_AXE = {("aria-input-field-name", "noUi-handle"): "ipywidgets gives a slider's handle no name"}


def chromium() -> str | None:
    """The path of a Chromium, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def missing() -> str:
    """What a test in the browser lacks here; "" where it lacks nothing."""
    modules = ("pytest_playwright", "axe_playwright_python")
    lacking = [module for module in modules if importlib.util.find_spec(module) is None]
    return ", ".join(lacking + ["Chromium (or CHROMIUM=path)"] * (chromium() is None))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip this folder's tests where the browser or its drivers are missing."""
    lacking = missing()
    for item in items:
        if lacking and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=f"not installed: {lacking}"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright drives the Chromium of this machine, not a download of its own."""
    return {**browser_type_launch_args, "executable_path": chromium()}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Every address is given whole. (The plugin's own fixture is one that pytest 9 warns of.)"""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The screen of a small laptop."""
    return {**browser_context_args, "viewport": {"width": 1280, "height": 800}}


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, its token, and the course's copy that it serves."""

    url: str
    token: str
    course: Path

    def address(self, notebook: str) -> str:
        """Where `notebook`, a path in the course, opens in an empty workspace."""
        return f"{self.url}/lab/tree/{notebook}?token={self.token}&reset"


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The course's JupyterLab, as `tl-course lab` starts it, on a copy of the notebooks and an empty home."""
    course, home = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, course / name, ignore=shutil.ignore_patterns(".*"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(8), course)
    arguments = [
        *("--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={started.token}", "--LabApp.expose_app_in_browser=True"),
    ]
    log = home / "lab.log"
    with pytest.MonkeyPatch.context() as patch, log.open("wb") as sink:
        patch.setenv("MPLCONFIGDIR", matplotlib.get_configdir())  # else each home costs a new font cache
        patch.setenv("HOME", str(home))
        with start_lab(course, arguments, stdout=sink, stderr=sink) as process:
            patch.undo()
            try:
                wait_for(started, process, log)
                yield started
            finally:
                process.terminate()


def wait_for(lab: Lab, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers; fails with its log if it ends or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{lab.url}/api/status?token={lab.token}", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


@dataclass
class Session:
    """A page on the course's JupyterLab, and everything that it and its kernel complained of."""

    lab: Lab
    page: Any
    faults: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Note errors of scripts, errors in the console, and requests that leave the machine."""
        context = self.page.context
        context.on("weberror", lambda error: self.faults.append(f"page error: {error.error}"))
        context.on("console", self.hear)
        context.on("request", lambda request: self.watch(request.url))
        self.page.on("websocket", lambda socket: self.watch(socket.url))

    def hear(self, message: Any) -> None:
        """Note a message of the console if it is an error, unless JupyterLab is known for it."""
        if message.type == "error" and not any(re.search(known, message.text) for known in KNOWN_TO_LOG):
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def watch(self, url: str) -> None:
        """Note an address that is not the server's."""
        ours = (self.lab.url, self.lab.url.replace("http", "ws", 1), "data:", "blob:", "about:")
        if not url.startswith(ours):
            self.faults.append(f"request: {url}")

    def open(self, notebook: str) -> None:
        """Open a notebook of the copy and wait until its kernel answers."""
        from playwright.sync_api import expect

        self.page.goto(self.lab.address(notebook))
        idle = self.page.get_by_role("button", name="Python 3 (ipykernel) | Idle")
        expect(idle).to_be_visible(timeout=PATIENCE * 1000)
        self.page.evaluate(LISTEN_TO_KERNEL)

    def run_all(self) -> None:
        """Run every cell; fails on a cell that ends in an error."""
        self.page.set_default_timeout(RUN_PATIENCE * 1000)
        ran = self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.set_default_timeout(30_000)
        assert ran is True, self.complaints()

    def complaints(self) -> list[str]:
        """Every error that the kernel has sent or the page shows so far, and what came on stderr."""
        shown = self.page.locator("[data-mime-type='application/vnd.jupyter.error']").all_inner_texts()
        return [*self.page.evaluate("() => window.kernelComplaints ?? []"), *shown]

    def close(self) -> None:
        """Shut the kernel down."""
        self.page.evaluate("() => window.jupyterapp?.shell.currentWidget?.sessionContext?.shutdown()")


# "Run all" knows of errors in cells alone: one in an Output widget, or in a callback, it does not tell.
LISTEN_TO_KERNEL = """() => {
  window.kernelComplaints = [];
  const session = window.jupyterapp.shell.currentWidget.sessionContext;
  session.iopubMessage.connect((_, message) => {
    const {header, content} = message;
    if (header.msg_type === 'error') window.kernelComplaints.push(`${content.ename}: ${content.evalue}`);
    if (content.name === 'stderr') window.kernelComplaints.push(`stderr: ${content.text}`);
  });
}"""


@pytest.fixture
def session(lab: Lab, page: Any) -> Iterator[Session]:
    """A page on the course's JupyterLab; fails at its end on whatever was amiss."""
    opened = Session(lab, page)
    opened.listen()
    yield opened
    complaints = opened.complaints()
    opened.close()
    assert complaints == []
    assert opened.faults == []


@pytest.fixture
def cells(session: Session) -> Callable[..., Any]:
    """`cells(sources)` opens a new notebook of these code cells, runs them all, and returns the page."""

    def open_and_run(sources: Sequence[str], path: str = "notebooks/scratch.ipynb") -> Any:
        code = [nbformat.v4.new_code_cell(source) for source in sources]
        kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        notebook = nbformat.v4.new_notebook(cells=code, metadata={"kernelspec": kernel})
        nbformat.write(notebook, session.lab.course / path)
        return run(session, path)

    return open_and_run


@pytest.fixture
def lesson(session: Session) -> Callable[[str], Any]:
    """`lesson(path)` opens a notebook of the course, such as "notebooks/00_start_here.ipynb", and runs it."""
    return lambda path: run(session, path)


def run(session: Session, path: str) -> Any:
    """Open the notebook, run its cells, and return the page."""
    session.open(path)
    session.run_all()
    assert session.complaints() == []
    return session.page


@pytest.fixture
def check_accessibility() -> Callable[[Any], None]:
    """`check_accessibility(page)` fails on what axe-core finds serious or critical in the outputs."""

    def check(page: Any) -> None:
        from axe_playwright_python.sync_playwright import Axe

        outputs = page.locator(".jp-OutputArea-output")
        assert outputs.count(), "there is no output to check"
        context = {"include": [[".jp-OutputArea-output"]], "exclude": [[part] for part in EXCLUDED_FROM_AXE]}
        found = Axe().run(page, context=context).response["violations"]
        violations = [
            f"{rule['id']} ({rule['impact']}): {node['html'][:200]}"
            for rule in found
            for node in rule["nodes"]
            if rule["impact"] in ("serious", "critical") and not known_to_axe(rule["id"], node)
        ]
        assert violations == [], json.dumps(violations, indent=1)

    return check


def known_to_axe(rule: str, node: dict[str, Any]) -> bool:
    """Whether this finding is one that the course can't mend."""
    return any(rule == known and part in node["html"] for known, part in KNOWN_TO_AXE)
