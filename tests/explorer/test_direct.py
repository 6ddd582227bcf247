"""Questions answered in the same process: as recorded, under each sense, by name, within bounds."""

from __future__ import annotations

import pickle

import pytest

from kg.contradiction.check import CheckOptions
from kg.errors import QueryError
from kg.explorer.answering import Answered, Question
from kg.explorer.direct import Direct
from kg.graph import KnowledgeGraph
from kg.store.protocol import Bounds, Rows
from kg.vocab import NEG
from tests.conftest import CASE

FREE = Bounds()
SCHEDULED = "SELECT ?event { ?event a neg:Scheduled }"


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.load(CASE)


def ask(graph: KnowledgeGraph, text: str = "", bounds: Bounds = FREE, **more: object) -> Answered:
    return Direct(graph).answer(Question(text, **more), bounds)  # type: ignore[arg-type]


def test_what_is_recorded_includes_the_computed_conflicts(graph: KnowledgeGraph) -> None:
    found = ask(graph, "SELECT ?c { ?c a neg:Conflict }").answer
    assert isinstance(found, Rows)
    assert len(found) == len(graph.conflicts())


def test_the_senses_differ_and_each_row_says_its_own(graph: KnowledgeGraph) -> None:
    some, undisputed = (ask(graph, SCHEDULED, under=sense) for sense in ("some", "undisputed"))
    assert isinstance(some.answer, Rows)
    assert isinstance(undisputed.answer, Rows)
    assert set(undisputed.answer.rows) < set(some.answer.rows)
    assert {row["under"] for row in some.rows} == {"undisputed", "some"}
    assert all(row["causes"] for row in some.rows)
    assert any("More" in note for note in undisputed.notes)


def test_an_answer_can_be_sent_between_processes(graph: KnowledgeGraph) -> None:
    for answered in (
        ask(graph, SCHEDULED, under="some"),
        ask(graph, "ASK { ?c a neg:Claim }"),
        ask(graph, "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t }"),
        ask(graph, name="claims-by-speaker", params=(("speaker", "larry-kudlow"),)),
    ):
        assert pickle.loads(pickle.dumps(answered)) == answered  # noqa: S301  # our own


def test_parameters_are_values_and_never_sparql(graph: KnowledgeGraph) -> None:
    hostile = 'x" } ; DROP ALL #'
    assert ask(graph, name="find-entity", params=(("text", hostile),)).answer == Rows(("name", "kind", "entity"), ())
    with pytest.raises(QueryError, match="nothing here is called"):
        ask(graph, name="claims-by-speaker", params=(("speaker", hostile),))
    with pytest.raises(QueryError, match="unknown parameter"):
        ask(graph, name="claims-by-speaker", params=(("spaeker", "x"),))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (Question("SELECT ?m {\n ?m a }"), "query:2:8"),
        (Question("SELECT ?m {\n ?m a }", under="every"), "query:2:2"),
        (Question("SELECT ?m { ?m a ?t FILTER NOT EXISTS { ?m a neg:Held } }", under="every"), "NOT EXISTS"),
        (Question("INSERT DATA { <e:a> <e:b> <e:c> }"), "update"),
        (Question("SELECT * { SERVICE <http://e.example/> { ?s ?p ?o } }"), "SERVICE is not allowed"),
        (Question(SCHEDULED, under="evry"), 'did you mean "every"'),
        (Question(SCHEDULED, under="some", at="yesterday"), "yesterday"),
        (Question(name="claims-by-speker"), 'did you mean "claims-by-speaker"'),
        (Question(name="claims-about"), "is missing"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_reason(graph: KnowledgeGraph, question: Question, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        Direct(graph).answer(question, FREE)


def test_bounds_are_kept_under_a_sense_too(graph: KnowledgeGraph) -> None:
    for under in ("asserted", "some"):
        with pytest.raises(QueryError, match="more than 1 rows"):
            ask(graph, "SELECT ?s { ?s a ?t }", Bounds(rows=1), under=under)


def test_a_query_that_never_ends_is_ended(graph: KnowledgeGraph) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with pytest.raises(QueryError, match="stopped after 1 s"):
        ask(graph, endless, Bounds(seconds=1))


def test_of_a_large_graph_the_computed_conflicts_and_senses_are_refused() -> None:
    large = KnowledgeGraph.load(CASE, options=CheckOptions(columns_from=3))
    assert large.is_large
    assert ask(large, "ASK { ?c a neg:Claim }").answer is True
    assert large.everything is large.store
    for question in (Question(name="who-contradicts-whom"), Question(SCHEDULED, under="every")):
        with pytest.raises(QueryError, match="can be had of up to"):
            Direct(large).answer(question, FREE)


def test_the_records_are_asked_as_they_are(graph: KnowledgeGraph) -> None:
    found = ask(graph, f"SELECT ?c {{ ?c a <{NEG.Claim}> }}").answer
    assert isinstance(found, Rows)
    assert len(found) == sum(len(dossier.claims) for dossier in graph.dossiers)
