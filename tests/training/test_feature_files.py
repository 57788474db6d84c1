"""Features on disk equal those in memory, and are never stale."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import nn
from torch.utils.data import Subset
from torchvision.datasets import ImageFolder
from torchvision.transforms import v2

from .small_training import cache, small_pictures, tiny

TO_TENSOR = [v2.ToImage(), v2.ToDtype(torch.float32, scale=True)]


@pytest.fixture
def folder(tmp_path: Path) -> ImageFolder:
    for index, name in enumerate(["ant", "bee", "cat"]):
        (tmp_path / "images" / name).mkdir(parents=True)
        for shade in (50, 200):
            picture = Image.new("RGB", (8, 8), (shade, 80 * index, 0))
            picture.save(tmp_path / "images" / name / f"{shade}.png")
    return ImageFolder(tmp_path / "images", transform=v2.Compose(TO_TENSOR))


def folders_in(directory: Path) -> int:
    return len(list(directory.iterdir()))


def test_disk_gives_what_memory_gives(tmp_path: Path) -> None:
    model, data = tiny(), small_pictures()
    in_memory, written, read = cache(model, data), cache(model, data, tmp_path), cache(model, data, tmp_path)
    assert torch.equal(written.x, in_memory.x)
    assert torch.equal(read.x, in_memory.x)
    assert torch.equal(read.y, in_memory.y)


def test_second_call_does_not_run_the_model(tmp_path: Path, folder: ImageFolder) -> None:
    model = tiny()
    cache(model, folder, tmp_path / "cache")
    model[0].register_forward_pre_hook(lambda *_: pytest.fail("the backbone ran"))
    assert len(cache(model, folder, tmp_path / "cache")) == 6


def test_a_new_head_does_not_make_the_cache_stale(tmp_path: Path) -> None:
    model = tiny()
    cache(model, small_pictures(), tmp_path)
    model[3] = nn.Linear(16, 5)
    cache(model, small_pictures(), tmp_path)
    assert folders_in(tmp_path) == 1


def test_changed_weight_is_a_new_cache(tmp_path: Path) -> None:
    model = tiny()
    before = cache(model, small_pictures(), tmp_path)
    with torch.no_grad():
        model[0].weight.mul_(2)
    assert not torch.equal(cache(model, small_pictures(), tmp_path).x, before.x)


def test_changed_batchnorm_statistics_are_a_new_cache(tmp_path: Path) -> None:
    model = tiny()
    before = cache(model, small_pictures(), tmp_path)
    model[1].running_mean.add_(1)
    assert not torch.equal(cache(model, small_pictures(), tmp_path).x, before.x)


def test_changed_setting_of_a_layer_is_a_new_cache(tmp_path: Path) -> None:
    model = tiny()
    before = cache(model, small_pictures(), tmp_path)
    model[1].eps = 0.5
    assert not torch.equal(cache(model, small_pictures(), tmp_path).x, before.x)


class Brighter(nn.Module):
    """A student's own transform: its description does not tell its setting."""

    def __init__(self, by: float) -> None:
        super().__init__()
        self.by = by

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return image + self.by


@pytest.mark.parametrize(
    "pair",
    [
        (v2.Normalize([0.5] * 3, [0.2] * 3), v2.Normalize([0.5] * 3, [0.3] * 3)),
        (v2.Lambda(lambda image: image), v2.Lambda(lambda image: 1 - image)),
        (Brighter(0.1), Brighter(0.2)),
    ],
    ids=["described", "lambda", "undescribed"],
)
def test_changed_transform_is_a_new_cache(
    tmp_path: Path, folder: ImageFolder, pair: tuple[nn.Module, nn.Module]
) -> None:
    model, found = tiny(), []
    for transform in pair:
        folder.transform = v2.Compose([*TO_TENSOR, transform])
        found.append(cache(model, folder, tmp_path / "cache").x)
    assert not torch.equal(found[0], found[1])


def test_changed_picture_is_a_new_cache(tmp_path: Path, folder: ImageFolder) -> None:
    model = tiny()
    before = cache(model, folder, tmp_path / "cache").x
    path = Path(folder.samples[2][0])
    Image.new("RGB", (8, 8), (0, 0, 255)).save(path)
    os.utime(path, ns=(1, 1))
    assert not torch.equal(cache(model, folder, tmp_path / "cache").x[2], before[2])


def test_changed_tensor_is_a_new_cache(tmp_path: Path) -> None:
    data = small_pictures()
    before = cache(tiny(), data, tmp_path).x
    data.tensors[0][3] += 1
    assert not torch.equal(cache(tiny(), data, tmp_path).x[3], before[3])


def test_subsets_of_one_dataset_have_caches_of_their_own(tmp_path: Path, folder: ImageFolder) -> None:
    first, second = (cache(tiny(), Subset(folder, rows), tmp_path / "cache") for rows in ([0, 3], [1, 3]))
    assert not torch.equal(first.x, second.x)


def test_moved_image_folder_keeps_its_cache(tmp_path: Path, folder: ImageFolder) -> None:
    cache(tiny(), folder, tmp_path / "cache")
    moved = Path(folder.root).rename(tmp_path / "elsewhere")
    cache(tiny(), ImageFolder(moved, transform=folder.transform), tmp_path / "cache")
    assert folders_in(tmp_path / "cache") == 1


def test_interrupted_pass_leaves_nothing(tmp_path: Path) -> None:
    class AfterFirstBatch(nn.Conv2d):
        batches = 0

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.batches += 1
            if self.batches == 2:
                raise KeyboardInterrupt
            return super().forward(x)

    model = tiny()
    model[0] = AfterFirstBatch(3, 4, 3, stride=4)
    with pytest.raises(KeyboardInterrupt):
        cache(model, small_pictures(), tmp_path)
    assert folders_in(tmp_path) == 0


def test_truncated_file_is_made_again(tmp_path: Path) -> None:
    before = cache(tiny(), small_pictures(), tmp_path).x.clone()
    file = next(tmp_path.glob("*/x.npy"))
    os.truncate(file, file.stat().st_size - 8)
    assert torch.equal(cache(tiny(), small_pictures(), tmp_path).x, before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no ru_maxrss")
def test_disk_needs_memory_for_a_batch_not_for_all(tmp_path: Path) -> None:
    code = """
        import resource, sys, torch
        from torch import nn
        from torch.utils.data import TensorDataset
        from tl_course.training import cache_features

        def peak():
            unit = 1 if sys.platform == "darwin" else 1024
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit

        model = nn.Sequential(nn.Upsample(scale_factor=32), nn.Flatten(), nn.Linear(3 * 256 * 256, 2)).eval()
        data = TensorDataset(torch.rand(128, 3, 8, 8), torch.zeros(128, dtype=torch.long))
        first = TensorDataset(*data[:8])
        cache_features(model, first, batch_size=8, directory=sys.argv[1], progress=False)
        before = peak()
        features = cache_features(model, data, batch_size=8, directory=sys.argv[1], progress=False)
        assert features.x.nbytes == 128 * 3 * 256 * 256 * 4  # 101 MB
        print(peak() - before)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 40e6


def test_writing_to_the_tensor_does_not_change_the_file(tmp_path: Path) -> None:
    features = cache(tiny(), small_pictures(), tmp_path)
    before = features.x.clone()
    features.x.zero_()
    assert torch.equal(cache(tiny(), small_pictures(), tmp_path).x, before)
