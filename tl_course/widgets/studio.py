"""The Grad-CAM studio: a picture, a backbone, a layer, a method and a class, and what the map then is."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import ipywidgets
import numpy as np
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor, nn

from tl_course.errors import CourseError
from tl_course.explain import METHODS
from tl_course.profiles import Profile
from tl_course.training.progress import Progress, listening
from tl_course.view import unnormalised
from tl_course.widgets.backbone_heads import Classifier, classifier
from tl_course.widgets.job import Job, Reporter
from tl_course.widgets.live import Line, Live, frame
from tl_course.widgets.maps import (
    Explained,
    enlarged,
    explained,
    map_picture,
    overlay_picture,
    plot_explained,
    side_by_side,
)
from tl_course.widgets.studio_choice import SAID, YOURS, Choice, picture_name, reading
from tl_course.widgets.upload import upload_button, uploaded

SLOW = "scorecam"
BATCH_SIZE = 32
WIDE: dict[str, Any] = {"style": {"description_width": "initial"}, "layout": {"width": "auto"}}


def grad_cam_studio(profile: Profile, models: Mapping[str, nn.Module] | None = None) -> Studio:
    """Maps for any picture, backbone, layer, method and class: see `Studio`.

    `models` are classifiers of the profile's classes by the name of their backbone.
    """
    return Studio(profile, models)


class _Superseded(Exception):  # noqa: N818 - nothing went wrong
    """The controls were changed, so that nobody waits for this any more."""


class Studio(Live):
    """Picture, map and overlay side by side, with the measures of the mask where there is one.

    Pictures are those of the validation split; `classifiers` are the backbones that are ready. A backbone
    that comes without a model gets a head when it is first chosen. That, and ScoreCAM, runs in `job`;
    everything else answers at once. `result` is what is shown, for the choice `shown`.

    Raises CourseError where a model is handed in for a backbone that the profile does not have, or has
    another number of classes.
    """

    def __init__(self, profile: Profile, models: Mapping[str, nn.Module] | None = None) -> None:
        self.profile, self._models = profile, dict(models or {})
        for name in self._models:
            if name not in profile.backbones:
                known = ", ".join(profile.backbones)
                raise CourseError(f"A model is handed in for {name!r}; the profile's backbones are {known}.")
        self.classifiers: dict[str, Classifier] = {}
        self.shown: Choice | None = None
        self.result: Explained | None = None
        self._upload: Image.Image | None = None
        self._uploads = 0
        # Who computes: at most one, under `_computing`; `_busy`, which `_state` guards, says that the job
        # does, and will look at the controls once more before it ends.
        self._state, self._computing = threading.Lock(), threading.Lock()
        self._busy = self._settling = False
        self._make_controls()
        self.reading, self.pictures = Line(), ipywidgets.HTML()
        self.job = Job("Compute", self._work)
        self.panel = self._layout()
        if profile.backbone in self._models:
            self._prepare(profile.backbone)
        for control in (self.source, self.number, self.backbone, self.layer, self.method, self.target):
            control.observe(lambda _: self._changed(), "value")
        self.upload.observe(lambda _: self._uploaded(), "value")
        self._changed()

    def still(self) -> Figure | str:
        """Picture, map and overlay of the first picture; a sentence where no model was handed in."""
        first = self.classifiers.get(self.profile.backbone)
        if self.profile.backbone not in self._models or first is None:
            return f"{self!r}. With a running kernel you choose them here."
        choice = replace(
            self._choice(), source=0, number=1, layer=list(first.layers)[-1], method="gradcam", target=SAID
        )
        image, pixels, mask = self._picture(choice, first)
        one = explained(first.model, image, pixels, None, choice.layer, choice.method, mask)
        return plot_explained(one, f"gradcam at {choice.layer}, asked for {self.profile.classes[one.target]}")

    def __repr__(self) -> str:
        return f"Grad-CAM studio: backbones {', '.join(self.profile.backbones)}; methods {', '.join(METHODS)}"

    def _make_controls(self) -> None:
        classes = [(name, label) for label, name in enumerate(self.profile.classes)]
        self.source = ipywidgets.Dropdown(options=classes, description="picture of", **WIDE)
        self.number = ipywidgets.BoundedIntText(
            1, min=1, max=1, description="number", layout={"width": "120px"}, style=WIDE["style"]
        )
        self.upload = upload_button()
        self.backbone = ipywidgets.Dropdown(
            options=self.profile.backbones, value=self.profile.backbone, description="backbone", **WIDE
        )
        self.layer = ipywidgets.Dropdown(options=["deepest"], description="layer", **WIDE)
        self.method = ipywidgets.Dropdown(options=list(METHODS), description="method", **WIDE)
        self.target = ipywidgets.Dropdown(
            options=[("what the model says", SAID), *classes], description="map asks for", **WIDE
        )

    def _layout(self) -> ipywidgets.VBox:
        row = {"flex_flow": "row wrap", "overflow": "visible", "align_items": "center"}
        first = ipywidgets.HBox([self.source, self.number, self.upload], layout=row)
        second = ipywidgets.HBox([self.backbone, self.layer, self.method, self.target], layout=row)
        panel = frame(
            "Which map do you get?", first, second, self.reading, self.pictures, self.job.view
        )  # fmt: skip
        panel.add_class("tl-studio")
        return panel

    def _choice(self) -> Choice:
        return Choice(
            self.source.value, self.number.value, self.backbone.value, self.layer.value, self.method.value,
            self.target.value, self._uploads,
        )  # fmt: skip

    def _changed(self) -> None:
        """Answer at once, or let the job answer, which looks at the controls anew before it ends."""
        with self._state:
            if self._settling or self._busy:
                return
            slow = self.backbone.value not in self.classifiers or self.method.value == SLOW
            self._busy = slow
        if slow:
            self.job.wait()  # one that is about to end
            self.job.run()
            return
        try:
            self._show(*self._explain(None))
            self.job.line.say("")
        except CourseError as error:  # the last map stays
            self.job.line.complain(error)

    def _work(self, reporter: Reporter) -> None:
        """Compute until the controls say what is shown."""
        with self._state:
            self._busy = True
        try:
            while self._busy:
                try:
                    choice, one = self._explain(reporter)
                except _Superseded:
                    continue
                self._show(choice, one)
                with self._state:
                    self._busy = choice != self._choice()
        finally:
            with self._state:
                self._busy = False

    def _explain(self, reporter: Reporter | None) -> tuple[Choice, Explained]:
        with self._computing:
            backbone = self.backbone.value
            if backbone not in self.classifiers:
                self._prepare(backbone, reporter)
            self._settle(self.classifiers[backbone])
            choice = self._choice()
            one = self.classifiers[choice.backbone]
            image, pixels, mask = self._picture(choice, one)
            target = None if choice.target == SAID else choice.target
            with self._counting(one, choice, reporter):
                result = explained(one.model, image, pixels, target, choice.layer, choice.method, mask)
            return choice, result

    def _prepare(self, backbone: str, reporter: Reporter | None = None) -> None:
        """Make a backbone ready: with a reporter it tells how far it is, and ends when nobody waits."""
        given = self._models.get(backbone)
        if reporter is None:
            self.classifiers[backbone] = classifier(self.profile, backbone, given)
            return

        def listen(progress: Progress) -> None:
            if self.backbone.value != backbone:
                raise _Superseded
            reporter.report(progress.done, progress.total, f"{progress.unit}: a head for {backbone}")

        with listening(listen):
            self.classifiers[backbone] = classifier(self.profile, backbone, given, reporter.watch)

    def _settle(self, one: Classifier) -> None:
        """Offer what this backbone has: its layers, where the choice stays if it can, and its pictures."""
        layers = tuple(one.layers)
        uploaded_now = self.source.value == YOURS
        count = 1 if uploaded_now else one.pictures.targets.count(self.source.value)
        self._settling = True
        try:
            if self.layer.options != layers:
                deepest = self.layer.value == self.layer.options[-1] or self.layer.value not in layers
                kept = layers[-1] if deepest else self.layer.value
                self.layer.options = layers
                self.layer.value = kept
            self.number.max = count
            self.number.disabled = uploaded_now
        finally:
            self._settling = False

    def _picture(self, choice: Choice, one: Classifier) -> tuple[Tensor, np.ndarray, np.ndarray | None]:
        """The image as the backbone wants it, as a person sees it, and its mask."""
        mask = None
        if choice.source == YOURS:
            image = one.transforms(self._upload)
        else:
            members = [i for i, label in enumerate(one.pictures.targets) if label == choice.source]
            index = members[choice.number - 1]
            image, mask = one.pictures.images[index], one.pictures.masks[index]
        return image, unnormalised(image, one.transforms).permute(1, 2, 0).numpy(), mask

    @contextmanager
    def _counting(self, one: Classifier, choice: Choice, reporter: Reporter | None) -> Iterator[None]:
        """Within it each forward pass of ScoreCAM is told, and ends the work where nobody waits for it."""
        if reporter is None or choice.method != SLOW:
            yield
            return
        total, done = 2 - -one.layers[choice.layer] // BATCH_SIZE, 0

        def count(module: nn.Module, inputs: Any) -> None:
            nonlocal done
            if self._choice() != choice:
                raise _Superseded
            done += 1
            reporter.report(
                min(done, total), total, f"passes: scorecam masks {one.layers[choice.layer]} times"
            )

        with one.model.register_forward_pre_hook(count):
            yield

    def _uploaded(self) -> None:
        if not self.upload.value:
            return
        try:
            name, picture = uploaded(self.upload)
        except CourseError as error:  # the last map stays
            self.job.line.complain(error)
            return
        self._upload, self._uploads = picture, self._uploads + 1
        self._settling = True
        classes = [option for option in self.source.options if option[1] != YOURS]
        self.source.options = [*classes, (f"your picture: {name[:30]}", YOURS)]
        self._settling = False
        if self.source.value == YOURS:
            self._changed()
        else:
            self.source.value = YOURS

    def _show(self, choice: Choice, one: Explained) -> None:
        self.shown, self.result = choice, one
        self.reading.say(reading(self.profile, choice, one))
        what = picture_name(self.profile, choice)
        target = self.profile.classes[one.target]
        asked = f"{choice.method} at {choice.layer} of {choice.backbone} for {target}"
        outline = " The line is the edge of the mask." if one.mask is not None else ""
        alone = f"map: {choice.method} at {choice.layer}; the lighter, the more"
        on_it = f"Map on its picture, {what}: {asked}; {one.measured}.{outline}"
        self.pictures.value = side_by_side([
            (enlarged(one.pixels), what, f"The picture: {what}."),
            (map_picture(one), alone, f"Map of {what}: {asked}."),
            (overlay_picture(one), f"overlay, for {target}.{outline}", on_it),
        ])  # fmt: skip
