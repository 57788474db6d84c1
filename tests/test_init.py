"""`import tl_course`: light, complete, and known to torchvision in either order."""

from __future__ import annotations

import subprocess
import sys

import pytest

import tl_course

HEAVY = {"torch", "torchvision", "matplotlib", "sklearn", "numpy", "PIL"}


def output_of(code: str) -> str:
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.mark.parametrize("module", ["tl_course", "tl_course.cli"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(sorted({HEAVY} & set(sys.modules)))"
    assert output_of(code) == "[]"


@pytest.mark.parametrize(
    "imports",
    [
        "import tl_course; from torchvision.models import get_model",
        "import torchvision, tl_course",
    ],
)
def test_torchvision_knows_the_pocket_models_after(imports: str) -> None:
    code = (
        f"{imports}; import torchvision; print(type(torchvision.models.get_model('pocket_resnet')).__name__)"
    )
    assert output_of(code) == "PocketResNet"


@pytest.mark.parametrize("name", tl_course.__all__)
def test_a_public_name_is_found_and_has_a_docstring(name: str) -> None:
    assert getattr(tl_course, name).__doc__


def test_dir_lists_every_public_name() -> None:
    assert {*tl_course.__all__, "__version__"} <= set(dir(tl_course))


def test_the_version_is_a_dotted_number() -> None:
    assert all(part.isdigit() for part in tl_course.__version__.split(".")[:2])


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'load_backbones'"):
        _ = tl_course.load_backbones
