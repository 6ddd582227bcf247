"""Contradiction, exactly: ontology to rules, claims to positions, conflicts with proofs, accounts.

    records -> positions -> conflicts -> accounts

The definitions are in docs/semantics.md; `check` runs the visible sequence of stages.
"""

from kg.contradiction.check import CheckOptions, check
from kg.contradiction.results import (
    Account,
    CheckResult,
    Component,
    Conflict,
    Position,
    PositionChange,
    Side,
    Verdict,
    Withdrawn,
)
from kg.contradiction.theory import Theory, build_theory

__all__ = [
    "Account",
    "CheckOptions",
    "CheckResult",
    "Component",
    "Conflict",
    "Position",
    "PositionChange",
    "Side",
    "Theory",
    "Verdict",
    "Withdrawn",
    "build_theory",
    "check",
]
