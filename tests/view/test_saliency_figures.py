"""Figures of saliency maps: what is drawn is what was given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image
from torchvision.transforms import Compose, v2

from tl_course import preprocessing, view
from tl_course.data import Critters
from tl_course.errors import CourseError
from tl_course.explain import METHODS
from tl_course.studies import Study

Interval = tuple[float, float, float]


def lightness(pixels: np.ndarray) -> np.ndarray:
    return pixels.mean(-1)


def localised(pointing: float, energy: float) -> dict[str, Interval]:
    return {
        "pointing game": (pointing, pointing - 0.1, pointing + 0.1),
        "energy inside": (energy, energy - 0.1, energy + 0.1),
    }


def dots(axis: Axes, marker: str = "o") -> list[tuple[float, float]]:
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in axis.lines
        if line.get_marker() == marker
    ]


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for axis in figure.axes for text in axis.texts if text.get_text()]


def outlined(figure: Figure) -> list[bool]:
    return [bool(axis.collections) for axis in figure.axes]


@pytest.mark.parametrize("name", ["pocket_resnet", "resnet18", "timm:vit_tiny_patch16_224"])
def test_a_picture_comes_back_from_its_preprocessing(name: str) -> None:
    transform = preprocessing(name)
    colour = Image.new("RGB", (300, 300), (200, 120, 30))

    image = view.unnormalised(transform(colour), transform)

    assert image.mean((1, 2)).tolist() == pytest.approx([200 / 255, 120 / 255, 30 / 255], abs=0.005)


def test_a_batch_comes_back_picture_by_picture() -> None:
    profile = Critters("val", preprocessing("pocket_resnet"))
    images = torch.stack([profile[0][0], profile[40][0]])

    back = view.unnormalised(images, profile.transform)

    assert torch.equal(back[1], view.unnormalised(images[1], profile.transform))
    assert back[1].permute(1, 2, 0).numpy() * 255 == pytest.approx(np.asarray(profile.image(40)), abs=1e-3)


def test_a_transform_that_normalises_nothing_is_refused() -> None:
    with pytest.raises(CourseError, match=r"Compose has no step with a mean and a std"):
        view.unnormalised(torch.zeros(3, 4, 4), Compose([v2.Resize(4)]))


@pytest.mark.parametrize("image", [
    Image.new("RGB", (8, 6), (255, 0, 0)),
    torch.tensor([1.0, 0, 0])[:, None, None].expand(3, 6, 8),
    np.array([1.0, 0, 0]) * np.ones((6, 8, 1)),
], ids=["PIL", "tensor", "array"])  # fmt: skip
def test_a_picture_of_any_kind_is_grey_where_the_map_is_zero(image: Any) -> None:
    pixels = view.overlay(image, np.zeros((3, 4)))

    assert pixels.shape == (6, 8, 3)
    assert np.ptp(pixels) == pytest.approx(0)


def test_the_more_salient_the_lighter_on_any_picture() -> None:
    saliency = np.tile(np.linspace(0, 1, 50), (2, 1))

    for level in (0.0, 0.5, 1.0):
        light = lightness(view.overlay(np.full((2, 50, 3), level), saliency)[0])
        assert (np.diff(light[25:]) > 0).all()
        assert light[25] > light[:25].max() - 0.05  # on white, little saliency is a shade, not a light


def test_the_picture_is_seen_under_the_highest_pixel() -> None:
    black, white = (view.overlay(np.full((2, 2, 3), level), np.ones((2, 2))) for level in (0.0, 1.0))

    assert (lightness(white) - lightness(black)).min() > 0.1


def test_a_small_map_is_spread_over_the_picture() -> None:
    pixels = view.overlay(np.zeros((40, 40, 3)), np.array([[1.0, 0], [0, 0]]))

    assert lightness(pixels)[5, 5] > lightness(pixels)[20, 20] > lightness(pixels)[35, 35]


@pytest.mark.parametrize(("image", "saliency", "message"), [
    (torch.full((3, 4, 4), -1.0), np.ones((4, 4)), r"from -1 to -1.*unnormalised"),
    (np.zeros((4, 4)), np.ones((4, 4)), r"picture has shape \(4, 4\).*RGB"),
    (np.zeros((4, 4, 3)), np.full((4, 4), 7.0), r"from 7 to 7.*\[0, 1\]"),
    (np.zeros((4, 4, 3)), np.full((4, 4), np.nan), r"nan"),
    (np.zeros((4, 4, 3)), np.ones((2, 4, 4)), r"\(2, 4, 4\).*\(H, W\)"),
], ids=["normalised", "grey", "map above 1", "nan", "batch of maps"])  # fmt: skip
def test_what_cannot_be_laid_over_is_named(image: Any, saliency: Any, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        view.overlay(image, saliency)


def test_saliency_has_a_row_of_pictures_and_a_row_a_method() -> None:
    images, maps = np.random.default_rng(0).random((3, 8, 8, 3)), np.zeros((3, 8, 8))

    figure = view.show_saliency(images, {"gradcam": maps, "scorecam": maps + 0.5}, ["ant", "bee", "cat"])

    drawn = [axis.images[0].get_array() for axis in figure.axes]
    assert len(drawn) == 9
    assert np.allclose(drawn[1], images[1])
    assert np.allclose(drawn[8], view.overlay(images[2], maps[0] + 0.5))
    assert texts(figure) == ["ant", "bee", "cat", "gradcam", "scorecam"]


def test_a_mask_is_outlined_on_its_picture_in_each_row() -> None:
    masks = np.zeros((2, 8, 8), dtype=bool)
    masks[1, 2:5, 2:5] = True

    figure = view.show_saliency(np.zeros((2, 8, 8, 3)), {"gradcam": np.zeros((2, 8, 8))}, masks=masks)

    assert outlined(figure) == [False, True, False, True]


@pytest.mark.parametrize("count", [1, 4, 8])
def test_pictures_are_large_enough_and_the_figure_narrow_enough(count: int) -> None:
    maps = np.zeros((count, 8, 8))

    figure = view.show_saliency(np.zeros((count, 8, 8, 3)), {"gradcam": maps, "random weights": maps})

    figure.draw_without_rendering()
    assert min(axis.get_window_extent().width for axis in figure.axes) >= 96
    assert figure.get_size_inches()[0] * figure.dpi <= 1000


@pytest.mark.parametrize(("call", "message"), [
    (lambda: view.show_saliency(np.zeros((9, 4, 4, 3)), {}), r"9 pictures.*1 to 8"),
    (lambda: view.show_saliency(np.zeros((2, 4, 4, 3)), {"a": np.zeros((1, 4, 4))}), r"2 pic.*1 maps 'a'"),
    (lambda: view.show_saliency(np.zeros((2, 4, 4, 3)), {}, ["ant"]), r"2 pictures.*1 labels"),
    (lambda: view.show_unit(np.zeros((2, 4, 4, 3)), np.zeros((1, 4, 4)), "ab"), r"2 pictures.*\(1, 4, 4\)"),
], ids=["too many", "maps", "labels", "activations"])  # fmt: skip
def test_what_does_not_belong_together_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(CourseError, match=message):
        call()


def test_a_units_pictures_are_the_strongest_first_and_dark_where_it_is_off() -> None:
    maps = np.zeros((3, 2, 2))
    maps[1], maps[2, 0] = 4.0, 3.0

    figure = view.show_unit(np.ones((3, 2, 2, 3)), maps, ["ant", "bee", "cat"], count=2)

    drawn = [axis.images[0].get_array()[..., 0].tolist() for axis in figure.axes]
    assert drawn == [[[1, 1], [1, 1]], [[1, 1], [0.4, 0.4]]]
    assert texts(figure) == ["bee 4", "cat 3"]


def test_a_dead_unit_is_active_nowhere() -> None:
    (axis,) = view.show_unit(np.ones((1, 2, 2, 3)), np.zeros((1, 2, 2)), ["ant"]).axes

    assert axis.images[0].get_array().max() == 0.4


def test_localisation_has_a_panel_a_measure_and_a_row_a_method() -> None:
    figure = view.plot_localisation({"gradcam": localised(0.6, 0.4), "scorecam": localised(0.7, 0.5)})

    assert [axis.get_title() for axis in figure.axes] == ["pointing game", "energy inside"]
    assert [dots(axis) for axis in figure.axes] == [[(0.6, 0), (0.7, 1)], [(0.4, 0), (0.5, 1)]]
    assert [tick.get_text() for tick in figure.axes[0].get_yticklabels()] == ["gradcam", "scorecam"]
    assert figure.axes[0].lines[0].get_xdata() == pytest.approx([0.5, 0.7])


def test_groups_share_a_row_and_are_told_apart_by_marker_and_name() -> None:
    results = {("gradcam", "right"): localised(0.6, 0.4), ("gradcam", "wrong"): localised(0.3, 0.2)}

    figure = view.plot_localisation(results)

    first = figure.axes[0]
    assert [x for x, _ in dots(first, "o")] == [0.6]
    assert [x for x, _ in dots(first, "s")] == [0.3]
    assert [tick.get_text() for tick in first.get_yticklabels()] == ["gradcam"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["right", "wrong"]


def test_baselines_are_lines_at_their_means() -> None:
    figure = view.plot_localisation(
        {"gradcam": localised(0.6, 0.4)}, {"random": localised(0.2, 0.25), "centre": localised(0.8, 0.45)}
    )

    for axis, expected in zip(figure.axes, ([0.2, 0.8], [0.25, 0.45]), strict=True):
        lines = {line.get_label(): line for line in axis.lines}
        assert [lines[name].get_xdata()[0] for name in ("random", "centre")] == expected
        assert lines["random"].get_linestyle() != lines["centre"].get_linestyle()


def test_a_curve_is_the_mean_of_the_pictures_with_two_standard_errors_and_its_area() -> None:
    (axis,) = view.plot_curves({"gradcam": np.array([[1.0, 0.2], [0.6, 0.2]])}, "pixels (%)").axes

    assert axis.lines[0].get_ydata() == pytest.approx([0.8, 0.2])
    # The standard deviation of 1.0 and 0.6 is 0.4 / sqrt(2), the standard error 0.2.
    band = axis.collections[0].get_paths()[0].vertices
    assert band[band[:, 0] == 0][:, 1].min() == pytest.approx(0.4)
    assert axis.get_legend_handles_labels()[1] == ["gradcam: area 0.50"]


def test_one_picture_has_a_curve_without_a_band() -> None:
    (axis,) = view.plot_curves({"gradcam": np.array([[1.0, 0.2]])}, "pixels (%)").axes

    corners = axis.collections[0].get_paths()[0].vertices.round(6)
    assert {tuple(corner) for corner in corners.tolist()} == {(0.0, 1.0), (100.0, 0.2)}


def test_many_curves_differ_in_dash_or_marker() -> None:
    (axis,) = view.plot_curves({str(i): np.zeros((2, 21)) for i in range(8)}, "pixels (%)").axes

    assert len({(line.get_linestyle(), line.get_marker()) for line in axis.lines}) == 8


def test_randomisation_draws_the_mean_and_the_middle_of_the_pictures() -> None:
    values = np.stack([np.ones(11), np.linspace(0, 1, 11)])

    (axis,) = view.plot_randomisation(["head", "layer4"], {"gradcam": values}).axes

    assert axis.lines[0].get_ydata() == pytest.approx([1.0, 0.5])
    band = axis.collections[0].get_paths()[0].vertices
    ends = band[band[:, 0] == 1][:, 1]
    assert (ends.min(), ends.max()) == pytest.approx((0.1, 0.9))
    assert [tick.get_text() for tick in axis.get_xticklabels()] == ["head", "+ layer4"]


@pytest.mark.parametrize("draw", [
    lambda: view.plot_curves({"gradcam": np.zeros((2, 3))}, "pixels (%)"),
    lambda: view.plot_randomisation(["head"], {"gradcam": np.zeros((1, 2))}),
    lambda: view.plot_localisation({"gradcam": localised(0.6, 0.4)}),
], ids=["curves", "randomisation", "localisation"])  # fmt: skip
def test_axes_have_labels(draw: Callable[[], Figure]) -> None:
    figure = draw()

    assert all(axis.get_xlabel() for axis in figure.axes)
    assert figure.axes[0].get_ylabel() or [tick.get_text() for tick in figure.axes[0].get_yticklabels()]


def study_row(backbone: str, method: str, seed: int, pointing: float) -> dict[str, Any]:
    return {
        "backbone": backbone, "stage": "deep", "method": method, "seed": seed, "pointing": pointing,
        "energy": pointing / 2,
    }  # fmt: skip


def test_the_study_is_drawn_as_the_mean_and_range_of_its_seeds() -> None:
    rows = [study_row("net", method, seed, 0.4 + 0.2 * seed) for method in (*METHODS, "random", "centre")
            for seed in (0, 1)]  # fmt: skip

    figure = view.plot_saliency_study(Study("saliency", rows, {}, {}, ""))

    assert dots(figure.axes[0])[0] == (pytest.approx(0.5), 0)
    assert figure.axes[0].lines[0].get_xdata() == pytest.approx([0.4, 0.6])
    assert dots(figure.axes[1])[0] == (pytest.approx(0.25), 0)
