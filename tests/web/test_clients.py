"""Clients that others wrote: SPARQLWrapper, rdflib and YASGUI, against a real server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rdflib
import uvicorn
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import CSV, DIGEST, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kg.graph import KnowledgeGraph
from kg.store.oxigraph import OxigraphStore
from kg.web.app import create_app
from kg.web.state import State
from tests.conftest import CASE, ROOT
from tests.web.endpoint import TOKEN, WRITER, served
from tests.web.test_writing import TALKS
from tests.windows import Look

DOSSIER = "https://w3id.org/parley/case/us-china-2019"
PREFIXES = "PREFIX neg: <https://w3id.org/parley/ns#> PREFIX prov: <http://www.w3.org/ns/prov#> "
CLAIMS = PREFIXES + "SELECT ?c ?who WHERE { ?c a neg:Claim ; prov:wasAttributedTo ?who } ORDER BY ?c"
YASGUI = ROOT / ".venv" / "yasgui"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, State]]:
    with served(CASE, seconds=30) as found:
        yield found


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, State]]:
    folder = tmp_path_factory.mktemp("clients")
    (folder / "talks.ttl").write_text(TALKS)
    with OxigraphStore.at(folder / "store") as store:
        KnowledgeGraph.load(folder / "talks.ttl", store=store)
    with served(folder / "store", confidential=True, writable=True, token=TOKEN) as found:
        yield found


# --- SPARQLWrapper ----------------------------------------------------------------------------------------


def wrapper(base: str, query: str, form: str, method: str = "GET") -> SPARQLWrapper:
    found = SPARQLWrapper(f"{base}sparql")
    found.setTimeout(60)
    found.setQuery(query)
    found.setReturnFormat(form)
    found.setMethod(method)
    return found


@pytest.mark.parametrize("sent", ["GET", POST, POSTDIRECTLY])
def test_sparqlwrapper_reads_rows(server: tuple[str, State], sent: str) -> None:
    expected = [str(row[0]) for row in server[1].explorer.graph.sparql(CLAIMS).rows]  # type: ignore[union-attr]
    asked = wrapper(server[0], CLAIMS, JSON, "GET" if sent == "GET" else POST)
    if sent == POSTDIRECTLY:
        asked.setRequestMethod(POSTDIRECTLY)
    bindings = asked.query().convert()["results"]["bindings"]
    assert [row["c"]["value"] for row in bindings] == expected
    as_xml = wrapper(server[0], CLAIMS, XML).query().convert()
    assert len(as_xml.getElementsByTagName("result")) == len(expected)
    for form, end in ((CSV, b"\r\n"), (TSV, b"\n")):
        assert wrapper(server[0], CLAIMS, form).query().convert().count(end) == len(expected) + 1


def test_sparqlwrapper_reads_graphs(server: tuple[str, State]) -> None:
    query = PREFIXES + "CONSTRUCT { ?c prov:wasAttributedTo ?w } WHERE { ?c prov:wasAttributedTo ?w }"
    found = [wrapper(server[0], query, form).query().convert() for form in (RDFXML, JSONLD)]
    found += [
        rdflib.Graph().parse(data=wrapper(server[0], query, form).query().convert(), format="turtle")
        for form in (TURTLE, N3)
    ]
    assert len({frozenset(graph) for graph in found}) == 1
    assert len(found[0]) > 10


def test_sparqlwrapper_reads_refusals(server: tuple[str, State]) -> None:
    with pytest.raises(QueryBadFormed, match="query:1:"):
        wrapper(server[0], "SELECT nope", JSON).query()
    assert wrapper(server[0], "ASK {}", JSON).query().convert()["boolean"] is True


def test_sparqlwrapper_writes(writable: tuple[str, State]) -> None:
    updating = SPARQLWrapper(f"{writable[0]}update")
    updating.setHTTPAuth(DIGEST)  # not used: a token is sent instead
    updating.addCustomHttpHeader("Authorization", WRITER["Authorization"])
    updating.setMethod(POST)
    updating.setQuery("INSERT DATA { GRAPH <https://example.org/w> { <e:s> <e:p> 'é' } }")
    assert updating.query().response.status == 204
    assert wrapper(writable[0], "ASK { <e:s> <e:p> 'é' }", JSON).query().convert()["boolean"] is True


# --- rdflib -----------------------------------------------------------------------------------------------


def test_rdflib_reads(server: tuple[str, State]) -> None:
    graph = rdflib.Graph(store=SPARQLStore(f"{server[0]}sparql"))
    expected = [str(row[0]) for row in server[1].explorer.graph.sparql(CLAIMS).rows]  # type: ignore[union-attr]
    assert [str(row[0]) for row in graph.query(CLAIMS)] == expected  # type: ignore[index]
    kudlow = rdflib.URIRef(f"{DOSSIER}/larry-kudlow")
    labels = list(graph.objects(kudlow, rdflib.RDFS.label))
    assert [str(label) for label in labels] == ["Larry Kudlow"]
    assert (kudlow, rdflib.RDFS.label, None) in graph
    local = rdflib.Graph().parse(f"{server[0]}data.ttl")
    assert len(local) > 500


def test_rdflib_reads_one_graph_of_several(server: tuple[str, State]) -> None:
    store = SPARQLStore(f"{server[0]}sparql")
    dossier, ontology = (rdflib.Graph(store, rdflib.URIRef(name)) for name in (DOSSIER, "https://w3id.org/parley/ns"))
    claim = rdflib.URIRef("https://w3id.org/parley/ns#Claim")
    assert list(dossier.subjects(rdflib.RDF.type, claim))
    assert not list(ontology.subjects(rdflib.RDF.type, claim))
    assert (claim, None, None) in ontology


def test_rdflib_writes(writable: tuple[str, State]) -> None:
    base = writable[0]
    store = SPARQLUpdateStore(f"{base}sparql", f"{base}update", headers=dict(WRITER))
    name = rdflib.URIRef("https://example.org/rdflib")
    graph = rdflib.Graph(store, name)
    triple = (rdflib.URIRef("e:s"), rdflib.URIRef("e:p"), rdflib.Literal("x' } ; DROP ALL"))
    graph.add(triple)
    assert triple in graph
    graph.remove(triple)
    assert triple not in graph
    assert rdflib.Graph().parse(f"{base}data.nt", format="nt")
    refused = rdflib.Graph(SPARQLUpdateStore(f"{base}sparql", f"{base}update"), name)
    with pytest.raises(Exception, match="401"):
        refused.add(triple)


# --- YASGUI -----------------------------------------------------------------------------------------------

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Query</title>
<link rel="stylesheet" href="/yasgui/yasgui.min.css"><script src="/yasgui/yasgui.min.js"></script></head>
<body><div id="here"></div><script>
window.made = new Yasgui(document.getElementById("here"), { requestConfig: { endpoint: "/sparql" } });
</script></body></html>"""


@pytest.fixture
def yasgui_at(server: tuple[str, State]) -> Iterator[str]:
    """A server of one origin: the page with the editor, and the application beside it."""
    if not (YASGUI / "yasgui.min.js").is_file():
        if os.environ.get("PARLEY_REQUIRE_YASGUI"):
            pytest.fail("PARLEY_REQUIRE_YASGUI is set, and YASGUI is not there (.ci/install-yasgui)")
        pytest.skip("NO YASGUI: the test with it did not run (.ci/install-yasgui)")
    import threading

    from kg.web.serving import base_of, bind

    async def page(_: object) -> HTMLResponse:
        return HTMLResponse(PAGE)

    app = Starlette(
        routes=[
            Route("/editor", page),
            Mount("/yasgui", StaticFiles(directory=YASGUI)),
            Mount("/", create_app(server[1])),
        ]
    )
    taken = bind("127.0.0.1", 0)
    running = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    yield base_of("127.0.0.1", taken.getsockname()[1])
    running.should_exit = True
    thread.join(10)
    taken.close()


@pytest.mark.browser
def test_yasgui_asks_and_shows(look: Callable[..., Look], yasgui_at: str, server: tuple[str, State]) -> None:
    expected = server[1].explorer.graph.sparql(CLAIMS)
    asked: list[str] = []
    page = look(yasgui_at).page
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    page.goto(f"{yasgui_at}editor")
    page.wait_for_function("window.made && window.made.getTab()")
    page.evaluate("query => window.made.getTab().getYasqe().setValue(query)", CLAIMS)
    page.evaluate("window.made.getTab().getYasqe().query()")
    page.wait_for_selector(".yasr table.dataTable tbody tr", timeout=60_000)
    assert f"{len(expected)} results" in page.inner_text(".yasr")  # type: ignore[arg-type]
    page.evaluate("query => window.made.getTab().getYasqe().setValue(query)", "SELECT nope")
    page.evaluate("window.made.getTab().getYasqe().query().catch(() => null)")
    page.wait_for_selector(".yasr .errorResult", timeout=60_000)
    assert "query:1:" in page.inner_text(".yasr .errorResult")
    assert [one for one in asked if one.endswith("/sparql")] == [f"POST {yasgui_at}sparql"] * 2


def test_the_editor_is_not_part_of_the_project() -> None:
    assert not list(Path(ROOT / "kg").rglob("*yasgui*"))
