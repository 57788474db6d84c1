"""Which precision a device can train in, which one "auto" takes, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch.utils.data import TensorDataset

from tl_course.errors import CourseError
from tl_course.training import mixed_precision
from tl_course.training.mixed_precision import OFF, choose_precision, default_device, precision_report

from .small_training import linear, points, train

# --- what a device can do ---


@pytest.fixture
def cpu_with_bf16(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    return lambda has: monkeypatch.setattr(mixed_precision, "_cpu_has_bf16", lambda: has)


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> Callable[..., torch.device]:
    """A GPU of which only the answers to questions exist; it does `works`, and bfloat16 natively or not."""

    def make(works: tuple[str, ...], native: bool = True) -> torch.device:
        monkeypatch.setattr(mixed_precision, "_refusal", lambda mode, _: None if mode in works else "no")
        monkeypatch.setattr(mixed_precision, "_cuda_has_bf16", lambda _: native)
        return torch.device("cuda")

    return make


@pytest.mark.parametrize(("has", "chosen"), [(True, "bf16"), (False, "off")])
def test_auto_on_a_cpu_needs_its_bf16_instructions(
    cpu_with_bf16: Callable[[bool], None], has: bool, chosen: str
) -> None:
    cpu_with_bf16(has)
    assert choose_precision("auto", "cpu").mode == chosen


@pytest.mark.parametrize(
    ("works", "native", "chosen"),
    [
        (("bf16", "fp16"), True, "bf16"),
        (("bf16", "fp16"), False, "fp16"),
        (("fp16",), True, "fp16"),
        (("bf16",), False, "off"),
        ((), True, "off"),
    ],
)
def test_auto_on_a_gpu_takes_native_bf16_then_fp16(
    gpu: Callable[..., torch.device], works: tuple[str, ...], native: bool, chosen: str
) -> None:
    device = gpu(works, native)
    assert precision_report(device)["auto"].startswith(f"{chosen}: ")


def test_emulated_bf16_may_be_asked_for_and_is_called_slow(gpu: Callable[..., torch.device]) -> None:
    device = gpu(("bf16", "fp16"), native=False)
    assert choose_precision("bf16", device).dtype is torch.bfloat16
    assert precision_report(device)["bf16"] == (
        "works, but this GPU emulates bfloat16: expect it to be slower than float32"
    )


@pytest.mark.parametrize("mode", ["bf16", "fp16", "auto"])
def test_every_mode_of_the_cpu_is_described(mode: str) -> None:
    assert precision_report("cpu")[mode]


def test_fp16_on_a_cpu_works_and_is_called_slow() -> None:
    words = precision_report("cpu")["fp16"]
    assert words.startswith("works, but")
    assert words.endswith("expect it to be slower than float32")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has the device that is to be missing")
def test_mode_that_the_device_cannot_do_is_an_error() -> None:
    with pytest.raises(CourseError, match=r"amp='bf16' on cuda: a small training step failed.*amp='off'"):
        choose_precision("bf16", "cuda")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has the device that is to be missing")
def test_auto_never_raises() -> None:
    assert choose_precision("auto", "cuda") is OFF
    assert precision_report("cuda")["bf16"].startswith("not here: ")


def test_autocast_that_torch_disables_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the CPU torch disables autocast to float64 with a warning, and goes on in float32."""
    monkeypatch.setitem(mixed_precision.DTYPES, "bf16", torch.float64)
    with pytest.raises(CourseError, match=r"target dtype is not supported\. Disabling autocast"):
        choose_precision("bf16", "cpu")


def test_older_torch_is_asked_by_its_own_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: True)
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False, raising=False)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: True, raising=False)
    assert mixed_precision._cpu_has_bf16()


def test_torch_without_any_of_these_names_has_no_bf16(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("get_capabilities", "_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.delattr(torch.cpu, name, raising=False)
    assert not mixed_precision._cpu_has_bf16()


@pytest.mark.parametrize(
    ("cuda", "mps", "kind"), [(True, False, "cuda"), (False, True, "mps"), (False, False, "cpu")]
)
def test_default_device_is_a_gpu_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, cuda: bool, mps: bool, kind: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert default_device() == torch.device(kind)


# --- what is refused ---


@pytest.mark.parametrize(
    ("amp", "near"), [("bfloat16", "bf16"), ("float16", "fp16"), ("FP16", "fp16"), ("automatic", "auto")]
)
def test_unknown_mode_suggests_the_nearest(amp: str, near: str) -> None:
    with pytest.raises(CourseError, match=rf"amp='{amp}': it must be 'off', .* Did you mean '{near}'\?"):
        train(linear(), amp=amp)


@pytest.mark.parametrize("amp", [True, None])
def test_mode_that_is_no_word_is_an_error(amp: object) -> None:
    with pytest.raises(CourseError, match=rf"amp={amp}: it must be"):
        train(linear(), amp=amp)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("amp", ["off", "bf16"])
def test_weights_in_half_precision_are_an_error(amp: str, dtype: torch.dtype) -> None:
    with pytest.raises(CourseError, match=r"weight is in b?float16\. Call model\.float\(\) first"):
        train(linear().to(dtype), amp=amp)


def test_weights_in_double_precision_are_an_error_under_autocast_alone() -> None:
    x, y = points().tensors
    train(linear().double(), TensorDataset(x.double(), y), epochs=1)
    with pytest.raises(CourseError, match="weight is in float64"):
        train(linear().double(), TensorDataset(x.double(), y), amp="bf16")
