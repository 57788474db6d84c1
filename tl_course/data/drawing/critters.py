"""The target task: six animals, each in several builds, poses and coats.

Each function returns a shape about the size of the unit sphere. Its own heading is part of
the drawing; the scene turns it a little more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tl_course.data.drawing.dice import Dice, cosine, sine
from tl_course.data.drawing.insects import ant, bee
from tl_course.data.drawing.materials import BLACK, WHITE, Colour, Material, any_material
from tl_course.data.drawing.shapes import (
    Shape,
    Vector,
    ball,
    capsule,
    cylinder,
    ellipsoid,
    mirrored,
    placed,
    rotation,
    tube,
)  # fmt: skip

PINK: Colour = (0.86, 0.55, 0.55)
COATS = ("plain", "plain", "belly", "patches", "tiger", "spots")


def coat(dice: Dice, patterns: tuple[str, ...] = COATS) -> Material:
    """Fur, skin or feathers: two contrasting colours of the common palette, no gloss."""
    return any_material(dice, patterns, coarse=dice.uniform(0.1, 0.35), gloss=0.03, axis=dice.choice((1, 2)))


def eye(centre: Vector, radius: float, iris: Colour, slit: bool = False) -> Shape:
    """An iris with a dark pupil in front, and a spark of light."""
    x, y, z = centre
    pupil = (radius * (0.35 if slit else 0.6), radius * 0.85, radius * 0.5)
    return [
        ellipsoid(centre, (radius, radius, radius * 0.7), Material(iris, gloss=0.6)),
        ellipsoid((x, y, z + radius * 0.5), pupil, Material(BLACK, gloss=0.8)),
        ball((x + radius * 0.3, y + radius * 0.4, z + radius * 0.85), radius * 0.25, Material(WHITE)),
    ]


def cat_head(dice: Dice, fur: Material) -> Shape:
    """Round, flat-faced, with two upright triangles for ears."""
    pale = fur.tinted(fur.second if dice.chance(0.5) else fur.colour)
    iris = dice.choice(((0.85, 0.80, 0.25), (0.45, 0.75, 0.35), (0.45, 0.70, 0.85), (0.85, 0.55, 0.2)))
    ear, lean, size = dice.uniform(0.36, 0.52), dice.uniform(0.06, 0.16), dice.uniform(0.09, 0.12)
    half: Shape = [
        cylinder((0.2, 0.14, 0.0), (0.24 + lean, 0.22 + ear, 0.02), 0.17, fur, taper=0.02, flat=0.45),
        cylinder(
            (0.21, 0.16, 0.06), (0.24 + lean, 0.14 + ear, 0.07), 0.1, Material(PINK), taper=0.02, flat=0.4
        ),
        ball((0.07, -0.13, 0.3), 0.095, pale),
        ellipsoid((0.2, -0.09, 0.1), (0.19, 0.17, 0.2), fur),
        cylinder(
            (0.12, -0.12, 0.34), (0.46, -0.07 + dice.uniform(-0.05, 0.05), 0.28), 0.012, Material(WHITE)
        ),
        cylinder((0.12, -0.15, 0.34), (0.44, -0.2, 0.28), 0.012, Material(WHITE)),
        *eye((0.15, 0.06, 0.28), size, iris, slit=True),
    ]
    nose = ellipsoid((0.0, -0.06, 0.37), (0.05, 0.035, 0.04), Material(PINK if dice.chance(0.7) else BLACK))
    return [ellipsoid((0.0, 0.0, 0.0), (0.38, 0.33, 0.34), fur), nose, *mirrored(half)]


def dog_head(dice: Dice, fur: Material) -> Shape:
    """A snout with a large dark nose; ears that hang, or stand on a long face."""
    snout, ear_fur = dice.uniform(0.3, 0.62), fur.tinted(fur.second if dice.chance(0.5) else fur.colour)
    muzzle = fur.tinted(fur.second if dice.chance(0.5) else fur.colour)
    low, width = dice.uniform(-0.16, -0.08), dice.uniform(0.14, 0.19)
    if dice.chance(0.75):
        drop, out = dice.uniform(0.2, 0.36), dice.uniform(8.0, 32.0)
        ear: Shape = [
            ellipsoid((0.34, 0.14 - drop * 0.7, 0.0), (0.085, drop, 0.17), ear_fur, (0.0, 0.0, out)),
            ball((0.28, 0.17, 0.0), 0.1, ear_fur),
        ]
    else:
        ear = [cylinder((0.2, 0.16, -0.06), (0.3, 0.56, -0.06), 0.14, ear_fur, taper=0.15, flat=0.5)]
    half = ear + eye((0.16, 0.09, 0.25), 0.062, (0.3, 0.18, 0.1))
    tip: Vector = (0.0, low - 0.02, 0.2 + snout)
    face: Shape = [
        ellipsoid((0.0, 0.0, 0.0), (0.32, 0.31, 0.33), fur),
        *capsule((0.0, low, 0.15), tip, width, muzzle, taper=0.85),
        ellipsoid((0.0, tip[1] + 0.1, tip[2] + 0.1), (0.1, 0.075, 0.08), Material(BLACK, gloss=0.7)),
    ]
    if dice.chance(0.45):
        face += [
            ellipsoid((0.03, tip[1] - 0.2, tip[2] + 0.02), (0.07, 0.15, 0.03), Material(PINK, gloss=0.4))
        ]
    return face + mirrored(half)


def _sitting(dice: Dice, fur: Material, plump: float) -> Shape:
    """Haunches on the ground, chest up, two front legs; the neck ends at (0, 0.25, 0.12)."""
    leg = dice.uniform(0.075, 0.1)
    half: Shape = [
        *capsule((0.14, -0.1, 0.22), (0.15, -0.78, 0.26), leg, fur, taper=0.85),
        ellipsoid((0.15, -0.8, 0.33), (leg, 0.07, 0.12), fur),
        ellipsoid((0.3 * plump, -0.6, -0.02), (0.18, 0.25, 0.28), fur),
    ]
    torso = ellipsoid((0.0, -0.28, 0.0), (0.33 * plump, 0.58, 0.32), fur, (0.0, -8.0, 0.0))
    return [torso, ball((0.0, 0.12, 0.08), 0.24, fur), *mirrored(half)]


def _standing(dice: Dice, fur: Material, plump: float) -> Shape:
    """Four legs, the body along z; the neck ends at (0, 0.35, 0.68)."""
    leg, height = dice.uniform(0.07, 0.1), dice.uniform(0.36, 0.6)
    parts: Shape = [
        *capsule((0.0, 0.0, -0.42), (0.0, 0.02, 0.42), 0.24 * plump, fur, taper=1.05),
        *capsule((0.0, 0.08, 0.42), (0.0, 0.32, 0.64), 0.17, fur, taper=0.9),
    ]
    for z in (-0.42, 0.42):
        stride = dice.uniform(-0.16, 0.16)
        for side, step in ((0.15, stride), (-0.15, -stride)):
            parts += capsule((side, -0.1, z), (side, -0.15 - height, z + step), leg, fur, taper=0.75)
            parts += [ellipsoid((side, -0.17 - height, z + step + 0.05), (leg, 0.06, 0.11), fur)]
    return parts


def _tail(dice: Dice, start: Vector, fur: Material, length: float, radius: float, lift: float) -> Shape:
    """A tail that starts backwards and bends up by `lift`."""
    points, angle, side = [start], dice.uniform(-20.0, 20.0), dice.uniform(-0.4, 0.4)
    for _ in range(4):
        x, y, z = points[-1]
        step = length / 4.0
        points.append((x + side * step, y + sine(angle) * step, z - cosine(angle) * step))
        angle += lift
    return tube(points, radius, fur, taper=0.6)


def _pet(
    dice: Dice, fur: Material, head: Shape, plump: float, tail: Shape, sitting: bool, heading: float
) -> Shape:
    """Body, tail and head; the head looks half-way back to the viewer."""
    body = (_sitting if sitting else _standing)(dice, fur, plump)
    neck: Vector = (0.0, 0.42, 0.14) if sitting else (0.0, 0.5, 0.74)
    glance = -heading * dice.uniform(0.35, 0.75)
    look = rotation(glance, dice.uniform(-12.0, 12.0), dice.uniform(-14.0, 14.0))
    whole = body + tail + placed(head, at=neck, turn=look, size=dice.uniform(0.9, 1.1))
    return placed(whole, turn=rotation(heading))


def _portrait(dice: Dice, fur: Material, head: Shape) -> Shape:
    """Head and chest, as people photograph their pets."""
    shoulder = dice.uniform(1.3, 1.7)
    chest: Shape = [
        cylinder((0.0, -0.2, -0.1), (0.0, -0.85, -0.12), 0.27, fur, taper=shoulder),
        ball((0.0, -0.25, -0.08), 0.27, fur),
    ]
    return chest + placed(
        head, turn=rotation(dice.uniform(-40.0, 40.0), dice.uniform(-10.0, 15.0)), size=1.15
    )


def cat(dice: Dice) -> Shape:
    """Pointed ears, round flat face, slit pupils, long thin tail."""
    fur = coat(dice)
    head, plump = cat_head(dice, fur), dice.uniform(0.8, 1.15)
    if dice.chance(0.25):
        return _portrait(dice, fur, head)
    sitting = dice.chance(0.5)
    start: Vector = (0.15, -0.72, -0.25) if sitting else (0.0, 0.1, -0.6)
    tail = _tail(dice, start, fur, dice.uniform(0.8, 1.2), 0.065, dice.uniform(10.0, 45.0))
    heading = dice.sign() * (dice.uniform(0.0, 60.0) if sitting else dice.uniform(40.0, 85.0))
    return _pet(dice, fur, head, plump, tail, sitting, heading)


def dog(dice: Dice) -> Shape:
    """A snout with a big nose, hanging or wide-set ears, shorter tail, deep chest."""
    fur = coat(dice)
    head, plump = dog_head(dice, fur), dice.uniform(0.85, 1.25)
    if dice.chance(0.25):
        return _portrait(dice, fur, head)
    sitting = dice.chance(0.45)
    start: Vector = (0.1, -0.7, -0.25) if sitting else (0.0, 0.14, -0.62)
    tail = _tail(dice, start, fur, dice.uniform(0.35, 0.6), 0.075, dice.uniform(15.0, 50.0))
    heading = dice.sign() * (dice.uniform(10.0, 65.0) if sitting else dice.uniform(40.0, 85.0))
    return _pet(dice, fur, head, plump, tail, sitting, heading)


def fish(dice: Dice) -> Shape:
    """A flat streamlined body with a forked tail, fins, and an eye on the side."""
    skin = any_material(dice, ("stripes", "scales", "spots", "belly", "tiger", "plain"), gloss=0.5, axis=0)
    skin = replace(skin, axis=1 if skin.pattern == "belly" else 0)
    fin = Material(skin.second if dice.chance(0.6) else skin.colour, coarse=0.3)
    tall, deep = dice.uniform(0.24, 0.52), dice.uniform(0.13, 0.22)
    fork, high = dice.uniform(0.18, 0.42), dice.uniform(0.1, 0.3)
    parts: Shape = [
        ellipsoid((0.0, 0.0, 0.0), (0.66, tall, deep), skin),
        ellipsoid((0.42, -0.01, 0.0), (0.3, tall * 0.66, deep * 0.95), skin.tinted(skin.colour)),
        cylinder((-0.5, 0.0, 0.0), (-1.0, fork, 0.0), 0.08, fin, taper=2.2, flat=0.25),
        cylinder((-0.5, 0.0, 0.0), (-1.0, -fork, 0.0), 0.08, fin, taper=2.2, flat=0.25),
        ellipsoid((-0.05, tall * 0.85, 0.0), (0.34, high, 0.035), fin, (0.0, 0.0, dice.uniform(-20.0, 5.0))),
        ellipsoid((-0.12, -tall * 0.85, 0.0), (0.18, high * 0.7, 0.03), fin, (0.0, 0.0, 25.0)),
        cylinder((0.6, -0.08, 0.0), (0.71, -0.09, 0.0), 0.07, Material(PINK), taper=0.8),
    ]
    for side in (-1, 1):
        look = eye((0.0, 0.0, 0.0), dice.uniform(0.07, 0.1), WHITE)
        parts += placed(look, at=(0.47, 0.08, side * deep * 0.72), turn=rotation(0.0 if side > 0 else 180.0))
        parts += [
            ellipsoid((0.08, -0.08, side * deep * 1.05), (0.16, 0.08, 0.03), fin, (side * -20.0, 0.0, 25.0))
        ]
    heading = dice.uniform(-40.0, 40.0) + (180.0 if dice.chance(0.5) else 0.0)
    return placed(parts, turn=rotation(heading, 0.0, dice.uniform(-20.0, 20.0)))


def _wing(dice: Dice, feathers: Material, spread: bool) -> Shape:
    """The right wing, folded on the flank or spread out."""
    if spread:
        lift, sweep = dice.uniform(10.0, 50.0), dice.uniform(-25.0, 10.0)
        blade = [
            ellipsoid((0.42, 0.0, 0.0), (0.42, 0.04, 0.2), feathers),
            ellipsoid(
                (0.75, 0.0, -0.1), (0.3, 0.03, 0.15), feathers.tinted(feathers.second), (20.0, 0.0, 0.0)
            ),
        ]
        return placed(blade, at=(0.2, 0.15, 0.0), turn=rotation(sweep, 0.0, lift))
    tip = feathers.tinted(feathers.second)
    return [
        ellipsoid((0.27, 0.02, -0.12), (0.07, 0.2, 0.42), feathers, (0.0, 18.0, 0.0)),
        ellipsoid((0.27, -0.08, -0.42), (0.05, 0.09, 0.28), tip, (0.0, 18.0, 0.0)),
    ]


def bird(dice: Dice) -> Shape:
    """A beak, a wing on the flank or spread, a tail blade, two thin legs."""
    feathers = coat(dice, ("plain", "belly", "patches", "spots"))
    feathers = replace(feathers, axis=1)
    beak_colour = dice.choice(((0.95, 0.6, 0.15), (0.25, 0.22, 0.2), (0.85, 0.75, 0.4), (0.8, 0.3, 0.2)))
    beak, neck = dice.uniform(0.2, 0.48), dice.uniform(0.0, 0.3)
    head: Vector = (0.0, 0.38 + neck, 0.42 + neck * 0.3)
    wing_coat = feathers.tinted(feathers.second) if dice.chance(0.4) else feathers
    length, spread = dice.uniform(0.15, 0.3), dice.chance(0.3)
    tip: Vector = (0.0, head[1] - dice.uniform(0.02, 0.14), head[2] + 0.2 + beak)
    thick = dice.uniform(0.07, 0.11)
    parts: Shape = [
        ellipsoid((0.0, 0.0, 0.0), (0.3, 0.31, 0.52), feathers, (0.0, -18.0, 0.0)),
        *capsule((0.0, 0.18, 0.3), head, 0.19, feathers),
        ball(head, dice.uniform(0.22, 0.27), feathers),
        cylinder((0.0, head[1] - 0.02, head[2] + 0.16), tip, thick, Material(beak_colour, gloss=0.4), 0.1),
        ellipsoid((0.0, -0.22, -0.5 - length), (0.15, 0.05, 0.2 + length), wing_coat, (0.0, -22.0, 0.0)),
    ]
    half = placed(
        eye((0.0, 0.0, 0.0), 0.06, BLACK), at=(0.17, head[1] + 0.05, head[2] + 0.13), turn=rotation(50.0)
    )
    half += _wing(dice, wing_coat, spread)
    if not spread or dice.chance(0.4):
        legs, shank = dice.uniform(0.2, 0.55), Material(beak_colour)
        half += tube(
            [(0.11, -0.24, 0.0), (0.12, -0.32 - legs, -0.03), (0.12, -0.33 - legs, 0.12)], 0.03, shank
        )
    if dice.chance(0.25):
        parts += [
            cylinder(
                (0.0, head[1] + 0.15, head[2]), (0.0, head[1] + 0.45, head[2] - 0.2), 0.09, wing_coat, 0.1
            )
        ]
    heading = dice.sign() * dice.uniform(15.0, 85.0)
    return placed(parts + mirrored(half), turn=rotation(heading, 0.0, 0.0))


CLASSES: dict[str, Callable[[Dice], Shape]] = {
    "ant": ant, "bee": bee, "bird": bird, "cat": cat, "dog": dog, "fish": fish,
}  # fmt: skip
