"""How well three scores tell unfamiliar pictures from critters, and what the lesson's does on the test split.

    python benchmarks/familiarity.py [--photos FOLDER] [--backbone NAME]

First, on validation pictures alone: for each score the share of unfamiliar pictures below the value that 95 %
of the validation pictures reach, and the area under the ROC curve. Then once, for the lesson's score: which
share of the test pictures, and of other unfamiliar ones, is turned away, with 95 % intervals. A FOLDER of
photos, searched with its subfolders, is a further kind; every second serves to choose, the others to measure.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor

from tl_course import cache_features, load_profile
from tl_course.data import Pictures, read_image
from tl_course.data.unfamiliar import unfamiliar_pictures
from tl_course.training import Features, wilson_interval
from tl_course.training.familiarity import (
    energy_scores,
    fit_familiarity,
    neighbour_scores,
    passed_by,
    softmax_scores,
    unit_length,
)
from tl_course.widgets.backbone_heads import classifier

NEIGHBOURS = (1, 5, 10, 20, 50)
KINDS = (".jpg", ".jpeg", ".png")


def photos(folder: Path, transforms: Callable, half: int) -> Pictures:
    """Every second photo of a folder, through `transforms`."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in KINDS)[half::2]
    images = torch.stack([transforms(read_image(path)) for path in files])
    return Pictures(images, [0] * len(files), ["photos"])


def compare(
    name: str, score: Callable[[Features], Tensor], val: Features, strange: dict[str, Features]
) -> None:
    """One line: the share of each kind that is caught, and the area under the curve."""
    known, parts = score(val), []
    threshold = passed_by(known)
    for kind, features in strange.items():
        other = score(features)
        area = roc_auc_score([1] * len(known) + [0] * len(other), torch.cat([known, other]).numpy())
        parts.append(f"{kind} {(other < threshold).float().mean():.2f} (area {area:.2f})")
    print(f"  {name:28} {', '.join(parts)}")


def main() -> None:
    """Print the comparison on validation pictures, and the measurement on the test split."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--backbone")
    options = parser.parse_args()
    profile = load_profile()
    backbone = options.backbone or profile.backbone
    ready = classifier(profile, backbone)
    splits = {}
    for half, split in enumerate(("val", "test")):
        splits[split] = unfamiliar_pictures(ready.transforms, split)
        if options.photos:
            splits[split]["photos"] = photos(options.photos, ready.transforms, half)

    def features_of(pictures: Pictures) -> Features:
        return cache_features(ready.model, pictures, progress=False)

    train, val = (
        features_of(split.with_transform(ready.transforms)) for split in (profile.train, profile.val)
    )
    strange = {kind: features_of(pictures) for kind, pictures in splits["val"].items()}
    print(f"{backbone}: share caught at the value that 95 % of {len(val)} validation pictures reach")
    bank = unit_length(train.x)
    for k in (k for k in NEIGHBOURS if k <= len(bank)):
        compare(f"distance to neighbour {k}", lambda f, k=k: neighbour_scores(bank, f.x, k), val, strange)
    compare("largest softmax probability", softmax_scores, val, strange)
    compare("energy", energy_scores, val, strange)

    familiarity = fit_familiarity(train, val)
    print(f"turned away by neighbour {familiarity.neighbour}, distance above {-familiarity.threshold:.2f}")
    for kind, pictures in {"test": profile.test.with_transform(ready.transforms), **splits["test"]}.items():
        away = ~familiarity.passes(pictures)
        low, high = wilson_interval(int(away.sum()), len(away))
        print(f"  {kind:16} {away.float().mean():.3f} ({low:.2f} to {high:.2f}, n = {len(away)})")


if __name__ == "__main__":
    main()
