"""The engine against the definitions, executed by brute force, on many small random worlds."""

from __future__ import annotations

from hypothesis import assume, given

from kg.contradiction import Verdict
from tests.contradiction.random_worlds import RandomWorld, worlds
from tests.oracle_bruteforce import expected


def found(world: RandomWorld, verdict: Verdict) -> set[frozenset[int]]:
    result = world.checked.result
    return {
        frozenset(side.position.index for side in one.sides)
        for one in (*result.conflicts, *result.changes)
        if one.verdict is verdict
    }


@given(worlds())
def test_the_conflicts_are_those_of_the_definition(world: RandomWorld) -> None:
    wanted = expected(world.world, world.checked.result.positions)
    assume(not wanted.background_clashes)
    assert found(world, Verdict.CONTRADICTION) == wanted.contradictions
    assert found(world, Verdict.UNDECIDED) == wanted.undecided
    assert found(world, Verdict.TENSION) == wanted.tensions
