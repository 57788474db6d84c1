"""Ants and bees, seen from above and in front."""

from __future__ import annotations

from dataclasses import replace

from tl_course.data.drawing.dice import Dice
from tl_course.data.drawing.materials import BLACK, WHITE, Material, any_colour, any_material, contrasting
from tl_course.data.drawing.shapes import (
    Shape,
    Vector,
    ball,
    cylinder,
    ellipsoid,
    mirrored,
    placed,
    rotation,
    tube,
)


def _legs(dice: Dice, skin: Material, reach: float, thickness: float, bodies: tuple[float, ...]) -> Shape:
    """Three legs on the right, each with a knee above the body."""
    parts: Shape = []
    for z, sweep in zip(bodies, (0.35, 0.02, -0.4), strict=True):
        sweep += dice.uniform(-0.12, 0.12)
        knee: Vector = (0.1 + reach * 0.5, 0.16, z + sweep * 0.5)
        foot: Vector = (0.12 + reach, -0.28, z + sweep * 1.5)
        parts += tube([(0.06, -0.02, z), knee, foot], thickness, skin, taper=0.6)
    return parts


def _antennae(dice: Dice, skin: Material, head: float, length: float, thickness: float) -> Shape:
    elbow: Vector = (0.16, 0.22, head + length * 0.5)
    return tube([(0.07, 0.08, head + 0.1), elbow, (0.3, 0.12, head + length)], thickness, skin)


def _heading(dice: Dice) -> tuple[float, float, float]:
    """Insects are photographed from above: yaw all round, the back tipped to the viewer."""
    return dice.uniform(25.0, 155.0) * dice.sign(), dice.uniform(20.0, 65.0), 0.0


def ant(dice: Dice) -> Shape:
    """Three beads on a thin waist, elbowed feelers, six long legs, no wings."""
    skin = any_material(dice, ("plain", "plain", "stripes", "belly"), gloss=0.5)
    legs = skin.tinted(skin.colour)
    gaster, thin = dice.uniform(0.24, 0.34), dice.uniform(0.024, 0.036)
    rear = skin if dice.chance(0.6) else replace(skin, colour=any_colour(dice))
    head = dice.uniform(0.15, 0.2)
    body: Shape = [
        ellipsoid((0.0, 0.0, 0.0), (0.13, 0.13, 0.24), legs),
        ball((0.0, -0.02, -0.29), 0.065, legs),
        ellipsoid((0.0, 0.03, -0.38 - gaster), (gaster * 0.78, gaster * 0.76, gaster), rear),
        ellipsoid((0.0, 0.03, 0.38), (head * 1.1, head * 0.9, head), legs),
    ]
    half = _legs(dice, legs, dice.uniform(0.42, 0.6), thin, (0.16, 0.02, -0.12))
    half += _antennae(dice, legs, 0.4, dice.uniform(0.35, 0.5), thin * 0.9)
    half += [ball((head * 0.75, 0.1, 0.46), 0.045, Material(BLACK, gloss=0.8))]
    half += [cylinder((0.06, -0.02, 0.38 + head * 0.8), (0.03, -0.04, 0.5 + head), 0.035, legs, taper=0.3)]
    yaw, pitch, roll = _heading(dice)
    return (
        placed(body + mirrored(half), turn=rotation(0.0, pitch, roll))
        if dice.chance(0.15)
        else _turned(body + mirrored(half), yaw, pitch)
    )


def bee(dice: Dice) -> Shape:
    """A plump striped abdomen, a furry thorax, clear wings, short legs."""
    colour = any_colour(dice)
    band = contrasting(dice, colour)
    stripes = Material(
        colour, band, "stripes", dice.uniform(3.2, 4.6), 2, gloss=0.2, coarse=0.2, seed=dice.integer(0, 99)
    )
    fur = Material(colour if dice.chance(0.6) else band, coarse=0.6, gloss=0.0, seed=dice.integer(0, 99))
    dark = Material(band if sum(band) < sum(colour) else colour)
    tint = WHITE if dice.chance(0.4) else any_colour(dice)
    wing = Material(tint, contrasting(dice, tint), "marble", 2.0, opacity=dice.uniform(0.4, 0.6))
    fat, long = dice.uniform(0.26, 0.36), dice.uniform(0.42, 0.56)
    body: Shape = [
        ellipsoid((0.0, 0.0, -0.2 - long * 0.8), (fat, fat * 0.95, long), stripes),
        ellipsoid((0.0, 0.06, 0.0), (fat * 0.92, fat * 0.9, 0.27), fur),
        ellipsoid((0.0, 0.0, 0.34), (0.2, 0.19, 0.15), dark),
    ]
    spread, lift = dice.uniform(15.0, 55.0), dice.uniform(5.0, 35.0)
    half: Shape = placed(
        [ellipsoid((0.5, 0.0, 0.0), (0.5, 0.015, 0.2), wing)],
        at=(0.1, 0.26, 0.02),
        turn=rotation(spread, 0.0, lift),
    )
    half += placed(
        [ellipsoid((0.36, 0.0, 0.0), (0.36, 0.015, 0.15), wing)],
        at=(0.1, 0.24, -0.1),
        turn=rotation(spread + 28.0, 0.0, lift),
    )
    half += _legs(dice, dark, dice.uniform(0.3, 0.38), 0.035, (0.12, 0.0, -0.12))
    half += _antennae(dice, dark, 0.36, 0.26, 0.025)
    half += [ellipsoid((0.15, 0.05, 0.38), (0.07, 0.1, 0.08), Material(BLACK, gloss=0.9))]
    yaw, pitch, _ = _heading(dice)
    return _turned(body + mirrored(half), yaw, pitch)


def _turned(shape: Shape, yaw: float, pitch: float) -> Shape:
    """Turn on the ground first, then tip the ground to the viewer."""
    return placed(placed(shape, turn=rotation(yaw)), turn=rotation(0.0, pitch))
