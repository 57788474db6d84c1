"""Things to hold and to work with: tools, kitchen and cleaning things, locks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from tl_course.data.drawing.dice import Dice, cosine, sine
from tl_course.data.drawing.household import accent, post, surface
from tl_course.data.drawing.materials import BLACK, WHITE, Material, any_colour
from tl_course.data.drawing.shapes import (
    Shape,
    Vector,
    arc,
    ball,
    box,
    capsule,
    cylinder,
    ellipsoid,
    mirrored,
    placed,
    ring,
    rotation,
    stretched,
    tube,
)


def tossed(dice: Dice, shape: Shape, most: float = 50.0) -> Shape:
    """The shape as it lies about: flipped or not, and leaning up to `most` degrees."""
    return placed(shape, turn=rotation(180.0 * dice.integer(0, 1), 0.0, dice.uniform(-most, most)))


def hammer(dice: Dice) -> Shape:
    """A heavy head across a handle: a round face; behind it a claw, a wedge or a second face."""
    wood, steel = surface(dice), surface(dice)
    steel = replace(steel, gloss=dice.uniform(0.3, 0.8))
    thick, long, y = dice.uniform(0.13, 0.18), dice.uniform(0.42, 0.52), 0.58
    parts: Shape = [
        post(-0.9, y, dice.uniform(0.075, 0.1), wood, 0.8),
        post(-0.9, -0.35, 0.11, accent(dice, wood), 0.9),
        box((0.0, y, 0.0), (0.2, thick * 0.9, thick * 0.9), steel),
        cylinder((0.15, y, 0.0), (long - 0.12, y, 0.0), thick * 0.75, steel),
        cylinder((long - 0.14, y, 0.0), (long + 0.04, y, 0.0), thick * 1.25, steel),
    ]
    style = dice.choice(("claw", "claw", "claw", "face", "face", "wedge"))
    if style == "face":
        parts += [cylinder((-0.18, y, 0.0), (-long - 0.05, y, 0.0), thick * 1.15, steel)]
    elif style == "claw":
        for z in (-0.08, 0.08):
            claw: list[Vector] = [(-0.15, y, z * 0.6), (-0.38, y + 0.02, z), (-0.6, y - 0.2, z * 1.6)]
            parts += tube(claw, thick * 0.62, steel, taper=0.3)
    else:
        parts += [cylinder((-0.18, y, 0.0), (-long, y - 0.04, 0.0), thick, steel, 0.35)]
    return tossed(dice, parts)


def axe(dice: Dice) -> Shape:
    """A broad blade on one side (or both) of a long handle, its pale edge flared."""
    wood, steel = surface(dice), surface(dice)
    edge = accent(dice, steel)
    y, reach, flare = 0.5, dice.uniform(0.54, 0.66), dice.uniform(0.38, 0.48)
    waist = dice.uniform(0.35, 0.5)
    blade: Shape = [
        cylinder((reach - 0.1, y, 0.0), (0.0, y, 0.0), flare * 0.9, steel, waist, flat=0.16),
        cylinder((reach, y, 0.0), (reach - 0.1, y, 0.0), flare, edge, 0.9, flat=0.1),
    ]
    parts: Shape = [post(-0.9, 0.82, 0.08, wood, 0.85), box((0.0, y, 0.0), (0.13, 0.2, 0.11), steel)]
    if dice.chance(0.4):
        parts.append(post(-0.9, -0.5, 0.1, accent(dice, wood)))
    return tossed(dice, parts + (mirrored(blade) if dice.chance(0.25) else blade))


def screwdriver(dice: Dice) -> Shape:
    """A thick ribbed grip, then a long thin shaft with a flat tip."""
    grip, steel = surface(dice), Material(any_colour(dice), gloss=0.8)
    rib = accent(dice, grip)
    wide, shaft = dice.uniform(0.17, 0.24), dice.uniform(0.045, 0.065)
    neck = dice.uniform(-0.2, 0.0)
    parts: Shape = [
        post(-0.8, neck, wide, grip, dice.uniform(0.8, 1.05)),
        ellipsoid((0.0, -0.8, 0.0), (wide, 0.12, wide), rib),
        post(neck, neck + 0.14, wide * 0.85, rib, 0.45),
        post(neck, 0.72, shaft, steel),
        post(0.66, 0.8, shaft, steel, 1.6),
        box((0.0, 0.84, 0.0), (shaft * 1.7, 0.08, 0.02), steel),
    ]
    for angle in range(0, 360, 60):
        x, z = wide * 0.94 * sine(angle), wide * 0.94 * cosine(angle)
        parts.append(post(-0.76, neck - 0.05, 0.04, rib, x=x, z=z))
    return tossed(dice, parts, 60.0)


def key(dice: Dice) -> Shape:
    """A ring or a clover to hold, a straight shank, and two or three square teeth on one side."""
    metal = replace(surface(dice), gloss=0.6)
    size, thick = dice.uniform(0.24, 0.3), dice.uniform(0.07, 0.09)
    if dice.chance(0.65):
        bow = ring((0.0, 0.9 - size, 0.0), size, thick, metal, steps=9)
    else:
        leaves = ((-0.85, -0.2), (0.85, -0.2), (0.0, 0.75))
        bow = stretched([ball((x * size, 0.62 + y * size, 0), 0.17, metal) for x, y in leaves], (1, 1, 0.45))
        bow.append(ball((0.0, 0.6, 0.0), 0.1, Material(BLACK)))
    end = 0.9 - size * 2.0
    collar = post(end - 0.16, end - 0.06, thick * 1.7, accent(dice, metal))
    parts = [*bow, post(-0.9, end, thick, metal), collar]
    for i in range(dice.integer(2, 3)):
        long = dice.uniform(0.15, 0.25)
        parts.append(box((long, -0.82 + i * 0.2, 0.0), (long, 0.065, 0.06), metal))
    return tossed(dice, parts, 70.0)


def umbrella(dice: Dice) -> Shape:
    """A wide ribbed dome on a thin stick that ends in a hook."""
    cloth = surface(dice)
    rib, stick = accent(dice, cloth), accent(dice, cloth)
    wide, rise, rim = dice.uniform(0.78, 0.9), dice.uniform(0.45, 0.62), 0.12
    heights, widths = (0.0, 0.4, 0.75, 1.0), (1.0, 0.87, 0.54, 0.06)
    parts: Shape = [post(rim + rise, rim + rise + 0.16, 0.035, stick, 0.4)]
    for i in range(3):
        low, high = rim + rise * heights[i], rim + rise * heights[i + 1]
        parts.append(post(low, high, wide * widths[i], cloth, widths[i + 1] / widths[i]))
    for angle in range(0, 360, 60):
        x, z = wide * cosine(angle + 20.0), wide * sine(angle + 20.0)
        line: list[Vector] = [(x * w, rim + rise * h, z * w) for h, w in zip(heights, widths, strict=True)]
        if z > -0.3:
            parts += [cylinder(a, b, 0.03, rib) for a, b in pairwise(line)]
            parts.append(ball(line[0], 0.055, rib))
    side = dice.sign()
    hook = [(x * side, y, z) for x, y, z in arc((0.16, -0.66, 0.0), 0.16, 180.0, 350.0, 4)]
    parts += [post(-0.66, rim, 0.04, stick), *tube(hook, 0.055, stick)]
    return placed(parts, turn=rotation(0.0, dice.uniform(-15.0, 5.0), dice.uniform(-30.0, 30.0)))


def ladder(dice: Dice) -> Shape:
    """Two long rails joined by many rungs; sometimes a second, plain pair of rails behind."""
    wood = surface(dice)
    step = wood if dice.chance(0.5) else accent(dice, wood)
    low, high, thick = dice.uniform(0.28, 0.42), dice.uniform(0.2, 0.28), dice.uniform(0.045, 0.06)
    count = dice.integer(5, 7)
    parts: Shape = mirrored([cylinder((low, -0.9, 0.0), (high, 0.9, 0.0), thick, wood)])
    for i in range(count):
        share = (i + 0.6) / count
        x, y = low + (high - low) * share, -0.9 + 1.8 * share
        parts.append(box((0.0, y, 0.0), (x, thick * 0.75, thick * 1.3), step))
    if dice.chance(0.4):
        parts += mirrored([cylinder((low, -0.9, -0.55), (high, 0.88, -0.05), thick * 0.8, wood)])
        parts.append(box((0.0, 0.9, -0.05), (high + 0.06, 0.05, 0.14), step))
    return placed(parts, turn=rotation(0.0, dice.uniform(-25.0, 0.0), dice.uniform(-25.0, 25.0)))


def bucket(dice: Dice) -> Shape:
    """A pail much wider at its open top, under one thin bow from rim to rim."""
    tin = surface(dice)
    trim = accent(dice, tin)
    wide, taper, tall = dice.uniform(0.54, 0.66), dice.uniform(0.6, 0.76), dice.uniform(0.8, 1.05)
    top, fall = 0.2, dice.uniform(-35.0, 35.0)
    bow = tube(arc((0.0, 0.0, 0.0), wide + 0.02, 0.0, 180.0, 7), 0.035, trim)
    bow = stretched(bow, (1.0, dice.uniform(0.9, 1.1), 1.0))
    inside = Material(any_colour(dice)) if dice.chance(0.4) else Material((0.1, 0.1, 0.12))
    return [
        post(top - tall, top, wide * taper, tin, 1.0 / taper),
        post(top - 0.1, top, wide * 1.04, trim),
        post(top - 0.01, top + 0.006, wide * 0.9, inside),
        post(top - tall, top - tall + 0.07, wide * taper * 1.06, trim),
        *mirrored([ball((wide + 0.02, top - 0.02, 0.0), 0.08, trim)]),
        *placed(bow, at=(0.0, top, 0.0), turn=rotation(0.0, fall)),
    ]


def broom(dice: Dice) -> Shape:
    """A long stick into a flared flat brush of bristles."""
    wood, straw = surface(dice), surface(dice)
    hair = replace(straw, pattern="stripes", scale=dice.uniform(7.0, 9.0), axis=0, gloss=0.0, coarse=0.3)
    band = accent(dice, straw)
    wide, top = dice.uniform(0.36, 0.5), dice.uniform(-0.35, -0.15)
    parts: Shape = [post(top - 0.1, 0.9, dice.uniform(0.045, 0.06), wood)]
    if dice.chance(0.5):
        parts.append(cylinder((0.0, -0.9, 0.0), (0.0, top, 0.0), wide, hair, 0.25, flat=0.4))
        for share in (0.35, 0.6):
            y = top - (top + 0.9) * share
            w = wide * (0.25 + 0.75 * share) * 1.04
            parts.append(cylinder((0.0, y - 0.035, 0.0), (0.0, y + 0.035, 0.0), w, band, flat=0.42))
        parts.append(post(top - 0.05, top + 0.1, 0.1, band))
    else:
        parts.append(box((0.0, top - 0.1, 0.0), (wide, 0.1, 0.15), band))
        parts.append(cylinder((0.0, -0.9, 0.0), (0.0, top - 0.18, 0.0), wide * 1.08, hair, 0.85, flat=0.4))
    return tossed(dice, parts)


def spoon(dice: Dice) -> Shape:
    """An oval hollow, dark above and light below, on a long handle that widens at its end."""
    metal = replace(surface(dice), gloss=dice.uniform(0.2, 0.8))
    plain = metal.tinted(metal.colour)
    r, g, b = metal.colour
    shade = Material((r * 0.5, g * 0.5, b * 0.5))
    glow = Material((r * 0.6 + 0.3, g * 0.6 + 0.3, b * 0.6 + 0.3))
    wide, long = dice.uniform(0.27, 0.36), dice.uniform(0.34, 0.42)
    y = 0.9 - long
    parts: Shape = [
        ellipsoid((0.0, y, -0.03), (wide, long, 0.1), plain),
        ellipsoid((0.0, y, 0.06), (wide * 0.8, long * 0.82, 0.03), shade),
        ellipsoid((0.0, y - long * 0.2, 0.075), (wide * 0.55, long * 0.5, 0.03), glow),
        cylinder((0.0, -0.85, -0.02), (0.0, y - long * 0.85, 0.0), 0.1, metal, 0.5, flat=0.5),
        ellipsoid((0.0, -0.83, -0.02), (dice.uniform(0.1, 0.14), 0.12, 0.05), accent(dice, metal)),
    ]
    return placed(parts, turn=rotation(0.0, dice.uniform(-25.0, 0.0), dice.uniform(-60.0, 60.0)))


def scissors(dice: Dice) -> Shape:
    """Two pointed blades crossed at a screw, each ending in a finger ring."""
    steel, grip = Material(any_colour(dice), gloss=0.7), surface(dice)
    size, open_ = dice.uniform(0.17, 0.22), dice.uniform(9.0, 26.0)
    thick = dice.uniform(0.055, 0.075)
    half: Shape = [
        cylinder((0.02, -0.15, 0.0), (0.05, 0.95, 0.0), 0.12, steel, 0.12, flat=0.25),
        cylinder((0.0, 0.0, 0.0), (-0.1, -0.42, 0.0), thick * 1.1, grip),
        *ring((-0.12 - size * 0.3, -0.4 - size, 0.0), size, thick, grip, steps=7),
    ]
    half = placed(half, turn=rotation(0.0, 0.0, -open_))
    parts = placed(half, at=(0.0, 0.0, 0.025)) + placed(half, at=(0.0, 0.0, -0.025), turn=rotation(180.0))
    return tossed(dice, [*parts, cylinder((0, 0, -0.07), (0, 0, 0.08), 0.06, accent(dice, steel))], 70.0)


def padlock(dice: Dice) -> Shape:
    """A stout body with a keyhole under a thick steel bow."""
    case = surface(dice)
    steel = accent(dice, case)
    wide, tall, deep = dice.uniform(0.5, 0.6), dice.uniform(0.4, 0.48), dice.uniform(0.18, 0.26)
    low, radius, thick = -0.88 + tall, dice.uniform(0.28, 0.36), dice.uniform(0.085, 0.11)
    if dice.chance(0.6):
        body: Shape = [box((0.0, low, 0.0), (wide, tall, deep), case)]
    else:
        body = [cylinder((0.0, low, -deep), (0.0, low, deep), tall * 1.15, case)]
    top = low + tall
    rise, lift = dice.uniform(0.18, 0.34), dice.uniform(0.15, 0.3) if dice.chance(0.25) else 0.0
    bow = [cylinder((radius, top - 0.15, 0.0), (radius, top + rise, 0.0), thick, steel)]
    bow += [cylinder((-radius, top - 0.15 + lift, 0.0), (-radius, top + rise, 0.0), thick, steel)]
    bow += tube(arc((0.0, top + rise, 0.0), radius, 0.0, 180.0, 5), thick, steel)
    plate = accent(dice, case)
    hole = Material(BLACK if sum(plate.colour) > 1.0 else WHITE)
    face: Shape = [
        cylinder((0.0, low, deep), (0.0, low, deep + 0.02), 0.26, plate),
        cylinder((0.0, low + 0.06, deep), (0.0, low + 0.06, deep + 0.03), 0.1, hole),
        cylinder((0.0, low - 0.18, deep + 0.02), (0.0, low + 0.05, deep + 0.02), 0.08, hole, 0.5, flat=0.2),
    ]
    return body + bow + face


def magnifier(dice: Dice) -> Shape:
    """A clear round lens in a frame, on a short thick handle."""
    frame = surface(dice)
    grip = frame if dice.chance(0.3) else accent(dice, frame)
    size, thick = dice.uniform(0.4, 0.48), dice.uniform(0.06, 0.085)
    glass = Material((0.8, 0.92, 1.0), opacity=dice.uniform(0.35, 0.5), gloss=0.9)
    y = 0.9 - size - thick
    low = y - size
    return tossed(dice, [
        *ring((0.0, y, 0.0), size, thick, frame, steps=12),
        cylinder((0.0, y, -0.03), (0.0, y, 0.03), size, glass),
        ellipsoid((-size * 0.35, y + size * 0.4, 0.04), (0.16, 0.06, 0.01), Material(WHITE), (0, 0, 40)),
        post(low - 0.16, low, 0.06, frame),
        *capsule((0.0, low - 0.18, 0.0), (0.0, -0.82, 0.0), 0.09, grip, taper=dice.uniform(1.0, 1.35)),
    ])  # fmt: skip


CLASSES: dict[str, Callable[[Dice], Shape]] = {
    "hammer": hammer, "axe": axe, "screwdriver": screwdriver, "key": key, "umbrella": umbrella,
    "ladder": ladder, "bucket": bucket, "broom": broom, "spoon": spoon, "scissors": scissors,
    "padlock": padlock, "magnifier": magnifier,
}  # fmt: skip
