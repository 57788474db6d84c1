"""Train a head on features that the frozen backbone computed once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from tl_course.errors import CourseError
from tl_course.models.heads import Head, all_heads, auxiliary_heads
from tl_course.training.checkpoints import digest
from tl_course.training.history import History
from tl_course.training.loop import fit

DROPOUTS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout)


class MeanOfHeads(nn.Module):
    """The mean of several heads' logits. The features of all, side by side, are its input: (N, C1 + C2)."""

    def __init__(self, heads: Sequence[Head]) -> None:
        super().__init__()
        self.heads = nn.ModuleList(head.module for head in heads)
        self.sizes = [head.in_features for head in heads]

    def forward(self, x: Tensor) -> Tensor:
        """Features (N, C1 + C2) to logits (N, K)."""
        parts = zip(self.heads, x.split(self.sizes, dim=1), strict=True)
        return torch.stack([head(part) for head, part in parts]).mean(dim=0)


class Features(TensorDataset):
    """What the backbone of `model` makes of N pictures: a dataset of (feature, label).

    - `x`: (N, ...) float32, the input of `head`; (N, C) for most models, (N, 512, h, w) for SqueezeNet.
      Features kept on disk are mapped from the file, and only what is used is read.
    - `y`: (N,) int64 labels
    - `classes`: their names, or None where the dataset has none
    - `seconds`: how long it took to get them, in this process
    - `backbone`: a sha256 of the backbone that made them
    - `model`: the model, whose own head `fit_head` trains
    """

    def __init__(
        self, model: nn.Module, x: Tensor, y: Tensor, classes: list[str] | None, seconds: float, backbone: str
    ) -> None:
        super().__init__(x, y)
        self.model, self.x, self.y, self.classes = model, x, y, classes
        self.seconds, self.backbone = seconds, backbone

    @property
    def head(self) -> nn.Sequential:
        """From features to logits, see `tail`: `features.head(features.x)` has shape (N, K)."""
        return tail(self.model)

    def subset(self, indices: Sequence[int] | Tensor) -> Features:
        """The features of these samples alone, in this order."""
        rows = torch.as_tensor(indices, dtype=torch.long)
        return Features(self.model, self.x[rows], self.y[rows], self.classes, self.seconds, self.backbone)

    def __repr__(self) -> str:
        """Shapes and time, in one line."""
        shape = " x ".join(str(size) for size in self.x.shape[1:])
        classes = "" if self.classes is None else f", {len(self.classes)} classes"
        return f"Features of {len(self)} pictures, {shape} each{classes}, in {self.seconds:.1f} s"


def fit_head(
    features: Features,
    val: Features | None = None,
    epochs: int = 100,
    *,
    lr: float = 1e-2,
    weight_decay: float = 1e-2,
    batch_size: int = 64,
    patience: int | None = None,
    restore_best: bool = True,
    seed: int = 0,
    progress: bool = True,
) -> History:
    """Train the head of `features.model` on cached features, in place, with AdamW and cross-entropy.

    The model is ready to use afterwards: `evaluate(features.model, pictures)`. Only the head trains, whatever
    else of the model requires a gradient. For a fresh start give the model a new head with `replace_head`:
    the features stay good. The settings mean what they mean in `fit`, which does the work.

    Raises CourseError where `val` comes from another backbone, where the backbone has changed since the
    features were cached, and where `fit` does.
    """
    current = backbone_digest(features.model)
    for name, given in (("training", features), ("validation", val)):
        if given is not None and given.backbone != current:
            raise CourseError(
                f"the {name} features were made by another backbone than the model has now: it was trained "
                f"further, or is another one. Call cache_features again with this model"
            )
    head = features.head
    trainable = [p for p in head.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trainable, lr=lr, weight_decay=weight_decay) if trainable else None
    return fit(
        head,
        features,
        val,
        epochs,
        optimizer=optimizer,
        batch_size=batch_size,
        patience=patience,
        restore_best=restore_best,
        seed=seed,
        progress=progress,
    )


def tail(model: nn.Module) -> nn.Sequential:
    """The end of the model, from features (N, ...) to logits (N, K). Its modules are the model's own.

    It is the head, with what follows in the head's `nn.Sequential` (SqueezeNet pools after its head) and the
    dropout right before it: a head that trains on cached features meets the same noise as one that trains
    inside the model. The two heads of a distilled model are there as `MeanOfHeads`.
    """
    heads = all_heads(model)
    if len(heads) > 1:
        return nn.Sequential(MeanOfHeads(heads), nn.Flatten())
    parent = model.get_submodule(heads[0].name.rpartition(".")[0])
    in_sequence = isinstance(parent, nn.Sequential)
    modules = list(parent) if isinstance(parent, nn.Sequential) else list(parent.children())
    start = index = next(i for i, module in enumerate(modules) if module is heads[0].module)
    while start > 0 and isinstance(modules[start - 1], DROPOUTS):
        start -= 1
    return nn.Sequential(*modules[start : None if in_sequence else index + 1], nn.Flatten())


def backbone_digest(model: nn.Module) -> str:
    """A sha256 of all of the model before its `tail`: the layers, their settings and every weight.

    The last layers of auxiliary heads do not count: `replace_head` renews them, and features need none.
    """
    ends = [tail(model), *(head.module for head in auxiliary_heads(model))]
    left_out = {module for end in ends for module in end.modules()}
    sha = hashlib.sha256(type(model).__qualname__.encode())
    for name, module in model.named_modules():
        if module in left_out:
            continue
        # A parent's description would repeat its children; extra_repr is the layer's own settings.
        sha.update(f"\n{name} {type(module).__qualname__} {module.extra_repr()} ".encode())
        own = [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]
        sha.update(digest(own).encode())
    return sha.hexdigest()
