"""The weight files that ship with the course, each beside a card that says what it is.

`NAME.safetensors` holds the state dict, `NAME.json` (the card) its sha256, how it was made and how well it
does. What a card says is never typed elsewhere.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from tl_course.errors import CourseError

WEIGHTS_DIR = Path(__file__).parent / "weights"
MAX_BYTES = 3_000_000
REQUIRED_OF_CALLER = ("categories", "source_accuracy")
HALF_PRECISION_TOLERANCE = 0.01  # largest change of a logit, relative to the largest logit
PROBE_SHAPE = (16, 3, 64, 64)


def save_weights(name: str, model: nn.Module, card: dict[str, Any]) -> Path:
    """Write the weights of `model` and their card; return the path of the weights.

    Convolution and linear weights are stored in half precision where the logits stay within
    `HALF_PRECISION_TOLERANCE`, else everything in float32. Each file is replaced only by a whole new one.

    Args:
        name: the name that the model is registered under, such as "pocket_resnet".
        model: takes images (N, 3, 64, 64) and gives logits (N, number of categories). Not changed.
        card: JSON values; needs "categories" (class names in label order) and "source_accuracy" (0 to 1).
            The file's facts ("sha256", "bytes", "precision", "num_params", "recipe") are added.

    Raises:
        CourseError: the card lacks an entry or does not fit the model, or the file would exceed `MAX_BYTES`.
    """
    _check_card(name, card)
    model = copy.deepcopy(model).cpu().float().eval()
    precision, state = _smallest_state(model, len(card["categories"]), name)
    data = safetensors.torch.save(state)
    if len(data) > MAX_BYTES:
        raise CourseError(
            f"The weights of {name} take {len(data):,} bytes in {precision} precision; at most {MAX_BYTES:,} "
            "may ship. Make the model narrower."
        )
    facts = {
        "name": name,
        "file": _weights_path(name).name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "precision": precision,
        "num_params": sum(parameter.numel() for parameter in model.parameters()),
        "recipe": f"tl-course pretrain {name}",
    }
    _replace(_weights_path(name), data)
    _replace(_card_path(name), (json.dumps({**card, **facts}, indent=2) + "\n").encode())
    return _weights_path(name)


def read_card(name: str) -> dict[str, Any]:
    """Return the card of the weights `name`: what `save_weights` wrote.

    Raises:
        CourseError: there is no card, or it is not one.
    """
    path = _card_path(name)
    if not path.is_file():
        raise CourseError(_missing(name, path))
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        _check_card(name, card)
    except (ValueError, TypeError) as error:
        raise CourseError(f"{path} is not a card of weights: {error}. {_cure(name)}") from error
    return dict(card)


def card_meta(name: str) -> dict[str, Any]:
    """Return the card in the terms of torchvision's `Weights.meta`, accuracy in percent, file size in MB."""
    card = read_card(name)
    return {
        "categories": card["categories"],
        "num_params": card["num_params"],
        "min_size": (1, 1),
        "recipe": card["recipe"],
        "_metrics": {"source task": {"acc@1": 100 * card["source_accuracy"]}},
        "_file_size": card["bytes"] / 1e6,
    }


def verify(name: str) -> Path:
    """Return the path of the weights `name`, once their bytes match the card's sha256.

    Raises:
        CourseError: the file or its card is missing, or the file is damaged.
    """
    _intact_bytes(name)
    return _weights_path(name)


def load_weights(name: str) -> dict[str, Tensor]:
    """Return the state dict of the weights `name`, floating point values in float32.

    Raises:
        CourseError: as `verify`.
    """
    state = safetensors.torch.load(_intact_bytes(name))
    return {key: tensor.float() if tensor.is_floating_point() else tensor for key, tensor in state.items()}


def _weights_path(name: str) -> Path:
    return WEIGHTS_DIR / f"{name}.safetensors"


def _card_path(name: str) -> Path:
    return WEIGHTS_DIR / f"{name}.json"


def _check_card(name: str, card: dict[str, Any]) -> None:
    missing = [key for key in REQUIRED_OF_CALLER if key not in card]
    if missing:
        raise CourseError(f"The card of {name} lacks an entry, to be added: {', '.join(missing)}.")


def _smallest_state(model: nn.Module, num_categories: int, name: str) -> tuple[str, dict[str, Tensor]]:
    """The precision and the state dict that keep the logits of `model` within the tolerance."""
    full = {key: tensor.detach().contiguous() for key, tensor in model.state_dict().items()}
    # Vectors (biases, BatchNorm statistics) take next to no room and can leave the range of half precision.
    half = {key: tensor.half() if tensor.ndim > 1 else tensor for key, tensor in full.items()}
    images = torch.randn(PROBE_SHAPE, generator=torch.Generator().manual_seed(0))
    rounded = copy.deepcopy(model)
    rounded.load_state_dict(half)
    with torch.inference_mode():
        logits, rounded_logits = model(images), rounded(images)
    if logits.shape[1] != num_categories:
        raise CourseError(
            f"{name} has {logits.shape[1]} outputs, but its card lists {num_categories} categories. "
            "List one category for each output."
        )
    change = (rounded_logits - logits).abs().max() / logits.abs().max()
    return ("half", half) if change <= HALF_PRECISION_TOLERANCE else ("float32", full)


def _intact_bytes(name: str) -> bytes:
    path = _weights_path(name)
    expected = read_card(name).get("sha256")
    if not path.is_file():
        raise CourseError(_missing(name, path))
    data = path.read_bytes()
    actual = hashlib.sha256(data).hexdigest()
    if actual != expected:
        raise CourseError(
            f"The weights file {path} is damaged: its sha256 is {actual}, its card says {expected}. "
            f"{_cure(name)}"
        )
    return data


def _missing(name: str, path: Path) -> str:
    return f"The pretrained weights of {name} are not here: {path} is missing. {_cure(name)}"


def _cure(name: str) -> str:
    return f"Reinstall the course, or make the weights anew: run tl-course pretrain {name}."


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
