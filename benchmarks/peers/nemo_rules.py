"""Nemo: the rules as Datalog over a CSV file. It reads the file when it reasons, so loading is not apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

import nmo_python

from benchmarks.peers.data import Files

RULES = Path(__file__).with_name("six_rules.rls")


def load(files: Files) -> nmo_python.NemoEngine:
    """Read the rules."""
    text = Template(RULES.read_text(encoding="utf-8")).substitute(claims=files.csv.as_posix())
    return nmo_python.NemoEngine(nmo_python.load_string(text))


def find(engine: nmo_python.NemoEngine) -> Mapping[str, int]:
    """Read the claims and derive every conflict."""
    engine.reason()
    return {f"C{rule}": sum(1 for _ in engine.result(f"c{rule}")) for rule in range(1, 7)}
