"""Puts an object into a picture: background, clutter, occlusion, light, camera and sensor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tl_course.data.drawing.dice import Dice
from tl_course.data.drawing.materials import any_colour, any_material
from tl_course.data.drawing.render import NOTHING, OBJECT, OTHER, SAMPLES, SIZE, Canvas, Light, shrink
from tl_course.data.drawing.shapes import (
    Shape,
    ball,
    box,
    capsule,
    cylinder,
    ellipsoid,
    fitted,
    placed,
    rotation,
)

MOST_HIDDEN = 0.3  # share of the object that occluders may cover


@dataclass(frozen=True)
class Picture:
    """`image` is (64, 64, 3) uint8 RGB; `mask` (64, 64) bool, true where the object is seen."""

    image: np.ndarray
    mask: np.ndarray


@dataclass(frozen=True)
class Framing:
    """How an object is photographed.

    `yaw` and `roll` are the largest turns either way, in degrees; `size` the range of the object's half
    width (or height, if that is larger) in units of the picture's half width; `occluded` the share of
    pictures with things in front.
    """

    yaw: float = 55.0
    roll: float = 20.0
    size: tuple[float, float] = (0.62, 1.0)
    occluded: float = 0.4


def compose(make: Callable[[Dice], Shape], dice: Dice, framing: Framing) -> Picture:
    """One picture of an object."""
    shape = placed(
        make(dice),
        turn=rotation(
            dice.uniform(-framing.yaw, framing.yaw),
            dice.uniform(-2.0, 24.0),
            dice.uniform(-framing.roll, framing.roll),
        ),
    )
    size = dice.uniform(*framing.size)
    room = 1.18 - size
    shape = placed(fitted(shape, size), at=(dice.uniform(-room, room), dice.uniform(-room, room), 0.0))
    light = _light(dice)
    canvas = Canvas()
    canvas.add(_clutter(dice), OTHER)
    canvas.add(shape, OBJECT)
    if dice.chance(framing.occluded):
        _occlude(canvas, dice)
    background = _shadowed(_background(dice), canvas, light, dice)
    rays = np.repeat(np.repeat(background, SAMPLES, axis=1), SAMPLES, axis=2)
    picture = _sensor(shrink(canvas.shade(light, rays)), dice)
    return Picture(picture, canvas.share(OBJECT) >= 0.5)


def _light(dice: Dice) -> Light:
    warm = dice.uniform(-0.12, 0.12)
    return Light(
        (dice.uniform(-0.9, 0.9), dice.uniform(0.25, 1.0), dice.uniform(0.35, 1.0)),
        (1.0 + warm, 1.0, 1.0 - warm),
        strength=dice.uniform(0.55, 1.0),
        ambient=dice.uniform(0.22, 0.5),
    )


def _solid(dice: Dice, x: float, y: float, z: float, size: float) -> Shape:
    """One nondescript thing: a block, a ball, a rod or a twig."""
    material = any_material(dice, ("plain", "plain", "grain", "spots", "stripes", "marble"), coarse=0.2)
    kind, tilt = dice.integer(0, 4), (dice.uniform(0, 180), dice.uniform(0, 180), dice.uniform(0, 180))
    x2, y2 = x + dice.uniform(-2.5, 2.5) * size, y + dice.uniform(-2.5, 2.5) * size
    if kind == 0:
        return [box((x, y, z), (size, size * dice.uniform(0.3, 1.0), size * 0.6), material, tilt)]
    if kind == 1:
        return [ball((x, y, z), size * 0.8, material)]
    if kind == 2:
        return [ellipsoid((x, y, z), (size, size * dice.uniform(0.25, 0.7), size * 0.5), material, tilt)]
    if kind == 3:
        return [cylinder((x, y, z), (x2, y2, z), size * 0.4, material, taper=dice.uniform(0.0, 1.2))]
    return capsule((x, y, z), (x2, y2, z), size * 0.16, material, taper=0.6)


def _clutter(dice: Dice) -> Shape:
    """Things behind the object."""
    parts: Shape = []
    for _ in range(dice.integer(0, 5)):
        x, y = dice.uniform(-1.0, 1.0), dice.uniform(-1.0, 1.0)
        parts += _solid(dice, x, y, -4.0, dice.uniform(0.08, 0.34))
    return parts


def _occlude(canvas: Canvas, dice: Dice) -> None:
    """Up to three things in front, each left out where it would hide too much."""
    whole = np.count_nonzero(canvas.owner == OBJECT)
    for _ in range(dice.integer(1, 3)):
        thing = _solid(dice, dice.uniform(-0.8, 0.8), dice.uniform(-0.9, 0.5), 4.0, dice.uniform(0.06, 0.2))
        trial = Canvas()
        trial.add(thing, OTHER)
        left = np.count_nonzero((canvas.owner == OBJECT) & (trial.owner == NOTHING))
        if left >= (1.0 - MOST_HIDDEN) * whole:
            canvas.add(thing, OTHER)


def _grid(dice: Dice, across: int, down: int) -> np.ndarray:
    """Smooth noise in [0, 1): random values on a (down, across) grid, interpolated to (64, 64)."""
    values = dice.array(down + 2, across + 2)
    smooth = values
    for axis, cells in ((0, down), (1, across)):
        at = (np.arange(SIZE, dtype=np.float32) + 0.5) * np.float32(cells / SIZE)
        low = at.astype(np.int32)
        step = at - low
        step = step * step * (3.0 - 2.0 * step)
        step = step[:, None] if axis == 0 else step[None, :]
        smooth = np.take(smooth, low, axis) * (1.0 - step) + np.take(smooth, low + 1, axis) * step
    return smooth


def _rough(dice: Dice, across: int, down: int) -> np.ndarray:
    """Three octaves of noise in [0, 1)."""
    return (
        _grid(dice, across, down) * 0.5
        + _grid(dice, across * 2, down * 2) * 0.3
        + _grid(dice, across * 4, down * 4) * 0.2
    )


def _mix(dice: Dice, amount: np.ndarray, contrast: float = 1.0) -> np.ndarray:
    """Two palette colours (linear light) mixed by `amount`: (64, 64) to (3, 64, 64)."""
    one, two = any_colour(dice), any_colour(dice)
    planes = []
    for a, b in zip(one, two, strict=True):
        b = a + (b - a) * contrast
        planes.append(a * a + (b * b - a * a) * amount)
    return np.stack(planes).astype(np.float32)


def _slope(dice: Dice) -> np.ndarray:
    """A straight ramp across the picture in a random direction, about 0 to 1."""
    axis = np.arange(SIZE, dtype=np.float32) / np.float32(SIZE)
    u, v = dice.uniform(-1.0, 1.0), dice.uniform(-1.0, 1.0)
    ramp = axis[None, :] * u + axis[:, None] * v
    return ramp - np.floor(ramp.min())


def _meadow(dice: Dice) -> np.ndarray:
    """Grass, sand, leaf litter: noise stretched along one direction."""
    across, down = dice.choice(((5, 5), (16, 4), (3, 10), (8, 8)))
    return _mix(
        dice, np.clip((_rough(dice, across, down) - 0.5) * 2.2 + 0.5, 0.0, 1.0), dice.uniform(0.4, 1.0)
    )


def _horizon(dice: Dice) -> np.ndarray:
    """A ground under a sky or a wall."""
    line = dice.uniform(0.25, 0.75) * SIZE
    rows = np.arange(SIZE, dtype=np.float32)[:, None] + (_grid(dice, 4, 1) - 0.5) * dice.uniform(0.0, 14.0)
    ground = np.clip(rows - line + 0.5, 0.0, 1.0)
    above = _mix(dice, _grid(dice, 3, 4), 0.5)
    return above * (1.0 - ground) + _meadow(dice) * ground


def _planks(dice: Dice) -> np.ndarray:
    """Boards or cloth stripes with grain and dark gaps."""
    ramp = _slope(dice) * dice.uniform(3.0, 9.0)
    part = ramp - np.floor(ramp)
    gap = np.clip(np.minimum(part, 1.0 - part) * 12.0, 0.25, 1.0)
    return _mix(dice, _rough(dice, 12, 3), 0.5) * gap


def _tiles(dice: Dice) -> np.ndarray:
    """Two crossing sets of stripes: tiles, bricks, checked cloth."""
    scale = dice.uniform(3.0, 9.0)
    one, two = _slope(dice) * scale, _slope(dice) * scale
    squares = (np.floor(one) + np.floor(two)) * 0.5
    checks = (squares - np.floor(squares)) * 2.0
    return _mix(dice, checks * 0.8 + _grid(dice, 6, 6) * 0.2, dice.uniform(0.25, 0.9))


def _bokeh(dice: Dice) -> np.ndarray:
    """Out-of-focus discs over a soft ground."""
    picture = _mix(dice, _grid(dice, 3, 3), 0.7)
    axis = np.arange(SIZE, dtype=np.float32)
    for _ in range(dice.integer(4, 12)):
        x, y, radius = dice.uniform(0, SIZE), dice.uniform(0, SIZE), dice.uniform(3.0, 13.0)
        square = (axis[None, :] - x) * (axis[None, :] - x) + (axis[:, None] - y) * (axis[:, None] - y)
        inside = np.clip((radius * radius - square) / (2.0 * radius) + 0.5, 0.0, 1.0) * dice.uniform(0.3, 0.9)
        colour = np.array([c * c for c in any_colour(dice)], np.float32)[:, None, None]
        picture = picture * (1.0 - inside) + colour * inside
    return picture


_BACKGROUNDS = (_meadow, _meadow, _horizon, _horizon, _planks, _tiles, _bokeh)


def _background(dice: Dice) -> np.ndarray:
    """(3, 64, 64) in linear light, lit unevenly."""
    picture = dice.choice(_BACKGROUNDS)(dice)
    return picture * (0.65 + 0.7 * _grid(dice, 2, 2)) * dice.uniform(0.55, 1.0)


def _blurred(plane: np.ndarray, times: int = 1) -> np.ndarray:
    """A (..., 64, 64) array smoothed by 1-2-1 along both axes."""
    for _ in range(times):
        for axis in (-2, -1):
            padded = np.concatenate((plane.take([0], axis), plane, plane.take([-1], axis)), axis)
            before, after = padded.take(range(SIZE), axis), padded.take(range(2, SIZE + 2), axis)
            plane = before * 0.25 + plane * 0.5 + after * 0.25
    return plane


def _shadowed(background: np.ndarray, canvas: Canvas, light: Light, dice: Dice) -> np.ndarray:
    """The background with a soft shadow of everything in front, thrown away from the lamp."""
    cover = 1.0 - canvas.share(NOTHING)
    shift_x, shift_y = int(-light.direction[0] * 7.0), int(light.direction[1] * 6.0)
    thrown = np.zeros_like(cover)
    rows, columns = (
        slice(max(0, shift_y), SIZE + min(0, shift_y)),
        slice(max(0, shift_x), SIZE + min(0, shift_x)),
    )
    from_rows = slice(max(0, -shift_y), SIZE + min(0, -shift_y))
    from_columns = slice(max(0, -shift_x), SIZE + min(0, -shift_x))
    thrown[rows, columns] = cover[from_rows, from_columns]
    return background * (1.0 - dice.uniform(0.2, 0.65) * _blurred(thrown, 4))


def _sensor(linear: np.ndarray, dice: Dice) -> np.ndarray:
    """Lens blur, exposure, white balance, gamma and noise; (3, 64, 64) light to (64, 64, 3) uint8."""
    soft = dice.uniform(0.0, 0.7)
    picture = linear * (1.0 - soft) + _blurred(linear) * soft
    gain, warm = dice.uniform(0.8, 1.4), dice.uniform(-0.15, 0.15)
    for i, tint in enumerate((1.0 + warm, 1.0, 1.0 - warm)):
        picture[i] *= gain * tint
    seen = np.sqrt(np.clip(picture, 0.0, 1.0))
    seen = seen + dice.bell(3, SIZE, SIZE) * np.float32(dice.uniform(0.005, 0.026))
    return np.rint(np.clip(seen, 0.0, 1.0) * 255.0).astype(np.uint8).transpose(1, 2, 0).copy()
