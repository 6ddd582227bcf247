"""Name a conflict for people: its kinds, and between whom it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.contradiction.results import Side
from kg.contradiction.snapshots import World
from kg.logic.trace import Proof
from kg.model import Claim, Polarity
from kg.terms import Iri, Node, Term, Triple
from kg.vocab import NEG, OWL, RDFS, TYPE


@dataclass(frozen=True, slots=True)
class Label:
    """Kinds (most telling first), between whom, and the pairs that the clash takes to be two things."""

    kinds: tuple[str, ...]
    between: str
    distinct: tuple[tuple[Term, Term], ...]


def classify(proof: Proof, sides: tuple[Side, ...], world: World) -> Label:
    """Read the kinds of a conflict off its proof and its speakers."""
    distinct = tuple(
        (node.premises[0].triple.s, node.premises[0].triple.o)
        for node in proof.nodes()
        if node.rule is not None and node.premises[0].triple is not None
        and any(guard.name == "distinct" for guard in node.rule.guards)
        and node.premises[0].triple.p == OWL.sameAs
    )  # fmt: skip
    return Label(kinds_of(proof, sides, world), _between(sides, world), distinct)


def kinds_of(proof: Proof, sides: tuple[Side, ...], world: World) -> tuple[str, ...]:
    """Read the kinds of a conflict off its proof, and off whether one speaker alone says all of it."""
    found = tuple(dict.fromkeys(_kinds(proof, sides, world)))
    return found or (world.theory.notation(NEG.ExclusiveAlternatives),)


def _kinds(proof: Proof, sides: tuple[Side, ...], world: World) -> Iterator[str]:
    notation = world.theory.notation
    if len(sides) == 1:
        yield notation(NEG.AgainstTheRecord)
    elif len({claim.speaker for side in sides for claim in side.claims}) == 1:
        yield notation(NEG.SelfContradiction)
    if any(_is_universal_denial(side) for side in sides):
        yield notation(NEG.UniversalDenial)
    yield from (notation(kind) for kind in _declared_kinds(proof, world))
    affirmed = [premise for premise in proof.premises if not premise.denied]
    if affirmed and len(affirmed) < len(proof.premises):  # somebody denies what is affirmed or follows
        yield notation(NEG.DirectDenial if all(_is_said(p) for p in affirmed) else NEG.Presupposition)
    below = (node for node in proof.nodes() if node is not proof)
    yield from (notation(kind) for node in below for kind in _declared_kinds(node, world))


RESTATING = frozenset({"prp-inv1", "prp-inv2", "prp-symp", "eq-sym"})
"""Rules that only turn a sentence round: "a met b" and "b met a" are one statement."""


def _is_said(proof: Proof) -> bool:
    """Say whether a fact is a statement itself, or one only turned round."""
    if proof.rule is None:
        return True
    return proof.rule.id in RESTATING and all(_is_said(premise) for premise in proof.premises)


def _declared_kinds(node: Proof, world: World) -> list[Iri]:
    """The kinds that the axioms used by one step declare, then the kind of its rule."""
    used = [premise.triple for premise in node.premises if premise.triple is not None]
    kinds = [world.theory.kinds[triple] for triple in used if triple in world.theory.kinds]
    if node.rule is not None and node.rule.kind is not None:
        kinds.append(node.rule.kind)
    return kinds


def _is_universal_denial(side: Side) -> bool:
    proposition = side.position.proposition
    return (
        side.position.polarity is Polarity.AFFIRMS
        and proposition.predicate == RDFS.subClassOf
        and proposition.object == OWL.Nothing
    )


def _between(sides: tuple[Side, ...], world: World) -> str:
    if len(sides) == 1:
        return "speaker-vs-record"
    speakers = [{claim.speaker for claim in side.claims} for side in sides]
    if set.intersection(*speakers):
        return "same-speaker"
    unnamed = [all(is_unnamed(claim, world) for claim in side.claims) for side in sides]
    if any(unnamed) and not all(unnamed):
        return "on-record-vs-unnamed"
    camps = [set().union(*(represented(speaker, world) for speaker in side)) for side in speakers]
    if all(camps):
        return "same-side" if set.intersection(*camps) else "opposite-sides"
    return "different-speakers"


def is_unnamed(claim: Claim, world: World) -> bool:
    """Say whether a claim's speaker is an unnamed source."""
    return Triple(claim.speaker, TYPE, NEG.UnnamedSource) in world.background


def represented(agent: Node, world: World) -> set[Node]:
    """Return whom an agent speaks for, by the background: itself and all it represents, directly or not."""
    seen: set[Node] = set()
    todo: list[Term] = [o for p, o in world.properties.get(agent, ()) if p == NEG.represents]
    while todo:
        node = todo.pop()
        if isinstance(node, str) and node not in seen:
            seen.add(node)
            todo += [o for p, o in world.properties.get(node, ()) if p == NEG.represents]
    return seen
