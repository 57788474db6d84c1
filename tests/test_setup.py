"""The set-up files agree with each other, and the suite cannot reach the network."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
ELSEWHERE = "192.0.2.1"  # a documentation address that no machine has (RFC 5737)


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def conda() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def test_conda_installs_the_dependencies_of_the_package_and_nbval(project, conda):
    pip_lines = next(item["pip"] for item in conda["dependencies"] if isinstance(item, dict))
    nbval = [line for line in project["optional-dependencies"]["test"] if line.startswith("nbval")]
    assert pip_lines == [*project["dependencies"], *nbval, "-e ."]


def test_conda_asks_for_the_python_of_the_package(project, conda):
    assert f"python{project['requires-python']}" in conda["dependencies"]


def test_conda_uses_conda_forge_alone(conda):
    assert conda["channels"] == ["conda-forge", "nodefaults"]


def test_every_dependency_is_pinned(project):
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9-]+)==", pins, flags=re.MULTILINE))
    lines = project["dependencies"] + project["optional-dependencies"]["test"]
    assert {re.split(r"[<>=!~\[ ]", line)[0] for line in lines} - pinned == set()


def test_every_constraint_is_a_pin():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.match(r"[a-z0-9-]+==\S+( ;|$)", line)] == []


def test_windows_runs_the_tests_as_the_makefile_does():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    workflow = " ".join((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8").split())
    nbval = re.search(r"^NBVAL .*?:= (.*)$", makefile, flags=re.MULTILINE)
    assert f"-m pytest -n 2 --dist loadscope {nbval.group(1)} tests notebooks solutions" in workflow


def test_importing_the_package_and_its_command_line_imports_nothing_heavy():
    heavy = {"torch", "torchvision", "matplotlib", "sklearn", "nbclient", "nbformat"}
    code = f"import sys, tl_course, tl_course.cli; print(sorted({heavy!r} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("reach", [
    lambda: socket.create_connection((ELSEWHERE, 80), timeout=1),
    lambda: socket.getaddrinfo("example.org", 80),
    lambda: socket.gethostbyname("example.org"),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"", (ELSEWHERE, 9)),
], ids=["connect", "getaddrinfo", "gethostbyname", "sendto"])  # fmt: skip
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_a_test_that_reaches_for_the_network_is_refused(reach):
    with pytest.raises(ConnectionError, match="the tests may not use the network"):
        reach()


def test_a_process_that_a_test_starts_is_refused_the_network():
    code = f"import socket; socket.create_connection(({ELSEWHERE!r}, 80), timeout=1)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "the tests may not use the network" in ran.stderr


def test_the_loopback_stays_open():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()
