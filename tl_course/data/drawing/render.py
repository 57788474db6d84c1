"""Casts one ray a sample at convex parts: nearest hit, normal, colour, light.

Orthographic view down -z of the square [-1, 1] x [-1, 1], `SAMPLES` x `SAMPLES` rays a pixel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tl_course.data.drawing.materials import albedo
from tl_course.data.drawing.shapes import Part, Vector, unit

SIZE = 64
SAMPLES = 2
RAYS = SIZE * SAMPLES
NOTHING, OBJECT, OTHER = 0, 1, 2


@dataclass(frozen=True)
class Light:
    """A lamp far away in `direction` (from the scene to it), and light from all around."""

    direction: Vector
    colour: Vector = (1.0, 1.0, 1.0)
    strength: float = 0.8
    ambient: float = 0.35


class Canvas:
    """What each ray has hit so far: depth, normal, reflectance, gloss, owner, and veils in front."""

    def __init__(self) -> None:
        self.depth = np.full((RAYS, RAYS), -np.inf, np.float32)
        self.normal = np.zeros((3, RAYS, RAYS), np.float32)
        self.albedo = np.zeros((3, RAYS, RAYS), np.float32)
        self.gloss = np.zeros((RAYS, RAYS), np.float32)
        self.owner = np.zeros((RAYS, RAYS), np.uint8)
        self.veil = np.zeros((RAYS, RAYS), np.float32)
        self.veil_colour = np.zeros((3, RAYS, RAYS), np.float32)
        self.axis = ((np.arange(RAYS, dtype=np.float32) + 0.5) * (2.0 / RAYS) - 1.0).astype(np.float32)

    def add(self, parts: list[Part], owner: int) -> None:
        """Solid parts first, then the translucent ones over them."""
        for part in parts:
            if part.material.opacity >= 1.0:
                self._draw(part, owner)
        for part in parts:
            if part.material.opacity < 1.0:
                self._draw(part, owner)

    def _window(self, part: Part) -> tuple[int, int, int, int]:
        """Rows and columns of rays that the part's bounding box covers."""
        spread = [0.0, 0.0]
        wide = max(1.0, part.taper) if part.kind == "frustum" else 1.0
        for axis, radius, factor in zip(part.axes, part.radii, (wide, wide, 1.0), strict=True):
            for i in (0, 1):
                reach = axis[i] * radius * factor
                spread[i] += reach * reach if part.kind == "ellipsoid" else abs(reach)
        if part.kind == "ellipsoid":
            spread = [math.sqrt(v) for v in spread]
        x, y = part.centre[0], -part.centre[1]
        low_x, high_x = (x - spread[0] + 1.0) * RAYS / 2.0, (x + spread[0] + 1.0) * RAYS / 2.0
        low_y, high_y = (y - spread[1] + 1.0) * RAYS / 2.0, (y + spread[1] + 1.0) * RAYS / 2.0
        clip = [min(RAYS, max(0, int(v))) for v in (low_y, high_y + 1.0, low_x, high_x + 1.0)]
        return clip[0], clip[1], clip[2], clip[3]

    def _draw(self, part: Part, owner: int) -> None:
        top, bottom, left, right = self._window(part)
        if top >= bottom or left >= right:
            return
        x, y = self.axis[left:right][None, :], -self.axis[top:bottom][:, None]
        # In the part's own frame, in units of its radii, a ray is q + z * e.
        q, e = [], []
        for axis, radius in zip(part.axes, part.radii, strict=True):
            offset = axis[0] * part.centre[0] + axis[1] * part.centre[1] + axis[2] * part.centre[2]
            q.append(x * (axis[0] / radius) + (y * (axis[1] / radius) - offset / radius))
            e.append(axis[2] / radius)
        z, hit = _NEAREST[part.kind](part, q, e)
        hit &= z > self.depth[top:bottom, left:right]
        rows, columns = np.nonzero(hit)
        if not len(rows):
            return
        z = z[rows, columns]
        local = [q_i[rows, columns] + z * e_i for q_i, e_i in zip(q, e, strict=True)]
        rows, columns = rows + top, columns + left
        colour = albedo(part.material, *(p * (r / part.unit) for p, r in zip(local, part.radii, strict=True)))
        if part.material.opacity < 1.0:
            self._veil(part, owner, rows, columns, colour)
            return
        self.depth[rows, columns] = z
        self.owner[rows, columns] = owner
        self.gloss[rows, columns] = part.material.gloss
        self.veil[rows, columns] = 0.0
        own = [n / r for n, r in zip(_NORMALS[part.kind](part, local), part.radii, strict=True)]
        normal = [
            own[0] * part.axes[0][i] + own[1] * part.axes[1][i] + own[2] * part.axes[2][i] for i in range(3)
        ]
        length = np.sqrt(normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2]) + np.float32(
            1e-9
        )
        for i in range(3):
            self.normal[i, rows, columns] = normal[i] / length
            self.albedo[i, rows, columns] = colour[i]

    def _veil(
        self, part: Part, owner: int, rows: np.ndarray, columns: np.ndarray, colour: list[np.ndarray]
    ) -> None:
        cover = part.material.opacity
        self.veil[rows, columns] = 1.0 - (1.0 - self.veil[rows, columns]) * (1.0 - cover)
        self.owner[rows, columns] = owner
        for i in range(3):
            self.veil_colour[i, rows, columns] = colour[i]

    def shade(self, light: Light, background: np.ndarray) -> np.ndarray:
        """Linear light (3, RAYS, RAYS) over a linear `background` of the same shape."""
        nx, ny, nz = self.normal
        lamp = unit(light.direction)
        facing = np.maximum(nx * lamp[0] + ny * lamp[1] + nz * lamp[2], 0.0)
        around = light.ambient * (0.75 + 0.35 * ny) * (0.55 + 0.45 * nz)
        half = unit((lamp[0], lamp[1], lamp[2] + 1.0))
        shine = np.maximum(nx * half[0] + ny * half[1] + nz * half[2], 0.0)
        for _ in range(5):
            shine = shine * shine
        shine = shine * self.gloss * light.strength
        lit = self.depth > -np.inf
        picture = np.empty_like(self.albedo)
        for i in range(3):
            colour = self.albedo[i] * (around + light.strength * light.colour[i] * facing) + shine
            solid = np.where(lit, colour, background[i])
            glass = self.veil_colour[i] * (light.ambient + 0.6 * light.strength)
            picture[i] = solid * (1.0 - self.veil) + glass * self.veil
        return picture

    def share(self, owner: int) -> np.ndarray:
        """(SIZE, SIZE) share of each pixel's rays that end on this owner, in [0, 1]."""
        return shrink((self.owner == owner).astype(np.float32))


def shrink(rays: np.ndarray) -> np.ndarray:
    """The mean of each pixel's rays: (..., RAYS, RAYS) to (..., SIZE, SIZE)."""
    total = np.zeros((*rays.shape[:-2], SIZE, SIZE), np.float32)
    for row in range(SAMPLES):
        for column in range(SAMPLES):
            total += rays[..., row::SAMPLES, column::SAMPLES]
    return total / np.float32(SAMPLES * SAMPLES)


Hits = tuple[np.ndarray, np.ndarray]


def _ellipsoid(part: Part, q: list[np.ndarray], e: list[float]) -> Hits:
    a = e[0] * e[0] + e[1] * e[1] + e[2] * e[2]
    b = q[0] * e[0] + q[1] * e[1] + q[2] * e[2]
    c = q[0] * q[0] + q[1] * q[1] + q[2] * q[2] - 1.0
    inside = b * b - c * a
    return (np.sqrt(np.maximum(inside, 0.0)) - b) / a, inside > 0.0


def _box(part: Part, q: list[np.ndarray], e: list[float]) -> Hits:
    near = np.full(np.broadcast_shapes(*(v.shape for v in q)), np.inf, np.float32)
    far = -near
    for q_i, e_i in zip(q, e, strict=True):
        slope = e_i if abs(e_i) > 1e-6 else 1e-6
        one, two = (1.0 - q_i) / slope, (-1.0 - q_i) / slope
        near = np.minimum(near, np.maximum(one, two))
        far = np.maximum(far, np.minimum(one, two))
    return near, near > far


def _frustum(part: Part, q: list[np.ndarray], e: list[float]) -> Hits:
    middle, growth = 0.5 * (1.0 + part.taper), 0.5 * (part.taper - 1.0)
    width = middle + growth * q[2]
    a = e[0] * e[0] + e[1] * e[1] - growth * growth * e[2] * e[2]
    b = q[0] * e[0] + q[1] * e[1] - growth * e[2] * width
    c = q[0] * q[0] + q[1] * q[1] - width * width
    root = np.sqrt(np.maximum(b * b - c * a, 0.0))
    a = a if abs(a) > 1e-6 else 1e-6
    z = np.full(c.shape, -np.inf, np.float32)
    for candidate in ((root - b) / a, (-root - b) / a):
        along = q[2] + candidate * e[2]
        good = (b * b - c * a >= 0.0) & (np.abs(along) <= 1.0) & (middle + growth * along >= 0.0)
        z = np.where(good & (candidate > z), candidate, z)
    slope = e[2] if abs(e[2]) > 1e-6 else 1e-6
    end = 1.0 if slope > 0.0 else -1.0
    cap = (end - q[2]) / slope
    radius = middle + growth * end
    x, y = q[0] + cap * e[0], q[1] + cap * e[1]
    z = np.where((x * x + y * y <= radius * radius) & (cap > z), cap, z)
    return z, z > -np.inf


def _round_normal(part: Part, p: list[np.ndarray]) -> list[np.ndarray]:
    return p


def _box_normal(part: Part, p: list[np.ndarray]) -> list[np.ndarray]:
    size = [np.abs(v) for v in p]
    largest = np.maximum(np.maximum(size[0], size[1]), size[2])
    # The radius cancels the division that turns a normal of the unit cube into one of the box.
    return [np.where(s >= largest, np.sign(v) * r, 0.0) for s, v, r in zip(size, p, part.radii, strict=True)]


def _frustum_normal(part: Part, p: list[np.ndarray]) -> list[np.ndarray]:
    growth = 0.5 * (part.taper - 1.0)
    width = 0.5 * (1.0 + part.taper) + growth * p[2]
    cap = np.abs(p[2]) >= 0.9999
    side = -growth * width
    return [np.where(cap, 0.0, p[0]), np.where(cap, 0.0, p[1]), np.where(cap, np.sign(p[2]), side)]


_NEAREST = {"ellipsoid": _ellipsoid, "box": _box, "frustum": _frustum}
_NORMALS = {"ellipsoid": _round_normal, "box": _box_normal, "frustum": _frustum_normal}
