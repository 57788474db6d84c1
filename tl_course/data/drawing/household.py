"""Things of a house: vessels, furniture and what stands on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tl_course.data.drawing.dice import Dice, cosine, sine
from tl_course.data.drawing.materials import BLACK, WHITE, Material, any_colour, any_material, contrasting
from tl_course.data.drawing.shapes import (
    Part,
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

SURFACES = ("plain", "plain", "grain", "stripes", "marble", "spots", "checks", "patches", "scales", "tiger")


def surface(dice: Dice) -> Material:
    """Any pattern in any colours, across any axis: it tells nothing about the thing that wears it."""
    return any_material(dice, SURFACES, axis=dice.integer(0, 2))


def accent(dice: Dice, base: Material) -> Material:
    """A plain surface that stands out from `base`."""
    return Material(contrasting(dice, base.colour), gloss=dice.uniform(0.05, 0.4))


def post(
    low: float, high: float, radius: float, material: Material, taper: float = 1.0, x: float = 0, z: float = 0
) -> Part:
    """An upright cylinder from height `low` to `high`; `taper` times as wide at its top."""
    return cylinder((x, low, z), (x, high, z), radius, material, taper)


def _legs(x: float, z: float, low: float, high: float, radius: float, wood: Material, taper: float) -> Shape:
    """Four legs at the corners of a rectangle, `taper` times as thick at the top."""
    return mirrored([post(low, high, radius, wood, taper, x, side) for side in (-z, z)])


def mug(dice: Dice) -> Shape:
    """A short cup, open at the top, with one large ear at its side."""
    clay = surface(dice)
    ear = clay if dice.chance(0.4) else accent(dice, clay)
    inside = Material(BLACK) if dice.chance(0.5) else accent(dice, clay)
    radius, tall, taper = dice.uniform(0.42, 0.54), dice.uniform(0.5, 0.66), dice.uniform(0.9, 1.15)
    side = dice.uniform(-28.0, 0.0)
    bend = arc((radius, 0.0, 0.0), dice.uniform(0.3, 0.38), -105.0, 105.0, 6)
    handle = tube(bend, dice.uniform(0.07, 0.1), ear)
    parts: Shape = [
        post(-tall, tall, radius, clay, taper),
        post(tall - 0.02, tall + 0.006, radius * taper * 0.86, inside),
        *placed(handle, turn=rotation(side if dice.chance(0.5) else 180.0 - side)),
    ]
    if dice.chance(0.4):
        parts.append(post(-0.12, 0.12, radius * 1.02 * (1.0 + taper) / 2.0, accent(dice, clay)))
    return parts


def bottle(dice: Dice) -> Shape:
    """A tall body, sloping shoulders, a narrow neck with a cap, and a label."""
    glass = surface(dice)
    if dice.chance(0.35):
        glass = replace(glass, pattern="plain", opacity=dice.uniform(0.5, 0.7), gloss=0.8)
    radius, neck = dice.uniform(0.25, 0.38), dice.uniform(0.085, 0.12)
    shoulder, collar = dice.uniform(-0.1, 0.25), dice.uniform(0.36, 0.5)
    paper = accent(dice, glass)
    parts: Shape = [
        post(-0.9, shoulder, radius, glass),
        post(shoulder, collar, radius, glass, neck / radius),
        post(collar, 0.74, neck, glass),
        post(0.74, 0.9, neck * dice.uniform(1.15, 1.5), paper if dice.chance(0.6) else accent(dice, paper)),
        post(-0.66, shoulder - 0.12, radius * 1.02, paper),
    ]
    if glass.opacity < 1.0:
        parts.append(post(-0.86, shoulder - 0.05, radius * 0.93, Material(any_colour(dice))))
    if dice.chance(0.5):
        parts.append(ball((0.0, -0.35, radius * 0.8), 0.13, accent(dice, paper)))
    return parts


def wine_glass(dice: Dice) -> Shape:
    """A clear bowl half full, on a thin stem with a wide foot."""
    tint = (dice.uniform(0.7, 0.95), dice.uniform(0.8, 0.95), dice.uniform(0.85, 1.0))
    glass = Material(tint, gloss=0.9, opacity=dice.uniform(0.3, 0.5))
    solid = replace(glass, opacity=1.0) if dice.chance(0.6) else accent(dice, glass)
    wine = Material(any_colour(dice), gloss=0.4)
    low, belly, wide = dice.uniform(-0.25, 0.05), dice.uniform(0.25, 0.4), dice.uniform(0.34, 0.52)
    close, level = dice.uniform(0.72, 1.1), dice.uniform(0.05, 0.7)
    # The wine is a little wider than its glass: a veil over it would wash its colour out.
    return [
        post(low, belly, wide * 0.25, glass, 4.0),
        post(belly, 0.9, wide, glass, close),
        post(low, belly, wide * 0.255, wine, 4.0),
        post(belly, belly + (0.8 - belly) * level, wide * 1.02, wine, 1.0 + (close - 1.0) * level),
        post(-0.84, low + 0.02, dice.uniform(0.035, 0.06), solid),
        post(-0.88, -0.78, dice.uniform(0.34, 0.46), solid, 0.12),
        ball((0.0, low, 0.0), wide * 0.24, solid),
    ]


def teapot(dice: Dice) -> Shape:
    """A fat belly with a spout on one side, an ear on the other, and a knobbed lid."""
    clay = surface(dice)
    trim = clay.tinted(clay.colour) if dice.chance(0.4) else accent(dice, clay)
    wide, tall = dice.uniform(0.46, 0.54), dice.uniform(0.38, 0.52)
    lip = dice.uniform(0.3, 0.45)
    spout: list[Vector] = [(wide * 0.75, -0.2, 0.0), (wide + 0.16, 0.0, 0.0), (0.88, lip, 0.0)]
    parts: Shape = [
        ellipsoid((0.0, 0.0, 0.0), (wide, tall, wide), clay),
        post(-tall - 0.05, -tall * 0.7, wide * 0.6, trim),
        ellipsoid((0.0, tall * 0.9, 0.0), (wide * 0.55, 0.12, wide * 0.55), trim),
        ball((0.0, tall * 0.9 + 0.17, 0.0), dice.uniform(0.08, 0.12), trim if dice.chance(0.5) else clay),
        *tube(spout, dice.uniform(0.12, 0.16), trim, taper=0.5),
    ]
    if dice.chance(0.7):
        parts += tube(arc((-wide * 0.92, 0.02, 0.0), dice.uniform(0.28, 0.35), 80.0, 280.0, 6), 0.065, trim)
    else:
        parts += tube(arc((0.0, tall * 0.6, 0.0), wide * 0.85, 10.0, 170.0, 7), 0.055, trim)
    return placed(parts, at=(0.0, -0.1, 0.0), turn=rotation(180.0 * dice.integer(0, 1)))


def chair(dice: Dice) -> Shape:
    """A seat on four legs with an upright back."""
    wood = surface(dice)
    cloth = wood if dice.chance(0.35) else accent(dice, wood)
    wide, seat, deep = dice.uniform(0.36, 0.46), dice.uniform(-0.15, 0.02), dice.uniform(0.34, 0.42)
    thick, rise = dice.uniform(0.045, 0.07), (0.9 - seat) * 0.5
    parts = _legs(wide - thick, deep - thick, -0.9, seat, thick * 0.8, wood, 1.25)
    parts.append(box((0.0, seat, 0.0), (wide, 0.065, deep), cloth))
    parts += mirrored([box((wide - thick, seat + rise, -deep), (thick, rise, thick), wood)])
    style = dice.integer(0, 2)
    if style == 0:
        parts += [box((0.0, seat + rise + 0.07, -deep), (wide - thick, rise - 0.07, 0.04), cloth)]
    elif style == 1:
        parts += [box((0.0, y, -deep), (wide - thick, 0.075, 0.04), cloth) for y in (0.3, 0.54, 0.8)]
    else:
        parts += [box((0.0, 0.82, -deep), (wide, 0.08, 0.05), cloth)]
        parts += [post(seat, 0.8, 0.035, wood, x=x * wide, z=-deep) for x in (-0.4, 0.0, 0.4)]
    return placed(parts, turn=rotation(dice.uniform(-15.0, 15.0)))


def table(dice: Dice) -> Shape:
    """A broad flat top, long or round, high on legs or on one foot."""
    wood = surface(dice)
    under = wood.tinted(wood.colour) if dice.chance(0.5) else accent(dice, wood)
    tall, thick = dice.uniform(0.38, 0.55), dice.uniform(0.05, 0.08)
    wide, deep = dice.uniform(0.78, 0.9), dice.uniform(0.42, 0.6)
    if dice.chance(0.3):
        foot = [post(-tall, tall, 0.08, under), post(-tall - 0.06, -tall + 0.1, 0.45, under, 0.3)]
        stand = foot if dice.chance(0.5) else _legs(0.42, 0.42, -tall, tall, 0.06, under, 1.3)
        return [post(tall, tall + thick * 2.0, wide * 0.95, wood), *stand]
    top: Shape = [
        box((0.0, tall, 0.0), (wide, thick, deep), wood),
        box((0.0, tall - 0.13, 0.0), (wide - 0.12, 0.08, deep - 0.08), under),
    ]
    return top + _legs(wide - 0.12, deep - 0.1, -tall, tall, thick, under, dice.uniform(1.0, 1.7))


def bed(dice: Dice) -> Shape:
    """A long low mattress with a headboard, a pale pillow and a blanket over the other end."""
    wood, sheet = surface(dice), Material(WHITE)
    blanket = replace(surface(dice), colour=contrasting(dice, sheet.colour))
    deep, rise, fold = dice.uniform(0.4, 0.52), dice.uniform(0.45, 0.7), dice.uniform(-0.25, 0.0)
    parts: Shape = [
        box((0.0, -0.3, 0.0), (0.88, 0.09, deep), wood),
        box((-0.02, -0.12, 0.0), (0.84, 0.13, deep - 0.02), sheet),
        box(((fold + 0.87) * 0.5, -0.11, 0.0), ((0.87 - fold) * 0.5, 0.16, deep + 0.015), blanket),
        box((-0.88, rise * 0.5 - 0.4, 0.0), (0.05, rise * 0.5 + 0.15, deep + 0.03), wood),
        box((0.9, -0.2, 0.0), (0.04, dice.uniform(0.22, 0.34), deep + 0.03), wood),
    ]
    for z in dice.choice(((0.0,), (-deep * 0.47, deep * 0.47))):
        parts.append(ellipsoid((-0.58, 0.08, z), (0.2, 0.12, deep * 0.42), sheet, (0.0, 0.0, 20.0)))
    parts += _legs(0.85, deep - 0.04, -0.6, -0.3, 0.06, wood, 1.2)
    return placed(parts, turn=rotation(180.0 * dice.integer(0, 1) + dice.uniform(-15.0, 15.0)))


def sofa(dice: Dice) -> Shape:
    """A wide cushioned seat between two thick arms, with a soft back."""
    cloth = surface(dice)
    foot, count = accent(dice, cloth), dice.integer(2, 3)
    seat = cloth.tinted(cloth.colour) if dice.chance(0.3) else foot
    rise, arm = dice.uniform(0.34, 0.5), dice.uniform(0.1, 0.15)
    span = 0.88 - 2.0 * arm
    parts: Shape = [
        box((0.0, -0.25, 0.0), (0.86, 0.15, 0.4), cloth),
        box((0.0, rise * 0.5 - 0.1, -0.32), (0.84, rise * 0.5 + 0.15, 0.12), cloth),
        cylinder((-0.84, rise + 0.05, -0.32), (0.84, rise + 0.05, -0.32), 0.12, cloth),
    ]
    for i in range(count):
        x = span * ((2 * i + 1) / count - 1.0)
        parts += [ellipsoid((x, 0.12, -0.2), (span / count, 0.34, 0.14), seat)]
        parts += [box((x, -0.05, 0.08), (span / count - 0.02, 0.09, 0.34), seat)]
    side: Shape = [
        box((0.88 - arm, -0.14, 0.02), (arm, 0.26, 0.42), cloth),
        cylinder((0.88 - arm, 0.13, -0.4), (0.88 - arm, 0.13, 0.45), arm * 1.15, cloth),
        *(post(-0.52, -0.38, 0.06, foot, x=0.74, z=z) for z in (-0.3, 0.34)),
    ]
    if dice.chance(0.6):
        x, turn = span * 0.6 * dice.sign(), (0.0, -15.0, dice.uniform(-40.0, 40.0))
        parts.append(box((x, 0.2, 0.02), (0.17, 0.17, 0.07), accent(dice, seat), turn))
    return parts + mirrored(side)


def table_lamp(dice: Dice) -> Shape:
    """A bright shade, wide below, over a stem and a foot."""
    cloth = surface(dice)
    metal = accent(dice, cloth)
    low, wide, narrow = dice.uniform(0.0, 0.2), dice.uniform(0.48, 0.64), dice.uniform(0.4, 0.75)
    parts: Shape = [
        post(low, 0.84, wide, cloth, narrow),
        post(0.84, 0.846, wide * narrow * 0.8, Material((1.0, 0.95, 0.7))),
        post(low - 0.03, low + 0.03, wide * 1.02, metal),
        post(-0.85, low, dice.uniform(0.04, 0.07), metal),
        post(-0.9, -0.8, dice.uniform(0.3, 0.42), metal, 0.8),
        ball((0.0, 0.9, 0.0), 0.055, metal),
    ]
    style = dice.integer(0, 2)
    if style == 0:
        parts.append(ellipsoid((0.0, -0.48, 0.0), (0.24, 0.34, 0.24), replace(surface(dice), gloss=0.6)))
    elif style == 1:
        parts += [ball((0.0, y, 0.0), r, metal) for y, r in ((-0.66, 0.18), (-0.38, 0.14), (-0.15, 0.11))]
    return parts


def candle(dice: Dice) -> Shape:
    """A wax stick with a flame, drops down its side, in a saucer with an ear or on a foot."""
    wax, flame = surface(dice), Material((1.0, dice.uniform(0.5, 0.8), 0.12), gloss=0.0)
    metal, drip = accent(dice, wax), wax.tinted(wax.colour)
    radius, top = dice.uniform(0.14, 0.28), dice.uniform(0.0, 0.4)
    parts: Shape = [
        post(-0.7, top, radius, wax, dice.uniform(0.85, 1.0)),
        ellipsoid((0.0, top, 0.0), (radius * 0.97, 0.05, radius * 0.97), drip),
        post(top, top + 0.14, 0.025, Material(BLACK)),
        ellipsoid((0.0, top + 0.26, 0.0), (0.14, 0.17, 0.14), flame),
        post(top + 0.3, top + 0.58, 0.125, flame, 0.0),
        ellipsoid((0.0, top + 0.22, 0.08), (0.08, 0.11, 0.08), Material((1.0, 0.95, 0.65))),
    ]
    for angle in (-60.0, -5.0, 60.0):
        at: Vector = (radius * sine(angle), top - dice.uniform(0.05, 0.2), radius * cosine(angle))
        parts.append(ellipsoid(at, (0.055, dice.uniform(0.1, 0.22), 0.055), drip))
    if dice.chance(0.6):
        ear = tube(arc((0.62, -0.68, 0.0), 0.16, -150.0, 150.0, 6), 0.045, metal)
        saucer = [post(-0.8, -0.66, 0.35, metal, 1.5), post(-0.655, -0.65, 0.44, accent(dice, metal))]
        return parts + saucer + placed(ear, turn=rotation(-20.0))
    return [*parts, post(-0.9, -0.72, 0.42, metal, 0.3), post(-0.74, -0.6, 0.12, metal, 2.4)]


def book(dice: Dice) -> Shape:
    """Two covers around a block of pale pages: shut, with a title, or open with lines of print."""
    cover = surface(dice)
    paper = Material((0.97, 0.94, 0.85), gloss=0.0)
    lines = replace(paper, second=(0.35, 0.33, 0.33), pattern="stripes", scale=dice.uniform(5.0, 7.0), axis=1)
    thick, tall = dice.uniform(0.1, 0.2), dice.uniform(0.66, 0.82)
    if dice.chance(0.5):
        wide, lift = dice.uniform(0.4, 0.46), dice.uniform(12.0, 28.0)
        half: Shape = [
            box((wide + 0.02, 0.0, -0.09), (wide + 0.03, tall * 0.78, 0.03), cover),
            box((wide, 0.0, 0.0), (wide, tall * 0.72, 0.08), paper),
            box((wide + 0.02, 0.0, 0.081), (wide * 0.72, tall * 0.6, 0.004), lines),
        ]
        pages = mirrored(placed(half, turn=rotation(-lift)))
        return placed(pages, turn=rotation(0.0, dice.uniform(-35.0, -5.0), dice.uniform(-20.0, 20.0)))
    wide, label = dice.uniform(0.5, 0.62), accent(dice, cover)
    parts: Shape = [
        box((0.03, 0.0, 0.0), (wide - 0.06, tall - 0.05, thick), paper),
        *(box((0.0, 0.0, z), (wide, tall, 0.035), cover) for z in (-thick, thick)),
        box((-wide + 0.03, 0.0, 0.0), (0.045, tall, thick + 0.03), label),
        box((0.05, tall * 0.45, thick + 0.035), (wide * 0.65, tall * 0.2, 0.01), label),
        box((0.05, -tall * 0.55, thick + 0.035), (wide * 0.35, 0.05, 0.01), label),
    ]
    return placed(parts, turn=rotation(dice.uniform(-40.0, 0.0), 0.0, dice.uniform(-20.0, 20.0)))


def alarm_clock(dice: Dice) -> Shape:
    """A round dial with two hands, two bells on top and two feet."""
    case = surface(dice)
    metal = accent(dice, case)
    dial = Material(WHITE) if dice.chance(0.6) else accent(dice, case)
    ink = Material(BLACK if sum(dial.colour) > 1.5 else WHITE)
    radius, front = dice.uniform(0.52, 0.6), 0.22
    parts: Shape = [
        cylinder((0.0, -0.1, -0.25), (0.0, -0.1, front), radius, case),
        cylinder((0.0, -0.1, front), (0.0, -0.1, front + 0.01), radius * 0.84, dial),
        ball((0.0, -0.1, front + 0.03), 0.06, ink),
        post(radius - 0.15, radius + 0.3, 0.03, metal),
        ball((0.0, radius + 0.28, 0.0), 0.07, metal),
    ]
    for angle, reach, thick in ((dice.uniform(0, 360), 0.4, 0.045), (dice.uniform(0, 360), 0.6, 0.035)):
        tip: Vector = (radius * reach * cosine(angle), radius * reach * sine(angle) - 0.1, front + 0.03)
        parts.append(cylinder((0.0, -0.1, front + 0.03), tip, thick, ink, 0.6))
    parts += [ball(p, 0.032, ink) for p in arc((0.0, -0.1, front + 0.01), radius * 0.7, 0.0, 330.0, 11)]
    half: Shape = [
        ellipsoid((0.36, radius * 0.86, 0.0), (0.27, 0.2, 0.24), metal, (0.0, 0.0, -32.0)),
        cylinder((0.3, -0.5, 0.0), (0.5, -0.88, 0.0), 0.08, metal, 0.7),
    ]
    return parts + mirrored(half)


CLASSES: dict[str, Callable[[Dice], Shape]] = {
    "mug": mug, "bottle": bottle, "wine_glass": wine_glass, "teapot": teapot, "chair": chair, "table": table,
    "bed": bed, "sofa": sofa, "table_lamp": table_lamp, "candle": candle, "book": book,
    "alarm_clock": alarm_clock,
}  # fmt: skip
