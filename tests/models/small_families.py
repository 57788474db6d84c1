"""A small model of each torchvision family: its real class, with few channels and few layers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torchvision import models
from torchvision.models.convnext import CNBlockConfig
from torchvision.models.regnet import BlockParams
from torchvision.models.resnet import BasicBlock, Bottleneck
from torchvision.models.swin_transformer import PatchMergingV2, SwinTransformerBlockV2
from torchvision.models.vgg import make_layers

CLASSES = 3


def _with_small_classifier(model: nn.Module, first: int, second: int) -> nn.Module:
    """AlexNet and VGG, without the hidden layers of 4096 that make up most of them."""
    model.classifier[first] = nn.Linear(model.classifier[first].in_features, 16)
    model.classifier[second] = nn.Linear(16, 16)
    model.classifier[6] = nn.Linear(16, 1000)
    for layer in model.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(layer.weight)  # nothing else keeps the signal from fading
            nn.init.zeros_(layer.bias)
    return model


def _vgg(batch_norm: bool) -> nn.Module:
    with torch.device("meta"):  # the classifier that is replaced takes seconds to fill
        model = models.VGG(nn.Identity(), init_weights=False)
    model.features = make_layers([8, "M", 8, "M", 8, "M", 8, "M", 512, "M"], batch_norm=batch_norm)
    return _with_small_classifier(model, 0, 3)


def _convnext() -> nn.Module:
    widths = [(8, 16), (16, 24), (24, 32), (32, None)]
    return models.ConvNeXt([CNBlockConfig(inside, out, 1) for inside, out in widths], layer_scale=0.5)


def _regnet() -> nn.Module:
    return models.RegNet(BlockParams([1] * 4, [8, 16, 24, 32], [8] * 4, [1.0] * 4, [2] * 4, se_ratio=0.25))


def _maxvit() -> nn.Module:
    return models.MaxVit((64, 64), 8, 2, [8, 16, 24, 32], [1, 1, 1, 1], 4, stochastic_depth_prob=0.0)


def _swin(**options: object) -> nn.Module:
    sizes = {"patch_size": [2, 2], "embed_dim": 8, "window_size": [2, 2], "stochastic_depth_prob": 0.0}
    return models.SwinTransformer(depths=[1] * 4, num_heads=[1] * 4, **sizes, **options)


SMALL: dict[str, tuple[Callable[[], nn.Module], int]] = {  # how to build it, and a side that it takes
    "AlexNet": (lambda: _with_small_classifier(models.AlexNet(), 1, 4), 64),
    "ConvNeXt": (_convnext, 32),
    "DenseNet": (partial(models.DenseNet, 4, (1, 1, 1, 1), 8), 32),
    "EfficientNet": (models.efficientnet_b0, 32),
    "GoogLeNet": (partial(models.GoogLeNet, init_weights=False), 64),
    "Inception v3": (partial(models.Inception3, init_weights=False), 299),  # its auxiliary head takes no less
    "MNASNet": (partial(models.MNASNet, 0.25), 32),
    "MaxViT": (_maxvit, 64),
    "MobileNet v2": (partial(models.MobileNetV2, width_mult=0.25), 32),
    "MobileNet v3": (partial(models.mobilenet_v3_small, width_mult=0.25), 32),
    "RegNet": (_regnet, 32),
    "ResNet": (partial(models.ResNet, BasicBlock, [1, 1, 1, 1]), 32),
    "ResNeXt": (partial(models.ResNet, Bottleneck, [1, 1, 1, 1], groups=4, width_per_group=4), 32),
    "ShuffleNet v2": (partial(models.ShuffleNetV2, [1, 1, 1], [8, 16, 16, 16, 32]), 32),
    "SqueezeNet": (models.squeezenet1_1, 32),
    "Swin": (_swin, 32),
    "Swin v2": (partial(_swin, block=SwinTransformerBlockV2, downsample_layer=PatchMergingV2), 32),
    "VGG": (partial(_vgg, False), 32),
    "VGG bn": (partial(_vgg, True), 32),
    "ViT": (partial(models.VisionTransformer, 32, 8, 5, 2, 16, 16), 32),
}


def small_model(family: str) -> nn.Module:
    """The small model of this family with random weights, in eval mode."""
    torch.manual_seed(1)  # with some seeds the ReLU after SqueezeNet's head is dead
    return alive(SMALL[family][0](), images(family))


def alive(model: nn.Module, pictures: Tensor) -> nn.Module:
    """The model in eval mode, its running statistics those of these pictures.

    Random weights fade with depth. Statistics of real activations keep every layer's output alive.
    """
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None
    with torch.no_grad():
        model.train()(pictures)
    return model.eval()


def images(family: str, n: int = 2) -> Tensor:
    """Noise of a size that the small model takes."""
    side = SMALL[family][1]
    return torch.randn(n, 3, side, side, generator=torch.Generator().manual_seed(0))


def logits(output: Tensor | tuple[Tensor, ...]) -> list[Tensor]:
    """All logits of a model's output: the main ones, and the auxiliary ones in train mode."""
    return [output] if isinstance(output, Tensor) else list(output)


def train_step(model: nn.Module, pictures: Tensor, lr: float = 0.5) -> None:
    """One step of SGD, in train mode, on the loss of all heads."""
    model.train()
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lr)
    labels = torch.arange(len(pictures)) % CLASSES
    sum(nn.functional.cross_entropy(head, labels) for head in logits(model(pictures))).backward()
    optimizer.step()
