"""The data-size and the learning-rate explorer: move along a stored study, and run one of its rows anew."""

from __future__ import annotations

import ipywidgets
import torch
from matplotlib.figure import Figure

from tl_course.errors import CourseError
from tl_course.profiles import Profile, load_profile
from tl_course.studies import load_study, run_row
from tl_course.studies.store import STUDIES
from tl_course.training.progress import Progress, listening
from tl_course.widgets.job import Job, Reporter
from tl_course.widgets.live import Line, Live, frame, img
from tl_course.widgets.study_views import DATA_SIZE, LEARNING_RATE, Row, View, plot_study, read_study


def data_size_explorer(profile: Profile) -> StudyExplorer:
    """Test accuracy against pictures a class, from the study data_size: see `StudyExplorer`."""
    return StudyExplorer(profile, DATA_SIZE)


def learning_rate_explorer(profile: Profile) -> StudyExplorer:
    """Validation loss or accuracy against the rate, from the study learning_rate: see `StudyExplorer`."""
    return StudyExplorer(profile, LEARNING_RATE)


class StudyExplorer(Live):
    """A slider over the settings of a stored study: dots for seeds, a mark for their mean, a sentence.

    A row can be run anew, with a seed of its own; it is drawn as a star. Where the profile has no stored
    study there are only the stars. `rows` are the stored ones, `stars` those that were run here.
    """

    def __init__(self, profile: Profile, view: View) -> None:
        self.profile, self.view = profile, view
        study = load_study(view.study, profile.name)
        self.rows: list[Row] = study.rows if study else []
        self.stars: list[Row] = []
        settings = self.rows or STUDIES[view.study].rows()
        self.strategies = [name for name in view.labels if any(row["strategy"] == name for row in settings)]
        self._make_controls(sorted({row[view.column] for row in settings}), {row["seed"] for row in settings})
        self.reading, self.chart = Line(), ipywidgets.HTML()
        self.job = Job("Run this row", self._run, self._add)
        self.panel = self._layout()
        for control in (self.place, self.measure, *self.shown.values()):
            control.observe(lambda _: self._draw(), "value")
        self._draw()

    def _make_controls(self, places: list[float], seeds: set[int]) -> None:
        wide = {"style": {"description_width": "initial"}}
        start = self.view.default if self.view.default in places else places[0]
        options = [(f"{place:g}", place) for place in places]
        self.place = ipywidgets.SelectionSlider(
            options=options, value=start, description=self.view.slider, layout={"width": "460px"}, **wide
        )
        self.shown = {
            name: ipywidgets.Checkbox(
                True,
                description=self.view.labels[name],
                indent=False,
                layout={"width": "auto", "margin": "0 16px 0 0"},
            )
            for name in self.strategies
        }
        measures = [(text, column) for column, text in self.view.measures.items()]
        self.measure = ipywidgets.Dropdown(options=measures, description="measure", **wide)
        choices = [(self.view.labels[name], name) for name in self.strategies]
        default = self.view.live if self.view.live in self.strategies else self.strategies[0]
        self.strategy = ipywidgets.Dropdown(options=choices, value=default, description="strategy", **wide)
        self.seed = ipywidgets.BoundedIntText(
            max(seeds) + 1, min=0, max=9999, description="seed", layout={"width": "110px"}, **wide
        )

    def still(self) -> Figure | str:
        """The study's figure, at the place where the slider starts; a sentence where no study is stored."""
        if not self.rows:
            return self._missing()
        return plot_study(
            self.view,
            self.rows,
            [],
            self.strategies,
            self.view.default,
            self.measure.options[0][1],
            self._chance,
        )

    def __repr__(self) -> str:
        return f"Explorer of the study {self.view.study}: {', '.join(self.strategies)}"

    @property
    def _chance(self) -> float:
        return 1 / len(self.profile.classes)

    def _missing(self) -> str:
        return (
            f"No study {self.view.study} is stored for the profile {self.profile.name}: here is what you run "
            f"yourself, alone. To compute it: tl-course study {self.view.study}."
        )

    def _layout(self) -> ipywidgets.VBox:
        row = {"flex_flow": "row wrap", "overflow": "visible"}
        choice = [self.place, self.measure] if len(self.view.measures) > 1 else [self.place]
        shown = ipywidgets.HBox(list(self.shown.values()), layout=row)
        shown.add_class("tl-shown")
        live = ipywidgets.HBox([self.strategy, self.seed, self.job.view], layout=row)
        note = ipywidgets.HTML(f'<div class="tl-line">{self.view.note}</div>')
        parts = [ipywidgets.HBox(choice, layout=row), shown, self.reading, self.chart, note, live]
        panel = frame(self.view.title, *parts)
        panel.add_class("tl-study")
        return panel

    def _draw(self) -> None:
        shown = [name for name, box in self.shown.items() if box.value]
        place, measure = self.place.value, self.measure.value
        if self.rows or self.stars:
            text = read_study(self.view, self.rows, self.stars, shown, place, measure)
            figure = plot_study(self.view, self.rows, self.stars, shown, place, measure, self._chance)
            self.chart.value = img(figure, f"{self.view.measures[measure]} by {self.view.xlabel}. {text}")
        else:
            text = ""
        self.reading.say(text if self.rows else f"{self._missing()} {text}")

    def _run(self, reporter: Reporter) -> Row:
        active = load_profile().name
        if active != self.profile.name:
            raise CourseError(
                f"A row runs in the active profile, {active}; this explorer shows {self.profile.name}. "
                f"Set TL_COURSE_PROFILE={self.profile.name} and restart the kernel."
            )
        if self.seed.value in {row["seed"] for row in self.rows}:
            raise CourseError(f"The study has seed {self.seed.value} already: take another.")
        row = {
            "strategy": self.strategy.value, self.view.column: self.place.value, "seed": self.seed.value
        }  # fmt: skip

        def listen(progress: Progress) -> None:
            reporter.report(progress.done, progress.total, progress.unit)

        with listening(listen), torch.random.fork_rng([]):  # the lesson's random numbers stay as they were
            return run_row(self.view.study, **row)

    def _add(self, row: Row) -> None:
        same = (
            "strategy",
            self.view.column,
            "seed",
        )  # a row that runs again takes the place of its first run
        others = [star for star in self.stars if any(star[key] != row[key] for key in same)]
        self.stars = [*others, row]
        self.shown[row["strategy"]].value = True
        self._draw()
