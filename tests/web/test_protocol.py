"""The SPARQL 1.1 Protocol: every way to ask, every format, every status."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from xml.etree import ElementTree

import httpx
import pyoxigraph as ox
import pytest

from kg.store.addresses import open_store
from kg.web.state import State
from tests.conftest import CASE
from tests.stores.servers import Server
from tests.web.endpoint import served

CLAIMS = "SELECT ?c ?who { ?c a neg:Claim ; prov:wasAttributedTo ?who } ORDER BY ?c"
DOSSIER = "https://w3id.org/parley/case/us-china-2019"
ONTOLOGY = "https://w3id.org/parley/ns"
COMPUTED = "https://w3id.org/parley/computed"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, State]]:
    with served(CASE, seconds=20, rows=1_000) as found:
        yield found


@pytest.fixture(scope="module")
def web(server: tuple[str, State]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server[0], timeout=60) as client:
        yield client


def ask(web: httpx.Client, query: str, accept: str = "*/*", **params: str | list[str]) -> httpx.Response:
    return web.get("sparql", params={"query": query, **params}, headers={"Accept": accept})


# --- Ways to ask ------------------------------------------------------------------------------------------


def test_three_ways_to_ask_give_one_answer(web: httpx.Client) -> None:
    by_get = ask(web, CLAIMS)
    by_form = web.post("sparql", data={"query": CLAIMS})
    by_itself = web.post("sparql", content=CLAIMS, headers={"Content-Type": "application/sparql-query; charset=utf-8"})
    assert by_get.status_code == by_form.status_code == by_itself.status_code == 200
    assert by_get.content == by_form.content == by_itself.content
    assert by_get.headers["content-type"] == "application/sparql-results+json"
    assert by_get.headers["vary"].startswith("Accept")
    assert len(by_get.json()["results"]["bindings"]) > 10


def test_it_answers_as_the_engine_does(web: httpx.Client, server: tuple[str, State]) -> None:
    queries = (
        CLAIMS,
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
        "SELECT ?k { ?x a neg:Conflict ; neg:kind ?k } ORDER BY ?x ?k",
        "SELECT ?q { ?s <http://www.w3.org/ns/oa#exact> ?q FILTER(CONTAINS(?q, 'meeting')) } ORDER BY ?q",
        "SELECT ?a ?b { VALUES (?a ?b) { (1 UNDEF) (UNDEF 'x'@en) (1.50 '''a\n\"b\" \\\\ ''') (true 1e3) } }",
    )
    everything = server[1].explorer.graph.everything
    for query in queries:
        expected = everything.select(query)
        bindings = ask(web, query).json()["results"]["bindings"]
        assert len(bindings) == len(expected)
        for row, cells in zip(expected, bindings, strict=True):
            said = {name: str(term) for name, term in zip(expected.variables, row, strict=True) if term is not None}
            assert {name: cell["value"] for name, cell in cells.items()} == said


def test_another_server_answers_alike(web: httpx.Client, server: tuple[str, State], oxigraph: Server) -> None:
    """The protocol spoken by Oxigraph's own server, over the same graphs: the same answers, byte for byte or as sets."""
    with open_store(oxigraph.address, writable=True) as store:
        for left in store.graphs():
            store.remove(left)
        everything = server[1].explorer.graph.everything
        store.put_all({graph: [quad.triple for quad in everything.quads(graph)] for graph in everything.graphs()})
        union = {"union-default-graph": ""}
        prefixes = "PREFIX neg: <https://w3id.org/parley/ns#> PREFIX prov: <http://www.w3.org/ns/prov#> "
        try:
            for query in (
                "SELECT ?c ?w { ?c a neg:Claim ; prov:wasAttributedTo ?w } ORDER BY ?c",
                "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
                "SELECT ?o { ?s neg:because ?o } ORDER BY ?o",
                "ASK { ?c a neg:Conflict }",
            ):
                for kind in ("application/sparql-results+json", "application/sparql-results+xml", "text/csv"):
                    if query.startswith("ASK") and kind == "text/csv":
                        continue
                    asked = {"params": {"query": prefixes + query}, "headers": {"Accept": kind}}
                    theirs = httpx.get(oxigraph.query, **{**asked, "params": {**asked["params"], **union}})  # type: ignore[dict-item, arg-type]
                    ours = web.get("sparql", **asked)  # type: ignore[arg-type]
                    assert ours.status_code == theirs.status_code == 200
                    assert ours.content == theirs.content
            for broken in ("SELECT nope", "SELECT * { ?s ?p"):
                answers = [httpx.get(oxigraph.query, params={"query": broken}), ask(web, broken)]
                assert [one.status_code for one in answers] == [400, 400]
        finally:
            for graph in store.graphs():
                store.remove(graph)


def test_the_computed_conflicts_are_among_the_graphs(web: httpx.Client) -> None:
    found = ask(web, f"SELECT ?x {{ GRAPH <{COMPUTED}> {{ ?x a neg:Conflict }} }}").json()
    assert len(found["results"]["bindings"]) > 3


# --- Formats ----------------------------------------------------------------------------------------------


def test_rows_in_every_format(web: httpx.Client) -> None:
    rows = ask(web, CLAIMS).json()["results"]["bindings"]
    first = [rows[0]["c"]["value"], rows[0]["who"]["value"]]
    as_csv = ask(web, CLAIMS, "text/csv")
    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"
    table = list(csv.reader(io.StringIO(as_csv.text)))
    assert table[0] == ["c", "who"]
    assert table[1] == first
    assert len(table) == len(rows) + 1
    as_tsv = ask(web, CLAIMS, "text/tab-separated-values").text.splitlines()
    assert as_tsv[:2] == ["?c\t?who", "\t".join(f"<{cell}>" for cell in first)]
    as_xml = ElementTree.fromstring(ask(web, CLAIMS, "application/sparql-results+xml").text)  # noqa: S314 - ours
    spelt = {"s": "http://www.w3.org/2005/sparql-results#"}
    assert [uri.text for uri in as_xml.findall(".//s:result[1]//s:uri", spelt)] == first


def test_yes_and_no_in_every_format(web: httpx.Client) -> None:
    assert ask(web, "ASK { ?c a neg:Claim }").json()["boolean"] is True
    assert "<boolean>false</boolean>" in ask(web, "ASK { ?c a <e:x> }", "application/xml").text
    assert ask(web, "ASK { ?c a neg:Claim }", "text/csv").text.strip() == "true"


@pytest.mark.parametrize(
    ("media_type", "syntax"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/trig", ox.RdfFormat.TRIG),
        ("application/n-quads", ox.RdfFormat.N_QUADS),
    ],
)
def test_triples_in_every_format(web: httpx.Client, media_type: str, syntax: ox.RdfFormat) -> None:
    query = "CONSTRUCT { ?c prov:wasAttributedTo ?who } WHERE { ?c a neg:Claim ; prov:wasAttributedTo ?who }"
    answer = ask(web, query, media_type)
    assert answer.headers["content-type"].partition(";")[0] == media_type
    triples = {quad.triple for quad in ox.parse(answer.content, format=syntax)}
    assert len(triples) == len(ask(web, CLAIMS).json()["results"]["bindings"])
    described = ask(web, f"DESCRIBE <{DOSSIER}/larry-kudlow>", media_type)
    assert len(list(ox.parse(described.content, format=syntax))) > 1


def test_what_cannot_be_written_in_a_format_is_said(web: httpx.Client) -> None:
    answer = ask(web, "CONSTRUCT { <e:s> <e:1> 1 } WHERE {}", "application/rdf+xml")
    assert answer.status_code in (200, 400)  # RDF/XML may have no way to write it
    assert "Traceback" not in answer.text


def test_a_format_that_there_is_not(web: httpx.Client) -> None:
    answer = ask(web, CLAIMS, "image/png")
    assert answer.status_code == 406
    for name in ("application/sparql-results+json", "application/sparql-results+xml", "text/csv"):
        assert name in answer.text
    assert "text/turtle" in ask(web, "CONSTRUCT WHERE { ?s ?p ?o }", "text/csv").text


def test_only_the_headers(web: httpx.Client) -> None:
    answer = web.head("sparql", params={"query": CLAIMS})
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) == len(ask(web, CLAIMS, "application/json").content)


def test_what_can_be_done_here(web: httpx.Client) -> None:
    answer = web.options("sparql")
    assert answer.status_code == 204
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    assert web.put("sparql").status_code == 405
    assert web.delete("sparql").status_code == 405


def test_no_other_site_may_read_the_answers(web: httpx.Client) -> None:
    """Data may be private: there is no CORS, whatever the origin."""
    for origin in ("https://evil.example", "null"):
        asked = web.get("sparql", params={"query": CLAIMS}, headers={"Origin": origin})
        before = web.options("sparql", headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
        for answer in (asked, before):
            assert not [name for name in answer.headers if name.startswith("access-control")]


# --- The page of the same address, and the description ----------------------------------------------------


def test_a_browser_gets_the_page(web: httpx.Client) -> None:
    for answer in (ask(web, CLAIMS, CHROME), web.get("sparql", headers={"Accept": CHROME})):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
    posted = web.post("sparql", data={"query": CLAIMS}, headers={"Accept": CHROME})
    assert posted.headers["content-type"].startswith("text/html")
    assert "wasAttributedTo" in posted.text


def test_who_asks_nothing_gets_a_description(web: httpx.Client, server: tuple[str, State]) -> None:
    answer = web.get("sparql")
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    quads = list(ox.parse(answer.content, format=ox.RdfFormat.TURTLE))
    sd = "http://www.w3.org/ns/sparql-service-description#"
    said = {(quad.predicate.value.removeprefix(sd), getattr(quad.object, "value", "")) for quad in quads}
    assert ("endpoint", f"{server[0]}sparql") in said
    assert ("feature", f"{sd}UnionDefaultGraph") in said
    assert ("name", COMPUTED) in said
    assert ("name", DOSSIER) in said
    assert ("supportedLanguage", f"{sd}SPARQL11Update") not in said
    assert web.get("sparql", headers={"Accept": "application/rdf+xml"}).text.startswith("<?xml")


# --- The graphs that are asked ----------------------------------------------------------------------------

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMED = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"


def number(answer: httpx.Response) -> int:
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def names(answer: httpx.Response) -> list[str]:
    return [row["g"]["value"] for row in answer.json()["results"]["bindings"]]


def test_a_request_chooses_the_graphs(web: httpx.Client) -> None:
    one, other = {"default-graph-uri": DOSSIER}, {"default-graph-uri": ONTOLOGY}
    apart = [number(ask(web, COUNT, **choice)) for choice in (one, other)]
    assert all(apart)
    both = number(ask(web, COUNT, **{"default-graph-uri": [DOSSIER, ONTOLOGY]}))
    assert max(apart) < both <= sum(apart)
    assert number(ask(web, COUNT)) > both  # the computed conflicts as well
    assert number(ask(web, COUNT, **{"default-graph-uri": "http://e/none"})) == 0


def test_named_graphs_are_those_that_are_named(web: httpx.Client) -> None:
    assert names(ask(web, NAMED)) == sorted([DOSSIER, ONTOLOGY, COMPUTED])
    assert names(ask(web, NAMED, **{"named-graph-uri": ONTOLOGY})) == [ONTOLOGY]
    assert number(ask(web, COUNT, **{"named-graph-uri": ONTOLOGY})) == 0  # then the default graph is empty
    assert names(ask(web, NAMED, **{"default-graph-uri": DOSSIER})) == []


def test_the_request_goes_before_the_query(web: httpx.Client) -> None:
    from_other = f"SELECT (COUNT(*) AS ?n) FROM <{ONTOLOGY}> {{ ?s ?p ?o }}"  # noqa: S608
    assert number(ask(web, from_other)) == number(ask(web, COUNT, **{"default-graph-uri": ONTOLOGY}))
    assert number(ask(web, from_other, **{"default-graph-uri": DOSSIER})) == number(
        ask(web, COUNT, **{"default-graph-uri": DOSSIER})
    )
    form = {"query": COUNT, "default-graph-uri": DOSSIER}
    assert number(web.post("sparql", data=form)) == number(ask(web, COUNT, **{"default-graph-uri": DOSSIER}))


def test_a_graph_must_be_an_iri(web: httpx.Client) -> None:
    answer = ask(web, COUNT, **{"default-graph-uri": "not an iri"})
    assert answer.status_code == 400
    assert "default-graph-uri" in answer.text


# --- Refusals ---------------------------------------------------------------------------------------------


def test_a_mistake_has_a_place(web: httpx.Client) -> None:
    answer = ask(web, "SELECT ?s {\n  ?s a neg:Claim ;; }\n  nonsense")
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("query:3:")
    problem = ask(web, "SELECT ?s { ?s nope:p ?o }", "application/json, */*;q=0.1")
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 400
    assert "query:1:16: this prefix is not declared" in problem.json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:9/sparql> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o } LIMIT",
        "",
        "   ",
        "nonsense",
        "ASK { ?s ?p ?o } ; DROP ALL",
    ],
)
def test_what_is_no_query_or_leaves_the_store_is_refused(web: httpx.Client, query: str) -> None:
    assert ask(web, query).status_code == 400


def test_from_never_fetches(web: httpx.Client) -> None:
    assert number(ask(web, "SELECT (COUNT(*) AS ?n) FROM <file:///etc/passwd> { ?s ?p ?o }")) == 0


@pytest.mark.parametrize(
    "update",
    ["INSERT DATA { GRAPH <e:g> { <e:s> <e:p> <e:o> } }", "PREFIX e: <e:> DROP ALL", "LOAD <http://127.0.0.1:9/x>"],
)
def test_an_update_is_refused(web: httpx.Client, update: str) -> None:
    asked = [
        web.get("sparql", params={"query": update}),
        web.get("sparql", params={"update": update}),
        web.post("sparql", data={"update": update}),
        web.post("sparql", data={"query": update}),
        web.post("sparql", content=update, headers={"Content-Type": "application/sparql-update"}),
        web.post("update", content=update, headers={"Content-Type": "application/sparql-update"}),
    ]
    assert [answer.status_code for answer in asked] == [403] * 6


def test_what_can_be_believed_is_not_asked_here(web: httpx.Client) -> None:
    ask = {"query": "ASK { ?m a neg:Scheduled }"}
    assert web.get("/sparql", params={**ask, "under": "asserted"}).status_code == 200
    refused = web.get("/sparql", params={**ask, "under": "every"})
    assert refused.status_code == 400
    assert "/sparql.json" in refused.text
    told = web.get("/sparql.json", params={**ask, "under": "every"})
    assert told.status_code == 200, told.text


def test_one_query_at_a_time(web: httpx.Client) -> None:
    assert web.get("sparql?query=ASK%7B%7D&query=ASK%7B%7D").status_code == 400
    assert web.post("sparql?query=ASK%7B%7D", data={"query": "ASK{}"}).status_code == 400
    assert web.post("sparql", data={"x": "y"}).status_code == 400


def test_other_content_is_refused(web: httpx.Client) -> None:
    for kind in ("text/plain", "application/json", "multipart/form-data; boundary=x"):
        answer = web.post("sparql", content=CLAIMS, headers={"Content-Type": kind})
        assert answer.status_code == 415
    latin = {"Content-Type": "application/sparql-query; charset=iso-8859-1"}
    assert web.post("sparql", content=CLAIMS, headers=latin).status_code == 415
    kind = {"Content-Type": "application/sparql-query"}
    assert web.post("sparql", content=b"ASK { ?s ?p '\xff' }", headers=kind).status_code == 400


def test_too_large_a_query(web: httpx.Client) -> None:
    long = "ASK { ?s ?p ?o } #" + "x" * 1_000_000
    kind = {"Content-Type": "application/sparql-query"}
    assert web.post("sparql", content=long, headers=kind).status_code == 413
    assert web.post("sparql", data={"query": long}).status_code == 413

    def chunks() -> Iterator[bytes]:
        yield from [b"#" * 100_000] * 15

    assert web.post("sparql", content=chunks(), headers=kind).status_code == 413


def test_too_many_rows(web: httpx.Client) -> None:
    answer = ask(web, "SELECT * { ?s ?p ?o }")
    assert answer.status_code == 422
    assert "more than 1,000 rows" in answer.text
    assert ask(web, "CONSTRUCT WHERE { ?s ?p ?o }").status_code == 422
    assert len(ask(web, "SELECT * { ?s ?p ?o } LIMIT 1000").json()["results"]["bindings"]) == 1_000
    several_lines = "SELECT ?x { ?s ?p ?o BIND('''a\nb\n\nc''' AS ?x) } LIMIT 1000"
    assert len(ask(web, several_lines).json()["results"]["bindings"]) == 1_000
    assert ask(web, "SELECT * {}").json()["results"]["bindings"] == [{}]


def test_a_query_as_deep_as_one_likes(web: httpx.Client) -> None:
    answer = ask(web, "ASK " + "{" * 3_000 + "}" * 3_000)
    assert answer.status_code in (200, 400, 500)
    assert ask(web, "ASK {}").status_code == 200


def test_nothing_is_reflected_as_markup(web: httpx.Client) -> None:
    answer = ask(web, "SELECT <script>alert(1)</script>", "*/*")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert json.loads(ask(web, "ASK { ?s ?p '<script>' }").text)["boolean"] is False
