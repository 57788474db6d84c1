"""Starting JupyterLab: its configuration is the course's own, and the user's is neither read nor written."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tl_course import lab

COMMAND_MODE = ".jp-Notebook.jp-mod-commandMode:not(.jp-mod-readWrite) :focus"
THEMES = "@jupyterlab/apputils-extension:themes"


def write_schemas(folder: Path, shortcuts: Any, **settings: Any) -> Path:
    """The schemas of an imagined JupyterLab: all that the course sets, and these shortcuts."""
    described = {**lab.SETTINGS, lab.SHORTCUTS: {"shortcuts": []}, **settings}
    for plugin, values in described.items():
        path = folder / (plugin.replace(":", "/") + ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"properties": values}), encoding="utf-8")
    notebook = folder / "notebook-extension" / "tracker.json"
    notebook.parent.mkdir()
    notebook.write_text(json.dumps({"jupyter.lab.shortcuts": shortcuts}), encoding="utf-8")
    return folder


def shortcut(*keys: str, selector: str = COMMAND_MODE) -> dict[str, Any]:
    return {"command": "act", "keys": list(keys), "selector": selector}


@pytest.mark.parametrize("keys", ["M", "ArrowUp", "0,0", "D,D", "Shift M", "Space", "Enter"])
def test_a_key_that_a_control_may_want_comes_again_for_outside_of_outputs_alone(tmp_path, keys):
    declared = shortcut(*keys.split(","))

    off, on = lab.narrowed_shortcuts(write_schemas(tmp_path, [declared]))

    assert off == {**declared, "disabled": True}
    assert on == {**declared, "selector": COMMAND_MODE + lab.OUTSIDE_OUTPUTS}


@pytest.mark.parametrize("left", [
    shortcut("Accel Enter"), shortcut("Ctrl Shift ArrowUp"), shortcut("Alt Enter"), shortcut(),
    shortcut("Escape", selector=".jp-Notebook.jp-mod-editMode"),
    shortcut("Enter", selector=".jp-Notebook.jp-mod-commandMode .jp-Cell:focus"),
])  # fmt: skip
def test_other_shortcuts_stay_as_they_are(tmp_path, left):
    assert lab.narrowed_shortcuts(write_schemas(tmp_path, [left])) == []


def test_the_installed_jupyterlab_has_the_keys_that_do_most_harm():
    keys = [tuple(found["keys"]) for found in lab.narrowed_shortcuts(lab.schemas_folder())]
    assert {("M",), ("ArrowDown",), ("D", "D"), ("X",), ("0", "0"), ("I", "I")} <= set(keys)


def read_settings(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "labconfig" / "default_setting_overrides.json").read_text(encoding="utf-8"))


def test_the_defaults_ask_for_no_news_and_follow_the_systems_theme(tmp_path, capsys):
    lab.write_defaults(tmp_path)

    settings = read_settings(tmp_path)
    news = settings["@jupyterlab/apputils-extension:notification"]
    assert news == {"fetchNews": "false", "checkForUpdates": False}
    assert settings[THEMES]["adaptive-theme"] is True
    assert settings[lab.SHORTCUTS]["shortcuts"]
    assert capsys.readouterr().err == ""


def test_the_defaults_hide_what_the_test_extra_brings(tmp_path):
    lab.write_defaults(tmp_path)

    page = json.loads((tmp_path / "labconfig" / "page_config.json").read_text(encoding="utf-8"))
    server = json.loads((tmp_path / "jupyter_server_config.json").read_text(encoding="utf-8"))["ServerApp"]
    assert page["disabledExtensions"]["@jupyter/nbgrader"] is True
    assert set(server["jpserver_extensions"].values()) == {False}


@pytest.mark.parametrize("shortcuts", [
    [], None, "none", {"m": "act"}, ["m"], [{}], [{"keys": ["M"]}], [{"selector": COMMAND_MODE, "keys": "M"}],
    [{"selector": [COMMAND_MODE], "keys": ["M"]}],
])  # fmt: skip
def test_a_jupyterlab_that_describes_its_shortcuts_in_another_way_keeps_them(tmp_path, capsys, shortcuts):
    schemas = write_schemas(tmp_path / "schemas", shortcuts)

    lab.write_defaults(tmp_path, schemas)

    assert set(read_settings(tmp_path)) == set(lab.SETTINGS)
    assert capsys.readouterr().err.splitlines() == [
        "This JupyterLab describes its settings in another way; these stay as it has them: shortcuts."
    ]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"properties": []}', '{"properties": {"theme": 1}}'])
def test_a_setting_that_jupyterlab_does_not_have_is_left_out(tmp_path, capsys, content):
    schemas = write_schemas(tmp_path / "schemas", [shortcut("M")])
    (schemas / (THEMES.replace(":", "/") + ".json")).write_text(content, encoding="utf-8")

    lab.write_defaults(tmp_path, schemas)

    assert THEMES not in read_settings(tmp_path)
    assert lab.SHORTCUTS in read_settings(tmp_path)
    assert capsys.readouterr().err.rstrip().endswith("has them: themes.")


def test_without_any_schema_the_defaults_are_empty_and_one_line_says_so(tmp_path, capsys):
    lab.write_defaults(tmp_path, tmp_path / "nowhere")

    assert read_settings(tmp_path) == {}
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_settings_live_in_the_courses_folder(tmp_path):
    assert lab.settings_folder(tmp_path) == tmp_path.resolve() / ".jupyter"
    assert list((tmp_path / ".jupyter").iterdir()) == []


def test_where_the_courses_folder_can_not_be_written_settings_are_the_users(tmp_path, monkeypatch, capsys):
    (tmp_path / ".jupyter").write_text("in the way")
    monkeypatch.setattr(lab, "user_data_path", lambda name: tmp_path / "data" / name)

    assert lab.settings_folder(tmp_path) == (tmp_path / "data" / "tl-course" / "jupyter").resolve()
    assert capsys.readouterr().err == f"JupyterLab can't keep its settings in {tmp_path / '.jupyter'}.\n"


def test_where_no_folder_can_be_written_settings_are_temporary(tmp_path, monkeypatch, capsys):
    (tmp_path / ".jupyter").write_text("in the way")
    monkeypatch.setattr(lab, "user_data_path", lambda name: tmp_path / ".jupyter")
    monkeypatch.setattr(lab.tempfile, "tempdir", str(tmp_path))

    assert lab.settings_folder(tmp_path).parent == tmp_path
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_folder_that_keeps_no_secrets_is_not_used(tmp_path, monkeypatch):
    def refuse(path: str) -> None:
        raise RuntimeError("Permissions assignment failed for secure file")

    monkeypatch.setattr(lab, "secure_write", refuse)
    assert lab.can_keep_secrets(tmp_path) is False


def test_the_users_own_folders_are_in_no_path_of_jupyter(tmp_path, monkeypatch):
    for name in lab.USERS_OWN:
        monkeypatch.setenv(name, str(tmp_path / "users"))
    code = (
        "import json, jupyter_core.paths as paths, IPython.paths as ipython\n"
        "print(json.dumps([paths.jupyter_config_dir(), paths.jupyter_data_dir(), paths.jupyter_runtime_dir(),"
        " ipython.get_ipython_dir(), *paths.jupyter_config_path(), *paths.jupyter_path()]))"
    )
    environment = lab.lab_environment(tmp_path / "own")
    (tmp_path / "own" / "ipython").mkdir(parents=True)
    told = subprocess.check_output([sys.executable, "-c", code], env=environment)

    paths = [Path(path) for path in json.loads(told)]
    assert not any(tmp_path / "users" in (path, *path.parents) for path in paths)
    assert all(tmp_path / "own" in path.parents for path in paths[:4])
    assert paths[4] == tmp_path / "own" / "defaults"


def test_a_style_sheet_of_the_students_own_stays(tmp_path):
    path = tmp_path / "custom" / "custom.css"
    lab.write_style(path)
    assert ".jp-PlaceholderText" in path.read_text(encoding="utf-8")

    path.write_text("/* mine */", encoding="utf-8")
    lab.write_style(path)
    assert path.read_text(encoding="utf-8") == "/* mine */"


@contextmanager
def running(course: Path) -> Iterator[Any]:
    """The course's JupyterLab; gives a function that calls its API and returns what it answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    token = secrets.token_hex(8)

    def call(path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/{path}", data, {"Authorization": f"token {token}"},
            method="GET" if body is None else "PUT",
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    arguments = ["--no-browser", "--allow-root", f"--port={port}", f"--IdentityProvider.token={token}"]
    with lab.start_lab(course, arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while True:
                assert process.poll() is None, "JupyterLab ended"
                try:
                    call("api/status")
                    break
                except OSError:
                    time.sleep(0.05)
            yield call
        finally:
            process.terminate()


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_users_own_jupyter_stays_as_it_is_and_the_courses_keeps_what_is_set(tmp_path, monkeypatch):
    course, home = tmp_path / "course", tmp_path / "home"
    course.mkdir()
    planted = {
        ".jupyter/jupyter_server_config.py": f"open({str(tmp_path / 'was_read')!r}, 'w')",
        f".jupyter/lab/user-settings/{THEMES.replace(':', '/')}.jupyterlab-settings": '{"theme": "Dark"}',
        ".jupyter/labconfig/page_config.json": '{"appName": "the user\'s own"}',
        ".ipython/profile_default/ipython_config.py": "c.InteractiveShell.xmode = 'Plain'",
        ".local/share/jupyter/nbsignatures.db": "not to be opened",
    }
    for name, text in planted.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    before = everything(home)
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(home))

    themes = f"lab/api/settings/{THEMES}"
    with running(course) as call:
        assert json.loads(call(themes)["raw"] or "{}") == {}
        assert call(themes)["schema"]["properties"]["adaptive-theme"]["default"] is True
        assert call("api/kernelspecs")["default"] == "python3"
        call(themes, {"raw": '{"theme": "JupyterLab Light"}'})

    assert everything(home) == before
    assert not (tmp_path / "was_read").exists()
    assert [path.name for path in course.iterdir()] == [".jupyter"]
    kept = everything(course / ".jupyter" / "config")
    lab.write_defaults(lab.settings_folder(course) / "defaults")  # as the next start does
    assert everything(course / ".jupyter" / "config") == kept
    assert b'{"theme": "JupyterLab Light"}' in kept.values()
