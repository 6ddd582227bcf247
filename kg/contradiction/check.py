"""The check, as a visible sequence of stages over plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from kg.contradiction.columnar.checking import check_compiled
from kg.contradiction.describing import Clashes, described
from kg.contradiction.positions import positions, standing
from kg.contradiction.results import CheckResult, Conflict, Position, PositionChange, Verdict
from kg.contradiction.snapshots import Run, World, build_world, run
from kg.contradiction.theory import Theory
from kg.logic.limits import Limits
from kg.logic.materialise import Entry
from kg.logic.nogoods import bits
from kg.logic.trace import prove, renumbered
from kg.model import Dossier


class Engine(Enum):
    """Which evaluator runs the theory; both find the same."""

    AUTO = "auto"
    REFERENCE = "reference"
    COMPILED = "compiled"


COMPILED_FROM = 400
"""From so many positions on the compiled evaluator is the quicker one, compiling included."""

COLUMNS_FROM = 20_000
"""With more affirmations and denials than this, objects are made only of what is shown."""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How much work a check may do, and how.

    A store with more than `columns_from` affirmations and denials is checked over columns, and described only as far
    as somebody looks at it (`kg.columns.checking`), unless the engine is the reference.
    """

    limits: Limits = field(default_factory=Limits)
    engine: Engine = Engine.AUTO
    columns_from: int = COLUMNS_FROM


@dataclass(frozen=True)
class Checked:
    """A result, and the world it came from, for whoever asks further."""

    result: CheckResult
    world: World
    limits: Limits = field(default_factory=Limits)

    @cached_property
    def certain(self) -> Run:
        """Everything that follows from the firm positions at certain times, with what it rests on."""
        firm = [position for position in self.result.positions if not position.hedged]
        return run(self.world, firm, possible=False, limits=self.limits)


def check(dossiers: Iterable[Dossier], theory: Theory, options: CheckOptions | None = None) -> Checked:
    """Find every minimal set of positions that cannot all hold, with a proof of each.

    Three runs: certain times give contradictions; possible times (and things that may be one) give
    what is undecided; with the hedged claims, certain times give tensions.
    """
    options = options or CheckOptions()
    limits = options.limits.started()
    dossiers = tuple(dossiers)
    world = build_world(dossiers, theory)
    stand = standing(claim for dossier in dossiers for claim in dossier.claims)
    held = positions(stand.claims, theory, world.properties)
    compiled = options.engine is Engine.COMPILED or (options.engine is Engine.AUTO and len(held) >= COMPILED_FROM)
    found = check_compiled(world, held, limits) if compiled else _by_reference(world, held, limits)
    result = CheckResult(
        claims=tuple(claim for dossier in dossiers for claim in dossier.claims),
        positions=held,
        conflicts=tuple(sorted((one for one in found.clashes if isinstance(one, Conflict)), key=_rank)),
        changes=tuple(one for one in found.clashes if isinstance(one, PositionChange)),
        withdrawn=stand.withdrawn,
        background_conflicts=found.background,
        incomplete=found.incomplete,
    )
    checked = Checked(result, world, limits)
    if found.certain is not None:
        checked.__dict__["certain"] = found.certain  # it has just been made
    return checked


def _by_reference(world: World, held: Sequence[Position], limits: Limits) -> Clashes:
    """Run the reference evaluator over everything."""
    firm = [p for p in held if not p.hedged]
    certain = run(world, firm, possible=False, limits=limits)
    found = _collect(certain, Verdict.CONTRADICTION, world, [])
    runs = [certain]
    if world.maybe_same or any(_is_rough(p) for p in firm) or _rough(world):
        runs.append(run(world, firm, possible=True, identities=True, limits=limits))
        found += _collect(runs[-1], Verdict.UNDECIDED, world, found)
    if len(firm) < len(held):
        runs.append(run(world, held, possible=False, limits=limits))
        found += _collect(runs[-1], Verdict.TENSION, world, found)
    return Clashes(
        clashes=tuple(found),
        background=tuple(prove(certain.materialisation, e) for e in certain.materialisation.ground_clashes),
        incomplete=tuple(
            f"the check {one.materialisation.incomplete}; conflicts may be missing, or larger than they need be"
            for one in runs
            if one.materialisation.incomplete
        )[:1],
        certain=certain,
    )


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


LISTED_ANYHOW = 1_000
"""How many clashes of a run are turned into conflicts even when the time is over."""


def _collect(
    one: Run, verdict: Verdict, world: World, earlier: list[Conflict | PositionChange]
) -> list[Conflict | PositionChange]:
    """Turn the clashes of one run into conflicts, leaving out what an earlier run already settled."""
    settled = [frozenset(side.position.key for side in found.sides) for found in earlier]
    by_bit = {position.index: position for position in one.positions}
    found: list[Conflict | PositionChange] = []
    for at, clash in enumerate(one.materialisation.clashes):
        if at >= LISTED_ANYHOW and one.materialisation.limits.is_over():
            one.materialisation.incomplete = one.materialisation.limits.time_words
            break
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
    return [bit.bit_length() - 1 for bit in bits(mask)]


def _build(
    one: Run, clash: Entry, members: list[Position], verdict: Verdict, world: World
) -> Conflict | PositionChange:
    supposed = [bit for bit in one.identities if clash.mask >> bit & 1]
    places = {bit: place for place, bit in enumerate([*(position.index for position in members), *supposed])}
    proof = renumbered(prove(one.materialisation, clash), places)
    return described(members, proof, verdict, world, [one.identities[bit] for bit in supposed])
