"""The benchmark of mixed precision: what it measures, says and stores."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from tl_course.errors import CourseError
from tl_course.studies import load_precision_tables, precision_table, store
from tl_course.studies.mixed_precision import against_fp32, save_precision_table

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "mixed_precision.py"
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_of_mixed_precision", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def results(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(store, "RESULTS", tmp_path)
    return tmp_path


@pytest.fixture
def float32_settings_restored() -> Any:
    before = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    yield
    torch.set_float32_matmul_precision(before[0])
    torch.backends.cudnn.allow_tf32 = before[1]


def row(mode: str, rate: float | None, memory: float | None = 100.0, **other: Any) -> dict[str, Any]:
    start = {"model": "a", "mode": mode, "layout": "channels last", "compiled": False, "pixels": 64}
    measured = (
        {} if rate is None else {"images_per_second": rate, "memory": memory, "rates": [rate, rate / 2]}
    )
    return {**start, **measured, **other}


ROWS = [
    row("fp32", 10.0),
    row("bf16", 25.0, 60.0),
    row("bf16", 50.0, 80.0, compiled=True, compile_seconds=12.5),
    row("fp16", None, reason="left out (slow)"),
]


def settings(device_type: str) -> dict[str, Any]:
    return {"device": f"a {device_type}", "device_type": device_type, "batch_size": 4}


# --- measuring ---


def test_a_fresh_process_measures_rate_and_memory(benchmark: ModuleType) -> None:
    configuration = benchmark.Configuration("pocket_resnet", "bf16")
    measured = benchmark.in_fresh_process(configuration, CPU, batch_size=2, seconds=0)
    assert measured["images_per_second"] > 0
    assert measured["memory"] > 0
    assert measured["compile_seconds"] is None


@pytest.mark.parametrize("layout", ["channels last", "contiguous"])
def test_every_layout_is_measured(
    benchmark: ModuleType, layout: str, float32_settings_restored: None
) -> None:
    configuration = benchmark.Configuration("pocket_mobilenet", "fp32", layout)
    assert benchmark.measure(configuration, CPU, batch_size=2, seconds=0)["images_per_second"] > 0


def test_what_fails_is_a_row_with_its_reason(benchmark: ModuleType, float32_settings_restored: None) -> None:
    failed = benchmark.attempt(benchmark.Configuration("pocket_resnet", "fp8"), CPU, batch_size=2, seconds=0)
    assert failed.keys() == {"reason"}
    assert failed["reason"].startswith("CourseError: amp='fp8': it must be")


def test_a_process_that_dies_is_a_row_with_its_reason(
    benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dying = tmp_path / "dying.py"
    dying.write_text("raise SystemExit(7)")
    monkeypatch.setattr(benchmark, "__file__", str(dying))
    configuration = benchmark.Configuration("pocket_resnet", "fp32")
    assert "ended with 7" in benchmark.in_fresh_process(configuration, CPU, batch_size=2, seconds=0)["reason"]


def test_rows_of_float32_come_first_and_tf32_on_nvidia_alone(benchmark: ModuleType) -> None:
    on_cpu = benchmark.configurations(["a"], CPU)
    on_gpu = benchmark.configurations(["a"], torch.device("cuda"))
    assert on_cpu[0] == benchmark.Configuration("a", "fp32")
    assert {each.mode for each in on_gpu} - {each.mode for each in on_cpu} == {"tf32"}


@pytest.mark.parametrize(("device", "asked", "left_out"), [("cpu", False, True), ("cpu", True, False),
                                                           ("cuda", False, False)])  # fmt: skip
def test_fp16_is_left_out_on_a_cpu_unless_asked_for(
    benchmark: ModuleType, device: str, asked: bool, left_out: bool
) -> None:
    reason = benchmark.left_out(benchmark.Configuration("a", "fp16"), torch.device(device), asked)
    assert (reason is not None) == left_out


def test_the_better_round_counts_and_both_are_kept(benchmark: ModuleType) -> None:
    rounds = [{"images_per_second": rate, "memory": 1.0} for rate in (3.0, 5.0)]
    merged = benchmark.merged(benchmark.Configuration("pocket_vit", "fp32"), rounds)
    assert (merged["images_per_second"], merged["rates"]) == (5.0, [3.0, 5.0])
    assert merged["pixels"] == 64


def test_one_failed_round_is_no_failed_configuration(benchmark: ModuleType) -> None:
    rounds = [{"reason": "no"}, {"images_per_second": 5.0, "memory": 1.0}]
    assert benchmark.merged(benchmark.Configuration("resnet50", "fp32"), rounds)["rates"] == [5.0]


def test_an_unknown_model_ends_the_program_at_once(
    benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["mixed_precision.py", "--models", "pocket_resnett"])
    with pytest.raises(SystemExit):
        benchmark.arguments()
    assert "pocket_resnet" in capsys.readouterr().err.replace("pocket_resnett", "")


# --- what is stored ---


def test_a_stored_table_comes_back() -> None:
    saved = save_precision_table(ROWS, settings("cpu"), "python benchmarks/mixed_precision.py --save")
    assert load_precision_tables() == [saved]


def test_tables_of_gpus_come_first() -> None:
    for device_type in ("cpu", "mps", "cuda"):
        save_precision_table(ROWS, settings(device_type), "a command")
    assert [table.settings["device_type"] for table in load_precision_tables()] == ["cuda", "mps", "cpu"]


def test_a_new_table_replaces_the_old_one_of_its_device() -> None:
    save_precision_table(ROWS, settings("cpu"), "a command")
    save_precision_table(ROWS[:1], settings("cpu"), "a command")
    (table,) = load_precision_tables()
    assert table.rows == ROWS[:1]


def test_no_table_is_an_error_with_the_command() -> None:
    with pytest.raises(CourseError, match=r"python benchmarks/mixed_precision\.py --save"):
        load_precision_tables()


def test_a_damaged_table_is_named(results: Path) -> None:
    (results / "mixed_precision.cpu.json").write_text("{")
    with pytest.raises(CourseError, match=r"mixed_precision\.cpu\.json is damaged.*benchmarks"):
        load_precision_tables()


def test_rows_are_compared_with_float32() -> None:
    table = save_precision_table(ROWS, settings("cpu"), "a command")
    assert against_fp32(table, ROWS[1]) == {"speed": 2.5, "memory": 0.6}
    assert against_fp32(table, ROWS[3]) == {"speed": None, "memory": None}


def test_the_printed_table_has_a_line_a_row_with_reasons_and_ratios() -> None:
    lines = precision_table(save_precision_table(ROWS, settings("cpu"), "a command")).splitlines()
    assert lines[0].startswith("a cpu, ")
    assert " ".join(lines[3].split()) == "a bf16 channels last 25.0 2.50 60 0.60 - 25.0 12.5"
    assert " ".join(lines[4].split()) == "a bf16 compiled channels last 50.0 5.00 80 0.80 12.5 50.0 25.0"
    assert lines[5].endswith("left out (slow)")
