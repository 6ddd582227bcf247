"""How often each rule and each axiom ends in a conflict: what fires everywhere was perhaps declared too strongly.

A property that is declared functional although it is not (two chairs, two deadlines) makes a conflict of
nearly everything that is said with it; one that is functional makes few. The rates do not settle which it is, but they
show where to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.contradiction.results import CheckResult, Conflict, Position, PositionChange
from kg.contradiction.theory import Theory
from kg.terms import Blank, Term, Triple
from kg.vocab import TYPE


@dataclass(frozen=True, slots=True)
class FireRate:
    """What one rule, or one axiom of the ontology, has to do with the conflicts of a check.

    `conflicts` rest on it; `contested` positions are in those, out of the `reach` that it bears on: for an axiom the
    positions that use a property or class it is about, for a rule all positions.
    """

    rule: str | None
    axiom: Triple | None
    conflicts: int
    contested: int
    reach: int

    @property
    def rate(self) -> float:
        """The part of its reach that is contested because of it, 0 to 1."""
        return self.contested / self.reach if self.reach else 0.0


def fire_rates(result: CheckResult, theory: Theory) -> tuple[FireRate, ...]:
    """Count conflicts and changes of position by rule and by axiom; what fires most often first.

    A property or class of which every position is contested is worth a second look: is it really so that
    a thing has only one, or that nothing is both?
    """
    every: tuple[Conflict | PositionChange, ...] = (*result.conflicts, *result.changes)
    fired: dict[str | Triple, list[Conflict | PositionChange]] = {}
    for found in every:
        nodes = list(found.proof.nodes())
        rules = {node.rule.id for node in nodes if node.rule is not None}
        axioms = {n.triple for n in nodes if n.rule is None and not n.mask and n.triple in theory.axioms}
        causes: list[str | Triple] = [*rules]
        causes += [axiom for axiom in axioms if axiom is not None and not isinstance(axiom.s, Blank)]
        for cause in causes:
            fired.setdefault(cause, []).append(found)
    rates = [_rate(cause, made, result.positions) for cause, made in fired.items()]
    return tuple(sorted(rates, key=lambda r: (-r.conflicts, -r.rate, r.rule or "", str(r.axiom))))


def _rate(cause: str | Triple, found: Iterable[Conflict | PositionChange], positions: Sequence[Position]) -> FireRate:
    found = tuple(found)
    rule, axiom = (cause, None) if isinstance(cause, str) else (None, cause)
    reach = {p.key for p in positions if axiom is None or _bears_on(axiom, p)}
    contested = {side.position.key for one in found for side in one.sides} & reach
    return FireRate(rule, axiom, len(found), len(contested), len(reach))


def _bears_on(axiom: Triple, position: Position) -> bool:
    proposition = position.proposition
    used: Term = proposition.object if proposition.predicate == TYPE else proposition.predicate
    return used == axiom.s or (axiom.p != TYPE and used == axiom.o)
