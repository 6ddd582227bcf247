"""Transitive relations of which only cycles and denied pairs matter are closed last, and only where they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kg.logic.families import Family, Pattern
from kg.times import BEGIN, END


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run at once, what to run on the relevant edges later, and the kinds of those edges."""

    at_once: tuple[Family, ...]
    later: tuple[Family, ...]
    kinds: tuple[int, ...]


def plan(families: Sequence[Family]) -> Plan:
    """Part off the transitive rules whose relation nothing asks for but its cycles and what is denied of it."""
    transitive = {
        int(kind) for one in families if _is_transitive(one) for kind in np.unique(one.params.columns["#head"]).tolist()
    }
    asked = {int(kind) for one in families for kind in _asks_otherwise(one)}
    kinds = tuple(sorted(transitive - asked))
    at_once: list[Family] = []
    later: list[Family] = []
    for one in families:
        if not _is_transitive(one):
            at_once.append(one)
            continue
        waits = np.isin(one.params.columns["#head"], kinds)
        for rows, into in ((~waits, at_once), (waits, later)):
            if rows.any():
                into.append(replace(one, params=one.params.take(rows)))
    return Plan(tuple(at_once), tuple(later), kinds)


_LARGEST_TESTED = 4_000  # kinds of facts, squared, are a matrix


def is_closed(one: Family) -> bool:
    """Say whether a family only passes facts on to other kinds, and does so in one step wherever it would in two.

    "What is in a class is in those above it" is such a family once the hierarchy is closed: what it has concluded
    it need not look at again.
    """
    if (
        one.head is None
        or len(one.patterns) != 1
        or one.guards
        or one.params.sets.shape[1]
        or "#from" in one.params.columns
    ):
        return False
    pattern, head = one.patterns[0], one.head
    columns = one.params.columns
    same_object = pattern.o == head.o or ((columns["#0"] < 0).all() and (columns["#head"] < 0).all())
    if pattern.s != head.s or not isinstance(pattern.s, str) or pattern.s in columns or not same_object:
        return False
    span = one.params.span
    if (span.start > BEGIN).any() or (span.end < END).any():
        return False
    kinds, codes = np.unique(np.concatenate([columns["#0"], columns["#head"]]), return_inverse=True)
    if len(kinds) > _LARGEST_TESTED:
        return False
    leads = np.zeros((len(kinds), len(kinds)), np.float32)
    leads[codes[: len(one.params)], codes[len(one.params) :]] = 1
    return bool(((leads @ leads > 0) <= (leads > 0)).all())


def _is_transitive(one: Family) -> bool:
    """Say whether a family is `?x p ?y, ?y p ?z => ?x p ?z`."""
    if one.head is None or len(one.patterns) != 2 or one.guards:
        return False
    first, second = one.patterns
    chained = first.o == second.s and first.s == one.head.s and second.o == one.head.o
    open_ends = len({first.s, first.o, second.o}) == 3 and not {first.s, first.o, second.o} & one.params.columns.keys()
    columns = one.params.columns
    same = np.array_equal(columns["#0"], columns["#head"]) and np.array_equal(columns["#1"], columns["#head"])
    return chained and open_ends and same


def _asks_otherwise(one: Family) -> list[int]:
    """Return the kinds that a family asks for in a way that any pair of a closed relation could answer."""
    if _is_transitive(one) or (one.head is None and not one.beyond and _asks_for_cycle(one.patterns)):
        return []
    columns = [one.params.columns[f"#{at}"] for at in range(len(one.patterns))]
    if one.head is None and not one.beyond and _is_denial(one.patterns):
        affirmed, denied = sorted(zip(one.patterns, columns, strict=True), key=lambda pair: pair[0].denied)
        if np.array_equal(affirmed[1] + 1, denied[1]):
            return []
    return [int(kind) for column in columns for kind in np.unique(column).tolist()]


def _asks_for_cycle(patterns: Sequence[Pattern]) -> bool:
    if any(pattern.denied for pattern in patterns):
        return False
    if len(patterns) == 1:
        return patterns[0].s == patterns[0].o
    if len(patterns) != 2:
        return False
    first, second = patterns
    return (first.s, first.p, first.o) == (second.o, second.p, second.s)


def _is_denial(patterns: Sequence[Pattern]) -> bool:
    if len(patterns) != 2 or patterns[0].denied == patterns[1].denied:
        return False
    first, second = patterns
    return (first.s, first.p, first.o) == (second.s, second.p, second.o)
