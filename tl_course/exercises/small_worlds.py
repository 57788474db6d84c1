"""Networks and pictures that take no time to build, the same from the same seed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import TensorDataset


class SmallNetwork(nn.Module):
    """Two stages of convolution, BatchNorm and ReLU, then pooling, dropout and a linear head."""

    def __init__(self, names: Sequence[str], width: int, classes: int) -> None:
        """`names` are those of the two stages and of the head."""
        super().__init__()
        self.names = tuple(names)
        first, second, head = names
        self.add_module(first, _stage(3, width))
        self.add_module(second, _stage(width, 2 * width))
        self.add_module(head, nn.Sequential(nn.Dropout(0.5), nn.Linear(2 * width, classes)))

    def pooled(self, images: Tensor) -> Tensor:
        """What comes to the head, (N, 2 * width)."""
        first, second, _ = (self.get_submodule(name) for name in self.names)
        return second(first(images)).mean((2, 3))

    def forward(self, images: Tensor) -> Tensor:
        """Logits, (N, classes)."""
        return self.get_submodule(self.names[-1])(self.pooled(images))


def _stage(inputs: int, outputs: int) -> nn.Sequential:
    layers = (
        ("conv", nn.Conv2d(inputs, outputs, 3, padding=1)),
        ("norm", nn.BatchNorm2d(outputs)),
        ("act", nn.ReLU()),
    )
    return nn.Sequential(OrderedDict(layers))


def small_network(
    seed: int, classes: int = 4, width: int = 4, names: Sequence[str] = ("early", "late", "head")
) -> SmallNetwork:
    """A network in train mode; its running statistics are not those of `small_pictures`."""
    generator = torch.Generator().manual_seed(seed)
    network = SmallNetwork(names, width, classes)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.4)
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.weight.abs_().add_(0.5)
                module.running_mean = torch.randn(module.num_features, generator=generator)
                module.running_var = torch.rand(module.num_features, generator=generator) + 0.5
    return network.train()


def small_pictures(seed: int, count: int, classes: int = 4, side: int = 6) -> TensorDataset:
    """Random pictures (3, side, side) with random labels; each batch has a mean of its own."""
    generator = torch.Generator().manual_seed(seed)
    light = torch.linspace(-1.5, 1.5, count)[:, None, None, None]
    images = torch.randn(count, 3, side, side, generator=generator) + light
    return TensorDataset(images, torch.randint(classes, (count,), generator=generator))


def small_head(seed: int, features: int = 6, classes: int = 4) -> nn.Linear:
    """A linear head on its own."""
    head = nn.Linear(features, classes)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.4)
    return head


def small_features(seed: int, count: int, features: int = 6, classes: int = 4) -> TensorDataset:
    """Random features (features,) with random labels; each batch has a mean of its own."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randn(count, features, generator=generator) + torch.linspace(-1.0, 1.0, count)[:, None]
    return TensorDataset(rows, torch.randint(classes, (count,), generator=generator))


def colour_network(seed: int, classes: int) -> nn.Sequential:
    """A network in train mode that tells pictures apart by the colours of their four quarters."""
    quarters = torch.randn(classes, 3, 4, generator=torch.Generator().manual_seed(seed))
    quarters -= 0.7 * quarters.mean(2, keepdim=True)  # the overall colour alone would name one class for all
    head = nn.Linear(12, classes, bias=False)
    with torch.no_grad():
        head.weight.copy_(quarters.flatten(1))
    return nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Dropout(0.5), head).train()


def coloured_photos(seed: int, count: int, width: int, height: int) -> list[Image.Image]:
    """RGB pictures of 4 x 4 fields, each of a random colour."""
    generator = torch.Generator().manual_seed(seed)
    fields = torch.randint(256, (count, 4, 4, 3), generator=generator, dtype=torch.uint8)
    return [Image.fromarray(one.numpy()).resize((width, height), Image.Resampling.NEAREST) for one in fields]


def staged_network(seed: int, names: Sequence[str], classes: int = 4, width: int = 4) -> nn.Sequential:
    """A network in train mode with one child for each of `names`: stages with BatchNorm, then a head."""
    *stages, head = names
    children = {name: _stage(width if index else 3, width) for index, name in enumerate(stages)}
    network = nn.Sequential(OrderedDict[str, nn.Module](children))
    pooling = (nn.AdaptiveAvgPool2d(1), nn.Flatten())
    network.add_module(head, nn.Sequential(*pooling, nn.Dropout(0.5), nn.Linear(width, classes)))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.4)
    return network.train()


def striped_photos(seed: int, count: int, width: int, height: int) -> list[Image.Image]:
    """Pictures of fine stripes: even rows are from one of `coloured_photos`, odd ones from another."""
    ones, others = (coloured_photos(of, count, width, height) for of in (seed, seed + 1))
    stripes = torch.tensor([255, 0], dtype=torch.uint8).repeat(height)[:height, None].repeat(1, width)
    even = Image.fromarray(stripes.numpy())
    return [Image.composite(one, other, even) for one, other in zip(ones, others, strict=True)]
