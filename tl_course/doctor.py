"""`tl-course doctor`: what a student needs, checked one thing at a time, each failure with its cure."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

INSTALL = "run: make lab (or, in the course's folder: pip install -e .)"
TORCH_PAIR = "run: pip install --upgrade torch torchvision (in one command, so that the two match)"
MIN_PYTHON = (3, 10)
MIN_FREE_GB = 1.0


@dataclass(frozen=True)
class Finding:
    """One line of the report: what was looked at, what was found, and for a failure what to do."""

    ok: bool
    what: str
    found: str
    cure: str = ""

    def __str__(self) -> str:
        """`[OK] what: found`, or `[FAIL] what: found -> cure`."""
        line = f"[{'OK' if self.ok else 'FAIL'}] {self.what}: {self.found}"
        return line if self.ok else f"{line} -> {self.cure}"


def check_python() -> Finding:
    """Python is new enough."""
    found = ".".join(str(part) for part in sys.version_info[:3])
    wanted = ".".join(str(part) for part in MIN_PYTHON)
    cure = f"install Python {wanted} or newer, remove .venv and run: make lab"
    return Finding(sys.version_info[:2] >= MIN_PYTHON, "Python", found, cure)


def check_torch() -> Finding:
    """Torch can be imported."""
    import torch

    return Finding(True, "torch", torch.__version__)


def check_torchvision() -> Finding:
    """Torchvision was built for this torch: one of its compiled operators runs, and finds one box of one."""
    import torch
    import torchvision

    pair = f"{torchvision.__version__} with torch {torch.__version__}"
    try:
        torchvision.ops.nms(torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.tensor([1.0]), 0.5)
    except Exception as error:
        return Finding(False, "torchvision", f"{pair} do not match ({first_line(error)})", TORCH_PAIR)
    return Finding(True, "torchvision", pair)


def check_packages() -> Finding:
    """The packages that the course declares are installed, in versions that it allows."""
    from packaging.requirements import Requirement

    wrong = []
    requirements = [Requirement(line) for line in importlib.metadata.requires("tl-course") or []]
    needed = [item for item in requirements if item.marker is None or item.marker.evaluate({"extra": ""})]
    for item in needed:
        try:
            version = importlib.metadata.version(item.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{item.name} is missing")
            continue
        if not item.specifier.contains(version, prereleases=True):
            wrong.append(f"{item.name} {version} is not {item.specifier}")
    return Finding(not wrong, "packages", "; ".join(wrong) or f"{len(needed)} found", INSTALL)


def check_kernel() -> Finding:
    """Jupyter's python3 kernel is this interpreter, so that notebooks see the packages checked here."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    cure = f"run: {sys.executable} -m ipykernel install --sys-prefix"
    try:
        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return Finding(False, "Jupyter kernel", "no kernel named python3", cure)
    # jupyter_client starts a kernel whose command is a bare "python" with its own interpreter
    bare = command in ("python", "python3", f"python3.{sys.version_info.minor}")
    ok = bare or Path(command).absolute() == Path(sys.executable).absolute()
    # The path only where it is wrong: the line that is right may be stored in a notebook and shared.
    found = "python3 is this environment" if ok else f"python3 is {command}, not {sys.executable}"
    return Finding(ok, "Jupyter kernel", found, cure)


def check_device() -> Finding:
    """Which device the lessons will compute on; a CPU is enough."""
    import torch

    if torch.cuda.is_available():
        found = f"CUDA ({torch.cuda.get_device_name()})"
    elif torch.backends.mps.is_available():
        found = "MPS (Apple)"
    else:
        found = "CPU"
    return Finding(True, "device", f"{found}, CPU threads: {torch.get_num_threads()}")


def check_disk() -> Finding:
    """The current folder's disk has room for checkpoints and cached features."""
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    cure = f"free some space: the course wants {MIN_FREE_GB:g} GB"
    return Finding(free >= MIN_FREE_GB, "disk space", f"{free:.1f} GB free", cure)


def check_pocket_images() -> Finding:
    """The pocket images are the bytes that the course was made with."""
    from tl_course.data import verify_pocket

    problems = verify_pocket()
    cure = "get them back: git checkout tl_course/data/pocket (or install the course again)"
    more = f"; and {len(problems) - 3} more" if len(problems) > 3 else ""
    return Finding(not problems, "pocket images", "; ".join(problems[:3]) + more or "intact", cure)


def check_pocket_weights() -> Finding:
    """Each pocket backbone's weights file matches its card's checksum."""
    from tl_course.errors import CourseError
    from tl_course.models import verify

    names = pocket_backbones()
    cure = "get them back: git checkout tl_course/models/weights (or run tl-course pretrain NAME)"
    if not names:
        return Finding(False, "pocket weights", "none found", cure)
    try:
        for name in names:
            verify(name)
    except CourseError as error:
        return Finding(False, "pocket weights", first_line(error), cure)
    return Finding(True, "pocket weights", f"intact ({', '.join(names)})")


def pocket_backbones() -> list[str]:
    """The pocket backbones that came with the course: those with a card or a weights file."""
    import tl_course.models

    files = (Path(tl_course.models.__file__).parent / "weights").iterdir()
    return sorted({file.stem for file in files if file.suffix in (".json", ".safetensors")})


def check_imagenet_weights() -> Finding:
    """Which ImageNet weights are cached; none is fine, for the pocket profile needs none."""
    import torch
    from torchvision.models import get_model_weights

    # torchvision's file names are NAME-HASH.pth
    files = Path(torch.hub.get_dir()).glob("checkpoints/*-*.pth")
    cached = sorted(file.stem.rpartition("-")[0] for file in files)
    if cached:
        return Finding(True, "ImageNet weights", f"cached: {', '.join(cached)}")
    backbone = os.environ.get("TL_COURSE_BACKBONE", "resnet18").split(",")[0].strip()
    try:
        megabytes = f"{get_model_weights(backbone)['DEFAULT'].meta['_file_size']:.0f} MB"
    except (KeyError, ValueError):  # a backbone that is not torchvision's
        megabytes = "its weights"
    found = f"none cached: the imagenet profile would download {megabytes} for {backbone}"
    return Finding(True, "ImageNet weights", found)


CHECKS: tuple[Callable[[], Finding], ...] = (
    check_python,
    check_torch,
    check_torchvision,
    check_packages,
    check_kernel,
    check_device,
    check_disk,
    check_pocket_images,
    check_pocket_weights,
    check_imagenet_weights,
)


def examine(checks: Sequence[Callable[[], Finding]] = CHECKS) -> list[Finding]:
    """Run each check; one that breaks down is a failure of its own, and the others still run."""
    findings = []
    for check in checks:
        try:
            findings.append(check())
        except Exception as error:
            what = check.__name__.removeprefix("check_").replace("_", " ")
            findings.append(Finding(False, what, f"{type(error).__name__}: {first_line(error)}", INSTALL))
    return findings


def report(findings: Sequence[Finding]) -> str:
    """The findings, one a line."""
    return "\n".join(map(str, findings))


def first_line(error: Exception) -> str:
    """The first line of an error's message."""
    return (str(error).splitlines() or [""])[0]
