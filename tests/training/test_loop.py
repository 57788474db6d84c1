"""`fit` trains what it should, the same way every time, and reports exact numbers."""

from __future__ import annotations

import math
import warnings
from collections import namedtuple

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset, default_collate
from torchvision.models import googlenet, resnet18
from torchvision.transforms import v2

from tl_course.models import freeze
from tl_course.training import fit

from .small_training import linear, points, small_pictures, tiny, train

# --- what it does ---


def test_training_lowers_the_loss() -> None:
    history = train(linear(), epochs=20, lr=0.05)
    assert history.train_loss[-1] < 0.7 * history.train_loss[0]


def test_history_has_a_row_an_epoch_in_every_list() -> None:
    history = train(linear(), points(), points(30, seed=1))
    assert {len(values) for values in history.to_dict().values()} == {3}


def test_training_means_count_samples_not_batches() -> None:
    model, data = linear(), points(70)  # 64 and 6
    still = torch.optim.SGD(model.parameters(), lr=1e-30)  # moves no float32
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


# --- soft labels ---


def mixed_loader(classes: int = 3) -> DataLoader:
    mix = v2.MixUp(num_classes=classes)
    return DataLoader(
        small_pictures(), batch_size=4, collate_fn=lambda samples: mix(*default_collate(samples))
    )


def test_mixed_up_pictures_train() -> None:
    model, before = tiny(), tiny().state_dict()
    train(model, mixed_loader(), epochs=1)
    assert not torch.equal(model[3].weight, before["3.weight"])


def test_mixed_up_pictures_are_the_same_every_time() -> None:
    assert train(tiny(), mixed_loader()).train_loss == train(tiny(), mixed_loader()).train_loss


def test_answer_to_a_soft_label_is_right_where_it_is_the_most_probable_class() -> None:
    labels = torch.tensor([[0.6, 0.4, 0.0], [0.1, 0.2, 0.7], [0.3, 0.5, 0.2], [0.2, 0.2, 0.6]])
    logits = torch.tensor([[3.0, 1.0, 0.0], [0.0, 4.0, 1.0], [0.0, 2.0, 1.0], [5.0, 0.0, 0.0]])
    model = still_identity(logits)
    history = train(model, TensorDataset(logits, labels), epochs=1, lr=1e-30)
    assert history.train_accuracy == [2 / 4]


def test_loss_of_soft_labels_is_their_cross_entropy() -> None:
    labels, logits = torch.tensor([[0.25, 0.75]]), torch.tensor([[1.0, 3.0]])
    history = train(still_identity(logits), TensorDataset(logits, labels), epochs=1, lr=1e-30)
    by_hand = math.log(math.exp(1) + math.exp(3)) - (0.25 * 1 + 0.75 * 3)
    assert history.train_loss[0] == pytest.approx(by_hand, rel=1e-6)


def test_soft_labels_in_double_precision_train_too() -> None:
    data = TensorDataset(torch.randn(4, 4), torch.full((4, 3), 1 / 3, dtype=torch.float64))
    assert len(train(linear(), data, epochs=1)) == 1


def test_labels_of_a_small_integer_type_train_too() -> None:
    small = TensorDataset(points().tensors[0], points().tensors[1].to(torch.uint8))
    assert train(linear(), small).train_loss == train(linear(), points()).train_loss


def still_identity(logits: torch.Tensor) -> nn.Linear:
    """A layer that gives back its inputs: they are the logits."""
    layer = nn.Linear(logits.shape[1], logits.shape[1], bias=False)
    nn.init.eye_(layer.weight)
    return layer


# --- auxiliary classifiers ---


Outputs = namedtuple("Outputs", ["logits", "aux2", "aux1"])


class Auxiliary(nn.Module):
    """As torchvision's GoogLeNet does: a namedtuple in train mode, the logits alone in eval mode."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.body, self.head, self.aux1 = nn.Linear(4, 4), nn.Linear(4, 3), nn.Linear(4, 3)

    def forward(self, x: torch.Tensor) -> Outputs | torch.Tensor:
        features = self.body(x)
        if not self.training:
            return self.head(features)
        return Outputs(self.head(features), None, self.aux1(features))


def test_auxiliary_losses_count_three_tenths() -> None:
    by_hand, model, data = Auxiliary(), Auxiliary(), points(64)
    logits, _, auxiliary = by_hand.train()(data.tensors[0])
    loss = F.cross_entropy(logits, data.tensors[1]) + 0.3 * F.cross_entropy(auxiliary, data.tensors[1])
    loss.backward()
    torch.optim.SGD(by_hand.parameters(), lr=0.1).step()
    train(model, data, epochs=1, optimizer=torch.optim.SGD(model.parameters(), lr=0.1))
    torch.testing.assert_close(model.state_dict(), by_hand.state_dict())


def test_history_is_of_the_main_logits_alone() -> None:
    model, data = Auxiliary(), points(64)
    logits = Auxiliary().eval()(data.tensors[0])
    history = train(model, data, epochs=1)
    assert history.train_loss[0] == pytest.approx(F.cross_entropy(logits, data.tensors[1]).item(), rel=1e-6)
    assert history.train_accuracy[0] == (logits.argmax(1) == data.tensors[1]).sum().item() / 64


def test_auxiliary_loss_with_nothing_to_train_is_left_out() -> None:
    model, data = Auxiliary(), points(64)
    model.requires_grad_(False)
    model.head.requires_grad_(True)
    train(model, data, epochs=1)
    assert torch.equal(model.aux1.weight, Auxiliary().aux1.weight)
    assert not torch.equal(model.head.weight, Auxiliary().head.weight)


def test_googlenet_trains_with_its_auxiliary_classifiers() -> None:
    model = googlenet(num_classes=3, aux_logits=True, init_weights=False)
    before = model.aux1.fc2.weight.clone()
    train(model, TensorDataset(torch.randn(2, 3, 32, 32), torch.tensor([0, 2])), epochs=1)
    assert not torch.equal(model.aux1.fc2.weight, before)


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
