"""The Grad-CAM studio: what its panel shows is what `grad_cam` and the measures give."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from PIL import Image
from torch import nn

import tl_course as tl
from tl_course.errors import CourseError
from tl_course.explain import METHODS, energy_inside, grad_cam
from tl_course.profiles import Profile
from tl_course.training.progress import Progress
from tl_course.widgets import backbone_heads
from tl_course.widgets.studio import Studio, grad_cam_studio
from tl_course.widgets.studio_choice import YOURS

from .uploads import choose_file, png

PATIENCE = 60  # seconds until a thread that hangs fails its test
HANDED_IN = ("pocket_resnet", "pocket_mobilenet", "pocket_vit")


@pytest.fixture(scope="module")
def profile() -> Profile:
    """A profile with three training and four validation pictures a class, so that all is fast."""
    whole = tl.load_profile("pocket")
    return replace(whole, train=whole.train.few(3), val=whole.val.few(4))


@pytest.fixture(scope="module")
def models(profile: Profile) -> dict[str, nn.Module]:
    torch.manual_seed(0)
    return {name: tl.load_backbone(name, len(profile.classes)) for name in HANDED_IN}


@pytest.fixture
def studio(profile: Profile, models: dict[str, nn.Module]) -> Studio:
    return grad_cam_studio(profile, models)


def settled(studio: Studio) -> Studio:
    studio.job.wait(PATIENCE)
    assert not studio.job.running
    return studio


def test_the_first_picture_is_shown_at_once(studio: Studio) -> None:
    assert not studio.job.running
    assert "pocket_resnet says" in studio.reading.value
    assert "it is ant." in studio.reading.value
    assert studio.pictures.value.count("<img") == 3


@pytest.mark.parametrize("method", METHODS)
def test_the_map_is_that_of_grad_cam(studio: Studio, models: dict[str, nn.Module], method: str) -> None:
    studio.method.value, studio.layer.value, studio.target.value = method, "layer2", 3
    studio.source.value, studio.number.value = 2, 3
    settled(studio)

    pictures = studio.classifiers["pocket_resnet"].pictures
    index = [place for place, label in enumerate(pictures.targets) if label == 2][2]
    expected = grad_cam(models["pocket_resnet"], pictures.images[index], 3, "layer2", method)
    np.testing.assert_allclose(studio.result.saliency, expected, atol=1e-5)
    energy = energy_inside(expected, pictures.masks[index])
    assert f"energy inside the mask: {energy:.2f}" in studio.reading.value
    described = "bird number 3: " + f"{method} at layer2 of pocket_resnet for cat; pointing game: "
    assert described in studio.pictures.value


def test_the_class_that_the_model_gives_is_explained(studio: Studio) -> None:
    said = studio.result.answer
    assert studio.result.target == said

    studio.target.value = (said + 1) % 6

    assert studio.result.target == (said + 1) % 6
    assert studio.result.answer == said


def test_every_control_has_a_name(studio: Studio) -> None:
    controls = (studio.source, studio.number, studio.upload, studio.backbone, studio.layer, studio.method,
                studio.target)  # fmt: skip
    assert all(control.description for control in controls)
    assert studio.backbone.options == studio.profile.backbones


def test_a_layer_that_the_next_backbone_lacks_becomes_its_deepest(studio: Studio) -> None:
    studio.layer.value = "layer2"
    studio.backbone.value = "pocket_mobilenet"
    settled(studio)

    assert studio.layer.options == ("stem", "stage1", "stage2", "stage3")
    assert studio.shown.layer == "stage3"


def test_a_layer_that_the_next_backbone_has_stays(studio: Studio) -> None:
    studio.layer.value = "stem"
    studio.backbone.value = "pocket_mobilenet"

    assert settled(studio).shown.layer == "stem"


def test_the_deepest_layer_stays_the_deepest(studio: Studio) -> None:
    studio.backbone.value = "pocket_mobilenet"
    settled(studio)
    studio.backbone.value = "pocket_vit"

    assert settled(studio).shown.layer == "stage4"


def test_a_backbone_that_is_ready_answers_without_the_job(studio: Studio) -> None:
    studio.backbone.value = "pocket_mobilenet"
    settled(studio)
    studio.backbone.value = "pocket_resnet"
    studio.backbone.value = "pocket_mobilenet"

    assert studio.shown.backbone == "pocket_mobilenet"


def test_a_backbone_gets_a_head_when_it_is_first_chosen(studio: Studio) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)

    studio.backbone.value = "pocket_convnext"
    settled(studio)

    torch.testing.assert_close(torch.rand(3), expected)  # the lesson's random numbers go on
    assert studio.shown.backbone == "pocket_convnext"
    model = studio.classifiers["pocket_convnext"].model
    assert tl.evaluate(model, studio.profile.train).accuracy > 0.5, "the head was not trained"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Training of heads that says that it works, and goes on when it is let."""
    working, go_on = threading.Event(), threading.Event()

    def train(backbone: str, num_classes: int, pictures: object) -> nn.Module:
        working.set()
        go_on.wait(PATIENCE)
        with Progress(1, "trained", "epochs", show=False) as progress:
            progress.advance()
        return tl.load_backbone(backbone, num_classes)

    monkeypatch.setattr(backbone_heads, "frozen_with_head", train)
    yield working, go_on
    go_on.set()


def test_controls_that_change_while_a_head_trains_count_at_its_end(studio: Studio, held) -> None:
    working, go_on = held
    studio.backbone.value = "pocket_convnext"
    assert working.wait(PATIENCE)

    studio.source.value, studio.method.value = 4, "layercam"
    go_on.set()
    settled(studio)

    assert (studio.shown.source, studio.shown.method) == (4, "layercam")
    assert studio.shown.backbone == "pocket_convnext"


def test_another_backbone_ends_the_training_that_nobody_waits_for(studio: Studio, held) -> None:
    working, go_on = held
    studio.backbone.value = "pocket_convnext"
    assert working.wait(PATIENCE)

    studio.backbone.value = "pocket_resnet"
    go_on.set()
    settled(studio)

    assert studio.shown.backbone == "pocket_resnet"
    assert "pocket_convnext" not in studio.classifiers


def test_a_cancelled_training_keeps_the_last_map_and_can_be_started_again(studio: Studio, held) -> None:
    working, go_on = held
    before = studio.pictures.value
    studio.backbone.value = "pocket_convnext"
    assert working.wait(PATIENCE)

    studio.job.stop()
    go_on.set()
    settled(studio)
    assert "Cancelled." in studio.job.line.value
    assert studio.pictures.value == before

    studio.job.start.click()
    assert settled(studio).shown.backbone == "pocket_convnext"


def test_a_cancelled_scorecam_leaves_the_model_as_it_was(studio: Studio, models) -> None:
    model, hooks = models["pocket_resnet"], len(models["pocket_resnet"]._forward_pre_hooks)
    handle = model.register_forward_pre_hook(lambda *_: studio.job.stop() if studio.job.running else None)
    with handle:
        studio.method.value = "scorecam"
        settled(studio)

    assert "Cancelled." in studio.job.line.value
    assert studio.shown.method == "gradcam"
    assert len(model._forward_pre_hooks) == hooks


def test_an_uploaded_picture_has_no_mask_and_the_panel_says_so(studio: Studio) -> None:
    choose_file(studio.upload, "garden.png", png(Image.new("RGB", (200, 120), (10, 120, 30))))

    assert studio.shown.source == YOURS
    assert studio.source.label == "your picture: garden.png"
    assert studio.result.mask is None
    assert "no mask says where the thing is" in studio.reading.value
    assert studio.number.disabled


def test_a_second_upload_takes_the_place_of_the_first(studio: Studio) -> None:
    choose_file(studio.upload, "one.png", png(Image.new("RGB", (64, 64), "white")))
    first = studio.result.pixels
    choose_file(studio.upload, "two.png", png(Image.new("RGB", (64, 64), "black")))

    assert [label for label, value in studio.source.options if value == YOURS] == ["your picture: two.png"]
    assert not np.allclose(studio.result.pixels, first)


def test_after_an_upload_the_pictures_of_a_class_are_still_there(studio: Studio) -> None:
    choose_file(studio.upload, "one.png", png(Image.new("RGB", (64, 64), "white")))
    studio.source.value = 1

    assert studio.number.max == 4
    assert not studio.number.disabled
    assert "it is bee." in studio.reading.value


def test_what_is_no_picture_is_one_line_and_the_last_map_stays(studio: Studio) -> None:
    before = studio.pictures.value
    choose_file(studio.upload, "notes.txt", b"hello")

    assert "notes.txt is no picture" in studio.job.line.value
    assert studio.pictures.value == before


def test_a_map_of_zeros_is_explained(profile: Profile) -> None:
    model = tl.load_backbone("pocket_resnet", len(profile.classes))
    nn.init.zeros_(tl.find_head(model).module.weight)
    studio = grad_cam_studio(profile, {"pocket_resnet": model})

    assert studio.result.is_zero
    assert "The map is zero everywhere" in studio.reading.value


def test_the_still_is_a_figure_of_what_is_shown_first(studio: Studio) -> None:
    figure = studio.still()

    assert isinstance(figure, Figure)
    assert [axis.get_title() for axis in figure.axes] == ["picture", "map", "overlay"]


def test_without_a_model_the_still_is_a_sentence(profile: Profile) -> None:
    studio = Studio(profile)

    assert "Grad-CAM studio: backbones pocket_resnet" in studio.still()
    settled(studio)
    assert studio.still() == Studio(profile).still()


def test_a_model_of_an_unknown_backbone_is_refused(profile: Profile) -> None:
    with pytest.raises(CourseError, match=r"'resnet50'; the profile's backbones are pocket_resnet"):
        grad_cam_studio(profile, {"resnet50": nn.Linear(1, 1)})


def test_a_model_with_other_classes_is_refused(profile: Profile) -> None:
    with pytest.raises(CourseError, match=r"has 57 outputs, the profile 6 classes"):
        grad_cam_studio(profile, {"pocket_resnet": tl.load_backbone("pocket_resnet")})
