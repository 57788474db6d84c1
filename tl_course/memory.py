"""The most memory that this process has held."""

from __future__ import annotations

import sys
from pathlib import Path


def peak_memory() -> float:
    """Peak resident memory of this process, in MB (10^6 bytes).

    On Linux it is VmHWM of /proc/self/status (proc(5)): getrusage would also count what the parent process
    held when it started this one (getrusage(2), ru_maxrss).
    """
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text()
        kibibytes = next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]
        return int(kibibytes) * 1024 / 1e6
    if sys.platform == "win32":
        import psutil  # comes with ipykernel

        return float(psutil.Process().memory_info().peak_wset) / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # in bytes on macOS
