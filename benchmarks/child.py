"""A measurement in a process of its own, which is stopped when its time is up."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.results import Measured, Outcome

ROOT = Path(__file__).resolve().parent.parent


def in_child(command: Sequence[str], name: str, size: int, *, cap: float) -> Measured:
    """Run a module of this package, and read the lines of JSON that it writes until it ends or `cap` seconds are over.

    What it says of every run (`load`, `run`, `cpu`) is summed up; of the rest the last word counts.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        out, errors = process.communicate(timeout=cap)
        outcome = Outcome.DONE if process.returncode == 0 else Outcome.FAILED
    except subprocess.TimeoutExpired:
        process.kill()
        out, errors = process.communicate()
        outcome = Outcome.TOO_LONG
    facts = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    loads, times, work = ([fact[key] for fact in facts if key in fact] for key in ("load", "run", "cpu"))
    last = {key: value for fact in facts for key, value in fact.items()}
    if outcome is Outcome.TOO_LONG and "found" in last:
        outcome = Outcome.DONE
    after_first = times[1:] or times
    return Measured(
        engine=name,
        size=size,
        outcome=outcome,
        load=median(loads) if loads else None,
        first=times[0] if times else None,
        seconds=median(after_first) if times else None,
        cpu=median(work[1:] or work) if work else None,
        spread=(min(after_first), max(after_first)) if times else None,
        runs=len(times),
        peak_mib=last.get("peak"),
        imported_mib=last.get("imported"),
        found=last.get("found"),
        exact=last.get("exact"),
        error=_why(process.returncode, errors) if outcome is Outcome.FAILED else None,
        cap=cap,
    )


def _why(status: int, errors: str) -> str:
    how = f"signal {-status}" if status < 0 else f"exit status {status}"
    lines = errors.strip().splitlines()
    telling = [line for line in lines if "memory" in line] or lines[-1:]
    return f"{how}, {telling[0][:120]}" if telling else how
