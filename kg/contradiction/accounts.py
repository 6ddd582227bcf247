"""Accounts: the maximal consistent sets of positions, component by component."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from kg.contradiction.classify import is_unnamed
from kg.contradiction.results import Account, CheckResult, Component, Conflict, Position, PositionChange, Verdict
from kg.contradiction.snapshots import World
from kg.logic.hitting import components, maximal_consistent_sets
from kg.model import Claim
from kg.terms import Node

DEFAULT_CAP = 1_000
"""How many accounts of one component are listed before the list is called incomplete."""


def accounts(
    result: CheckResult, world: World, *, under_possible: bool = False, cap: int = DEFAULT_CAP
) -> Iterator[Component]:
    """Yield each component with its accounts, best supported first.

    A change of position divides accounts as a conflict does: the two cannot both be true. A
    tension does not: a possibility excludes nothing. With `under_possible`, undecided conflicts
    count too.
    """
    counted = {Verdict.CONTRADICTION, Verdict.UNDECIDED} if under_possible else {Verdict.CONTRADICTION}
    dividing: list[Conflict | PositionChange] = [*result.conflicts, *result.changes]
    sets: dict[frozenset[int], str] = {
        frozenset(side.position.index for side in one.sides): one.id for one in dividing if one.verdict in counted
    }
    by_index = {position.index: position for position in result.positions}
    for number, (members, conflicts) in enumerate(components(sets), 1):
        found = list(islice(maximal_consistent_sets(members, conflicts), cap + 1))
        complete = len(found) <= cap
        kept = [(_positions(keep, by_index), _positions(members - keep, by_index)) for keep in found[:cap]]
        yield Component(
            number=number,
            positions=_positions(members, by_index),
            conflicts=tuple(sorted(sets[s] for s in conflicts)),
            accounts=_ranked(kept, world),
            complete=complete,
        )


def _positions(indices: frozenset[int], by_index: dict[int, Position]) -> tuple[Position, ...]:
    return tuple(by_index[i] for i in sorted(indices))


def _ranked(kept: list[tuple[tuple[Position, ...], tuple[Position, ...]]], world: World) -> tuple[Account, ...]:
    """Order accounts by independent roots kept, then by roots on record, then by positions kept."""
    weighed = []
    for keeps, leaves_out in kept:
        roots: dict[Node, bool] = {}
        for claim in (claim for position in keeps for claim in position.claims):
            roots[root(claim, world)] = roots.get(root(claim, world), False) or not is_unnamed(claim, world)
        on_record = sum(roots.values())
        weighed.append((keeps, leaves_out, tuple(sorted(roots)), on_record, len(roots) - on_record))
    weighed.sort(key=lambda w: (-len(w[2]), -w[3], -len(w[0]), [p.key for p in w[0]]))
    return tuple(Account(number, *row) for number, row in enumerate(weighed, 1))


def root(claim: Claim, world: World) -> Node:
    """Return whom a claim goes back to: its speaker, or for an unnamed source the first who reported it.

    Ten outlets that repeat one wire are one root, and two descriptions of unnamed people by one
    reporter may be the same people.
    """
    if not is_unnamed(claim, world):
        return claim.speaker
    if claim.chain:
        return claim.chain[0]
    return claim.mentions[0].document if claim.mentions else claim.speaker
