"""The suite runs without a network: see no_network/sitecustomize.py."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import matplotlib

NO_NETWORK = Path(__file__).parent / "no_network"


def refuse_network() -> None:
    """Guard this process, and through PYTHONPATH every Python process that it starts."""
    folders = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if str(NO_NETWORK) not in folders:
        os.environ["PYTHONPATH"] = os.pathsep.join([str(NO_NETWORK), *filter(None, folders)])
    loaded = getattr(sys.modules.get("sitecustomize"), "__file__", None)
    if loaded and Path(loaded).parent == NO_NETWORK:
        return  # a worker process: Python has installed the guard at its start
    spec = importlib.util.spec_from_file_location("no_network", NO_NETWORK / "sitecustomize.py")
    assert spec
    assert spec.loader
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


refuse_network()
os.environ["TL_COURSE_PROGRESS"] = "off"  # a test is no progress of the person who runs it
matplotlib.use("Agg")  # not by MPLBACKEND, which the kernels would inherit: they draw inline
