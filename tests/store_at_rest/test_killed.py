"""A writer that is killed at any moment leaves the store as before or after, and nothing for people to mend."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot copy a process")


def killed(folder: Path, times: int, seed: int) -> list[int]:
    """Kill that many writers; return how many of them had done their work, and how many had not."""
    command = [sys.executable, "-m", "tests.store_at_rest.killing", str(folder / "st"), str(times), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [int(word) for word in done.stdout.split()]


def test_a_writer_killed_thirty_times_leaves_one_whole_version_each_time(tmp_path: Path) -> None:
    before, after = killed(tmp_path, 35, 1)
    assert before + after == 30 and before > 3
