"""The imagenet profile on real photos with real weights. Skipped where they are not beside the repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tl_course import cache_features, evaluate, fit_head, freeze, load_backbone, load_profile
from tl_course.data import ImageFolder

ROOT = Path(__file__).parents[1]
REAL = Path(os.environ.get("TL_COURSE_REAL", ROOT.parent / "shared" / "real"))
# Published-style linear probes on the 153 validation photos.
REFERENCES = {"squeezenet1_1": 0.902, "mobilenet_v2": 0.948}

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not (REAL / "ants_bees").is_dir() or not (REAL / "torch_home").is_dir(),
        reason=f"no real photos and weights in {REAL}; set TL_COURSE_REAL to a folder that has them",
    ),
]


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TL_COURSE_PROFILE", "imagenet")
    monkeypatch.setenv("TL_COURSE_DATA", str(REAL / "ants_bees"))
    monkeypatch.setenv("TORCH_HOME", str(REAL / "torch_home"))


@pytest.mark.parametrize("backbone", REFERENCES)
def test_the_reference_lies_in_the_interval_of_the_linear_probe(
    backbone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TL_COURSE_BACKBONE", backbone)
    profile = load_profile()
    everything = ImageFolder(Path(profile.train.root), profile.transforms)  # the reference trains on all 244
    torch.manual_seed(0)
    model = freeze(load_backbone(backbone, len(profile.classes)))

    fit_head(cache_features(model, everything, progress=False), epochs=40, lr=3e-3, progress=False)

    result = evaluate(model, profile.test)
    assert result.n == 153
    assert result.interval[0] <= REFERENCES[backbone] <= result.interval[1], str(result)


@pytest.mark.skipif("TL_COURSE_REAL" not in os.environ, reason="takes an hour: set TL_COURSE_REAL for it")
@pytest.mark.parametrize(
    ("lesson", "backbones"),
    [
        ("01", "squeezenet1_1"),
        ("01", "mobilenet_v2"),
        ("02", "squeezenet1_1"),
        ("02", "mobilenet_v2"),
        ("03", "mobilenet_v2,squeezenet1_1"),
        ("04", "squeezenet1_1"),
        ("04", "mobilenet_v2"),
        ("05", "squeezenet1_1"),
        ("05", "mobilenet_v2"),
    ],
)
def test_a_lesson_runs_unchanged_on_photos(
    lesson: str, backbones: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TL_COURSE_BACKBONE", backbones)

    run = subprocess.run(
        [sys.executable, "-m", "tl_course.cli", "run", lesson, "--profile", "imagenet"],
        cwd=ROOT, capture_output=True, text=True, timeout=3600, check=False,
        env={name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"},
    )  # fmt: skip

    assert run.returncode == 0, run.stdout + run.stderr
