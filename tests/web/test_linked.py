"""Linked data, dumps and descriptions: from IRIs to pages, and all of the data at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pyoxigraph as ox
import pytest

from kg.ids import conflict_iri
from kg.web import fetching
from kg.web.fetching import Fetching
from kg.web.state import State
from tests.conftest import CASE
from tests.web.endpoint import served

DOSSIER = "https://w3id.org/parley/case/us-china-2019"
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
VOID = "http://rdfs.org/ns/void#"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, State]]:
    with served(CASE) as found:
        yield found


@pytest.fixture(scope="module")
def web(server: tuple[str, State]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server[0], timeout=60) as client:
        yield client


def look_up(web: httpx.Client, iri: str, accept: str = CHROME) -> httpx.Response:
    return web.get("id", params={"iri": iri}, headers={"Accept": accept})


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [(CHROME, ""), ("*/*", ""), ("text/turtle", ".ttl"), ("application/json", ".json"), ("text/markdown", ".md")],
)
def test_an_iri_leads_to_what_there_is_about_it(web: httpx.Client, accept: str, suffix: str) -> None:
    answer = look_up(web, f"{DOSSIER}/larry-kudlow", accept)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/actor/larry-kudlow{suffix}"
    assert answer.headers["vary"].startswith("Accept")
    page = web.get(answer.headers["location"].removeprefix("/"))
    assert page.status_code == 200


def test_claims_and_conflicts_have_pages_too(web: httpx.Client, server: tuple[str, State]) -> None:
    catalog = server[1].explorer.catalog
    claim, conflict = catalog.claims(0, 1).items[0], server[1].explorer.graph.conflicts()[0]
    assert look_up(web, str(claim.iri)).headers["location"].startswith("/claim/")
    assert look_up(web, str(conflict_iri(conflict.id))).headers["location"] == f"/dispute/{conflict.id}"


@pytest.mark.parametrize("iri", ["https://example.org/nobody", "not an iri", "javascript:alert(1)", "//evil.example/x"])
def test_what_is_not_there_leads_nowhere(web: httpx.Client, iri: str) -> None:
    answer = look_up(web, iri)
    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_which_iri_must_be_said(web: httpx.Client) -> None:
    assert web.get("id").status_code == 400
    assert web.get("id?iri=e:a&iri=e:b").status_code == 400
    assert look_up(web, f"{DOSSIER}/larry-kudlow", "application/pdf").status_code == 406


def test_all_of_the_data_at_once(web: httpx.Client, server: tuple[str, State]) -> None:
    (dossier,) = server[1].explorer.graph.dossiers
    count = len(list(server[1].explorer.graph.store.quads(dossier.iri)))
    for suffix, kind, syntax in (
        ("nq", "application/n-quads", ox.RdfFormat.N_QUADS),
        ("trig", "application/trig", ox.RdfFormat.TRIG),
        ("ttl", "text/turtle", ox.RdfFormat.TURTLE),
        ("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES),
    ):
        answer = web.get(f"data.{suffix}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["content-disposition"] == f'attachment; filename="data.{suffix}"'
        assert len(list(ox.parse(answer.content, format=syntax))) == count
        assert web.head(f"data.{suffix}").content == b""
    assert web.get("data.xlsx").status_code == 404


def test_only_so_many_copies_at_one_time(monkeypatch: pytest.MonkeyPatch, server: tuple[str, State]) -> None:
    monkeypatch.setattr(fetching, "AT_ONCE", 0)
    import asyncio

    from starlette.requests import Request

    from kg.web.asking import Busy

    request = Request({"type": "http", "method": "GET", "headers": [], "path": "/", "query_string": b""})
    with pytest.raises(Busy):
        asyncio.run(Fetching().send(server[1], request, "nq"))


def test_a_copy_that_was_fetched_gives_its_turn_back(web: httpx.Client) -> None:
    for _ in range(fetching.AT_ONCE * 2):
        assert web.get("data.nt").status_code == 200
    for _ in range(fetching.AT_ONCE * 2):  # also when the client goes away half-way
        with web.stream("GET", "data.nt") as answer:
            next(answer.iter_raw(10))
    assert web.get("data.nt").status_code == 200


@pytest.mark.parametrize("path", ["void", ".well-known/void"])
def test_the_data_is_described(web: httpx.Client, server: tuple[str, State], path: str) -> None:
    answer = web.get(path)
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    store = ox.Store()
    store.load(answer.content, format=ox.RdfFormat.TURTLE)
    counts = server[1].explorer.catalog.counts()

    def values(predicate: str, subject: str | None = None) -> set[str]:
        node = ox.NamedNode(subject) if subject else None
        found = store.quads_for_pattern(node, ox.NamedNode(VOID + predicate), None, None)
        return {getattr(quad.object, "value", "") for quad in found}

    base = server[0]
    assert values("sparqlEndpoint") == {f"{base}sparql"}
    assert f"{base}data.nq" in values("dataDump")
    assert values("entities", f"{base}void#claims") == {str(counts.claims)}
    assert values("entities", f"{base}void#conflicts") == {str(sum(counts.verdicts.values()))}
    examples = values("exampleResource")
    assert len(examples) > 5
    for iri in examples:
        assert look_up(web, iri).status_code == 303
    assert web.get(path, headers={"Accept": "application/ld+json"}).json()
    assert web.get(path, headers={"Accept": "text/csv"}).status_code == 406


def test_a_page_is_also_what_programs_read(web: httpx.Client) -> None:
    answer = web.get("actor/larry-kudlow", headers={"Accept": "text/turtle"})
    assert answer.headers["content-type"].startswith("text/turtle")
    assert "Accept" in answer.headers["vary"]
    assert list(ox.parse(answer.content, format=ox.RdfFormat.TURTLE))


def test_an_iri_on_this_server_leads_to_its_page(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("own")
    base = "http://talks.example/"
    (folder / "x.ttl").write_text(
        "@prefix neg: <https://w3id.org/parley/ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        f"<{base}case/x> a neg:Dossier . <{base}case/x/ann> a neg:Person ; rdfs:label 'Ann' ."
    )
    import asyncio

    from starlette.requests import Request

    from kg.web.linked import see_other
    from tests.web.endpoint import asking_state

    def asked(path: str) -> Request:
        headers = [(b"host", b"talks.example"), (b"accept", b"text/turtle")]
        scope = {"type": "http", "method": "GET", "scheme": "http", "path": path, "raw_path": path.encode()}
        return Request({**scope, "query_string": b"", "headers": headers, "server": ("127.0.0.1", 80)})

    with asking_state(folder, base=base) as state:
        found = asyncio.run(see_other(state, asked("/case/x/ann")))
        assert found is not None
        assert (found.status_code, found.headers["location"]) == (303, "/actor/ann.ttl")
        assert asyncio.run(see_other(state, asked("/case/x/bob"))) is None


# --- The IRI itself ------------------------------------------------------------------------------

TOWER = """@prefix neg: <https://w3id.org/parley/ns#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <{base}towers/> .
:tower a :Tower ; rdfs:label "the tower" .
:c1 a neg:Claim ; prov:wasAttributedTo :ann ; neg:saidOn "2019-01-22"^^xsd:date ; neg:affirms :p1 .
:p1 a neg:Proposition ; rdf:subject :tower ; rdf:predicate rdf:type ; rdf:object :Tall .
"""


@pytest.fixture(scope="module")
def of_this_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Data whose IRIs are addresses of the server that shows it."""
    base = "https://towers.example/"
    file = tmp_path_factory.mktemp("towers") / "towers.ttl"
    file.write_text(TOWER.format(base=base), encoding="utf-8")
    with served(file) as (place, state):
        state.settings = replace(state.settings, base=base)
        with httpx.Client(base_url=place, timeout=60) as client:
            yield client


def test_an_iri_of_this_host_leads_to_its_page(of_this_host: httpx.Client) -> None:
    page = "/thing/https%3A%2F%2Ftowers.example%2Ftowers%2Ftower"
    answer = of_this_host.get("towers/tower", headers={"Accept": CHROME})
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert of_this_host.get(page.lstrip("/")).status_code == 200
    turtle = of_this_host.get("towers/tower", headers={"Accept": "text/turtle"})
    assert (turtle.status_code, turtle.headers["location"]) == (303, f"{page}.ttl")


def test_what_nobody_speaks_of_is_not_there(of_this_host: httpx.Client) -> None:
    for path in ("towers/other", "thing/other", "towers/%ff", "towers/<x>"):
        answer = of_this_host.get(path, headers={"Accept": CHROME})
        assert answer.status_code in (400, 404), path
        assert "location" not in answer.headers
    assert of_this_host.get("towers/tower", headers={"Accept": "image/png"}).status_code == 404
