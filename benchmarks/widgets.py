"""Seconds from a changed control of the Grad-CAM studio to the new pictures, for each control and method.

    python benchmarks/widgets.py

All backbones of the active profile are trained first, which is timed apart. A change ends when the panel
holds the new pictures; what the front end needs to draw them comes on top. ScoreCAM runs in the background:
its time is until the job is done.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import torch

from tl_course import load_profile
from tl_course.explain import METHODS
from tl_course.widgets.studio import Studio


def timed(studio: Studio, change: Callable[[], None]) -> float:
    """Seconds that a change takes, up to the end of the job where it starts one."""
    before, start = studio.pictures.value, time.perf_counter()
    change()
    studio.job.wait()
    seconds = time.perf_counter() - start
    assert studio.pictures.value != before, f"nothing changed: {studio.job.line.value}"
    return seconds


def setting(control: Any, values: list[object]) -> Callable[[], None]:
    """A change of one control to the next of these values that it does not have, round and round."""
    turn = itertools.cycle(values)
    return lambda: setattr(control, "value", next(value for value in turn if value != control.value))


def show(name: str, seconds: list[float]) -> None:
    """One line: the median and the extremes."""
    milliseconds = [1000 * value for value in seconds]
    print(f"{name:32} {median(milliseconds):6.0f} ms ({min(milliseconds):.0f} to {max(milliseconds):.0f})")


def methods_of(studio: Studio, repeats: int) -> None:
    """Print the seconds of each method, at the deepest layer and at the first, another picture each time."""
    numbers = setting(studio.number, [2, 3, 4, 5])
    for method, place in itertools.product(METHODS, (-1, 0)):
        studio.layer.value = studio.layer.options[place]
        studio.method.value = method
        studio.job.wait()
        runs = 2 if method == "scorecam" else repeats
        show(f"  {method} at {studio.layer.value}", [timed(studio, numbers) for _ in range(runs)])


def main() -> None:
    """Print the seconds of each control and method."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=8)
    options = parser.parse_args()
    profile = load_profile()
    print(f"{profile}; {torch.get_num_threads()} threads")
    studio = Studio(profile)
    studio.job.wait()
    for backbone in profile.backbones[1:]:
        show(f"first choice of {backbone}", [timed(studio, setting(studio.backbone, [backbone]))])
    studio.backbone.value, studio.target.value = profile.backbone, 0

    changes = {
        "picture, class": setting(studio.source, [1, 0]),
        "picture, number": setting(studio.number, [2, 3, 4, 1]),
        "layer": setting(studio.layer, list(studio.layer.options)),
        "target class": setting(studio.target, [1, 0]),
        "backbone, already trained": setting(studio.backbone, [*profile.backbones[1:], profile.backbone]),
    }
    for name, change in changes.items():
        show(name, [timed(studio, change) for _ in range(options.repeats)])
    for backbone in profile.backbones:
        studio.backbone.value = backbone
        print(f"methods on {backbone}, another picture each time")
        methods_of(studio, options.repeats)


if __name__ == "__main__":
    main()
