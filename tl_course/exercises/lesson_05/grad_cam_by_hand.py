"""Write Grad-CAM with a hook: the map, its size and scale, and a model left as it was."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_05 import probes
from tl_course.exercises.lesson_05.closed_form import ranged
from tl_course.exercises.lesson_05.forms import returned
from tl_course.exercises.plain import close, describe, is_tensor

SECTION = see(5, "Where does the answer come from?")
CLOSE = 6e-3  # a map of 256 whole steps agrees


def draw(random: Random) -> Inputs:
    """A picture, not square, and a class other than the one that the model gives; every known slip shows."""
    while True:
        height, width = random.choice([(8, 12), (12, 8), (8, 16), (16, 12)])
        inputs = {"seed": random.randrange(10**6), "height": height, "width": width}
        inputs["target"] = random.randrange(3)
        if _telling(inputs):
            return inputs


def _telling(inputs: Inputs) -> bool:
    maps, gradients, scores = _parts(inputs)
    coarse = _weighted(maps, gradients[inputs["target"]])
    everywhere = _stretched(_weighted(maps, gradients[probes.EVERYWHERE]), inputs)
    # A corner of zero keeps the lowest pixel at 0 in whatever order one stretches and scales.
    if not (coarse[0, 0] < 0 < coarse.max() and scores.argmax() != inputs["target"]):
        return False
    right, right_size = ranged(coarse.relu()), _stretchings(coarse, inputs)
    others = [other for other, _ in _slips(inputs)]
    return (
        all(other.isfinite().all() and (other - right).abs().max() > 0.05 for other in others)
        and all(
            (one - right_size[0]).abs().max() > 0.02 for one in right_size[1:] if one.shape != right.shape
        )
        and bool(everywhere.min() > 0.05 * everywhere.max())
    )


def _parts(inputs: Inputs) -> tuple[Tensor, Tensor, Tensor]:
    """Maps (C, h, w), the gradients of all scores at them (classes, C, h, w), and the scores.

    The head reads each place by itself, so the gradient of a score is the head's weight.
    """
    size = inputs["height"], inputs["width"]
    model, image = (
        probes.places_network(inputs["seed"], *size).eval(),
        probes.pictures(inputs["seed"], 1, *size),
    )
    with torch.no_grad():
        maps = model.get_submodule("pool")(model.get_submodule("features")(image))[0]
        scores = model(image)[0]
    return maps, model.get_submodule("head").get_parameter("weight").detach().unflatten(1, maps.shape), scores


def _weighted(maps: Tensor, gradient: Tensor) -> Tensor:
    return torch.einsum("c,chw->hw", gradient.mean((1, 2)), maps)


def _slips(inputs: Inputs) -> list[tuple[Tensor, str]]:
    """The map before stretching that each known slip gives, in [0, 1], and what the slip is."""
    maps, gradients, scores = _parts(inputs)
    target = inputs["target"]
    own, mean = gradients[target], torch.einsum("k,kchw->chw", scores.softmax(0), gradients)
    places = (
        (own.mean(0) * maps).sum(0),
        (own.mean((0, 1)) * maps).sum(0),
        (own.mean((0, 2))[:, None] * maps).sum(0),
    )
    axes = "The gradient's mean is over the wrong axes: each map has one weight, the mean over its places."
    slips = [
        (
            _weighted(maps, own - mean).relu(),
            "The gradient is a probability's. Ask for the score before softmax.",
        ),
        (
            _weighted(maps, mean - own).relu(),
            "The gradient is a loss's and points away from the class. Ask for the score.",
        ),
        (_weighted(maps, own), "What speaks against the class is still in the map: cut it at 0."),
        (_weighted(maps, own).abs(), "What speaks against the class counts as if it spoke for it. Cut it."),
        ((own * maps).sum(0).relu(), "That is HiResCAM: a weight for each place. Grad-CAM has one a map."),
        (maps.sum(0), "The maps are added without weights, so no class was asked."),
        *((place.relu(), axes) for place in places),
    ]
    other_class = "This is the map of another class than the one asked for."
    others = [k for k in range(probes.NOTHING) if k != target]
    slips += [(_weighted(maps, gradients[k]).relu(), other_class) for k in others]
    return [(ranged(one), mistake) for one, mistake in slips]


def on(inputs: Inputs) -> str:
    """The picture in words."""
    return f"a picture of {inputs['height']} x {inputs['width']} pixels and class {inputs['target']}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The map itself, how it is stretched and scaled, and what it leaves behind."""
    maps, gradients, _ = _parts(inputs)
    coarse, found = _weighted(maps, gradients[inputs["target"]]), _as_float(values["map"])
    hint = _map(inputs, found, coarse, values["forward_in_train_mode"])
    if hint:
        return {"map": hint}
    return {
        "map": None,
        "size": _size(inputs, found, coarse),
        "range": _range(found) or _range(_as_float(values["everywhere"])),
        "nothing": _nothing(inputs, values["nothing"]),
        "hooks": _hooks(values["hooks_left"]),
        "mode": _mode(*values["modes_kept"]),
        "gradients": _gradients(values["gradients_changed"]),
        "detached": _detached(values["asks"]),
    }


def _as_float(value: Any) -> Any:
    return value.float() if isinstance(value, Tensor) else value


def _stretched(coarse: Tensor, inputs: Inputs, **how: Any) -> Tensor:
    how = {"mode": "bilinear", "align_corners": False, **how}
    return F.interpolate(coarse[None, None], (inputs["height"], inputs["width"]), **how)[0, 0]


def _stretchings(coarse: Tensor, inputs: Inputs) -> list[Tensor]:
    """As the contract wants it, and in the ways that miss it by little."""
    other_ways: list[dict[str, Any]] = [
        {"align_corners": True}, {"mode": "nearest", "align_corners": None}, {"mode": "bicubic"},
    ]  # fmt: skip
    stretched = [_stretched(coarse.relu(), inputs), _stretched(coarse, inputs).relu(), coarse.relu()]
    return [
        ranged(one) for one in (*stretched, *(_stretched(coarse.relu(), inputs, **how) for how in other_ways))
    ]


def _map(inputs: Inputs, found: Any, coarse: Tensor, train_mode: bool) -> Hint | None:
    wanted = f"a map of shape {(inputs['height'], inputs['width'])}"
    shapes = ((inputs["height"], inputs["width"]), tuple(coarse.shape))
    if not any(is_tensor(found, *shape) for shape in shapes):
        return _form(found, wanted)
    own = ranged(found)
    if train_mode is True:
        return Hint(
            "The forward pass ran in train mode: dropout drew and BatchNorm took the batch's statistics.",
            "a map of the model in eval mode", "one of the model in train mode", SECTION,
        )  # fmt: skip
    if any(close(own, right, CLOSE) for right in _stretchings(coarse, inputs)):
        return None
    for slip, mistake in _slips(inputs):
        if any(close(own, wrong, CLOSE) for wrong in (slip, ranged(_stretched(slip, inputs)))):
            return Hint(mistake, *_difference(own, coarse, inputs), SECTION)
    return Hint(
        "The map is another one. Weight of a map: the mean of the score's gradient over its places. Then "
        "add the weighted maps, and cut what is negative.",
        *_difference(own, coarse, inputs), SECTION,
    )  # fmt: skip


def _form(found: Any, wanted: str) -> Hint:
    if isinstance(found, list):
        return Hint("Return the map as a tensor or an array.", wanted, "a list")
    return returned(found, wanted) or Hint(
        "Return one map of finite numbers, rows by columns.", wanted, describe(found), SECTION
    )


def _difference(own: Tensor, coarse: Tensor, inputs: Inputs) -> tuple[str, str]:
    """Where the highest pixel should be, and where it is."""
    right = next(one for one in _stretchings(coarse, inputs) if one.shape == own.shape)
    off = (own - right).abs().max().item()
    return f"the highest pixel {_peak(right)}", f"it {_peak(own)}, and pixels off by up to {off:.2g}"


def _peak(found: Tensor) -> str:
    row, column = divmod(int(found.argmax()), found.shape[1])
    return f"in row {row}, column {column}"


def _size(inputs: Inputs, found: Any, coarse: Tensor) -> Hint | None:
    right, cut_after, *_ = _stretchings(coarse, inputs)
    own = ranged(found)
    if close(own, right, CLOSE):
        return None
    if own.shape != right.shape:
        return Hint(
            "Stretch the map to the picture's size.",
            f"a map of shape {tuple(right.shape)}",
            describe(found),
            SECTION,
        )
    if close(own, cut_after, CLOSE):
        return Hint(
            "Cut what is negative before stretching: else it pulls its neighbours down.",
            "the cut map stretched", "the stretched map cut", SECTION,
        )  # fmt: skip
    return Hint(
        "Stretch by bilinear interpolation with align_corners=False.",
        "the map so stretched", f"one that is off by up to {(own - right).abs().max():.2g}", SECTION,
    )  # fmt: skip


def _range(found: Any) -> Hint | None:
    if not isinstance(found, Tensor) or not found.numel():
        return Hint("Return a map for every class.", "a map", describe(found))
    low, high = found.min().item(), found.max().item()
    if abs(low) < CLOSE and abs(high - 1) < CLOSE:
        return None
    mistake = "Scale the map: lowest pixel 0, highest 1."
    if abs(high - 1) < CLOSE:
        mistake = "Scaling: subtract the lowest pixel before you divide by the highest."
    elif abs(low) < CLOSE and 0.5 < high < 1:
        mistake = "Scale after stretching too: a square's value is spread over its neighbours."
    return Hint(mistake, "values from 0 to 1", f"{low:.3g} to {high:.3g}")


def _nothing(inputs: Inputs, value: Any) -> Hint | None:
    if isinstance(value, Tensor) and value.ndim and bool((value == 0).all()):
        return None
    seen = "NaN" if isinstance(value, Tensor) and value.isnan().any() else "other values"
    return Hint(
        "Where nothing speaks for a class the map is zero everywhere: mind the division.",
        f"a map of zeros for class {probes.NOTHING}",
        seen,
        SECTION,
    )


def _hooks(left: int) -> Hint | None:
    if left == 0:
        return None
    return Hint(
        "A hook is left behind: it runs in every later pass, and keeps the maps in memory.",
        "no more hooks than before",
        f"{left} more after three calls",
        SECTION,
    )


def _mode(after_train: bool, after_eval: bool) -> Hint | None:
    if after_train is True and after_eval is True:
        return None
    came, left = ("train", "eval") if after_train is not True else ("eval", "train")
    return Hint(
        "Put the model back into the mode that it came in.", f"{came} mode", f"{left} mode afterwards"
    )


def _detached(asks: bool) -> Hint | None:
    if not asks:
        return None
    return Hint("The map still hangs on the graph: return it detached.", "a map without gradient", "one with")


def _gradients(changed: list[str]) -> Hint | None:
    if not changed:
        return None
    return Hint(
        "The parameters' own gradients were touched: the next optimizer step would use them. Ask for the "
        "gradient at the maps alone.",
        f"the .grad of {changed[0]} as before", "another one",
    )  # fmt: skip


CHECK = Check(draw, probes.grad_cam_by_hand, compare, on)
