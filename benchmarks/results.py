"""What was measured, kept as JSON between runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

OUT = Path(__file__).resolve().parent / "out"


class Outcome(Enum):
    """How a measurement ended."""

    DONE = "done"
    TOO_LONG = "too long"
    FAILED = "failed"
    MISSING = "not installed"


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine on one size: seconds to load, of the first run, and the median of the others (elapsed, and of all
    processors together); memory; what it found.

    `exact` says whether that is what was planted; None where it cannot be compared.
    """

    engine: str
    size: int
    outcome: Outcome
    version: str | None = None
    load: float | None = None
    first: float | None = None
    seconds: float | None = None
    cpu: float | None = None
    spread: tuple[float, float] | None = None
    runs: int = 0
    peak_mib: float | None = None
    imported_mib: float | None = None
    found: Mapping[str, int] | None = None
    exact: bool | None = None
    error: str | None = None
    cap: float | None = None


def merge(file: Path, machine: Mapping[str, object], found: Iterable[Measured]) -> None:
    """Write results to a file; those of other engines and sizes in it stay."""
    known = {(one.engine, one.size): one for one in read(file)} | {(one.engine, one.size): one for one in found}
    rows = [asdict(one) | {"outcome": one.outcome.value} for _, one in sorted(known.items())]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"machine": machine, "results": rows}, indent=1) + "\n", encoding="utf-8")


def read(file: Path) -> list[Measured]:
    """Read results, or none if there is no such file."""
    if not file.exists():
        return []
    rows = json.loads(file.read_text(encoding="utf-8"))["results"]
    return [Measured(**{**row, "outcome": Outcome(row["outcome"])}) for row in rows]


def read_machine(file: Path) -> Mapping[str, object]:
    """Read what the results were measured on."""
    found: Mapping[str, object] = json.loads(file.read_text(encoding="utf-8"))["machine"]
    return found
