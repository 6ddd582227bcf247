"""Every named query gives the rows that a person worked out from the first case, on two engines.

`tests/queries/NAME.csv`, or `NAME.CASE.csv`, holds the rows expected of the query NAME: the first line gives its
parameters, if any (`# speaker=Larry Kudlow`), the second the columns that are compared. Ids of the case are
written without its address. Columns of ids made from content are left out.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import times
from kg.errors import QueryError
from kg.formats import read
from kg.queries import (
    NamedQuery,
    ParameterKind,
    named_queries,
    parse_query,
    prepare,
    query_from_file,
    resolve_entity,
)
from kg.resources import folder, ontology_file
from kg.store import OxigraphStore, Rows, sparql
from kg.store.rdflib_view import as_rdflib, from_rdflib
from kg.terms import XSD, Iri, Literal, Term, Triple, local_name
from kg.vocab import COMPUTED_GRAPH, CONFLICT_BASE, EDTF, NEG, ONTOLOGY_GRAPH, ORG, PROV, RDF, RDFS, TYPE

EXPECTED = Path(__file__).parent / "queries"
BASE = "https://w3id.org/parley/case/us-china-2019/"
CASE = folder("examples") / "us-china-2019" / "us-china-2019.yaml"
NAMES = sorted(named_queries())
pytestmark = pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # rdflib's own call


# --- The first case, and three conflicts written by hand ------------------------------------------


@lru_cache(maxsize=1)
def ontology() -> tuple[Triple, ...]:
    return tuple(triple for source in read(ontology_file()) for triple in source.triples)


@lru_cache(maxsize=1)
def case() -> OxigraphStore:
    store = OxigraphStore.in_memory()
    store.put(ONTOLOGY_GRAPH, ontology())
    for source in read(CASE):
        store.put(source.graph, source.triples)
    return store


@lru_cache(maxsize=1)
def case_with_conflicts() -> OxigraphStore:
    cancelled = said("briefed-cancelled", NEG.affirms, NEG.Cancelled)
    none = said("kudlow-none-scheduled", NEG.affirms, Iri("http://www.w3.org/2002/07/owl#Nothing"))
    declined = said("ft-offer-declined", NEG.affirms, NEG.OfferDeclined)
    planned = said("ft-talks-planned", NEG.affirms, NEG.Scheduled)
    conflicts = [
        *conflict(
            "a-denial contradiction on-record-vs-unnamed",
            "He denies what they say.",
            [NEG.DirectDenial],
            [("denies", cancelled, "kudlow-no-cancellation"), ("affirms", cancelled, "briefed-cancelled")],
        ),
        *conflict(
            "b-none contradiction on-record-vs-unnamed",
            "Only what had been scheduled can be cancelled.",
            [NEG.UniversalDenial, NEG.Presupposition],
            [("affirms", none, "kudlow-none-scheduled"), ("affirms", cancelled, "briefed-cancelled")],
        ),
        *conflict(
            "c-declined undecided same-speaker",
            "What was declined was never scheduled.",
            [NEG.ExclusiveAlternatives],
            [("affirms", declined, "ft-offer-declined"), ("affirms", planned, "ft-talks-planned")],
        ),
    ]
    return case().copy_with({COMPUTED_GRAPH: conflicts})


def said(claim: str, act: Iri, about: Iri) -> Iri:
    """Find the proposition of a claim whose object this is."""
    for quad in case().describe(Iri(BASE + claim)):
        if quad.p == act and isinstance(quad.o, Iri) and (RDF.object, about) in facts(quad.o):
            return quad.o
    raise LookupError(claim)


def facts(node: Iri) -> set[tuple[Iri, Term]]:
    return {(quad.p, quad.o) for quad in case().describe(node)}


def conflict(head: str, because: str, kinds: Iterable[Iri], sides: Iterable[tuple[str, Iri, str]]) -> Iterator[Triple]:
    name, verdict, between = head.split()
    node = Iri(CONFLICT_BASE + name)
    yield Triple(node, TYPE, NEG.Conflict)
    yield Triple(node, NEG.verdict, Literal(verdict))
    yield Triple(node, NEG.between, Literal(between))
    yield Triple(node, NEG.because, Literal(because))
    for kind in kinds:
        yield Triple(node, NEG.kind, kind)
    for number, (polarity, proposition, claim) in enumerate(sides, 1):
        side = Iri(f"{node}/side/{number}")
        yield Triple(node, NEG.side, side)
        yield Triple(side, TYPE, NEG.Position)
        yield Triple(side, NEG.polarity, Literal(polarity))
        yield Triple(side, NEG.proposition, proposition)
        yield Triple(side, NEG.claim, Iri(BASE + claim))


def resolve(text: str) -> Iri:
    return resolve_entity(case(), text)


def ask(name: str, **params: str) -> Rows:
    query = named_queries()[name]
    answer = store_for(query).query(query.text, prepare(query, params, resolve), name=name)
    assert isinstance(answer, Rows)
    return answer


def store_for(query: NamedQuery) -> OxigraphStore:
    return case_with_conflicts() if query.needs_conflicts else case()


@lru_cache(maxsize=2)
def in_rdflib(store: OxigraphStore) -> rdflib.Dataset:
    return as_rdflib(store)


def shown(cell: Term | None) -> str:
    text = "" if cell is None else str(cell)
    return text.replace(BASE, "").replace(NEG, "neg:").replace(CONFLICT_BASE, "conflict/")


# --- Expected rows --------------------------------------------------------------------------------


def expected(file: Path) -> tuple[dict[str, str], list[str], list[list[str]]]:
    lines = file.read_text(encoding="utf-8").splitlines()
    first = lines.pop(0) if lines[0].startswith("#") else ""
    params = dict(re.findall(r"(\w+)=(.*?)(?=\s+\w+=|$)", first))
    columns, *rows = csv.reader(lines)
    return params, columns, rows


TABLES = [file for file in sorted(EXPECTED.glob("*.csv")) if not file.name.startswith("co-participation")]


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_the_rows_are_those_worked_out_by_hand(file: Path) -> None:
    params, columns, rows = expected(file)
    answer = ask(file.stem.split(".")[0], **params)
    places = [answer.variables.index(column) for column in columns]
    assert [[shown(row[place]) for place in places] for row in answer] == rows


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_another_engine_gives_the_same_rows(file: Path) -> None:
    query = named_queries()[file.stem.split(".")[0]]
    bindings = prepare(query, expected(file)[0], resolve)
    store = store_for(query)
    found = in_rdflib(store).query(sparql.bind(query.text, bindings).text)
    rows = tuple(tuple(None if cell is None else from_rdflib(cell) for cell in row) for row in found)  # type: ignore[union-attr]  # rows of a SELECT
    assert rows == store.select(query.text, bindings).rows


def test_co_participation_is_a_graph_of_events_and_participants() -> None:
    params, _, rows = expected(EXPECTED / "co-participation.csv")
    query = named_queries()["co-participation"]
    bindings = prepare(query, params, resolve)
    found = case().construct(query.text, bindings)
    assert sorted([shown(s), local_name(p), shown(o)] for s, p, o in found) == sorted(rows)
    other = in_rdflib(case()).query(sparql.bind(query.text, bindings).text)
    assert {Triple(*map(from_rdflib, triple)) for triple in other} == set(found)  # type: ignore[arg-type]  # triples of a CONSTRUCT
    everything = {s for s, p, _ in case().construct(query.text) if p == NEG.participant}
    assert {shown(node) for node in everything} == {
        "high-level-meeting",
        "preparatory-talks",
        "vice-ministers-trip",
    }


def test_every_query_has_rows_to_compare() -> None:
    assert {file.stem.split(".")[0] for file in EXPECTED.glob("*.csv")} == set(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("co-participation", "claims-about")])
def test_without_a_parameter_a_query_returns_all(name: str) -> None:
    """What one value of a parameter gives is a part of what no parameter gives."""
    everything = set(ask(name).rows)
    for file in TABLES:
        params, _, _ = expected(file)
        if file.stem.split(".")[0] == name and "date" not in params:
            assert set(ask(name, **params).rows) <= everything


def test_every_claim_has_a_speaker_in_the_list() -> None:
    claims = {q.s for source in read(CASE) for q in source.triples if q.p == TYPE and q.o == NEG.Claim}
    assert set(ask("claims-by-speaker").column("claim")) == claims


# --- The files ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_query_file_says_what_it_is(name: str) -> None:
    query = named_queries()[name]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert query.title and query.title != name
    assert query.answers.endswith(("?", "."))
    assert "neg:Conflict" not in query.text or query.needs_conflicts
    for parameter in query.params:
        assert parameter.meaning


@pytest.mark.parametrize("name", NAMES)
def test_a_query_runs_anywhere(name: str) -> None:
    """It declares its prefixes, leaves no server of its own, and names only terms that exist."""
    text = named_queries()[name].text
    names = [token.text for token in sparql.tokens(text) if token.kind is sparql.Kind.NAME]
    declared = set(re.findall(r"^PREFIX (\w+):", text, re.MULTILINE))
    assert {token.split(":")[0] for token in names} <= declared
    sparql.refuse_outside(text)
    known = {local_name(t.s) for t in ontology() if t.s.startswith(NEG)}
    computed = {"verdict", "between", "because", "side", "polarity", "proposition", "claim"}
    assert {token[4:] for token in names if token.startswith("neg:") and len(token) > 4} <= known | computed


def test_readable_columns_come_first() -> None:
    for name in NAMES:
        query = named_queries()[name]
        if name == "co-participation" or any(parameter.required for parameter in query.params):
            continue
        rows = ask(name)
        ids = [all(cell is None or isinstance(cell, Iri) for cell in rows.column(v)) for v in rows.variables]
        content = [at for at, is_id in enumerate(ids) if not is_id and rows.variables[at] != "o"]
        assert max(content) < min(at for at, is_id in enumerate(ids) if is_id), name


def test_the_words_of_a_sentence_are_made_in_one_way() -> None:
    pieces = {
        name: match[0]
        for name in NAMES
        if (match := re.search(r"  # -- sentence: .*-- end of sentence --", named_queries()[name].text, re.DOTALL))
    }
    assert len(pieces) > 5
    assert len(set(pieces.values())) == 1


# --- Other data -----------------------------------------------------------------------------------

PLAIN = """
@prefix ex: <http://example.org/> . @prefix neg: <https://w3id.org/parley/ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:c1 a neg:Claim ; prov:wasAttributedTo ex:ann ; neg:saidOn "2019-01-22"^^xsd:date ; neg:affirms ex:p1 .
ex:c2 a neg:Claim ; prov:wasAttributedTo ex:bob ; neg:saidOn "2019-01-22"^^xsd:date ; neg:denies ex:p1 .
ex:p1 a neg:Proposition ; rdf:subject ex:m ; rdf:predicate ex:colour ; rdf:object "red" .
ex:bob rdfs:label "Bob"@en, "Robert"@de, "Bobby"@en .
"""


@pytest.fixture
def plain(tmp_path: Path) -> OxigraphStore:
    (tmp_path / "plain.ttl").write_text(PLAIN, encoding="utf-8")
    store = OxigraphStore.in_memory()
    for source in read(tmp_path / "plain.ttl"):
        store.put(source.graph, source.triples)
    return store


def test_plain_rdf_without_labels_or_ontology_has_answers_too(plain: OxigraphStore) -> None:
    rows = plain.select(named_queries()["claims-by-speaker"].text)
    assert [[str(cell) for cell in row[:3]] for row in rows] == [
        ["Bob", "2019-01-22", "it is not so that m colour red"],  # one row, though he has two English names
        ["ann", "2019-01-22", "m colour red"],
    ]
    for name in NAMES:
        assert plain.query(named_queries()[name].text) is not None


def test_things_of_plain_rdf_are_found_by_local_name_and_label(plain: OxigraphStore) -> None:
    assert resolve_entity(plain, "ann") == "http://example.org/ann"
    assert resolve_entity(plain, "BOBBY") == resolve_entity(plain, "bob") == "http://example.org/bob"


def test_a_speaker_in_two_dossiers_is_listed_once_for_each_claim() -> None:
    extra = Iri("http://e/g")
    ann = Iri(BASE + "larry-kudlow")
    claim = Iri("http://e/g/c")
    store = case().copy_with(
        {
            extra: [
                Triple(ann, RDFS.label, Literal("Mr Kudlow")),
                Triple(claim, TYPE, NEG.Claim),
                Triple(claim, PROV.wasAttributedTo, ann),
                Triple(claim, NEG.affirms, said("kudlow-unchanged", NEG.affirms, Iri(BASE + "trade-talks"))),
            ]
        }
    )
    query = named_queries()["claims-by-speaker"]
    rows = store.select(query.text, {"speaker": ann})
    assert len(rows) == len(ask("claims-by-speaker", speaker="larry-kudlow")) + 1


# --- Names of things ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "larry-kudlow",
        "Larry Kudlow",
        " larry kudlow ",
        BASE + "larry-kudlow",
        f"<{BASE}larry-kudlow>",
    ],
)
def test_a_thing_is_found_by_id_name_or_iri(text: str) -> None:
    assert resolve(text) == BASE + "larry-kudlow"


def test_other_names_of_a_thing_are_known_too() -> None:
    assert resolve("President Xi Jinping's administration") == BASE + "china-government"
    assert resolve("people briefed on the negotiations") == BASE + "people-briefed"
    assert resolve("the preparatory talks") == BASE + "preparatory-talks"
    assert resolve("kudlow-none-scheduled") == BASE + "kudlow-none-scheduled"
    assert resolve("neg:Cancelled") == NEG.Cancelled
    assert resolve("urn:uuid:0") == "urn:uuid:0"


def test_a_misspelt_name_gets_the_nearest_one() -> None:
    with pytest.raises(QueryError, match='called "larry-kudlov"; did you mean "larry-kudlow"'):
        resolve("larry-kudlov")
    with pytest.raises(QueryError, match='called "kudlov"; did you mean "larry-kudlow"'):
        resolve("kudlov")
    with pytest.raises(QueryError, match='did you mean "Larry Kudlow"'):
        resolve("Larry Kudlov")
    with pytest.raises(QueryError, match="nothing here is called"):
        resolve('x> } ; DROP ALL ; { "')


def test_a_name_of_two_things_is_refused_with_both() -> None:
    store = case().copy_with({Iri("http://e/g"): [Triple(Iri("http://e/g/other"), RDFS.label, Literal("Liu He"))]})
    with pytest.raises(QueryError) as caught:
        resolve_entity(store, "liu he")
    assert f"<{BASE}liu-he>" in str(caught.value) and "<http://e/g/other>" in str(caught.value)
    assert resolve_entity(store, "liu-he") == BASE + "liu-he"  # an id is exact, so it goes before a name


# --- Parameters -----------------------------------------------------------------------------------


def query_with(*params: str) -> NamedQuery:
    header = "".join(f"# param: {param}\n" for param in params)
    return parse_query("q", header + "SELECT * { ?who ?on ?text . ?n ?a ?b }")


def prepared(query: NamedQuery, params: Mapping[str, str]) -> dict[str, Term]:
    return prepare(query, params, lambda text: Iri("http://e/" + text))


def test_each_kind_of_parameter_becomes_its_term() -> None:
    query = query_with(
        "who (kind: entity; optional) — a", "on (kind: date; optional) - b",
        "text (kind: text; optional) -- c", "n (kind: number; optional default 20) – d",
    )  # fmt: skip
    assert [parameter.kind for parameter in query.params] == list(ParameterKind)
    assert prepared(query, {}) == {"n": Literal("20", Iri(XSD + "integer"))}
    given_all = {"who": "ann", "on": " 2019-01-22~ ", "text": "x> } ; DROP", "n": "2.5"}
    assert prepared(query, given_all) == {
        "who": Iri("http://e/ann"),
        "on": Literal("2019-01-22~", EDTF),
        "text": Literal("x> } ; DROP"),
        "n": Literal("2.5", Iri(XSD + "decimal")),
    }


def test_all_faults_of_parameters_are_told_at_once() -> None:
    query = query_with(
        "who (kind: entity; required) — who speaks",
        "on (kind: date; optional) — when",
        "n (kind: number; optional) — how many",
    )
    with pytest.raises(QueryError) as caught:
        prepared(query, {"on": "22 January", "n": "many", "whom": "ann"})
    message = str(caught.value)
    assert 'q: unknown parameter "whom"; did you mean "who"?' in message
    assert 'q: the parameter "who" (who speaks) is missing' in message
    assert 'q: on: "22 January" is not a date' in message
    assert 'q: n: "many" is not a number' in message


def test_a_query_without_parameters_takes_none() -> None:
    with pytest.raises(QueryError, match='unknown parameter "xyz"; it takes none'):
        prepared(query_with(), {"xyz": "1"})


def test_a_hostile_text_parameter_stays_a_value() -> None:
    query = named_queries()["find-entity"]
    for evil in ("x> } ; DROP", '" } } ; DROP ALL #', "\\", "?name"):
        assert len(case().select(query.text, prepare(query, {"text": evil}, resolve))) == 0
    assert len(ask("claims-by-speaker")) > 0


# --- Headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("# param: who — no kind", "q:1: write `# param: name"),
        ("# param: who (kind: entitty; optional) — a", 'not "entitty"; did you mean "entity"'),
        ("# param: whom (kind: entity; optional) — a", 'no variable ?whom; did you mean "who"'),
        ("# title: x\n# needs: conflict", 'q:2: a query can need "conflicts"'),
    ],
)
def test_a_bad_header_is_refused_with_its_line(header: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query("q", header + "\nSELECT * { ?who a ?type }")
    assert message in str(caught.value)


def test_a_query_of_ones_own_needs_no_header(tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_text("# just asking: what is there?\nASK { ?s ?p ?o }", encoding="utf-8")
    query = query_from_file(tmp_path / "mine.rq")
    assert (query.name, query.title, query.params, query.needs_conflicts) == ("mine", "mine", (), False)
    assert query.form is sparql.Form.ASK
    with pytest.raises(QueryError, match="cannot be read"):
        query_from_file(tmp_path / "yours.rq")
    (tmp_path / "bad.rq").write_text("DROP ALL", encoding="utf-8")
    with pytest.raises(QueryError, match="this is an update"):
        query_from_file(tmp_path / "bad.rq")


# --- Imprecise dates ------------------------------------------------------------------------------

DAY = times.DAY


def held(during: str | None, asked: str) -> str | None:
    """Ask who held a post, of a store where one membership has this date; None when it is not listed."""
    person, membership = Iri("http://e/ann"), Iri("http://e/ann/1")
    triples = [
        Triple(person, ORG.hasMembership, membership),
        Triple(membership, NEG.post, Iri("http://e/post")),
    ]
    if during is not None:
        triples.append(Triple(membership, NEG.during, Literal(during, EDTF)))
    store = OxigraphStore.in_memory()
    store.put(Iri("http://e/g"), triples)
    rows = store.select(named_queries()["officials-and-posts"].text, {"date": Literal(asked, EDTF)})
    return str(rows.column("held")[0]) if rows else None


@pytest.mark.parametrize(
    ("during", "asked", "answer"),
    [
        ("2018-04/2020", "2019-01-22", "throughout"),
        ("2018-04/2020", "2018-04-01", "throughout"),
        ("2018-04/2020", "2020-12-31", "throughout"),
        ("2018-04/2020", "2018-03-31", None),
        ("2018-04/2020", "2021", None),
        ("2018-04/2020", "2018", "in part"),
        ("2019-01-22", "2019-01-22", "throughout"),
        ("2019-01-22", "2019-01-23", None),
        ("2019-01-22", "2019-01", "in part"),
        ("../2019", "1950", "throughout"),
        ("../2019", "2019-12-31", "throughout"),
        ("../2019", "2020", None),
        ("2019/..", "2050-06", "throughout"),
        ("2019/", "2050-06", "perhaps"),
        ("/2019", "2018", "perhaps"),
        ("/2019", "2020", None),
        ("2019-01-22~", "2019-01-22", "perhaps"),
        ("2019-01-22~", "2019-01-25", "perhaps"),
        ("2019-01-22~", "2019-01-26", None),
        ("2018-12-30~/..", "2019-01-01", "perhaps"),
        ("2018-12-30~/..", "2019-01-02", "throughout"),
        ("2019?", "2020-12-31", "perhaps"),
        ("201X", "2014", "throughout"),
        ("2019-21", "2019-05-31", "throughout"),
        ("2019-24", "2020-02-29", "throughout"),
        ("2020-02", "2020-02-29", "throughout"),
        ("2019-02", "2019-03-01", None),
        ("2019-01-22T15:10:00Z", "2019-01-22", "throughout"),
        (None, "2019-01-22", "perhaps"),
    ],
)
def test_a_post_is_held_on_a_date_however_imprecise(during: str | None, asked: str, answer: str | None) -> None:
    assert held(during, asked) == answer


def _by_day(span: times.Span) -> tuple[int, int]:
    return span.start // DAY, span.end // DAY


def _worked_out(during: str, asked: str) -> str | None:
    """The same by `kg.times`, in whole days."""
    window = times.throughout(times.parse(during))
    question = times.throughout(times.parse(asked)).possible
    assert window.possible is not None and question is not None
    if window.possible.meet(question) is None:
        return None
    first, last = _by_day(question)
    when = times.parse(during)
    start = (when.start.end if when.rough_start else when.start.start) // DAY
    end = (when.end.start if when.rough_end else when.end.end) // DAY
    if start <= first and last <= end:
        return "throughout"
    return "in part" if start <= last and first <= end and start <= end else "perhaps"


_DAYS = st.dates(min_value=date(2017, 1, 1), max_value=date(2021, 12, 31))
_ENDS = st.builds(
    lambda day, size, mark: day.isoformat()[:size] + mark,
    _DAYS,
    st.sampled_from([4, 7, 10, 10]),
    st.sampled_from(["", "", "", "~", "?"]),
)


def _is_date(text: str) -> bool:
    try:
        times.parse(text)
    except times.BadDate:
        return False
    return True


_DATES = st.one_of(
    _ENDS, st.builds("{}/{}".format, _ENDS | st.sampled_from(["..", ""]), _ENDS | st.sampled_from(["..", ""]))
).filter(_is_date)


@settings(max_examples=150, deadline=None)
@given(_DATES, _DATES)
def test_dates_are_compared_as_the_rest_of_the_program_compares_them(during: str, asked: str) -> None:
    assert held(during, asked) == _worked_out(during, asked)
