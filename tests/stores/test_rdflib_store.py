"""rdflib as a store: the data set that somebody has already, and the surprises of its engine."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from kg.errors import QueryError, StoreError
from kg.store.protocol import Bounds
from kg.store.rdflib_store import RdflibStore
from kg.terms import XSD, Blank, Iri, Literal, Quad, Triple
from kg.vocab import NEG, TYPE

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib's calls of itself

G, S, P = Iri("http://e/g"), Iri("http://e/s"), Iri("http://e/p")
DATA = """
@prefix e: <http://e/> . @prefix neg: <https://w3id.org/parley/ns#> .
e:in-no-graph e:p "default" .
e:g { e:s e:p "007"^^<http://www.w3.org/2001/XMLSchema#integer> ; a neg:Claim . }
"""


@pytest.fixture
def dataset() -> rdflib.Dataset:
    return rdflib.Dataset().parse(data=DATA, format="trig")


def test_a_data_set_that_is_there_already_is_read_and_written(dataset: rdflib.Dataset) -> None:
    with RdflibStore(dataset, "mine") as store:
        assert store.graphs() == (G,)
        assert Quad(Iri("http://e/in-no-graph"), P, Literal("default"), None) in set(store.quads())
        assert len(store.select("SELECT ?s { ?s ?p ?o }")) == 3  # a query sees the default graph too
        store.put(Iri("http://e/h"), [Triple(S, P, Blank("_:b"))])
        store.remove(G)
        assert store.state() is None
    assert {str(s) for s, *_ in dataset.quads()} == {"http://e/in-no-graph", "http://e/s"}
    assert (rdflib.URIRef(S), rdflib.URIRef(P), rdflib.BNode("b")) in dataset.graph(rdflib.URIRef("http://e/h"))
    assert not dataset.default_union  # it is as its owner left it


def test_a_literal_is_found_by_its_spelling(dataset: rdflib.Dataset) -> None:
    store = RdflibStore(dataset)
    for spelling in ("2019-01-22T15:10:00Z", "2019-01-22T15:10:00+00:00", "2019-01-22T15:10:00.000Z"):
        moment = Literal(spelling, Iri(XSD + "dateTime"))
        store.put(G, [Triple(S, P, moment)])
        assert store.select("SELECT ?o { <http://e/s> ?p ?o }", {"o": moment}).rows == ((moment,),)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (r'"\u00fc"', "ü"),
        (r"'\U0001F600'", "😀"),
        (r"'x\u0022y'", 'x"y'),
        (r'"""a\"b"c"""', 'a"b"c'),
        (r"'it\'s'", "it's"),
        (r"'say \"no\"'", 'say "no"'),
        (r'"\\u0022 } #"', r"\u0022 } #"),
        (r'"a\tb\\"', "a\tb\\"),
    ],
)
def test_escaped_characters_are_read_once_and_where_they_stand(written: str, value: str) -> None:
    store = RdflibStore()
    store.put(G, [Triple(S, P, Literal(value)), Triple(S, P, Literal("other"))])
    assert store.select("SELECT ?s { ?s ?p " + written + " }").rows == ((S,),)


def test_escaped_characters_make_no_query_of_a_name() -> None:
    store = RdflibStore()
    store.put(G, [Triple(Iri("http://e/ü"), P, S)])
    assert len(store.select(r"SELECT ?o { <http://e/\u00fc> ?p ?o }")) == 1
    for text in (
        r"SELECT * { ?s ?p <http://e/\u003E\u0020\u007D> }",
        r"SELECT * { \u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    ):
        with pytest.raises(QueryError):
            store.query(text)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that must hear nothing, and what it heard."""
    heard: list[str] = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815  # the name is the base class's

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the name is the base class's
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listening) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", heard
        server.shutdown()


def test_nothing_is_fetched(listener: tuple[str, list[str]], tmp_path: Path) -> None:
    address, heard = listener
    (tmp_path / "secret.nt").write_text('<http://e/a> <http://e/b> "secret" .\n')
    store = RdflibStore()
    store.put(G, [Triple(S, P, Literal("x"))])
    for where in (f"{address}/x.ttl", (tmp_path / "secret.nt").as_uri()):
        for text in (
            "SELECT ?o FROM <HERE> { ?s ?p ?o }",
            "SELECT ?o FROM NAMED <HERE> { GRAPH ?g { ?s ?p ?o } }",
            "SELECT ?o { GRAPH <HERE> { ?s ?p ?o } }",
            "DESCRIBE <HERE>",
        ):
            assert not len(store.query(text.replace("HERE", where)))  # type: ignore[arg-type]  # rows or triples
    assert not heard


def test_a_query_can_be_bounded_in_time_memory_and_rows() -> None:
    store = RdflibStore()
    store.put(G, [Triple(Iri(f"http://e/{n}"), P, Literal(str(n))) for n in range(200)])
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with pytest.raises(QueryError, match=r"mine\.rq: stopped after 0\.5 s"):
        store.select(endless, name="mine.rq", bounds=Bounds(seconds=0.5))
    with pytest.raises(QueryError, match="more than 16 MiB"):
        store.select("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", bounds=Bounds(seconds=600, mebibytes=16))
    within = Bounds(seconds=600, mebibytes=512, rows=200)
    assert set(store.select("SELECT ?s ?x { ?s ?p ?o }", bounds=within)) == set(
        store.select("SELECT ?s ?x { ?s ?p ?o }")
    )
    assert store.ask("ASK { ?s ?p ?o }", bounds=within) is True
    assert len(store.construct("CONSTRUCT WHERE { ?s ?p ?o }", bounds=within)) == 200
    with pytest.raises(QueryError, match="more than 199"):
        store.select("SELECT ?s { ?s ?p ?o }", bounds=Bounds(seconds=600, rows=199))


def test_a_write_that_is_stopped_half_way_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    store = RdflibStore()
    store.put(G, [Triple(S, P, Literal(str(n))) for n in range(5)])
    before = set(store.quads())
    add, calls = rdflib.Graph.addN, []

    def interrupted(graph: rdflib.Graph, quads: object) -> rdflib.Graph:
        calls.append(graph)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return add(graph, quads)  # type: ignore[arg-type]  # as given

    monkeypatch.setattr(rdflib.Graph, "addN", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store.put_all({G: [Triple(S, P, Literal("new"))], Iri("http://e/h"): [Triple(S, TYPE, NEG.Claim)]})
    monkeypatch.undo()
    assert set(store.quads()) == before and store.graphs() == (G,)


def test_what_this_program_cannot_hold_is_said_to_be_so(dataset: rdflib.Dataset) -> None:
    store = RdflibStore(dataset)
    dataset.graph(rdflib.BNode("anonymous")).add((rdflib.URIRef(S), rdflib.URIRef(P), rdflib.Literal("x")))
    with pytest.raises(StoreError, match="graph without a name"):
        store.graphs()
    dataset.remove_graph(rdflib.BNode("anonymous"))
    dataset.get_context(DATASET_DEFAULT_GRAPH_ID).add((rdflib.Literal("x"), rdflib.URIRef(P), rdflib.Literal("x")))
    with pytest.raises(StoreError, match="it is a literal"):
        list(store.quads())


def test_files_may_hold_only_the_graphs_that_they_replace(tmp_path: Path) -> None:
    store = RdflibStore()
    (tmp_path / "x.nq").write_text("<http://e/s> <http://e/p> <http://e/o> <http://e/h> .\n")
    (tmp_path / "bad.nq").write_text("<http://e/s> <http://e/p> <http://e/o> <http://e/g> .\n\n<http://e/s> oops .\n")
    with pytest.raises(StoreError, match="which is not one of the graphs"):
        store.load_files([G], [tmp_path / "x.nq"])
    with pytest.raises(StoreError, match=r"bad\.nq:3:"):
        store.load_files([G], [tmp_path / "bad.nq"])
    assert not store.graphs()
