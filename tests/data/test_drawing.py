"""The ray caster: geometry against closed forms, and arithmetic that is alike everywhere."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tl_course.data.drawing.dice import Dice, cosine, sine
from tl_course.data.drawing.materials import PATTERNS, WHITE, Material, albedo
from tl_course.data.drawing.render import OBJECT, RAYS, SIZE, Canvas, Light, shrink
from tl_course.data.drawing.shapes import (
    Shape,
    ball,
    bounds,
    box,
    cylinder,
    ellipsoid,
    fitted,
    mirrored,
    placed,
    rotation,
)

PLAIN = Material(WHITE, gloss=0.0)


def seen(shape: Shape) -> np.ndarray:
    canvas = Canvas()
    canvas.add(shape, OBJECT)
    return canvas.share(OBJECT)


def area(shape: Shape) -> float:
    """In square units; the picture is 2 x 2 units."""
    return float(seen(shape).mean() * 4)


@pytest.mark.parametrize("degrees", [0, 1, 30, 45, 90, 135, 180, 270, 359, -77, 725])
def test_sine_and_cosine_agree_with_the_c_library(degrees: float) -> None:
    assert sine(degrees) == pytest.approx(math.sin(math.radians(degrees)), abs=1e-12)
    assert cosine(degrees) == pytest.approx(math.cos(math.radians(degrees)), abs=1e-12)


def test_bell_has_mean_0_and_deviation_1() -> None:
    values = Dice(1).bell(20000)

    assert abs(values.mean()) < 0.03
    assert abs(values.std() - 1) < 0.03


def test_the_same_seed_gives_the_same_choices() -> None:
    one, two = Dice(3, 4), Dice(3, 4)

    assert [one.uniform(0, 1) for _ in range(5)] == [two.uniform(0, 1) for _ in range(5)]


def test_a_ball_is_seen_as_a_disc() -> None:
    assert area([ball((0.1, -0.2, 0.0), 0.5, PLAIN)]) == pytest.approx(math.pi * 0.25, rel=0.02)


def test_a_turned_ellipsoid_keeps_its_area() -> None:
    assert area([ellipsoid((0, 0, 0), (0.7, 0.3, 0.2), PLAIN, (0, 0, 35))]) == pytest.approx(
        math.pi * 0.21, rel=0.02
    )


def test_a_box_seen_from_the_front_is_a_rectangle() -> None:
    assert area([box((0, 0, 0), (0.5, 0.25, 0.3), PLAIN)]) == pytest.approx(0.5, rel=0.03)


def test_a_cube_turned_by_45_degrees_is_seen_wider_by_the_root_of_2() -> None:
    assert area([box((0, 0, 0), (0.4, 0.4, 0.4), PLAIN, (45, 0, 0))]) == pytest.approx(
        0.64 * math.sqrt(2), rel=0.03
    )


def test_an_upright_cone_is_seen_as_a_triangle() -> None:
    assert area([cylinder((0, -0.5, 0), (0, 0.5, 0), 0.5, PLAIN, taper=0.0)]) == pytest.approx(0.5, rel=0.04)


def test_a_cylinder_seen_from_its_end_is_a_disc() -> None:
    assert area([cylinder((0, 0, -0.5), (0, 0, 0.5), 0.4, PLAIN)]) == pytest.approx(math.pi * 0.16, rel=0.03)


def test_what_is_nearer_hides_what_is_behind() -> None:
    canvas = Canvas()
    canvas.add([ball((0, 0, 1.0), 0.5, PLAIN)], OBJECT)
    canvas.add([ball((0, 0, -1.0), 0.5, PLAIN)], 2)

    assert not (canvas.owner == 2).any()


def test_edges_are_smooth() -> None:
    shares = seen([ball((0, 0, 0), 0.5, PLAIN)])

    assert ((shares > 0) & (shares < 1)).sum() > 20


def test_the_side_to_the_lamp_is_brighter() -> None:
    canvas = Canvas()
    canvas.add([ball((0, 0, 0), 0.8, PLAIN)], OBJECT)

    picture = shrink(canvas.shade(Light((-1.0, 0.0, 0.3)), np.zeros((3, RAYS, RAYS), np.float32)))[0]

    assert picture[SIZE // 2, SIZE // 4] > 2 * picture[SIZE // 2, 3 * SIZE // 4]


def test_glass_lets_the_background_through() -> None:
    background = np.full((3, RAYS, RAYS), 0.8, np.float32)
    canvas = Canvas()
    canvas.add([ball((0, 0, 0), 0.8, Material((0.0, 0.0, 0.0), opacity=0.25))], OBJECT)

    picture = canvas.shade(Light((0, 1, 1)), background)

    assert picture[0, RAYS // 2, RAYS // 2] == pytest.approx(0.6, abs=0.02)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_stays_between_its_two_colours(pattern: str) -> None:
    grid = np.linspace(-1, 1, 500, dtype=np.float32)
    black_and_white = Material((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), pattern)

    red = albedo(black_and_white, grid, grid[::-1].copy(), grid * 0.5)[0]

    assert red.min() >= 0
    assert red.max() <= 1


def test_fitted_fills_the_square() -> None:
    low, high = bounds(fitted([ball((3, 1, 0), 0.2, PLAIN), ball((3.5, 1, 0), 0.2, PLAIN)], 0.9))

    assert (low[0], high[0]) == pytest.approx((-0.9, 0.9))
    assert low[1] == pytest.approx(-high[1])


def test_mirroring_puts_a_second_part_on_the_other_side() -> None:
    assert [part.centre[0] for part in mirrored([ball((0.3, 0, 0), 0.1, PLAIN)])] == [0.3, -0.3]


def test_yaw_turns_the_front_to_the_right() -> None:
    part = placed([ball((0, 0, 1), 0.1, PLAIN)], turn=rotation(90))[0]

    assert part.centre == pytest.approx((1, 0, 0), abs=1e-9)
