"""The store keeps what it is given, whole or not at all, and answers without ever writing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import URIRef

from kg.errors import QueryError, StoreError
from kg.store import OxigraphStore, Rows, is_store, oxigraph, sparql
from kg.store.rdflib_view import as_rdflib, from_rdflib, to_rdflib
from kg.terms import RDF_LANG_STRING, XSD, Blank, Iri, Literal, Quad, Term, Triple
from kg.vocab import EDTF, NEG, TYPE

G, H = Iri("http://e/g"), Iri("http://e/h")
S, P = Iri("http://e/s"), Iri("http://e/p")
TERMS: tuple[Term, ...] = (
    Iri("http://e/ü#x?y=1&z=%20"),
    Blank("_:b0"),
    Literal(""),
    Literal('say "no"\\\n\t\r then } . ?x #'),
    Literal("nein", RDF_LANG_STRING, "de"),
    Literal("../2019-01-22", EDTF),
    Literal("~50 %", NEG.Quantity),
    Literal("2019-01-22", Iri(XSD + "date")),
    Literal("7", Iri(XSD + "integer")),
)
TRIPLES = frozenset(Triple(S, P, term) for term in TERMS) | {Triple(Blank("_:b0"), TYPE, NEG.Claim)}


pytestmark = pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # rdflib's own call


def content(store: OxigraphStore, graph: Iri | None = None) -> set[Quad]:
    return set(store.quads(graph))


def one(text: str) -> Triple:
    return Triple(S, P, Literal(text))


@pytest.fixture(params=["memory", "folder"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OxigraphStore]:
    with OxigraphStore.in_memory() if request.param == "memory" else OxigraphStore.at(tmp_path / "st") as opened:
        yield opened


# --- Writing --------------------------------------------------------------------------------------


def test_a_put_that_fails_half_way_leaves_the_store_as_it_was(store: OxigraphStore) -> None:
    def broken() -> Iterator[Triple]:
        yield one("new")
        raise RuntimeError("the file ended early")

    store.put(G, TRIPLES)
    before = content(store)
    with pytest.raises(RuntimeError, match="ended early"):
        store.put(G, broken())
    with pytest.raises(StoreError, match="not an IRI"):
        store.put(G, [one("new"), Triple(Iri("no scheme"), P, S)])
    with pytest.raises(StoreError, match="language tag"):
        store.put(G, [one("new"), Triple(S, P, Literal("x", RDF_LANG_STRING, "no tag"))])
    with pytest.raises(RuntimeError):
        store.put_all({H: [one("new")], G: broken()})
    assert content(store) == before
    assert store.graphs() == (G,)


def test_a_large_put_goes_through_the_bulk_loader_and_fails_whole(
    store: OxigraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oxigraph, "BULK", 2)
    store.put(G, [one(str(n)) for n in range(5)])
    assert len(content(store)) == 5
    with pytest.raises(StoreError):
        store.put(H, [one("new"), one("newer"), Triple(S, Iri("no iri"), S)])
    assert store.graphs() == (G,)


def test_the_bulk_loader_of_the_engine_is_all_or_nothing(tmp_path: Path) -> None:
    """The claim that `kg.store.oxigraph` rests on, checked on the engine itself."""

    def quads(stop: int) -> Iterator[pyoxigraph.Quad]:
        node = pyoxigraph.NamedNode
        for n in range(20_000):
            if n == stop:
                raise RuntimeError("stopped")
            yield pyoxigraph.Quad(node(f"http://e/{n}"), node(P), node(S), node(G))

    for inner in (pyoxigraph.Store(), pyoxigraph.Store(tmp_path)):
        for write in (inner.bulk_extend, inner.extend):
            with pytest.raises(RuntimeError, match="stopped"):
                write(quads(15_000))
            assert len(inner) == 0


def test_an_empty_graph_is_a_graph_until_it_is_removed(store: OxigraphStore) -> None:
    store.put(G, [])
    assert store.graphs() == (G,)
    store.put(G, TRIPLES)
    store.put(G, [])
    assert store.graphs() == (G,) and not content(store)
    store.remove(G)
    store.remove(G)
    assert store.graphs() == ()


def test_numbers_keep_their_value_but_not_their_spelling(store: OxigraphStore) -> None:
    store.put(G, [Triple(S, P, Literal("007", Iri(XSD + "integer")))])
    store.put(G, [Triple(S, P, Literal("007", Iri(XSD + "integer")))])
    assert [quad.o for quad in store.quads()] == [Literal("7", Iri(XSD + "integer"))]


def test_two_threads_can_write(store: OxigraphStore) -> None:
    names = [Iri(f"http://e/g{n}") for n in range(8)]
    threads = [threading.Thread(target=store.put, args=(name, TRIPLES)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.graphs() == tuple(names)
    assert len(content(store)) == len(names) * len(TRIPLES)


# --- A folder -------------------------------------------------------------------------------------


def test_a_store_on_disk_is_the_same_when_it_is_opened_again(tmp_path: Path) -> None:
    assert not is_store(tmp_path)
    with OxigraphStore.at(tmp_path / "deep" / "st") as first:
        first.put(G, TRIPLES)
        first.put(H, [one("x")])
        before = content(first)
    assert is_store(tmp_path / "deep" / "st")
    with OxigraphStore.at(tmp_path / "deep" / "st") as again:
        assert content(again) == before and again.graphs() == (G, H)


def test_a_second_writer_is_refused_and_a_reader_is_not(tmp_path: Path) -> None:
    with OxigraphStore.at(tmp_path) as writer:
        writer.put(G, TRIPLES)
        with pytest.raises(StoreError, match="open for writing elsewhere"):
            OxigraphStore.at(tmp_path)
        with OxigraphStore.read_only(tmp_path) as reader:
            assert content(reader) == content(writer)
            with pytest.raises(StoreError, match="opened for reading only"):
                reader.put(G, [one("new")])
            with pytest.raises(StoreError, match="opened for reading only"):
                reader.remove(G)
            assert content(reader) == content(writer)


def test_another_process_can_read_while_this_one_writes(tmp_path: Path) -> None:
    code = "import sys; from kg.store import *; print(len(list(OxigraphStore.read_only(sys.argv[1]).quads())))"
    with OxigraphStore.at(tmp_path) as writer:
        writer.put(G, TRIPLES)
        seen = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(seen.stdout) == len(TRIPLES)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill a process outright")
def test_a_killed_writer_leaves_one_whole_version(tmp_path: Path) -> None:
    code = textwrap.dedent("""
        import sys
        from itertools import count
        from kg.store import OxigraphStore, oxigraph
        from kg.terms import Iri, Literal, Triple
        oxigraph.BULK = int(sys.argv[2])
        store = OxigraphStore.at(sys.argv[1])
        for version in count():
            store.put(Iri("http://e/g"), [Triple(Iri(f"http://e/{n}"), Iri("http://e/v"), Literal(str(version)))
                                          for n in range(2000)])
            print(version, flush=True)
    """)
    for number, wait in enumerate((1, 2, 3)):
        folder = tmp_path / str(number)
        command = [sys.executable, "-c", code, str(folder), "1" if number == 1 else "50000"]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        for _ in range(wait):
            writer.stdout.readline()
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        with OxigraphStore.at(folder) as store:
            values = [quad.o for quad in store.quads()]
        assert len(values) == 2000 and len(set(values)) == 1


def test_what_is_not_a_store_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ft.yaml").write_text("claims: {}")
    with pytest.raises(StoreError, match="folder of other files"):
        OxigraphStore.at(tmp_path)
    with pytest.raises(StoreError, match="is a file"):
        OxigraphStore.at(tmp_path / "ft.yaml")
    with pytest.raises(StoreError, match="is not a store"):
        OxigraphStore.read_only(tmp_path)
    with pytest.raises(StoreError, match="is not a store"):
        OxigraphStore.read_only(tmp_path / "nowhere")
    assert [path.name for path in tmp_path.iterdir()] == ["ft.yaml"]


def test_a_damaged_store_is_said_to_be_so(tmp_path: Path) -> None:
    OxigraphStore.at(tmp_path).close()
    (tmp_path / "CURRENT").write_text("garbage\n")
    with pytest.raises(StoreError, match=f"the store {tmp_path}: "):
        OxigraphStore.at(tmp_path)


# --- Asking ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service ?p ?o }",
        'SELECT * { ?s ?p "SERVICE <x> { }" } # SERVICE <x> {',
        "SELECT * { ?s <http://e/service> ?o . ?s ?p '''SERVICE { ''' }",
        "PREFIX service: <http://e/> SELECT * { service:s service:p ?o . }",
        'SELECT * { ?s ?p "x"@service }',
    ],
)
def test_the_word_service_is_no_crime(store: OxigraphStore, text: str) -> None:
    assert isinstance(store.query(text), Rows)


@pytest.mark.parametrize(
    ("text", "place", "cause"),
    [
        ("SELECT * {\n  ?s ?p ?o .\n  FILTR(?o) }", "mine.rq:3:", "cannot be read here: FILTR"),
        ("SELECT * { ?s foo:bar ?o }", "mine.rq:1:", "prefix is not declared"),
        ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", "mine.rq:1:", "not in GROUP BY"),
        ("SELECT (1 AS ?s) { ?s ?p ?o }", "mine.rq:1:", "already has"),
        ("SELECT * { ?s ?p <a b> }", "mine.rq:1:", "mine.rq"),
        ("", "mine.rq", "not a SPARQL query"),
        ("hello", "mine.rq", "not a SPARQL query"),
    ],
)
def test_a_syntax_error_names_file_line_column_and_cause(
    store: OxigraphStore, text: str, place: str, cause: str
) -> None:
    with pytest.raises(QueryError) as caught:
        store.query(text, name="mine.rq")
    assert str(caught.value).startswith(place)
    assert cause in str(caught.value)


def test_a_syntax_error_is_in_the_users_own_text_also_with_parameters(store: OxigraphStore) -> None:
    text = "SELECT * WHERE { ?s ?p ?o . FILTR(?o) }"
    messages = []
    long: dict[str, Term] = {"s": S, "o": Literal("a rather long value, with { braces }")}
    for bindings in ({}, long):
        with pytest.raises(QueryError) as caught:
            store.query(text, bindings)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]


# --- Parameters -----------------------------------------------------------------------------------


def test_parameters_are_terms(store: OxigraphStore) -> None:
    store.put(G, [one("a"), one("b"), Triple(S, P, S)])
    text = "SELECT ?s ?o WHERE { ?s ?p ?o }"
    assert store.select(text, {"o": Literal("a")}).rows == ((S, Literal("a")),)
    assert store.select(text, {"o": S, "s": S}).rows == ((S, S),)
    assert store.select(text, {"o": Literal("a", Iri(XSD + "token"))}).rows == ()
    assert store.ask("ASK { ?s ?p ?o }", {"o": Literal("c")}) is False


_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@settings(max_examples=200)
@given(_ANY_TEXT)
def test_any_text_can_be_a_parameter(text: str) -> None:
    store = OxigraphStore.in_memory()
    store.put(G, [one(text), one(text + "!")])
    assert store.select("SELECT ?o { ?s ?p ?o }", {"o": Literal(text)}).rows == ((Literal(text),),)


@settings(max_examples=100)
@given(_ANY_TEXT)
def test_any_iri_can_be_a_parameter_or_is_refused(text: str) -> None:
    store = OxigraphStore.in_memory()
    store.put(G, [one("a")])
    try:
        assert store.select("SELECT ?o { ?s ?p ?o }", {"s": Iri("http://e/" + text)}).rows in (
            (),
            ((Literal("a"),),) if text == "s" else (),
        )
    except QueryError as error:
        assert "is not an IRI" in str(error)
    assert len(content(store)) == 1


def test_parameters_find_their_place_in_every_form(store: OxigraphStore) -> None:
    store.put(G, [one("a"), one("b")])
    bound = {"o": Literal("a")}
    assert len(store.construct("CONSTRUCT { ?s <e:q> ?o } WHERE { ?s ?p ?o }", bound)) == 1
    exists = "SELECT (EXISTS { ?x ?y ?z } AS ?any) ?o WHERE { ?s ?p ?o }"
    assert len(store.select(exists, bound)) == 1
    grouped = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?o"
    assert [str(cell) for cell in store.select(grouped, bound).column("n")] == ["1"]
    with pytest.raises(QueryError, match="in full"):
        store.query("CONSTRUCT WHERE { ?s ?p ?o }", bound)
    with pytest.raises(QueryError, match="no WHERE"):
        store.query("DESCRIBE ?o", bound)


def test_a_parameter_that_the_query_does_not_know_is_refused(store: OxigraphStore) -> None:
    with pytest.raises(QueryError, match=r'no variable \?speker in it; did you mean "speaker"\?'):
        store.select("SELECT * { ?c prov:wasAttributedTo ?speaker }", {"speker": S})
    with pytest.raises(QueryError, match="without a name"):
        store.select("SELECT * { ?s ?p ?o }", {"s": Blank("_:b0")})


def test_tokens_are_cut_as_the_grammar_has_them() -> None:
    kinds = [token.kind.name for token in sparql.tokens("ASK { ?x ex:a.b <e:c#d> , 'e' ; 1.5e3 } # f")]
    assert kinds == ["WORD", "MARK", "VARIABLE", "NAME", "IRI", "MARK", "TEXT", "MARK", "NUMBER", "MARK"]


# --- Copies ---------------------------------------------------------------------------------------


def test_rdflib_has_the_same_quads_graph_for_graph(store: OxigraphStore) -> None:
    store.put(G, TRIPLES)
    store.put(H, [one("h")])
    store.put(Iri("http://e/empty"), [])
    dataset = as_rdflib(store)
    found = {
        Quad(from_rdflib(s), Iri(str(p)), from_rdflib(o), Iri(str(g)))  # type: ignore[arg-type]  # subjects are nodes
        for s, p, o, g in dataset.quads()
    }
    assert found == content(store)
    assert {Iri(str(graph.identifier)) for graph in dataset.graphs()} >= {G, H, Iri("http://e/empty")}
    assert dict(dataset.namespaces())["neg"] == URIRef(str(NEG))
    assert len(list(dataset.query("SELECT * { ?s a neg:Claim ; ?p ?o }"))) == 1  # the union, and our prefixes


@pytest.mark.parametrize("term", TERMS)
def test_terms_go_to_rdflib_and_back(term: Term) -> None:
    assert from_rdflib(to_rdflib(term)) == term
