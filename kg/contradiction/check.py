"""The check, as a visible sequence of stages over plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.contradiction.classify import classify
from kg.contradiction.positions import positions, standing
from kg.contradiction.results import CheckResult, Conflict, Position, PositionChange, Side, Verdict
from kg.contradiction.snapshots import Run, World, build_world, run
from kg.contradiction.theory import Theory
from kg.ids import conflict_id
from kg.logic.materialise import Entry, Limits
from kg.logic.trace import prove
from kg.model import Claim, Dossier


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How much work a check may do."""

    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Checked:
    """A result, and the world and runs it came from, for whoever asks further."""

    result: CheckResult
    world: World
    certain: Run


def check(dossiers: Iterable[Dossier], theory: Theory, options: CheckOptions | None = None) -> Checked:
    """Find every minimal set of positions that cannot all hold, with a proof of each.

    Three runs: certain times give contradictions; possible times (and things that may be one) give
    what is undecided; with the hedged claims, certain times give tensions.
    """
    options = options or CheckOptions()
    dossiers = tuple(dossiers)
    world = build_world(dossiers, theory)
    stand = standing(claim for dossier in dossiers for claim in dossier.claims)
    held = positions(stand.claims, theory, world.properties)
    firm = [p for p in held if not p.hedged]

    certain = run(world, firm, possible=False, limits=options.limits)
    found = _collect(certain, Verdict.CONTRADICTION, world, [])
    runs = [certain]
    if world.maybe_same or any(_is_rough(p) for p in firm) or _rough(world):
        runs.append(run(world, firm, possible=True, identities=True, limits=options.limits))
        found += _collect(runs[-1], Verdict.UNDECIDED, world, found)
    if len(firm) < len(held):
        runs.append(run(world, held, possible=False, limits=options.limits))
        found += _collect(runs[-1], Verdict.TENSION, world, found)

    conflicts = [f for f in found if isinstance(f, Conflict)]
    result = CheckResult(
        claims=tuple(claim for dossier in dossiers for claim in dossier.claims),
        positions=held,
        conflicts=tuple(sorted(conflicts, key=_rank)),
        changes=tuple(f for f in found if isinstance(f, PositionChange)),
        withdrawn=stand.withdrawn,
        background_conflicts=tuple(prove(certain.materialisation, e) for e in certain.materialisation.ground_clashes),
        incomplete=tuple(
            f"the check stopped after {options.limits.entries:,} derived facts; conflicts may be missing"
            for one in runs
            if not one.materialisation.complete
        )[:1],
    )
    return Checked(result, world, certain)


def _is_rough(position: Position) -> bool:
    # The time of a condition may be rough too; it is cheaper to run than to look.
    timed = position.condition is not None and position.condition.holds is not None
    return timed or position.window.certain != position.window.possible


def _rough(world: World) -> bool:
    return any(when.certain != when.possible for when in world.background.values())


def _rank(conflict: Conflict) -> tuple[int, int, int, str]:
    # Contradictions first; then what is quickest to read: fewer positions, a shorter proof.
    order = (Verdict.CONTRADICTION, Verdict.UNDECIDED, Verdict.TENSION)
    steps = sum(1 for node in conflict.proof.nodes() if node.rule is not None)
    return order.index(conflict.verdict), len(conflict.sides), steps, conflict.id


def _collect(
    one: Run, verdict: Verdict, world: World, earlier: list[Conflict | PositionChange]
) -> list[Conflict | PositionChange]:
    """Turn the clashes of one run into conflicts, leaving out what an earlier run already settled."""
    settled = [frozenset(side.position.key for side in found.sides) for found in earlier]
    by_bit = {position.index: position for position in one.positions}
    found: list[Conflict | PositionChange] = []
    for clash in one.materialisation.clashes:
        members = [by_bit[bit] for bit in _bits(clash.mask) if bit in by_bit]
        keys = frozenset(position.key for position in members)
        if not members or any(smaller <= keys for smaller in settled):
            continue
        if sum(position.hedged for position in members) > 1:
            continue  # "it may be so" and "it may not be so" exclude nothing
        found.append(_build(one, clash, members, verdict, world))
    if verdict is Verdict.UNDECIDED:  # an identity assumption may have hidden a smaller set
        found = _only_minimal(found)
    return found


def _only_minimal(found: list[Conflict | PositionChange]) -> list[Conflict | PositionChange]:
    sets = [frozenset(side.position.key for side in one.sides) for one in found]
    return [
        one
        for at, one in enumerate(found)
        if not any(other < sets[at] or (other == sets[at] and i < at) for i, other in enumerate(sets))
    ]


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def _build(
    one: Run, clash: Entry, members: list[Position], verdict: Verdict, world: World
) -> Conflict | PositionChange:
    proof = prove(one.materialisation, clash)
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
        span=clash.span,
        proof=proof,
        rules=tuple(dict.fromkeys(node.rule.id for node in proof.nodes() if node.rule is not None)),
        same=tuple(pair for bit, pair in one.identities.items() if clash.mask >> bit & 1),
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
