"""A clash and its proof become what people read: a conflict with its kinds and sides, or a change of position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.contradiction.classify import classify
from kg.contradiction.results import Conflict, Position, PositionChange, Side, Verdict
from kg.contradiction.snapshots import Run, World
from kg.ids import conflict_id
from kg.logic.trace import Proof
from kg.model import Claim
from kg.terms import Term


@dataclass(frozen=True, slots=True)
class Clashes:
    """What an evaluator found: clashes described, clashes of the background alone, and what was left out.

    `certain` is the run at certain times, if there is one.
    """

    clashes: tuple[Conflict | PositionChange, ...]
    background: tuple[Proof, ...]
    incomplete: tuple[str, ...]
    certain: Run | None = None


def described(
    members: Sequence[Position], proof: Proof, verdict: Verdict, world: World, same: Sequence[tuple[Term, Term]]
) -> Conflict | PositionChange:
    """Describe a clash of positions; bit i of the masks in the proof is the i-th of them, then the pairs of `same`."""
    sides = tuple(Side(position, position.claims) for position in members)
    identifier = conflict_id(position.key for position in members)
    speaker = changed_speaker(sides)
    if speaker is not None:
        return PositionChange(identifier, speaker.speaker, sides, proof, verdict)
    label = classify(proof, sides, world)
    return Conflict(
        id=identifier,
        kinds=label.kinds,
        between=label.between,
        verdict=verdict,
        sides=sides,
        span=proof.span,
        proof=proof,
        rules=tuple(dict.fromkeys(node.rule.id for node in proof.nodes() if node.rule is not None)),
        same=tuple(same),
        distinct=label.distinct,
    )


def changed_speaker(sides: tuple[Side, ...]) -> Claim | None:
    """Return a claim of the one speaker who said all this, if never all of it at one time.

    Then the speaker changed position, and nobody contradicts anybody.
    """
    claims = [claim for side in sides for claim in side.claims]
    if len(sides) < 2 or len({claim.speaker for claim in claims}) != 1:
        return None
    dates = [{claim.said_on for claim in side.claims} for side in sides]
    return None if set.intersection(*dates) else claims[0]
