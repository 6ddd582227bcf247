"""What the numbers were measured on, without naming the machine."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def machine() -> dict[str, object]:
    """Return processors, memory, system and interpreter, the load when asked, and the day."""
    return {
        "cores": os.cpu_count(),
        "memory_gib": _memory_gib(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
        "day": datetime.now(UTC).date().isoformat(),
    }


def _memory_gib() -> int | None:
    info = Path("/proc/meminfo")
    if not info.exists():
        return None
    return round(int(info.read_text(encoding="ascii").split()[1]) / 1024 / 1024)
