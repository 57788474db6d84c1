"""`fit` trains what it should, the same way every time, and reports exact numbers."""

from __future__ import annotations

import warnings

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torchvision.models import resnet18

from tl_course.models import freeze
from tl_course.training import fit

from .small_training import linear, points, train

# --- what it does ---


def test_training_lowers_the_loss() -> None:
    history = train(linear(), epochs=20, lr=0.05)
    assert history.train_loss[-1] < 0.7 * history.train_loss[0]


def test_history_has_a_row_an_epoch_in_every_list() -> None:
    history = train(linear(), points(), points(30, seed=1))
    assert {len(values) for values in history.to_dict().values()} == {3}


def test_training_means_count_samples_not_batches() -> None:
    model, data = linear(), points(70)  # 64 and 6
    still = torch.optim.SGD(model.parameters(), lr=0.0)
    loss = F.cross_entropy(model(data.tensors[0]), data.tensors[1]).item()
    assert train(model, data, epochs=1, optimizer=still).train_loss[0] == pytest.approx(loss, rel=1e-6)


def test_validation_means_count_samples_not_batches() -> None:
    model, val = linear(), points(70, seed=1)
    history = train(model, points(), val, epochs=1)
    logits = model(val.tensors[0])
    expected = F.cross_entropy(logits, val.tensors[1]).item()
    assert history.val_loss[0] == pytest.approx(expected, rel=1e-6)
    assert history.val_accuracy[0] == (logits.argmax(1) == val.tensors[1]).sum().item() / 70


def test_default_optimizer_is_adamw_on_what_requires_a_gradient() -> None:
    by_hand = linear()
    data, optimizer = points(64), torch.optim.AdamW([by_hand.bias], lr=0.01)
    F.cross_entropy(by_hand(data.tensors[0]), data.tensors[1]).backward()
    optimizer.step()
    model = linear()
    model.weight.requires_grad_(False)
    train(model, data, epochs=1, lr=0.01)
    torch.testing.assert_close(model.bias, by_hand.bias)
    assert torch.equal(model.weight, linear().weight)


def test_scheduler_steps_once_an_epoch_and_its_rate_is_in_the_history() -> None:
    model = linear()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.8)
    halve = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    assert train(model, scheduler=halve).lr == [0.8, 0.4, 0.2]


def test_plateau_scheduler_watches_the_validation_loss() -> None:
    model = linear()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0)
    history = train(model, points(), points(30, seed=1), scheduler=plateau)
    assert plateau.best == pytest.approx(history.val_loss[0])


def climbing(val: TensorDataset) -> tuple[nn.Module, torch.optim.Optimizer]:
    """A model at its best on `val`: to train it on anything else makes it worse there."""
    model = linear()
    fit(model, val, None, 60, lr=0.1, progress=False)
    return model, torch.optim.SGD(model.parameters(), lr=0.5)


def contrary() -> TensorDataset:
    data = points(64)
    return TensorDataset(data.tensors[0], 2 - data.tensors[1])


def test_patience_stops_after_epochs_without_a_lower_validation_loss() -> None:
    val = points(40, seed=1)
    model, optimizer = climbing(val)
    assert len(train(model, contrary(), val, epochs=50, optimizer=optimizer, patience=3)) == 1 + 3


def test_best_weights_come_back() -> None:
    val = points(40, seed=1)
    model, optimizer = climbing(val)
    history = train(model, contrary(), val, epochs=5, optimizer=optimizer)
    final = F.cross_entropy(model(val.tensors[0]), val.tensors[1]).item()
    assert final == pytest.approx(min(history.val_loss), rel=1e-6)


def test_restore_best_false_keeps_the_last_weights() -> None:
    val = points(40, seed=1)
    model, optimizer = climbing(val)
    history = train(model, contrary(), val, epochs=5, optimizer=optimizer, restore_best=False)
    final = F.cross_entropy(model(val.tensors[0]), val.tensors[1]).item()
    assert final == pytest.approx(history.val_loss[-1], rel=1e-6)
    assert history.best_epoch == 1


def test_modes_are_left_as_they_were() -> None:
    model = nn.Sequential(linear(), nn.Dropout()).eval()
    model[1].train()
    train(model, points(), points(30, seed=1))
    assert [module.training for module in model.modules()] == [False, False, True]


def test_frozen_batchnorm_statistics_stay_to_the_bit() -> None:
    model = freeze(resnet18(num_classes=3))
    before = {name: value.clone() for name, value in model.named_buffers()}
    pictures = TensorDataset(torch.randn(6, 3, 32, 32) + 3, torch.arange(6) % 3)
    train(model, pictures, pictures, epochs=1)
    assert all(torch.equal(value, before[name]) for name, value in model.named_buffers())


def test_nothing_is_warned_of() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train(linear(), points(), points(30, seed=1))


# --- the same every time ---


class Recorder(Dataset):
    """Remembers in which order its samples were asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __len__(self) -> int:
        return 20

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        self.asked.append(index)
        return torch.randn(4), index % 3


def order(seed: int, global_seed: int = 0) -> list[int]:
    data = Recorder()
    torch.manual_seed(global_seed)
    train(linear(), data, epochs=2, seed=seed)
    return data.asked


def test_order_depends_on_the_seed_alone() -> None:
    assert order(5, global_seed=1) == order(5, global_seed=2)


def test_another_seed_is_another_order() -> None:
    assert order(5) != order(6)


def test_order_changes_between_epochs() -> None:
    asked = order(5)
    assert asked[:20] != asked[20:]


def test_every_sample_is_seen_once_an_epoch() -> None:
    assert sorted(order(5)[:20]) == list(range(20))


def test_shuffled_loader_of_the_user_follows_the_seed() -> None:
    first, second = linear(), linear()
    for model, global_seed in ((first, 1), (second, 2)):
        loader = DataLoader(points(), batch_size=8, shuffle=True)
        torch.manual_seed(global_seed)
        train(model, loader)
    assert torch.equal(first.weight, second.weight)


def test_random_numbers_of_the_program_are_not_disturbed() -> None:
    model = linear()
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    train(model, points(), points(30, seed=1))
    assert torch.equal(torch.rand(1), expected)
