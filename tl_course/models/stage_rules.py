"""Where the stages of a model begin, by name, by resolution or by depth.

A rule takes a model and returns its openings: the dotted name of a part (a module, or a parameter that no
layer owns) and the stage that begins there. Whatever follows is of that stage until the next opening.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from torch import nn

STEM = "stem"  # what comes before the first opening

Openings = dict[str, str]
StageRule = Callable[[nn.Module], Openings]


def by_name(pattern: str, **others: str) -> StageRule:
    """Stages that the family names itself: the modules whose own name matches, or what `pattern` captures.

    `others` are parts that come out of order: the name, and the stage that they belong to.
    """
    compiled = re.compile(pattern)

    def rule(model: nn.Module) -> Openings:
        matches = ((name, compiled.fullmatch(name.rpartition(".")[2])) for name, _ in model.named_modules())
        return {name: match[match.lastindex or 0] for name, match in matches if match} | others

    return rule


def by_resolution(container: str, first: int = 1) -> StageRule:
    """A stage begins with each part of `container`, from the `first` on, that halves the resolution."""

    def rule(model: nn.Module) -> Openings:
        parts = list(model.get_submodule(container).named_children())[first:]
        halving = [f"{container}.{name}" for name, part in parts if _halves_resolution(part)]
        return numbered(halving)

    return rule


def by_turns(container: str) -> StageRule:
    """In `container`, after the stem, blocks and downsampling take turns: a stage begins with the latter."""

    def rule(model: nn.Module) -> Openings:
        parts = [f"{container}.{name}" for name, _ in model.get_submodule(container).named_children()]
        return numbered([*parts[1:2], *parts[2::2]])

    return rule


def by_quarters(container: str) -> StageRule:
    """Four stages of equal depth in a `container` of equal blocks; fewer where there are fewer blocks."""

    def rule(model: nn.Module) -> Openings:
        blocks = [f"{container}.{name}" for name, _ in model.get_submodule(container).named_children()]
        return numbered([blocks[start] for start in quarters(len(blocks))])

    return rule


def quarters(blocks: int) -> list[int]:
    """The indices at which four parts of equal size begin; fewer where there are fewer blocks."""
    number = min(4, blocks)
    return [part * blocks // number for part in range(number)]


def numbered(names: list[str]) -> Openings:
    """The stages "stage1", "stage2", ... begin at these names."""
    return {name: f"stage{number}" for number, name in enumerate(names, 1)}


def _halves_resolution(module: nn.Module) -> bool:
    layers = (layer for layer in module.modules() if isinstance(layer, (nn.Conv2d, nn.MaxPool2d)))
    return any(layer.stride in (2, (2, 2)) for layer in layers)
