"""The stored study of lesson 05: complete, and saying what the course says of it."""

from __future__ import annotations

import pytest

from tl_course.explain import METHODS
from tl_course.models import POCKET
from tl_course.studies import load_study, run_row, saliency
from tl_course.studies.store import Study

KEYS = ("backbone", "stage", "method", "seed")
DEEPEST = {
    "pocket_resnet": "layer4",
    "pocket_mobilenet": "stage3",
    "pocket_efficientnet": "stage3",
    "pocket_convnext": "stage3",
    "pocket_vit": "stage4",
}


@pytest.fixture(scope="module")
def study() -> Study:
    stored = load_study("saliency")
    assert stored is not None, "not computed yet: tl-course study saliency"
    return stored


def pointing(study: Study, backbone: str, method: str) -> float:
    return study.mean("pointing", backbone=backbone, stage=DEEPEST[backbone], method=method)


def test_every_row_is_stored_once(study: Study) -> None:
    stored = sorted(tuple(row[key] for key in KEYS) for row in study.rows)

    assert stored == sorted(tuple(row[key] for key in KEYS) for row in saliency.rows())


def test_it_was_made_with_the_settings_of_the_code(study: Study) -> None:
    assert study.settings == {**saliency.settings(), "backbone": "pocket_resnet"}


@pytest.mark.parametrize("method", ["gradcam", "layercam", "centre"])
def test_a_row_run_again_gives_about_the_stored_measures(study: Study, method: str) -> None:
    wanted = {"backbone": "pocket_resnet", "stage": "layer4", "method": method, "seed": 1}

    again = run_row("saliency", **wanted)

    (row,) = study.where(**wanted)
    # Convolutions round differently on other processors, and the head is trained on what they give.
    assert again["pointing"] == pytest.approx(row["pointing"], abs=0.06)
    assert again["energy"] == pytest.approx(row["energy"], abs=0.02)


def test_right_and_wrong_answers_make_up_all(study: Study) -> None:
    (row,) = study.where(backbone="pocket_resnet", stage="layer4", method="gradcam", seed=0)

    wrong = row["pictures"] - row["right"]
    together = (row["energy_right"] * row["right"] + row["energy_wrong"] * wrong) / row["pictures"]

    assert together == pytest.approx(row["energy"], abs=1e-4)


@pytest.mark.parametrize("backbone", POCKET)
def test_no_method_points_better_than_the_centre(study: Study, backbone: str) -> None:
    best = max(pointing(study, backbone, method) for method in METHODS)

    assert best < pointing(study, backbone, "centre")


@pytest.mark.parametrize("backbone", [name for name in POCKET if name != "pocket_convnext"])
def test_score_cam_comes_nearest_to_the_centre_on_four_backbones(study: Study, backbone: str) -> None:
    scores = {method: pointing(study, backbone, method) for method in METHODS}

    assert max(scores, key=lambda method: scores[method]) == "scorecam"


def test_on_convnext_grad_cam_is_at_chance_and_eigen_cam_is_not(study: Study) -> None:
    random = pointing(study, "pocket_convnext", "random")

    assert pointing(study, "pocket_convnext", "gradcam") == pytest.approx(random, abs=0.05)
    assert pointing(study, "pocket_convnext", "eigencam") > random + 0.3


def test_on_the_vision_transformer_grad_cam_plus_plus_is_at_chance(study: Study) -> None:
    random = pointing(study, "pocket_vit", "random")

    assert pointing(study, "pocket_vit", "gradcam++") == pytest.approx(random, abs=0.06)


@pytest.mark.parametrize("backbone", ["pocket_resnet", "pocket_mobilenet", "pocket_efficientnet"])
def test_hires_cam_is_grad_cam_before_an_average_and_a_linear_head(study: Study, backbone: str) -> None:
    assert pointing(study, backbone, "hirescam") == pytest.approx(pointing(study, backbone, "gradcam"))
