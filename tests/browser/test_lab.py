"""The course's JupyterLab as a student meets it: what opens, what stays away, and whose the keys are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest

from tl_course.runner import write_notebook

from .pages import KERNEL

MENUS = ["File", "Edit", "View", "Run", "Kernel", "Tabs", "Settings", "Help"]


@pytest.fixture(scope="module")
def start_page(lab, browser) -> Iterator[Any]:
    """What the address that JupyterLab opens by itself leads to, once its kernel is there."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    page = context.new_page()
    page.goto(lab.address(""))
    page.get_by_role("button", name="Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    yield page
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    context.close()


def test_the_first_lesson_is_what_opens(start_page):
    path = start_page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path")
    assert path == "notebooks/00_start_here.ipynb"


def test_nothing_pops_up(start_page):
    start_page.wait_for_timeout(1000)  # the question for news comes a moment after the start
    assert start_page.locator(".Toastify__toast, .jp-Dialog").all_inner_texts() == []


def test_the_menus_are_jupyterlabs_own_and_no_graders(start_page):
    assert start_page.get_by_role("menubar").first.get_by_role("menuitem").all_inner_texts() == MENUS
    assert start_page.locator("[data-command*='nbgrader'], [data-command*='voila']").count() == 0


def test_extensions_can_not_be_installed(start_page):
    config = json.loads(start_page.locator("#jupyter-config-data").text_content())
    assert config["extensionManager"]["can_install"] is False


def test_the_theme_follows_the_system(start_page):
    dark = "document.body.dataset.jpThemeLight === 'false'"
    assert start_page.evaluate(dark) is False
    start_page.emulate_media(color_scheme="dark")
    start_page.wait_for_function(dark)
    start_page.emulate_media(color_scheme="light")
    start_page.wait_for_function(f"!({dark})")


CONTROLS = """\
import ipywidgets

fruit = {"options": ["apple", "melon", "mint"]}
controls = {
    "dropdown": ipywidgets.Dropdown(**fruit, description="dropdown"),
    "select": ipywidgets.Select(**fruit, description="select"),
    "radio": ipywidgets.RadioButtons(**fruit, description="radio"),
    "checkbox": ipywidgets.Checkbox(description="checkbox"),
    "slider": ipywidgets.IntSlider(value=5, description="slider"),
    "text": ipywidgets.Text(description="text"),
    "button": ipywidgets.ToggleButton(description="button"),
}
told = {name: ipywidgets.HTML() for name in controls}
for name, control in controls.items():
    told[name].add_class(f"told-{name}")
    control.add_class(name)
    control.observe(lambda change, name=name: setattr(told[name], "value", str(change["new"])), "value")
ipywidgets.VBox([*controls.values(), *told.values()])"""
BELOW = "print('below')"
TOLD = "([control, value]) => document.querySelector(`.told-${control}`).innerText.trim() === value"

# A key and what the control then holds: the key does in each what it does on any page.
OWN_KEYS = [
    ("dropdown", "m", "melon"),
    ("dropdown", "ArrowDown", "mint"),
    ("select", "m", "melon"),
    ("select", "ArrowDown", "mint"),
    ("radio", "ArrowDown", "melon"),
    ("checkbox", "Space", "True"),
    ("slider", "ArrowRight", "6"),
    ("slider", "ArrowDown", "5"),
    ("slider", "End", "100"),
    ("text", "m", "m"),
    ("button", "Space", "True"),
    ("button", "Enter", "False"),
]
# What else command mode listens to: here it must find nobody.
COMMAND_KEYS = [*"yrabxcvzddooii1jkml", "0", "0", "Shift+M", "Shift+ArrowDown", "ArrowLeft", "ArrowUp"]


def notebook_state(page: Any) -> list[Any]:
    """The kinds of the cells, and the number of the active one."""
    return page.evaluate("""() => {
      const notebook = window.jupyterapp.shell.currentWidget.content;
      return [notebook.widgets.map(cell => cell.model.type), notebook.activeCellIndex];
    }""")


def within(page: Any, control: str) -> Any:
    """What takes the keys in a control; a button takes them itself."""
    return page.locator(f"button.{control}, .{control} :is(select, input, .noUi-handle)").first


def test_keys_in_a_control_are_the_controls_alone(cells):
    page = cells([CONTROLS, BELOW])
    page.locator(".dropdown select").focus()
    before = notebook_state(page)
    for control, key, value in OWN_KEYS:
        within(page, control).press(key)
        page.wait_for_function(TOLD, arg=[control, value])
        assert notebook_state(page) == before, (control, key)
    for control in ("dropdown", "select", "radio", "checkbox", "slider", "button"):
        for key in COMMAND_KEYS:
            within(page, control).press(key)
        assert notebook_state(page) == before, control
        assert page.locator(".jp-Dialog").count() == 0, control


def test_command_mode_works_where_a_cell_has_the_focus(cells):
    page = cells([CONTROLS, BELOW])
    page.locator(".jp-Cell").nth(1).locator(".jp-InputPrompt").click()
    for keys, kinds, active in [
        ("ArrowUp", ["code", "code"], 0),
        ("b", ["code", "code", "code"], 1),
        ("m", ["code", "markdown", "code"], 1),
        ("d d", ["code", "code"], 1),
    ]:
        for key in keys.split():
            page.keyboard.press(key)
        assert notebook_state(page) == [kinds, active], keys


def test_widgets_of_an_earlier_day_stand_as_their_stills(lab_page):
    page = lab_page.run_cells(["from tl_course import widgets\nwidgets.predict('How many?', 0, 1)"])
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.reload()
    page.locator(".tl-predict").wait_for()  # its kernel lives

    lab_page.close()
    page.reload()
    page.get_by_text("Predict: How many?").wait_for()
    assert page.get_by_text("Error displaying widget").count() == 0


def test_what_a_prediction_asks_for_is_folded_until_its_cell_runs(lab_page):
    card = "from tl_course import view, widgets\nguess = widgets.predict('How many?', 0, 1)"
    outputs = [nbformat.v4.new_output("display_data", data={"text/markdown": "seven"})]
    cells = [nbformat.v4.new_code_cell(card), nbformat.v4.new_code_cell("guess.recall()\nview.say('seven')")]
    cells[1].outputs = outputs
    path = "notebooks/folded.ipynb"
    write_notebook(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), lab_page.server.course / path)

    lab_page.open(path)
    result = lab_page.page.locator(".jp-OutputArea, .jp-OutputPlaceholder").get_by_text("seven")
    lab_page.page.locator(".jp-OutputPlaceholder").wait_for()
    assert not any(place.is_visible() for place in result.all())

    lab_page.run_all()
    lab_page.page.locator(".jp-OutputArea-output").get_by_text("seven").wait_for()
