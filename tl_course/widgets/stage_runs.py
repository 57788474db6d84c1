"""A short training run of some stages, epoch by epoch, that ends when nobody waits any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch.utils.data import Dataset

from tl_course.data import in_memory
from tl_course.models import freeze, load_backbone, parameter_groups
from tl_course.profiles import Profile
from tl_course.training import fit
from tl_course.training.passes import seeded
from tl_course.widgets.job import Reporter

EPOCHS, PER_CLASS, BATCH_SIZE, RATE = 5, 20, 32, 3e-3


def train_epochs(
    profile: Profile, pictures: Dataset | None, trains: Sequence[str], seed: int, reporter: Reporter
) -> Iterator[float]:
    """Train the stages `trains` for EPOCHS epochs; yield the validation accuracy after each.

    `seed` fixes the pictures that are drawn, the new head's weights and the order. Raises Cancelled within a
    batch once nobody waits any more.
    """
    reporter.report(0, EPOCHS, "epochs")
    few = draw_few(profile, seed, reporter) if pictures is None else pictures
    val = in_memory(reporter.watch(profile.val))
    with seeded(torch.device("cpu"), seed):
        model = freeze(load_backbone(profile.backbone, len(profile.classes)), keep=trains)
    optimizer = torch.optim.AdamW(parameter_groups(model, RATE))
    for epoch in range(1, EPOCHS + 1):
        history = fit(
            model, reporter.watch(few), reporter.watch(val), 1, optimizer=optimizer, batch_size=BATCH_SIZE,
            seed=1000 * seed + epoch, progress=False,
        )  # fmt: skip
        yield history.val_accuracy[-1]
        reporter.report(epoch, EPOCHS, "epochs")


def draw_few(profile: Profile, seed: int, reporter: Reporter) -> Dataset:
    """PER_CLASS training pictures of each class, or as many as the smallest class has."""
    targets = profile.train.targets
    least = min(targets.count(label) for label in range(len(profile.classes)))
    return in_memory(reporter.watch(profile.train.few(min(PER_CLASS, least), seed)))
