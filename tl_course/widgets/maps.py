"""A picture, what a model says of it, and its map, drawn for a panel.

With PIL, since a matplotlib figure takes longer than the map does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import numpy as np
import torch
from matplotlib.figure import Figure
from PIL import Image, ImageFilter
from torch import Tensor, nn

from tl_course.explain import energy_inside, grad_cam, pointing_game
from tl_course.training.passes import device_of, modes_restored
from tl_course.view import overlay
from tl_course.view.pictures import draw_image
from tl_course.view.saliency import COLOUR_MAP
from tl_course.view.style import new_figure
from tl_course.widgets.live import img

SIDE = 256  # pixels of a picture's longer side on the screen

STYLE = """<style>
.tl-pictures { display: flex; flex-wrap: wrap; gap: 12px; }
.tl-pictures figure { margin: 4px 0; max-width: 256px; }
.tl-pictures figcaption { font-size: 13px; line-height: 1.35; overflow-wrap: anywhere; }
</style>"""


@dataclass(frozen=True, eq=False)
class Explained:
    """What a model says of one picture, and where the evidence for one class is.

    - `pixels`: (H, W, 3) float in [0, 1], as the model sees them
    - `probabilities`: (K,) float32
    - `target`: the class that the map asks for
    - `saliency`: (H, W) float in [0, 1]
    - `mask`: (H, W) bool, where the thing is, or None where nobody knows
    """

    pixels: np.ndarray
    probabilities: Tensor
    target: int
    saliency: np.ndarray
    mask: np.ndarray | None = None

    @property
    def answer(self) -> int:
        """The class that the model finds most probable."""
        return int(self.probabilities.argmax())

    @property
    def is_zero(self) -> bool:
        """Whether the map is zero everywhere."""
        return not self.saliency.any()

    @property
    def measured(self) -> str:
        """Pointing game and energy inside, in words."""
        if self.mask is None:
            return "nothing is measured, since no mask says where the thing is"
        game = float(pointing_game(self.saliency, self.mask))
        energy = float(energy_inside(self.saliency, self.mask))
        hit = {0.0: "miss", 1.0: "hit"}.get(game, f"{game:.2f} of the highest pixels hit")
        return (
            f"pointing game: {hit}; energy inside the mask: {energy:.2f}, where a constant map has "
            f"{self.mask.mean():.2f}"
        )


def explained(
    model: nn.Module,
    image: Tensor,
    pixels: np.ndarray,
    target: int | None = None,
    layer: str | None = None,
    method: str = "gradcam",
    mask: np.ndarray | None = None,
) -> Explained:
    """The map of one preprocessed `image` (3, H, W), for `target` or for the class that the model gives.

    Raises CourseError as `grad_cam` does.
    """
    with modes_restored(model), torch.inference_mode():
        probabilities = model.eval()(image[None].to(device_of(model))).softmax(1)[0].float().cpu()
    wanted = int(probabilities.argmax()) if target is None else target
    saliency = grad_cam(model, image, wanted, layer, method)
    return Explained(pixels, probabilities, wanted, saliency, mask)


def enlarged(pixels: np.ndarray) -> Image.Image:
    """Pixels (H, W, 3) in [0, 1] at SIDE: small ones as squares, as the lessons draw them."""
    picture = Image.fromarray((255 * pixels).round().clip(0, 255).astype(np.uint8))
    size = on_screen(*pixels.shape[:2])
    small = max(pixels.shape[:2]) <= SIDE // 2
    return picture.resize(size, Image.Resampling.NEAREST if small else Image.Resampling.BILINEAR)


def on_screen(height: int, width: int) -> tuple[int, int]:
    """(width, height) in pixels of the screen, the longer one SIDE."""
    longer = max(height, width)
    return max(1, round(SIDE * width / longer)), max(1, round(SIDE * height / longer))


def map_picture(one: Explained) -> Image.Image:
    """The map alone: the lighter, the more."""
    return enlarged(COLOUR_MAP(one.saliency)[..., :3])


def overlay_picture(one: Explained) -> Image.Image:
    """The map on its picture, with the edge of the mask in white on black."""
    picture = enlarged(overlay(one.pixels, one.saliency))
    return picture if one.mask is None else with_outline(picture, one.mask)


def with_outline(picture: Image.Image, mask: np.ndarray) -> Image.Image:
    """The edge of a mask (h, w), white between black, on a picture of any size."""
    inside = Image.fromarray(255 * mask.astype(np.uint8)).resize(picture.size, Image.Resampling.BILINEAR)
    solid = Image.fromarray(np.where(np.asarray(inside) > 127, 255, 0).astype(np.uint8))
    drawn = picture.copy()
    for colour, width in (("black", 5), ("white", 3)):
        outer, inner = solid.filter(ImageFilter.MaxFilter(width)), solid.filter(ImageFilter.MinFilter(width))
        edge = Image.fromarray(np.asarray(outer) - np.asarray(inner))
        drawn.paste(Image.new("RGB", drawn.size, colour), mask=edge)
    return drawn


def side_by_side(pictures: Iterable[tuple[Image.Image, str, str]]) -> str:
    """HTML of pictures in a row, each (picture, caption, words for who doesn't see it)."""
    figures = "".join(
        f"<figure>{img(picture, alt, picture.width)}<figcaption>{escape(caption)}</figcaption></figure>"
        for picture, caption, alt in pictures
    )
    return f'{STYLE}<div class="tl-pictures">{figures}</div>'


def plot_explained(one: Explained, title: str) -> Figure:
    """Picture, map and overlay in a row: what a panel shows, for where there is none."""
    figure, axes = new_figure(8.4, 3.1, 1, 3)
    parts = {"picture": enlarged(one.pixels), "map": map_picture(one), "overlay": overlay_picture(one)}
    for axis, (name, picture) in zip(axes, parts.items(), strict=True):
        draw_image(axis, picture)
        axis.set_title(name, fontsize=10)
        axis.axis("off")
    figure.suptitle(title, fontsize=11)
    return figure
