"""`fit(..., amp=...)`: the forward pass in 16 bits, everything that is kept in 32."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import TensorDataset
from torchvision.models import GoogLeNetOutputs

from tl_course.errors import CourseError
from tl_course.models import freeze, load_backbone
from tl_course.training import History, evaluate
from tl_course.training.batches import TensorBatches
from tl_course.training.mixed_precision import OFF, Precision, choose_precision
from tl_course.training.passes import check_finite, train_pass

from .small_training import linear, pictures, points, small_pictures, tiny, train

HALF = {"bf16": torch.bfloat16, "fp16": torch.float16}
# Gradients of inputs as large as these overflow at the first loss scale, 65536, and fit a few halvings later.
LARGE = 10.0


def large_points(n: int = 70) -> TensorDataset:
    x, y = points(n).tensors
    return TensorDataset(LARGE * x, y)


def fp16(scale: float = 65536.0, growth_interval: int = 2000) -> Precision:
    scaler = torch.amp.GradScaler("cpu", init_scale=scale, growth_interval=growth_interval)
    return Precision("fp16", "cpu", torch.float16, scaler)


def without_seconds(history: History) -> dict[str, list[float]]:
    return {name: values for name, values in history.to_dict().items() if name != "seconds"}


# --- training ---


@pytest.mark.parametrize("amp", HALF)
def test_learns_as_float32_does(amp: str) -> None:
    full, half = (
        train(linear(), points(), points(40, seed=1), epochs=5, lr=0.05, amp=m) for m in ("off", amp)
    )
    assert half.val_loss == pytest.approx(full.val_loss, rel=0.02)
    assert half.train_loss[-1] < 0.8 * half.train_loss[0]


@pytest.mark.parametrize("amp", HALF)
def test_computes_in_16_bits_in_training_and_validation(amp: str) -> None:
    model, seen = linear(), set()
    model.register_forward_hook(lambda layer, _, output: seen.add((layer.training, output.dtype)))
    train(model, points(), points(30, seed=1), epochs=1, amp=amp)
    assert seen == {(True, HALF[amp]), (False, HALF[amp])}


@pytest.mark.parametrize("amp", HALF)
def test_loss_is_taken_of_float32(amp: str) -> None:
    seen: set[torch.dtype] = set()

    def loss_function(logits: Tensor, targets: Tensor) -> Tensor:
        seen.add(logits.dtype)
        return F.cross_entropy(logits, targets)

    train(linear(), points(), points(30, seed=1), epochs=1, amp=amp, loss_function=loss_function)
    assert seen == {torch.float32}


@pytest.mark.parametrize("amp", HALF)
def test_weights_gradients_and_optimizer_stay_in_float32(amp: str) -> None:
    model = tiny()
    optimizer = torch.optim.AdamW(model.parameters())
    train(model, small_pictures(), epochs=1, amp=amp, optimizer=optimizer)
    kept = [*model.parameters(), *(p.grad for p in model.parameters())]
    kept += [state["exp_avg"] for state in optimizer.state.values()]
    assert {tensor.dtype for tensor in kept if tensor is not None} == {torch.float32}


def test_off_computes_in_float32() -> None:
    model, seen = linear(), set()
    model.register_forward_hook(lambda _, __, output: seen.add(output.dtype))
    train(model, points(), epochs=1)
    assert seen == {torch.float32}


def test_evaluation_is_in_float32_whatever_training_used() -> None:
    model = linear()
    train(model, points(), epochs=1, amp="bf16")
    logits = evaluate(model, points()).logits
    torch.testing.assert_close(logits, model(points().tensors[0]).double(), rtol=1e-6, atol=1e-6)


def test_random_numbers_are_drawn_as_without_it() -> None:
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    choose_precision("fp16", "cpu")
    assert torch.equal(torch.rand(1), expected)


@pytest.mark.parametrize("amp", HALF)
def test_a_pocket_backbone_thaws_in_mixed_precision(amp: str) -> None:
    model = freeze(load_backbone("pocket_resnet", 3, weights=None))
    before = copy.deepcopy(model.layer4.state_dict())
    train(model, pictures(), epochs=2, amp=amp, unfreeze_at={2: "layer4"})
    after = model.layer4.state_dict()
    assert not torch.equal(after["0.conv1.weight"], before["0.conv1.weight"])


@pytest.mark.parametrize("amp", HALF)
def test_soft_labels_train(amp: str) -> None:
    soft = TensorDataset(points(6).tensors[0], torch.full((6, 3), 1 / 3))
    assert train(linear(), soft, epochs=1, amp=amp).train_loss == pytest.approx(
        train(linear(), soft, epochs=1).train_loss, rel=0.01
    )


class Auxiliary(nn.Module):
    """In train mode the logits and those of an auxiliary classifier, as torchvision's GoogLeNet gives."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.head, self.aux = nn.Linear(4, 3), nn.Linear(4, 3)

    def forward(self, x: Tensor) -> object:
        return GoogLeNetOutputs(self.head(x), None, self.aux(x)) if self.training else self.head(x)


def test_auxiliary_classifiers_train() -> None:
    model, before = Auxiliary(), Auxiliary()
    train(model, points(), epochs=1, amp="bf16")
    assert not torch.equal(model.aux.weight, before.aux.weight)


# --- loss scaling ---


def one_step(precision: Precision, model: nn.Module, optimizer: torch.optim.Optimizer, size: float) -> bool:
    x, y = points().tensors
    optimizer.zero_grad()
    with precision.autocast():
        loss = F.cross_entropy(precision.widened(model(size * x)), y)
    return precision.step(loss, optimizer)


def test_gradients_are_those_of_the_unscaled_loss() -> None:
    scaled, plain = linear(), linear()
    for model, precision in ((scaled, fp16(scale=1024.0)), (plain, OFF)):
        one_step(precision, model, torch.optim.SGD(model.parameters(), lr=1.0), size=1.0)
    torch.testing.assert_close(scaled.weight, plain.weight, rtol=0, atol=2e-3)


def test_a_step_whose_gradients_overflow_halves_the_scale_and_changes_nothing_else() -> None:
    model, precision = linear(), fp16(scale=1024.0)
    optimizer = torch.optim.AdamW(model.parameters())
    assert one_step(precision, model, optimizer, size=1.0)
    before = copy.deepcopy([model.state_dict(), optimizer.state_dict()])

    assert not one_step(precision, model, optimizer, size=1000.0)

    torch.testing.assert_close([model.state_dict(), optimizer.state_dict()], before, rtol=0, atol=0)
    assert precision.scaler is not None
    assert precision.scaler.get_scale() == 512.0


def test_the_scale_grows_after_enough_good_steps() -> None:
    model, precision = linear(), fp16(scale=1024.0, growth_interval=3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scales = []
    for _ in range(3):
        one_step(precision, model, optimizer, size=1.0)
        scales.append(precision.scaler.get_scale())  # type: ignore[union-attr]
    assert scales == [1024.0, 1024.0, 2048.0]


def test_a_scale_that_fell_to_zero_still_skips() -> None:
    model = linear()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    assert not one_step(fp16(scale=0.0), model, optimizer, size=1.0)


def test_skipped_steps_and_the_scale_are_in_the_history() -> None:
    history = train(linear(), large_points(), epochs=3, batch_size=8, amp="fp16")
    skipped = history.skipped_steps[0]
    assert skipped > 0
    assert history.loss_scale == [65536 / 2**skipped] * 3
    assert history.skipped_steps[1:] == [0, 0]


@pytest.mark.parametrize("amp", ["off", "bf16"])
def test_other_modes_have_no_columns_of_loss_scaling(amp: str) -> None:
    history = train(linear(), points(), epochs=1, amp=amp)
    assert not history.skipped_steps + history.loss_scale


def test_a_skipped_step_does_not_move_a_schedule_by_batch() -> None:
    model = linear()
    schedule = torch.optim.lr_scheduler.LambdaLR(
        torch.optim.SGD(model.parameters(), lr=1e-3), lambda step: 1 / (1 + step)
    )
    history = train(
        model,
        large_points(80),
        epochs=2,
        batch_size=8,
        amp="fp16",
        scheduler=schedule,
        step_scheduler="batch",
    )
    assert schedule.last_epoch == 2 * 10 - sum(history.skipped_steps)
    assert sum(history.skipped_steps) > 0


def test_an_epoch_without_a_single_step_is_an_error() -> None:
    with pytest.raises(CourseError, match=r"epoch 1: every step was skipped, 1 of 1.*65504.*amp='bf16'"):
        train(linear(), large_points(64), amp="fp16")


def test_loss_that_is_not_finite_in_fp16_names_its_range() -> None:
    model = linear()
    nn.init.constant_(model.weight, 60000.0)
    with pytest.raises(CourseError, match=r"epoch 1, batch 1: the loss is (nan|inf).*65504.*amp='bf16'"):
        train(model, points(), amp="fp16")


def test_pictures_that_are_not_finite_stay_the_cause_in_fp16() -> None:
    with pytest.raises(CourseError, match=r"look at the pictures and the transform$"):
        check_finite(float("nan"), torch.full((2, 3), float("nan")), "epoch 1", fp16())


def test_loss_that_is_not_finite_in_bf16_does_not_name_the_range_of_fp16() -> None:
    with pytest.raises(CourseError, match=r"a tenth of it$"):
        check_finite(float("inf"), torch.ones(2, 3), "epoch 1", choose_precision("bf16", "cpu"))


def test_means_count_the_skipped_batches_too() -> None:
    model = linear()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-30)  # moves no float32
    x, y = large_points(64).tensors
    loader = TensorBatches(TensorDataset(x, y), 8)
    means = train_pass(model, loader, optimizer, nn.CrossEntropyLoss(), "epoch 1", lambda: None, fp16())
    assert means.skipped_steps > 0
    assert means.loss == pytest.approx(F.cross_entropy(model(x), y).item(), rel=0.01)


# --- resuming ---


def resumable(path: Path | None, amp: str, epochs: int) -> tuple[nn.Module, History]:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 3))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02)
    history = train(
        model, large_points(64), epochs=epochs, batch_size=8, optimizer=optimizer, checkpoint=path, amp=amp
    )
    return model, history


@pytest.mark.parametrize("amp", HALF)
def test_resumed_run_equals_the_uninterrupted_one_to_the_bit(tmp_path: Path, amp: str) -> None:
    resumable(tmp_path / "run.pt", amp, epochs=2)
    resumed, resumed_history = resumable(tmp_path / "run.pt", amp, epochs=4)
    whole, history = resumable(None, amp, epochs=4)
    assert without_seconds(resumed_history) == without_seconds(history)
    for name, value in whole.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], value), name


def test_resumed_run_goes_on_with_its_loss_scale(tmp_path: Path) -> None:
    resumable(tmp_path / "run.pt", "fp16", epochs=1)
    _, history = resumable(tmp_path / "run.pt", "fp16", epochs=2)
    assert history.skipped_steps[0] > 0
    assert history.skipped_steps[1] == 0


def test_a_run_in_another_precision_is_not_resumed(tmp_path: Path) -> None:
    resumable(tmp_path / "run.pt", "bf16", epochs=1)
    with pytest.raises(CourseError, match=r"amp differs, bf16 there, off here"):
        resumable(tmp_path / "run.pt", "off", epochs=2)
