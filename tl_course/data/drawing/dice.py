"""Random choices and trigonometry that give the same bits on every platform."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Dice:
    """A seeded source of choices.

    `RandomState` and not `default_rng`: NumPy promises that its stream never changes
    (NEP 19), and `random_sample` needs no function whose last bit differs between C libraries.
    """

    def __init__(self, *seed: int) -> None:
        self._state = np.random.RandomState(list(seed))

    def uniform(self, low: float, high: float) -> float:
        return low + (high - low) * float(self._state.random_sample())

    def integer(self, low: int, high: int) -> int:
        """An integer from low to high, both included."""
        return low + int(self._state.random_sample() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        return bool(self._state.random_sample() < probability)

    def choice(self, options: Sequence[T]) -> T:
        return options[int(self._state.random_sample() * len(options))]

    def sign(self) -> int:
        return 1 if self.chance(0.5) else -1

    def array(self, *shape: int) -> np.ndarray:
        """Uniform float32 numbers in [0, 1) of the given shape."""
        return self._state.random_sample(shape).astype(np.float32)

    def bell(self, *shape: int) -> np.ndarray:
        """Nearly normal float32 numbers, mean 0 and deviation 1: the sum of four uniform ones.

        A true normal needs a logarithm, whose last bit depends on the C library.
        """
        total = self.array(*shape)
        for _ in range(3):
            total += self.array(*shape)
        return (total - 2.0) * np.float32(math.sqrt(3.0))


def sine(degrees: float) -> float:
    """Sine by its series: `math.sin` may differ in the last bit between platforms."""
    turns = degrees / 360.0
    turns -= math.floor(turns + 0.5)
    x = turns * 6.283185307179586
    total = term = x
    for n in range(1, 13):
        term *= -x * x / ((2 * n) * (2 * n + 1))
        total += term
    return total


def cosine(degrees: float) -> float:
    return sine(degrees + 90.0)
