"""How long does it take to make the five pocket backbones anew? python benchmarks/pretraining.py

Draws some of the source pictures and trains each backbone on them for one epoch, with the code and the
settings of `tl-course pretrain`, then multiplies. It takes some two minutes; keep the machine quiet.
"""

from __future__ import annotations

import time

import torch
from torchvision.models import get_model

from tl_course.data import SOURCE_CLASSES
from tl_course.models import POCKET
from tl_course.training import pretrain

PART = 10  # one picture in so many


def main() -> None:
    """Print the seconds of each backbone, and of all with the drawing."""
    whole = dict(pretrain.SETTINGS)
    pretrain.SETTINGS |= {"pictures_per_class": whole["pictures_per_class"] // PART, "epochs": 1}
    source = pretrain._draw()
    drawn = len(source.train) + len(source.val) + len(source.test)
    pictures = len(SOURCE_CLASSES) * sum(value for name, value in whole.items() if "pictures" in name)
    total = source.seconds * pictures / drawn
    print(f"on {torch.get_num_threads()} threads, from a {PART}th of the pictures in one epoch:")
    print(f"  drawing               {total / 60:5.1f} min")
    for name in POCKET:
        model = get_model(name, num_classes=len(SOURCE_CLASSES)).train().to(memory_format=torch.channels_last)
        pretrain._train(model, source, pretrain.LEARNING_RATES[name], seed=0, progress=False)  # warms up
        start = time.perf_counter()
        pretrain._train(model, source, pretrain.LEARNING_RATES[name], seed=0, progress=False)
        seconds = (time.perf_counter() - start) * PART * whole["epochs"]
        total += seconds
        print(f"  {name:21} {seconds / 60:5.1f} min")
    print(f"  together              {total / 60:5.1f} min")


if __name__ == "__main__":
    main()
