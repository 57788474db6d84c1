"""Buildings and plants. They stand upright and face the viewer."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from tl_course.data.drawing.dice import Dice, cosine, sine
from tl_course.data.drawing.household import accent, post, surface
from tl_course.data.drawing.materials import BLACK, Material, any_colour, any_material
from tl_course.data.drawing.shapes import (
    Part,
    Shape,
    arc,
    ball,
    box,
    capsule,
    cylinder,
    ellipsoid,
    mirrored,
    placed,
    rotation,
)


def dome(low: float, high: float, radius: float, material: Material, steps: int = 6) -> Shape:
    """Half an ellipsoid with a flat underside, of cut cones."""
    parts: Shape = []
    for i in range(steps):
        a, b = 90.0 * i / steps, 90.0 * (i + 1) / steps
        start, end = low + (high - low) * sine(a), low + (high - low) * sine(b)
        parts.append(post(start, end, radius * cosine(a), material, cosine(b) / cosine(a)))
    return parts


def _gable(low: float, high: float, half: float, z: float, material: Material) -> Part:
    """An upright triangle facing the viewer, `half` its width at the bottom."""
    return cylinder((0.0, low, z), (0.0, high, z), half, material, 0.01, flat=0.06 / half)


def _slope(low: float, high: float, half: float, depth: float, material: Material, over: float = 0.1) -> Part:
    """The right of two slabs that meet along z at height `high` and reach down to (half, low)."""
    return cylinder(
        (half * (1.0 + over), low - (high - low) * over, 0.0), (-0.02, high + 0.02, 0.0), 0.05, material,
        flat=depth / 0.05,
    )  # fmt: skip


def house(dice: Dice) -> Shape:
    """Walls with a door and two windows under a pitched roof with a chimney."""
    wall, roof = surface(dice), surface(dice)
    trim, pane, gable = accent(dice, wall), Material(any_colour(dice), gloss=0.6), wall.tinted(wall.colour)
    half, eaves, ridge = dice.uniform(0.5, 0.66), dice.uniform(-0.1, 0.06), dice.uniform(0.62, 0.85)
    door, depth = dice.uniform(-0.08, 0.08), 0.45
    parts: Shape = [
        box((0.0, (eaves - 0.72) / 2, 0.0), (half, (eaves + 0.72) / 2, depth), wall),
        box((door, -0.5, depth), (0.12, 0.22, 0.03), trim),
        box((half * 0.5, eaves + 0.42, -0.1), (0.09, 0.42, 0.09), trim),
    ]
    for x in (door - 0.32, door + 0.32):
        parts.append(box((x, -0.34, depth), (0.12, 0.13, 0.02), trim))
        parts.append(box((x, -0.34, depth), (0.09, 0.1, 0.03), pane))
    if dice.chance(0.65):
        parts += mirrored([_slope(eaves, ridge, half, depth + 0.1, roof)])
        parts += [_gable(eaves - 0.02, ridge, half, z, gable) for z in (0.06 - depth, depth - 0.05)]
        return [*parts, cylinder((0, eaves + 0.2, depth), (0, eaves + 0.2, depth + 0.03), 0.11, pane)]
    # The ridge runs from left to right: turned by a right angle, the gables fit the depth.
    along = mirrored([_slope(eaves, ridge * 0.9, depth, half + 0.08, roof)])
    along += [_gable(eaves - 0.02, ridge * 0.9, depth, z, gable) for z in (-half, half)]
    return parts + placed(along, turn=rotation(90.0))


def lighthouse(dice: Dice) -> Shape:
    """A tall tapering tower in broad bands, a gallery, a bright lantern and a cap, on a rock."""
    paint, rock = accent(dice, surface(dice)), any_material(dice, ("plain", "marble", "patches"), coarse=0.5)
    band, wide, slim = accent(dice, paint), dice.uniform(0.24, 0.32), dice.uniform(0.5, 0.7)
    bands, low, high, bars = dice.choice((3, 5, 5, 7)), -0.72, 0.4, ((0.35, 0.72), (0.8, 0.0))
    step, drop, tip = (high - low) / bands, wide * (1.0 - slim) / bands, wide * slim
    parts: Shape = [
        ellipsoid((0.0, -0.82, 0.0), (dice.uniform(0.45, 0.62), 0.2, 0.45), rock),
        post(high, high + 0.05, tip * 1.55, band),
        post(high + 0.05, high + 0.27, tip * 0.78, Material((1.0, 0.93, 0.55), gloss=0.8)),
        *mirrored([post(high, high + 0.27, 0.02, band, 1.0, tip * x, tip * z) for x, z in bars]),
        box((0.0, low + 0.14, wide * 0.94), (0.08, 0.14, 0.05), band if bands > 3 else Material(BLACK)),
    ]
    for i in range(bands):
        here = wide - drop * i
        shade = band if i % 2 else paint
        parts.append(post(low + step * i, low + step * (i + 1), here, shade, (here - drop) / here))
    pointed = [post(high + 0.27, 0.92, tip * 1.15, band, 0.05)]
    parts += pointed if dice.chance(0.6) else dome(high + 0.27, 0.88, tip * 1.05, band, 4)
    if dice.chance(0.4):
        beam = Material((1.0, 0.95, 0.7), opacity=0.45)
        sides = dice.choice(((-0.85, 0.85), (-0.85,), (0.85,)))
        parts += [cylinder((x, high + 0.2, 0.1), (0.0, high + 0.16, 0.0), 0.21, beam, 0.3) for x in sides]
    return parts


def windmill(dice: Dice) -> Shape:
    """A tapering tower that carries a cross of four long sails."""
    wall = surface(dice)
    cap, cloth, wood = accent(dice, wall), accent(dice, wall), Material(any_colour(dice))
    low, wide, hub = -0.92, dice.uniform(0.3, 0.4), dice.uniform(0.2, 0.3)
    slim, sail, turn = dice.uniform(0.55, 0.7), dice.uniform(0.09, 0.14), dice.uniform(0.0, 90.0)
    front = wide * slim + 0.14
    parts: Shape = [
        post(low, hub, wide, wall, slim),
        post(low, low + 0.08, wide * 1.05, cap),
        *dome(hub, hub + 0.3, wide * slim * 1.15, cap),
        box((0.0, low + 0.2, wide * 0.94), (0.1, 0.2, 0.04), cap),
        box((0.0, -0.2, wide * 0.76), (0.07, 0.09, 0.04), Material(BLACK)),
        cylinder((0.0, hub + 0.06, 0.0), (0.0, hub + 0.06, front + 0.05), 0.07, wood),
    ]
    reach = dice.uniform(0.66, 0.78)
    blade: Shape = [
        cylinder((0.0, 0.0, 0.0), (0.0, reach, 0.0), 0.03, wood),
        box((sail, reach * 0.6, -0.01), (sail, reach * 0.39, 0.012), cloth),
    ]
    for i in range(4):
        parts += placed(blade, at=(0.0, hub + 0.06, front), turn=rotation(0.0, 0.0, turn + 90.0 * i))
    return parts


def tent(dice: Dice) -> Shape:
    """Two slopes of cloth down to the ground with a dark opening between, or a cone on crossed poles."""
    cloth = surface(dice)
    flap, wood, dark = accent(dice, cloth), Material(any_colour(dice)), Material(BLACK)
    half, high = dice.uniform(0.6, 0.82), dice.uniform(0.3, 0.55)
    if dice.chance(0.3):
        parts: Shape = [post(-0.8, 0.66, half * 0.85, cloth, 0.09)]
        for angle in (0.0, 72.0, 144.0, 216.0, 288.0):
            x, z = cosine(angle) * 0.13, sine(angle) * 0.13
            parts.append(cylinder((-x * 0.6, 0.5, -z * 0.6), (x * 1.3, 0.95, z * 1.3), 0.025, wood))
        door: Shape = [_gable(0.0, 0.95, 0.24, 0.0, dark), _gable(-0.02, 1.03, 0.31, -0.02, flap)]
        return parts + placed(door, at=(0.0, -0.8, half * 0.83), turn=rotation(0.0, -half * 32.0))
    depth, open_ = dice.uniform(0.45, 0.62), dice.uniform(0.3, 0.5)
    parts = mirrored([_slope(-0.6, high, half, depth, cloth, 0.04)])
    end = cloth.tinted(cloth.colour)
    parts += [_gable(-0.62, high - 0.04, half, z, end) for z in (0.05 - depth, depth - 0.06)]
    parts += [_gable(-0.62, high - 0.12, half * (open_ + 0.22), depth - 0.01, flap)]
    parts += [_gable(-0.62, high - 0.22, half * open_, depth + 0.03, dark)]
    parts += [cylinder((0.0, -0.62, depth + 0.05), (0.0, high + 0.14, depth + 0.05), 0.025, wood)]
    if dice.chance(0.6):
        x, y = half * 0.45, high / 2 - 0.18
        parts += mirrored([cylinder((x, y, z), (0.95, -0.62, z), 0.014, wood) for z in (-0.2, 0.2)])
    return parts


def bridge(dice: Dice) -> Shape:
    """A long road that hangs between two towers or under an arch, over water."""
    steel, road = surface(dice), Material(any_colour(dice))
    rope, water = accent(dice, road), any_material(dice, ("tiger", "marble"), gloss=0.4)
    level, top = dice.uniform(-0.3, -0.14), dice.uniform(0.34, 0.5)
    parts: Shape = [
        box((0.0, level, 0.0), (0.95, 0.05, 0.24), road),
        ellipsoid((0.0, -0.58, 0.0), (0.95, 0.05, 0.4), water),
    ]
    if dice.chance(0.6):
        tower = dice.uniform(0.44, 0.54)
        rise, steps = top - level - 0.1, (0.0, 1 / 3, 2 / 3, 1.0)
        line = [(tower * t, level + 0.1 + rise * t * t, 0.0) for t in steps]
        half: Shape = [cylinder((tower, -0.6, z), (tower, top + 0.05, z), 0.06, steel) for z in (-0.24, 0.24)]
        half += [box((tower, y, 0.0), (0.05, 0.04, 0.24), steel) for y in (top, level + 0.2)]
        line.append((0.95, level + 0.04, 0.0))
    else:
        line = arc((0.0, level - 0.05, 0.0), 0.9, 90.0, 0.0, 5)
        line = [(x, level + (y - level) * (top - level + 0.1) / 0.95, z) for x, y, z in line]
        half = [box((0.86, -0.38, 0.0), (0.1, 0.24, 0.3), steel)]
    thick = 0.032 if len(line) == 5 else 0.055
    for z in (-0.24, 0.24):
        half += [cylinder((a[0], a[1], z), (b[0], b[1], z), thick, rope) for a, b in pairwise(line)]
        half += [cylinder((x, level, z), (x, y, z), 0.018, rope) for x, y, _ in line[1:-1]]
    return parts + mirrored(half)


def tree(dice: Dice) -> Shape:
    """A bare trunk that forks into a wide round crown of leaves."""
    bark, leaves = any_material(dice, ("grain", "plain"), coarse=0.4), surface(dice)
    fruit, count, laden = accent(dice, leaves), dice.integer(4, 7), dice.chance(0.4)
    trunk, wide, lift = dice.uniform(0.09, 0.15), dice.uniform(0.34, 0.46), dice.uniform(0.3, 0.42)
    parts: Shape = [
        post(-0.92, 0.2, trunk * 1.35, bark, 0.6),
        post(-0.94, -0.84, trunk * 2.2, bark, 0.55),
        *mirrored([cylinder((0.0, -0.3, 0.0), (0.32, 0.2, 0.05), trunk * 0.6, bark, 0.7)]),
        ball((0.0, lift + 0.05, 0.0), 0.42, leaves),
    ]
    for i in range(count):
        angle, size = 360.0 * (i + dice.uniform(-0.2, 0.2)) / count, dice.uniform(0.22, 0.34)
        x, y, z = wide * 1.15 * cosine(angle), lift + wide * 0.75 * sine(angle), dice.uniform(-0.2, 0.25)
        parts.append(ball((x, y, z), size, leaves))
        if laden:
            parts.append(ball((x + size * 0.3, y - size * 0.2, z + size * 0.92), 0.075, fruit))
    return parts


def pine(dice: Dice) -> Shape:
    """Three to five cones stacked to a point on a short trunk."""
    bark, needles = any_material(dice, ("grain", "plain"), coarse=0.4), surface(dice)
    edge = accent(dice, needles)
    count, wide, trunk = dice.integer(3, 5), dice.uniform(0.42, 0.62), dice.uniform(0.07, 0.12)
    bottom, shrink, frosted = dice.uniform(-0.68, -0.5), dice.uniform(0.42, 0.6), dice.chance(0.5)
    parts: Shape = [post(-0.95, bottom + 0.1, trunk, bark)]
    step = (0.9 - bottom) / (count + 0.7)
    for i in range(count):
        here, low = wide * (1.0 - shrink * i / (count - 1)), bottom + step * i
        parts.append(post(low, low + step * 1.7, here, needles, 0.12))
        if frosted:
            parts.append(post(low - 0.03, low + 0.06, here * 1.01, edge, 0.94))
    if dice.chance(0.35):
        parts.append(ball((0.0, 0.92, 0.0), 0.08, edge))
    return parts


def cactus(dice: Dice) -> Shape:
    """A ribbed column with one to three arms that bend upwards, in a pot or on sand."""
    skin = any_material(dice, ("stripes", "stripes", "plain", "spots"), scale=dice.uniform(6.0, 10.0), axis=0)
    bloom, thick = accent(dice, skin), dice.uniform(0.17, 0.23)
    parts: Shape = capsule((0.0, -0.8, 0.0), (0.0, 0.7, 0.0), thick, skin, dice.uniform(0.85, 1.05))
    sides = dice.choice(((1, -1), (1, -1), (-1, 1), (1, -1, 1), (-1,)))
    for i, side in enumerate(sides):
        low, tall = dice.uniform(-0.3, 0.12) + 0.1 * i, dice.uniform(0.25, 0.5)
        out, depth = side * dice.uniform(0.42, 0.52), 0.3 if i == 2 else 0.0
        bend = [(0.0, low, 0.0), (out, low + 0.04, depth), (out * 1.05, low + tall, depth)]
        for a, b in pairwise(bend):
            parts += capsule(a, b, thick * 0.68, skin)
        if dice.chance(0.4):
            parts.append(ball((out * 1.05, low + tall + thick * 0.7, depth), 0.09, bloom))
    pot, potted = surface(dice), dice.chance(0.6)
    sand = ellipsoid((0.0, -0.86, 0.0), (0.6, 0.08, 0.4), pot)
    vessel = [post(-0.98, -0.6, 0.27, pot, 1.3), post(-0.62, -0.5, 0.38, accent(dice, pot))]
    return parts + vessel if potted else [*parts, sand]


def mushroom(dice: Dice) -> Shape:
    """A thick stalk under a wide domed cap with large dots on it."""
    cap = surface(dice)
    dot, flesh = accent(dice, cap), accent(dice, cap)
    wide, low, high = dice.uniform(0.6, 0.85), dice.uniform(-0.1, 0.1), dice.uniform(0.52, 0.85)
    stalk, bulge = dice.uniform(0.17, 0.27), dice.uniform(1.2, 1.6)
    parts: Shape = [
        *dome(low, high, wide, cap),
        cylinder((0.0, low, 0.0), (0.0, low - 0.1, 0.0), wide * 0.95, flesh, 0.53),
        post(-0.75, low, stalk * bulge, flesh, 1.0 / bulge),
        ellipsoid((0.0, -0.75, 0.0), (stalk * bulge, 0.13, stalk * bulge), flesh),
    ]
    if dice.chance(0.4):
        parts.append(post(low - 0.36, low - 0.24, stalk * 1.9, flesh, 0.6))
    if dice.chance(0.75):
        first, size = dice.uniform(0.0, 60.0), dice.uniform(0.1, 0.15)
        for i in range(9):
            angle, up = first + 40.0 * i, (25.0, 52.0, 30.0)[i % 3]
            out = wide * cosine(up) * 0.9
            at = (out * cosine(angle), low + (high - low) * sine(up) * 0.92, out * sine(angle))
            parts.append(ellipsoid(at, (size, size * 0.8, size), dot))
        parts.append(ellipsoid((0.0, high - 0.01, 0.0), (size * 1.2, 0.05, size * 1.2), dot))
    return parts


def flower(dice: Dice) -> Shape:
    """A ring of long petals round a domed heart, on a thin stem with two leaves."""
    petal, leaf = surface(dice), Material(any_colour(dice))
    heart, count, first = accent(dice, petal), dice.integer(5, 9), dice.uniform(0.0, 60.0)
    long, core, lift = dice.uniform(0.2, 0.27), dice.uniform(0.14, 0.2), dice.uniform(0.28, 0.38)
    broad = min(0.2, 3.0 * (core + long) / (count * 1.5)) * dice.uniform(0.75, 1.0)
    bloom: Shape = [ellipsoid((0.0, 0.0, 0.05), (core, core, 0.1), heart)]
    for i in range(count):
        angle = first + 360.0 * i / count
        at = ((core + long * 0.75) * cosine(angle), (core + long * 0.75) * sine(angle), 0.0)
        bloom.append(ellipsoid(at, (long, broad, 0.05), petal, (0.0, 0.0, angle)))
    bend, blade = dice.uniform(-0.15, 0.15), dice.uniform(0.26, 0.36)
    parts = placed(bloom, at=(0.0, lift, 0.1), turn=rotation(0.0, dice.uniform(-30.0, 0.0)))
    stem = ((0.0, lift, 0.0), (bend, -0.3, 0.0), (0.0, -0.95, 0.0))
    parts += [cylinder(a, b, 0.042, leaf) for a, b in pairwise(stem)]
    for side in (-1.0, 1.0):
        at = (side * blade * 0.85, -0.52 + side * 0.08, 0.04)
        parts.append(ellipsoid(at, (blade, 0.1, 0.04), leaf, (0.0, 0.0, side * 38.0)))
    return parts


CLASSES: dict[str, Callable[[Dice], Shape]] = {
    "house": house, "lighthouse": lighthouse, "windmill": windmill, "tent": tent, "bridge": bridge,
    "tree": tree, "pine": pine, "cactus": cactus, "mushroom": mushroom, "flower": flower,
}  # fmt: skip
