"""Columns say what the records say that are read one by one."""

from __future__ import annotations

import pytest
from hypothesis import event, given, settings

from kg.columns.case import hold
from kg.columns.nodes import Graphs
from kg.columns.reading import read_records
from kg.columns.sorting import sort_records
from kg.columns.statements import Statements, of_quads, of_store
from kg.contradiction import Theory, build_theory
from kg.graph import KnowledgeGraph
from kg.rdf import dossier_triples
from kg.store import OxigraphStore
from kg.terms import XSD, Iri, Literal, Quad, Triple
from kg.vocab import NEG, OA, ONTOLOGY_GRAPH, PROV, RDF
from tests.columns.mess import graphs
from tests.columns.reference import dossiers_of, expected, found
from tests.contradiction.random_worlds import RandomWorld, worlds
from tests.worlds import ex

ONTOLOGY = [
    Triple(ex("p"), NEG.persistence, NEG.Permanent),
    Triple(ex("q"), NEG.persistence, NEG.State),
    Triple(ex("A"), NEG.persistence, NEG.Permanent),
    Triple(ex("within"), NEG.hierarchy, Literal("true", Iri(XSD + "boolean"))),
]
THEORY = build_theory(ONTOLOGY, ())


def agree(statements: Statements, quads: list[Quad], theory: Theory = THEORY) -> None:
    records = read_records(statements)
    wanted, got = expected(dossiers_of(quads), theory), found(records, hold(records, theory))
    for part, value in wanted.items():
        assert got[part] == value, part


@settings(max_examples=4 * settings().max_examples, deadline=None)
@given(graphs())
def test_whatever_stands_in_a_graph_is_read_as_ever(quads: list[Quad]) -> None:
    statements = of_quads(quads)
    sorted_out = sort_records(Graphs(statements))
    event(f"usual form: {bool(sorted_out.plain.any())}, with care: {bool(sorted_out.care.any())}")
    agree(statements, quads)


@settings(deadline=None)
@given(graphs())
def test_a_store_is_read_as_its_quads_are(quads: list[Quad]) -> None:
    by_graph: dict[Iri, list[Triple]] = {}
    for quad in quads:
        by_graph.setdefault(quad.g, []).append(quad.triple)  # type: ignore[arg-type]
    with OxigraphStore.in_memory() as store:
        store.put_all({ONTOLOGY_GRAPH: ONTOLOGY, **by_graph})
        left = [quad for quad in store.quads() if quad.g != ONTOLOGY_GRAPH]  # the store respells numbers
        agree(of_store(store, [ONTOLOGY_GRAPH]), left)


@settings(deadline=None)
@given(worlds())
def test_random_worlds_are_the_same_in_columns(world: RandomWorld) -> None:
    quads = [Quad(*triple, world.dossier.iri) for triple in dossier_triples(world.dossier)]
    agree(of_quads(quads), quads, build_theory(world.ontology, world.rules))


def test_the_first_case_is_the_same_in_columns(first_case: KnowledgeGraph) -> None:
    statements = of_store(first_case.store, [ONTOLOGY_GRAPH])  # type: ignore[arg-type]  # in memory
    records = read_records(statements)
    wanted = expected(first_case.dossiers, first_case.theory)
    got = found(records, hold(records, first_case.theory))
    for part, value in wanted.items():
        assert got[part] == value, part
    assert len(records.claims) == len(first_case.check().claims)


def test_an_empty_data_set_has_empty_columns() -> None:
    records = read_records(of_quads([]))
    held = hold(records, THEORY)
    assert len(records.claims) == len(held.case.positions) == len(held.case.background) == 0


G = Iri("urn:g")


def claim(name: str, proposition: str) -> list[Triple]:
    return [
        Triple(ex(name), NEG.affirms, ex(proposition)),
        Triple(ex(name), PROV.wasAttributedTo, ex("ann")),
        Triple(ex(proposition), RDF.subject, ex("x")),
        Triple(ex(proposition), RDF.predicate, ex("p")),
        Triple(ex(proposition), RDF.object, ex("y")),
    ]


@pytest.mark.parametrize(
    "odd",
    [
        # a claim that is also the place where another one stands: what it quotes belongs to a record
        [
            Triple(ex("c2"), NEG.mention, ex("c1")),
            Triple(ex("c1"), OA.hasSource, ex("paper")),
            Triple(ex("c1"), OA.hasSelector, ex("p2")),
            Triple(ex("p2"), ex("q"), ex("z")),
        ],
        # a step of reporting, a mention, a quote that is also a proposition of a claim with more said of it
        [Triple(ex("c1"), NEG.report, ex("p2")), Triple(ex("p2"), ex("q"), ex("z"))],
        [Triple(ex("c1"), NEG.mention, ex("p2")), Triple(ex("p2"), ex("q"), ex("z"))],
        [
            Triple(ex("c1"), NEG.mention, ex("m")),
            Triple(ex("m"), OA.hasSource, ex("paper")),
            Triple(ex("m"), OA.hasSelector, ex("p2")),
            Triple(ex("p2"), ex("q"), ex("z")),
        ],
    ],
    ids=["claim as mention", "proposition as report", "proposition as mention", "proposition as quote"],
)
def test_a_node_with_two_parts_to_play_is_read_with_care(odd: list[Triple]) -> None:
    quads = [Quad(*triple, G) for triple in [*claim("c1", "p1"), *claim("c2", "p2"), *odd]]
    agree(of_quads(quads), quads)
