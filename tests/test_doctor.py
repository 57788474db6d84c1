"""Each check of the doctor, healthy and with the one thing wrong that it looks for."""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
import types
from pathlib import Path

import pytest
import torch
import torchvision
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel

from tl_course import doctor
from tl_course.errors import CourseError


@pytest.fixture
def room(monkeypatch):
    """Stand a module with these names in the place of a room."""

    def stand_in(name: str, **names) -> None:
        module = types.ModuleType(name)
        vars(module).update(names)
        monkeypatch.setitem(sys.modules, f"tl_course.{name}", module)
        monkeypatch.setattr(f"tl_course.{name}", module, raising=False)

    return stand_in


@pytest.mark.parametrize("check", [
    doctor.check_python, doctor.check_torch, doctor.check_torchvision, doctor.check_packages,
    doctor.check_kernel, doctor.check_device,
])  # fmt: skip
def test_the_environment_that_runs_the_tests_is_healthy(check):
    finding = check()
    assert finding.ok, finding


def test_an_old_python_fails(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))
    finding = doctor.check_python()
    assert (finding.ok, finding.found) == (False, "3.9.18")
    assert "Python 3.10" in finding.cure


def test_a_torchvision_of_another_torch_fails_and_the_cure_installs_both(monkeypatch):
    def nms(*_):
        raise RuntimeError("operator torchvision::nms does not exist")

    monkeypatch.setattr(torchvision.ops, "nms", nms)
    finding = doctor.check_torchvision()
    assert not finding.ok
    assert "torchvision::nms does not exist" in finding.found
    assert "torch torchvision" in finding.cure


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: ["no-such-package>=1"])
    finding = doctor.check_packages()
    assert (finding.ok, finding.found) == (False, "no-such-package is missing")


def test_a_package_that_is_too_old_is_named_with_the_version_wanted(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: ["pillow>=999"])
    finding = doctor.check_packages()
    assert not finding.ok
    assert finding.found == f"pillow {importlib.metadata.version('pillow')} is not >=999"


def test_a_package_of_the_test_extra_is_not_asked_for(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: ['nonesuch>=1; extra == "test"'])
    assert doctor.check_packages().ok


def test_a_missing_kernel_fails(monkeypatch):
    def no_kernel(manager, name):
        raise NoSuchKernel(name)

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", no_kernel)
    finding = doctor.check_kernel()
    assert not finding.ok
    assert "ipykernel install" in finding.cure


def test_a_kernel_of_another_python_fails_and_both_are_named(monkeypatch):
    spec = KernelSpec(argv=["/elsewhere/python", "-m", "ipykernel_launcher"])
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", lambda manager, name: spec)
    finding = doctor.check_kernel()
    assert not finding.ok
    assert "/elsewhere/python" in finding.found
    assert sys.executable in finding.found


def test_a_full_disk_fails(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: types.SimpleNamespace(free=200_000_000))
    finding = doctor.check_disk()
    assert (finding.ok, finding.found) == (False, "0.2 GB free")


def test_a_disk_with_room_passes(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: types.SimpleNamespace(free=1_000_000_000))
    assert doctor.check_disk().ok


@pytest.mark.parametrize(("problems", "ok"), [([], True), (["train/bee/003.png is damaged"], False)])
def test_damaged_pocket_images_are_named(room, problems, ok):
    room("data", verify_pocket=lambda: problems)
    finding = doctor.check_pocket_images()
    assert finding.ok is ok
    assert finding.found == ("; ".join(problems) or "intact")


def models_with_cards(room, folder: Path, names: list[str], verify) -> None:
    (folder / "weights").mkdir()
    for name in names:
        (folder / "weights" / f"{name}.json").write_text("{}")
    room("models", __file__=str(folder / "__init__.py"), verify=verify)


def test_intact_pocket_weights_are_listed(room, tmp_path):
    models_with_cards(room, tmp_path, ["pocket_resnet"], verify=lambda name: None)
    finding = doctor.check_pocket_weights()
    assert (finding.ok, finding.found) == (True, "intact (pocket_resnet)")


def test_damaged_pocket_weights_fail_with_their_own_message(room, tmp_path):
    def verify(name):
        raise CourseError(f"{name}.safetensors is damaged.")

    models_with_cards(room, tmp_path, ["pocket_resnet"], verify)
    finding = doctor.check_pocket_weights()
    assert (finding.ok, finding.found) == (False, "pocket_resnet.safetensors is damaged.")


def test_missing_pocket_weights_fail(room, tmp_path):
    models_with_cards(room, tmp_path, [], verify=lambda name: None)
    assert not doctor.check_pocket_weights().ok


def test_cached_imagenet_weights_are_listed(monkeypatch, tmp_path):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "squeezenet1_1-b8a52dc0.pth").touch()
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    finding = doctor.check_imagenet_weights()
    assert (finding.ok, finding.found) == (True, "cached: squeezenet1_1")


def test_uncached_imagenet_weights_are_fine_and_their_download_is_announced(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setenv("TL_COURSE_BACKBONE", "squeezenet1_1")
    finding = doctor.check_imagenet_weights()
    assert finding.ok
    assert finding.found.endswith("would download 5 MB for squeezenet1_1")


def test_of_several_backbones_in_the_setting_the_first_is_announced(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setenv("TL_COURSE_BACKBONE", "squeezenet1_1, resnet18")
    assert doctor.check_imagenet_weights().found.endswith("would download 5 MB for squeezenet1_1")


def test_a_check_that_breaks_down_fails_alone_and_the_next_ones_run():
    def check_torch():
        raise ImportError("No module named 'torch'")

    findings = doctor.examine([check_torch, lambda: doctor.Finding(True, "disk space", "9 GB free")])
    assert [finding.ok for finding in findings] == [False, True]
    assert str(findings[0]) == (
        f"[FAIL] torch: ImportError: No module named 'torch' -> {doctor.INSTALL}"
    )  # fmt: skip


def test_a_line_of_the_report_shows_the_cure_of_a_failure_alone():
    findings = [doctor.Finding(True, "a", "b", "cure"), doctor.Finding(False, "c", "d", "cure")]
    assert doctor.report(findings) == "[OK] a: b\n[FAIL] c: d -> cure"
