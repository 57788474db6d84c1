"""Things that travel. Their length runs along x, so that most views show a side."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from tl_course.data.drawing.dice import Dice
from tl_course.data.drawing.household import accent, post, surface
from tl_course.data.drawing.materials import BLACK, WHITE, Material, any_colour
from tl_course.data.drawing.shapes import (
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

LAMP = Material((0.98, 0.93, 0.6), gloss=0.5)


def _rubber(dice: Dice) -> Material:
    """A tyre: dark, as a rule."""
    grey = dice.uniform(0.05, 0.16)
    return Material((grey, grey, grey) if dice.chance(0.8) else any_colour(dice), gloss=0.1)


def _pane(dice: Dice) -> Material:
    """A window: shining, dark or bright."""
    grey = dice.choice((0.1, 0.16, 0.75, 0.9))
    return Material((grey, grey + dice.uniform(0.0, 0.06), grey + dice.uniform(0.02, 0.1)), gloss=0.8)


def _axle(x: float, y: float, track: float, radius: float, tyre: Material, hub: Material) -> Shape:
    """Two wheels and their hubs at (x, y), the outer faces at z = -track and track."""
    wide = 0.16
    return [
        part
        for side in (-1.0, 1.0)
        for part in (
            cylinder((x, y, side * (track - wide)), (x, y, side * track), radius, tyre),
            cylinder((x, y, side * (track - wide)), (x, y, side * (track + 0.012)), radius * 0.52, hub),
        )
    ]


def _either_way(dice: Dice, shape: Shape) -> Shape:
    """The shape as it is, or heading to the other side."""
    return placed(shape, turn=rotation(180.0 * dice.integer(0, 1)))


def car(dice: Dice) -> Shape:
    """A low rounded body, a glazed cabin half as long, and two large wheels a side."""
    paint, pane = surface(dice), _pane(dice)
    roof = paint.tinted(paint.colour) if dice.chance(0.6) else accent(dice, paint)
    half, cabin, high = dice.uniform(0.68, 0.78), dice.uniform(0.46, 0.6), dice.uniform(0.3, 0.4)
    back, lean, radius = dice.uniform(-0.2, 0.0), dice.uniform(0.66, 0.8), dice.uniform(0.2, 0.25)
    tyre, hub, deep = _rubber(dice), Material(any_colour(dice), gloss=0.6), 0.38 / cabin
    parts: Shape = [
        box((0.0, -0.16, 0.0), (half, 0.15, 0.4), paint),
        *(ellipsoid((x, -0.14, 0.0), (0.2, 0.16, 0.4), paint) for x in (-half, half)),
        ellipsoid((back, 0.0, 0.0), (half * 0.95, 0.1, 0.37), paint),
        cylinder((back, -0.03, 0.0), (back, high, 0.0), cabin, pane, lean, deep),
        cylinder((back, high - 0.05, 0), (back, high + 0.03, 0), cabin * lean * 1.03, roof, 0.8, deep),
        cylinder((back, 0.0, 0.0), (back, high, 0.0), 0.06, roof, lean, flat=6.4),
        box((0.0, -0.27, 0.0), (half + 0.17, 0.045, 0.36), tyre.tinted(hub.colour)),
        *(ball((half + 0.14, -0.1, z), 0.075, LAMP) for z in (-0.24, 0.24)),
    ]
    for x in (-0.58 * half - 0.05, 0.58 * half + 0.05):
        parts += _axle(x, -0.33, 0.43, radius, tyre, hub)
    return _either_way(dice, parts)


def truck(dice: Dice) -> Shape:
    """A cab with a tall windscreen, a gap, then a long load: a box, a tank, or a tipper full of earth."""
    paint, load, pane = surface(dice), surface(dice), _pane(dice)
    tyre, hub, frame = _rubber(dice), Material(any_colour(dice), gloss=0.5), accent(dice, load)
    roof, top, radius = dice.uniform(0.18, 0.34), dice.uniform(0.3, 0.5), dice.uniform(0.16, 0.19)
    nose = dice.uniform(0.0, 0.16)
    parts: Shape = [
        box((0.0, -0.36, 0.0), (0.88, 0.05, 0.3), frame),
        box((0.64, (roof - 0.36) / 2, 0.0), (0.2, (roof + 0.36) / 2, 0.36), paint),
        box((0.84 + nose / 2, -0.2, 0.0), (0.05 + nose, 0.15, 0.33), paint),
        box((0.68, roof - 0.17, 0.0), (0.168, 0.11, 0.368), pane),
        box((0.9 + nose * 1.2, -0.32, 0.0), (0.05 + nose * 0.5, 0.05, 0.36), frame),
    ]
    kind = dice.integer(0, 3)
    if kind == 0:
        parts += [cylinder((-0.86, 0.05, 0.0), (0.34, 0.05, 0.0), 0.36, load)]
        parts += [cylinder((x, 0.05, 0.0), (x + 0.06, 0.05, 0.0), 0.37, frame) for x in (-0.73, -0.3, 0.17)]
    elif kind == 1:
        earth = Material(any_colour(dice), coarse=0.5)
        parts += [box((-0.28, -0.16, 0.0), (0.6, 0.17, 0.38), load)]
        parts += [ellipsoid((x, 0.02, 0.0), (0.34, top * 0.55, 0.32), earth) for x in (-0.55, -0.2, 0.0)]
    else:
        parts += [box((-0.28, (top - 0.3) / 2, 0.0), (0.61, (top + 0.3) / 2, 0.39), load)]
        parts += [box((-0.28, top, 0.0), (0.62, 0.025, 0.4), frame)]
    for x in (0.64, -0.3, -0.68):
        parts += _axle(x, -0.44, 0.39, radius, tyre, hub)
    return _either_way(dice, parts)


def bus(dice: Dice) -> Shape:
    """One long tall box with a whole row (or two) of windows along its side, small wheels below."""
    paint, pane = surface(dice), _pane(dice)
    trim, tyre = accent(dice, paint), _rubber(dice)
    double, count = dice.chance(0.3), dice.integer(4, 6)
    half, top = (0.8, 0.62) if double else (dice.uniform(0.86, 0.92), dice.uniform(0.26, 0.36))
    parts: Shape = [
        box((0.0, (top - 0.4) / 2, 0.0), (half, (top + 0.4) / 2, 0.32), paint),
        box((0.0, top, 0.0), (half * 0.97, 0.05, 0.29), trim),
        box((0.0, -0.3, 0.0), (half + 0.01, 0.04, 0.33), trim),
    ]
    step = (2.0 * half - 0.3) / count
    for level in (top - 0.2, top - 0.62) if double else (top - 0.2,):
        places = [0.06 - half + step * (i + 0.5) for i in range(count)]
        parts += [box((x, level, 0.0), (step * 0.38, 0.13, 0.328), pane) for x in places]
        parts += [box((half - 0.06, level - 0.01, 0.0), (0.07, 0.14, 0.29), pane)]
    parts += [box((half - 0.14, -0.16 if double else -0.06, 0.0), (0.08, 0.22, 0.33), trim)]
    for x in (-0.56, 0.46):
        parts += _axle(x, -0.4, 0.33, dice.uniform(0.15, 0.17), tyre, trim)
    parts += [ball((half, -0.22, z), 0.05, LAMP) for z in (-0.22, 0.22)]
    return _either_way(dice, parts)


def train(dice: Dice) -> Shape:
    """A steam engine: round boiler, funnel in front, roofed cab behind, a row of coupled wheels."""
    paint = surface(dice)
    trim, metal, tyre = accent(dice, paint), Material(any_colour(dice), gloss=0.5), accent(dice, paint)
    radius, rim, tall = dice.uniform(0.25, 0.31), dice.uniform(0.15, 0.18), dice.uniform(0.3, 0.46)
    flare = dice.choice((0.8, 1.0, 1.6, 2.0))
    parts: Shape = [
        cylinder((-0.4, 0.0, 0.0), (0.74, 0.0, 0.0), radius, paint),
        cylinder((0.6, 0.0, 0.0), (0.78, 0.0, 0.0), radius * 1.05, metal),
        ball((0.78, 0.0, 0.0), 0.09, trim),
        *(cylinder((x, 0.0, 0.0), (x + 0.06, 0.0, 0.0), radius * 1.03, trim) for x in (0.02, 0.34)),
        post(radius * 0.8, radius + tall, 0.09, metal, flare, 0.62),
        ellipsoid((0.16, radius, 0.0), (0.11, 0.15, 0.11), trim),
        box((0.05, -0.3, 0.0), (0.85, 0.06, 0.28), metal),
        box((-0.6, 0.1, 0.0), (0.24, 0.38, 0.34), paint),
        box((-0.6, 0.28, 0.0), (0.15, 0.11, 0.347), _pane(dice)),
        box((-0.6, 0.5, 0.0), (0.32, 0.045, 0.39), trim),
        cylinder((0.82, -0.5, 0.0), (0.82, -0.24, 0.0), 0.24, trim, 0.5, flat=1.2),
    ]
    spots = (-0.62, -0.24, 0.14) if rim > 0.165 else (-0.64, -0.32, 0.0)
    for x in spots:
        parts += _axle(x, -0.4, 0.34, rim + 0.04, tyre, metal)
    parts += _axle(0.5, -0.47, 0.34, rim * 0.75, tyre, metal)
    parts += [box((-0.28, -0.42, z), (0.4, 0.03, 0.02), trim) for z in (-0.37, 0.37)]
    if dice.chance(0.5):
        puffs, top = ((0.55, 0.12), (0.36, 0.16), (0.1, 0.2)), radius + tall
        parts += [ball((x, top + size * 0.9, 0.0), size, Material(WHITE)) for x, size in puffs]
    return _either_way(dice, parts)


def bicycle(dice: Dice) -> Shape:
    """Two thin wheels with spokes, a frame of tubes between them, a saddle and a bent handlebar."""
    paint, tyre = Material(any_colour(dice), gloss=0.4), _rubber(dice)
    seat = accent(dice, paint)
    radius, base, thick = dice.uniform(0.36, 0.42), dice.uniform(0.5, 0.56), dice.uniform(0.036, 0.05)
    low, turn = -0.35, dice.uniform(0.0, 60.0)
    parts: Shape = []
    for x in (-base, base):
        rim = arc((x, low, 0.0), radius, turn, turn + 360.0, 12)
        parts += [cylinder(a, b, thick, tyre) for a, b in pairwise(rim)]
        parts += [cylinder(rim[i], rim[i + 6], 0.011, seat) for i in (0, 2, 4)]
        parts += [cylinder((x, low, -0.08), (x, low, 0.08), 0.06, paint)]
    pedal, post_top, head = (-0.06, low - 0.02, 0.0), (-0.2, 0.28, 0.0), (base - 0.14, 0.3, 0.0)
    rear, front, grip = (-base, low, 0.0), (base, low, 0.0), (base - 0.19, 0.5, 0.0)
    sag = pedal if dice.chance(0.3) else post_top
    tubes = ((rear, pedal), (rear, post_top), (pedal, post_top), (pedal, head), (sag, head), (front, grip))
    parts += [cylinder(a, b, thick, paint) for a, b in tubes]
    parts += [
        cylinder(post_top, (-0.24, 0.44, 0.0), 0.03, seat),
        ellipsoid((-0.24, 0.46, 0.0), (0.19, 0.06, 0.12), seat),
        *capsule((base - 0.19, 0.5, -0.27), (base - 0.19, 0.5, 0.27), 0.04, seat),
        *(cylinder((base - 0.19, 0.5, z), (base - 0.04, 0.58, z), 0.045, seat) for z in (-0.25, 0.25)),
        cylinder((pedal[0], pedal[1], -0.03), (pedal[0], pedal[1], 0.03), 0.12, seat),
    ]
    return _either_way(dice, parts)


def aeroplane(dice: Dice) -> Shape:
    """A long body with two wide wings, a small tail wing and a fin, seen partly from above."""
    skin = surface(dice)
    wing = skin.tinted(skin.colour) if dice.chance(0.4) else accent(dice, skin)
    trim, round_ = accent(dice, skin), dice.uniform(0.13, 0.18)
    sweep, chord, span = dice.uniform(-0.36, 0.04), dice.uniform(0.18, 0.25), dice.uniform(0.76, 0.92)
    # Drawn from above, the nose up; the turns at the end lay it down.
    half: Shape = [
        cylinder((0.0, 0.1, 0.0), (span, sweep, 0.06), chord, wing, 0.6, flat=0.2),
        cylinder((0.0, -0.72, 0.04), (0.36, -0.8 + sweep * 0.3, 0.06), 0.14, wing, 0.65, flat=0.25),
    ]
    parts: Shape = [
        *capsule((0.0, 0.66, 0.0), (0.0, -0.8, 0.04), round_, skin, taper=0.4),
        box((0.0, -0.8, 0.24), (0.03, 0.11, 0.22), trim, (0.0, 20.0, 0.0)),
        ellipsoid((0.0, 0.46, round_ * 0.6), (round_ * 0.72, 0.2, 0.13), _pane(dice)),
    ]
    if dice.chance(0.5):
        at = (0.0, 0.68 + round_, 0.0)
        blades = ((0.4, 0.02, 0.05), (0.05, 0.02, 0.4))
        parts += [ball(at, 0.09, trim), *(box(at, blade, trim) for blade in blades)]
        half += [cylinder((span, sweep, 0.06), (span + 0.06, sweep, 0.06), chord * 0.62, trim, flat=0.25)]
    else:
        x, y = span * 0.42, sweep * 0.5
        half += [cylinder((x, y + 0.02, -0.11), (x, y + 0.38, -0.11), 0.1, trim)]
        half += [ball((x, y + 0.37, -0.11), 0.088, Material(BLACK))]
    heading = rotation(0.0, 0.0, dice.uniform(50.0, 95.0) * dice.sign())
    tilt = rotation(0.0, dice.uniform(-60.0, -42.0))
    return placed(placed(parts + mirrored(half), turn=heading), turn=tilt)


def rocket(dice: Dice) -> Shape:
    """An upright cigar with a pointed nose, a porthole, splayed fins and a flame."""
    skin = surface(dice)
    trim = accent(dice, skin)
    wide, count, first = dice.uniform(0.2, 0.29), dice.choice((3, 4)), dice.uniform(0.0, 90.0)
    reach, low = wide + dice.uniform(0.2, 0.34), dice.uniform(-0.62, -0.5)
    parts: Shape = [
        ellipsoid((0.0, 0.0, 0.0), (wide * 1.08, 0.72, wide * 1.08), skin),
        post(0.38, 0.94, wide * 0.92, trim, 0.06),
        post(-0.66, -0.48, wide * 0.8, trim),
        ellipsoid((0.0, 0.12, wide), (0.14, 0.14, 0.07), trim),
        ellipsoid((0.0, 0.12, wide * 1.08), (0.095, 0.095, 0.06), _pane(dice)),
    ]
    fin: Shape = [
        cylinder((wide * 0.5, low + 0.3, 0.0), (reach, low - 0.1, 0.0), 0.2, trim, 0.55, flat=0.2),
        cylinder((reach - 0.04, low + 0.02, 0.0), (reach, low - 0.26, 0.0), 0.1, trim, 0.7, flat=0.4),
    ]
    for i in range(count):
        parts += placed(fin, turn=rotation(first + 360.0 * i / count))
    if dice.chance(0.6):
        flame = (((0.95, 0.45, 0.12), -0.96, 0.85), ((0.99, 0.88, 0.4), -0.84, 0.55))
        parts += [cylinder((0.0, -0.6, 0.0), (0.0, y, 0.0), wide * w, Material(c), 0.1) for c, y, w in flame]
    return placed(parts, turn=rotation(0.0, 0.0, dice.uniform(-25.0, 25.0)))


def sailing_boat(dice: Dice) -> Shape:
    """A short hull under a mast with one tall triangular sail, often a smaller one before it."""
    hull = surface(dice)
    cloth = accent(dice, hull) if dice.chance(0.5) else surface(dice)
    rim, wood = accent(dice, hull), Material(any_colour(dice))
    long, mast, deep = dice.uniform(0.6, 0.8), dice.uniform(-0.05, 0.15), dice.uniform(0.5, 0.7)
    jib = cloth.tinted(cloth.colour) if dice.chance(0.5) else accent(dice, cloth)
    boom, bow = -long * dice.uniform(0.75, 1.0), long * dice.uniform(0.85, 1.0)
    foot = (mast + boom) / 2.0
    parts: Shape = [
        cylinder((0.0, -0.5, 0.0), (0.0, -0.84, 0.0), long, hull, deep, flat=0.45),
        cylinder((0.0, -0.52, 0.0), (0.0, -0.46, 0.0), long * 1.03, rim, flat=0.45),
        cylinder((mast, -0.5, 0.0), (mast, 0.95, 0.0), 0.035, wood),
        cylinder((mast, -0.34, 0.0), (boom, -0.34, 0.0), 0.03, wood),
        cylinder((foot, -0.3, 0.02), (mast - 0.06, 0.88, 0.0), (mast - boom) * 0.46, cloth, 0.02, flat=0.12),
    ]
    if dice.chance(0.75):
        at, wide = (mast + bow) / 2.0, (bow - mast) * 0.42
        parts += [cylinder((at, -0.3, -0.02), (mast + 0.03, 0.6, 0.0), wide, jib, 0.02, flat=0.12)]
    if dice.chance(0.6):
        parts += [box((mast - 0.12, 0.94, 0.0), (0.12, 0.055, 0.015), rim)]
    return _either_way(dice, parts)


def tractor(dice: Dice) -> Shape:
    """Huge wheels behind, small ones in front, a narrow bonnet, an open cab and a tall exhaust."""
    paint = surface(dice)
    hub, tyre, dark = accent(dice, paint), _rubber(dice), Material(BLACK, gloss=0.3)
    big, small, high = dice.uniform(0.4, 0.46), dice.uniform(0.19, 0.24), dice.uniform(0.62, 0.75)
    roof = paint.tinted(paint.colour) if dice.chance(0.5) else hub
    posts = [(x, z) for x in (-0.62, -0.06) for z in (-0.24, 0.24)]
    parts: Shape = [
        box((0.34, -0.1, 0.0), (0.44, 0.17, 0.19), paint),
        box((0.79, -0.1, 0.0), (0.012, 0.13, 0.15), dark),
        box((0.2, -0.32, 0.0), (0.52, 0.08, 0.13), hub),
        box((-0.38, -0.02, 0.0), (0.26, 0.2, 0.24), paint),
        post(0.0, high * 0.9, 0.045, dark, 1.0, 0.5, 0.06),
        box((-0.36, high, 0.0), (0.34, 0.045, 0.3), roof),
        *(cylinder((x, 0.1, z), (x * 0.9, high, z), 0.03, hub) for x, z in posts),
        ellipsoid((-0.5, 0.24, 0.0), (0.06, 0.17, 0.16), dark),
        cylinder((-0.14, 0.14, 0.0), (-0.24, 0.3, 0.0), 0.11, dark, 1.0, flat=0.9),
    ]
    parts += _axle(-0.46, -0.42, 0.46, big, tyre, hub) + _axle(0.56, -0.86 + small, 0.36, small, tyre, hub)
    parts += [box((-0.46, big - 0.4, z), (big * 0.6, 0.03, 0.1), roof) for z in (-0.36, 0.36)]
    return _either_way(dice, parts)


CLASSES: dict[str, Callable[[Dice], Shape]] = {
    "car": car, "truck": truck, "bus": bus, "train": train, "bicycle": bicycle, "aeroplane": aeroplane,
    "rocket": rocket, "sailing_boat": sailing_boat, "tractor": tractor,
}  # fmt: skip
