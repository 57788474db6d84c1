"""Which layer a map is taken from.

One pass of one picture shows what every layer gives. From then on shapes decide, not families.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.modules.dropout import _DropoutNd
from torchvision.ops import Permute, StochasticDepth

from tl_course.errors import CourseError
from tl_course.explain.map_reader import MapReader
from tl_course.models import stage_modules
from tl_course.models.families import family_of
from tl_course.models.stages import HEAD

# They hand on, reorder or blur what another layer made; a Linear is a projection inside a block.
_NOT_BY_DEFAULT = (
    nn.Identity,
    _DropoutNd,
    StochasticDepth,
    Permute,
    nn.AdaptiveAvgPool2d,
    nn.AdaptiveMaxPool2d,
    nn.Linear,
)


class CamLayer(NamedTuple):
    """The layer that a map is taken from: its dotted name, as in `named_modules`, and the module."""

    name: str
    module: nn.Module


class Visit(NamedTuple):
    """A layer, and what it took and gave when the forward pass came to it."""

    module: nn.Module
    inputs: tuple[Any, ...]
    output: Any


@dataclass(frozen=True)
class Trial:
    """One forward pass of one picture: the class scores (1, K), and every layer's output in order."""

    model: nn.Module
    scores: Tensor
    visits: list[Visit]
    reader: MapReader

    @cached_property
    def parts(self) -> dict[str, list[nn.Module]]:
        """The modules of each stage, shallow to deep; of a model of one's own, the whole as one part."""
        return {"": [self.model]} if family_of(self.model) is None else stage_modules(self.model)

    @cached_property
    def names(self) -> dict[nn.Module, str]:
        """The dotted name of every module of the model."""
        return {module: name for name, module in self.model.named_modules()}

    @cached_property
    def _until_head(self) -> list[Visit]:
        """The visits before the head's first layer, and that one; all of them where no head is known."""
        heads = {layer for head in self.parts.get(HEAD, []) for layer in head.modules()}
        first = next((place for place, visit in enumerate(self.visits) if visit.module in heads), None)
        return self.visits if first is None else self.visits[: first + 1]

    def find(self, layer: str | nn.Module | None) -> CamLayer:
        """The layer that is meant; None is the deepest one that a map can be taken from.

        Raises:
            CourseError: there is no such layer, the pass does not come to it exactly once, or its output
                cannot be read as a map.
        """
        if layer is None:
            return self._default()
        if isinstance(layer, nn.Module):
            if layer not in self.names:
                raise CourseError(
                    f"The layer {type(layer).__name__} is no part of this {type(self.model).__name__}. "
                    f"Pass one of the model's own modules, or a name such as {self._default().name!r}."
                )
            return self._checked(CamLayer(self.names[layer], layer))
        if not isinstance(layer, str):
            raise CourseError(
                f"layer={layer!r} is no layer. Pass a dotted name such as {self._default().name!r}, a module "
                "of the model, a stage of stages(model), or None."
            )
        modules = dict(self.model.named_modules())
        return self._checked(CamLayer(layer, modules[layer])) if layer in modules else self._of_stage(layer)

    def _of_stage(self, stage: str) -> CamLayer:
        if stage not in self.parts:
            known = [*self.parts, *self.names.values()]
            near = get_close_matches(stage, known, n=3, cutoff=0.4) or [self._default().name]
            raise CourseError(
                f"{type(self.model).__name__} has no layer {stage!r}. Did you mean "
                f"{' or '.join(map(repr, near))}? model.named_modules() and stages(model) list every name."
            )
        found = self._last_map(self.parts[stage])
        if found is None:
            raise CourseError(
                f"No layer of the stage {stage!r} gives a map of a {_form(self.reader.size)} picture. "
                f"Take {self._default().name!r}."
            )
        return found

    def _default(self) -> CamLayer:
        for stage, modules in reversed(self.parts.items()):
            found = None if stage == HEAD else self._last_map(modules)
            if found is not None:
                return found
        raise CourseError(
            f"No layer of {type(self.model).__name__} gives a map of a {_form(self.reader.size)} picture. "
            "Pass a larger picture, or another model."
        )

    def _last_map(self, modules: Iterable[nn.Module]) -> CamLayer | None:
        """The last layer inside `modules`, in the order of the pass, that a map can be taken from.

        A head that reads a class token alone leaves the last outputs of the other tokens unused; a layer is
        passed over where nothing that the head reads depends on its map.
        """
        inside = {layer for module in modules for layer in module.modules()}
        for module, _, output in reversed(self._until_head):
            if module in inside and self._is_candidate(module, output) and self._counts(output):
                return CamLayer(self.names[module], module)
        return None

    def _is_candidate(self, module: nn.Module, output: Any) -> bool:
        wanted = not isinstance(module, _NOT_BY_DEFAULT) and self._times(module) == 1
        return wanted and self.reader.can_read(output)

    def _counts(self, output: Tensor) -> bool:
        """Whether what the head reads depends on the map in `output`; asked of tokens alone."""
        last = self._until_head[-1]  # the head, whose own weights may be zero, or the whole model
        read = last.output if last.module is self.model else last.inputs[0]
        if output.ndim != 3 or not (read.requires_grad and output.requires_grad):
            return True
        weights = torch.linspace(1, 2, read.numel()).to(read)  # unequal: a plain sum may not depend on it
        (gradient,) = torch.autograd.grad(
            read.flatten() @ weights, output, retain_graph=True, allow_unused=True
        )
        return gradient is not None and bool(self.reader(gradient).any())

    def _times(self, module: nn.Module) -> int:
        return sum(visit.module is module for visit in self.visits)

    def _checked(self, layer: CamLayer) -> CamLayer:
        name, module = layer
        what, times = f"The layer {name!r} ({type(module).__name__})", self._times(module)
        if times != 1:
            reached = "is never reached by" if times == 0 else f"runs {times} times in"
            raise CourseError(
                f"{what} {reached} the forward pass of this {type(self.model).__name__} in eval mode; a map "
                f"needs one that runs once. Take {self._default().name!r}."
            )
        output = next(visit.output for visit in self.visits if visit.module is module)
        if not self.reader.can_read(output):
            gives = f"a tensor {tuple(output.shape)}" if isinstance(output, Tensor) else type(output).__name__
            raise CourseError(
                f"{what} gives {gives}, which is no map of a {_form(self.reader.size)} picture. "
                f"Take {self._default().name!r}."
            )
        return layer


def try_out(model: nn.Module, picture: Tensor) -> Trial:
    """Send one picture (1, 3, H, W) through `model`, which is in eval mode, and keep what every layer gives.

    Raises:
        CourseError: the model does not take the picture, or does not give class scores (1, K).
    """
    visits: list[Visit] = []
    handles = [
        module.register_forward_hook(lambda *visit: visits.append(Visit(*visit)))
        for module in model.modules()
    ]
    try:
        # Not a leaf: a model may change its input in place.
        scores = model(picture.clone().requires_grad_().clone())
    except (RuntimeError, ValueError, AssertionError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise CourseError(
            f"{type(model).__name__} does not take a {_form(picture.shape[-2:])} picture: {reason}. "
            "Prepare it with preprocessing(name), with the name of the backbone."
        ) from error
    finally:
        for handle in handles:
            handle.remove()
    _check_scores(model, scores)
    height, width = picture.shape[-2:]
    return Trial(model, scores, visits, MapReader((height, width), _prefix_tokens(model)))


def _check_scores(model: nn.Module, scores: Any) -> None:
    if isinstance(scores, Tensor) and scores.ndim == 2 and len(scores) == 1 and scores.is_floating_point():
        return
    gives = f"a tensor {tuple(scores.shape)}" if isinstance(scores, Tensor) else type(scores).__name__
    raise CourseError(
        f"For one picture {type(model).__name__} gives {gives}, not class scores (1, classes). Explain a "
        "classifier, or wrap the model in a module whose forward returns the scores alone."
    )


def _prefix_tokens(model: nn.Module) -> int:
    has_class_token = hasattr(model, "class_token") or hasattr(model, "cls_token")  # torchvision's, timm's
    return int(getattr(model, "num_prefix_tokens", has_class_token))


def _form(size: Iterable[int]) -> str:
    return " x ".join(map(str, size))
