"""Transfer learning with PyTorch: the helper package behind the notebooks.

Every name is looked up when first used, so that `import tl_course` and the command line start without torch.
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

import wrapt

from tl_course.errors import CourseError

if TYPE_CHECKING:
    from tl_course.exercises import progress
    from tl_course.explain import grad_cam
    from tl_course.models import (
        find_head,
        freeze,
        load_backbone,
        parameter_groups,
        preprocessing,
        replace_head,
        stages,
        unfreeze,
    )
    from tl_course.profiles import load_profile
    from tl_course.training import Evaluation, Features, History, cache_features, evaluate, fit, fit_head

__all__ = [
    "CourseError",
    "Evaluation",
    "Features",
    "History",
    "cache_features",
    "evaluate",
    "find_head",
    "fit",
    "fit_head",
    "freeze",
    "grad_cam",
    "load_backbone",
    "load_profile",
    "parameter_groups",
    "preprocessing",
    "progress",
    "replace_head",
    "stages",
    "unfreeze",
]

_HOMES = {
    "grad_cam": "tl_course.explain",
    "load_profile": "tl_course.profiles",
    "progress": "tl_course.exercises",
    **dict.fromkeys(
        (
            "find_head",
            "freeze",
            "load_backbone",
            "parameter_groups",
            "preprocessing",
            "replace_head",
            "stages",
            "unfreeze",
        ),
        "tl_course.models",
    ),
    **dict.fromkeys(
        ("Evaluation", "Features", "History", "cache_features", "evaluate", "fit", "fit_head"),
        "tl_course.training",
    ),
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return metadata.version("tl-course")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})


# torchvision.models.get_model("pocket_resnet") works whichever of the two packages is imported first, yet
# nobody waits for torchvision unasked. The hook is on the whole package: by then its models are complete.
wrapt.register_post_import_hook(lambda torchvision: import_module("tl_course.models"), "torchvision")
