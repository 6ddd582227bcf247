"""Answers in the standard formats: the same rows in each, counted, and as the engine itself would write them."""

from __future__ import annotations

import io
import json

import pyoxigraph as ox
import pytest

from kg.errors import BoundReached, QueryError
from kg.store.oxigraph import OxigraphStore
from kg.store.protocol import Rows
from kg.store.serialised import GRAPHS, RESULTS, Dataset, write_answer_as
from kg.terms import XSD, Blank, Iri, Literal, Triple

G, H, P = Iri("http://e/g"), Iri("http://e/h"), Iri("http://e/p")
ODD = (
    Literal("a\nb\t\"c\"\\ 'd' \r é 🎭"),
    Literal("x", Iri(XSD + "string")),
    Literal("chat", Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"), "fr-be"),
    Literal("12", Iri(XSD + "integer")),
    Literal("1.50", Iri(XSD + "decimal")),
    Literal("", Iri("http://e/type")),
    Iri("http://e/é"),
    Blank("_:b1"),
)
ROWS = "SELECT ?s ?o { ?s <http://e/p> ?o } ORDER BY STR(?o)"


@pytest.fixture
def store() -> OxigraphStore:
    made = OxigraphStore.in_memory()
    triples = [Triple(Iri(f"http://e/s{number}"), P, term) for number, term in enumerate(ODD)]
    made.put_all({G: triples, H: [Triple(Iri("http://e/other"), P, Literal("z"))]})
    return made


def written(store: OxigraphStore, query: str, syntax: str, **options: object) -> bytes:
    file = io.BytesIO()
    store.write_answer(query, syntax, file, **options)  # type: ignore[arg-type]
    return file.getvalue()


@pytest.mark.parametrize("syntax", RESULTS)
def test_counted_rows_are_written_as_the_engine_writes_them(store: OxigraphStore, syntax: str) -> None:
    assert written(store, ROWS, syntax, most=9) == written(store, ROWS, syntax)
    with pytest.raises(BoundReached, match="more than 8 rows") as found:
        written(store, ROWS, syntax, most=8)
    assert found.value.bound == "rows"


@pytest.mark.parametrize("syntax", RESULTS)
def test_answers_of_any_store_are_written_alike(store: OxigraphStore, syntax: str) -> None:
    """But for the labels of blank nodes and the spelling of numbers, which the engine chooses."""
    query = "SELECT ?s ?o { ?s <http://e/p> ?o FILTER(!ISBLANK(?o) && !ISNUMERIC(?o)) } ORDER BY STR(?o)"
    file = io.BytesIO()
    write_answer_as(store.query(query), syntax, file, "query")
    found = ox.parse_query_results(file.getvalue(), format=RESULTS[syntax]) if syntax != "csv" else None
    if found is None:
        assert file.getvalue() == written(store, query, syntax)
    else:
        expected = ox.parse_query_results(written(store, query, syntax), format=RESULTS[syntax])
        assert [list(row) for row in found] == [list(row) for row in expected]  # type: ignore[union-attr]


def test_empty_cells_and_rows(store: OxigraphStore) -> None:
    query = "SELECT ?a ?b { VALUES (?a ?b) { (UNDEF 1) (UNDEF UNDEF) } }"
    assert json.loads(written(store, query, "json", most=2))["results"]["bindings"][1] == {}
    one = "SELECT ?a { VALUES ?a { UNDEF UNDEF UNDEF } }"
    assert len(json.loads(written(store, one, "json", most=3))["results"]["bindings"]) == 3
    with pytest.raises(BoundReached):
        written(store, one, "json", most=2)
    file = io.BytesIO()
    write_answer_as(Rows(("a",), ((None,), (None,))), "json", file, "query")
    assert json.loads(file.getvalue())["results"]["bindings"] == [{}, {}]


def test_yes_and_no(store: OxigraphStore) -> None:
    for truth in (True, False):
        file = io.BytesIO()
        write_answer_as(truth, "json", file, "query")
        assert json.loads(file.getvalue())["boolean"] is truth


@pytest.mark.parametrize("syntax", GRAPHS)
def test_triples(store: OxigraphStore, syntax: str) -> None:
    query = "CONSTRUCT { ?s <http://e/p> ?o } WHERE { ?s <http://e/p> ?o }"
    found = list(ox.parse(written(store, query, syntax, most=9), format=GRAPHS[syntax]))
    assert len(found) == 9
    with pytest.raises(BoundReached):
        written(store, query, syntax, most=8)
    file = io.BytesIO()
    write_answer_as(store.query(query), syntax, file, "query")
    assert len(list(ox.parse(file.getvalue(), format=GRAPHS[syntax]))) == 9


def test_a_format_of_another_kind_of_answer_is_refused(store: OxigraphStore) -> None:
    with pytest.raises(QueryError, match="json, xml, csv, tsv, not as ttl"):
        written(store, ROWS, "ttl")
    with pytest.raises(QueryError, match="not as csv"):
        written(store, "CONSTRUCT WHERE { ?s ?p ?o }", "csv")


def test_chosen_graphs(store: OxigraphStore) -> None:
    def count(dataset: Dataset, query: str = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") -> str:
        return written(store, query, "csv", dataset=dataset).decode().split()[1]

    assert count(Dataset((G,))) == "8"
    assert count(Dataset((G, H))) == "9"
    assert count(Dataset((), (G,))) == "0"
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(Dataset((), (H,)), named) == "1"
    assert count(Dataset((G,)), named) == "0"


def test_queries_are_looked_at_before_they_are_asked(store: OxigraphStore) -> None:
    for query in ("DROP ALL", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SELECT * {"):
        with pytest.raises(QueryError):
            written(store, query, "json")
