"""Positions and a world of Python objects, written as columns for the compiled check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from kg.contradiction.columnar.case import Case, Condition, Names
from kg.contradiction.columnar.literals import LiteralColumns
from kg.contradiction.results import Position
from kg.contradiction.snapshots import World, window_of_condition
from kg.logic.tables import FactTable, Ints, PositionTable, Spans, TermList
from kg.model import Polarity
from kg.terms import Triple
from kg.values import canonical


def case_of(world: World, positions: Sequence[Position]) -> Case:
    """Write positions and what every account shares as columns; row i is the position at place i."""
    terms = TermList()
    conditions: list[Condition] = []
    condition_of: list[int] = []
    for position in positions:
        if position.condition is None:
            condition_of.append(-1)
            continue
        condition_of.append(len(conditions))
        window = window_of_condition(position.condition, world) if position.condition.holds is not None else None
        conditions.append(Condition(*_numbers(position.condition.triple, terms), window))
    s, p, o = _columns((position.proposition.triple for position in positions), terms)
    table = PositionTable(
        s=s,
        p=p,
        o=o,
        denied=np.array([position.polarity is Polarity.DENIES for position in positions], bool),
        certain=Spans.of(position.window.certain for position in positions),
        possible=Spans.of(position.window.possible for position in positions),
        hedged=np.array([position.hedged for position in positions], bool),
        condition=np.array(condition_of, np.int32),
    )
    s, p, o = _columns(world.background, terms)
    windows = list(world.background.values())
    background = FactTable(s, p, o, Spans.of(w.certain for w in windows), Spans.of(w.possible for w in windows))
    named = [(terms.number(name), number) for number, names in enumerate(world.names) for name in names]
    pairs = sorted(tuple(sorted(pair, key=str)) for pair in world.maybe_same)
    both = np.array(named, np.int32).reshape(-1, 2)
    return Case(
        theory=world.theory,
        terms=terms,
        positions=table,
        background=background,
        names=Names(both[:, 0], both[:, 1]),
        literals=LiteralColumns(terms),
        conditions=tuple(conditions),
        maybe_same=tuple((terms.number(one), terms.number(other)) for one, other in pairs),
    )


def _numbers(triple: Triple, terms: TermList) -> tuple[int, int, int]:
    s, p, o = triple
    return terms.number(s), terms.number(p), terms.number(canonical(o))


def _columns(triples: Iterable[Triple], terms: TermList) -> tuple[Ints, Ints, Ints]:
    rows = np.array([_numbers(triple, terms) for triple in triples], np.int32).reshape(-1, 3)
    s, p, o = (np.ascontiguousarray(rows[:, at]) for at in range(3))
    return s, p, o
