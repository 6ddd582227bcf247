"""Parley over columns: positions from claims, then every minimal conflict between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.bare.level import Level
from benchmarks.workload.claims import Claims, Ints
from benchmarks.workload.six_rules import VALUES
from benchmarks.workload.tables import Numbers, tables
from benchmarks.workload.theories import six_rules_theory
from kg.contradiction import Theory
from kg.contradiction.columnar.case import Case, Names
from kg.contradiction.columnar.compiled import Found
from kg.contradiction.columnar.compiled import find as find_conflicts
from kg.contradiction.columnar.grouping import Sides, positions_of
from kg.contradiction.columnar.literals import LiteralColumns
from kg.logic.limits import Limits
from kg.logic.tables import ClaimTable, FactTable

LIMITS = Limits(rows=200_000_000)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the check needs: theory, dictionary with what is known of its literals, claims."""

    theory: Theory
    terms: Numbers
    literals: LiteralColumns
    claims: ClaimTable


@dataclass(frozen=True, slots=True)
class Checked:
    """Conflicts between positions, and the claims of each position."""

    found: Found
    sides: Sides


def load(claims: Claims) -> Loaded:
    """Number the terms, read each literal once, and build the theory."""
    entities = 1 + int(max(claims.subject.max(), claims.value.max()))
    table, terms = tables(claims, entities, VALUES)
    return Loaded(six_rules_theory(), terms, read_literals(terms), table)


def read_literals(terms: Numbers) -> LiteralColumns:
    """Read each literal of a dictionary once."""
    literals = LiteralColumns(terms)
    literals.ill_typed(np.arange(terms.entities, terms.entities + terms.integers, dtype=np.int32))
    return literals


def find(loaded: Loaded, _level: Level) -> Checked:
    """Group claims into positions and find every minimal conflict."""
    positions, sides = positions_of(loaded.claims)
    case = Case(loaded.theory, loaded.terms, positions, FactTable.none(), Names.none(), loaded.literals)
    found = find_conflicts(case, LIMITS)
    if not found.complete:
        raise RuntimeError("; ".join(found.incomplete))
    return Checked(found, sides)


def members(checked: Checked) -> list[Ints]:
    """Return the conflicts as rows of claims, one claim of each side."""
    first = np.zeros(len(checked.sides.start) - 1, np.int32)
    of_row = checked.sides.positions()
    first[of_row] = np.arange(len(of_row), dtype=np.int32)
    numbers = checked.found.conflicts.members
    return [np.where(numbers >= 0, first[numbers], -1)]
