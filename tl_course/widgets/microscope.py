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

SMALLEST, LARGEST = -46.0, 39.0  # powers of ten that the slider goes to: a little beyond fp32 on both sides
FIRST = 0.1

# The parts of a number are told apart by their gaps and lines, in every theme and without colours.
STYLE = """<style>
.tl-microscope table { border-collapse: collapse; }
.tl-microscope th, .tl-microscope td { padding: 3px 8px; text-align: left; white-space: nowrap;
  border-bottom: 1px solid var(--jp-border-color2, #e0e0e0); }
.tl-microscope .tl-bits { font-family: monospace; }
.tl-microscope .tl-bits span { margin-right: 5px; border-bottom: 2px solid; }
.tl-microscope .tl-bits .tl-exponent { border-bottom-style: double; border-bottom-width: 4px; }
.tl-microscope .tl-bits .tl-fraction { border-bottom-style: dotted; }
</style>"""


@dataclass(frozen=True)
class Kept:
    """What a format keeps of one number: its bits, the value, the next values below and above, and the error.

    `below` and `above` are NaN for what is no number; an error is NaN where it can't be told.
    """

    sign: str
    exponent: str
    fraction: str
    value: float
    below: float
    above: float
    error: float
    relative_error: float
    happened: str


def keep(number: float, one: NumberFormat) -> Kept:
    """What `one` keeps of `number`, which torch reads as float32 first, as it does in a tensor."""
    value = one.rounded(torch.tensor(number, dtype=torch.float32)).item()
    bits = bits_of(value, one)
    below, above = neighbours(bits, one)
    error = abs(value - number) if math.isfinite(number) else math.nan
    relative = error / abs(number) if number and math.isfinite(number) else math.nan
    ends = 1, 1 + one.exponent_bits
    parts = bits[: ends[0]], bits[ends[0] : ends[1]], bits[ends[1] :]
    return Kept(*parts, value, below, above, error, relative, happened(number, value, one))


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


def neighbours(bits: str, one: NumberFormat) -> tuple[float, float]:
    """The next values below and above; NaN for what is no number, and beyond infinity nothing but itself."""
    if math.isnan(number_of(bits, one)):
        return math.nan, math.nan
    width, magnitude = len(bits) - 1, int(bits[1:], 2)
    infinite = (2**one.exponent_bits - 1) << one.fraction_bits

    def at(sign: str, size: int) -> float:
        return number_of(f"{sign}{min(size, infinite):0{width}b}", one)

    outward = at(bits[0], magnitude + 1)
    other = "1" if bits[0] == "0" else "0"
    inward = at(bits[0], magnitude - 1) if magnitude else at(other, 1)
    return (inward, outward) if bits[0] == "0" else (outward, inward)


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
        return float(cleaned)
    except ValueError:
        pass
    if not cleaned:
        raise CourseError("Type a number, such as 0.1, 1e-8 or 70000.")
    hint = " The decimal sign is a point." if "," in cleaned else ""
    raise CourseError(f"{text.strip()[:40]!r} is no number. Type one such as 0.1, 1e-8 or inf.{hint}")


def table(number: float) -> str:
    """An HTML table: a row a format with the bits, the value that is kept, and what happened."""
    heads = (
        "format",
        "sign, exponent, fraction",
        "kept",
        "error",
        "relative",
        "next below, above",
        "what happened",
    )
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    rows = "".join(_row(one, keep(number, one)) for one in FORMATS.values())
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(one: NumberFormat, kept: Kept) -> str:
    bits = "".join(
        f'<span class="tl-{part}">{getattr(kept, part)}</span>' for part in ("sign", "exponent", "fraction")
    )
    cells = (
        f"{kept.value:.8g}", _error(kept.error), _error(kept.relative_error, "%"),
        "-" if math.isnan(kept.below) else f"{kept.below:.6g}, {kept.above:.6g}", escape(kept.happened),
    )  # fmt: skip
    values = "".join(f"<td>{text}</td>" for text in cells)
    return f'<tr><th scope="row">{one.name}</th><td class="tl-bits">{bits}</td>{values}</tr>'


def _error(error: float, unit: str = "") -> str:
    if math.isnan(error):
        return "-"
    return "0" if error == 0 else f"{100 * error:.2g} %" if unit else f"{error:.2g}"


class NumberMicroscope(Live):
    """A field and a slider for one number, and a table of what each format keeps of it."""

    def __init__(self, number: float = FIRST) -> None:
        wide = {"description_width": "initial"}
        self.number = number
        self.text = ipywidgets.Text(
            value=f"{number:g}", description="Number", continuous_update=True, style=wide,
            layout={"width": "14em"},
        )  # fmt: skip
        self.negative = ipywidgets.Checkbox(description="negative", indent=False, layout={"width": "auto"})
        self.size = ipywidgets.FloatSlider(
            value=math.log10(number), min=SMALLEST, max=LARGEST, step=0.05, readout_format=".2f",
            description="Size, as a power of ten", style=wide, layout={"width": "30em"},
        )  # fmt: skip
        self.line, self.table = Line(), ipywidgets.HTML()
        self._linking = False
        self.text.observe(lambda _: self._typed(), "value")
        for control in (self.negative, self.size):
            control.observe(lambda _: self._dragged(), "value")
        controls = ipywidgets.HBox([self.text, self.negative, self.size], layout={"flex_flow": "row wrap"})
        self.panel = frame("What is kept of a number?", controls, self.line, self.table)
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
            self.line.complain(error)
            return
        self._linking = True
        self.negative.value = math.copysign(1, self.number) < 0
        if self.number and math.isfinite(self.number):
            self.size.value = min(max(math.log10(abs(self.number)), SMALLEST), LARGEST)
        self._linking = False
        self._show()

    def _dragged(self) -> None:
        if self._linking:
            return
        self.number = float(f"{(-1 if self.negative.value else 1) * 10**self.size.value:.4g}")
        self._linking = True
        self.text.value = f"{self.number:g}"
        self._linking = False
        self._show()

    def _show(self) -> None:
        self.table.value = STYLE + table(self.number)
        values = {name: keep(self.number, one).value for name, one in FORMATS.items()}
        self.line.say("Kept: " + ", ".join(f"{name} {value:.8g}" for name, value in values.items()) + ".")


def number_microscope(number: float = FIRST) -> NumberMicroscope:
    """A panel that shows what fp32, tf32, bf16 and fp16 keep of a number; it starts with `number`."""
    return NumberMicroscope(number)
