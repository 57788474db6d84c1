"""The number formats of deep learning: what each can hold, and what is left of a number in it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from tl_course.errors import CourseError


@dataclass(frozen=True)
class NumberFormat:
    """A binary floating-point format: a sign, `exponent_bits`, and `fraction_bits` after the leading 1.

    `dtype` is torch's, or None for tf32, which no tensor has: tensor cores read float32 numbers so.
    """

    name: str
    exponent_bits: int
    fraction_bits: int
    dtype: torch.dtype | None

    @property
    def epsilon(self) -> float:
        """From 1 to the next number."""
        return 2.0**-self.fraction_bits

    @property
    def largest(self) -> float:
        """The largest finite number."""
        return (2.0 - self.epsilon) * 2.0 ** (2 ** (self.exponent_bits - 1) - 1)

    @property
    def smallest_normal(self) -> float:
        """The smallest positive number that is held with all fraction bits."""
        return 2.0 ** (2 - 2 ** (self.exponent_bits - 1))

    @property
    def smallest(self) -> float:
        """The smallest positive number: a subnormal one, of a single significant bit."""
        return self.smallest_normal * self.epsilon

    def rounded(self, values: Tensor) -> Tensor:
        """What this format keeps of float32 `values`, as float32: beyond its range infinity or zero."""
        if self.dtype is not None:
            return values.to(self.dtype).float()
        return _to_ten_bits(values)


FORMATS = {
    "fp32": NumberFormat("fp32", 8, 23, torch.float32),
    "tf32": NumberFormat("tf32", 8, 10, None),
    "bf16": NumberFormat("bf16", 8, 7, torch.bfloat16),
    "fp16": NumberFormat("fp16", 5, 10, torch.float16),
}


OUTCOMES = ("lost", "fewer digits", "all digits", "overflown")


class Sizes:
    """The sizes of many numbers that are not zero, counted once, so that a factor on them costs nothing."""

    def __init__(self, numbers: Tensor) -> None:
        """`numbers`: any shape; zeros and the signs are left out. Raises CourseError where all are zero.

        `counts` has for each of `powers` how many are at least 2**power and below twice that.
        """
        self._sorted = numbers[numbers != 0].abs().float().flatten().sort().values
        if not len(self._sorted):
            raise CourseError("All of these numbers are zero: there are no sizes to show.")
        low, high = (int(size.frexp().exponent) - 1 for size in (self._sorted[0], self._sorted[-1]))
        self.powers = torch.arange(low, high + 1)
        edges = torch.searchsorted(self._sorted, torch.arange(low, high + 2).exp2().float())
        self.counts = edges.diff()

    def shares(self, one: NumberFormat, power: int = 0) -> dict[str, float]:
        """What `one` makes of the numbers times 2**power: the share of each of `OUTCOMES`, adding up to 1.

        Lost ones become zero, subnormal ones have fewer digits, overflown ones become infinite. Halves are
        rounded to even, as IEEE 754 says.
        """
        infinite_from = one.largest * (1 + one.epsilon / (2 - one.epsilon) / 2)  # half a step beyond
        ends = [
            self._below(one.smallest / 2 * 2.0**-power, included=True),
            self._below(one.smallest_normal * 2.0**-power),
            self._below(infinite_from * 2.0**-power),
        ]
        counts = [end - start for start, end in pairwise([0, *ends, len(self._sorted)])]
        return {name: count / len(self._sorted) for name, count in zip(OUTCOMES, counts, strict=True)}

    def _below(self, bound: float, included: bool = False) -> int:
        """How many are below `bound`, or at it where that is included."""
        return int(torch.searchsorted(self._sorted, torch.tensor(bound), right=included))


def _to_ten_bits(values: Tensor) -> Tensor:
    """float32 with 10 fraction bits, half to even (chips differ in that); infinities and NaN stay."""
    bits = values.float().contiguous().view(torch.int32)
    last_kept = (bits >> 13) & 1
    rounded = ((bits + 0xFFF + last_kept) & ~0x1FFF).view(torch.float32)
    return torch.where(values.isfinite(), rounded, values.float())
