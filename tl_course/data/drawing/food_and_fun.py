"""Source classes: things to eat, and things to play with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tl_course.data.drawing.dice import Dice, cosine, sine
from tl_course.data.drawing.household import accent, post, surface
from tl_course.data.drawing.materials import BLACK, Material
from tl_course.data.drawing.shapes import (
    Shape,
    Vector,
    arc,
    ball,
    box,
    cylinder,
    ellipsoid,
    mirrored,
    placed,
    rotation,
    tube,
)


def _around(shape: Shape, count: int, start: float = 0.0) -> Shape:
    """`count` copies of the shape, evenly about the upright axis."""
    return [p for i in range(count) for p in placed(shape, turn=rotation(start + 360.0 * i / count))]


def _dome(low: float, wide: float, tall: float) -> list[tuple[Vector, Vector]]:
    """Eight places on a half ellipsoid above height `low`, each with the turn that lies flat on it."""
    spots: list[tuple[Vector, Vector]] = []
    for i in range(8):
        turn, lift = (-66, -20, 26, 70, -42, 14, 118, 205)[i], (27, 22, 27, 22, 56, 60, 40, 35)[i]
        out = wide * cosine(lift)
        spots.append(((out * sine(turn), low + tall * sine(lift), out * cosine(turn)), (turn, -lift, 0.0)))
    return spots


def banana(dice: Dice) -> Shape:
    """A fat crescent, thin at its dark tips: alone, or two on one stalk."""
    peel, fat = surface(dice), dice.uniform(0.17, 0.23)
    tip = Material(BLACK) if sum(peel.colour) > 0.9 else accent(dice, peel)
    sizes = [fat * share for share in (0.4, 0.8, 1.0, 1.0, 0.8, 0.4)]
    bend = arc((0.0, 0.75, 0.0), dice.uniform(0.85, 0.98), 212.0, 328.0, 5)
    body: Shape = [ball(p, r, peel) for p, r in zip(bend, sizes, strict=True)]
    for i in range(5):
        body.append(cylinder(bend[i], bend[i + 1], sizes[i], peel, sizes[i + 1] / sizes[i]))
    end: Vector = (bend[-1][0] + 0.07, bend[-1][1] + 0.18, 0.0)
    parts = [*body, ball(bend[0], fat * 0.47, tip), *tube([bend[-1], end], 0.07, tip)]
    if dice.chance(0.4):
        parts += placed(parts[:13], at=(-0.02, -0.26, 0.12), turn=rotation(0.0, 0.0, -14.0))
    return placed(parts, size=0.92, turn=rotation(180.0 * dice.integer(0, 1), 0.0, dice.uniform(-40.0, 40.0)))


def carrot(dice: Dice) -> Shape:
    """A long root that narrows to a point, with creases, under a tuft of leaves."""
    root = surface(dice)
    green, crease = accent(dice, root), accent(dice, root)
    fat, top = dice.uniform(0.24, 0.34), dice.uniform(0.2, 0.3)
    parts: Shape = [
        cylinder((0.0, top, 0.0), (0.0, -0.95, 0.0), fat, root, 0.08),
        ellipsoid((0.0, top, 0.0), (fat, fat * 0.5, fat), root),
    ]
    for share in (0.15, 0.36, 0.58, 0.78):
        y, size = top - (top + 0.95) * share, fat * (1.0 - 0.92 * share)
        at: Vector = (size * dice.uniform(-0.35, 0.35), y, size * 0.3)
        parts.append(ellipsoid(at, (size * 0.75, 0.022, size * 0.78), crease))
    for x, z in ((0.0, 0.0), (-0.3, 0.05), (0.3, 0.0), (-0.12, 0.25), (0.15, -0.25)):
        end: Vector = (x * dice.uniform(0.9, 1.3), dice.uniform(0.72, 0.85), z)
        parts.append(cylinder((x * 0.1, top, z * 0.1), end, 0.04, green))
        parts.append(ellipsoid(end, (0.1, 0.19, 0.09), green, (0.0, 0.0, -60.0 * x)))
        parts.append(ellipsoid((end[0] * 0.7, end[1] - 0.2, z * 0.7), (0.13, 0.08, 0.08), green))
    return placed(parts, turn=rotation(0.0, 0.0, dice.uniform(-50.0, 50.0)))


def ice_cream(dice: Dice) -> Shape:
    """One to three round scoops on a pointed wafer cone."""
    wafer = replace(surface(dice), pattern=dice.choice(("checks", "scales", "plain", "stripes")), scale=7.0)
    wide, count = dice.uniform(0.34, 0.42), dice.integer(1, 3)
    parts: Shape = [
        cylinder((0.0, 0.0, 0.0), (0.0, -0.95, 0.0), wide * 0.92, wafer, 0.06),
        post(-0.07, 0.05, wide, wafer.tinted(wafer.colour)),
        ellipsoid((0.0, 0.08, 0.0), (wide * 1.12, 0.11, wide * 1.12), accent(dice, wafer)),
    ]
    size = wide * (1.15, 0.98, 0.85)[count - 1]
    low = [(-0.26, 0.22), (0.26, 0.22)] if count == 3 else [(0.0, 0.24)]
    for x, y in low if count == 1 else [*low, (0.0, 0.61)]:
        parts.append(ball((x, y, 0.0), size, replace(surface(dice), colour=accent(dice, wafer).colour)))
    if dice.chance(0.5):
        parts.append(ball((0.0, y + size + 0.05, 0.0), 0.11, accent(dice, parts[-1].material)))
    return placed(parts, at=(0.0, -0.08, 0.0), size=0.92)


def cake(dice: Dice) -> Shape:
    """A round cake in one or two tiers, icing running down its sides, with burning candles."""
    crumb = surface(dice)
    icing, wax, plate = accent(dice, crumb), accent(dice, crumb), accent(dice, crumb)
    flame = Material((1.0, dice.uniform(0.6, 0.85), 0.2), gloss=0.0)
    wide, two = dice.uniform(0.66, 0.76), dice.chance(0.5)
    tiers = ((wide, -0.62, -0.12), (wide * 0.6, -0.12, 0.28)) if two else ((wide, -0.6, 0.1),)
    parts: Shape = [post(-0.72, -0.6, 0.6, plate, 1.5)]
    for radius, low, high in tiers:
        parts += [post(low, high, radius, crumb), post(high - 0.11, high + 0.03, radius * 1.04, icing)]
        drip = ellipsoid((0.0, high - 0.12, radius), (0.1, dice.uniform(0.1, 0.17), 0.06), icing)
        parts += _around([drip], 8, dice.uniform(0.0, 45.0))
    radius, _, top = tiers[-1]
    stick: Shape = [
        post(top, top + 0.32, 0.05, wax, z=radius * 0.6),
        ellipsoid((0.0, top + 0.42, radius * 0.6), (0.065, 0.11, 0.065), flame),
    ]
    return parts + _around(stick, dice.integer(3, 4 if two else 5), dice.uniform(0.0, 90.0))


def burger(dice: Dice) -> Shape:
    """A seeded domed bun and a flat one, with leaf, cheese and meat between them."""
    bread = surface(dice)
    seed, meat = accent(dice, bread), replace(accent(dice, bread), coarse=0.3)
    cheese, leaf, sauce = accent(dice, meat), accent(dice, meat), accent(dice, bread)
    wide, tall, top = dice.uniform(0.76, 0.86), dice.uniform(0.42, 0.56), dice.uniform(-0.1, -0.02)
    parts: Shape = [
        ellipsoid((0.0, -0.4, 0.0), (wide, 0.2, wide), bread),
        post(-0.3, top, wide * 0.97, meat),
        box((0.0, top + 0.03, 0.0), (wide * 0.77, 0.025, wide * 0.77), cheese, (45.0, 0.0, 0.0)),
        post(top, 0.16, wide * 0.9, sauce),
        ellipsoid((0.0, 0.22, 0.0), (wide, 0.16, wide), bread),
        ellipsoid((0.0, 0.24, 0.0), (wide * 0.95, tall, wide * 0.95), bread),
    ]
    frill = ellipsoid((0.0, 0.07, wide * 0.88), (0.22, 0.045, 0.17), leaf, (0.0, 20.0, 12.0))
    parts += _around([frill], 9)
    return parts + [ellipsoid(at, (0.05, 0.075, 0.03), seed, t) for at, t in _dome(0.24, wide * 0.96, tall)]


def guitar(dice: Dice) -> Shape:
    """A flat waisted body with a round hole and strings, a long neck and a head with pegs."""
    wood = surface(dice)
    dark, peg, rim = accent(dice, wood), accent(dice, wood), accent(dice, wood)
    wide, deep, reach = dice.uniform(0.38, 0.46), dice.uniform(0.09, 0.13), dice.uniform(0.26, 0.33)
    round_ends = ((-0.52, wide), (0.0, reach))
    parts: Shape = [
        *(cylinder((0.0, y, -deep), (0.0, y, deep), r, wood) for y, r in round_ends),
        *(cylinder((0.0, y, -deep - 0.01), (0.0, y, deep - 0.05), r + 0.025, rim) for y, r in round_ends),
        box((0.0, -0.25, 0.0), (reach * 0.86, 0.2, deep), wood),
        cylinder((0.0, -0.2, deep), (0.0, -0.2, deep + 0.01), 0.15, Material(BLACK)),
        box((0.0, -0.64, deep + 0.02), (0.2, 0.045, 0.03), dark),
        box((0.0, 0.4, deep - 0.01), (0.062, 0.48, 0.05), dark),
        box((0.0, 0.95, deep - 0.03), (0.11, 0.15, 0.045), wood.tinted(wood.colour)),
    ]
    parts += [box((x, 0.12, deep + 0.05), (0.009, 0.76, 0.008), peg) for x in (-0.035, 0.035)]
    parts += mirrored([ball((0.15, y, deep - 0.03), 0.05, peg) for y in (0.86, 0.95, 1.04)])
    return placed(parts, at=(0.0, -0.04, 0.0), size=0.95, turn=rotation(0.0, 0.0, dice.uniform(-50.0, 50.0)))


def drum(dice: Dice) -> Shape:
    """A barrel between two hoops with zigzag cords, a pale skin and two sticks."""
    shell = surface(dice)
    hoop, cord, skin = accent(dice, shell), accent(dice, shell), accent(dice, shell)
    wide, tall, count = dice.uniform(0.56, 0.68), dice.uniform(0.36, 0.5), dice.integer(6, 7)
    low, high = -tall - 0.15, tall - 0.15
    parts: Shape = [post(low, high, wide, shell), post(high, high + 0.035, wide * 0.93, skin)]
    parts += [post(y - 0.07, y + 0.07, wide * 1.05, hoop) for y in (low, high - 0.04)]
    half, out = 180.0 / count, wide * 1.04
    knot: Vector = (out * sine(half), high - 0.1, out * cosine(half))
    parts += _around(mirrored([cylinder((0.0, low + 0.06, out), knot, 0.035, cord)]), count)
    for side in (-1.0, 1.0):
        tip, reach = (-side * 0.12, high + 0.1, 0.1), dice.uniform(0.65, 0.8)
        end = (side * reach, high + dice.uniform(0.4, 0.6), 0.2)
        parts += [cylinder(tip, end, 0.045, hoop), ball(tip, 0.085, hoop)]
    return parts


def dumbbell(dice: Dice) -> Shape:
    """A short bar to grip, with heavy discs, blocks or balls at both ends."""
    iron = surface(dice)
    bar, collar = accent(dice, iron), accent(dice, iron)
    big, style = dice.uniform(0.4, 0.54), dice.integer(0, 2)
    parts: Shape = [cylinder((-0.9, 0.0, 0.0), (0.9, 0.0, 0.0), dice.uniform(0.085, 0.12), bar)]
    half: Shape = [cylinder((0.3, 0.0, 0.0), (0.37, 0.0, 0.0), 0.16, collar)]
    if style == 0:
        for i in range(dice.integer(2, 3)):
            x = 0.37 + 0.16 * i
            half.append(cylinder((x, 0.0, 0.0), (x + 0.13, 0.0, 0.0), big * (1.0 - 0.22 * i), iron))
        half.append(cylinder((0.84, 0.0, 0.0), (0.9, 0.0, 0.0), 0.14, collar))
    elif style == 1:
        hexagon = [box((0.62, 0.0, 0.0), (0.24, 0.23, 0.4), iron, (0.0, a, 0.0)) for a in (0.0, 60.0, 120.0)]
        half += [*hexagon, cylinder((0.86, 0.0, 0.0), (0.88, 0.0, 0.0), 0.25, collar)]
    else:
        half.append(ball((0.6, 0.0, 0.0), big * 0.8, iron))
    return placed(parts + mirrored(half), turn=rotation(0.0, 0.0, dice.uniform(-35.0, 35.0)))


def crown(dice: Dice) -> Shape:
    """A ring of tall points, each with a ball at its tip, over a band set with gems."""
    gold = replace(surface(dice), gloss=dice.uniform(0.3, 0.9))
    gem, trim = accent(dice, gold), accent(dice, gold)
    wide, low, rise = dice.uniform(0.6, 0.68), -0.55, dice.uniform(0.45, 0.65)
    band, count, flare = dice.uniform(-0.12, 0.0), dice.integer(6, 8), dice.uniform(1.0, 1.2)
    tip: Vector = (0.0, band + rise, wide * flare * 1.04)
    prong: Shape = [
        cylinder((0.0, band - 0.1, wide), tip, wide * 2.9 / count, gold, 0.05, flat=0.2),
        ball(tip, dice.uniform(0.08, 0.11), trim),
        ellipsoid((0.0, (low + band) * 0.5, wide * 1.02), (0.1, 0.12, 0.06), gem),
    ]
    parts: Shape = [
        post(low, band, wide, gold),
        post(band, band + 0.005, wide * 0.93, Material(BLACK)),
        post(low - 0.05, low + 0.08, wide * 1.06, trim),
    ]
    return parts + _around(prong, count, dice.uniform(0.0, 60.0))


CLASSES: dict[str, Callable[[Dice], Shape]] = {
    "banana": banana,
    "carrot": carrot,
    "ice_cream": ice_cream,
    "cake": cake,
    "burger": burger,
    "guitar": guitar,
    "drum": drum,
    "dumbbell": dumbbell,
    "crown": crown,
}
