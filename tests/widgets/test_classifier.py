"""Classify my picture: whether it is familiar comes first, and errors leave the last answer."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import torch
from matplotlib.figure import Figure
from PIL import Image
from torch import nn

import tl_course as tl
from tl_course.errors import CourseError
from tl_course.profiles import Profile
from tl_course.training import cache_features, evaluate, fit_temperature, with_temperature
from tl_course.training.familiarity import Familiarity, fit_familiarity
from tl_course.widgets import classifier as room
from tl_course.widgets.backbone_heads import frozen_with_head
from tl_course.widgets.classifier import PictureClassifier, classify_my_picture

from .uploads import choose_file, png


@pytest.fixture(scope="module")
def profile() -> Profile:
    whole = tl.load_profile("pocket")
    return replace(whole, train=whole.train.few(25), val=whole.val.few(10), test=whole.test.few(2))


@pytest.fixture(scope="module")
def model(profile: Profile) -> nn.Module:
    return frozen_with_head(profile.backbone, len(profile.classes), profile.train)


@pytest.fixture(scope="module")
def familiarity(profile: Profile, model: nn.Module) -> Familiarity:
    train, val = (cache_features(model, split, progress=False) for split in (profile.train, profile.val))
    return fit_familiarity(train, val)


@pytest.fixture
def panel(model: nn.Module, profile: Profile, familiarity: Familiarity) -> PictureClassifier:
    return classify_my_picture(model, profile, familiarity)


def text(panel: PictureClassifier) -> str:
    return " ".join(re.sub("<[^>]*>", " ", panel.verdict.value).split())


def test_a_familiar_picture_gets_its_three_best_classes(panel: PictureClassifier) -> None:
    assert panel.example.value == "a test picture (ant)"
    assert panel.answer.is_familiar
    assert text(panel).startswith("It resembles what the network was trained on")
    assert len(re.findall(r"\d+%", panel.verdict.value.partition("<table")[2])) == 3


def test_confidences_are_those_at_the_temperature_of_the_validation_split(
    panel: PictureClassifier, model: nn.Module, profile: Profile
) -> None:
    one = profile.test.subset([profile.test.targets.index(0)])
    temperature = fit_temperature(evaluate(model, profile.val))
    expected = with_temperature(evaluate(model, one), temperature).probabilities[0]

    torch.testing.assert_close(panel.answer.confidences.float(), expected, atol=1e-3, rtol=0)


def test_noise_is_said_to_be_unfamiliar_before_anything_else(panel: PictureClassifier) -> None:
    panel.example.value = "noise"

    assert not panel.answer.is_familiar
    assert text(panel).startswith("This looks like nothing the network was trained on")
    shown = panel.verdict.value
    assert shown.index("nothing the network") < shown.index("It would have said") < shown.index("<table")
    assert "These numbers mean nothing here." in text(panel)
    assert "It explains an answer that means nothing here." in panel.pictures.value


def test_every_example_is_answered(panel: PictureClassifier) -> None:
    assert len(panel.example.options) == 9

    for name in panel.example.options:
        panel.example.value = name
        assert "tl-error" not in panel.problem.value
        assert f"What the network sees of {name}." in panel.pictures.value


def test_an_uploaded_picture_is_answered(panel: PictureClassifier) -> None:
    choose_file(panel.upload, "wall.png", png(Image.new("RGB", (300, 200), (250, 10, 250))))

    assert not panel.answer.is_familiar
    assert "What the network sees of your picture wall.png." in panel.pictures.value


@pytest.mark.parametrize(
    ("data", "says"), [(b"", "empty"), (b"hello", "no picture"), (b"<svg></svg>", "is SVG")]
)
def test_what_cannot_be_read_is_one_line_and_the_last_answer_stays(
    panel: PictureClassifier, data: bytes, says: str
) -> None:
    before = panel.verdict.value, panel.pictures.value
    choose_file(panel.upload, "mine", data)

    assert says in panel.problem.value
    assert (panel.verdict.value, panel.pictures.value) == before

    panel.example.value = "noise"
    assert says not in panel.problem.value


def test_after_an_upload_examples_and_the_picture_can_be_taken_again(panel: PictureClassifier) -> None:
    choose_file(panel.upload, "wall.png", png(Image.new("RGB", (300, 200), (250, 10, 250))))
    distance = panel.answer.distance

    panel.example.value = "a test picture (ant)"
    assert panel.answer.is_familiar

    panel.example.value = "your picture wall.png"
    assert panel.answer.distance == distance


def test_a_name_with_markup_is_shown_as_text(panel: PictureClassifier) -> None:
    choose_file(panel.upload, "<b>x</b>.png", png(Image.new("RGB", (64, 64))))

    assert "<b>" not in panel.pictures.value


def test_where_no_temperature_is_best_the_panel_says_so(
    model: nn.Module, profile: Profile, familiarity: Familiarity, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(evaluation: object) -> float:
        raise CourseError("no temperature is best")

    monkeypatch.setattr(room, "fit_temperature", none)
    panel = classify_my_picture(model, profile, familiarity)

    assert panel.temperature == 1
    assert "Not calibrated" in text(panel)


def test_without_a_familiarity_the_panel_makes_its_own(
    model: nn.Module, profile: Profile, familiarity: Familiarity
) -> None:
    assert classify_my_picture(model, profile).familiarity.threshold == familiarity.threshold


def test_the_still_is_a_figure_and_leaves_the_answer(panel: PictureClassifier) -> None:
    panel.example.value = "noise"
    before = panel.answer

    assert isinstance(panel.still(), Figure)
    assert panel.answer is before
    assert repr(panel) == "Classify my picture: ant, bee, bird, cat, dog, fish, or nothing of the kind"
