"""The check by the compiled evaluator: find the sets over columns, then prove each by the reference evaluator."""

from __future__ import annotations

from collections.abc import Sequence

from kg.contradiction.columnar.as_columns import case_of
from kg.contradiction.columnar.compiled import CONTRADICTION, TENSION, UNDECIDED, Found, find
from kg.contradiction.columnar.proving import Prover
from kg.contradiction.describing import Clashes, described
from kg.contradiction.results import Conflict, Position, PositionChange, Verdict
from kg.contradiction.snapshots import World, run
from kg.logic.limits import Limits
from kg.logic.trace import Proof, prove

VERDICTS = {
    CONTRADICTION: Verdict.CONTRADICTION,
    UNDECIDED: Verdict.UNDECIDED,
    TENSION: Verdict.TENSION,
}
"""What the numbers of `ConflictTable.verdict` mean."""


def check_compiled(world: World, held: Sequence[Position], limits: Limits) -> Clashes:
    """Find every minimal set of positions that cannot all hold, and prove each."""
    case = case_of(world, held)
    found = find(case, limits)
    incomplete = list(found.incomplete)
    prover = Prover(case)
    clashes: list[Conflict | PositionChange] = []
    for row in range(len(found.conflicts)):
        if limits.is_over():
            left = len(found.conflicts) - row
            incomplete.append(f"the check {limits.time_words}; {left:,} conflicts were found that are not proved here")
            break
        one = _proved(found, row, held, prover, world)
        if one is None:
            incomplete.append("a conflict was found for which no proof was found within the limits")
        else:
            clashes.append(one)
    return Clashes(tuple(clashes), _background(world, limits) if found.ground else (), tuple(dict.fromkeys(incomplete)))


def _proved(
    found: Found, row: int, held: Sequence[Position], prover: Prover, world: World
) -> Conflict | PositionChange | None:
    members = [int(member) for member in found.conflicts.members[row] if member >= 0]
    verdict = VERDICTS[int(found.conflicts.verdict[row])]
    same = found.same.get(row, ())
    proof = prover.prove(members, possible=verdict is Verdict.UNDECIDED, same=same)
    if proof is None:
        return None
    term = prover.case.terms.term
    pairs = [(term(one), term(other)) for one, other in (prover.case.maybe_same[number] for number in same)]
    return described([held[member] for member in members], proof, verdict, world, pairs)


def _background(world: World, limits: Limits) -> tuple[Proof, ...]:
    """Prove what the background contradicts by itself."""
    alone = run(world, (), possible=False, limits=limits).materialisation
    return tuple(prove(alone, clash) for clash in alone.ground_clashes)
