"""Parley's reference engine over records, one object a claim: the complete check, with proofs and kinds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.bare.level import Level
from benchmarks.workload.claims import Claims, Ints
from benchmarks.workload.records import dossier, row_of
from benchmarks.workload.six_rules import VALUES
from benchmarks.workload.tables import tables
from benchmarks.workload.theories import six_rules_theory
from kg.contradiction import CheckResult, Theory, check
from kg.logic.tables import FactTable
from kg.model import Dossier


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the check needs."""

    theory: Theory
    dossier: Dossier


def load(claims: Claims) -> Loaded:
    """Make one record of each claim."""
    table, terms = tables(claims, _entities(claims), VALUES)
    return Loaded(six_rules_theory(), dossier(table, terms, FactTable.none()))


def _entities(claims: Claims) -> int:
    return 1 + int(max(claims.subject.max(), claims.value.max()))


def find(loaded: Loaded, _level: Level) -> CheckResult:
    """Run the check."""
    result = check([loaded.dossier], loaded.theory).result
    if not result.complete:
        raise RuntimeError("; ".join(result.incomplete))
    return result


def members(found: CheckResult) -> list[Ints]:
    """Return the conflicts as rows of claims, one claim of each side."""
    rows = [[row_of(side.claims[0]) for side in conflict.sides] for conflict in found.conflicts]
    width = max(map(len, rows))
    return [np.array([row + [-1] * (width - len(row)) for row in rows], np.int32)]
