"""Terms, texts and addresses on their way to a server and back."""

from __future__ import annotations

import contextlib
import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryError, StoreError
from kg.store.addresses import is_address, open_store
from kg.store.oxigraph import OxigraphStore
from kg.store.remote.addresses import read_address
from kg.store.remote.answers import BadAnswer, Solutions
from kg.store.remote.plainness import is_plain
from kg.store.remote.spelling import canonical, restored, restored_lines, statement, survives, written
from kg.store.remote.texts import has_many_values, in_full_order, refuse_functions, told_apart, usual_prefixes
from kg.store.remote.uploads import Upload
from kg.terms import RDF_LANG_STRING, XSD, Blank, Iri, Literal, Term, Triple

G, S, P = Iri("http://e/g"), Iri("http://e/s"), Iri("http://e/p")
TYPES = (
    "integer",
    "decimal",
    "double",
    "float",
    "boolean",
    "date",
    "dateTime",
    "gYear",
    "gYearMonth",
    "int",
    "duration",
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.floats()
LITERALS = st.builds(Literal, TEXTS) | st.builds(
    lambda value, kind: Literal(str(value), Iri(XSD + kind)),
    NUMBERS | st.dates() | st.datetimes().map(lambda at: at.isoformat()) | TEXTS,
    st.sampled_from(TYPES),
)
TERMS = (
    LITERALS | st.just(Blank("_:b0")) | st.just(S) | st.builds(Literal, TEXTS, st.just(RDF_LANG_STRING), st.just("de"))
)


def parsed(term: str) -> Term:
    """Read one term that was written for a request, as a server would."""
    store = OxigraphStore.in_memory()
    rows = store.select(f"SELECT ?x {{ VALUES ?x {{ {term} }} }}").rows
    assert rows[0][0] is not None
    return rows[0][0]


@given(TERMS)
def test_a_term_that_was_written_is_read_back(term: Term) -> None:
    assert restored(parsed(written(term))) == (parsed(written(term)) if isinstance(term, Literal) else term)


@given(LITERALS)
def test_what_a_server_would_change_is_kept_and_comes_back_with_its_value(literal: Literal) -> None:
    text = written(literal, kept=True)
    assert survives(literal) or literal.datatype not in text
    store = ox.Store()
    term = ox.Literal(literal.value, datatype=ox.NamedNode(literal.datatype))
    store.add(ox.Quad(ox.NamedNode(S), ox.NamedNode(P), term))
    embedded = next(iter(store)).object
    if not literal.datatype.endswith(("duration", "gYear", "gYearMonth", "dateTime", "float")):
        found = canonical(parsed(text))
        assert found == Literal(embedded.value, Iri(embedded.datatype.value))


@given(st.lists(st.tuples(TERMS, TERMS), max_size=5), st.integers(1, 40))
def test_an_answer_is_read_alike_however_it_is_cut(rows: list[tuple[Term, Term]], size: int) -> None:
    def cell(term: Term) -> dict[str, str]:
        if isinstance(term, Literal):
            extra = {"xml:lang": term.language} if term.language else {"datatype": str(term.datatype)}
            return {"type": "literal", "value": term.value, **extra}
        return {"type": "bnode" if isinstance(term, Blank) else "uri", "value": str(term).removeprefix("_:")}

    answer = {"head": {"vars": ["a", "b"]}, "results": {"bindings": [{"a": cell(a), "b": cell(b)} for a, b in rows]}}
    text = json.dumps(answer, ensure_ascii=False).encode()
    found = Solutions(text[at : at + size] for at in range(0, len(text), size))
    assert found.variables == ("a", "b") and list(found.rows(lambda term: term)) == rows


@given(st.binary(max_size=60) | st.text('{}[]":,headvrsultbing01 \\', max_size=60).map(str.encode))
def test_no_answer_breaks_the_reader(data: bytes) -> None:
    with contextlib.suppress(StoreError):
        list(Solutions([data]).rows(lambda term: term))


def test_a_deep_answer_is_refused() -> None:
    with pytest.raises(BadAnswer):
        Solutions([b'{"x":' + b"[" * 100_000])


def test_blank_nodes_keep_their_labels_in_tables() -> None:
    name = written(Blank("_:b0.é"))
    line = f'<e:g>\t{name}\t"{name}"\n'.encode()
    assert restored_lines(line) == f'<e:g>\t_:b0.é\t"{name}"\n'.encode()


def test_a_line_of_a_file_is_parted() -> None:
    assert statement(b"  # nothing\n") is None and statement(b"\n") is None
    assert statement(b'<e:s> <e:p> "a\\"> <b"@de <e:g> . # x\n') == (b"<e:g>", b'<e:s> <e:p> "a\\"> <b"@de')
    month = b'<e:s> <e:p> "2019-01"^^<http://www.w3.org/2001/XMLSchema#gYearMonth> <e:g> .'
    assert b"well-known/datatype" in (statement(month, kept=True) or (b"", b""))[1]
    for bad in (b"<e:s> <e:p> <e:o> .", b"<e:s> <e:p> .", b"garbage", b'<e:s> <e:p> "x <e:g> .'):
        with pytest.raises(StoreError, match="no statement with a graph"):
            statement(bad)


def test_what_cannot_be_written_is_refused_before_anything_is_sent() -> None:
    for triple in (
        Triple(Iri("no scheme"), P, S),
        Triple(Iri("http://e/> <x"), P, S),
        Triple(S, P, Literal("x", RDF_LANG_STRING, "no tag")),
        Triple(S, P, Literal("x", Iri("e> . <x"))),
        Triple(Blank("_:a b"), P, S),
        Triple(S, P, Literal("\ud800")),
    ):
        with Upload([G], kept=False) as upload, pytest.raises(StoreError):
            upload.add_triples({G: [triple]})


def test_an_upload_is_sent_in_parts_and_whole() -> None:
    triples = [Triple(S, P, Literal(f"{number}\n")) for number in range(100)]
    with Upload([G], kept=False) as upload:
        upload.add_triples({G: triples})
        parts = list(upload.parts(500))
    lines = b"".join(part[b"<http://e/g>"] for part in parts).splitlines()
    assert len(parts) > 5 and len(lines) == 100
    assert len(list(ox.parse(b"\n".join(lines), ox.RdfFormat.N_TRIPLES))) == 100


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("SELECT DISTINCT * { ?s a ?o OPTIONAL { ?s ?p 'x'@de } } LIMIT 9", True),
        ("SELECT (COUNT(*) AS ?n) { ?s a ?o FILTER(?s = ?o || BOUND(?s)) }", True),
        ("SELECT * { ?s <e:p>/<e:q> ?o }", False),
        ("SELECT * { ?s <e:p>|<e:q> ?o }", False),
        ("SELECT * { ?s <e:p>* ?o }", False),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s", False),
        ("SELECT (?s = ?o AS ?same) { ?s ?p ?o }", False),
        ("SELECT * { { SELECT ?s { ?s ?p ?o } } }", False),
        ("SELECT * { ?s ?p ?o MINUS { ?s a ?o } }", False),
        ('SELECT * { ?s ?p "1"^^<e:t> }', False),
        ("SELECT * { ?s ?p 1 }", False),
    ],
)
def test_a_plain_query_is_known(text: str, plain: bool) -> None:
    assert is_plain(text, {}) is plain
    assert not is_plain(text, {"s": Literal("true", Iri(XSD + "boolean"))})


def test_functions_of_the_server_are_refused_in_every_disguise() -> None:
    for text in (
        "SELECT (bif:http_get('http://e/') AS ?x) {}",
        "PREFIX x: <bif:> SELECT (x:http_get('http://e/') AS ?x) {}",
        "SELECT (<bif:http_get>('http://e/') AS ?x) {}",
        "SELECT (<\\u0062if:http_get>('http://e/') AS ?x) {}",
        "BASE <SQL:> SELECT (<x>('http://e/') AS ?x) {}",
    ):
        with pytest.raises(QueryError, match="own functions"):
            refuse_functions(text, ["bif", "sql"], "query")
    refuse_functions("SELECT * { ?s ?p 'bif:x' } # bif:x", ["bif", "sql"], "query")


def test_many_values_are_noticed() -> None:
    text = "SELECT * { VALUES ?x { " + "<e:x> " * 600 + "} }"
    assert has_many_values(text, 500) and not has_many_values(text, 600) and not has_many_values(text, None)


def test_texts_are_changed_only_where_they_must_be() -> None:
    assert usual_prefixes("PREFIX neg: <e:> ASK { ?s a neg:X, 'prov:x', prov:Y }").split() == [
        "PREFIX", "prov:", "<http://www.w3.org/ns/prov#>"
    ]  # fmt: skip
    assert in_full_order("SELECT ?a { ?a ?b ?c } # end", ["a"]).endswith("\nORDER BY ?a ")
    assert told_apart("ASK { ?s ?p 'isBlank(?x)' }") == "ASK { ?s ?p 'isBlank(?x)' }"
    assert told_apart("ASK { FILTER(isIRI(IRI(?x)) && isBlank(?y)) }").count("genid") == 2


@pytest.mark.parametrize(
    "text",
    ["sparql:", "sparql:ftp://h/", "sparql:http://", "sparql:http://h:99999/", "sparql:http://h/a b",
     "sparql:http://h/ds?update=http://other/up", "sparql:http://h/ds?updat=x", "sparql:http://[::1/"],
)  # fmt: skip
def test_a_bad_address_is_refused(text: str) -> None:
    assert is_address(text)
    with pytest.raises(StoreError):
        read_address(text)


def test_an_address_may_name_its_ports() -> None:
    found = read_address("sparql:https://h:1/ds/?query=sparql&update=/up&key=1")
    assert (found.url, found.query, found.update, found.gsp) == (
        "https://h:1/ds/?key=1", "https://h:1/ds/sparql", "https://h:1/up", None
    )  # fmt: skip


def test_memory_and_folders_are_opened_too(tmp_path: object) -> None:
    with open_store("memory", writable=True) as store:
        assert store.place == "memory"
    with open_store(f"{tmp_path}/st", writable=True) as store:
        store.put(G, [Triple(S, P, S)])
    with open_store(f"{tmp_path}/st", writable=False) as store:
        assert store.graphs() == (G,)
