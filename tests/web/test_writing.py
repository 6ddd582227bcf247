"""Graph Store Protocol and SPARQL Update: who may write, what is judged, that it is whole or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kg.graph import KnowledgeGraph
from kg.store.oxigraph import OxigraphStore
from kg.web.state import State
from tests.web.endpoint import TOKEN, WRITER, served

DOSSIER = "https://example.org/talks"
ONTOLOGY = "https://w3id.org/parley/ns"
COMPUTED = "https://w3id.org/parley/computed"
MADE = "https://example.org/made"
TURTLE = {"Content-Type": "text/turtle", **WRITER}
UPDATE = {"Content-Type": "application/sparql-update", **WRITER}
PREFIXES = """
@prefix neg: <https://w3id.org/parley/ns#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <https://example.org/made/> .
"""
TALKS = (
    PREFIXES
    + """
@prefix t: <https://example.org/talks/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/talks> a neg:Dossier ; rdfs:label "Talks" .
t:ilse a neg:Person ; rdfs:label "Ilse Marlow" . t:joris a neg:Person ; rdfs:label "Joris" . t:m a neg:Meeting .
t:c1 a neg:Claim ; prov:wasAttributedTo t:ilse ; neg:saidOn "2019-01-22"^^xsd:date ; neg:affirms t:p .
t:c2 a neg:Claim ; prov:wasAttributedTo t:joris ; neg:saidOn "2019-01-22"^^xsd:date ; neg:denies t:p .
t:p a neg:Proposition ; rdf:subject t:m ; rdf:predicate rdf:type ; rdf:object neg:Cancelled .
"""
)
CLASH = (
    PREFIXES
    + """
ex:c1 a neg:Claim ; prov:wasAttributedTo ex:ann ; neg:saidOn "2019-01-22"^^xsd:date ; neg:affirms ex:p1 .
ex:c2 a neg:Claim ; prov:wasAttributedTo ex:bob ; neg:saidOn "2019-01-22"^^xsd:date ; neg:denies ex:p1 .
ex:p1 a neg:Proposition ; rdf:subject ex:m ; rdf:predicate rdf:type ; rdf:object neg:Cancelled .
"""
)
TWO_FAULTS = (
    PREFIXES
    + """
ex:c1 a neg:Claim ; neg:saidOn "2019-01-22"^^xsd:date ; neg:affirms ex:p1 .
ex:c2 a neg:Claim ; neg:saidOn "2019-01-22"^^xsd:date ; neg:denies ex:p1 .
ex:p1 a neg:Proposition ; rdf:subject ex:m ; rdf:predicate rdf:type ; rdf:object neg:Cancelled .
"""
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loaded")
    (folder / "talks.ttl").write_text(TALKS)
    with OxigraphStore.at(folder / "store") as store:
        KnowledgeGraph.load(folder / "talks.ttl", store=store)
    return folder / "store"


@pytest.fixture(scope="module")
def server(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, State, Path]]:
    place = tmp_path_factory.mktemp("served") / "store"
    shutil.copytree(loaded, place)
    with served(place, confidential=True, writable=True, token=TOKEN, seconds=30) as (base, state):
        yield base, state, place


@pytest.fixture
def web(server: tuple[str, State, Path]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server[0], timeout=100) as client:
        yield client
        client.delete("graphs", params={"graph": MADE}, headers=WRITER)


def put(web: httpx.Client, content: str, graph: str = MADE, **headers: str) -> httpx.Response:
    return web.put("graphs", params={"graph": graph}, content=content, headers={**TURTLE, **headers})


def get(web: httpx.Client, graph: str = MADE) -> httpx.Response:
    return web.get("graphs", params={"graph": graph}, headers={"Accept": "application/n-triples"})


def triples(answer: httpx.Response) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)}


def holds(web: httpx.Client, pattern: str) -> bool:
    return bool(web.get("sparql", params={"query": f"ASK {{ {pattern} }}"}).json()["boolean"])


# --- Graphs -----------------------------------------------------------------------------------------------


def test_a_graph_is_put_and_shown_at_once(web: httpx.Client, server: tuple[str, State, Path]) -> None:
    before = server[1].version
    counted = server[1].explorer.catalog.counts()
    assert get(web).status_code == 404
    assert put(web, CLASH).status_code == 201
    assert server[1].version != before
    assert sum(server[1].explorer.catalog.counts().verdicts.values()) == sum(counted.verdicts.values()) + 1
    assert holds(web, "<https://example.org/made/c1> a neg:Claim")
    assert holds(web, "?x a neg:Conflict ; neg:side/neg:claim <https://example.org/made/c2>")
    assert len(triples(get(web))) == 12
    assert put(web, CLASH).status_code == 204
    assert len(triples(get(web))) == 12
    assert put(web, PREFIXES + "ex:s ex:p ex:o .").status_code == 204
    assert len(triples(get(web))) == 1
    assert not holds(web, "<https://example.org/made/c1> a neg:Claim")


def test_it_is_in_the_store_and_stays_there(web: httpx.Client, server: tuple[str, State, Path]) -> None:
    assert put(web, CLASH).status_code == 201
    with OxigraphStore.read_only(server[2]) as store:
        assert MADE in store.graphs()
        assert DOSSIER in store.graphs()


def test_a_graph_is_added_to_and_dropped(web: httpx.Client) -> None:
    params = {"graph": MADE}
    assert web.post("graphs", params=params, content=PREFIXES + "ex:s ex:p [] .", headers=TURTLE).status_code == 201
    assert web.post("graphs", params=params, content=PREFIXES + "ex:s ex:p ex:o .", headers=TURTLE).status_code == 204
    assert web.post("graphs", params=params, content=PREFIXES + "ex:t ex:p [] .", headers=TURTLE).status_code == 204
    found = triples(get(web))
    assert len(found) == 3
    assert len({triple.object for triple in found}) == 3, "things without names are never taken for one"
    assert web.delete("graphs", params=params, headers=WRITER).status_code == 204
    assert get(web).status_code == 404
    assert web.delete("graphs", params=params, headers=WRITER).status_code == 404


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("text/turtle; charset=utf-8", "<s> <p> 'é' ."),
        ("application/n-triples", '<https://example.org/s> <https://example.org/p> "é" .'),
        ("application/ld+json", '{"@id": "https://example.org/s", "https://example.org/p": "é"}'),
        (
            "application/rdf+xml",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">'
            '<rdf:Description rdf:about="s"><e:p>é</e:p></rdf:Description></rdf:RDF>',
        ),
    ],
)
def test_every_syntax_is_taken(web: httpx.Client, kind: str, content: str) -> None:
    """What is relative is relative to the graph."""
    assert put(web, content, **{"Content-Type": kind}).status_code == 201
    (found,) = triples(get(web))
    assert isinstance(found.subject, ox.NamedNode)
    assert (found.subject.value, found.object) == ("https://example.org/s", ox.Literal("é"))


def test_every_fault_is_told_and_nothing_is_changed(web: httpx.Client, server: tuple[str, State, Path]) -> None:
    assert put(web, CLASH).status_code == 201
    before, version = triples(get(web)), server[1].version
    for answer in (
        put(web, TWO_FAULTS),
        web.post("graphs", params={"graph": f"{MADE}/2"}, content=TWO_FAULTS, headers=TURTLE),
    ):
        assert answer.status_code == 422
        lines = answer.text.strip().splitlines()
        assert len(lines) == 2
        assert [line.split(":")[:2] for line in lines] == [["request", "6"], ["request", "7"]]
    problem = put(web, TWO_FAULTS, Accept="application/json")
    assert problem.json()["status"] == 422
    assert triples(get(web)) == before
    assert get(web, f"{MADE}/2").status_code == 404
    assert server[1].version == version


def test_what_cannot_be_read_has_a_place(web: httpx.Client) -> None:
    answer = put(web, PREFIXES + "ex:s ex:p ;; nonsense")
    assert answer.status_code == 400
    assert answer.text.startswith("request:5:")
    assert put(web, "x", **{"Content-Type": "application/trig"}).status_code == 415
    assert put(web, "dossier: x", **{"Content-Type": "application/yaml"}).status_code == 415
    context = '{"@context": "http://127.0.0.1:9/context", "@id": "e:s", "e:p": 1}'
    assert put(web, context, **{"Content-Type": "application/ld+json"}).status_code == 400, "nothing is fetched"
    assert get(web).status_code == 404


def test_which_graph_must_be_said(web: httpx.Client) -> None:
    for params in ({}, {"graph": ["e:a", "e:b"]}, {"graph": "e:a", "default": ""}, {"graph": "not an iri"}):
        assert web.get("graphs", params=params).status_code == 400
        assert web.put("graphs", params=params, content="", headers=TURTLE).status_code == 400


def test_the_union_and_what_is_made_cannot_be_written(web: httpx.Client) -> None:
    for params in ({"default": ""}, {"graph": ONTOLOGY}, {"graph": COMPUTED}):
        for method in ("PUT", "POST", "DELETE"):
            answer = web.request(method, "graphs", params=params, content="<e:s> <e:p> <e:o> .", headers=TURTLE)
            assert answer.status_code == 403
    assert "union" in web.put("graphs?default", content="", headers=TURTLE).text


def test_reading_needs_no_token(web: httpx.Client) -> None:
    answer = get(web, DOSSIER)
    assert answer.status_code == 200
    assert len(triples(answer)) > 10
    assert web.get("graphs?default", headers={"Accept": "application/n-triples"}).status_code == 200
    assert web.head("graphs", params={"graph": DOSSIER}).content == b""
    assert web.head("graphs", params={"graph": MADE}).status_code == 404
    assert web.get("graphs", params={"graph": DOSSIER}, headers={"Accept": "text/csv"}).status_code == 406
    for kind, syntax in (("application/rdf+xml", ox.RdfFormat.RDF_XML), ("application/ld+json", ox.RdfFormat.JSON_LD)):
        found = web.get("graphs", params={"graph": DOSSIER}, headers={"Accept": kind})
        assert len(set(ox.parse(found.content, format=syntax))) == len(triples(answer))


# --- Updates ----------------------------------------------------------------------------------------------


def update(web: httpx.Client, text: str, **headers: str) -> httpx.Response:
    return web.post("update", content=text, headers={**UPDATE, **headers})


def test_an_update_is_made_and_shown(web: httpx.Client) -> None:
    assert update(web, f"INSERT DATA {{ GRAPH <{MADE}> {{ <e:s> <e:p> 1 , 2 }} }}").status_code == 204
    assert holds(web, "<e:s> <e:p> 1 , 2")
    several = (
        f"DELETE DATA {{ GRAPH <{MADE}> {{ <e:s> <e:p> 1 }} }} ; INSERT DATA {{ GRAPH <{MADE}> {{ <e:t> <e:p> 3 }} }}"
    )
    assert web.post("update", data={"update": several}, headers=WRITER).status_code == 204
    assert holds(web, "<e:s> <e:p> 2 . <e:t> <e:p> 3 FILTER NOT EXISTS { <e:s> <e:p> 1 }")
    where = f"WITH <{MADE}> DELETE {{ ?s ?p ?o }} INSERT {{ ?s <e:q> ?o }} WHERE {{ ?s ?p ?o }}"
    assert update(web, where).status_code == 204
    assert len(triples(get(web))) == 2
    assert holds(web, "<e:s> <e:q> 2")
    assert update(web, f"DROP GRAPH <{MADE}>").status_code == 204
    assert get(web).status_code == 404


def test_an_update_is_judged_as_a_whole(web: httpx.Client, server: tuple[str, State, Path]) -> None:
    version = server[1].version
    bad = (
        f"INSERT DATA {{ GRAPH <{MADE}> {{ <e:s> <e:p> 1 }} }} ;"
        f"INSERT DATA {{ GRAPH <{MADE}/2> {{ <e:c> a neg:Claim ; neg:affirms <e:p1> }} }}"
    )
    answer = update(web, bad)
    assert answer.status_code == 422
    assert "request" in answer.text
    assert not holds(web, "<e:s> <e:p> 1")
    assert server[1].version == version


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("INSERT DATA { <e:s> <e:p> 1 }", 400, "outside named graphs"),
        ("LOAD <file:///etc/passwd> INTO GRAPH <e:g>", 400, "LOAD"),
        ("LOAD SILENT <http://127.0.0.1:9/> INTO GRAPH <e:g>", 400, "LOAD"),
        ("INSERT { GRAPH <e:g> { ?s ?p ?o } } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 400, "SERVICE"),
        (f"DROP GRAPH <{ONTOLOGY}>", 403, "made by the program"),
        ("DROP ALL", 403, "made by the program"),
        (f"INSERT DATA {{ GRAPH <{COMPUTED}> {{ <e:s> <e:p> 1 }} }}", 403, "made by the program"),
        ("INSERT DATA {", 400, "update:1:"),
        ("SELECT * { ?s ?p ?o }", 400, "not a SPARQL update"),
        ("", 400, "not a SPARQL update"),
    ],
)
def test_what_no_update_may_do(web: httpx.Client, text: str, status: int, said: str) -> None:
    answer = update(web, text)
    assert answer.status_code == status
    assert said in answer.text
    assert len(triples(get(web, DOSSIER))) > 10


def test_how_an_update_is_sent(web: httpx.Client) -> None:
    assert web.get("update", headers=WRITER).status_code == 405
    assert update(web, "x", **{"Content-Type": "text/plain"}).status_code == 415
    assert web.post("update", data={"query": "ASK {}"}, headers=WRITER).status_code == 400
    chosen = web.post("update?using-graph-uri=e:g", content="DROP GRAPH <e:g>", headers=UPDATE)
    assert chosen.status_code == 400


# --- Who may write ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer x", f"Bearer{TOKEN}"]
)
def test_without_the_token_nothing_is_written(web: httpx.Client, given: str | None) -> None:
    headers = {"Content-Type": "text/turtle", **({"Authorization": given} if given is not None else {})}
    for answer in (
        web.put("graphs", params={"graph": MADE}, content="<e:s> <e:p> 1 .", headers=headers),
        web.post("graphs", params={"graph": MADE, "access_token": TOKEN}, content="<e:s> <e:p> 1 .", headers=headers),
        web.delete("graphs", params={"graph": DOSSIER}, headers=headers),
        web.post("update", content="DROP ALL", headers={**headers, "Content-Type": "application/sparql-update"}),
    ):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer ")
        assert TOKEN not in answer.text
    assert get(web).status_code == 404
    assert get(web, DOSSIER).status_code == 200


def test_pages_of_other_sites_cannot_write(web: httpx.Client) -> None:
    answer = put(web, "<e:s> <e:p> 1 .", Origin="https://evil.example")
    assert answer.status_code == 403
    assert get(web).status_code == 404


def test_a_server_that_only_reads(loaded: Path) -> None:
    with served(loaded) as (base, _), httpx.Client(base_url=base, timeout=60) as web:
        assert put(web, CLASH).status_code == 403
        assert update(web, "DROP ALL").status_code == 403
        assert get(web, DOSSIER).status_code == 200


def test_files_are_not_written(loaded: Path) -> None:
    with served(loaded.parent / "talks.ttl", confidential=True, writable=True, token=TOKEN) as (base, _):
        answer = httpx.put(f"{base}graphs", params={"graph": MADE}, content="", headers=TURTLE)
        assert answer.status_code == 403
        assert "files" in answer.text


def test_a_store_of_which_a_part_is_left_out_is_not_written(loaded: Path, tmp_path: Path) -> None:
    shutil.copytree(loaded, tmp_path / "store")
    with OxigraphStore.at(tmp_path / "store") as store:
        secret = f"INSERT DATA {{ GRAPH <{DOSSIER}> {{ <{DOSSIER}/ilse> neg:confidential true }} }}"
        store.update(secret)
    with served(tmp_path / "store", writable=True, token=TOKEN) as (base, _):
        answer = httpx.put(f"{base}graphs", params={"graph": MADE}, content="", headers=TURTLE)
        assert answer.status_code == 403
        assert "--confidential" in answer.text
        graph = httpx.get(f"{base}graphs", params={"graph": DOSSIER}, timeout=60).text
        dump = httpx.get(f"{base}data.nq", timeout=60).text
        asked = httpx.get(f"{base}sparql", params={"query": "SELECT * { ?s rdfs:label ?o }"}, timeout=60).text
        assert "Joris" in graph
        assert all("ilse" not in text.lower() for text in (graph, dump, asked))
