"""The backbone chooser: accuracy against cost, under a budget, with the details of one network."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets
from matplotlib.figure import Figure
from torchvision.models import get_model_weights

from tl_course.errors import CourseError
from tl_course.training import Evaluation
from tl_course.view.backbones import pareto_front, plot_choice
from tl_course.widgets.hover import img_with_tips
from tl_course.widgets.live import Line, Live, frame

Rows = Mapping[str, Mapping[str, float | Evaluation]]
WIDE = {"description_width": "initial"}
# of the figure: its layout would take longer than all the rest of a change
PLACE = {"left": 0.1, "right": 0.64, "bottom": 0.14, "top": 0.96}


def number(value: float | Evaluation) -> float:
    """A column's value as a number: of an evaluation, its accuracy."""
    return value.accuracy if isinstance(value, Evaluation) else float(value)


def affordable(rows: Rows, cost: str, budget: float) -> list[str]:
    """The names whose `cost` is within the budget, cheapest first."""
    names = [name for name, row in rows.items() if number(row[cost]) <= budget]
    return sorted(names, key=lambda name: number(rows[name][cost]))


def better_and_cheaper(rows: Rows, name: str, cost: str, gain: str) -> list[str]:
    """The networks that beat `name`, best first: no dearer, no worse, and in one of the two ahead of it."""
    mine = rows[name]
    found = [
        other for other, row in rows.items()
        if number(row[cost]) <= number(mine[cost])
        and number(row[gain]) >= number(mine[gain])
        and (number(row[cost]), number(row[gain])) != (number(mine[cost]), number(mine[gain]))
    ]  # fmt: skip
    return sorted(found, key=lambda other: -number(rows[other][gain]))


def read_choice(rows: Rows, name: str, cost: str, gain: str) -> str:
    """What is to be said of one network, in sentences: its numbers, and what beats it."""
    numbers = "; ".join(f"{column}: {_shown(value)}" for column, value in rows[name].items())
    others = better_and_cheaper(rows, name, cost, gain)
    if not others:
        beaten = "No other network of these beats it: it is on the front."
    else:
        beaten = f"No dearer and at least as good, {len(others)} of the others: {', '.join(others)}."
    return f"{name}. {numbers}. {origin(name)}{beaten}"


def origin(name: str) -> str:
    """Which weights `name` has, and for pictures of which size; "" for a name that torchvision lacks."""
    try:
        weights = get_model_weights(name).DEFAULT
    except ValueError:
        return ""
    size = getattr(weights.transforms(), "crop_size", [None])[0]
    return f"Weights: {weights.name}, for pictures of {size} px. "


def _shown(value: float | Evaluation) -> str:
    if isinstance(value, Evaluation):
        low, high = value.interval
        return f"{value.accuracy:.2f} (95 % interval {low:.2f} to {high:.2f})"
    return f"{value:.4g}"


class BackboneChooser(Live):
    """A cost, a budget, a network: the figure marks them, the line below says what is known of it."""

    def __init__(self, rows: Rows, gain: str) -> None:
        self.rows, self.gain = rows, gain
        costs = [column for column in next(iter(rows.values())) if column != gain]
        self.cost = ipywidgets.Dropdown(options=costs, description="Cost", style=WIDE)
        self.budget = ipywidgets.SelectionSlider(
            options=self._budgets(), description="Budget", style=WIDE, layout={"width": "28em"}
        )
        self.network = ipywidgets.Dropdown(description="Network", style=WIDE, layout={"width": "22em"})
        self.line, self.figure = Line(), ipywidgets.HTML()
        self._linking = False
        self.cost.observe(lambda _: self._new_cost(), "value")
        self.budget.observe(lambda _: self._new_budget(), "value")
        self.network.observe(lambda _: self._show(), "value")
        controls = ipywidgets.HBox(
            [self.cost, self.budget, self.network], layout={"flex_flow": "row wrap", "grid_gap": "0 16px"}
        )
        self.panel = frame("Which network is worth its cost?", controls, self.figure, self.line)
        self.panel.add_class("tl-chooser")
        self._new_cost()

    def still(self) -> Figure:
        """The figure for the cost, the budget and the network at hand."""
        gains = {name: row[self.gain] for name, row in self.rows.items()}
        intervals = {name: gain.interval for name, gain in gains.items() if isinstance(gain, Evaluation)}
        return plot_choice(
            self._points(), self.budget.value, self.network.value, self.cost.value, self.gain, intervals
        )

    def __repr__(self) -> str:
        return f"BackboneChooser of {len(self.rows)} networks"

    def _budgets(self) -> list[tuple[str, float]]:
        values = sorted({number(row[self.cost.value]) for row in self.rows.values()})
        return [(f"{value:.4g}", value) for value in values]

    def _new_cost(self) -> None:
        """Another cost has other budgets; the largest buys everything."""
        self._linking = True
        self.budget.options = self._budgets()
        self.budget.index = len(self.budget.options) - 1
        self._linking = False
        self._new_budget()

    def _new_budget(self) -> None:
        """Offer what can be afforded, best first; a choice that still can be is kept."""
        if self._linking:
            return
        names = affordable(self.rows, self.cost.value, self.budget.value)
        names.sort(key=lambda name: -number(self.rows[name][self.gain]))
        kept = self.network.value if self.network.value in names else names[0]
        self._linking = True
        self.network.options = names
        self.network.value = kept
        self._linking = False
        self._show()

    def _show(self) -> None:
        if self._linking:
            return
        name, cost = self.network.value, self.cost.value
        self.line.say(read_choice(self.rows, name, cost, self.gain))
        within = affordable(self.rows, cost, self.budget.value)
        points = self._points()
        front = pareto_front({name: points[name] for name in within})
        alt = (
            f"{self.gain} against {cost}. {len(within)} of {len(self.rows)} networks are within the budget; "
            f"on their front: {', '.join(front)}. Ringed: {name}."
        )
        figure = self.still()
        figure.set_layout_engine(None)
        figure.subplots_adjust(**PLACE)
        tips = {self._tip(name): point for name, point in points.items()}
        self.figure.value = img_with_tips(figure, alt, tips)

    def _points(self) -> dict[str, tuple[float, float]]:
        """The cost and the gain of each network."""
        return {
            name: (number(row[self.cost.value]), number(row[self.gain])) for name, row in self.rows.items()
        }

    def _tip(self, name: str) -> str:
        """A network with its numbers, for the pointer over its point."""
        row = self.rows[name]
        shown = (f"{column} {_shown(row[column])}" for column in (self.gain, self.cost.value))
        return f"{name}: {', '.join(shown)}"


def backbone_chooser(rows: Rows, gain: str) -> BackboneChooser:
    """A panel to choose a network by cost and accuracy.

    Args:
        rows: name -> columns, the same for each: what is gained, as a number or an `Evaluation`, and positive
            costs, each named with its unit, such as "milliseconds an image".
        gain: the column of which more is better.

    Raises:
        CourseError: there are no rows, the columns differ, or there is no column to gain or to pay.
    """
    columns = {tuple(row) for row in rows.values()}
    if len(columns) != 1 or gain not in (only := next(iter(columns))) or len(only) < 2:
        raise CourseError(
            f"The chooser needs networks that all have the same columns, {gain!r} among them and a cost; "
            f"it got {sorted(columns) or 'none'}."
        )
    for name, row in rows.items():
        for column, value in row.items():
            if column != gain and not number(value) > 0:
                raise CourseError(f"{column!r} of {name} is {value}: a cost must be above 0 (log scale).")
    return BackboneChooser(rows, gain)
