"""The number-format microscope: what each format of deep learning keeps of a number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

import ipywidgets
import torch
from IPython.display import HTML

from tl_course.errors import CourseError
from tl_course.training.number_formats import FORMATS, NumberFormat
from tl_course.widgets.live import Line, Live, frame

SMALLEST, LARGEST = -12.0, 8.0  # powers of ten: wide enough for fp16's range, and fine enough to drag
STEP = 0.05
FIRST = 0.1

# The parts of a number are told apart by their gaps and lines, in every theme and without colours.
STYLE = """<style>
.tl-microscope table { border-collapse: collapse; max-width: 100%; font-size: 13px; line-height: 1.4; }
.tl-microscope th, .tl-microscope td { padding: 3px 7px; text-align: left;
  border-bottom: 1px solid var(--jp-border-color2, #e0e0e0); }
.tl-microscope td:not(:last-child) { white-space: nowrap; }
.tl-microscope .tl-bits { font-family: monospace; }
.tl-microscope .tl-bits span { border-bottom: 2px solid; }
.tl-microscope .tl-bits .tl-exponent { border-bottom-style: double; border-bottom-width: 4px; }
.tl-microscope .tl-bits .tl-fraction { border-bottom-style: dotted; }
</style>"""


@dataclass(frozen=True)
class Kept:
    """What a format keeps of one number: its bits, the value, the step to the next one, and the error.

    `step` leads away from zero; it is infinite at the largest number. It and an error are NaN where there is
    none.
    """

    sign: str
    exponent: str
    fraction: str
    value: float
    step: float
    error: float
    relative_error: float
    happened: str


def keep(number: float, one: NumberFormat) -> Kept:
    """What `one` keeps of `number`, which torch reads as float32 first, as it does in a tensor."""
    value = one.rounded(torch.tensor(number, dtype=torch.float32)).item()
    bits = bits_of(value, one)
    error = abs(value - number) if math.isfinite(number) else math.nan
    relative = error / abs(number) if number and math.isfinite(number) else math.nan
    ends = 1, 1 + one.exponent_bits
    parts = bits[: ends[0]], bits[ends[0] : ends[1]], bits[ends[1] :]
    return Kept(*parts, value, step_from(bits, one), error, relative, happened(number, value, one))


def bits_of(value: float, one: NumberFormat) -> str:
    """The bits of a value that `one` holds: sign, exponent, fraction; torch's own, cut short for tf32."""
    width = 1 + one.exponent_bits + one.fraction_bits
    tensor = torch.tensor(value, dtype=one.dtype or torch.float32)
    stored = 8 * tensor.element_size()
    integer = tensor.view(torch.int32 if stored == 32 else torch.int16).item()
    return f"{integer & (2**stored - 1):0{stored}b}"[:width]


def number_of(bits: str, one: NumberFormat) -> float:
    """The value of bits: the fraction after a leading 1, or after 0 where the exponent is the smallest."""
    sign = -1.0 if bits[0] == "1" else 1.0
    exponent, fraction = (
        int(bits[1 : 1 + one.exponent_bits], 2),
        int(bits[1 + one.exponent_bits :], 2) * one.epsilon,
    )
    if exponent == 2**one.exponent_bits - 1:
        return math.nan if fraction else sign * math.inf
    bias = 2 ** (one.exponent_bits - 1) - 1
    return sign * math.ldexp(fraction + (exponent > 0), max(exponent, 1) - bias)


def step_from(bits: str, one: NumberFormat) -> float:
    """How far the next number away from zero is; NaN from infinity, and from what is no number."""
    value = number_of(bits, one)
    if not math.isfinite(value):
        return math.nan
    return abs(number_of(f"{int(bits, 2) + 1:0{len(bits)}b}", one) - value)


def happened(number: float, value: float, one: NumberFormat) -> str:
    """In words, what became of `number` when `one` kept `value` of it."""
    if math.isnan(number):
        return "not a number, and stays so"
    if math.isinf(number):
        return "infinite, as typed"
    if math.isinf(value):
        return f"overflow: became infinite (largest {one.largest:.4g})"
    if value == 0 and number != 0:
        return f"underflow: became zero (smallest {one.smallest:.2g})"
    exact = "exact" if value == number else "rounded"
    return f"{exact}, subnormal: fewer digits" if 0 < abs(value) < one.smallest_normal else exact


def read_number(text: str) -> float:
    """The number that was typed: 0.001, 1e-8, 70_000, 70 000, inf, nan; raises CourseError for all else."""
    cleaned = text.replace("\N{MINUS SIGN}", "-").replace("_", "").replace(" ", "").strip()
    try:
        number = float(cleaned)
    except ValueError:
        pass
    else:
        if math.isinf(number) and "inf" not in cleaned.lower():
            raise CourseError(f"{text.strip()[:40]} is beyond Python's own numbers, which end at 1.8e308.")
        return number
    if not cleaned:
        raise CourseError("Type a number, such as 0.1, 1e-8 or 70000.")
    hint = " The decimal sign is a point." if "," in cleaned else ""
    raise CourseError(f"{text.strip()[:40]!r} is no number. Type one such as 0.1, 1e-8 or inf.{hint}")


def written(number: float) -> str:
    """A number as a person writes it, with every digit that it has."""
    short = f"{number:g}"
    return short if math.isnan(number) or float(short) == number else repr(number)


def place_of(number: float, otherwise: float) -> float:
    """The slider's nearest step, as a power of ten; `otherwise` for 0 and for what is not finite."""
    if not number or not math.isfinite(number):
        return otherwise
    nearest = round(math.log10(abs(number)) / STEP) * STEP
    return min(max(round(nearest, 2), SMALLEST), LARGEST)


def table(number: float) -> str:
    """An HTML table: a row a format with the bits, the value that is kept, and what happened."""
    heads = (
        "format",
        "sign, exponent, fraction",
        "kept",
        "error",
        "relative",
        "step to the next",
        "what happened",
    )
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    rows = "".join(_row(one, keep(number, one)) for one in FORMATS.values())
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(one: NumberFormat, kept: Kept) -> str:
    bits = " ".join(
        f'<span class="tl-{part}">{getattr(kept, part)}</span>' for part in ("sign", "exponent", "fraction")
    )
    cells = (
        f"{kept.value:.8g}",
        _shown(kept.error),
        _shown(100 * kept.relative_error, " %"),
        _shown(kept.step),
        escape(kept.happened),
    )
    values = "".join(f"<td>{text}</td>" for text in cells)
    return f'<tr><th scope="row">{one.name}</th><td class="tl-bits">{bits}</td>{values}</tr>'


def _shown(value: float, unit: str = "") -> str:
    if math.isinf(value):
        return "infinite"
    return "-" if math.isnan(value) else f"{value:.{3 if value >= 99.5 else 2}g}{unit if value else ''}"


class NumberMicroscope(Live):
    """A field and a slider for one number, and a table of what each format keeps of it."""

    def __init__(self, number: float = FIRST) -> None:
        wide = {"description_width": "initial"}
        self.number = number
        self.text = ipywidgets.Text(
            value=written(number), description="Number", continuous_update=True, style=wide,
            layout={"width": "14em"},
        )  # fmt: skip
        self.negative = ipywidgets.Checkbox(
            value=math.copysign(1, number) < 0, description="negative", indent=False, layout={"width": "7em"}
        )
        self.size = ipywidgets.FloatSlider(
            value=place_of(number, 0.0), min=SMALLEST, max=LARGEST, step=STEP, readout_format=".2f",
            description="Size, as a power of ten", style=wide, layout={"width": "98%"},
        )  # fmt: skip
        self.line, self.table = Line(), ipywidgets.HTML()
        self._linking = False
        self.text.observe(lambda _: self._typed(), "value")
        self.negative.observe(lambda _: self._signed(), "value")
        self.size.observe(lambda _: self._dragged(), "value")
        typed = ipywidgets.HBox([self.text, self.negative], layout={"flex_flow": "row wrap"})
        self.panel = frame("What is kept of a number?", typed, self.size, self.line, self.table)
        self.panel.add_class("tl-microscope")
        self._show()

    def still(self) -> HTML:
        """The table for the number at hand."""
        return HTML(f"<p>What is kept of {self.number:g}:</p>{table(self.number)}")

    def __repr__(self) -> str:
        return f"NumberMicroscope({self.number:g})"

    def _typed(self) -> None:
        if self._linking:
            return
        try:
            self.number = read_number(self.text.value)
        except CourseError as error:  # the table of the last number stays
            self.line.complain(f"{error} Below is still {self.number:g}.")
            return
        self._linking = True
        self.negative.value = math.copysign(1, self.number) < 0
        self.size.value = place_of(self.number, self.size.value)
        self._linking = False
        self._show()

    def _signed(self) -> None:
        if not self._linking:
            self._set(math.copysign(self.number, -1 if self.negative.value else 1))

    def _dragged(self) -> None:
        # A front end moves a slider to its nearest step and says so: that is no wish for another number.
        if self._linking or abs(self.size.value - place_of(self.number, math.inf)) < STEP / 2:
            return
        self._set(float(f"{(-1 if self.negative.value else 1) * 10**self.size.value:.4g}"))

    def _set(self, number: float) -> None:
        """Take over a number that was not typed."""
        self.number = number
        self._linking = True
        self.text.value = written(number)
        self._linking = False
        self._show()

    def _show(self) -> None:
        self.table.value = STYLE + table(self.number)
        values = {name: keep(self.number, one).value for name, one in FORMATS.items()}
        self.line.say("Kept: " + ", ".join(f"{name} {value:.8g}" for name, value in values.items()) + ".")


def number_microscope(number: float = FIRST) -> NumberMicroscope:
    """A panel that shows what fp32, tf32, bf16 and fp16 keep of a number; it starts with `number`."""
    return NumberMicroscope(number)
