"""The compiled check against the reference evaluator: one theory, two ways to run it."""

from __future__ import annotations

import pytest
from hypothesis import event, given, settings

from kg.contradiction import CheckOptions, Conflict, Verdict, check
from kg.contradiction.check import Engine
from kg.contradiction.columnar.as_columns import case_of
from kg.contradiction.columnar.compiled import CONTRADICTION, TENSION, UNDECIDED, find
from kg.logic.families import is_vocabulary
from kg.logic.limits import Limits
from tests.contradiction.random_worlds import RandomWorld, worlds
from tests.worlds import Case, affirms, denies

Sets = set[tuple[int, frozenset[int]]]
_CODES = {Verdict.CONTRADICTION: CONTRADICTION, Verdict.UNDECIDED: UNDECIDED, Verdict.TENSION: TENSION}


def by_reference(world: RandomWorld) -> Sets:
    result = world.checked.result
    every = [*result.conflicts, *result.changes]
    return {(_CODES[one.verdict], frozenset(side.position.index for side in one.sides)) for one in every}


def is_beyond(world: RandomWorld) -> bool:
    """What the compiled check leaves out, and says so: conditions of or for what is said of the vocabulary."""
    conditional = [claim for claim in world.dossier.claims if claim.condition is not None]
    contents = [c.proposition for claim in conditional for c in (*claim.commitments,)]
    conditions = [claim.condition for claim in conditional if claim.condition is not None]
    return any(is_vocabulary(one.predicate, one.object) for one in (*contents, *conditions))


@settings(max_examples=5 * settings().max_examples)
@given(worlds())
def test_both_evaluators_find_the_same(world: RandomWorld) -> None:
    found = find(case_of(world.world, world.checked.result.positions))
    rows = zip(found.conflicts.verdict.tolist(), found.conflicts.members.tolist(), strict=True)
    sets = {(verdict, frozenset(m for m in members if m >= 0)) for verdict, members in rows}
    event(f"complete: {found.complete}")
    if not found.complete:
        assert is_beyond(world)
        return
    clashes = bool(world.checked.result.background_conflicts)
    assert bool(found.ground) == clashes
    assert clashes or found.ground_if_possible or sets == by_reference(world)


@settings(max_examples=max(10, settings().max_examples // 2))
@given(worlds())
def test_both_ways_to_check_describe_the_same(world: RandomWorld) -> None:
    """Ids, kinds, rules and every line of the proof."""
    theory = world.checked.world.theory
    compiled = check([world.dossier], theory, CheckOptions(engine=Engine.COMPILED)).result
    reference = world.checked.result
    if compiled.incomplete or reference.background_conflicts or clashes_if_possible(world):
        return
    assert [told(one) for one in compiled.conflicts] == [told(one) for one in reference.conflicts]
    assert {one.id for one in compiled.changes} == {one.id for one in reference.changes}


def told(one: Conflict) -> tuple[object, ...]:
    return (one.id, one.verdict, one.kinds, one.between, one.same, one.distinct, set(one.rules))


def clashes_if_possible(world: RandomWorld) -> bool:
    return bool(find(case_of(world.world, world.checked.result.positions)).ground_if_possible)


def test_a_long_hierarchy_is_closed_apart_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = " . ".join(f"ex:C{at} rdfs:subClassOf ex:C{at + 1}" for at in range(60))
    restricted = (
        "ex:R0 owl:onProperty ex:p ; owl:someValuesFrom ex:C5 . ex:R1 owl:onProperty ex:p ; owl:someValuesFrom ex:C50 ."
    )
    case = Case(
        [
            affirms("ann", "ex:x", "rdf:type", "ex:C2"),
            denies("bob", "ex:x", "rdf:type", "ex:C58"),
            denies("cem", "ex:x", "rdf:type", "ex:C1"),
            affirms("ann", "ex:y", "rdf:type", "ex:R0"),
            denies("bob", "ex:y", "rdf:type", "ex:R1"),
        ],
        ontology=f"{chain} . {restricted} ex:C3 rdfs:subClassOf ex:D .",
    )
    columns = case_of(case.world, case.result.positions)
    monkeypatch.setattr("kg.contradiction.columnar.vocabulary.MOST_PAIRS", 0)
    apart = find(columns)
    monkeypatch.setattr("kg.contradiction.columnar.vocabulary.MOST_PAIRS", 1_000_000)
    together = find(columns)
    assert len(apart.conflicts) == len(together.conflicts) == len(case.result.conflicts) == 2
    assert sorted(apart.conflicts.members.tolist()) == sorted(together.conflicts.members.tolist())


@pytest.mark.parametrize("limits", [Limits(rows=1), Limits(seconds=0.0)])
def test_a_limit_that_is_hit_is_said(limits: Limits) -> None:
    people = [f"ex:s{at}" for at in range(60)]
    said = [affirms("ann", one, "ex:at", value) for one in people for value in ("1", "2", "3")]
    case = Case(said, ontology="ex:at a owl:FunctionalProperty .")
    found = find(case_of(case.world, case.result.positions), limits)
    assert not found.complete
    assert "conflicts may be missing" in " ".join(found.incomplete)
