"""Queries and their parameters, from anybody: nothing is fetched, nothing is written, nothing more is said than asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.cli import main
from kg.errors import ParleyError, QueryError
from kg.graph import KnowledgeGraph
from kg.queries import named_queries, parse_query
from kg.store.oxigraph import OxigraphStore
from kg.store.protocol import Rows, Store
from kg.store.rdflib_store import RdflibStore
from kg.terms import Iri, Literal, Triple
from tests.conftest import CASE
from tests.faults.listening import Listener, listener

GRAPH = Iri("https://example.org/g")
SECRET = "not to be said"


@pytest.fixture(scope="module")
def outside() -> Iterator[Listener]:
    with listener() as found:
        yield found


@pytest.fixture(params=[OxigraphStore, RdflibStore], ids=["oxigraph", "rdflib"], scope="module")
def store(request: pytest.FixtureRequest) -> Store:
    return filled(request.param())


def filled(made: Store) -> Store:
    s, p = Iri("https://example.org/s"), Iri("https://example.org/p")
    made.put(GRAPH, [Triple(s, p, Literal("shown")), Triple(s, Iri("https://example.org/q"), Literal(SECRET))])
    return made


# Each of these reaches another server when the engine is asked without us, or is near to one that does.
CALLS = (
    "SELECT * { SERVICE <U> { ?s ?p ?o } }",
    "SELECT * { sErViCe <U> { ?s ?p ?o } }",
    "SELECT * { SERVICE#comment\n<U> { ?s ?p ?o } }",
    "SELECT * { # comment\rSERVICE <U> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <U> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE <U> { ?s ?p ?o } } } }",
    "SELECT * { GRAPH ?g { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o OPTIONAL { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o MINUS { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o.SERVICE<U>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 'shown'SERVICE<U>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE<U>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICE <U> { ?s ?p ?o } }",
    "SELECT * { ?s ?p '''a\n'' ''' SERVICE <U> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER(?o<1) SERVICE <U> { ?s ?p ?o } FILTER(?o>1) }",
    "SELECT * { VALUES ?x { <U> } ?s ?p ?o SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o SERVICE?s { ?s ?p ?o } }",
    "PREFIX SERVICE: <U> SELECT * { SERVICE SERVICE: { ?s ?p ?o } }",
    "PREFIX : <U> SELECT * { SERVICE: { ?s ?p ?o } }",
    "PREFIX e: <U> SELECT * { SERVICEe: { ?s ?p ?o } }",
    "PREFIX e: <U> SELECT * { SERVICESILENTe:x { ?s ?p ?o } }",
    "BASE <U> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "ASK { SERVICE <U> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <U> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <U> { ?s ?p ?o } }",
)
UNREADABLE = (
    "SELECT * { \\u0053ERVICE <U> { ?s ?p ?o } }",
    "SELECT * { S\\u0045RVICE <U> { ?s ?p ?o } }",
    "SELECT * { BIND('\\' AS ?x) SERVICE <U> { ?s ?p ?o } #' }\n}",
    "SELECT * { ?xSERVICE <U> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 'x'@en-SERVICE <U> { ?s ?p ?o } }",
    "SELECT * { ?s ?p _:bSERVICE <U> { ?s ?p ?o } }",
    "PREFIX e: <U> SELECT * { ?s ?p e:€SERVICE <U> { ?s ?p ?o } }",
)
UPDATES = (
    "LOAD <U>",
    "#\rLOAD <U>",
    "BASE <U> LOAD <x>",
    "load silent <U> INTO GRAPH <https://example.org/g>",
    "PREFIX e: <U> INSERT DATA { e:a e:b e:c }",
    "DELETE WHERE { ?s ?p ?o }",
    "DROP ALL",
    "CLEAR ALL",
    "\\u004cOAD <U>",
    "ASK { ?s ?p ?o } ; LOAD <U>",
    "SELECT * { ?s ?p ?o } DROP ALL",
)
NAMES_ONLY = (
    "SELECT * FROM <U> { ?s ?p ?o }",
    "SELECT * FROM NAMED <U> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "SELECT * { GRAPH <U> { ?s ?p ?o } }",
    "SELECT * { <file:///etc/passwd> ?p ?o }",
)


def dump(store: Store) -> list[str]:
    return sorted(map(str, store.quads()))


@pytest.mark.parametrize("text", CALLS)
def test_a_query_that_calls_another_server_is_refused(text: str, store: Store, outside: Listener) -> None:
    before = len(outside.visits)
    with pytest.raises(QueryError, match=r"^q:\d+:\d+: SERVICE is not allowed"):
        store.query(text.replace("<U>", f"<{outside.address}>"), name="q")
    assert len(outside.visits) == before


def test_the_engine_by_itself_would_call(outside: Listener) -> None:
    """Without this, the tests above might pass because the address is wrong."""
    before = len(outside.visits)
    with suppress(OSError):
        list(ox.Store().query(CALLS[0].replace("<U>", f"<{outside.address}>")))
    assert len(outside.visits) > before


@pytest.mark.parametrize("text", [*UNREADABLE, *UPDATES])
def test_what_is_no_query_is_refused_and_does_nothing(text: str, store: Store, outside: Listener) -> None:
    visits, before = len(outside.visits), dump(store)
    with pytest.raises(QueryError):
        store.query(text.replace("<U>", f"<{outside.address}>"))
    assert (len(outside.visits), dump(store)) == (visits, before)


@pytest.mark.parametrize("text", NAMES_ONLY)
def test_a_graph_that_is_not_here_is_empty_and_not_fetched(text: str, store: Store, outside: Listener) -> None:
    before = len(outside.visits)
    assert len(store.select(text.replace("<U>", f"<{outside.address}>"))) == 0
    assert len(outside.visits) == before


def test_describing_and_unknown_functions_fetch_nothing(store: Store, outside: Listener) -> None:
    before = len(outside.visits)
    assert store.construct(f"DESCRIBE <{outside.address}>") == ()
    with suppress(QueryError):
        assert store.select(f"SELECT (<{outside.address}>(1) AS ?x) {{}}").rows == ((None,),)
    assert len(outside.visits) == before


PIECES = (
    "SERVICE", "service", "SILENT", "S", "ERVICE", "\\u0053", "<U>", "?s", "{", "}", "{ ?s ?p ?o }", " ", "\n", "\r", "#",
    "'", "'''", '"', "\\", "@en", "^^", ":", "e:", "_:b", ".", ";", "1", "-", "true", "OPTIONAL", "SELECT * ", "\ufeff",
    "·", "%41", "(", ")", "<", ">", "FILTER", "GRAPH ?g ", "VALUES ?x { <U> }", "€", "?",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12))
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_at_all_makes_a_query_leave_the_store(outside: Listener, pieces: list[str]) -> None:
    quick = OxigraphStore()
    quick.put(GRAPH, [Triple(GRAPH, GRAPH, Literal("x"))])
    before = len(outside.visits)
    text = f"PREFIX e: <{outside.address}> SELECT * {{ ?s ?p ?o {''.join(pieces)} SERVICE <U> {{ ?s ?p ?o }} }}"
    with suppress(QueryError):
        quick.query(text.replace("<U>", f"<{outside.address}>"))
    assert len(outside.visits) == before


# --- Parameters -----------------------------------------------------------------------------------

LONG = "https://e/" + "x" * 10_000
NASTY = (
    'x" } UNION { ?s ?p ?o } #', "x' } #", "<https://example.org/s> } #", "https://example.org/a b", "https://e/{x}",
    "urn:x}UNION{?s?p?o", "urn:a\\u0022b", "https://e/\u202e", "https://[", "http://e/%zz", "urn:", "<>", "<a>", "neg:",
    "neg:a b", "neg:a>b", "neg:}x", "\x00", "\ud800", "\n", "\x1b[31m", "?s", "$s", "_:b", "*", "larry-kudlow' OR '1'='1",
    "../../etc/passwd", LONG, "",
)  # fmt: skip
ASKING = parse_query(
    "shown",
    "# param: what (kind: text; required) — what is said\nSELECT ?s ?what { ?s <https://example.org/p> ?what }",
)
OF_ENTITY = parse_query(
    "of",
    "# param: s (kind: entity; required) — of whom\nSELECT ?s ?what { ?s <https://example.org/p> ?what }",
)
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=30),
    st.text("\"'\\{}<>#?$:;.@^ \n\r\tuU0\ufeff\u2028", max_size=20),
    st.text("\"'\\{}<>#?$:; abc", max_size=12).map(lambda text: "https://example.org/" + text),
)


def takes_only_values(store: Store, text: str) -> None:
    graph, before = KnowledgeGraph(store), dump(store)
    for query in (ASKING, OF_ENTITY):
        name = query.params[0].name
        try:
            found = graph.run_query(query, {name: text})
        except QueryError:
            continue
        assert isinstance(found, Rows) and SECRET not in str(found.rows)
        if name == "what":  # whatever was asked for is what comes back, and only if it is there
            assert [str(row[1]) for row in found.rows] == (["shown"] if text == "shown" else [])
    assert dump(store) == before


@given(texts)
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_a_parameter_is_only_ever_a_value(text: str) -> None:
    takes_only_values(filled(OxigraphStore()), text)


@pytest.mark.parametrize("text", NASTY)
def test_a_nasty_parameter_is_only_ever_a_value(text: str, store: Store) -> None:
    takes_only_values(store, text)


@pytest.mark.parametrize(("number", "text"), list(enumerate(NASTY)))
def test_named_queries_take_every_text_or_refuse_it(number: int, text: str, first_case: KnowledgeGraph) -> None:
    before = dump(first_case.store)
    asked = [query for query in named_queries().values() if query.params]
    query = asked[number % len(asked)]
    for parameter in query.params:
        with suppress(QueryError):
            first_case.run_query(query, {parameter.name: text})
    with suppress(QueryError):
        first_case.resolve(text)
    assert dump(first_case.store) == before


def test_a_parameter_may_be_longer_than_the_name_of_a_file() -> None:
    done = CliRunner().invoke(main, ["query", "claims-by-speaker", str(CASE), f"speaker={LONG}", "--format", "csv"])
    assert (done.exit_code, done.stdout.count("\n")) == (0, 1)


@pytest.mark.parametrize("text", ["https://e/a b", "<a>", "\x1b[31m", "a\nb", "", "x' } #"])
def test_the_command_line_says_what_is_wrong_with_a_parameter(text: str) -> None:
    done = CliRunner().invoke(main, ["query", "claims-by-speaker", str(CASE), f"speaker={text}"])
    assert done.exit_code == 2 and done.stdout == ""
    assert done.stderr.startswith("kg: claims-by-speaker: ") and "\x1b" not in done.stderr
    assert len(done.stderr) < 2_500 and "Traceback" not in done.stderr


@given(st.one_of(texts, st.sampled_from(["who", "s", "what"])), texts)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_bindings_and_graph_names_are_taken_whole_or_refused(variable: str, text: str) -> None:
    are_taken_whole(filled(OxigraphStore()), variable, text)


@pytest.mark.parametrize("text", NASTY)
def test_nasty_bindings_and_graph_names_are_taken_whole_or_refused(text: str, store: Store) -> None:
    are_taken_whole(store, "who", text)


def are_taken_whole(store: Store, variable: str, text: str) -> None:
    before = dump(store)
    for term in (
        Iri(text),
        Literal(text),
        Literal(text, Iri("https://example.org/" + text)),
        Literal("x", language=text),
    ):
        with suppress(ParleyError):
            found = store.query("SELECT ?who { ?s <https://example.org/p> ?who }", {variable: term})
            assert isinstance(found, Rows) and SECRET not in str(found.rows)
    with suppress(ParleyError):
        list(store.quads(Iri(text)))
    with suppress(ParleyError):
        store.put(Iri(text), [Triple(Iri(text), Iri(text), Iri(text))])
        assert [str(quad.s) for quad in store.quads(Iri(text))] == [text]
        store.remove(Iri(text))
    assert dump(store) == before
