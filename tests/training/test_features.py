"""Cached features are what the head would have received, and train it as live ones do."""

from __future__ import annotations

from pathlib import Path

import pytest
import timm
import torch
import torchvision
from torch import nn
from torch.utils.data import Subset, TensorDataset

from tl_course.errors import CourseError
from tl_course.models import find_head, freeze, replace_head
from tl_course.training import evaluate, fit, fit_head

from ..models.small_families import SMALL, alive, images, small_model
from .small_training import cache, pictures, small_pictures, tiny

NETWORKS = [
    "pocket_resnet",
    "resnet18",
    "squeezenet1_1",
    "mobilenet_v2",
    "mobilenet_v3_small",
    "efficientnet_b0",
]


def network(name: str = "pocket_resnet") -> nn.Module:
    torch.manual_seed(0)
    model = torchvision.models.get_model(name, weights=None, num_classes=3)
    # Random weights fade with depth. Running statistics of real activations keep every layer's output alive.
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None
    with torch.no_grad():
        model.train()(pictures()[:][0])
    return model.eval()


# --- the right values ---


@pytest.mark.parametrize("name", NETWORKS)
def test_cached_logits_equal_live_logits(name: str) -> None:
    model, data = network(name), pictures()
    with torch.inference_mode():
        live = model(data.tensors[0])
        features = cache(model, data)
        cached = features.head(features.x)
    assert live.std() > 1e-3, "a network that answers the same to all would prove nothing"
    torch.testing.assert_close(cached, live, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["pocket_resnet", "squeezenet1_1"])
def test_features_feed_the_head_that_find_head_names(name: str) -> None:
    model = network(name)
    assert cache(model, pictures()).x.shape[1] == find_head(model).in_features


def test_a_head_of_several_layers_is_trained_whole() -> None:
    model = replace_head(network(), 3, nn.Sequential(nn.Linear(240, 8), nn.ReLU(), nn.Linear(8, 3)))
    features = cache(model, pictures())
    assert features.head[0] is model.fc


def test_labels_keep_the_order_of_the_dataset() -> None:
    assert cache(tiny(), small_pictures()).y.tolist() == [0, 1, 2, 0, 1, 2]


def test_train_mode_is_kept_and_batchnorm_statistics_are_not_touched() -> None:
    model = tiny().train()
    before = model[1].running_mean.clone()
    cache(model, small_pictures())
    assert model[1].training
    assert torch.equal(model[1].running_mean, before)


def test_model_is_whole_again_afterwards() -> None:
    model, data = tiny(), small_pictures()
    before = model(data.tensors[0])
    cache(model, data)
    assert torch.equal(model(data.tensors[0]), before)


def test_a_model_that_goes_on_after_its_head_is_refused() -> None:
    class Doubled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.fc = nn.Flatten(), nn.Linear(192, 3)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return 2 * self.fc(self.body(images))

    with pytest.raises(CourseError, match="does more after its head"):
        cache(Doubled(), small_pictures())


def test_empty_dataset_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="dataset to cache is empty"):
        cache(tiny(), Subset(small_pictures(), []), tmp_path)


def test_subset_keeps_features_with_their_labels() -> None:
    features = cache(tiny(), small_pictures())
    assert torch.equal(features.subset([5, 0]).x, features.x[[5, 0]])
    assert features.subset([5, 0]).y.tolist() == [2, 0]


# --- every family ---

SMALL_TIMM = {  # name: options that make it small, and the side of a picture that it takes
    "convnext_atto": ({"depths": (1, 1, 1, 1), "dims": (8, 16, 24, 32)}, 64),
    "deit_tiny_distilled_patch16_224": ({"img_size": 64, "embed_dim": 16, "depth": 2, "num_heads": 2}, 64),
    "mixer_s32_224": ({}, 224),
    "mobilenetv3_small_050": ({}, 64),
    "nf_regnet_b0": ({}, 64),
    "resnet10t": ({}, 64),
    "resnetv2_50x1_bit": ({}, 64),
    "vit_tiny_patch16_224": ({"img_size": 64, "embed_dim": 16, "depth": 2, "num_heads": 2}, 64),
}


def timm_network(name: str) -> tuple[nn.Module, TensorDataset]:
    options, side = SMALL_TIMM[name]
    torch.manual_seed(0)
    data = TensorDataset(torch.randn(3, 3, side, side), torch.arange(3))
    model = replace_head(timm.create_model(name, **options), 3)  # some of timm's random heads are zero
    return alive(model, data.tensors[0]), data


def assert_cached_logits_equal_live_ones(model: nn.Module, data: TensorDataset) -> None:
    features = cache(model, data)
    with torch.inference_mode():
        live, cached = model(data.tensors[0]), features.head(features.x)
    scale = live.abs().max().item()
    assert live.std(dim=0).max() > 0.01 * scale, "a network that answers the same to all would prove nothing"
    torch.testing.assert_close(cached, live, rtol=0, atol=1e-3 * scale)


@pytest.mark.parametrize("family", SMALL)
def test_cached_logits_equal_live_logits_in_every_family(family: str) -> None:
    model = replace_head(small_model(family), 3)
    assert_cached_logits_equal_live_ones(model, TensorDataset(images(family), torch.arange(2)))


@pytest.mark.parametrize("name", SMALL_TIMM)
def test_cached_logits_equal_live_logits_in_timm(name: str) -> None:
    assert_cached_logits_equal_live_ones(*timm_network(name))


def test_features_of_a_distilled_model_feed_both_heads() -> None:
    model, data = timm_network("deit_tiny_distilled_patch16_224")
    before = [head.weight.detach().clone() for head in (model.head, model.head_dist)]
    fit_head(cache(model, data), epochs=1, progress=False)
    assert not any(map(torch.equal, before, [model.head.weight, model.head_dist.weight]))


def test_a_model_that_combines_its_heads_otherwise_is_refused() -> None:
    model = timm.create_model("volo_d1_224", img_size=64, num_classes=3)
    with pytest.raises(CourseError, match="Train it whole, with fit"):
        cache(model, pictures())


def test_features_outlive_new_auxiliary_heads() -> None:
    model = small_model("GoogLeNet")
    features = cache(model, TensorDataset(images("GoogLeNet"), torch.arange(2)))
    replace_head(model, 3)
    fit_head(features, epochs=1, progress=False)
    assert features.head[1] is model.fc


def test_the_dropout_beside_the_head_acts_in_cached_training() -> None:
    model = small_model("GoogLeNet")
    assert cache(model, TensorDataset(images("GoogLeNet"), torch.arange(2))).head[0] is model.dropout


# --- training a head on them ---


def test_fit_head_does_what_fit_does_on_the_frozen_model() -> None:
    live, cached, data = network(), network(), pictures()
    freeze(live)
    # One batch an epoch: the order of samples, which both draw in their own way, does not matter.
    fit(live, data, None, 5, optimizer=torch.optim.AdamW(live.fc.parameters(), lr=0.01), progress=False)
    fit_head(cache(cached, data), epochs=5, lr=0.01, progress=False)
    torch.testing.assert_close(cached.fc.weight, live.fc.weight, rtol=1e-3, atol=1e-5)


def test_fit_head_trains_the_model_itself() -> None:
    model, data = network(), pictures()
    features = cache(model, data)
    fit_head(features, epochs=20, progress=False)
    assert evaluate(model, data).accuracy == evaluate(features.head, features).accuracy == 1.0


def test_fit_head_leaves_the_backbone_alone() -> None:
    model = network()
    before = {name: value.clone() for name, value in model.state_dict().items() if not name.startswith("fc.")}
    fit_head(cache(model, pictures()), epochs=2, progress=False)
    after = model.state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items())


def test_features_outlive_a_new_head() -> None:
    model = network()
    features = cache(model, pictures())
    replace_head(model, 3)
    fit_head(features, epochs=1, progress=False)
    assert features.head[0] is model.fc


def test_dropout_before_the_head_acts_in_cached_training() -> None:
    assert isinstance(cache(network("mobilenet_v2"), pictures()).head[0], nn.Dropout)


def test_features_of_a_changed_backbone_are_refused() -> None:
    model = tiny()
    features = cache(model, small_pictures())
    with torch.no_grad():
        model[0].weight.mul_(2)
    with pytest.raises(CourseError, match=r"training features.*cache_features again"):
        fit_head(features, epochs=1, progress=False)


def test_validation_features_of_another_backbone_are_refused() -> None:
    other = tiny()
    with torch.no_grad():
        other[0].weight.mul_(2)
    with pytest.raises(CourseError, match="validation features"):
        fit_head(cache(tiny(), small_pictures()), cache(other, small_pictures()), 1, progress=False)


def test_frozen_head_is_an_error() -> None:
    model = freeze(network(), keep=())
    with pytest.raises(CourseError, match="nothing to train"):
        fit_head(cache(model, pictures()), epochs=1, progress=False)
