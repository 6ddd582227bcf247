"""A large graph is checked over columns: the same result, described only as far as somebody looks at it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.cli import main
from kg.columns import opening
from kg.columns.checking import ColumnCheck, OnDemand, knots
from kg.contradiction import CheckOptions, CheckResult, Component, Conflict, Position, Verdict, build_theory, check
from kg.contradiction.accounts import accounts
from kg.contradiction.check import Engine
from kg.contradiction.columnar.proving import Prover
from kg.errors import QueryError
from kg.formats import read
from kg.graph import KnowledgeGraph
from kg.logic.hitting import components
from kg.logic.limits import Limits
from kg.rdf.writing import dossier_triples
from kg.store import OxigraphStore
from kg.terms import Iri
from tests.columns.reference import dossiers_of
from tests.contradiction.random_worlds import RandomWorld, worlds
from tests.worlds import HEADER

LARGE = CheckOptions(columns_from=0)
ONTOLOGY = HEADER + "ex:at a owl:FunctionalProperty .\n"


@pytest.fixture(scope="module")
def large(first_case: KnowledgeGraph) -> KnowledgeGraph:
    """The first case, taken for a large one."""
    return KnowledgeGraph(first_case.store, options=LARGE)


def told(one: Conflict) -> object:
    sides = {(side.position.key, tuple(claim.iri for claim in side.claims)) for side in one.sides}
    return one.id, one.verdict, one.kinds, one.between, sides, one.same, one.distinct, set(one.rules)


def summary(result: CheckResult) -> object:
    withdrawn = {(one.claim.iri, one.by.iri, one.how) for one in result.withdrawn}
    changes = {(one.id, one.speaker, one.verdict) for one in result.changes}
    counts = len(result.claims), len(result.positions), result.verdicts(), result.topics()
    return counts, result.contested(), withdrawn, changes


def shown(found: Iterable[Component]) -> set[object]:
    """Knots with their accounts, whatever numbers positions have."""

    def keys(positions: Iterable[Position]) -> frozenset[str]:
        return frozenset(position.key for position in positions)

    return {
        (one.conflicts, keys(one.positions), frozenset((keys(a.keeps), a.roots, a.on_record) for a in one.accounts))
        for one in found
    }


# -- the same result -----------------------------------------------------------------------------


@settings(max_examples=max(10, settings().max_examples // 8))
@given(worlds())
def test_what_is_found_is_what_the_check_of_records_finds(world: RandomWorld) -> None:
    theory = build_theory(world.ontology, world.rules)
    with OxigraphStore.in_memory() as store:
        store.put(Iri("urn:g"), dossier_triples(world.dossier))
        checked = check(dossiers_of(store.quads()), theory, CheckOptions(engine=Engine.COMPILED))
        columns = ColumnCheck(store, theory)
        if columns.found.ground or columns.found.ground_if_possible or not checked.result.complete:
            return
        result = columns.result
        assert result.complete
        assert {one.id: told(one) for one in result.conflicts} == {
            one.id: told(one) for one in checked.result.conflicts
        }
        assert summary(result) == summary(checked.result)
        assert shown(columns.accounts(Limits())) == shown(accounts(checked.result, checked.world))
        for one in result.conflicts:
            found = result.conflict(one.id)
            assert found is not None and found.id == one.id


def test_the_first_case_is_the_same_to_every_reader(first_case: KnowledgeGraph, large: KnowledgeGraph) -> None:
    assert large.is_large and not first_case.is_large
    assert summary(large.check()) == summary(first_case.check())
    expected = {one.id: one for one in first_case.conflicts()}
    assert {one.id for one in large.conflicts()} == set(expected)
    for one in large.conflicts():
        other = expected[one.id]
        assert told(one) == told(other)
        assert {large.prose.side(side) for side in one.sides} == {first_case.prose.side(side) for side in other.sides}
    assert shown(large.accounts()) == shown(first_case.accounts())
    assert shown(large.accounts(under_possible=True)) == shown(first_case.accounts(under_possible=True))


def test_conflicts_come_by_verdict_and_number_of_sides(tmp_path: Path, ontology: Path) -> None:
    maybe = "ex:c02 neg:certainty neg:Possible . ex:x9 ex:at '9' . ex:c91 neg:certainty neg:Certain . ex:x1 ex:at '1' ."
    file = _claims(tmp_path, range(10), maybe)
    found = KnowledgeGraph.load(file, ontology=[ontology], options=LARGE).conflicts()
    order = [(one.verdict, len(one.sides)) for one in found]
    sure = Verdict.CONTRADICTION
    assert order == [(sure, 1)] * 3 + [(sure, 2)] * 7 + [(Verdict.TENSION, 2)]
    assert {one.id for one in found} == {one.id for one in KnowledgeGraph.load(file, ontology=[ontology]).conflicts()}


def test_names_are_those_of_the_small_graph(first_case: KnowledgeGraph, large: KnowledgeGraph) -> None:
    assert dict(large.wording.names) == dict(first_case.wording.names)
    for part in ("plural", "phrases", "denied", "questions", "says", "telling"):
        assert getattr(large.wording, part) == getattr(first_case.wording, part)


def test_the_world_in_columns_answers_as_the_world_of_records(
    first_case: KnowledgeGraph, large: KnowledgeGraph
) -> None:
    world, ours = first_case.checked.world, ColumnCheck(_embedded(large), large.theory).world.world
    assert dict(ours.background) == dict(world.background)
    assert {node: set(facts) for node, facts in ours.properties.items()} == {
        node: set(facts) for node, facts in world.properties.items()
    }
    assert all(triple in ours.background for triple in world.background)
    assert Iri("urn:unheard-of") not in ours.properties


def _embedded(graph: KnowledgeGraph) -> OxigraphStore:
    assert isinstance(graph.store, OxigraphStore)
    return graph.store


@given(st.lists(st.sets(st.integers(0, 12), min_size=1, max_size=4), max_size=12))
def test_knots_are_the_connected_components(sets: list[set[int]]) -> None:
    width = max((len(one) for one in sets), default=1)
    rows = [[*sorted(one), *[-1] * (width - len(one))] for one in sets]
    found = knots(np.array(rows, np.int32).reshape(-1, width), 13).tolist()
    groups: dict[int, set[int]] = {}
    for number, one in zip(found, sets, strict=True):
        groups.setdefault(number, set()).update(one)
    assert [groups[number] for number in sorted(groups)] == [set(m) for m, _ in components(map(frozenset, sets))]


# -- only what is looked at ----------------------------------------------------------------------


def test_nothing_is_proved_before_it_is_looked_at(first_case: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    proved: list[object] = []
    prove = Prover.prove

    def counted(self: Prover, members: list[int], **rest: object) -> object:
        proved.append(tuple(members))
        return prove(self, members, **rest)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(Prover, "prove", counted)
    graph = KnowledgeGraph(first_case.store, options=LARGE)
    result = graph.check()
    assert len(result.conflicts) > 3
    assert result.verdicts().total() == len(result.conflicts)
    assert result.topics() and result.contested()
    next(iter(graph.accounts()))
    assert not proved
    one = result.conflicts[2]
    assert result.conflicts[2] is one
    assert len(proved) == 1
    assert result.conflict(one.id) is one
    assert len(proved) == 1


def test_a_conflict_without_a_proof_stands_bare_and_that_is_said(
    first_case: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Prover, "prove", lambda *_args, **_rest: None)
    result = KnowledgeGraph(first_case.store, options=LARGE).check()
    assert list(result.incomplete) == []
    assert [premise.mask for premise in result.conflicts[0].proof.premises] == [1, 2]
    assert ["no proof was found" in reason for reason in result.incomplete] == [True]
    assert not result.complete


def test_a_sequence_on_demand_is_a_sequence() -> None:
    made: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        return -number

    numbers = OnDemand(5, make)
    assert (numbers[1], numbers[-1], numbers[1:3], list(reversed(numbers))) == (-1, -4, [-1, -2], [-4, -3, -2, -1, 0])
    assert sorted(made) == [0, 1, 2, 3, 4]  # each was made once
    with pytest.raises(IndexError):
        numbers[5]


@pytest.mark.parametrize(
    "asked",
    [
        lambda graph: graph.ask("SELECT ?s { ?s a neg:Held }"),
        lambda graph: graph.accounts(grain="utterance"),
        lambda graph: graph.proofs(graph.conflicts()[0].id),
        lambda graph: graph.checked,
    ],
)
def test_what_cannot_be_had_of_a_large_graph_is_refused(large: KnowledgeGraph, asked) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(QueryError, match="can be had of up to 0 affirmations"):
        asked(large)


def test_the_reference_evaluator_is_never_replaced(first_case: KnowledgeGraph) -> None:
    options = CheckOptions(engine=Engine.REFERENCE, columns_from=0)
    assert not KnowledgeGraph(first_case.store, options=options).is_large


# -- writing -------------------------------------------------------------------------------------


def _claims(tmp_path: Path, things: Iterable[int], extra: str = "", name: str = "claims") -> Path:
    """Write claims: each thing is at two places at once."""
    file = tmp_path / f"{name}.ttl"
    claim = "ex:c{0}{1} a neg:Claim ; prov:wasAttributedTo ex:{2} ; neg:saidOn '2019-01-22'^^edtf:EDTF ; neg:affirms "
    content = "[ a neg:Proposition ; rdf:subject ex:x{0} ; rdf:predicate ex:at ; rdf:object '{1}' ] .\n"
    lines = ((claim + content).format(n, at, who) for n in things for at, who in (("1", "ann"), ("2", "bob")))
    file.write_text(HEADER + "".join(lines) + extra, encoding="utf-8")
    return file


@pytest.fixture(name="ontology")
def ontology_file(tmp_path: Path) -> Path:
    file = tmp_path / "ontology.ttl"
    file.write_text(ONTOLOGY, encoding="utf-8")
    return file


def test_adding_to_a_store_leaves_its_columns_to_be_brought_up_to_date(
    tmp_path: Path, ontology: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "store"
    with KnowledgeGraph(OxigraphStore.at(place), ontology=[ontology], options=LARGE) as graph:
        graph.add(read(_claims(tmp_path, range(3))))
        assert len(graph.conflicts()) == 3
    with KnowledgeGraph(OxigraphStore.at(place), ontology=[ontology]) as graph:
        graph.add(read(_claims(tmp_path, range(10, 15), name="more")))
    read_again: list[object] = []
    monkeypatch.setattr(opening, "of_store", lambda *given: read_again.append(given))
    with KnowledgeGraph(OxigraphStore.read_only(place), ontology=[ontology], options=LARGE) as graph:
        assert len(graph.conflicts()) == 3 + 5
    assert read_again == []  # only the graph that was added was read


def test_columns_that_cannot_be_used_are_a_warning(tmp_path: Path, ontology: Path) -> None:
    place = tmp_path / "store"
    with KnowledgeGraph(OxigraphStore.at(place), ontology=[ontology], options=LARGE) as graph:
        graph.add(read(_claims(tmp_path, range(3))))
    with KnowledgeGraph(OxigraphStore.read_only(place), ontology=[ontology], options=LARGE) as graph:
        assert len(graph.conflicts()) == 3
    [damaged] = place.glob("columns/records-*/claims.iri")
    damaged.write_bytes(b"")
    with KnowledgeGraph(OxigraphStore.read_only(place), ontology=[ontology], options=LARGE) as graph:
        assert len(graph.conflicts()) == 3
        assert "cannot be used and are built again" in " ".join(graph.warnings)


# -- the command line ----------------------------------------------------------------------------


def _run(*arguments: object) -> str:
    result = CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_many_conflicts_are_counted_and_the_first_are_shown(tmp_path: Path, ontology: Path) -> None:
    said = _run("check", _claims(tmp_path, range(25)), "--ontology", ontology)
    assert "50 claims, 50 positions: 25 contradictions" in said
    assert "25  about at" in said
    assert said.count("different-values") == 20
    assert "… and 5 more conflicts  (--most 25 lists all)" in said
    everything = _run("check", tmp_path / "claims.ttl", "--ontology", ontology, "--most", 25)
    assert everything.count("different-values") == 25 and "more conflicts" not in everything


def test_json_lists_all_unless_told_otherwise_and_says_what_it_lists(tmp_path: Path, ontology: Path) -> None:
    command = ("check", _claims(tmp_path, range(25)), "--ontology", ontology, "--format", "json")
    everything, few = json.loads(_run(*command)), json.loads(_run(*command, "--most", 3))
    assert everything["listed"]["conflicts"] == len(everything["conflicts"]) == 25
    assert few["listed"]["conflicts"] == len(few["conflicts"]) == 3
    assert few["found"] == everything["found"]
    assert few["found"]["contradiction"] == 25 and few["complete"] is True


def test_many_knots_of_accounts_are_said_to_be_more(tmp_path: Path, ontology: Path) -> None:
    said = _run("accounts", _claims(tmp_path, range(25)), "--ontology", ontology)
    assert said.count("1 conflict ties") == 20 and "… and more knots" in said
    said = _run("accounts", tmp_path / "claims.ttl", "--ontology", ontology, "--max-knots", 25)
    assert said.count("1 conflict ties") == 25 and "more knots" not in said
    few = json.loads(
        _run("accounts", tmp_path / "claims.ttl", "--ontology", ontology, "--format", "json", "--max-knots", 2)
    )
    assert len(few["components"]) == 2 and few["more"] is True


def test_a_side_with_many_claims_is_cut_short(tmp_path: Path, ontology: Path) -> None:
    again = "".join(
        f"ex:d{n} a neg:Claim ; prov:wasAttributedTo ex:p{n} ; neg:saidOn '2019-01-22'^^edtf:EDTF ; neg:affirms "
        "[ a neg:Proposition ; rdf:subject ex:x0 ; rdf:predicate ex:at ; rdf:object '1' ] .\n"
        for n in range(30)
    )
    said = _run("check", _claims(tmp_path, [0], again), "--ontology", ontology)
    assert "… and 11 more claims" in said
