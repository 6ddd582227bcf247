"""Every minimal proof of one conflict, on demand."""

from __future__ import annotations

from dataclasses import replace

from kg.contradiction.results import Conflict, PositionChange, Verdict
from kg.contradiction.snapshots import World, run
from kg.logic.justifications import Proofs, leaves_of, minimal_proofs
from kg.logic.limits import Limits

_NOTHING = Limits(entries=0)
"""A run that may derive nothing only collects what it would start from."""


def proofs(one: Conflict | PositionChange, world: World, limits: Limits | None = None) -> Proofs:
    """Find all minimal proofs of a conflict: from its positions, the background and the axioms.

    The theory runs again over these alone (certain times; possible ones if the conflict is undecided). Where
    the background contradicts itself, or a limit leaves no proof, the proof of the check is the one listed.
    """
    positions = [replace(side.position, index=place) for place, side in enumerate(one.sides)]
    loose = one.verdict is Verdict.UNDECIDED
    start = run(world, positions, possible=loose, identities=loose, limits=_NOTHING)
    wanted = (1 << len(positions)) - 1
    leaves = leaves_of(start.materialisation)
    found = minimal_proofs(start.materialisation.rules, start.materialisation.guards, leaves, wanted, limits)
    if found.proofs:
        return found
    return replace(found, proofs=(one.proof,), incomplete=found.incomplete or _CLASHING_BACKGROUND)


_CLASHING_BACKGROUND = "each proof rests on background that contradicts itself; one is shown"
