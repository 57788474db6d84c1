"""What does mixed precision save in training? Images a second and peak memory, against float32.

    python benchmarks/mixed_precision.py [--models resnet50 pocket_resnet ...] [--save]

Trains models with random weights on random images, 64 pixels for pocket backbones and 224 for others, on the
device at hand: fp32 (no TF32), tf32 (NVIDIA GPUs), bf16, fp16 with a loss scaler, fp32 and bf16 compiled; and
fp32 and bf16 with contiguous images, where all else has the channels last as in `fit`. Each configuration
runs in a process of its own, twice, in turns; the better rate counts. Steps are timed one by one and the
median taken, after warm-up.

Memory is all that training holds at its peak, in MB (10^6 bytes): weights, gradients, optimizer, activations.
On a GPU it is what torch has allocated; on a CPU how far the process grew from before the model was built, a
compiled model's compiler included.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
import torch
import torch.nn.functional as F

from tl_course.errors import CourseError
from tl_course.memory import peak_memory
from tl_course.models import POCKET, load_backbone
from tl_course.models.pocket import INPUT_SIZE
from tl_course.studies import Study, precision_table
from tl_course.studies.mixed_precision import NAME, save_precision_table
from tl_course.studies.store import Row, versions
from tl_course.training.mixed_precision import Precision, choose_precision, default_device, precision_report

MODELS = ["resnet50", "efficientnet_b0", "vit_b_16"]
BATCH_SIZES = {"cpu": 16, "cuda": 128, "mps": 32}
NUM_CLASSES = 10
ROUNDS = 2
WARM_UP_STEPS = 3
LEAST_STEPS = 3
TIMEOUT = 1800  # seconds for one configuration


@dataclass(frozen=True)
class Configuration:
    """What is measured in one process."""

    model: str
    mode: str  # "fp32", "tf32", "bf16", "fp16"
    layout: str = "channels last"  # or "contiguous"
    compiled: bool = False

    @property
    def pixels(self) -> int:
        """Height and width of its images."""
        return INPUT_SIZE if self.model in POCKET else 224


def configurations(models: list[str], device: torch.device) -> list[Configuration]:
    """All that is compared on this device, the reference first."""
    found = []
    for model in models:
        found += [Configuration(model, "fp32"), Configuration(model, "fp32", "contiguous")]
        found += [Configuration(model, "tf32")] if device.type == "cuda" else []
        found += [Configuration(model, "bf16"), Configuration(model, "bf16", "contiguous")]
        found += [Configuration(model, "fp16")]
        found += [Configuration(model, mode, compiled=True) for mode in ("fp32", "bf16")]
    return found


# --- in a process of its own ---


def measure(configuration: Configuration, device: torch.device, batch_size: int, seconds: float) -> Row:
    """Train for at least `seconds`: `images_per_second`, `memory` in MB, `compile_seconds`."""
    torch.manual_seed(0)
    precision = prepared(configuration.mode, device)
    before = memory_held(device)
    model = load_backbone(configuration.model, NUM_CLASSES, weights=None).train()
    images = torch.randn(batch_size, 3, configuration.pixels, configuration.pixels)
    labels = (torch.arange(batch_size) % NUM_CLASSES).to(device)
    layout = torch.channels_last if configuration.layout == "channels last" else torch.contiguous_format
    model, images = model.to(memory_format=layout).to(device), images.to(device, memory_format=layout)
    run = torch.compile(model) if configuration.compiled else model
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)

    def step() -> None:  # as `fit` makes it
        optimizer.zero_grad()
        with precision.autocast():
            loss = F.cross_entropy(precision.widened(run(images)), labels)
        precision.step(loss, optimizer)

    first = timed(step, device)
    for _ in range(WARM_UP_STEPS - 1):
        timed(step, device)
    median = statistics.median(timings(step, device, seconds))
    return {
        "images_per_second": batch_size / median,
        "memory": peak_held(device) - before,
        "compile_seconds": first - median if configuration.compiled else None,
    }


def prepared(mode: str, device: torch.device) -> Precision:
    """The precision of a mode, with torch told whether float32 may be computed as TF32."""
    if mode == "tf32" and torch.cuda.get_device_capability(device) < (8, 0):
        raise CourseError("this GPU has no TF32")
    # These two are what every version from 2.6 on knows and torch.compile reads; those that follow them,
    # fp32_precision, cannot be mixed with them: https://github.com/pytorch/pytorch/issues/166387
    torch.set_float32_matmul_precision("high" if mode == "tf32" else "highest")
    torch.backends.cudnn.allow_tf32 = mode == "tf32"
    return choose_precision("off" if mode in ("fp32", "tf32") else mode, device)


def timed(step: Callable[[], None], device: torch.device) -> float:
    """The seconds of one step, all of a GPU's work included."""
    start = time.perf_counter()
    step()
    if device.type != "cpu":
        getattr(torch, device.type).synchronize()
    return time.perf_counter() - start


def timings(step: Callable[[], None], device: torch.device, seconds: float) -> list[float]:
    """The seconds of each step."""
    found: list[float] = []
    while len(found) < LEAST_STEPS or sum(found) < seconds:
        found.append(timed(step, device))
    return found


def memory_held(device: torch.device) -> float:
    """What is held already, in MB, and is not the training's."""
    return psutil.Process().memory_info().rss / 1e6 if device.type == "cpu" else 0.0


def peak_held(device: torch.device) -> float:
    """The most that was held, in MB."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 1e6
    if device.type == "mps":  # it keeps no peak, and gives back to the system only what it is told to
        return torch.mps.driver_allocated_memory() / 1e6
    return peak_memory()


def attempt(configuration: Configuration, device: torch.device, batch_size: int, seconds: float) -> Row:
    """As `measure`; what fails is a row with the `reason`."""
    try:
        return measure(configuration, device, batch_size, seconds)
    except Exception as problem:
        lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
        return {"reason": f"{type(problem).__name__}: {' '.join(lines[:2])}"[:200]}


# --- one process after the other ---


def in_fresh_process(
    configuration: Configuration, device: torch.device, batch_size: int, seconds: float
) -> Row:
    """As `attempt`; a process that dies is a row with a reason too. Nothing compiled is left for the next."""
    what = {**asdict(configuration), "device": str(device), "batch_size": batch_size, "seconds": seconds}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as cache:
        try:
            done = subprocess.run(
                [sys.executable, __file__, "--one", json.dumps(what)],
                env={**os.environ, "TORCHINDUCTOR_CACHE_DIR": cache},
                stdout=subprocess.PIPE,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"reason": f"not done after {TIMEOUT} s"}
    if done.returncode:
        return {"reason": f"its process ended with {done.returncode}; -9 is mostly a lack of memory"}
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


def one(what: dict[str, Any]) -> None:
    """The work of the fresh process: its last line is the row."""
    device, batch_size, seconds = (
        torch.device(what.pop("device")),
        what.pop("batch_size"),
        what.pop("seconds"),
    )
    print(json.dumps(attempt(Configuration(**what), device, batch_size, seconds)))


def merged(configuration: Configuration, rounds: list[Row]) -> Row:
    """The better of the rounds, with the rates of all; the reason where none was measured."""
    start = {**asdict(configuration), "pixels": configuration.pixels}
    measured = [row for row in rounds if "reason" not in row]
    if not measured:
        return {**start, "reason": rounds[0]["reason"]}
    best = max(measured, key=lambda row: row["images_per_second"])
    return {**start, **best, "rates": [row["images_per_second"] for row in measured]}


def left_out(configuration: Configuration, device: torch.device, fp16: bool) -> str | None:
    """Why a configuration is not measured unasked."""
    if configuration.mode == "fp16" and device.type == "cpu" and not fp16:
        return f"left out ({precision_report(device)['fp16']}); --fp16 measures it"
    return None


def compare(
    models: list[str], device: torch.device, batch_size: int, seconds: float, fp16: bool
) -> list[Row]:
    """A row for each configuration."""
    found: dict[Configuration, list[Row]] = {each: [] for each in configurations(models, device)}
    for number in range(1, ROUNDS + 1):
        for configuration, rows in found.items():
            reason = left_out(configuration, device, fp16)
            if reason is None:
                print(f"round {number}: {configuration}", file=sys.stderr, flush=True)
                rows.append(in_fresh_process(configuration, device, batch_size, seconds))
            else:
                rows.append({"reason": reason})
    return [merged(configuration, rows) for configuration, rows in found.items()]


def device_name(device: torch.device) -> str:
    """The name of the GPU, or of the processor."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if platform.system() == "Linux":
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        if names:
            return names[0]
    return platform.processor() or platform.machine()


def arguments() -> argparse.Namespace:
    """What the command line asks for; an unknown model ends the program here."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="+", default=MODELS, metavar="NAME")
    parser.add_argument("--device", type=torch.device, default=default_device(), help="cpu, cuda, mps")
    parser.add_argument("--batch-size", type=int, help=f"by default {BATCH_SIZES}")
    parser.add_argument("--seconds", type=float, default=10.0, help="of training in each process")
    parser.add_argument("--fp16", action="store_true", help="fp16 on a CPU too, which is very slow")
    parser.add_argument("--save", action="store_true", help="keep the table for the lessons")
    parser.add_argument("--one", type=json.loads, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asked.batch_size = asked.batch_size or BATCH_SIZES.get(asked.device.type, 16)
    if asked.one is None:
        try:
            for name in asked.models:
                load_backbone(name, NUM_CLASSES, weights=None)
        except CourseError as problem:
            parser.error(str(problem))
    return asked


def main() -> None:
    """Measure, print the table and, where asked, store it."""
    asked = arguments()
    if asked.one is not None:
        one(asked.one)
        return
    rows = compare(asked.models, asked.device, asked.batch_size, asked.seconds, asked.fp16)
    settings = {
        "device": device_name(asked.device),
        "device_type": asked.device.type,
        "batch_size": asked.batch_size,
        "seconds": asked.seconds,
        "rounds": ROUNDS,
        "warm_up_steps": WARM_UP_STEPS,
    }
    command = f"python benchmarks/mixed_precision.py {shlex.join(sys.argv[1:])}"
    if asked.save:
        table = save_precision_table(rows, settings, command)
    else:
        table = Study(NAME, rows, settings, versions(), command)
    print(precision_table(table))


if __name__ == "__main__":
    main()
