"""Scores of familiarity: against computations by hand, and on pictures that are and are not familiar."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torchvision
from sklearn.neighbors import NearestNeighbors
from torch.utils.data import TensorDataset

import tl_course as tl
from tl_course.errors import CourseError
from tl_course.training.familiarity import (
    energy_scores,
    fit_familiarity,
    neighbour_scores,
    passed_by,
    softmax_scores,
    unit_length,
)

from .small_training import cache, small_pictures, tiny


def features(n: int, seed: int = 0, channels: int = 5) -> torch.Tensor:
    return torch.randn(n, channels, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("neighbour", [1, 3, 12])
def test_the_score_is_the_distance_that_scikit_learn_finds(neighbour: int) -> None:
    bank, x = unit_length(features(12)), features(4, seed=1)
    directions = x / x.norm(dim=1, keepdim=True)
    distances, _ = NearestNeighbors(n_neighbors=neighbour).fit(bank.numpy()).kneighbors(directions.numpy())

    np.testing.assert_allclose(neighbour_scores(bank, x, neighbour), -distances[:, -1], atol=1e-5)


def test_the_length_of_a_feature_does_not_count() -> None:
    bank, x = unit_length(features(6)), features(3, seed=1)

    torch.testing.assert_close(neighbour_scores(bank, 100 * x, 2), neighbour_scores(bank, x, 2))


def test_maps_are_averaged_over_their_places() -> None:
    maps = torch.rand(2, 5, 3, 3)

    torch.testing.assert_close(unit_length(maps), unit_length(maps.mean((2, 3))))


@pytest.mark.parametrize(("share", "threshold"), [(0.95, 6.0), (0.5, 51.0), (0.999, 1.0)])
def test_at_least_the_share_passes_and_no_higher_threshold_would_do(share: float, threshold: float) -> None:
    scores = torch.randperm(100) + 1.0

    assert passed_by(scores, share) == threshold


def test_of_few_scores_a_low_share_still_lets_one_pass() -> None:
    assert passed_by(torch.tensor([1.0, 2.0]), 0.01) == 2.0


def test_softmax_and_energy_are_those_of_the_whole_model() -> None:
    model, data = tiny(), small_pictures(6)
    logits = model(data.tensors[0]).detach()
    kept = cache(model, data)

    torch.testing.assert_close(softmax_scores(kept), logits.softmax(1).max(1).values)
    torch.testing.assert_close(energy_scores(kept), logits.exp().sum(1).log())


def test_scores_of_dropout_are_those_of_a_model_that_does_not_train() -> None:
    model = torchvision.models.squeezenet1_1(weights=None, num_classes=3).train()
    kept = cache(model, TensorDataset(torch.rand(2, 3, 64, 64), torch.zeros(2, dtype=torch.long)))

    torch.testing.assert_close(softmax_scores(kept), softmax_scores(kept))
    assert model.classifier[0].training


def test_few_training_pictures_are_all_neighbours() -> None:
    kept = cache(tiny(), small_pictures(6))

    assert fit_familiarity(kept, kept).neighbour == 6


def test_features_of_two_backbones_are_refused() -> None:
    other = tiny()
    torch.nn.init.ones_(other[0].weight)

    with pytest.raises(CourseError, match="two backbones"):
        fit_familiarity(cache(tiny(), small_pictures()), cache(other, small_pictures()))


@pytest.mark.parametrize("settings", [{"neighbour": 0}, {"neighbour": 7}, {"share": 1.0}, {"share": 95}])
def test_settings_that_mean_nothing_are_refused(settings: dict) -> None:
    kept = cache(tiny(), small_pictures(6))

    with pytest.raises(CourseError, match=r"must (be 1|lie)"):
        fit_familiarity(kept, kept, **settings)


def test_noise_is_turned_away_and_critters_pass() -> None:
    # Few pictures, so that it is fast; the numbers of all of them are in the lesson.
    profile = tl.load_profile("pocket")
    model = tl.load_backbone(profile.backbone, len(profile.classes))
    train, val = (cache(model, split.few(count)) for split, count in ((profile.train, 20), (profile.val, 10)))
    familiarity = fit_familiarity(train, val)
    noise = TensorDataset(
        4 * torch.rand(8, 3, 64, 64, generator=torch.Generator().manual_seed(0)) - 2, torch.zeros(8)
    )

    assert not familiarity.passes(noise).any()
    assert familiarity.passes(profile.test.few(4)).float().mean() > 0.75
    assert (familiarity.scores(val) >= familiarity.threshold).float().mean() >= 0.95
