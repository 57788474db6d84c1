"""Solids, and groups of them moved and turned together.

A shape is a list of parts. x points right, y up, z to the viewer; an object fits about the unit
sphere and faces the viewer (+z). Angles are in degrees.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tl_course.data.drawing.dice import cosine, sine
from tl_course.data.drawing.materials import Material

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]
IDENTITY: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True)
class Part:
    """One convex solid: an "ellipsoid", a "box", or a "frustum" (cylinder, cone) along its own z.

    `axes` holds the part's own x, y and z as unit rows, `radii` its half sizes along them, `taper`
    a frustum's width at its +z end over that at its -z end, `unit` the size of one of the
    object's units in the scene (patterns keep their size on the object).
    """

    kind: str
    centre: Vector
    axes: Matrix
    radii: Vector
    material: Material
    taper: float = 1.0
    unit: float = 1.0


Shape = list[Part]


def add(a: Vector, b: Vector) -> Vector:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def scaled(a: Vector, s: float) -> Vector:
    return a[0] * s, a[1] * s, a[2] * s


def dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def unit(a: Vector) -> Vector:
    return scaled(a, 1.0 / math.sqrt(max(dot(a, a), 1e-12)))


def between(a: Vector, b: Vector, share: float) -> Vector:
    """The point `share` of the way from a to b."""
    return add(scaled(a, 1.0 - share), scaled(b, share))


def rotation(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Matrix:
    """Rows of the matrix that rolls about z, then pitches about x, then yaws about y.

    Positive yaw turns the front to the right, positive pitch tips it down, positive roll
    turns counter-clockwise as seen by the viewer.
    """
    cy, sy, cp, sp, cr, sr = cosine(yaw), sine(yaw), cosine(pitch), sine(pitch), cosine(roll), sine(roll)
    about_z = ((cr, -sr, 0.0), (sr, cr, 0.0), (0.0, 0.0, 1.0))
    about_x = ((1.0, 0.0, 0.0), (0.0, cp, -sp), (0.0, sp, cp))
    about_y = ((cy, 0.0, sy), (0.0, 1.0, 0.0), (-sy, 0.0, cy))
    return product(about_y, product(about_x, about_z))


def product(a: Matrix, b: Matrix) -> Matrix:
    columns = tuple(zip(*b, strict=True))
    return tuple(tuple(dot(row, column) for column in columns) for row in a)  # type: ignore[return-value]


def apply(matrix: Matrix, v: Vector) -> Vector:
    return dot(matrix[0], v), dot(matrix[1], v), dot(matrix[2], v)


def _axes(turn: Vector) -> Matrix:
    """The part's axes as rows: the columns of its rotation. `turn` is (yaw, pitch, roll)."""
    return tuple(zip(*rotation(*turn), strict=True))  # type: ignore[return-value]


def _axes_along(direction: Vector) -> Matrix:
    z = unit(direction)
    helper: Vector = (0.0, 0.0, 1.0) if abs(z[2]) < 0.9 else (1.0, 0.0, 0.0)
    x = unit(cross(helper, z))
    return x, cross(z, x), z


def ellipsoid(centre: Vector, radii: Vector, material: Material, turn: Vector = (0.0, 0.0, 0.0)) -> Part:
    return Part("ellipsoid", centre, _axes(turn), radii, material)


def ball(centre: Vector, radius: float, material: Material) -> Part:
    return Part("ellipsoid", centre, IDENTITY, (radius, radius, radius), material)


def box(centre: Vector, radii: Vector, material: Material, turn: Vector = (0.0, 0.0, 0.0)) -> Part:
    """A cuboid; `radii` are its half sizes."""
    return Part("box", centre, _axes(turn), radii, material)


def cylinder(
    start: Vector, end: Vector, radius: float, material: Material, taper: float = 1.0, flat: float = 1.0
) -> Part:
    """A cylinder from `start` to `end`; `taper` times as wide at the end (0: a cone).

    `flat` below 1 squeezes it to a blade: along the depth where it stands upright or lies across.
    """
    direction = add(end, scaled(start, -1.0))
    half = 0.5 * math.sqrt(max(dot(direction, direction), 1e-12))
    centre, radii = between(start, end, 0.5), (radius, radius * flat, half)
    return Part("frustum", centre, _axes_along(direction), radii, material, taper)


def capsule(start: Vector, end: Vector, radius: float, material: Material, taper: float = 1.0) -> Shape:
    """A limb: a cylinder with round ends, `taper` times as thick at the end."""
    return [
        cylinder(start, end, radius, material, taper),
        ball(start, radius, material),
        ball(end, radius * taper, material),
    ]


def tube(points: Sequence[Vector], radius: float, material: Material, taper: float = 1.0) -> Shape:
    """A bent limb, tail or handle through the points, thinning to `taper` at its end."""
    parts: Shape = []
    count = len(points) - 1
    for i in range(count):
        here, there = 1.0 + (taper - 1.0) * i / count, 1.0 + (taper - 1.0) * (i + 1) / count
        parts += capsule(points[i], points[i + 1], radius * here, material, there / here)
    return parts


def arc(
    centre: Vector, radius: float, start: float, end: float, steps: int, turn: Vector = (0.0, 0.0, 0.0)
) -> list[Vector]:
    """Points on a circle in the x-y plane (0 degrees right, 90 up), turned about its centre."""
    matrix = rotation(*turn)
    angles = [start + (end - start) * i / steps for i in range(steps + 1)]
    return [add(centre, apply(matrix, (radius * cosine(a), radius * sine(a), 0.0))) for a in angles]


def ring(
    centre: Vector,
    radius: float,
    thickness: float,
    material: Material,
    turn: Vector = (0.0, 0.0, 0.0),
    steps: int = 16,
) -> Shape:
    """A torus in the x-y plane, turned."""
    points = arc(centre, radius, 0.0, 360.0, steps, turn)
    joints = [ball(p, thickness, material) for p in points[:-1]]
    return joints + [
        cylinder(a, b, thickness, material) for a, b in pairwise(points)
    ]


def placed(shape: Shape, at: Vector = (0.0, 0.0, 0.0), size: float = 1.0, turn: Matrix = IDENTITY) -> Shape:
    """The shape scaled, turned about the origin, then moved."""
    columns: Matrix = turn
    return [
        replace(
            part,
            centre=add(at, scaled(apply(columns, part.centre), size)),
            axes=tuple(apply(columns, axis) for axis in part.axes),  # type: ignore[arg-type]
            radii=scaled(part.radii, size),
            unit=part.unit * size,
        )
        for part in shape
    ]


def mirrored(shape: Shape) -> Shape:
    """The shape and its mirror image in the y-z plane: two ears from one."""
    flipped = [
        replace(
            part,
            centre=(-part.centre[0], part.centre[1], part.centre[2]),
            axes=tuple((-axis[0], axis[1], axis[2]) for axis in part.axes),  # type: ignore[arg-type]
        )
        for part in shape
    ]
    return shape + flipped


def stretched(shape: Shape, factors: Vector) -> Shape:
    """Breed-like proportions: centres and sizes scaled by axis (exact for upright parts)."""
    return [
        replace(
            part,
            centre=(part.centre[0] * factors[0], part.centre[1] * factors[1], part.centre[2] * factors[2]),
            radii=tuple(
                r * math.sqrt(sum((a * f) * (a * f) for a, f in zip(axis, factors, strict=True)))
                for r, axis in zip(part.radii, part.axes, strict=True)
            ),  # type: ignore[arg-type]
        )
        for part in shape
    ]


def bounds(shape: Shape) -> tuple[Vector, Vector]:
    """The lowest and highest corner of a box around the shape."""
    low, high = [1e9] * 3, [-1e9] * 3
    for part in shape:
        for i in range(3):
            wide = max(1.0, part.taper) if part.kind == "frustum" else 1.0
            radii = (part.radii[0] * wide, part.radii[1] * wide, part.radii[2])
            reach = sum(abs(axis[i]) * r for axis, r in zip(part.axes, radii, strict=True))
            if part.kind == "ellipsoid":
                squares = (
                    (axis[i] * r) * (axis[i] * r) for axis, r in zip(part.axes, part.radii, strict=True)
                )
                reach = math.sqrt(sum(squares))
            low[i], high[i] = min(low[i], part.centre[i] - reach), max(high[i], part.centre[i] + reach)
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def fitted(shape: Shape, size: float = 1.0) -> Shape:
    """The shape centred, and scaled so that its width and height on the screen are at most 2 * size."""
    low, high = bounds(shape)
    scale = 2.0 * size / max(high[0] - low[0], high[1] - low[1], 1e-6)
    middle = between(low, high, 0.5)
    return placed(placed(shape, at=scaled(middle, -1.0)), size=scale)
