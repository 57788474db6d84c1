"""Maps of 100 pictures: pytorch-grad-cam called picture by picture against `grad_cam` in batches.

    python benchmarks/grad_cam.py

Both explain the same pictures of the active profile's validation split with the same backbone, each for
its most probable class. The library is used as its documentation shows it: built once, called with one
new picture after the other. Between the two stands the library called with the same batches: what is gained
beyond batching. All take turns; the maps must be equal. For convolutional backbones.
`--method scorecam --pictures 8` for the slow one; EigenCAM is left out, for its sign differs by design.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path
from statistics import median

import numpy as np
import pytorch_grad_cam
import torch
from torch import Tensor, nn

from tl_course import grad_cam, load_backbone, load_profile
from tl_course.explain import METHODS, cam_layer

LIBRARY = {
    "gradcam": pytorch_grad_cam.GradCAM,
    "gradcam++": pytorch_grad_cam.GradCAMPlusPlus,
    "hirescam": pytorch_grad_cam.HiResCAM,
    "layercam": pytorch_grad_cam.LayerCAM,
    "scorecam": pytorch_grad_cam.ScoreCAM,
}
BATCH_SIZE = 32
TOLERANCE = 1e-5


def plain(model: nn.Module, layer: nn.Module, images: Tensor, method: str, batch_size: int) -> np.ndarray:
    """The library's maps (N, H, W), so many pictures at a time."""
    with LIBRARY[method](model=model, target_layers=[layer]) as cam:
        return np.concatenate([cam(input_tensor=batch, targets=None) for batch in images.split(batch_size)])


def timed(work: Callable[[], np.ndarray]) -> tuple[np.ndarray, float]:
    """The maps and the seconds that they took; ScoreCAM's progress bars go nowhere."""
    with Path(os.devnull).open("w") as nowhere, redirect_stderr(nowhere):
        start = time.perf_counter()
        maps = work()
    return maps, time.perf_counter() - start


def main() -> None:
    """Print the times, the largest difference between the maps, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--method", choices=[method for method in METHODS if method in LIBRARY], default="gradcam"
    )
    parser.add_argument("--pictures", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    profile = load_profile()
    model = load_backbone(profile.backbone)
    images = torch.stack([profile.val[i][0] for i in range(min(options.pictures, len(profile.val)))])
    name, layer = cam_layer(model, images)
    print(f"{profile}; {torch.get_num_threads()} threads")
    print(f"{options.method} at {name} of {profile.backbone}, {len(images)} pictures")

    ways = {
        "picture by picture": lambda: plain(model, layer, images, options.method, 1),
        "library in batches": lambda: plain(model, layer, images, options.method, BATCH_SIZE),
        "grad_cam": lambda: grad_cam(model, images, method=options.method, batch_size=BATCH_SIZE),
    }
    maps = {way: timed(work)[0] for way, work in ways.items()}  # and both warm up
    differences = [float(np.abs(others - maps["grad_cam"]).max()) for others in maps.values()]
    assert max(differences) < TOLERANCE, f"the maps differ by {max(differences)}"
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(options.repeats):
        for way, work in ways.items():
            seconds[way].append(timed(work)[1])

    for way, values in seconds.items():
        ratios = [value / ours for value, ours in zip(values, seconds["grad_cam"], strict=True)]
        ratio = f"{median(ratios):5.2f} x grad_cam ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"{way:20} {median(values):8.3f} s  {ratio}")
    print(f"largest difference   {max(differences):.1e}")


if __name__ == "__main__":
    main()
