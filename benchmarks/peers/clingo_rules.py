"""clingo: the rules as a logic program, solved by grounding alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import clingo

from benchmarks.peers.data import Files

RULES = Path(__file__).with_name("six_rules.lp")


def load(files: Files) -> clingo.Control:
    """Read the facts and the rules."""
    control = clingo.Control()
    control.load(str(files.facts))
    control.load(str(RULES))
    return control


def find(control: clingo.Control) -> Mapping[str, int]:
    """Ground the program; every conflict is an atom of it."""
    control.ground()
    sides = {"c1": 2, "c2": 2, "c3": 2, "c4": 2, "c5": 3, "c6": 3}
    return {
        name.upper(): sum(1 for _ in control.symbolic_atoms.by_signature(name, arity)) for name, arity in sides.items()
    }
