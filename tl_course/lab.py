"""The course in JupyterLab, as `tl-course lab` opens it: with settings of its own, apart from the user's.

What a student sets in this JupyterLab stays in `.jupyter/` in the course's folder. The user's own Jupyter,
with its settings, workspaces, kernels and history, is neither read nor written. The course's defaults are
made anew at each start, for the JupyterLab that is installed; what a student sets goes before them.
"""

from __future__ import annotations

import json
import os
import re
import signal
import site
import subprocess
import sys
import tempfile
from collections.abc import Sequence
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
SERVER = {
    "ServerApp": {
        "jpserver_extensions": dict.fromkeys(IDLE_SERVER_EXTENSIONS, False),
        "contents_manager_class": "tl_course.contents.Contents",
        # bytes; beyond the usual 10 MiB a picture that is uploaded would end the kernel's connection
        "tornado_settings": {"websocket_max_message_size": 100 * 2**20},
    },
    "LanguageServerManager": {"autodetect": False},  # it asks npm, which takes a second and writes a log
}

SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/apputils-extension:themes": {
        "adaptive-theme": True,
        "preferred-light-theme": "JupyterLab Light",
        "preferred-dark-theme": "JupyterLab Dark",
    },
}
SHORTCUTS = "@jupyterlab/shortcuts-extension:shortcuts"
STYLE = """\
/* Three dots for a folded output are enough: the beginning of its text would tell what a prediction asks. */
.jp-OutputPlaceholder .jp-PlaceholderText { display: none; }
"""

# JupyterLab's command mode listens wherever the focus is in the notebook, controls in outputs included.
# https://github.com/jupyter-widgets/ipywidgets/issues/3912
ANY_FOCUS = " :focus"
OUTSIDE_OUTPUTS = ":not(.jp-OutputArea *)"
UNMODIFIED = re.compile(r"(Shift )?\S+")


def open_lab(arguments: Sequence[str] = ()) -> int:
    """Run JupyterLab on the first lesson until it ends; its exit code. `arguments` go to JupyterLab."""
    with start_lab(notebooks_folder().parent, arguments) as process:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is JupyterLab's to answer
        return process.wait()


def start_lab(course: Path, arguments: Sequence[str] = (), **options: Any) -> subprocess.Popen[bytes]:
    """Start JupyterLab on the course in `course`, which holds notebooks/; `options` go to Popen."""
    settings = settings_folder(course)
    write_defaults(settings / "defaults")
    write_style(settings / "config" / "custom" / "custom.css")
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={course}",
        f"--LabApp.default_url=/lab/tree/{FIRST_LESSON}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.custom_css=True",
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
    """`.jupyter/` in the course's folder, or else in the user's own, or else temporary: one to write in."""
    for folder in (course / ".jupyter", user_data_path("tl-course") / "jupyter"):
        if can_keep_secrets(folder):
            return folder.resolve()
        say(f"JupyterLab can't keep its settings in {folder}.")
    return Path(tempfile.mkdtemp(prefix="tl-course-"))


def can_keep_secrets(folder: Path) -> bool:
    """Whether `folder` can be made and can hold a file for this user alone, as Jupyter's keys must be."""
    probe = folder / ".probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with secure_write(str(probe)):
            pass
        probe.unlink()
    except (OSError, RuntimeError):
        return False
    return True


def write_defaults(folder: Path, schemas: Path | None = None) -> None:
    """Write the course's defaults into `folder`, for Jupyter's configuration path.

    `schemas` is where JupyterLab describes its settings, else where the installed one does. What it does not
    describe, as another version of it might not, is left as it is, with a line that says so.
    """
    schemas = schemas or schemas_folder()
    wanted = {**SETTINGS, SHORTCUTS: {"shortcuts": narrowed_shortcuts(schemas)}}
    known = {plugin: values for plugin, values in wanted.items() if describes(schemas, plugin, values)}
    if known.keys() != wanted.keys():
        names = ", ".join(plugin.rpartition(":")[2] for plugin in wanted if plugin not in known)
        say(f"This JupyterLab describes its settings in another way; these stay as it has them: {names}.")
    write_json(folder / "labconfig" / "default_setting_overrides.json", known)
    hidden = {"disabledExtensions": dict.fromkeys(HIDDEN_LAB_EXTENSIONS, True)}
    write_json(folder / "labconfig" / "page_config.json", hidden)
    write_json(folder / "jupyter_server_config.json", SERVER)


def write_style(path: Path) -> None:
    """Write the course's style sheet to `path`; one that is there may be the student's, and stays."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, STYLE)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Replace the file at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(content, indent=1) + "\n")


def schemas_folder() -> Path:
    """Where the JupyterLab that this interpreter imports describes its settings."""
    bases = [site.getuserbase()] if site.ENABLE_USER_SITE else []
    folders = [Path(base, "share/jupyter/lab/schemas") for base in (*bases, sys.prefix, "/usr/local")]
    return next((folder for folder in folders if folder.is_dir()), folders[-1])


def describes(schemas: Path, plugin: str, values: dict[str, Any]) -> bool:
    """Whether the plugin has settings of these names; not so where there is nothing to set."""
    package, _, name = plugin.partition(":")
    properties = read_schema(schemas / package / f"{name}.json").get("properties")
    return isinstance(properties, dict) and values.keys() <= properties.keys() and [] not in values.values()


def narrowed_shortcuts(schemas: Path) -> list[dict[str, Any]]:
    """Settings that keep command mode's keys from controls in outputs; empty where there are no such keys.

    Each shortcut that listens wherever the focus is, to keys that a control may want itself, is switched off
    and comes again with a selector that leaves outputs out.
    """
    narrowed = []
    for path in sorted(schemas.rglob("*.json")):
        declared = read_schema(path).get("jupyter.lab.shortcuts")
        for shortcut in filter(listens_in_controls, declared if isinstance(declared, list) else ()):
            narrowed.append({**shortcut, "disabled": True})
            narrowed.append({**shortcut, "selector": shortcut["selector"] + OUTSIDE_OUTPUTS})
    return narrowed


def read_schema(path: Path) -> dict[str, Any]:
    """The schema at `path`; empty where there is none that can be read."""
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return schema if isinstance(schema, dict) else {}


def listens_in_controls(shortcut: Any) -> bool:
    """Whether a shortcut takes a key without a modifier, or with Shift alone, from whatever has the focus."""
    if not isinstance(shortcut, dict):
        return False
    selector, keys = shortcut.get("selector"), shortcut.get("keys")
    if not isinstance(selector, str) or not isinstance(keys, list):
        return False
    return ANY_FOCUS in selector and any(UNMODIFIED.fullmatch(str(key)) for key in keys)


def say(line: str) -> None:
    """One line for the person who starts JupyterLab."""
    print(line, file=sys.stderr)
