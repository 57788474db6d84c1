"""Mixed precision: the forward pass in 16 bits, the weights and their sums in 32."""

from __future__ import annotations

import difflib
import warnings
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Literal, get_args

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.amp import GradScaler
from torch.optim import Optimizer

from tl_course.errors import CourseError

Amp = Literal["off", "bf16", "fp16", "auto"]
DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True)
class Precision:
    """How the forward pass of a run computes, and how its optimizer steps.

    - `mode`: "off", "bf16" or "fp16"
    - `device_type`: "cpu", "cuda", "mps"
    - `dtype`: what autocast computes in; None where it is off
    - `scaler`: multiplies the loss, so that small gradients stay above float16's smallest number; None but
      for fp16. https://docs.pytorch.org/docs/stable/amp.html#gradient-scaling
    """

    mode: str = "off"
    device_type: str = "cpu"
    dtype: torch.dtype | None = None
    scaler: GradScaler | None = None

    def autocast(self) -> AbstractContextManager[object]:
        """To compute in: torch chooses, operation by operation, which of them run in `dtype`."""
        # Not autocast(enabled=False), which would end one that the caller has around the whole run.
        return nullcontext() if self.dtype is None else torch.autocast(self.device_type, self.dtype)

    def widened(self, scores: Tensor) -> Tensor:
        """Scores (N, K) in float32: a softmax in 16 bits would round away what the loss measures."""
        return scores if self.dtype is None else scores.float()

    def step(self, loss: Tensor, optimizer: Optimizer) -> bool:
        """Backward pass and step; False where a gradient overflowed and the step was skipped.

        The scaler then halves its scale, and weights and optimizer stay as they are.
        """
        if self.scaler is None:
            loss.backward()
            optimizer.step()
            return True
        self.scaler.scale(loss).backward()
        before = self.scaler.get_scale()
        self.scaler.step(optimizer)
        self.scaler.update()
        # A scale that was halved down to 0 can fall no further.
        return 0 < before <= self.scaler.get_scale()


OFF = Precision()


def choose_precision(amp: str, device: torch.device | str) -> Precision:
    """The precision that `amp` asks for: "off", "bf16", "fp16", or "auto" for the best that is fast here.

    "auto" takes bf16 where the device has fast kernels for it, else fp16 where it has, else "off".

    Raises CourseError for an unknown mode, and for one that the device cannot train in.
    """
    device = torch.device(device)
    if amp not in get_args(Amp):
        near = difflib.get_close_matches(str(amp), get_args(Amp), n=1, cutoff=0.3)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise CourseError(f"amp={amp!r}: it must be 'off', 'bf16', 'fp16' or 'auto'.{hint}")
    if amp == "auto":
        amp = _automatic(device)
    if amp == "off":
        return OFF
    refusal = _refusal(amp, device)
    if refusal:
        raise CourseError(
            f"amp={amp!r} on {device}: a small training step failed there ({refusal}). Use amp='auto', which "
            f"takes what this device does fast, or amp='off'"
        )
    return _precision(amp, device)


def default_device() -> torch.device:
    """The fastest kind of device here: a CUDA GPU, Apple's GPU, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def precision_report(device: torch.device | str) -> dict[str, str]:
    """In words: whether and how `device` does "bf16" and "fp16", and what "auto" chooses there and why."""
    device = torch.device(device)
    chosen = _automatic(device)
    none = chosen == "off"
    why = "neither bf16 nor fp16 is fast here" if none else "the first of bf16 and fp16 that is fast here"
    return {**{mode: _words(mode, device) for mode in DTYPES}, "auto": f"{chosen}: {why}"}


def check_weights(model: nn.Module, precision: Precision) -> None:
    """A CourseError for weights in half precision, and under autocast for any that are not in float32."""
    refused = {torch.float16, torch.bfloat16} | (set() if precision.dtype is None else {torch.float64})
    for name, parameter in model.named_parameters():
        if parameter.dtype in refused:
            raise CourseError(
                f"the model's weights must be in float32, but {name} is in {_plain(parameter.dtype)}. Call "
                f"model.float() first; amp keeps the weights in float32 and computes in 16 bits"
            )


def _precision(mode: str, device: torch.device) -> Precision:
    scaler = GradScaler(device.type) if mode == "fp16" else None
    return Precision(mode, device.type, DTYPES[mode], scaler)


def _automatic(device: torch.device) -> str:
    """The first mode that works on `device` and is fast there."""
    fast = (mode for mode in DTYPES if not _refusal(mode, device) and not _slowness(mode, device))
    return next(fast, "off")


def _words(mode: str, device: torch.device) -> str:
    refusal, slowness = _refusal(mode, device), _slowness(mode, device)
    if refusal:
        return f"not here: {refusal}"
    if slowness:
        return f"works, but {slowness}: expect it to be slower than float32"
    if device.type == "cpu":
        return "works, with the processor's own instructions: faster for some models, slower for others"
    return "works"


def _refusal(mode: str, device: torch.device) -> str | None:
    """Why `device` cannot train in this mode, None where it can: one tiny step is tried."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Where torch cannot autocast or scale it goes on in float32, and only warns.
        warnings.filterwarnings("error", message=".*Disabling")
        try:
            _tiny_step(_precision(mode, device), device)
        except Exception as problem:  # each device's library raises a kind of its own
            return (str(problem).splitlines() or [type(problem).__name__])[0].rstrip(".")
    return None


def _tiny_step(precision: Precision, device: torch.device) -> None:
    """Forward, backward and step of a convolution and a linear layer. No random number is drawn."""
    images = torch.full((2, 4, 8, 8), 0.1, device=device)
    kernel = torch.full((4, 4, 3, 3), 0.1, device=device, requires_grad=True)
    weight = torch.full((3, 4), 0.1, device=device, requires_grad=True)
    with precision.autocast():
        scores = F.linear(F.conv2d(images, kernel).mean((2, 3)), weight)
        if scores.dtype != precision.dtype:
            raise TypeError(f"autocast computed in {_plain(scores.dtype)}")
        loss = F.cross_entropy(precision.widened(scores), torch.zeros(2, dtype=torch.int64, device=device))
    precision.step(loss, torch.optim.SGD([kernel, weight], lr=0.01))
    if not loss.isfinite():
        raise ArithmeticError(f"the loss came out as {loss.item()}")


def _slowness(mode: str, device: torch.device) -> str | None:
    """Why this mode, where it works, is slow on `device`; None where nothing says so."""
    if device.type == "cuda" and mode == "bf16" and not _cuda_has_bf16(device):
        return "this GPU emulates bfloat16"
    if device.type == "cpu" and mode == "fp16":
        return "torch has no fast float16 kernels for training on a CPU"
    if device.type == "cpu" and not _cpu_has_bf16():
        return "this processor has no bfloat16 instructions that torch uses"
    return None


def _cuda_has_bf16(device: torch.device) -> bool:
    if not torch.cuda.is_available():
        return False
    with torch.cuda.device(device):
        return torch.cuda.is_bf16_supported(including_emulation=False)


def _cpu_has_bf16() -> bool:
    if not torch.backends.mkldnn.is_available():  # its kernels are the ones that use the instructions
        return False
    ask = getattr(torch.cpu, "get_capabilities", None)
    if ask is not None:
        has = ask()
        return any(has.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))
    # Older versions of torch know only these, and not on every platform.
    asks = (
        getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    )
    return any(ask is not None and ask() for ask in asks)


def _plain(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
