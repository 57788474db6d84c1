"""What widgets have in common: the panel with a still beside it, lines, pictures with words."""

from __future__ import annotations

import base64
import io

import ipywidgets
import pytest
from matplotlib.figure import Figure
from PIL import Image

from tl_course.errors import CourseError
from tl_course.view.style import new_figure
from tl_course.widgets.live import Line, Live, frame, img, one_line

VIEW = "application/vnd.jupyter.widget-view+json"


class Example(Live):
    def __init__(self, shown: Figure | str) -> None:
        self.shown = shown
        self.panel = frame("A <title>", ipywidgets.Button(description="Go"))

    def still(self) -> Figure | str:
        return self.shown

    def __repr__(self) -> str:
        return "An example"


def test_a_widget_offers_its_panel_and_a_figure_for_where_no_kernel_runs() -> None:
    bundle = Example(new_figure(3.0, 2.0)[0])._repr_mimebundle_()

    assert set(bundle) == {"text/plain", "image/png", VIEW}
    assert bundle["text/plain"] == "An example"
    picture = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    assert picture.size == (300, 200)


def test_a_sentence_stands_in_where_there_is_no_figure() -> None:
    bundle = Example("less < more")._repr_mimebundle_()

    assert set(bundle) == {"text/plain", "text/html", VIEW}
    assert bundle["text/html"] == "<p>less &lt; more</p>"


def test_the_panel_that_is_offered_is_the_widgets_own() -> None:
    example = Example("words")

    assert example._repr_mimebundle_()[VIEW]["model_id"] == example.panel.model_id


def test_a_frame_has_its_title_and_its_rows() -> None:
    button = ipywidgets.Button(description="Go")

    panel = frame("A <title>", button)

    assert "A &lt;title&gt;" in panel.children[0].value
    assert panel.children[1] is button


@pytest.mark.parametrize("picture", [new_figure(1.0, 1.0)[0], Image.new("RGB", (8, 8))])
def test_a_picture_brings_its_pixels_and_says_what_it_shows(picture: Figure | Image.Image) -> None:
    html = img(picture, 'a "bee"', width=96)

    assert html.startswith('<img src="data:image/png;base64,')
    assert 'alt="a &quot;bee&quot;" width="96"' in html


def test_a_line_is_read_out_and_shows_text_as_text() -> None:
    line = Line("a < b")

    assert line.value == '<div role="status">a &lt; b</div>'


@pytest.mark.parametrize(
    ("error", "line"),
    [
        ("two\n  lines", "two lines"),
        (CourseError("There is no class 'x'."), "There is no class 'x'."),
        (RuntimeError("size mismatch"), "RuntimeError: size mismatch"),
        (RuntimeError(), "RuntimeError"),
    ],
)
def test_an_error_is_said_in_one_line(error: BaseException | str, line: str) -> None:
    assert one_line(error) == line
