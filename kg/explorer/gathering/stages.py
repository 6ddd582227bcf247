"""The stages of a thing's life, read from the ontology: the classes of what ever happened to things of its kind.

Before: `neg:Cancelled rdfs:subClassOf neg:Scheduled ; neg:persistence neg:Permanent`, and so for other classes.
After: for a meeting the stages proposed, declined, scheduled, …, each with the stages that it presupposes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.contradiction import Theory
from kg.terms import Iri, Term, Triple
from kg.times import Persistence
from kg.vocab import RDFS


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: its class, and the stages that whatever reached it has reached before, nearest first."""

    cls: Iri
    after: tuple[Iri, ...] = ()


def stages(ontology: Iterable[Triple], theory: Theory, types: Iterable[Term]) -> tuple[Stage, ...]:
    """Return the stages of things of these types: the permanent classes below their classes, what comes first first.

    Where nothing else decides, they stand in the order of the ontology.
    """
    above = _above(ontology)
    kinds = {up for one in types for up in _closure(one, above)}
    found = {
        cls: tuple(
            up
            for up in _closure(cls, above)[1:]
            if isinstance(up, Iri) and theory.persistence.get(up) is Persistence.PERMANENT
        )
        for cls in above
        if isinstance(cls, Iri)
        and theory.persistence.get(cls) is Persistence.PERMANENT
        and not kinds.isdisjoint(_closure(cls, above)[1:])
    }
    ordered: dict[Iri, None] = {}
    for cls, before in found.items():
        for one in (*reversed(before), cls):
            if one in found:
                ordered[one] = None
    return tuple(Stage(cls, found[cls]) for cls in ordered)


def steps_up(stage: Iri, to: Iri, ontology: Iterable[Triple]) -> tuple[Triple, ...]:
    """Return the sub-class axioms that lead from a stage to one that it presupposes, by the shortest way."""
    above = _above(ontology)
    ways: list[tuple[Triple, ...]] = [()]
    seen: set[Term] = {stage}
    while ways:
        way = ways.pop(0)
        last: Term = way[-1].o if way else stage
        if last == to:
            return way
        for up in above.get(last, ()):
            if up not in seen and isinstance(last, Iri):
                seen.add(up)
                ways.append((*way, Triple(last, RDFS.subClassOf, up)))
    return ()


def _above(ontology: Iterable[Triple]) -> Mapping[Term, list[Term]]:
    found: dict[Term, list[Term]] = {}
    for s, p, o in ontology:
        if p == RDFS.subClassOf:
            found.setdefault(s, []).append(o)
    return found


def _closure(cls: Term, above: Mapping[Term, list[Term]]) -> tuple[Term, ...]:
    """Return a class and those above it, nearest first."""
    found: dict[Term, None] = {cls: None}
    queue = [cls]
    while queue:
        for up in above.get(queue.pop(0), ()):
            if up not in found:
                found[up] = None
                queue.append(up)
    return tuple(found)
