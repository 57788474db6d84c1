"""Features on disk: a folder named by all that they depend on, readable only when complete."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset, Subset
from torchvision.datasets import DatasetFolder

from tl_course.training.passes import seeded

FORMAT = 1
# A description with one of these does not say what the transform does.
UNTELLING = (" at 0x", "lambda")


def key_of(backbone: str, dataset: Dataset, seed: int) -> str:
    """The name of the folder for the features of `dataset` from the backbone with this sha256."""
    sha = hashlib.sha256(f"{FORMAT} {backbone} {seed}\n".encode())
    with seeded(torch.device("cpu"), seed):
        for line in _describe(dataset):
            sha.update(line)
    return sha.hexdigest()[:32]


def read(folder: Path) -> tuple[Tensor, Tensor] | None:
    """Features (N, ...) mapped from the disk and labels (N,); None where there is no whole folder."""
    try:
        # Mapped copy-on-write: the tensor is an ordinary one, the file stays as it is.
        x = np.load(folder / "x.npy", mmap_mode="c")
        y = np.load(folder / "y.npy")
    except (OSError, ValueError, EOFError):
        return None
    return torch.from_numpy(x), torch.from_numpy(y)


def write(
    folder: Path, n: int, sweep: Callable[[Callable[[Tensor, Tensor], None]], None]
) -> tuple[Tensor, Tensor]:
    """Fill `folder` with what `sweep` gives for n samples, batch by batch, and read it.

    It is written under another name first, so that a killed run leaves no folder of this name.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix="partial-", dir=folder.parent))
    labels: list[Tensor] = []
    try:
        with (partial / "x.npy").open("wb") as file:

            def keep(x: Tensor, y: Tensor) -> None:
                if not labels:
                    header = {"descr": "<f4", "fortran_order": False, "shape": (n, *x.shape[1:])}
                    np.lib.format.write_array_header_1_0(file, header)
                # Written, not mapped: mapped pages would count as memory until the system takes them back.
                x.contiguous().numpy().tofile(file)
                labels.append(y)

            sweep(keep)
        np.save(partial / "y.npy", torch.cat(labels).numpy())
        shutil.rmtree(folder, ignore_errors=True)  # a damaged one, or read() would have taken it
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    whole = read(folder)
    assert whole is not None, folder
    return whole


def _describe(dataset: Dataset) -> Iterator[bytes]:
    """All that the features depend on, beside the backbone."""
    rows = range(len(dataset))  # type: ignore[arg-type]
    base: Any = dataset
    base_rows = list(rows)
    while isinstance(base, Subset):
        base_rows = [base.indices[row] for row in base_rows]
        base = base.dataset
    if not _is_told_by_files(base):
        for row in rows:
            yield from _bytes_of(dataset[row])
        return
    loader = getattr(base.loader, "__qualname__", base.loader)
    yield repr((type(base), loader, base.transform, base.target_transform)).encode()
    for row in base_rows:
        path, label = base.samples[row]
        stat = Path(path).stat()
        yield f"{_below_root(base, path)} {label} {stat.st_size} {stat.st_mtime_ns}\n".encode()
    # A transform's description may leave out a setting; what it does to a picture does not.
    for row in (rows[0], rows[-1]):
        yield from _bytes_of(dataset[row])


def _is_told_by_files(dataset: Any) -> bool:
    """Whether files, transform and labels say all about an image folder's samples."""
    if not isinstance(dataset, DatasetFolder):
        return False
    description = repr((dataset.transform, dataset.target_transform))
    return not any(word in description for word in UNTELLING)


def _below_root(dataset: Any, path: str) -> str:
    """A path that stays the same when the whole folder moves."""
    return Path(os.path.relpath(path, dataset.root)).as_posix()


def _bytes_of(sample: tuple[Any, Any]) -> Iterator[bytes]:
    image, label = sample
    array = np.ascontiguousarray(image)
    yield f"{array.dtype} {array.shape} {int(label)}\n".encode()
    yield array.tobytes()
