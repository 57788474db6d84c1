"""How a layer's output is read as a map: by its shape, whatever the family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class MapReader:
    """Reads a layer's output as maps, by its shape alone.

    - `size`: height and width of the picture
    - `prefix`: how many tokens, such as the class token, come before those of the picture
    """

    size: tuple[int, int]
    prefix: int

    def __call__(self, output: Tensor) -> Tensor:
        """Maps (N, C, h, w), as a view of an output that `can_read`."""
        maps = self._maps(output)
        assert maps is not None
        return maps

    def can_read(self, output: Any) -> bool:
        """Whether `output` is a map of the picture with more than one place."""
        return isinstance(output, Tensor) and self._maps(output) is not None

    def _maps(self, output: Tensor) -> Tensor | None:
        if output.ndim == 4:
            return self._of_pixels(output)
        return self._of_tokens(output) if output.ndim == 3 else None

    def _of_pixels(self, output: Tensor) -> Tensor | None:
        """Of (N, C, h, w) or (N, h, w, C): which axes are height and width shows in the picture's form."""
        _, *sides = output.shape
        first, last = self._misfit(sides[1], sides[2]), self._misfit(sides[0], sides[1])
        if min(first, last) == torch.inf:
            return None
        return output if first <= last else output.permute(0, 3, 1, 2)

    def _of_tokens(self, output: Tensor) -> Tensor | None:
        """Of (N, tokens, C): what follows the prefix is a grid of the picture's form."""
        number, tokens, channels = output.shape
        for prefix in (self.prefix, 0, 1):
            places = tokens - prefix
            sides = [(h, places // h) for h in range(1, places + 1) if places % h == 0]
            grid = min(sides, key=lambda grid: self._misfit(*grid), default=(1, 1))
            if self._misfit(*grid) < torch.inf:
                return output[:, prefix:].reshape(number, *grid, channels).permute(0, 3, 1, 2)
        return None

    def _misfit(self, h: int, w: int) -> float:
        """How far h x w is from the picture's form; infinite where rounding cannot explain it."""
        height, width = self.size
        misfit = abs(h * width - w * height)
        return misfit if misfit < max(height, width) and h * w > 1 else torch.inf
