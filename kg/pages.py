"""From a knowledge graph to the values that the views draw: the one place where the two meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.contradiction import CheckResult
from kg.graph import KnowledgeGraph
from kg.prose import claim_name
from kg.views import report_data as values
from kg.views import rows
from kg.views.chart import Row
from kg.views.report_data import ReportData

if TYPE_CHECKING:
    from kg.network import Graph


def report_data(
    graph: KnowledgeGraph, result: CheckResult | None = None, *, under_possible: bool = False
) -> ReportData:
    """Gather what the dispute report says; `result` may be a part of the check. A large graph is refused."""
    graph.small_only("a report")
    return values.report_data(
        graph.dossiers,
        result or graph.check(),
        graph.accounts(under_possible=under_possible),
        graph.prose,
        places=graph.places,
        orphans=graph.orphans,
    )


def title(graph: KnowledgeGraph) -> str:
    """Return the title of the dossiers in a graph."""
    return values.title(graph.dossiers)


def timeline_rows(graph: KnowledgeGraph) -> list[Row]:
    """Return every planned date and every dated position."""
    return rows.timeline_rows(graph.dossiers, graph.check(), graph.prose)


def project(graph: KnowledgeGraph, focus: Sequence[str] = (), size: int = 60) -> Graph:
    """Project who said what about what to a labelled network; `focus` cuts it around some nodes."""
    from kg import network  # noqa: PLC0415  # networkx is loaded by those who draw

    prose = graph.prose
    held = {c.iri: prose.position(position) for position in graph.check().positions for c in position.claims}
    whole = network.project(
        graph.dossiers,
        graph.ontology,
        graph.conflicts(),
        name=prose.name,
        says=lambda claim: held.get(claim.iri, claim_name(claim)),
        asks=prose.title,
    )
    if not focus:
        return whole
    return network.focus(whole, [str(graph.resolve(text)) for text in focus], size=size)
