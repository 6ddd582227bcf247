"""The facade: one object that loads, checks, asks and gives the same data in other forms."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Dataset

from kg.errors import BadInput, QueryError
from kg.graph import KnowledgeGraph
from kg.store.protocol import Rows
from kg.terms import Iri
from kg.validate import validate
from kg.vocab import COMPUTED_GRAPH, ONTOLOGY_GRAPH
from tests.conftest import CASE

CASE_GRAPH = Iri("https://w3id.org/parley/case/us-china-2019")


def test_one_named_graph_per_dossier_and_one_for_the_ontology(first_case: KnowledgeGraph) -> None:
    assert set(first_case.store.graphs()) == {CASE_GRAPH, ONTOLOGY_GRAPH}


def test_rdflib_holds_the_same_quads(first_case: KnowledgeGraph) -> None:
    dataset = first_case.to_rdflib()
    assert isinstance(dataset, Dataset)
    assert len(dataset.graph(CASE_GRAPH)) == len(list(first_case.store.quads(CASE_GRAPH)))


def test_no_claim_is_asserted_by_any_graph(first_case: KnowledgeGraph) -> None:
    assert not first_case.store.ask("PREFIX neg: <https://w3id.org/parley/ns#> ASK { ?m a neg:Cancelled }")


def test_conflicts_are_never_stored(first_case: KnowledgeGraph) -> None:
    answer = first_case.query("who-contradicts-whom")
    assert isinstance(answer, Rows) and len(answer) > 0
    assert COMPUTED_GRAPH not in first_case.store.graphs()


def test_an_unknown_query_or_thing_gets_the_nearest_name(first_case: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match="claims-by-speaker"):
        first_case.query("claims-by-speeker")
    with pytest.raises(QueryError, match="larry-kudlow"):
        first_case.query("claims-by-speaker", speaker="larry-kudlov")


def test_the_first_case_is_well_formed(first_case: KnowledgeGraph) -> None:
    triples = [quad.triple for quad in first_case.store.quads(CASE_GRAPH)]
    assert [v for v in validate(triples, first_case.ontology) if not v.warning] == []


def test_a_claim_without_a_speaker_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "claims.ttl"
    file.write_text(
        "@prefix neg: <https://w3id.org/parley/ns#> .\n"
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        "<https://e.org/c> a neg:Claim ; neg:affirms <https://e.org/p> .\n"
        "<https://e.org/p> a neg:Proposition ; rdf:subject <https://e.org/m> ; rdf:predicate rdf:type ; "
        "rdf:object neg:Held .\n",
        encoding="utf-8",
    )
    with pytest.raises(BadInput) as caught:
        KnowledgeGraph.load(file)
    assert any("speaker" in fault.message for fault in caught.value.faults)
    assert all(fault.file.endswith("claims.ttl") for fault in caught.value.faults)


def test_the_same_case_in_trig_gives_the_same_graph_and_the_same_conflicts(
    first_case: KnowledgeGraph, tmp_path: Path
) -> None:
    from kg.formats import write_graphs

    quads = [quad for quad in first_case.store.quads() if quad.g != ONTOLOGY_GRAPH]
    file = tmp_path / "case.trig"
    file.write_text(write_graphs(quads, "trig"), encoding="utf-8")
    again = KnowledgeGraph.load(file)
    assert again.to_rdflib().graph(CASE_GRAPH).isomorphic(first_case.to_rdflib().graph(CASE_GRAPH))
    assert [c.id for c in again.conflicts()] == [c.id for c in first_case.conflicts()]


def test_loading_is_repeatable() -> None:
    one, two = KnowledgeGraph.load(CASE), KnowledgeGraph.load(CASE)
    assert [c.id for c in one.conflicts()] == [c.id for c in two.conflicts()]


def test_a_users_ontology_and_rules_are_added(tmp_path: Path) -> None:
    ontology = tmp_path / "o.ttl"
    ontology.write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n<https://e.org/A> owl:disjointWith <https://e.org/B> .\n",
        encoding="utf-8",
    )
    rules = tmp_path / "r.rules"
    rules.write_text('rule no-c\n  ?x a <https://e.org/C>\n  => conflict\n  says "Nothing is a C."\n', encoding="utf-8")
    claims = tmp_path / "c.ttl"
    claim = (
        "<https://e.org/c{n}> a neg:Claim ; prov:wasAttributedTo <https://e.org/s{n}> ; "
        'neg:saidOn "2020-01-0{n}"^^xsd:date ; neg:affirms '
        "[ a neg:Proposition ; rdf:subject <https://e.org/x> ; rdf:predicate rdf:type ; "
        "rdf:object <https://e.org/{c}> ] .\n"
    )
    claims.write_text(
        "@prefix neg: <https://w3id.org/parley/ns#> .\n@prefix prov: <http://www.w3.org/ns/prov#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        + "".join(claim.format(n=n, c=c) for n, c in enumerate("ABC", 1)),
        encoding="utf-8",
    )
    assert len(KnowledgeGraph.load(claims).conflicts()) == 0
    graph = KnowledgeGraph.load(claims, ontology=[ontology], rules=[rules])
    assert sorted(len(conflict.sides) for conflict in graph.conflicts()) == [1, 2]
