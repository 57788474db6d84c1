"""What a surface looks like: two colours, a pattern that mixes them, and its gloss.

Colours are (red, green, blue) as seen on a screen, each in [0, 1].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tl_course.data.drawing.dice import Dice

Colour = tuple[float, float, float]

# Colours of things and animals. Every class draws from this one list, so that colour tells nothing.
PALETTE: tuple[Colour, ...] = (
    (0.13, 0.12, 0.13), (0.30, 0.20, 0.14), (0.47, 0.31, 0.19), (0.68, 0.50, 0.32), (0.85, 0.73, 0.55),
    (0.94, 0.91, 0.85), (0.55, 0.55, 0.57), (0.36, 0.37, 0.40), (0.90, 0.55, 0.18), (0.95, 0.78, 0.25),
    (0.70, 0.25, 0.16), (0.84, 0.36, 0.30), (0.32, 0.45, 0.62), (0.20, 0.32, 0.52), (0.45, 0.52, 0.28),
    (0.28, 0.48, 0.36), (0.55, 0.38, 0.55), (0.42, 0.66, 0.70),
)  # fmt: skip
BLACK: Colour = (0.06, 0.05, 0.06)
WHITE: Colour = (0.96, 0.95, 0.93)


@dataclass(frozen=True)
class Material:
    """A surface.

    `pattern` is a name in `PATTERNS`; `scale` its frequency in cycles a unit; `axis` the local
    axis (0, 1, 2) that stripes run across; `seed` moves its noise; `opacity` below 1 is glass or
    a wing; `coarse` adds fine irregularity (fur, rust, bark) of that strength.
    """

    colour: Colour
    second: Colour = WHITE
    pattern: str = "plain"
    scale: float = 4.0
    axis: int = 2
    gloss: float = 0.15
    opacity: float = 1.0
    coarse: float = 0.0
    seed: int = 0

    def tinted(self, colour: Colour) -> Material:
        """The same surface in one plain colour."""
        return replace(self, colour=colour, pattern="plain")


def hashed(x: np.ndarray, y: np.ndarray, z: np.ndarray, seed: int) -> np.ndarray:
    """A float32 in [0, 1) for each integer lattice point (int32 arrays of one shape)."""
    code = x.astype(np.uint32) * np.uint32(374761393) + y.astype(np.uint32) * np.uint32(668265263)
    code += z.astype(np.uint32) * np.uint32(2147483647) + np.uint32((seed * 362437 + 12345) & 0xFFFFFFFF)
    code = (code ^ (code >> np.uint32(13))) * np.uint32(1274126177)
    code ^= code >> np.uint32(16)
    return (code & np.uint32(0xFFFF)).astype(np.float32) / np.float32(65536.0)


def noise(x: np.ndarray, y: np.ndarray, z: np.ndarray, seed: int) -> np.ndarray:
    """Smooth value noise in [0, 1) at float32 points, one cycle about one unit long."""
    cells, weights = [], []
    for v in (x, y, z):
        base = np.floor(v)
        step = v - base
        cells.append(base.astype(np.int32))
        weights.append(step * step * (3.0 - 2.0 * step))
    total = np.zeros_like(x)
    for corner in range(8):
        shift = (corner & 1, corner >> 1 & 1, corner >> 2)
        weight = np.ones_like(x)
        for w, s in zip(weights, shift, strict=True):
            weight *= w if s else 1.0 - w
        total += weight * hashed(cells[0] + shift[0], cells[1] + shift[1], cells[2] + shift[2], seed)
    return total


def _fraction(v: np.ndarray) -> np.ndarray:
    return v - np.floor(v)


def _wobble(m: Material, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    return noise(x * 3.0, y * 3.0, z * 3.0, m.seed) * 0.8


def _step(v: np.ndarray, edge: float, width: float = 0.08) -> np.ndarray:
    """0 below `edge`, 1 above, a ramp of `width` between: a hard step would flicker."""
    return np.clip((v - edge) / width + 0.5, 0.0, 1.0)


def _plain(m: Material, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    return np.zeros_like(x)


def _stripes(m: Material, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    wave = _fraction((x, y, z)[m.axis] * m.scale + m.seed % 7 / 7.0)
    return _step(np.abs(wave - 0.5), 0.25)


def _tiger(m: Material, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    wave = _fraction((x, y, z)[m.axis] * m.scale + _wobble(m, x, y, z))
    return _step(np.abs(wave - 0.5), 0.32, 0.15)


def _spots(m: Material, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    return _step(noise(x * m.scale, y * m.scale, z * m.scale, m.seed), 0.66, 0.1)


def _patches(m: Material, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    scale = m.scale * 0.4
    return _step(noise(x * scale, y * scale, z * scale, m.seed), 0.52, 0.06)


def _belly(m: Material, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """The second colour below, as on many fish, birds and pets."""
    return _step(-(x, y, z)[m.axis] * 3.0 + _wobble(m, x, y, z), 0.7, 0.5)


def _checks(m: Material, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    count = np.floor(x * m.scale) + np.floor(y * m.scale) + np.floor(z * m.scale)
    return _step(_fraction(count * 0.5), 0.25)


def _grain(m: Material, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Wood: long soft lines along the axis."""
    squeeze = [m.scale * 2.5] * 3
    squeeze[m.axis] = m.scale * 0.25
    return noise(x * squeeze[0], y * squeeze[1], z * squeeze[2], m.seed)


def _marble(m: Material, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    fold = noise(x * m.scale, y * m.scale, z * m.scale, m.seed) - 0.5
    return 1.0 - np.clip(np.abs(fold) * 8.0, 0.0, 1.0)


def _scales(m: Material, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    u, v = _fraction(x * m.scale + np.floor(y * m.scale) * 0.5) - 0.5, _fraction(y * m.scale) - 0.5
    return _step(u * u + v * v, 0.2, 0.1)


Pattern = Callable[[Material, np.ndarray, np.ndarray, np.ndarray], np.ndarray]
PATTERNS: dict[str, Pattern] = {
    "plain": _plain, "stripes": _stripes, "tiger": _tiger, "spots": _spots, "patches": _patches,
    "belly": _belly, "checks": _checks, "grain": _grain, "marble": _marble, "scales": _scales,
}  # fmt: skip


def albedo(m: Material, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> list[np.ndarray]:
    """Red, green and blue reflectance (linear light) at the part's own coordinates."""
    mix = PATTERNS[m.pattern](m, x, y, z)
    colour = [a * a + (b * b - a * a) * mix for a, b in zip(m.colour, m.second, strict=True)]
    if m.coarse:
        rough = 1.0 + m.coarse * 2.0 * (noise(x * 14.0, y * 14.0, z * 14.0, m.seed + 1) - 0.5)
        colour = [c * rough for c in colour]
    return colour


def any_colour(dice: Dice) -> Colour:
    """A colour of the palette, a little lighter or darker, a little off."""
    gain = dice.uniform(0.75, 1.2)
    r, g, b = (min(1.0, max(0.03, c * gain + dice.uniform(-0.05, 0.05))) for c in dice.choice(PALETTE))
    return r, g, b


def contrasting(dice: Dice, colour: Colour) -> Colour:
    """A colour that stands out from `colour`: light on dark or dark on light."""
    dark = sum(colour) < 1.2
    for _ in range(20):
        other = any_colour(dice)
        if abs(sum(other) - sum(colour)) > 0.75:
            return other
    return WHITE if dark else BLACK


def any_material(dice: Dice, patterns: tuple[str, ...] = ("plain",), **settings: Any) -> Material:
    """A surface of two contrasting colours in one of the named patterns."""
    colour = any_colour(dice)
    chosen = Material(
        colour, contrasting(dice, colour), dice.choice(patterns), dice.uniform(3.0, 6.0),
        gloss=dice.uniform(0.0, 0.4), seed=dice.integer(0, 9999),
    )  # fmt: skip
    return replace(chosen, **settings) if settings else chosen
