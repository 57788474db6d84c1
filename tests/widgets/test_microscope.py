"""What the number-format microscope keeps of a number, and what it says of what was typed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tl_course.errors import CourseError
from tl_course.training.number_formats import FORMATS
from tl_course.widgets import number_microscope
from tl_course.widgets.microscope import bits_of, keep, number_of, read_number, step_from, table

VALUES = [0.1, -0.1, 1.0, 257.0, 65504.0, 1e-8, 6e-8, -3e38, 1e-40, 0.0, math.inf, -math.inf]
every_format = pytest.mark.parametrize("one", FORMATS.values(), ids=FORMATS)


@every_format
@pytest.mark.parametrize("number", VALUES)
def test_the_bits_stand_for_the_value_that_is_kept(one, number):
    kept = keep(number, one)

    assert number_of(kept.sign + kept.exponent + kept.fraction, one) == kept.value


@every_format
def test_the_parts_have_the_widths_of_the_format(one):
    kept = keep(0.1, one)

    widths = len(kept.sign), len(kept.exponent), len(kept.fraction)
    assert widths == (1, one.exponent_bits, one.fraction_bits)


@pytest.mark.parametrize("number", [0.1, -7.3, 65504.0, 1e-7])
def test_fp16_agrees_with_numpy_in_bits_and_in_the_step_to_the_next(number):
    half, one = np.float16(number), FORMATS["fp16"]

    bits = bits_of(float(half), one)

    assert bits == f"{half.view(np.uint16):016b}"
    with np.errstate(over="ignore"):  # the next above the largest is infinite
        following = np.nextafter(half, np.float16(np.copysign(np.inf, half)))
    assert step_from(bits, one) == abs(float(following) - float(half))


@pytest.mark.parametrize("number", [math.inf, math.nan])
def test_nothing_follows_infinity_and_what_is_no_number(number):
    assert math.isnan(keep(number, FORMATS["bf16"]).step)


@pytest.mark.parametrize(("number", "name", "words"), [
    (0.5, "fp16", "exact"),
    (0.1, "fp32", "rounded"),
    (70000.0, "fp16", "overflow: became infinite (largest 6.55e+04)"),
    (1e-8, "fp16", "underflow: became zero (smallest 6e-08)"),
    (3e-5, "fp16", "rounded, subnormal: fewer digits"),
    (math.inf, "bf16", "infinite, as typed"),
    (math.nan, "tf32", "not a number, and stays so"),
    (0.0, "fp16", "exact"),
], ids=str)  # fmt: skip
def test_it_says_what_happened(number, name, words):
    assert keep(number, FORMATS[name]).happened == words


def test_the_error_is_that_of_the_number_that_was_typed():
    kept = keep(257.0, FORMATS["bf16"])

    assert (kept.error, kept.relative_error) == (1.0, pytest.approx(1 / 257))


@pytest.mark.parametrize(("text", "number"), [
    ("0.1", 0.1), (" 1e-8 ", 1e-8), ("70_000", 70000.0), ("70 000", 70000.0), ("\N{MINUS SIGN}2", -2.0),
    ("-inf", -math.inf),
])  # fmt: skip
def test_a_number_is_read_as_people_write_it(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize(("text", "message"), [
    ("", "Type a number"), ("   ", "Type a number"), ("abc", "'abc' is no number"),
    ("1,5", "The decimal sign is a point"), ("1e", "is no number"), ("<b>", "is no number"),
])  # fmt: skip
def test_what_is_no_number_is_told_in_one_line(text, message):
    with pytest.raises(CourseError, match=message) as caught:
        read_number(text)

    assert "\n" not in str(caught.value)


def test_nonsense_in_the_field_leaves_the_table_of_the_last_number():
    microscope = number_microscope()
    before = microscope.table.value

    microscope.text.value = "<b>nonsense"

    assert "&lt;b&gt;nonsense" in microscope.line.value
    assert microscope.table.value == before


def test_the_slider_follows_the_field():
    microscope = number_microscope()

    microscope.text.value = "-1000"

    assert (microscope.size.value, microscope.negative.value) == (pytest.approx(3), True)
    assert microscope.text.value == "-1000"


def test_the_field_follows_the_slider():
    microscope = number_microscope()

    microscope.size.value = -8.0
    microscope.negative.value = True

    assert microscope.text.value == "-1e-08"
    assert "underflow: became zero" in microscope.table.value


@pytest.mark.parametrize("text", ["257", "2049", "12345.678", "1e300", "1e-310"])
def test_a_slider_that_answers_with_its_own_place_leaves_what_was_typed(text):
    microscope = number_microscope()
    microscope.text.value = text

    place = (microscope.size.value - microscope.size.min) / microscope.size.step
    microscope.size.value = microscope.size.min + round(place) * microscope.size.step + 1e-12

    assert (microscope.text.value, microscope.number) == (text, float(text))


@pytest.mark.parametrize(
    ("text", "negated"),
    [("257", "-257"), ("12345.678", "-12345.678"), ("0", "-0"), ("inf", "-inf"), ("1e-8", "-1e-08")],
)
def test_the_sign_changes_nothing_but_the_sign(text, negated):
    microscope = number_microscope()
    microscope.text.value = text

    microscope.negative.value = True

    assert microscope.text.value == negated


@pytest.mark.parametrize("number", [-257.0, 0.0, -0.0, math.inf, math.nan, 1e300])
def test_it_starts_with_any_number(number):
    assert number_microscope(number).negative.value == (math.copysign(1, number) < 0)


def test_each_column_has_its_header():
    assert '<th scope="col">step to the next</th>' in table(0.1)


@pytest.mark.parametrize("text", ["inf", "nan", "0", "1e300"])
def test_a_number_that_the_slider_lacks_is_shown_all_the_same(text):
    microscope = number_microscope()

    microscope.text.value = text

    assert microscope.table.value.endswith(table(float(text)))


def test_without_a_kernel_the_table_of_the_number_stands():
    still = number_microscope(257.0)._repr_mimebundle_()["text/html"]

    assert "257" in still
    assert all(f'<th scope="row">{name}</th>' in still for name in FORMATS)
