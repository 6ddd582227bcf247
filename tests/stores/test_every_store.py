"""What every store must do alike: in memory, in a folder, in rdflib, on an Oxigraph server and on Virtuoso.

Terms are compared as they are, blank nodes by their labels too: no store may rename, respell or lose anything, but for
numbers, truth values and moments, which may come back in another spelling of the same value.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.columns.dictionary import read_n3
from kg.errors import QueryError, StoreError
from kg.store import OxigraphStore, Rows, Store
from kg.store.protocol import Bounds
from kg.terms import RDF_LANG_STRING, XSD, Blank, Iri, Literal, Quad, Term, Triple, n3
from kg.values import canonical
from kg.vocab import EDTF, NEG, OWL, PROV, RDF, RDFS, TYPE

G, H = Iri("http://e/g"), Iri("http://e/h")
S, P = Iri("http://e/s"), Iri("http://e/p")
TERMS: tuple[Term, ...] = (
    Iri("http://e/ü#x?y=1&z=%20"),
    Iri("http://e/中文/%C3%BC"),
    Iri("urn:uuid:0"),
    Blank("_:b0"),
    Literal(""),
    Literal(" "),
    Literal('say "no"\\\n\t\r then } . ?x #'),
    Literal("'''\"\"\"\\u0041 \u00e4\u4e2d \U0001f600"),
    Literal("x" * 5_000),  # longer than what an index holds
    Literal("nein", RDF_LANG_STRING, "de"),
    Literal("nein", RDF_LANG_STRING, "de-at"),
    Literal("nein"),
    Literal("", RDF_LANG_STRING, "en"),
    Literal("../2019-01-22", EDTF),
    Literal("2019-01-22", EDTF),
    Literal("2019-01-22", Iri(XSD + "date")),
    Literal("2019", Iri(XSD + "gYear")),
    Literal("2019-01", Iri(XSD + "gYearMonth")),
    Literal("2019-01-22"),
    Literal("~50 %", NEG.Quantity),
    Literal("7", Iri(XSD + "integer")),
    Literal("-7", Iri(XSD + "integer")),
    Literal("12345678901234", Iri(XSD + "integer")),
    Literal("7"),
    Literal("7.25", Iri(XSD + "decimal")),
    Literal("0.1", Iri(XSD + "decimal")),
    Literal("true", Iri(XSD + "boolean")),
    Literal("false", Iri(XSD + "boolean")),
    Literal("true"),
    Literal("2019-01-22T15:10:00Z", Iri(XSD + "dateTime")),
    Literal("2019-01-22T15:10:00", Iri(XSD + "dateTime")),
    Literal("http://e/s", Iri(XSD + "anyURI")),
)
TRIPLES = frozenset(Triple(S, P, term) for term in TERMS) | {Triple(Blank("_:b0"), TYPE, NEG.Claim)}


def content(store: Store, graph: Iri | None = None) -> set[Quad]:
    return set(store.quads(graph))


def named(graph: Iri, triples: Iterable[Triple]) -> set[Quad]:
    return {Quad(*triple, graph) for triple in triples}


def one(text: str) -> Triple:
    return Triple(S, P, Literal(text))


def numbered(count: int) -> list[Triple]:
    return [Triple(Iri(f"http://e/n/{n}"), P, Literal(str(n))) for n in range(count)]


# --- Writing and reading --------------------------------------------------------------------------


@pytest.mark.parametrize("term", TERMS, ids=lambda term: n3(term)[:40])
def test_a_term_comes_back_as_it_was(store: Store, term: Term) -> None:
    store.put(G, [Triple(S, P, term)])
    assert [quad.o for quad in store.quads()] == [term]
    assert store.select("SELECT ?o { ?s ?p ?o }").rows == ((term,),)


def test_what_is_put_comes_back_term_for_term(store: Store) -> None:
    store.put(G, TRIPLES)
    assert content(store) == content(store, G) == named(G, TRIPLES)
    assert store.graphs() == (G,)
    found = store.select("SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }")
    assert {Quad(s, p, o, g) for g, s, p, o in found} == named(G, TRIPLES)  # type: ignore[arg-type]  # all are bound


def test_a_name_may_have_any_letters(store: Store) -> None:
    graph, thing = Iri("http://e/straße?a=1&b=2#ü"), Iri("http://e/中文(1)'s")
    triple = Triple(thing, Iri("http://e/größe"), thing)
    store.put(graph, [triple])
    assert store.graphs() == (graph,) and content(store, graph) == named(graph, [triple])
    assert store.predicates() == (triple.p,)
    assert set(store.describe(thing)) == named(graph, [triple])
    assert store.select("SELECT ?o { ?s ?p ?o }", {"s": thing}).rows == ((thing,),)
    store.remove(graph)
    assert store.graphs() == ()


def test_putting_a_graph_again_replaces_it_and_only_it(store: Store) -> None:
    store.put(G, TRIPLES)
    store.put(H, TRIPLES)
    kept, new = one("kept"), Triple(Blank("_:b0"), P, Blank("_:other"))
    store.put(G, [*list(TRIPLES)[:3], kept])
    store.put(G, [kept, new])
    assert content(store, G) == named(G, [kept, new])  # blank nodes keep their names
    assert content(store, H) == named(H, TRIPLES)


def test_putting_the_same_again_changes_nothing(store: Store) -> None:
    store.put(G, TRIPLES)
    store.put(G, [*TRIPLES, *TRIPLES])
    assert content(store) == named(G, TRIPLES)


def test_what_cannot_be_put_leaves_the_store_as_it_was(store: Store) -> None:
    def broken() -> Iterator[Triple]:
        yield one("new")
        raise RuntimeError("the file ended early")

    store.put(G, [one("old")])
    with pytest.raises(RuntimeError, match="ended early"):
        store.put(G, broken())
    with pytest.raises(RuntimeError):
        store.put_all({H: [one("new")], G: broken()})
    for wrong in (
        Triple(Iri("no scheme"), P, S),
        Triple(S, Iri("http://e/a b"), S),
        Triple(S, P, Iri("http://e/> . <e:x> <e:y> <e:z")),
        Triple(S, P, Literal("x", Iri("no iri"))),
    ):
        with pytest.raises(StoreError, match="not an IRI"):
            store.put(G, [one("new"), wrong])
    with pytest.raises(StoreError, match="language tag"):
        store.put(G, [one("new"), Triple(S, P, Literal("x", RDF_LANG_STRING, "no tag"))])
    with pytest.raises(StoreError, match="blank node"):
        store.put(G, [one("new"), Triple(Blank("_:a b"), P, S)])
    with pytest.raises(StoreError, match="not an IRI"):
        store.put(Iri("http://e/> { }"), [one("new")])
    assert content(store) == named(G, [one("old")])
    assert store.graphs() == (G,)


def test_several_graphs_are_replaced_together(store: Store) -> None:
    store.put(G, TRIPLES)
    store.put_all({G: [one("g")], H: [one("h")]})
    assert content(store) == named(G, [one("g")]) | named(H, [one("h")])


def test_one_blank_node_may_stand_in_several_graphs(store: Store) -> None:
    """To a query on a server it may be an IRI (ISBLANK is false): only so it keeps its name there."""
    node = Blank("_:list1")
    store.put_all({G: [Triple(S, P, node)], H: [Triple(node, RDFS.label, Literal("it"))]})
    assert store.select("SELECT ?label { ?s <http://e/p>/rdfs:label ?label }").rows == ((Literal("it"),),)
    assert set(store.describe(node)) == named(H, [Triple(node, RDFS.label, Literal("it"))])
    assert store.select("SELECT ?o { ?s <http://e/p> ?o FILTER(!ISLITERAL(?o)) }").rows == ((node,),)


def test_removing_a_graph_leaves_the_others(store: Store) -> None:
    store.put_all({G: TRIPLES, H: TRIPLES})
    store.remove(G)
    store.remove(G)
    assert store.graphs() == (H,)
    assert content(store) == named(H, TRIPLES)


def test_an_empty_graph_holds_nothing_any_more(store: Store) -> None:
    """Whether the name stays is the store's affair: servers forget empty graphs, as SPARQL allows."""
    store.put(G, TRIPLES)
    store.put(H, [one("h")])
    store.put(G, [])
    assert not content(store, G) and content(store) == named(H, [one("h")])
    assert H in store.graphs()
    store.remove(G)
    assert store.graphs() == (H,)


def test_numbers_keep_their_value(store: Store) -> None:
    for text, kind in (("007", "integer"), ("1.50", "decimal"), ("1", "boolean"), ("1e3", "double")):
        store.put(G, [Triple(S, P, Literal(text, Iri(XSD + kind)))] * 2)
        [found] = [quad.o for quad in store.quads()]
        assert canonical(found) == canonical(Literal(text, Iri(XSD + kind)))


def test_describe_yields_what_is_said_of_one_node(store: Store) -> None:
    store.put(G, TRIPLES)
    store.put(H, [one("h")])
    assert set(store.describe(Blank("_:b0"))) == {Quad(Blank("_:b0"), TYPE, NEG.Claim, G)}
    assert set(store.describe(S)) == {quad for quad in content(store) if quad.s == S}
    assert not list(store.describe(Iri("http://e/nobody")))
    assert not list(store.describe(Blank("_:nobody")))


def test_predicates_are_those_that_occur(store: Store) -> None:
    assert store.predicates() == ()
    store.put(G, TRIPLES)
    store.put(H, [Triple(S, RDFS.label, Literal("s"))])
    assert store.predicates() == tuple(sorted((P, TYPE, RDFS.label)))


def test_statements_are_counted_only_as_far_as_is_asked(store: Store) -> None:
    store.put_all({G: numbered(10), H: [Triple(S, TYPE, NEG.Claim), one("h")]})
    assert store.has_more_than(10, [P]) and not store.has_more_than(11, [P])
    assert store.has_more_than(11, [P, TYPE]) and not store.has_more_than(12, [P, TYPE])
    assert not store.has_more_than(0, [RDFS.label]) and not store.has_more_than(0, [])


def test_pairs_are_written_term_for_term(store: Store) -> None:
    store.put(G, TRIPLES)
    store.put(H, [one("h")])
    output = io.BytesIO()
    store.write_pairs(P, output)
    head, *lines = output.getvalue().decode("utf-8").rstrip("\n").split("\n")
    assert head == "?g\t?s\t?o"
    found = [tuple(map(read_n3, line.split("\t"))) for line in lines]
    wanted = [(q.g, q.s, q.o) for q in named(G, TRIPLES) | named(H, [one("h")]) if q.p == P]
    assert len(found) == len(wanted) and set(found) == set(wanted)


# --- Files ----------------------------------------------------------------------------------------


def nquads(file: Path, quads: Iterable[Quad]) -> Path:
    lines = (f"{n3(q.s)} {n3(q.p)} {n3(q.o)} {n3(q.g)} .\n" for q in quads if q.g is not None)
    file.write_text("".join(lines), encoding="utf-8")
    return file


def test_files_replace_graphs(store: Store, tmp_path: Path) -> None:
    store.put_all({G: [one("old")], H: [one("h")]})
    files = [
        nquads(tmp_path / "1.nq", named(G, TRIPLES)),
        nquads(tmp_path / "2.nq", named(G, [Triple(Blank("_:b0"), P, Literal("in the other file"))])),
    ]
    for _ in range(2):  # loading again replaces, and never duplicates
        store.load_files([G], files)
        assert content(store, G) == named(G, TRIPLES | {Triple(Blank("_:b0"), P, Literal("in the other file"))})
        assert content(store, H) == named(H, [one("h")])
    store.load_files([G, H], [files[1]])
    assert {quad.g for quad in store.quads()} == {G}


def test_a_broken_file_leaves_the_store_as_it_was(store: Store, tmp_path: Path) -> None:
    store.put(G, [one("old")])
    good = nquads(tmp_path / "good.nq", named(G, numbered(50)))
    bad = tmp_path / "bad.nq"
    bad.write_text(good.read_text(encoding="utf-8") + "<http://e/s> <http://e/p> oops .\n", encoding="utf-8")
    with pytest.raises(StoreError, match=r"bad\.nq"):
        store.load_files([G], [good, bad])
    with pytest.raises(StoreError, match=r"none\.nq"):
        store.load_files([G], [good, tmp_path / "none.nq"])
    assert content(store) == named(G, [one("old")])


# --- Copies ---------------------------------------------------------------------------------------


def test_a_copy_with_more_graphs_leaves_the_store_alone(store: Store) -> None:
    store.put(G, TRIPLES)
    copy = store.copy_with({H: [Triple(Blank("_:b0"), P, Literal("computed"))]})
    assert copy.graphs() == (G, H) and store.graphs() == (G,)
    assert len(copy.select("SELECT * { ?s a neg:Claim ; <http://e/p> ?o }")) == 1  # the same blank node
    copy.put(G, [])
    assert len(content(store)) == len(TRIPLES)


# --- Asking ---------------------------------------------------------------------------------------


def test_a_query_sees_the_union_of_all_graphs_and_the_usual_prefixes(store: Store) -> None:
    store.put(G, [Triple(S, TYPE, NEG.Claim)])
    store.put(H, [Triple(S, PROV.wasAttributedTo, Iri("http://e/ann"))])
    text = "SELECT ?who ?none WHERE { ?c a neg:Claim ; prov:wasAttributedTo ?who OPTIONAL { ?c neg:note ?none } }"
    assert store.select(text) == Rows(("who", "none"), ((Iri("http://e/ann"), None),))
    assert store.select("SELECT ?g { GRAPH ?g { ?s a neg:Claim } }").rows == ((G,),)
    assert store.ask("ASK { ?s prov:wasAttributedTo ?o }") is True
    assert store.construct("CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o . FILTER(?p = rdf:type) }") == (
        Triple(NEG.Claim, TYPE, S),
    )
    assert len(store.construct("DESCRIBE <http://e/s>")) == 2
    own = "PREFIX neg: <http://other/> SELECT ?x { BIND(neg:a AS ?x) }"
    assert store.select(own).column("x") == (Iri("http://other/a"),)


def test_what_stands_in_another_graph_is_not_there(store: Store) -> None:
    store.put_all({G: [Triple(S, TYPE, NEG.Claim)], H: [Triple(S, PROV.wasAttributedTo, Iri("http://e/ann"))]})
    assert store.ask("ASK { GRAPH <http://e/h> { ?s prov:wasAttributedTo ?o } }") is True
    assert store.ask("ASK { GRAPH <http://e/g> { ?s prov:wasAttributedTo ?o } }") is False


def test_a_triple_in_two_graphs_is_found_in_both_and_in_the_union(store: Store) -> None:
    """Stores differ in how often the union shows it, so a query that counts says DISTINCT."""
    store.put_all({G: [one("a")], H: [one("a")]})
    assert store.select("SELECT DISTINCT ?s ?p ?o { ?s ?p ?o }").rows == (tuple(one("a")),)
    assert set(store.select("SELECT ?g { GRAPH ?g { ?s ?p ?o } }").column("g")) == {G, H}
    [count] = store.select("SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s <http://e/p> ?o }").column("n")
    assert str(count) == "1"
    assert store.construct("CONSTRUCT WHERE { ?s ?p ?o }") == (one("a"),)


def test_no_graph_of_the_servers_own_is_seen(store: Store) -> None:
    assert store.graphs() == () and not content(store)
    assert not store.select("SELECT * { ?s ?p ?o } LIMIT 5")
    assert not store.select("SELECT * { GRAPH ?g { ?s ?p ?o } } LIMIT 5")


def test_a_graph_of_from_is_one_of_the_store_and_is_never_fetched(store: Store, tmp_path: Path) -> None:
    (tmp_path / "secret.ttl").write_text("<http://e/s> <http://e/p> 'secret' .")
    for where in ((tmp_path / "secret.ttl").as_uri(), "http://127.0.0.1:1/x"):
        store.put(G, [one("a")])
        store.put(H, [one("h")])
        assert not store.select("SELECT * FROM <HERE> { ?s ?p ?o }".replace("HERE", where))
        assert not store.select("SELECT * FROM NAMED <HERE> { GRAPH ?g { ?s ?p ?o } }".replace("HERE", where))
    assert store.select("SELECT ?o FROM <http://e/g> { ?s ?p ?o }").rows == ((Literal("a"),),)
    assert store.select("SELECT ?g FROM NAMED <http://e/h> { GRAPH ?g { ?s ?p ?o } }").rows == ((H,),)
    assert content(store) == named(G, [one("a")]) | named(H, [one("h")])


def test_order_is_kept_and_rows_are_counted(store: Store) -> None:
    store.put(G, numbered(20))
    rows = store.select("SELECT ?s ?o { ?s ?p ?o } ORDER BY DESC(xsd:integer(?o)) LIMIT 3 OFFSET 1").rows
    assert [str(value) for _, value in rows] == ["18", "17", "16"]
    assert store.select("SELECT * { ?s ?p ?o } LIMIT 0").rows == ()
    twice = "SELECT ?p { ?s ?p ?o }"
    assert len(store.select(twice)) == 20  # rows that are alike are all there


def test_cells_of_every_kind(store: Store) -> None:
    store.put(G, [one("a")])
    text = """SELECT ?none (1 + 1 AS ?two) (STRSTARTS("ab", "a") AS ?yes) (CONCAT("ä", "b") AS ?text) (STRLANG("x", "en") AS ?tagged)
              ("" AS ?empty) (IRI("http://e/x") AS ?iri) (STRDT("2019~", <http://id.loc.gov/datatypes/edtf/EDTF>) AS ?date)
              (1.5 AS ?decimal) WHERE { ?s ?p ?o OPTIONAL { ?s <http://e/none> ?none } }"""
    [row] = store.select(text).rows
    assert row[0] is None
    assert canonical(row[1] or S) == Literal("2", Iri(XSD + "integer"))
    assert row[3:8] == (
        Literal("äb"),
        Literal("x", RDF_LANG_STRING, "en"),
        Literal(""),
        Iri("http://e/x"),
        Literal("2019~", EDTF),
    )
    assert canonical(row[8] or S) == Literal("1.5", Iri(XSD + "decimal"))
    assert row[2] == Literal("true", Iri(XSD + "boolean"))


def test_a_query_of_the_wrong_form_is_refused(store: Store) -> None:
    with pytest.raises(QueryError, match=r"mine\.rq: this is a query of another form; ASK is needed"):
        store.ask("SELECT * { ?s ?p ?o }", name="mine.rq")
    with pytest.raises(QueryError, match="SELECT is needed"):
        store.select("ASK { ?s ?p ?o }")
    with pytest.raises(QueryError, match="CONSTRUCT or DESCRIBE is needed"):
        store.construct("ASK { ?s ?p ?o }")


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <e:a> <e:b> <e:c> }",
        "PREFIX e: <e:> DELETE WHERE { ?s ?p ?o }",
        "# harmless\nLOAD <http://e/x>",
        "drop all",
        "WITH <e:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "CLEAR ALL",
    ],
)
def test_updates_are_refused(store: Store, text: str) -> None:
    store.put(G, [one("a")])
    with pytest.raises(QueryError, match="this is an update"):
        store.query(text)
    assert len(content(store)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://localhost:1/> { ?s ?p ?o } }",
        "SELECT * { service SILENT ?x { ?s ?p ?o } }",
        "PREFIX : <http://localhost:1/> SELECT * { SERVICE:x{ ?s ?p ?o } }",
        "SELECT * { { SELECT * { SERVICE#\n<http://localhost:1/> { ?s ?p ?o } } } }",
    ],
)
def test_other_servers_are_never_called(store: Store, text: str) -> None:
    with pytest.raises(QueryError, match="SERVICE is not allowed"):
        store.query(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {\n  ?s ?p ?o .\n  FILTR(?o) }",
        "SELECT * { ?s foo:bar ?o }",
        "SELECT * { ?s ?p ?o ",
        "SELECT * { ?s ?p <a b> }",
        "",
        "hello",
    ],
)
def test_a_syntax_error_names_the_query(store: Store, text: str) -> None:
    with pytest.raises(QueryError) as caught:
        store.query(text, name="mine.rq")
    assert str(caught.value).startswith("mine.rq")
    assert len(str(caught.value).splitlines()) == 1


# --- Parameters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "term", [term for term in TERMS if not isinstance(term, Blank)], ids=lambda term: n3(term)[:40]
)
def test_a_term_can_be_a_parameter(store: Store, term: Term) -> None:
    store.put(G, TRIPLES)
    assert store.select("SELECT ?s ?o WHERE { ?s ?p ?o }", {"o": term}).rows == ((S, term),)


def test_parameters_restrict_the_whole_query(store: Store) -> None:
    store.put(G, [one("a"), one("b"), Triple(S, P, S)])
    text = "SELECT ?s ?o WHERE { ?s ?p ?o }"
    assert store.select(text, {"o": S, "s": S}).rows == ((S, S),)
    assert store.select(text, {"o": Literal("a", Iri(XSD + "token"))}).rows == ()
    assert store.ask("ASK { ?s ?p ?o }", {"o": Literal("c")}) is False
    bound = {"o": Literal("a")}
    assert len(store.construct("CONSTRUCT { ?s <e:q> ?o } WHERE { ?s ?p ?o }", bound)) == 1
    grouped = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?o"
    assert [str(cell) for cell in store.select(grouped, bound).column("n")] == ["1"]
    with pytest.raises(QueryError, match=r'no variable \?speker in it; did you mean "speaker"\?'):
        store.select("SELECT * { ?c prov:wasAttributedTo ?speaker }", {"speker": S})


@pytest.mark.parametrize(
    "evil",
    [
        "x> } ; DROP",
        '" } ; DROP ALL ; ASK { "',
        "\\",
        '\\"',
        "\n} #",
        "?o",
        "${x}",
        "??",
        "%s",
        "'''",
        '"""',
        "<http://e/s>",
        "\\u0022 } ; DROP ALL #",
    ],
)
def test_a_hostile_value_stays_a_value(store: Store, evil: str) -> None:
    store.put(G, [one(evil), one("safe")])
    assert store.select("SELECT ?o { ?s ?p ?o }", {"o": Literal(evil)}).rows == ((Literal(evil),),)
    try:
        assert not store.select("SELECT ?o { ?s ?p ?o }", {"s": Iri(f"http://e/{evil}")}).rows
    except QueryError as error:
        assert "is not an IRI" in str(error)
    assert content(store) == named(G, [one(evil), one("safe")])


# --- Size -----------------------------------------------------------------------------------------


def test_a_large_answer_is_whole(store: Store) -> None:
    triples = numbered(25_000)
    store.put(G, triples)
    assert len(set(store.select("SELECT ?s ?o { ?s ?p ?o }").rows)) == len(triples)
    assert len(content(store)) == len(triples)
    ordered = store.select("SELECT ?o { ?s ?p ?o } ORDER BY ?o").column("o")
    assert list(ordered) == [Literal(text) for text in sorted(str(triple.o) for triple in triples)]
    assert len(store.select("SELECT ?p { ?s ?p ?o }")) == len(triples)  # also of rows that are all alike
    output = io.BytesIO()
    store.write_pairs(P, output)
    assert output.getvalue().count(b"\n") == len(triples) + 1
    try:
        assert len(store.construct("CONSTRUCT { ?s <e:q> ?o } WHERE { ?s ?p ?o }")) == len(triples)
    except QueryError as error:  # a server that cuts answers without a word: refused, and never taken for whole
        assert "cuts answers" in str(error)


def test_many_values(store: Store) -> None:
    store.put(G, numbered(6_000))
    values = " ".join(f"<http://e/n/{n}>" for n in range(5_000))
    rows = store.select(f"SELECT ?s ?o WHERE {{ VALUES ?s {{ {values} }} ?s <http://e/p> ?o }}")
    assert sorted(int(str(value)) for value in rows.column("o")) == list(range(5_000))


def test_an_answer_may_be_bounded_but_is_never_cut(store: Store) -> None:
    store.put(G, numbered(20))
    text = "SELECT ?s { ?s ?p ?o }"
    assert len(store.select(text, bounds=Bounds(rows=20))) == 20
    with pytest.raises(QueryError, match=r"mine\.rq.*19"):
        store.select(text, name="mine.rq", bounds=Bounds(rows=19))
    with pytest.raises(QueryError, match="19"):
        store.construct("CONSTRUCT WHERE { ?s ?p ?o }", bounds=Bounds(rows=19))


# --- Paths ----------------------------------------------------------------------------------------

PARTS = [
    Triple(Iri("http://e/1"), P, Iri("http://e/2")),
    Triple(Iri("http://e/2"), P, Iri("http://e/3")),
    Triple(Iri("http://e/3"), P, Iri("http://e/1")),
    Triple(Iri("http://e/3"), RDFS.label, Literal("three")),
    Triple(Iri("http://e/x"), OWL.intersectionOf, Blank("_:l1")),
    Triple(Blank("_:l1"), RDF.first, Iri("http://e/1")),
    Triple(Blank("_:l1"), RDF.rest, Blank("_:l2")),
    Triple(Blank("_:l2"), RDF.first, Iri("http://e/2")),
    Triple(Blank("_:l2"), RDF.rest, RDF.nil),
]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("<http://e/1> <http://e/p>+ ?o", "1 2 3"),
        ("<http://e/1> <http://e/p>* ?o", "1 2 3"),
        ("<http://e/1> <http://e/p>? ?o", "1 2"),
        ("?o <http://e/p>+ <http://e/1>", "1 2 3"),
        ("<http://e/1> <http://e/p>/<http://e/p> ?o", "3"),
        ("<http://e/1> ^<http://e/p> ?o", "3"),
        ("<http://e/3> <http://e/p>|rdfs:label ?o", "1 three"),
        ("<http://e/x> owl:intersectionOf/rdf:rest*/rdf:first ?o", "1 2"),
        ("?x owl:intersectionOf/rdf:rest*/rdf:first ?o", "1 2"),
        ("?any rdfs:label ?label . ?any <http://e/p>* ?o", "1 2 3"),
        ("?o <http://e/p>*/rdfs:label 'three'", "1 2 3"),
    ],
)
def test_paths(store: Store, path: str, found: str) -> None:
    store.put_all({G: PARTS[:2], H: PARTS[2:]})  # also across graphs
    rows = store.select(f"SELECT DISTINCT ?o {{ {path} }}")
    assert sorted(str(cell).removeprefix("http://e/") for cell in rows.column("o")) == found.split()


def test_a_path_may_begin_anywhere(store: Store) -> None:
    store.put_all({G: PARTS[:2], H: PARTS[2:]})
    assert len(store.select("SELECT ?s ?o { ?s <http://e/p>+ ?o }")) == 9


# --- At the same time -----------------------------------------------------------------------------


def test_several_can_read_at_the_same_time(store: Store) -> None:
    store.put_all({G: numbered(200), H: TRIPLES})
    with ThreadPoolExecutor(4) as pool:
        asked = pool.map(lambda n: store.select("SELECT ?s { ?s ?p ?o }", {"o": Literal(str(n))}), range(24))
        read = [pool.submit(lambda: content(store, H)) for _ in range(4)]
        assert [rows.column("s") for rows in asked][::6] == [(Iri(f"http://e/n/{n}"),) for n in range(0, 24, 6)]
    assert all(future.result() == named(H, TRIPLES) for future in read)


def test_several_can_write_at_the_same_time(store: Store) -> None:
    names = [Iri(f"http://e/g{n}") for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: store.put(name, TRIPLES), names))
    assert store.graphs() == tuple(names)
    assert content(store) == set().union(*(named(name, TRIPLES) for name in names))


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        store.graphs()
    with pytest.raises(StoreError, match="is closed"):
        store.put(G, [])


# --- Laws -----------------------------------------------------------------------------------------

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_IRIS = st.text(st.characters(categories=["L", "Nd"]), max_size=6).map(lambda text: Iri(f"http://e/{text}"))
_BLANKS = st.from_regex(r"_:[A-Za-z][A-Za-z0-9]{0,5}", fullmatch=True).map(Blank)
_LITERALS = st.one_of(
    st.builds(Literal, _TEXT),
    st.builds(Literal, _TEXT, st.just(RDF_LANG_STRING), st.sampled_from(["de", "en", "en-gb", "zh-hant"])),
    st.builds(Literal, _TEXT, st.sampled_from([EDTF, NEG.Quantity, Iri("http://e/own")])),
    st.builds(lambda day: Literal(day.isoformat(), Iri(XSD + "date")), st.dates()),
    st.builds(lambda number: Literal(str(number), Iri(XSD + "integer")), st.integers(-(10**12), 10**12)),
)
_TRIPLES = st.builds(Triple, _IRIS | _BLANKS, _IRIS, _IRIS | _BLANKS | _LITERALS)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_TRIPLES, max_size=20), st.lists(_TRIPLES, max_size=10))
def test_what_goes_in_comes_out(store: Store, first: list[Triple], second: list[Triple]) -> None:
    store.put_all({G: first, H: second})
    assert content(store) == named(G, first) | named(H, second)
    store.put(G, second)
    assert content(store, G) == named(G, second)
    for triple in second[:3]:
        assert set(store.describe(triple.s)) == {quad for quad in content(store) if quad.s == triple.s}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_TRIPLES, max_size=20))
def test_every_store_reads_as_the_one_in_memory(store: Store, triples: list[Triple]) -> None:
    store.put(G, triples)
    with OxigraphStore.in_memory() as other:
        other.put(G, triples)
        for text in (
            "SELECT ?s ?p ?o { ?s ?p ?o }",
            "SELECT DISTINCT ?p { ?s ?p ?o }",
        ):
            assert sorted(map(str, store.select(text).rows)) == sorted(map(str, other.select(text).rows))
        assert store.graphs() in (other.graphs(), ())  # an empty graph may be forgotten
        assert store.predicates() == other.predicates()
