"""The number formats of deep learning: what each can hold, and what is left of a number in it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


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


def _to_ten_bits(values: Tensor) -> Tensor:
    """float32 with 10 fraction bits, half to even (chips differ in that); infinities and NaN stay."""
    bits = values.float().contiguous().view(torch.int32)
    last_kept = (bits >> 13) & 1
    rounded = ((bits + 0xFFF + last_kept) & ~0x1FFF).view(torch.float32)
    return torch.where(values.isfinite(), rounded, values.float())
