"""The methods of pytorch-grad-cam, two of them with a change. Importing this takes seconds.

https://github.com/jacobgil/pytorch-grad-cam
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from pytorch_grad_cam import EigenCAM, GradCAM, GradCAMPlusPlus, HiResCAM, LayerCAM, ScoreCAM
from torch import Tensor
from torch.nn.functional import interpolate


class SignedEigenCAM(EigenCAM):
    """The projection on the first principal component, positive on the side that reaches further.

    The sign of a singular vector is arbitrary (Muhammad and Yeasin 2020, arXiv:2008.00299, leave it open),
    and the library keeps whatever comes: then the map may show the background. Here the sign is that of the
    value furthest from the mean, for what stands out is the smaller part: Chung and Ying 2025, equation 13,
    doi:10.3390/app15137562. The activations' mean tells less: a LayerNorm makes it the same everywhere.
    """

    def get_cam_image(self, *arguments: Any) -> np.ndarray:
        """Maps (N, h, w) of activations (N, C, h, w)."""
        _, _, _, activations, *_ = arguments
        return np.stack([_first_component(maps) for maps in activations])


def _first_component(maps: np.ndarray) -> np.ndarray:
    channels, height, width = maps.shape
    places = maps.reshape(channels, -1).T
    centred = places - places.mean(axis=0)
    # The thin decomposition: the library's full one makes a matrix of places x places.
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    projection = centred @ directions[0]
    sign = 1 if projection.max() >= -projection.min() else -1
    return (sign * projection.reshape(height, width)).astype(np.float32)


class QuietScoreCAM(ScoreCAM):
    """The library's ScoreCAM without its progress bars; the memory that it takes does not grow with N."""

    batch_size = 32

    def get_cam_weights(
        self,
        input_tensor: Tensor,
        target_layer: Any,
        targets: list[Any],
        activations: np.ndarray,
        grads: Any,
    ) -> np.ndarray:
        """Weights (N, C): the softmax over channels of the target's score under each channel's mask."""
        self.activations_and_grads.release()  # else it would keep what the masked pictures activate
        scores = [
            self._scores(image, torch.from_numpy(maps).to(image), target.category)
            for image, maps, target in zip(input_tensor, activations, targets, strict=True)
        ]
        return torch.stack(scores).softmax(dim=-1).cpu().numpy()

    def _scores(self, image: Tensor, maps: Tensor, category: int) -> Tensor:
        """The score of `image` (3, H, W) under each of the masks that `maps` (C, h, w) make."""
        scores = []
        for part in maps.split(self.batch_size):
            masks = interpolate(part[:, None], image.shape[1:], mode="bilinear", align_corners=True)
            low, high = masks.amin((1, 2, 3), keepdim=True), masks.amax((1, 2, 3), keepdim=True)
            masked = image * ((masks - low) / (high - low + 1e-8))
            scores.append(self.model(masked.contiguous(memory_format=torch.channels_last))[:, category])
        return torch.cat(scores)


CLASSES = {
    "gradcam": GradCAM,
    "gradcam++": GradCAMPlusPlus,
    "hirescam": HiResCAM,
    "eigencam": SignedEigenCAM,
    "layercam": LayerCAM,
    "scorecam": QuietScoreCAM,
}
