"""The loop of countless tutorials against cached features: same data, same backbone, one run.

    python benchmarks/feature_extraction.py

The naive loop sends every picture through the frozen backbone in every epoch, training and
validation, as the PyTorch transfer-learning tutorial does. The cached way makes one pass over each
split and trains the head on what it kept. Works in the active profile. 25 naive epochs are timed as
they are; `--epochs 5` is enough for a slow machine.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.utils.data import ConcatDataset, DataLoader

from tl_course import Features, cache_features, evaluate, fit_head, freeze, load_backbone, load_profile
from tl_course.profiles import Profile


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """The result of `work` and its seconds."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def fresh(profile: Profile) -> nn.Module:
    """A pretrained, frozen backbone with a new head; the same one every time."""
    torch.manual_seed(0)
    return freeze(load_backbone(profile.backbone, len(profile.classes)))


def naive_epoch(model: nn.Module, profile: Profile, optimizer: torch.optim.Optimizer) -> None:
    """One epoch of training and one of validation, everything through the backbone."""
    loss_function = nn.CrossEntropyLoss()
    model.train()
    for images, labels in DataLoader(profile.train, batch_size=64, shuffle=True):
        loss = loss_function(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    evaluate(model, profile.val)


def bare_pass(profile: Profile) -> None:
    """Every picture of both splits once through the model, and nothing else."""
    model = fresh(profile).eval()
    with torch.inference_mode():
        for images, _ in DataLoader(ConcatDataset([profile.train, profile.val]), batch_size=128):
            model(images.to(memory_format=torch.channels_last))


def cached(model: nn.Module, profile: Profile, directory: str | None = None) -> tuple[Features, Features]:
    """Features of both splits: one pass, or a look on the disk."""
    train = cache_features(model, profile.train, directory=directory, progress=False)
    return train, cache_features(model, profile.val, directory=directory, progress=False)


def cached_training(profile: Profile, epochs: int) -> nn.Module:
    """One pass over each split, then the head alone."""
    model = fresh(profile)
    train, val = cached(model, profile)
    fit_head(train, val, epochs, lr=3e-3, progress=False)
    return model


def main() -> None:
    """Print the times and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=25)
    epochs = parser.parse_args().epochs
    profile = load_profile()
    print(f"{profile}; {torch.get_num_threads()} threads")
    cached_training(profile, 1)  # torch and the file system warm up

    model = fresh(profile)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=3e-3)
    naive = [timed(lambda: naive_epoch(model, profile, optimizer))[1] for _ in range(epochs)]
    bare = min(timed(lambda: bare_pass(profile))[1] for _ in range(2))
    with tempfile.TemporaryDirectory() as directory:
        in_memory, memory_seconds = timed(lambda: cached_training(profile, epochs))
        cached(in_memory, profile, directory)
        _, disk_seconds = timed(lambda: cached(in_memory, profile, directory))

    print(f"bare inference pass       {bare:8.2f} s")
    for count in sorted({min(5, epochs), epochs}):
        seconds = sum(naive[:count])
        print(f"naive loop, {count:2} epochs     {seconds:8.2f} s  {seconds / memory_seconds:6.1f} x cached")
    print(
        f"cached, {epochs:2} epochs         {memory_seconds:8.2f} s  {memory_seconds / bare:6.2f} x bare pass"
    )
    print(f"features from disk        {disk_seconds:8.2f} s  {disk_seconds / bare:6.2%} of bare pass")
    print(f"naive:  {evaluate(model, profile.test)}")
    print(f"cached: {evaluate(in_memory, profile.test)}")


if __name__ == "__main__":
    main()
