"""Pages in a browser and what they complain of: errors, requests that leave the machine, accessibility."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import nbformat

from .servers import PATIENCE, Server

RUN_PATIENCE = 600  # seconds for a notebook's cells
SHORT_PATIENCE = 30  # seconds for anything else
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
SCREEN = {"width": 1280, "height": 800}  # pixels: a small laptop

# What axe finds in outputs and the course can't mend, each with why.
EXCLUDED_FROM_AXE = {".jp-RenderedImage > img": "JupyterLab gives the picture of an image/png output no alt"}
KNOWN_TO_AXE = {("aria-input-field-name", "noUi-handle"): "ipywidgets gives a slider's handle no name"}

# What JupyterLab itself writes to the console, each with why.
KNOWN_OF_LAB = {"Could not restore the debugger state: Canceled": "it asks a kernel that a test shuts down"}

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
ERROR_OUTPUTS = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type$='.stderr']"


@dataclass
class Watch:
    """What a page does that it must not; a fault that `known` names (a pattern, and why) is left out."""

    server: Server
    page: Any
    known: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen, from now on, to the page and to whatever it opens."""
        context = self.page.context
        context.on("weberror", lambda error: self.note(f"page error: {error.error}"))
        context.on("console", self.hear)
        context.on("request", lambda request: self.see(request.url))
        self.page.on("websocket", lambda socket: self.see(socket.url))

    def note(self, fault: str) -> None:
        """Keep a fault that is not known."""
        if not any(re.search(pattern, fault) for pattern in self.known):
            self.faults.append(fault)

    def hear(self, message: Any) -> None:
        """Note a message of the console if it is an error."""
        if message.type == "error":
            self.note(f"console: {message.text} ({message.location.get('url', '')})")

    def see(self, url: str) -> None:
        """Note an address that is not the server's."""
        ours = (self.server.url, self.server.url.replace("http", "ws", 1), "data:", "blob:", "about:")
        if not url.startswith(ours):
            self.note(f"request: {url}")


@dataclass(frozen=True)
class LabPage:
    """A page on the course's JupyterLab, in which one notebook after another is opened and run."""

    server: Server
    page: Any

    def run(self, notebook: str) -> Any:
        """Open a notebook of the copy, run every cell, and give the page; fails on any error."""
        self.open(notebook)
        return self.run_all()

    def run_cells(self, sources: Sequence[str], notebook: str = "notebooks/scratch.ipynb") -> Any:
        """The same with a notebook of these code cells; one that is open and holds them only runs again."""
        if self.sources() == list(sources):
            return self.run_all()
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), self.server.course / notebook)
        return self.run(notebook)

    def run_all(self) -> Any:
        """Run every cell of the open notebook, and give the page; fails on any error."""
        self.page.set_default_timeout(RUN_PATIENCE * 1000)
        ran = self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.set_default_timeout(SHORT_PATIENCE * 1000)
        assert (ran, self.complaints()) == (True, [])
        return self.page

    def open(self, notebook: str) -> None:
        """Open a notebook in an empty workspace and wait until its kernel answers."""
        from playwright.sync_api import expect

        self.close()
        self.page.goto(self.server.address(f"lab/tree/{notebook}") + "&reset")
        idle = self.page.get_by_role("button", name="Python 3 (ipykernel) | Idle")
        expect(idle).to_be_visible(timeout=PATIENCE * 1000)
        self.page.evaluate(LISTEN_TO_KERNEL)

    def sources(self) -> list[str]:
        """What the cells of the open notebook hold, nothing where none is open."""
        cells = "window.jupyterapp?.shell.currentWidget?.content.widgets ?? []"
        return self.page.evaluate(f"() => ({cells}).map(cell => cell.model.sharedModel.getSource())")

    def as_at_first(self) -> None:
        """The screen of a small laptop and the light theme, whatever was shown before."""
        self.page.set_viewport_size(SCREEN)
        self.page.emulate_media(color_scheme="light")
        self.page.wait_for_function("() => document.body?.dataset.jpThemeLight !== 'false'")

    def complaints(self) -> list[str]:
        """Every error that the kernel has sent or the page shows so far, and what came on stderr."""
        shown = self.page.locator(ERROR_OUTPUTS).all_inner_texts()
        return without_a_greeting([*self.page.evaluate("() => window.kernelComplaints ?? []"), *shown])

    def close(self) -> None:
        """Shut down the kernel of what is open."""
        self.page.evaluate("() => window.jupyterapp?.shell.currentWidget?.sessionContext?.shutdown()")


def drag(panel: Any, share: float) -> None:
    """Drag the panel's slider by mouse to this share of its length."""
    page, handle, track = panel.page, panel.locator(".noUi-handle"), panel.locator(".noUi-base")
    start, box = handle.bounding_box(), track.bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * share, start["y"] + 5, steps=5)
    page.mouse.up()


def without_a_greeting(complaints: list[str]) -> list[str]:
    """The complaints without those of a kernel that JupyterLab has asked for widgets before any cell has run.

    ipywidgets' manager opens a comm to each new kernel, which knows of none until a cell imports ipywidgets.
    """
    if not any("No such comm target registered: jupyter.widget.control" in text for text in complaints):
        return complaints
    return [text for text in complaints if "No such comm" not in text]


def violations(page: Any) -> list[str]:
    """What axe-core finds serious or critical in the page's outputs."""
    from axe_playwright_python.sync_playwright import Axe

    outputs = ".jp-OutputArea-output"
    assert page.locator(outputs).count(), "there is no output to check"
    context = {"include": [[outputs]], "exclude": [[part] for part in EXCLUDED_FROM_AXE]}
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:200]}"
        for rule in Axe().run(page, context=context).response["violations"]
        for node in rule["nodes"]
        if rule["impact"] in ("serious", "critical") and not known_to_axe(rule["id"], node["html"])
    ]


def known_to_axe(rule: str, html: str) -> bool:
    """Whether this finding is one that the course can't mend."""
    return any(rule == known and part in html for known, part in KNOWN_TO_AXE)
