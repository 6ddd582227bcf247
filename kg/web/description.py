"""What the service says of itself in RDF: the endpoint (SPARQL 1.1 Service Description) and the data (VoID)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from kg.contradiction.results import Verdict
from kg.explorer.catalog import Filter
from kg.explorer.explorer import Explorer
from kg.formats import write_graph
from kg.ids import conflict_iri
from kg.terms import XSD, Iri, Literal, Node, Triple
from kg.vocab import (
    COMPUTED_GRAPH,
    DCTERMS,
    FOAF,
    NEG,
    OA,
    ORG,
    PREFIXES,
    PROV,
    RDFS,
    SCHEMA,
    SKOS,
    TYPE,
    Namespace,
)  # fmt: skip
from kg.web.asking.jobs import NOT_DATA
from kg.web.results import GRAPHS, content_type, wanted
from kg.web.settings import Settings

if TYPE_CHECKING:
    from kg.web.state import State

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
_VOCABULARIES = (NEG, PROV, ORG, FOAF, SCHEMA, SKOS, DCTERMS, OA)
_RESULTS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads",
)  # fmt: skip
DUMPS = ("trig", "nq", "ttl", "nt")
"""The formats in which all data can be had."""
_MOST_GRAPHS = 500
"""Graphs that are named; that there are more is said."""
_EXAMPLES = 3
_KINDS = ("actor", "meeting", "issue")
_KNOWN = {**PREFIXES, "sd": str(SD), "void": str(VOID), "formats": str(FORMATS)}


async def service(state: State, request: Request) -> Response:
    """Answer with the description of the endpoint, in the RDF syntax that is wanted."""
    return await _described(request, lambda: service_triples(state.explorer, state.settings))


async def data(state: State, request: Request) -> Response:
    """Answer with the description of the data."""
    return await _described(request, lambda: data_triples(state.explorer, state.settings))


async def _described(request: Request, describe: Callable[[], Iterable[Triple]]) -> Response:
    syntax = wanted(request.headers.get("accept", ""), GRAPHS)
    text = await anyio.to_thread.run_sync(lambda: write_graph(describe(), syntax, _KNOWN))
    headers = {"Vary": "Accept", "Cache-Control": "no-cache", "Content-Type": content_type(syntax, GRAPHS)}
    return Response(text, headers=headers)


def service_triples(explorer: Explorer, settings: Settings) -> Iterator[Triple]:
    """Describe the endpoint: what it takes and gives, and which graphs are asked."""
    endpoint, asked = Iri(f"{settings.base}sparql"), Iri(f"{settings.base}sparql#data")
    yield Triple(endpoint, TYPE, SD.Service)
    yield Triple(endpoint, SD.endpoint, endpoint)
    yield Triple(endpoint, SD.supportedLanguage, SD.SPARQL11Query)
    yield Triple(endpoint, SD.feature, SD.UnionDefaultGraph)
    for name in _RESULTS:
        yield Triple(endpoint, SD.resultFormat, FORMATS.term(name))
    limits = f"{settings.seconds:g} s, {settings.mebibytes:,} MiB of memory, {settings.rows:,} rows"
    yield Triple(endpoint, RDFS.comment, Literal(f"One query may use {limits}. SERVICE is refused.", language="en"))
    if settings.writable:
        update = Iri(f"{settings.base}update")
        yield Triple(update, TYPE, SD.Service)
        yield Triple(update, SD.endpoint, update)
        yield Triple(update, SD.supportedLanguage, SD.SPARQL11Update)
    yield Triple(endpoint, SD.defaultDataset, asked)
    yield Triple(asked, TYPE, SD.Dataset)
    yield Triple(asked, SD.defaultGraph, Iri(f"{settings.base}void#data"))
    yield from _graphs(explorer, asked, settings)
    yield from data_triples(explorer, settings)


def _graphs(explorer: Explorer, asked: Iri, settings: Settings) -> Iterator[Triple]:
    is_large = explorer.graph.is_large
    computed = (
        "The computed conflicts are not among the graphs, as there are many claims; the pages show them."
        if is_large
        else f"The computed conflicts are among the graphs, in <{COMPUTED_GRAPH}>; they are not part of the data."
    )
    yield Triple(asked, RDFS.comment, Literal(computed, language="en"))
    graphs = sorted({*explorer.graph.store.graphs(), *([] if is_large else [COMPUTED_GRAPH])})
    if len(graphs) > _MOST_GRAPHS:
        said = f"{_MOST_GRAPHS:,} of {len(graphs):,} graphs are named here."
        yield Triple(asked, RDFS.comment, Literal(said, language="en"))
    for number, graph in enumerate(graphs[:_MOST_GRAPHS], 1):
        node = Iri(f"{settings.base}sparql#graph-{number}")
        yield Triple(asked, SD.namedGraph, node)
        yield Triple(node, TYPE, SD.NamedGraph)
        yield Triple(node, SD.name, graph)


def data_triples(explorer: Explorer, settings: Settings) -> Iterator[Triple]:
    """Describe the data: how much there is, where to ask and to fetch it, and some things to begin with."""
    node, counts = Iri(f"{settings.base}void#data"), explorer.catalog.counts()
    document = Iri(f"{settings.base}void")
    yield Triple(document, TYPE, VOID.DatasetDescription)
    yield Triple(document, FOAF.primaryTopic, node)
    yield Triple(node, TYPE, VOID.Dataset)
    yield Triple(node, DCTERMS.term("title"), Literal(explorer.title))
    yield Triple(node, FOAF.homepage, Iri(settings.base))
    yield Triple(node, VOID.sparqlEndpoint, Iri(f"{settings.base}sparql"))
    yield Triple(node, VOID.uriLookupEndpoint, Iri(f"{settings.base}id?iri="))
    for suffix in DUMPS:
        yield Triple(node, VOID.dataDump, Iri(f"{settings.base}data.{suffix}"))
    for vocabulary in _VOCABULARIES:
        yield Triple(node, VOID.vocabulary, Iri(vocabulary))
    yield Triple(node, VOID.documents, _number(sum(graph not in NOT_DATA for graph in explorer.graph.store.graphs())))
    conflicts = sum(counts.verdicts.get(verdict, 0) for verdict in Verdict)
    for name, cls, number in (
        ("claims", NEG.Claim, counts.claims),
        ("positions", NEG.Position, counts.positions),
        ("conflicts", NEG.Conflict, conflicts),
    ):
        part = Iri(f"{document}#{name}")
        yield Triple(node, VOID.classPartition, part)
        yield Triple(part, VOID.term("class"), cls)
        yield Triple(part, VOID.entities, _number(number))
    for one in _examples(explorer):
        yield Triple(node, VOID.exampleResource, one)


def _examples(explorer: Explorer) -> Iterator[Iri]:
    found: list[Node] = [node for kind in _KINDS for node, _ in explorer.catalog.busiest(kind, _EXAMPLES)]
    found += [conflict_iri(one.id) for one in explorer.catalog.disputes(Filter(), 0, _EXAMPLES).items]
    return (node for node in found if isinstance(node, Iri))


def _number(count: int) -> Literal:
    return Literal(str(count), Iri(f"{XSD}integer"))
