"""Answers as drawings: a network of the things in it, and a timeline of the rows that hold a date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

import networkx

from kg.explorer.answering import Answered
from kg.explorer.explorer import Explorer
from kg.explorer.results import cell, table
from kg.explorer.sections import Sections
from kg.store.protocol import Rows
from kg.terms import Iri, Literal, local_name
from kg.times import BadDate, parse, throughout
from kg.views.chart import Row, RowKind
from kg.views.layout import layout
from kg.views.network_style import picture
from kg.views.network_svg import picture_svg
from kg.vocab import EDTF, NEG, TYPE, XSD_NS
from kg.wording import capital

Network: TypeAlias = "networkx.MultiDiGraph[str]"
MOST_NODES = 60
MOST_DATES = 200
_OTHER = "Thing"
"""What a thing is drawn as that belongs to no section."""

_DATES = frozenset({EDTF, XSD_NS.date, XSD_NS.dateTime, XSD_NS.gYear, XSD_NS.gYearMonth})


def result_network(explorer: Explorer, answered: Answered) -> tuple[Network, int]:
    """Join the things that stand in one row, or in one triple; return the network, and how many things are left out.

    The things that stand in most rows are kept.
    """
    links = list(_links(explorer, answered))
    _, rows = table(answered)
    met = Counter(term for row in rows for term in row if isinstance(term, Iri) and explorer.kinds.is_thing(term))
    kept = [node for node, _ in met.most_common(MOST_NODES)]
    graph: Network = networkx.MultiDiGraph()
    sections, properties = Sections(explorer.graph.ontology), explorer.prose.wording.properties
    for node in kept:
        found = cell(explorer, node).ref
        kind = sections.of(o for p, o in properties.get(node, ()) if p == TYPE) or _OTHER
        label = found.text if found is not None else local_name(node)
        graph.add_node(str(node), label=label, kind=kind, unnamed=kind == local_name(NEG.UnnamedSource))
    for one, other, label in dict.fromkeys(links):
        if one in graph and other in graph and one != other:
            graph.add_edge(str(one), str(other), label=label, kind="background")
    return graph, len(met) - len(kept)


def network_drawing(graph: Network, title: str, *, standalone: bool) -> str:
    """Draw a network of an answer, whose things all count alike, as SVG."""
    drawn = picture(graph)
    plain: networkx.Graph[str] = networkx.Graph()
    plain.add_nodes_from(node.id for node in drawn.nodes)
    plain.add_edges_from((edge.source, edge.target) for edge in drawn.edges)
    places = layout(plain, {node.id: node.box for node in drawn.nodes})
    return picture_svg(replace(drawn, places=places), title, families=None, standalone=standalone)


def _links(explorer: Explorer, answered: Answered) -> Iterator[tuple[Iri, Iri, str]]:
    columns, rows = table(answered)
    if not isinstance(answered.answer, Rows):
        for s, p, o in rows:
            if isinstance(s, Iri) and isinstance(o, Iri) and p is not None:
                yield s, o, explorer.prose.name(p)
        return
    for row in rows:
        things = [(at, term) for at, term in enumerate(row) if isinstance(term, Iri)]
        for (_, one), (at, other) in pairwise(things):
            yield one, other, columns[at].replace("_", " ")


def date_column(answered: Answered) -> int | None:
    """Return which column holds dates: the first that has one."""
    columns, rows = table(answered)
    for at in range(len(columns)):
        if any(isinstance(row[at], Literal) and row[at].datatype in _DATES for row in rows):  # type: ignore[union-attr]
            return at
    return None


def result_dates(explorer: Explorer, answered: Answered) -> tuple[list[Row], int]:
    """Return a row of a timeline for each row that holds a date, in their order, and how many more there are."""
    at = date_column(answered)
    if at is None:
        return [], 0
    columns, rows = table(answered)
    found: list[Row] = []
    for row in rows:
        date = row[at]
        if not isinstance(date, Literal) or date.datatype not in _DATES:
            continue
        try:
            window = throughout(parse(date.value))
        except BadDate:
            continue
        words = [explorer.prose.name(one) for place, one in enumerate(row) if place != at and one is not None]
        label, note = (words[0], " · ".join(words[1:4])) if words else (columns[at], "")
        found.append(Row(capital(label), RowKind.EVENT, window.certain, window.possible, note=note))
    found.sort(key=lambda one: (one.spans[0].start if one.spans else 0, one.label))
    return found[:MOST_DATES], max(0, len(found) - MOST_DATES)
