"""How much memory and processor time this process, and what it started, has taken."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path


def peak_mib() -> float:
    """Return the largest resident size so far, in MiB.

    Linux counts it from the start of the program in /proc; `getrusage` there would count the parent's, too.
    """
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024 + _children_mib()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _children_mib() -> float:
    """Return the largest resident size of any program that this one started and waited for, such as Java."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def processor_seconds() -> float:
    """Return the processor time so far, of all threads, and of programs started and waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def limit_memory(mib: int) -> None:
    """Let this process take no more than so much address space: a join that explodes fails by itself."""
    resource.setrlimit(resource.RLIMIT_AS, (mib * 1024 * 1024, mib * 1024 * 1024))
