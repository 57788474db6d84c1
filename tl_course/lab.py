"""The course in JupyterLab, as `tl-course lab` opens it: with settings of its own, apart from the user's.

What a student sets in this JupyterLab stays in `.jupyter/` in the course's folder. Their own Jupyter (settings,
workspaces, kernels, history) is neither read nor written. The course's defaults are made anew at each start
from the JupyterLab that is installed; what a student sets goes before them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jupyter_core.paths import secure_write
from platformdirs import user_data_path

from tl_course.files import write_atomically
from tl_course.runner import notebooks_folder

FIRST_LESSON = "notebooks/00_start_here.ipynb"

# Where the user's own Jupyter would be named; each is left out or replaced.
USERS_OWN = (
    *("JUPYTER_CONFIG_DIR", "JUPYTER_CONFIG_PATH", "JUPYTER_DATA_DIR", "JUPYTER_PATH", "JUPYTER_RUNTIME_DIR"),
    *("JUPYTER_NO_CONFIG", "IPYTHONDIR", "JUPYTERLAB_DIR", "JUPYTERLAB_SETTINGS_DIR"),
    "JUPYTERLAB_WORKSPACES_DIR",
)

# These come with the test extra alone, and a lesson has no use for their menus and buttons.
HIDDEN_LAB_EXTENSIONS = (
    "@jupyter/nbgrader",
    "@voila-dashboards/jupyterlab-preview",
    "@jupyter-notebook/lab-extension",
)
IDLE_SERVER_EXTENSIONS = (
    "nbgrader.server_extensions.assignment_list",
    "nbgrader.server_extensions.course_list",
    "nbgrader.server_extensions.formgrader",
    "nbgrader.server_extensions.validate_assignment",
    "voila.server_extension",
    "notebook",
)

DEFAULT_SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/apputils-extension:themes": {
        "adaptive-theme": True,
        "preferred-light-theme": "JupyterLab Light",
        "preferred-dark-theme": "JupyterLab Dark",
    },
}
SHORTCUTS = "@jupyterlab/shortcuts-extension:shortcuts"

# JupyterLab's command mode listens wherever the focus is in the notebook, controls in outputs included.
# https://github.com/jupyter-widgets/ipywidgets/issues/3912
ANY_FOCUS = " :focus"
OUTSIDE_OUTPUTS = ":not(.jp-OutputArea *)"
KEYS = ("keys", "macKeys", "winKeys", "linuxKeys")


def open_lab(arguments: Sequence[str] = ()) -> int:
    """Run JupyterLab on the first lesson until it ends; its exit code. `arguments` go to JupyterLab."""
    with start_lab(notebooks_folder().parent, arguments) as process:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is JupyterLab's to answer
        return process.wait()


def start_lab(course: Path, arguments: Sequence[str] = (), **options: Any) -> subprocess.Popen[bytes]:
    """Start JupyterLab on the course in `course`, which holds notebooks/; `options` go to Popen."""
    settings = settings_folder(course)
    write_defaults(settings / "defaults")
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={course}",
        f"--LabApp.default_url=/lab/tree/{FIRST_LESSON}",
        "--LabApp.extension_manager=readonly",
        *arguments,
    ]
    return subprocess.Popen(command, env=lab_environment(settings), **options)


def lab_environment(settings: Path) -> dict[str, str]:
    """This process's environment, with Jupyter's and IPython's folders in `settings` alone."""
    environment = {name: value for name, value in os.environ.items() if name not in USERS_OWN}
    # the kernels and the lessons' shell commands are this interpreter's, even where it is not activated
    path = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
    return environment | {
        "PATH": path,
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_CONFIG_PATH": str(settings / "defaults"),
        "JUPYTER_CONFIG_DIR": str(settings / "config"),
        "JUPYTER_DATA_DIR": str(settings / "data"),
        "IPYTHONDIR": str(settings / "ipython"),
    }


def settings_folder(course: Path) -> Path:
    """`.jupyter/` in the course's folder; where that can't be written, one in the home; else a temporary one."""
    for folder in (course / ".jupyter", user_data_path("tl-course") / "jupyter"):
        if can_keep_secrets(folder):
            return folder.resolve()
        say(f"JupyterLab's settings can't be kept in {folder}.")
    return Path(tempfile.mkdtemp(prefix="tl-course-"))


def can_keep_secrets(folder: Path) -> bool:
    """Whether `folder` can be made, and hold a file that only this user can read, as Jupyter's keys must be."""
    probe = folder / ".probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with secure_write(str(probe)):
            pass
        probe.unlink()
    except (OSError, RuntimeError):
        return False
    return True


def write_defaults(folder: Path) -> None:
    """Write the course's defaults for JupyterLab into `folder`, which goes on Jupyter's configuration path."""
    settings = dict(DEFAULT_SETTINGS)
    shortcuts = narrowed_shortcuts(Path(sys.prefix, "share", "jupyter", "lab", "schemas"))
    if shortcuts:
        settings[SHORTCUTS] = {"shortcuts": shortcuts}
    else:
        say("This JupyterLab's shortcuts could not be read: keys in a control may also move the cell around it.")
    write_json(folder / "labconfig" / "default_setting_overrides.json", settings)
    hidden = dict.fromkeys(HIDDEN_LAB_EXTENSIONS, True)
    write_json(folder / "labconfig" / "page_config.json", {"disabledExtensions": hidden})
    idle = {"jpserver_extensions": dict.fromkeys(IDLE_SERVER_EXTENSIONS, False)}
    write_json(folder / "jupyter_server_config.json", {"ServerApp": idle})


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Replace the file at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(content, indent=1) + "\n")


def narrowed_shortcuts(schemas: Path) -> list[dict[str, Any]]:
    """Settings that keep command mode's keys from controls in outputs, for the JupyterLab of `schemas`.

    Each shortcut without a modifier that listens wherever the focus is gets switched off, and comes again with
    a selector that leaves outputs out. Empty where `schemas` holds none, as in a JupyterLab of another make.
    """
    narrowed = []
    for shortcut in stored_shortcuts(schemas):
        selector = shortcut["selector"]
        before, focus, after = selector.rpartition(ANY_FOCUS)
        if focus and ".jp-" not in after and plain(shortcut):
            narrowed.append({**shortcut, "disabled": True})
            narrowed.append({**shortcut, "selector": selector + OUTSIDE_OUTPUTS})
    return narrowed


def stored_shortcuts(schemas: Path) -> Iterator[dict[str, Any]]:
    """Every shortcut that a schema below `schemas` declares; what can't be read is left out."""
    for path in sorted(schemas.rglob("*.json")):
        try:
            declared = json.loads(path.read_text(encoding="utf-8"))["jupyter.lab.shortcuts"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        yield from (shortcut for shortcut in declared if isinstance(shortcut.get("selector"), str))


def plain(shortcut: dict[str, Any]) -> bool:
    """Whether some key of the shortcut has no modifier but Shift: what a control might want itself."""
    keys = [chord for kind in KEYS for chord in shortcut.get(kind, [])]
    return any(chord and " " not in chord.removeprefix("Shift ") for chord in keys)


def say(line: str) -> None:
    """One line for the person who starts JupyterLab."""
    print(line, file=sys.stderr)
