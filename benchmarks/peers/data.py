"""The files a peer is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Files:
    """One workload, written once in every form (`benchmarks.workload.texts`)."""

    triples: Path
    csv: Path
    facts: Path
    day: Path


QUERIES = Path(__file__).parent / "sparql"


def queries() -> dict[str, str]:
    """Return the SPARQL query of each rule."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(QUERIES.glob("*.rq"))}
