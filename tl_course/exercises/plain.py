"""Plain data: numbers, strings, tensors, and lists and dictionaries of them.

It is all that a probe returns and a comparison reads, so nothing of a student's can answer for itself.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

LONGEST_TEXT = 2000


def plain(value: Any) -> Any:
    """`value` as plain data: tensors on the CPU without graph or subclass, tuples as lists.

    Arrays become tensors. An object of any other kind becomes a string that names its type, such as
    "a Linear object": the comparison then sees what came instead of what it wanted.
    """
    if value is None or type(value) in (bool, int, float):
        return value
    if isinstance(value, str):
        return str.__str__(value)[:LONGEST_TEXT]
    if isinstance(value, torch.Tensor):
        return value.detach().cpu().as_subclass(torch.Tensor).clone()
    if isinstance(value, np.ndarray | np.generic):
        return _from_numpy(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    name = type(value).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name} object"


def _from_numpy(value: Any) -> Any:
    if value.dtype.kind not in "biuf":
        return f"an array of {value.dtype}"
    return value.item() if value.ndim == 0 else torch.from_numpy(np.array(value))


def is_number(value: Any) -> bool:
    """Whether `value` is one finite number; a bool is none."""
    return type(value) in (int, float) and math.isfinite(value)


def is_tensor(value: Any, *shape: int) -> bool:
    """Whether `value` is a tensor of this shape with finite numbers."""
    return isinstance(value, torch.Tensor) and value.shape == shape and bool(value.isfinite().all())


def close(value: Any, expected: Any, tolerance: float = 1e-4) -> bool:
    """Whether two numbers, or two tensors of one shape, agree within `tolerance`, relative and absolute."""
    if isinstance(expected, torch.Tensor):
        return is_tensor(value, *expected.shape) and torch.allclose(
            value.double(), expected.double(), rtol=tolerance, atol=tolerance
        )
    return is_number(value) and math.isclose(value, expected, rel_tol=tolerance, abs_tol=tolerance)


def describe(value: Any) -> str:
    """A short text for a hint: numbers with four digits, tensors by shape and, when few, values."""
    if type(value) is float:
        return f"{value:.4g}"
    if isinstance(value, torch.Tensor):
        if value.numel() <= 6:
            return f"tensor({', '.join(describe(number) for number in value.flatten().tolist())})"
        return f"a tensor of shape {tuple(value.shape)}"
    if isinstance(value, list):
        return _shortened([describe(item) for item in value], "[]")
    if isinstance(value, dict):
        return _shortened([f"{key!r}: {describe(item)}" for key, item in value.items()], "{}")
    if isinstance(value, str) and value.startswith(("a ", "an ")) and value.endswith("object"):
        return value
    return repr(value)


def _shortened(items: list[str], brackets: str) -> str:
    shown = items if len(items) <= 8 else [*items[:7], "..."]
    return brackets[0] + ", ".join(shown) + brackets[1]
