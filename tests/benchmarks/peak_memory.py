"""The most memory that this process has held."""

from __future__ import annotations

import resource
from pathlib import Path


def peak_megabytes() -> float:
    """Most memory this process has held, mapped files included; by /proc, since what getrusage tells can be the parent's."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").split("\n") if status.exists() else []
    own = next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), None)
    return own if own is not None else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
