"""What may be asked, and that what may be asked means what SPARQL says it means."""

from __future__ import annotations

import re

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.logic.patterns import Cause, Evaluation, LabelledFacts, Row
from kg.logic.rules import Var
from kg.store.graph_patterns import read_query
from kg.store.oxigraph import OxigraphStore
from kg.terms import XSD, Iri, Literal, Triple
from kg.times import ALWAYS, Span
from kg.vocab import EDTF, NEG, TYPE
from tests.worlds import EX, ex

PREFIXES = {"": EX, "neg": NEG, "edtf": "http://id.loc.gov/datatypes/edtf/", "xsd": XSD}
FREE = Cause(frozenset(), ALWAYS)
GRAPH = Iri("urn:g")


def number(value: int) -> Literal:
    return Literal(str(value), Iri(XSD + "integer"))


def rows(text: str, *triples: Triple) -> list[Row]:
    """Answer over facts that nobody disputes, arranged and cut as the query says."""
    query = read_query(text, prefixes=PREFIXES)
    facts = LabelledFacts((triple, False, (FREE,)) for triple in triples)
    found = Evaluation(facts, lambda _: True).rows(query)
    return query.cut(query.arrange(sorted(found, key=str)))


# -- the same rows as an engine that knows nothing of accounts -------------------------------------

NAMES = ["a", "b", "c"]
terms = st.sampled_from([*(f":{name}" for name in NAMES), "1", "2", "'u'"])
variables = st.sampled_from(["?x", "?y", "?z"])
paths = st.sampled_from([":p", ":q", ":p", ":q", "?x", "^:p", ":p/:q", ":p|:q", "^(:p/^:q)", "(:p|^:q)/:p"])
tests = st.sampled_from(
    [
        "?x != ?y",
        "?x = :a",
        "bound(?y)",
        "!bound(?z)",
        "?y > 1",
        "?y <= 'v'",
        "isIRI(?x) && ?x != :b",
        "?x IN (:a, :b, 2)",
        "?z",
    ]
)
graphs = st.lists(
    st.builds(
        Triple,
        st.sampled_from([ex(name) for name in NAMES]),
        st.sampled_from([ex("p"), ex("q")]),
        st.sampled_from([*(ex(name) for name in NAMES), number(1), number(2), Literal("u")]),
    ),
    max_size=8,
)


@st.composite
def triple_patterns(draw: st.DrawFn) -> str:
    subject = draw(st.one_of(variables, variables, st.sampled_from([":a", "[]"])))
    return f"{subject} {draw(paths)} {draw(st.one_of(variables, variables, terms))}"


@st.composite
def groups(draw: st.DrawFn, depth: int = 2) -> str:
    parts = draw(st.lists(triple_patterns(), min_size=1, max_size=2))
    if depth:
        inner = groups(depth - 1)
        match draw(st.sampled_from(["union", "union", "group", "bind", "values", "select", "none"])):
            case "union":
                parts.append(f"{draw(inner)} UNION {draw(inner)}")
            case "group":
                parts.append(draw(inner))
            case "bind":
                parts.append("BIND(?x AS ?w)")
            case "values":
                parts.append("VALUES (?x ?y) { (:a UNDEF) (:b 1) (UNDEF :c) }")
            case "select":
                parts.append(f"{{ SELECT DISTINCT ?x WHERE {draw(inner)} }}")
    text = " . ".join(parts)
    return "{ " + text + (f" FILTER({draw(tests)})" if draw(st.booleans()) else "") + " }"


@settings(max_examples=3 * settings().max_examples)
@given(groups(), graphs)
def test_rows_are_those_of_sparql(group: str, triples: list[Triple]) -> None:
    prologue = f"PREFIX : <{EX}> "
    with OxigraphStore.in_memory() as store:
        store.put(GRAPH, triples)
        wanted = store.select(f"{prologue} SELECT DISTINCT ?x ?y ?z ?w {group}")
    found = rows(f"{prologue} SELECT DISTINCT ?x ?y ?z ?w {group}", *set(triples))
    event("found something" if found else "found nothing")
    assert set(found) == set(wanted.rows) and len(found) == len(wanted)


# -- what is refused, and why ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SELECT ?m { ?m a :M OPTIONAL { ?m :p ?o } }", "OPTIONAL .* rests on what is not said"),
        ("SELECT ?m { ?m a :M MINUS { ?m :p ?o } }", "MINUS .* rests on what is not said"),
        ("SELECT ?m { ?m a :M FILTER NOT EXISTS { ?m :p ?o } }", "NOT EXISTS .* rests on what is not said"),
        ("SELECT ?m { ?m a :M FILTER(?m = :x || !EXISTS { ?m :p ?o }) }", "EXISTS is not needed"),
        ("SELECT (COUNT(?m) AS ?n) { ?m a :M }", "counts, sums .* at least that under every, and at most"),
        ("SELECT ?t { ?m a ?t } GROUP BY ?t", "counts, sums"),
        ("SELECT ?m { ?m a ?t } HAVING (?m > 1)", "counts, sums"),
        ("SELECT ?m { { SELECT ?m { ?m a :M } LIMIT 1 } }", "LIMIT and OFFSET .* inside"),
        ("SELECT ?m { GRAPH ?g { ?m a :M } }", "GRAPH cannot be asked .* neg:denied"),
        ("SELECT ?m FROM :g { ?m a :M }", "FROM cannot be asked"),
        ("SELECT ?m { SERVICE :s { ?m a :M } }", "SERVICE is not allowed"),
        ("SELECT ?m { ?m :p+ ?o }", "the path .* cannot be asked"),
        ("SELECT ?m { ?m !:p ?o }", "the path .* cannot be asked"),
        ("SELECT ?m { BIND(RAND() AS ?m) }", "RAND .* new each time"),
        ("SELECT ?m { ?m :p ?o } ORDER BY ?o", r"ORDER BY \?o: select it too"),
        ("CONSTRUCT { ?m a :M } WHERE { ?m a :M }", "ask with SELECT or ASK"),
        ("INSERT DATA { :a :p :b }", "this is an update"),
        ("SELECT ?m { ?m a ngg:Held }", 'prefix "ngg:" is not declared; did you mean "neg"'),
        ("SELECT ?m { ?m a }", r"query:1:1\d: the query cannot be read here"),
        ("what was held?", "not a SPARQL query"),
    ],
)
def test_what_is_not_monotone_or_not_sparql_is_refused(text: str, why: str) -> None:
    with pytest.raises(QueryError) as refusal:
        read_query(text, prefixes=PREFIXES)
    assert re.search(why, str(refusal.value)), refusal.value


# -- the finer points ------------------------------------------------------------------------------


def test_all_columns_come_in_the_order_of_the_text() -> None:
    query = read_query("SELECT * { ?zebra :p ?ape . ?ape :p ?monkey }", prefixes=PREFIXES)
    assert query.variables == (Var("zebra"), Var("ape"), Var("monkey"))


def test_a_blank_node_of_a_question_stands_for_one_thing_and_has_no_column() -> None:
    facts = [Triple(ex("a"), ex("p"), ex("b")), Triple(ex("b"), ex("q"), ex("c")), Triple(ex("c"), ex("p"), ex("d"))]
    assert rows("SELECT * { ?x :p _:n . _:n :q ?y }", *facts) == [(ex("a"), ex("c"))]


def test_rows_are_sorted_and_cut_as_asked() -> None:
    facts = [Triple(ex(name), ex("p"), number(value)) for name, value in (("a", 10), ("b", 9), ("c", 100), ("d", 9))]
    ordered = rows("SELECT ?x ?n { ?x :p ?n } ORDER BY DESC(?n) ?x", *facts)
    assert [row[0] for row in ordered] == [ex(name) for name in "cabd"]
    assert rows("SELECT ?x ?n { ?x :p ?n } ORDER BY DESC(?n) ?x LIMIT 2 OFFSET 1", *facts) == ordered[1:3]
    kinds = [Triple(ex("a"), ex("p"), o) for o in (Literal("z"), ex("y"), number(1))]
    mixed = rows("SELECT ?o ?n { { ?x :p ?o } UNION { ?n :p ?x } } ORDER BY ?o", *kinds)
    assert [row[0] for row in mixed][:2] == [None, ex("y")]


def test_days_are_compared_as_dates_however_they_are_written() -> None:
    facts = [Triple(ex(day), ex("on"), Literal(day, EDTF)) for day in ("2019-01-20", "2019-01-22", "2019-01")]
    for written in ('"2019-01-21"^^xsd:date', '"2019-01-21"^^edtf:EDTF'):
        assert rows(f"SELECT ?d {{ ?d :on ?day FILTER(?day > {written}) }}", *facts) == [(ex("2019-01-22"),)]
    assert rows('SELECT ?d { ?d :on "2019-01-20"^^xsd:date }', *facts) == [(ex("2019-01-20"),)]
    latest = rows("SELECT ?d ?day { ?d :on ?day FILTER(?d != :2019-01) } ORDER BY DESC(?day) LIMIT 1", *facts)
    assert [row[0] for row in latest] == [ex("2019-01-22")]


def test_values_are_matched_as_values() -> None:
    fact = Triple(ex("a"), ex("p"), number(7))
    assert rows('SELECT ?x { ?x :p "007"^^xsd:int }', fact) == [(ex("a"),)]
    assert rows('SELECT ?x { ?x :p ?n BIND("007"^^xsd:int AS ?m) FILTER(?n = ?m) }', fact) == [(ex("a"),)]
    assert rows('SELECT ?m { ?x :p ?n BIND(STRDT("007", xsd:int) AS ?m) }', fact) == [(number(7),)]


def test_an_error_in_a_filter_is_not_true_and_in_a_value_leaves_it_open() -> None:
    fact = Triple(ex("a"), ex("p"), Literal("x"))
    assert rows("SELECT ?x { ?x :p ?n FILTER(?n > 3) }", fact) == []
    assert rows("SELECT ?x { ?x :p ?n FILTER(ABS(?n) > 3) }", fact) == []
    assert rows("SELECT ?m { ?x :p ?n BIND(ABS(?n) AS ?m) }", fact) == [(None,)]


def test_a_graph_of_denials_matches_denials_only() -> None:
    held, cause = Triple(ex("m"), TYPE, ex("Held")), Cause(frozenset({1}), ALWAYS)
    facts = LabelledFacts([(held, True, (cause,)), (Triple(ex("n"), TYPE, ex("Held")), False, (FREE,))])
    for text, wanted in (
        ("SELECT ?x { ?x a :Held }", {(ex("n"),)}),
        ("SELECT ?x { GRAPH neg:denied { ?x a :Held } }", {(ex("m"),)}),
        ("SELECT ?x { GRAPH neg:denied { { ?x a :Held } UNION { ?x a :Gone } } }", {(ex("m"),)}),
        ("SELECT ?x { GRAPH neg:denied { ?x a :Held } ?x a :Held }", set()),
    ):
        assert set(Evaluation(facts, lambda _: True).rows(read_query(text, prefixes=PREFIXES))) == wanted


def test_causes_are_joined_and_the_needless_ones_left_out() -> None:
    def cause(*assumptions: int, span: Span = ALWAYS) -> Cause:
        return Cause(frozenset(assumptions), span)

    early, late, long = Span(0, 5), Span(6, 9), Span(0, 9)
    facts = LabelledFacts(
        [
            (Triple(ex("m"), TYPE, ex("A")), False, (cause(1), cause(2, span=early))),
            (Triple(ex("m"), TYPE, ex("B")), False, (cause(2, span=long), cause(3, span=late), cause(1, 4))),
        ]
    )
    query = read_query("ASK { ?m a :A, :B }", prefixes=PREFIXES)
    found = Evaluation(facts, lambda held: held != {1, 3}).rows(query)[()]
    assert set(found) == {cause(1, 2, span=long), cause(2, span=early), cause(1, 4)}
    at_six = Evaluation(facts, lambda _: True, within=Span(6, 6)).rows(query)[()]
    assert {(c.assumptions, c.span) for c in at_six} == {(frozenset(s), Span(6, 6)) for s in ({1, 2}, {1, 3}, {1, 4})}
