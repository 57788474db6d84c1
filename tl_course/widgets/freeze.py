"""The freeze explorer: press a stage to train it, and see what that costs and what it brings."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from html import escape

import ipywidgets
import torch
from matplotlib.figure import Figure
from torch.utils.data import Dataset

from tl_course.errors import CourseError
from tl_course.models import load_backbone, stages
from tl_course.profiles import Profile
from tl_course.training.evaluation import wilson_interval
from tl_course.training.passes import seeded
from tl_course.widgets.job import Cancelled, Job, Reporter
from tl_course.widgets.live import Line, Live, frame, img
from tl_course.widgets.stage_costs import Batch, Cost, StageSize, cost_of, kept_by_stage, stage_sizes
from tl_course.widgets.stage_figures import (
    SMALLEST,
    TALLEST,
    Curve,
    box_sizes,
    named,
    plot_curves,
    plot_stages,
    widest,
)
from tl_course.widgets.stage_runs import EPOCHS, PER_CLASS, RATE, train_epochs

FEW, MANY, SMALL_SIDE = 4, 16, 96  # pictures that a cost is measured on: fewer where they are large

# The words stand under a box, in full; in it they would be cut. They are its name for a screen reader.
STYLE = """<style>
.tl-stage button { padding: 0; font-size: 0; box-shadow: none; border: 2px solid #757575;
  background: repeating-linear-gradient(45deg, #e0e0e0 0 4px, #9e9e9e 4px 6px); }
.tl-stage button.mod-active, .tl-stage button.mod-active:hover { border-color: #003f66; background: #0072B2; }
.tl-stage-words { text-align: center; line-height: 1.3; font-size: 12px; }
</style>"""


def freeze_explorer(profile: Profile, pictures: Dataset | None = None) -> FreezeExplorer:
    """Stages to press, what each choice costs, and short runs to compare: see `FreezeExplorer`."""
    return FreezeExplorer(profile, pictures)


class FreezeExplorer(Live):
    """The stages of the profile's backbone: a pressed one trains, the others are frozen.

    `pictures` (image, label) are what a short run trains on; None draws 20 a class from the training split
    for each run. Accuracies are of the validation split. Costs are measured here, on one small batch.
    """

    def __init__(self, profile: Profile, pictures: Dataset | None = None) -> None:
        self.profile, self.pictures = profile, pictures
        with seeded(torch.device("cpu"), 0):  # the lesson's own random numbers go on as they were
            self._model = load_backbone(profile.backbone, len(profile.classes))
        self.stages = stages(self._model)
        self.batch = measured_batch(profile)
        self.sizes = stage_sizes(self._model, self.batch[0][0])
        self.kept = kept_by_stage(self._model, self.batch)
        self.curves: list[Curve] = []
        self._costs: dict[tuple[str, ...], Cost] = {}
        self._measuring = threading.Lock()  # a run that ends measures in its own thread
        self.toggles = {size.name: stage_button(size, box) for size, box in _boxed(self.sizes)}
        self.words = {size.name: ipywidgets.HTML() for size in self.sizes}
        self.cost, self.chart = Line(), ipywidgets.HTML()
        self.job = Job(f"Train {EPOCHS} epochs", self._train)
        narrow = {"width": "auto", "align_self": "flex-start"}
        self.clear = ipywidgets.Button(description="Clear curves", layout=narrow)
        self.clear.on_click(lambda _: self.clear_curves())
        self.panel = self._layout()
        self.toggles["head"].value = True
        for toggle in self.toggles.values():
            toggle.observe(lambda _: self._changed(), "value")
        self._changed()
        self._draw()

    @property
    def trains(self) -> tuple[str, ...]:
        """The stages that train now, shallow to deep."""
        return tuple(name for name, toggle in self.toggles.items() if toggle.value)

    def still(self) -> Figure:
        """The stages to scale, with the lesson's default choice: the head trains."""
        return plot_stages(self.sizes, self.kept, ("head",), len(self.batch[0]))

    def __repr__(self) -> str:
        return f"Freeze explorer: {self.profile.backbone} with the stages {', '.join(self.stages)}"

    def clear_curves(self) -> None:
        """Empty the figure; a run that goes on comes back into it with its next epoch."""
        self.curves = []
        self._draw()

    def _layout(self) -> ipywidgets.VBox:
        row = [stage_column(self.toggles[name], self.words[name]) for name in self.stages]
        boxes = ipywidgets.HBox(row, layout={"flex_flow": "row wrap", "align_items": "flex-end"})
        note = f"{STYLE}Press a stage to let it train, press it again to freeze it. {caption(self.sizes)}"
        about = ipywidgets.HTML(f'<div class="tl-line">{self._about_runs()}</div>')
        explained = ipywidgets.HTML(f'<div class="tl-line">{note}</div>')
        runs = (about, self.job.view, self.chart, self.clear)
        panel = frame("How far down should training reach?", explained, boxes, self.cost, *runs)
        panel.add_class("tl-freeze")
        return panel

    def _about_runs(self) -> str:
        n = len(self.profile.val)
        low, high = wilson_interval(round(0.7 * n), n)
        given = f"{PER_CLASS} pictures a class" if self.pictures is None else "the pictures given"
        return (
            f"A short run trains on {given} with AdamW at {RATE:g} for whatever you chose; a longer run, or "
            f"a rate of its own for each choice, may end in another order. One accuracy on {n} validation "
            f"pictures is known to about ±{50 * (high - low):.0f} points."
        )

    def _changed(self) -> None:
        for name, toggle in self.toggles.items():
            state = "trains" if toggle.value else "frozen"
            toggle.description = f"{name}: {state}"
            self.words[name].value = words(self.sizes[self.stages.index(name)], state)
        self._show_cost(timed=not self.job.running)

    def _show_cost(self, timed: bool) -> None:
        try:
            cost = self._cost(self.trains, timed)
        except CourseError as error:
            self.cost.complain(error)
            return
        self.cost.say_html(cost_text(cost, len(self.batch[0]), sum(self.kept.values()), self.profile))

    def _cost(self, trains: tuple[str, ...], timed: bool) -> Cost:
        """Measured once for each choice. While a run computes a time would be wrong, so none is taken."""
        with self._measuring:
            known = self._costs.get(trains)
            if known is None or (timed and known.seconds is None):
                # counted at once; a large model takes seconds to measure
                trainable = sum(size.parameters for size in self.sizes if size.name in trains)
                self.cost.say(f"{trainable:,} parameters train. Measuring memory and time ...")
                known = cost_of(self._model, self.batch, trains, steps=3 if timed else 0)
                self._costs[trains] = known
            return known

    def _train(self, reporter: Reporter) -> None:
        trains = self.trains
        if not trains:
            raise CourseError("Nothing trains: press at least one stage.")
        seed = sum(curve.trains == trains for curve in self.curves)
        again = f", seed {seed}" if seed else ""
        curve = Curve(named(trains, self.stages) + again, trains)
        try:
            for accuracy in train_epochs(self.profile, self.pictures, trains, seed, reporter):
                curve.accuracies.append(accuracy)
                self._draw(curve)
        except Cancelled:
            curve.cancelled = True
            if curve.accuracies:
                self._draw(curve)
            raise
        finally:
            self._show_cost(timed=True)

    def _draw(self, curve: Curve | None = None) -> None:
        if curve is not None and not any(shown is curve for shown in self.curves):
            self.curves = [*self.curves, curve]
        if not self.curves:
            self.chart.value = "No run yet: each one will add its curve here."
            return
        figure = plot_curves(self.curves, 1 / len(self.profile.classes), EPOCHS)
        self.chart.value = img(figure, curves_text(self.curves))


def measured_batch(profile: Profile) -> Batch:
    """A few training pictures of all classes in turn, to measure costs on: small enough to answer at once."""
    labels = profile.train.targets
    side = profile.train[0][0].shape[-1]
    n = min(MANY if side <= SMALL_SIDE else FEW, len(labels))
    indices = [round(place * (len(labels) - 1) / max(n - 1, 1)) for place in range(n)]
    images = torch.stack([profile.train[index][0] for index in indices])
    return images, torch.tensor([labels[index] for index in indices])


def stage_button(size: StageSize, box: tuple[int, int]) -> ipywidgets.ToggleButton:
    """A toggle of the size of the stage's box, in pixels."""
    width, height = (f"{side}px" for side in box)
    return ipywidgets.ToggleButton(
        description=size.name, tooltip=f"{size.name}: press to train or freeze it",
        layout={"width": width, "height": height, "margin": "0 auto"},
    )  # fmt: skip


def stage_column(toggle: ipywidgets.ToggleButton, under: ipywidgets.HTML) -> ipywidgets.VBox:
    """A stage's box with the words under it."""
    layout = {"overflow": "visible", "align_items": "center", "margin": "0 4px", "min_width": "98px"}
    column = ipywidgets.VBox([toggle, under], layout=layout)
    column.add_class("tl-stage")
    return column


def words(size: StageSize, state: str) -> str:
    """What stands under a stage's box."""
    return (
        f'<div class="tl-stage-words"><b>{escape(size.name)}</b><br><b>{state}</b><br>'
        f"{size.side} × {size.side}<br>{size.channels:,} channels<br>{size.parameters:,} param.</div>"
    )


def caption(sizes: Sequence[StageSize]) -> str:
    """What the boxes are to scale of, and which are too large for it."""
    largest, most = max(size.side for size in sizes), max(size.channels for size in sizes)
    width = widest(sizes)
    text = (
        f"A box is as high as the stage's feature map ({TALLEST} px on the screen stand for {largest}) and "
        f"as wide as its channels ({width} px for {most:,})."
    )
    enlarged = [
        size.name
        for size in sizes
        if TALLEST * size.side / largest < SMALLEST or width * size.channels / most < SMALLEST
    ]
    if enlarged:
        text += (
            f" No side is below {SMALLEST} px, so that it can be hit: that enlarges {', '.join(enlarged)}."
        )
    return f"{text} Solid blue trains, grey hatching is frozen."


def cost_text(cost: Cost, n: int, everything: int, profile: Profile) -> str:
    """The cost of a choice, measured on `n` pictures, as lines of HTML; `everything` in bytes."""
    if not cost.trainable:
        return "Nothing trains: no gradient, no memory, no learning. Press at least one stage."
    share = f"<b>{cost.trainable:,}</b> of {cost.parameters:,} parameters train"
    lines = [
        f"{share}, <b>{cost.trainable / cost.parameters:.2%}</b>.",
        f"The forward pass keeps <b>{cost.kept / 1e6:.2f} MB</b> for the backward pass of {n} pictures; "
        f"{everything / 1e6:.2f} MB when everything trains.",
    ]
    pictures = len(profile.train)
    if cost.seconds is None:
        lines.append("Seconds an epoch: not measured while a run computes.")
    else:
        seconds = cost.seconds / n * pictures
        lines.append(
            f"About <b>{seconds:.1f} s</b> an epoch of {pictures:,} pictures: the training steps alone, "
            f"from the median of a few that were timed on this machine."
        )
    return "<br>".join(lines)


def curves_text(curves: Sequence[Curve]) -> str:
    """The figure of the curves in words."""
    parts = [
        f"{curve.label}: {', '.join(f'{accuracy:.2f}' for accuracy in curve.accuracies)}" for curve in curves
    ]
    return f"Validation accuracy after each epoch. {'; '.join(parts)}."


def _boxed(sizes: Sequence[StageSize]) -> Iterator[tuple[StageSize, tuple[int, int]]]:
    return zip(sizes, box_sizes(sizes), strict=True)
