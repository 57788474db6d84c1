"""Classify my picture: first whether it is familiar at all, then what the model says, and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape

import ipywidgets
import numpy as np
import torch
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor, nn

from tl_course.data import Pictures, SourceTask
from tl_course.data.unfamiliar import noise, plain
from tl_course.errors import CourseError
from tl_course.profiles import Profile
from tl_course.training import cache_features, evaluate, fit_temperature
from tl_course.training.familiarity import Familiarity, fit_familiarity
from tl_course.training.passes import seeded
from tl_course.view import unnormalised
from tl_course.widgets.live import Line, Live, frame
from tl_course.widgets.maps import (
    Explained,
    enlarged,
    explained,
    overlay_picture,
    plot_explained,
    side_by_side,
)
from tl_course.widgets.upload import MAX_BYTES, upload_button, uploaded

TOP = 3
THING = "teapot"
MOST_EXAMPLES = 6  # classes that a test picture is offered of

STYLE = """<style>
.tl-classifier .tl-verdict { font-weight: 600; }
.tl-classifier .tl-answers { border-collapse: collapse; margin: 4px 0; }
.tl-classifier .tl-answers td { padding: 1px 12px 1px 0; text-align: left; }
.tl-classifier .tl-meaningless { font-size: 12px; }
</style>"""


def classify_my_picture(
    model: nn.Module, profile: Profile, familiarity: Familiarity | None = None
) -> PictureClassifier:
    """A panel that answers for a picture of one's own: see `PictureClassifier`."""
    return PictureClassifier(model, profile, familiarity)


@dataclass(frozen=True, eq=False)
class Answer:
    """What the model says of one picture, and whether it should be asked at all.

    - `confidences`: (K,) float, the probabilities at the calibrated temperature
    - `distance`: to the k-th nearest training feature; `limit`: the largest one that passes, as `share` of
      the validation pictures do
    - `explained`: the picture, and the map for the most probable class
    """

    confidences: Tensor
    distance: float
    limit: float
    share: float
    explained: Explained

    @property
    def is_familiar(self) -> bool:
        """Whether the picture is as near to the training pictures as nearly all validation pictures are."""
        return self.distance <= self.limit


class PictureClassifier(Live):
    """Upload a picture, or take an example; `answer` is what was found for the last one.

    `model` has a backbone that the profile's `transforms` suit. `familiarity` is of that model; None makes
    it, with one pass of the training and the validation pictures. The temperature is fitted on the validation
    split.
    """

    def __init__(self, model: nn.Module, profile: Profile, familiarity: Familiarity | None = None) -> None:
        self.model, self.profile = model, profile
        if familiarity is None:
            familiarity = fit_familiarity(
                cache_features(model, profile.train), cache_features(model, profile.val)
            )
        self.familiarity = familiarity
        self.temperature, self.calibrated = _temperature(model, profile)
        self.answer: Answer | None = None
        self._examples = examples(profile)
        self._mine: dict[str, Callable[[], Image.Image]] = {}
        self._offering = False
        self.upload = upload_button()
        self.example = ipywidgets.Dropdown(
            options=list(self._examples), description="or take",
            style={"description_width": "initial"}, layout={"width": "auto"},
        )  # fmt: skip
        self.problem, self.verdict, self.pictures = Line(), Line(), ipywidgets.HTML()
        controls = ipywidgets.HBox(
            [self.upload, self.example], layout={"flex_flow": "row wrap", "overflow": "visible"}
        )
        note = ipywidgets.HTML(f'{STYLE}<div class="tl-line">{escape(self._about())}</div>')
        self.panel = frame(
            "What does it say of your picture?", note, controls, self.problem, self.verdict, self.pictures
        )
        self.panel.add_class("tl-classifier")
        self.upload.observe(lambda _: self._uploaded(), "value")
        self.example.observe(lambda _: self._take_example(), "value")
        self._take_example()

    def still(self) -> Figure:
        """The first example, a test picture, with its map and what the model says of it."""
        answer = self._answered(next(iter(self._examples.values()))())
        first = int(answer.confidences.argmax())
        says = f"{self.profile.classes[first]} ({answer.confidences[first]:.0%})"
        known = "familiar" if answer.is_familiar else "unfamiliar"
        return plot_explained(answer.explained, f"A test picture, {known}: the model says {says}")

    def __repr__(self) -> str:
        return f"Classify my picture: {', '.join(self.profile.classes)}, or nothing of the kind"

    def ask(self, picture: Image.Image, name: str) -> None:
        """Show what the model says of a picture; where that fails, one line says why, and the last one stays.

        `name` is what the picture is called in the words for who doesn't see it.
        """
        try:
            answer = self._answered(picture)
        except CourseError as error:
            self.problem.complain(error)
            return
        self.answer = answer
        self.problem.say("")
        self.verdict.say_html(verdict(answer, self.profile.classes, self.calibrated))
        self.pictures.value = self._drawn(answer, name)

    def _about(self) -> str:
        side = self.profile.val[0][0].shape[-1]
        return (
            f"The picture stays where the kernel runs. The network sees {side} x {side} pixels of it and "
            f"knows these classes: {', '.join(self.profile.classes)}. "
            f"Files up to {MAX_BYTES / 1e6:g} MB."
        )

    def _uploaded(self) -> None:
        if not self.upload.value:
            return
        try:
            name, picture = uploaded(self.upload)
        except CourseError as error:
            self.problem.complain(error)
            return
        self._mine = {f"your picture {name[:40]}": lambda: picture}
        choices = [*self._examples, *self._mine]
        self._offering = True  # new options choose the first one on their way
        self.example.options = choices
        self._offering = False
        self.example.value = choices[-1]

    def _take_example(self) -> None:
        if self._offering:
            return
        name = self.example.value
        self.ask((self._examples | self._mine)[name](), name)

    def _answered(self, picture: Image.Image) -> Answer:
        image = self.profile.transforms(picture)
        one = Pictures(image[None], [0], self.profile.classes)
        features = cache_features(self.model, one, progress=False)
        evaluation = evaluate(self.model, one)
        pixels = unnormalised(image, self.profile.transforms).permute(1, 2, 0).numpy()
        return Answer(
            (evaluation.log_probabilities[0] / self.temperature).softmax(0),
            -float(self.familiarity.scores(features)[0]),
            -self.familiarity.threshold,
            self.familiarity.share,
            explained(self.model, image, pixels),
        )

    def _drawn(self, answer: Answer, name: str) -> str:
        first = self.profile.classes[answer.explained.target]
        where = f"gradcam for {first}"
        warning = "" if answer.is_familiar else " It explains an answer that means nothing here."
        seen = f"What the network sees of {name}."
        shown = f"Map of {where} on {name}: the lighter, the more.{warning}"
        return side_by_side([
            (enlarged(answer.explained.pixels), "what the network sees", seen),
            (overlay_picture(answer.explained), f"{where}.{warning}", shown),
        ])  # fmt: skip


def examples(profile: Profile) -> dict[str, Callable[[], Image.Image]]:
    """Pictures to try without a file of one's own: some of the test split, a thing, noise, a plain colour."""
    found: dict[str, Callable[[], Image.Image]] = {}
    for label, name in enumerate(profile.classes[:MOST_EXAMPLES]):
        if label in profile.test.targets:
            index = profile.test.targets.index(label)
            found[f"a test picture ({name})"] = partial(profile.test.image, index)
    found[f"a thing of the pocket source task ({THING})"] = lambda: SourceTask(
        "test", 1, None, [THING]
    ).image(0)
    found["noise"] = lambda: noise(np.random.default_rng(0))
    found["a plain colour"] = lambda: plain(np.random.default_rng(0))
    return found


def verdict(answer: Answer, classes: list[str], calibrated: bool) -> str:
    """HTML: the classes with their confidences; before them, where the picture is unfamiliar, that it is."""
    distance = (
        f"its distance to the training pictures is {answer.distance:.2f}, and {answer.share:.0%} of the "
        f"validation pictures are within {answer.limit:.2f}"
    )
    table = answers(answer, classes)
    kind = "Calibrated on the validation split." if calibrated else "Not calibrated: no temperature is best."
    if answer.is_familiar:
        return (
            f'<div class="tl-verdict">It resembles what the network was trained on: {distance}.</div>{table}'
            f"<div>{kind} That is how often such an answer is right for pictures of these classes. "
            "A stranger may pass unnoticed.</div>"
        )
    return (
        '<div class="tl-verdict">This looks like nothing the network was trained on: '
        f'{distance}.</div><div class="tl-meaningless">It would have said: {table}These numbers mean nothing '
        "here. Softmax shares 100 % among the classes it knows, whatever the picture shows; no class is "
        "“none of these”. How often such an answer is right was measured on pictures of the classes.</div>"
    )


def answers(answer: Answer, classes: list[str]) -> str:
    """An HTML table of the most probable classes and their confidences."""
    top = answer.confidences.topk(min(TOP, len(classes)))
    rows = "".join(
        f"<tr><td>{escape(classes[index])}</td><td>{value:.0%}</td></tr>"
        for value, index in zip(top.values.tolist(), top.indices.tolist(), strict=True)
    )
    return f'<table class="tl-answers"><tbody>{rows}</tbody></table>'


def _temperature(model: nn.Module, profile: Profile) -> tuple[float, bool]:
    """The temperature of the validation split, and whether there is one that is best."""
    try:
        with seeded(torch.device("cpu"), 0):  # a loader draws a number; the lesson's go on as they were
            return fit_temperature(evaluate(model, profile.val)), True
    except CourseError:
        return 1.0, False
