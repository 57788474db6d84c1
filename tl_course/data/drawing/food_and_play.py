"""Things to eat, to play with and to wear."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from tl_course.data.drawing.dice import Dice, cosine, sine
from tl_course.data.drawing.household import accent, post, surface
from tl_course.data.drawing.materials import BLACK, Material, any_colour, any_material
from tl_course.data.drawing.outdoors import dome
from tl_course.data.drawing.shapes import (
    Shape,
    arc,
    ball,
    box,
    capsule,
    cylinder,
    ellipsoid,
    fitted,
    mirrored,
    placed,
    rotation,
    tube,
)

LYING = (0.0, 90.0, 0.0)  # turns an arc from the x-y plane into the ground's


def banana(dice: Dice) -> Shape:
    """A fat crescent thinning to dark tips; one, or a bunch of two or three that share a stem."""
    skin = any_material(dice, ("plain", "plain", "spots", "patches", "marble"))
    tip, thick, bend = Material(BLACK), dice.uniform(0.15, 0.2), dice.uniform(62.0, 80.0)
    radius, count = dice.uniform(0.62, 0.8), dice.choice((1, 1, 2, 3))
    path = arc((0.0, radius * 0.6, 0.0), radius, 270.0 - bend, 270.0 + bend, 6)
    end = (path[0][0] - 0.1, path[0][1] + 0.16, 0.0)
    fruit: Shape = tube(path[3:], thick, skin, 0.4) + tube(path[3::-1], thick, skin, 0.45)
    fruit += [*capsule(path[0], end, thick * 0.38, tip), ball(path[-1], thick * 0.42, tip)]
    hung = placed(fruit, at=(-end[0], -end[1], 0.0))
    bunch = [part for i in range(count) for part in placed(hung, turn=rotation(24.0 * i, 0.0, -22.0 * i))]
    lean = rotation(180.0 * dice.integer(0, 1), 0.0, dice.uniform(-35.0, 35.0))
    return fitted(placed(bunch, turn=lean), 0.88)


def pear(dice: Dice) -> Shape:
    """A wide belly narrowing to a small round top, with a stalk and a leaf."""
    skin = surface(dice)
    wood, leaf, top = accent(dice, skin), accent(dice, skin), dice.uniform(0.34, 0.48)
    wide, slim, side = dice.uniform(0.48, 0.58), dice.uniform(0.22, 0.28), dice.sign()
    return [
        ellipsoid((0.0, -0.36, 0.0), (wide, wide * 0.96, wide), skin),
        post(-0.2, top, wide * 0.975, skin, slim / wide),
        ball((0.0, top - 0.02, 0.0), slim * 1.05, skin),
        cylinder((0.0, top + 0.15, 0.0), (side * 0.1, 0.92, 0.0), 0.045, wood, 1.2),
        ellipsoid((side * 0.27, 0.72, 0.02), (0.24, 0.1, 0.05), leaf, (0.0, 0.0, side * 22.0)),
    ]


def carrot(dice: Dice) -> Shape:
    """A long ringed cone, point down, with a plume of leaves on its broad end."""
    root = any_material(dice, ("plain", "plain", "stripes", "spots"), scale=dice.uniform(4.0, 7.0))
    leaf, crease, wide = accent(dice, root), Material(root.second), dice.uniform(0.22, 0.3)
    parts: Shape = [
        cylinder((0.0, 0.28, 0.0), (0.0, -0.92, 0.0), wide, root, 0.08),
        ellipsoid((0.0, 0.28, 0.0), (wide, 0.12, wide), root),
    ]
    for _ in range(dice.integer(2, 4)):
        y = dice.uniform(-0.55, 0.15)
        parts.append(post(y - 0.016, y + 0.016, wide * (1.015 - 0.78 * (0.28 - y)), crease))
    for i in range(7):
        long = dice.uniform(0.26, 0.36)
        blade = [ellipsoid((0.0, 0.04 + long, 0.0), (dice.uniform(0.09, 0.13), long, 0.05), leaf)]
        lean = rotation(60.0 * i, 0.0, dice.uniform(18.0, 42.0) if i else 0.0)
        parts += placed(blade, at=(0.0, 0.28, 0.0), turn=lean)
    return placed(parts, turn=rotation(0.0, 0.0, dice.uniform(-50.0, 50.0)))


def ice_cream(dice: Dice) -> Shape:
    """One to three balls on a chequered cone, with a cherry or a wafer."""
    wafer = any_material(dice, ("checks", "checks", "plain", "stripes"), scale=dice.uniform(6.0, 9.0))
    count, size, lip = dice.integer(1, 3), dice.uniform(0.33, 0.4), dice.uniform(0.0, 0.1)
    parts: Shape = [cylinder((0.0, lip, 0.0), (0.0, -0.95, 0.0), size * 0.96, wafer, 0.04)]
    y, scoop = lip + size * 0.45, surface(dice)
    for i in range(count):
        parts.append(ball((dice.uniform(-0.05, 0.05), y, 0.0), size, scoop))
        drips = arc((0.0, y - size * 0.62, 0.0), size * 0.8, 0.0, 288.0, 4, LYING)
        parts += [ball(at, size * 0.3, scoop) for at in drips]
        if i < count - 1:
            size *= 0.88
            y, scoop = y + size * 1.15, accent(dice, scoop)
    if dice.chance(0.6):
        parts.append(ball((0.0, y + size * 1.1, 0.0), 0.13, accent(dice, scoop)))
    elif dice.chance(0.7):
        parts.append(cylinder((0.1, y, 0.1), (0.42, y + size * 1.5, 0.0), 0.07, accent(dice, scoop)))
    return fitted(parts, 0.94)


def cake(dice: Dice) -> Shape:
    """One to three round tiers, iced with drips, and lit candles on top."""
    base = surface(dice)
    ice, dish, flame = accent(dice, base), accent(dice, base), Material((1.0, 0.8, 0.25), gloss=0.3)
    tiers, wide, y = dice.integer(1, 3), dice.uniform(0.66, 0.78), -0.6
    tall = (0.62, 0.46, 0.38)[tiers - 1] * dice.uniform(0.85, 1.1)
    parts: Shape = [post(-0.66, -0.58, 0.88, dish)]
    for _ in range(tiers):
        parts += [post(y, y + tall, wide, base), post(y + tall - 0.08, y + tall + 0.03, wide * 1.03, ice)]
        for at in arc((0.0, y + tall - 0.1, 0.0), wide, 10.0, 325.0, 7, LYING):
            parts.append(ellipsoid(at, (0.1, dice.uniform(0.1, 0.2), 0.1), ice))
        y, wide = y + tall, wide * 0.66
    wax, count = accent(dice, ice), dice.integer(3, 5)
    for x, _, z in arc((0.0, 0.0, 0.0), wide, 40.0, 400.0, count, LYING)[1:]:
        parts.append(post(y, y + 0.27, 0.045, wax, 1.0, x, z))
        parts.append(ellipsoid((x, y + 0.36, z), (0.05, 0.09, 0.05), flame))
    return parts


def burger(dice: Dice) -> Shape:
    """A seeded domed bun, layers of contrasting filling with a wavy leaf, a flat bun below."""
    bun = any_material(dice, ("plain", "plain", "spots", "patches"), gloss=0.3)
    meat, leaf, seed = accent(dice, bun), Material(any_colour(dice), gloss=0.1), accent(dice, bun)
    cheese, wide, high = accent(dice, meat), dice.uniform(0.68, 0.8), dice.uniform(0.46, 0.62)
    parts: Shape = [post(-0.62, -0.36, wide * 0.88, bun, 1.1)]
    y = -0.36
    for _ in range(dice.choice((1, 1, 2))):
        parts += [post(y, y + 0.2, wide * 1.06, meat), post(y + 0.03, y + 0.17, wide * 1.09, meat)]
        parts += [box((0.0, y + 0.22, 0.0), (wide * 0.8, 0.025, wide * 0.8), cheese, (45.0, 0.0, 0.0))]
        y += 0.24
    for k, (x, _, z) in enumerate(arc((0.0, 0.0, 0.0), wide * 0.92, 0.0, 324.0, 9, LYING)):
        parts.append(ellipsoid((x, y + (0.03, 0.07)[k % 2], z), (0.2, 0.045, 0.2), leaf))
    parts += dome(y + 0.07, y + 0.07 + high, wide * 1.02, bun)
    for k in range(10):
        angle, up = 137.5 * k, 28.0 + 5.5 * k
        x, z = wide * cosine(up) * cosine(angle), wide * cosine(up) * sine(angle)
        parts.append(ellipsoid((x, y + 0.09 + high * sine(up), z), (0.06, 0.04, 0.06), seed))
    return parts


def guitar(dice: Dice) -> Shape:
    """A flat body like a figure of eight with a round dark hole, and a long neck with pegs."""
    wood = any_material(dice, ("grain", "plain", "marble", "patches", "tiger", "stripes"), gloss=0.4)
    neck, plate = accent(dice, wood), accent(dice, wood)
    low, top = dice.uniform(0.36, 0.42), dice.uniform(0.27, 0.33)
    waist = -0.54 + low * 0.95
    parts: Shape = [
        *(cylinder((0.0, y, -0.1), (0.0, y, 0.1), r, wood) for y, r in ((-0.54, low), (waist + 0.12, top))),
        cylinder((0.0, waist - 0.04, 0.1), (0.0, waist - 0.04, 0.12), 0.12, Material(BLACK)),
        box((0.0, -0.62, 0.11), (0.18, 0.04, 0.03), neck),
        box((0.0, 0.36, 0.1), (0.065, 0.42, 0.045), neck),
        box((0.0, 0.87, 0.08), (0.11, 0.13, 0.04), plate),
        *mirrored([ball((0.15, y, 0.08), 0.05, neck) for y in (0.79, 0.88, 0.97)]),
        *(box((x, 0.08, 0.15), (0.008, 0.72, 0.006), plate) for x in (-0.035, 0.035)),
    ]
    if dice.chance(0.35):
        base, point = (0.2, waist + 0.2, 0.0), (0.3, waist + 0.52, 0.0)
        parts += mirrored([cylinder(base, point, 0.12, wood, 0.3, flat=0.7)])
    return placed(parts, turn=rotation(0.0, dice.uniform(-15.0, 0.0), dice.uniform(-60.0, 60.0)))


def drum(dice: Dice) -> Shape:
    """A wide cylinder with a pale skin, a zigzag of cords between two rims, and sticks."""
    shell = surface(dice)
    rim, cord, skin = accent(dice, shell), accent(dice, shell), Material((0.93, 0.9, 0.84), gloss=0.1)
    wide, half, count = dice.uniform(0.6, 0.72), dice.uniform(0.3, 0.5), dice.choice((5, 6, 7))
    parts: Shape = [
        post(-half, half, wide, shell),
        *(post(y - 0.06, y + 0.06, wide * 1.05, rim) for y in (-half, half)),
        post(half, half + 0.075, wide * 0.94, skin),
    ]
    points = arc((0.0, 0.0, 0.0), wide * 1.02, 0.0, 360.0, 2 * count, LYING)
    zigzag = [(x, half * 0.9 * (1 - i % 2 * 2), z) for i, (x, _, z) in enumerate(points)]
    parts += [cylinder(a, b, 0.032, cord) for a, b in pairwise(zigzag)]
    if dice.chance(0.7):
        stick, lift = accent(dice, skin), half + 0.12
        for x, z in ((0.7, 0.5), (0.2, 0.75)):
            tip = (-0.35 * x, lift, -0.3)
            parts += [cylinder(tip, (x, lift + 0.12, z), 0.04, stick), ball(tip, 0.08, stick)]
    return placed(parts, turn=rotation(dice.uniform(0.0, 360.0), 0.0)) if dice.chance(0.5) else parts


def racket(dice: Dice) -> Shape:
    """An oval hoop with crossed strings, a fork, and a long handle with a grip."""
    frame = any_material(dice, ("plain", "stripes"), scale=3.0)
    grip, string = accent(dice, frame), Material(any_colour(dice))
    wide, tall, thick = dice.uniform(0.36, 0.44), dice.uniform(0.5, 0.56), dice.uniform(0.045, 0.065)
    rim = [(x * wide, 0.42 + y * tall, 0.0) for x, y, _ in arc((0.0, 0.0, 0.0), 1.0, 0.0, 360.0, 12)]
    parts: Shape = [cylinder(a, b, thick, frame) for a, b in pairwise(rim)]
    for cross in (-0.6, -0.2, 0.2, 0.6):
        reach = (1.0 - cross * cross) * 0.45 + 0.52
        parts.append(box((cross * wide, 0.42, 0.0), (0.012, tall * reach, 0.01), string))
        parts.append(box((0.0, 0.42 + cross * tall, 0.0), (wide * reach, 0.012, 0.01), string))
    parts += mirrored([cylinder((wide * 0.5, 0.42 - tall * 0.86, 0.0), (0.02, -0.34, 0.0), 0.05, frame)])
    parts += [cylinder((0.0, -0.3, 0.0), (0.0, -0.95, 0.0), thick * 1.3, grip)]
    return placed(parts, turn=rotation(0.0, 0.0, dice.uniform(-60.0, 60.0)))


def dumbbell(dice: Dice) -> Shape:
    """A short bar with the same heavy weights on both ends: balls, hexagons, or plates in a row."""
    iron, bar = surface(dice), Material(any_colour(dice), gloss=0.7)
    grip, kind, size = accent(dice, iron), dice.integer(0, 4), dice.uniform(0.36, 0.5)
    rods = ((0.94, 0.07, bar), (0.3, 0.1, grip))
    parts: Shape = [cylinder((-x, 0.0, 0.0), (x, 0.0, 0.0), thick, paint) for x, thick, paint in rods]
    if kind == 0:
        half: Shape = [ball((0.62, 0.0, 0.0), size * 0.8, iron)]
    elif kind <= 2:
        turns = (0.0, 60.0, 120.0)
        half = [box((0.62, 0.0, 0.0), (0.22, size * 0.87, size * 0.5), iron, (0.0, a, 0.0)) for a in turns]
        half += [cylinder((0.84, 0.0, 0.0), (0.86, 0.0, 0.0), size * 0.5, grip)]
    else:
        half = []
        for x, share in ((0.42, 1.1), (0.58, 0.85), (0.74, 0.6)):
            half.append(cylinder((x, 0.0, 0.0), (x + 0.13, 0.0, 0.0), size * share, iron))
            half.append(cylinder((x + 0.13, 0.0, 0.0), (x + 0.145, 0.0, 0.0), size * share * 0.7, grip))
    lean = rotation(dice.uniform(-20.0, 20.0), 0.0, dice.uniform(-35.0, 35.0))
    return placed(parts + mirrored(half), turn=lean)


def crown(dice: Dice) -> Shape:
    """A jewelled band with a ring of upright points, each with a ball on its tip."""
    gold = any_material(dice, ("plain", "plain", "plain", "marble", "spots"), gloss=0.7)
    gem, fur, count = accent(dice, gold), accent(dice, gold), dice.integer(5, 8)
    wide, tall, flare = dice.uniform(0.58, 0.7), dice.uniform(0.36, 0.56), dice.uniform(1.1, 1.35)
    parts: Shape = [
        post(-0.55, -0.12, wide, gold, 1.05),
        post(-0.13, -0.11, wide * 0.95, Material(BLACK)),
        post(-0.6, -0.46, wide * 1.04, fur),
    ]
    tip = (0.0, tall, wide * flare)
    spike: Shape = [
        cylinder((0.0, -0.16, wide), tip, wide * 2.7 / count, gold, 0.1, flat=0.25),
        ball(tip, 0.085, gem),
        ball((0.0, -0.29, wide * 1.03), 0.085, gem),
    ]
    for i in range(count):
        parts += placed(spike, turn=rotation(360.0 * i / count))
    if dice.chance(0.35):
        parts += dome(-0.12, tall * 0.75, wide * 0.86, gem)
    return parts


def boot(dice: Dice) -> Shape:
    """A tall shaft, a foot that points to the side, a thick sole with a heel, a cuff or laces."""
    hide = surface(dice)
    sole, trim, wide = accent(dice, hide), accent(dice, hide), dice.uniform(0.22, 0.28)
    top, long, heel = dice.uniform(0.4, 0.85), dice.uniform(0.45, 0.62), dice.uniform(0.06, 0.2)
    parts: Shape = [
        cylinder((-0.3, -0.5, 0.0), (-0.34, top, 0.0), wide, hide, dice.uniform(1.05, 1.3), flat=0.95),
        ellipsoid((0.0, -0.48, 0.0), (0.52, 0.24, wide), hide),
        ellipsoid((long - 0.2, -0.52, 0.0), (0.34, 0.2, wide * 1.08), hide),
        cylinder((long - 0.18, -0.72, 0.0), (long - 0.18, -0.64, 0.0), 0.36, sole, flat=wide * 3.1),
        box((0.0, -0.68, 0.0), (0.4, 0.04, wide * 0.9), sole),
        post(-0.72 - heel, -0.64, 0.2, sole, 1.25, -0.32),
        post(top - 0.14, top + 0.02, wide * 1.4, trim, 1.0, -0.34),
        post(top, top + 0.03, wide * 1.15, Material(BLACK), 1.0, -0.34),
    ]
    if dice.chance(0.5):
        for k in range(4):
            x, y = 0.12 - 0.075 * k, -0.26 + 0.14 * k
            parts.append(cylinder((x, y, -wide * 0.7), (x, y, wide * 0.7), 0.04, trim))
    return placed(parts, turn=rotation(180.0 * dice.integer(0, 1)))


def top_hat(dice: Dice) -> Shape:
    """A tall flat-topped cylinder on a wide brim, with a ribbon."""
    felt = surface(dice)
    ribbon, wide, top = accent(dice, felt), dice.uniform(0.42, 0.52), dice.uniform(0.3, 0.62)
    brim, flare, band = dice.uniform(0.82, 0.95), dice.uniform(0.92, 1.2), dice.uniform(0.16, 0.26)
    parts: Shape = [
        post(-0.58, top, wide, felt, flare),
        post(-0.62, -0.55, brim, felt),
        post(-0.6, -0.57, brim * 1.03, ribbon if dice.chance(0.4) else felt),
        post(-0.55, -0.55 + band, wide * 1.03, ribbon, 1.0 + (flare - 1.0) * 0.2),
    ]
    if dice.chance(0.4):
        feather = (0.07, 0.45, 0.12)
        parts.append(ellipsoid((wide, -0.1, 0.15), feather, accent(dice, felt), (0.0, 0.0, -20.0)))
    return parts


def traffic_cone(dice: Dice) -> Shape:
    """A slim cut cone with broad bands on a square foot."""
    skin = any_material(dice, ("plain", "plain", "plain", "spots", "patches"))
    band, foot = accent(dice, skin), dice.uniform(0.5, 0.62)
    wide, slim, count = dice.uniform(0.36, 0.46), dice.uniform(0.14, 0.24), dice.integer(1, 3)
    parts: Shape = [
        box((0.0, -0.8, 0.0), (foot, 0.07, foot), skin if dice.chance(0.6) else band),
        post(-0.74, 0.9, wide, skin, slim),
        post(0.88, 0.91, wide * slim * 0.7, Material(BLACK)),
    ]
    for i in range(count):
        low, high = 1.3 * i / count - 0.5, 1.3 * (i + 0.55) / count - 0.5
        start, end = (wide * (1.0 - (1.0 - slim) * (y + 0.74) / 1.64) * 1.02 for y in (low, high))
        parts.append(post(low, high, start, band, end / start))
    return parts


CLASSES: dict[str, Callable[[Dice], Shape]] = {
    "banana": banana, "pear": pear, "carrot": carrot, "ice_cream": ice_cream, "cake": cake, "burger": burger,
    "guitar": guitar, "drum": drum, "racket": racket, "dumbbell": dumbbell, "crown": crown, "boot": boot,
    "top_hat": top_hat, "traffic_cone": traffic_cone,
}  # fmt: skip
