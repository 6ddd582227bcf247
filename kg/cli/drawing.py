"""`kg network`, `kg timeline`, `kg report`: pictures and pages that open from disk.

What is marked confidential is left out unless --confidential is given.
"""

from __future__ import annotations

from pathlib import Path

import click

from kg import network as projection
from kg import pages
from kg.cli.options import confidential_option, format_option, graph_options, open_graph, output_option
from kg.cli.output import emit
from kg.graph import KnowledgeGraph
from kg.views.network_page import network_page
from kg.views.network_svg import network_svg
from kg.views.report import report_html, report_markdown
from kg.views.timeline import timeline_page, timeline_svg


def shown(
    paths: tuple[str, ...], store: Path | None, ontology: tuple[str, ...], rules: tuple[str, ...], *, confidential: bool
) -> KnowledgeGraph:
    """Open a graph for a picture: without anything confidential unless asked for."""
    graph = open_graph(paths, store, ontology, rules)
    return graph if confidential else graph.public()


def form_of(output: Path | None, form: str, known: tuple[str, ...]) -> str:
    """Return the format that a file's suffix names, else the one asked for."""
    if output is None or not output.suffix:
        return form
    if output.suffix[1:] not in known:
        raise click.BadParameter(f"{output.name}: the suffix must be one of {', '.join(known)}", param_hint="-o")
    return output.suffix[1:]


_NETWORK = ("html", "svg", "graphml", "gexf", "json")


@click.command()
@graph_options
@format_option(*_NETWORK)
@click.option("--focus", multiple=True, help="Draw only what lies around this actor, event or claim.")
@click.option("--size", default=60, show_default=True, help="With --focus: how many nodes at most.")
@confidential_option
@output_option
def network(
    paths: tuple[str, ...],
    store: Path | None,
    ontology: tuple[str, ...],
    rules: tuple[str, ...],
    form: str,
    focus: tuple[str, ...],
    size: int,
    confidential: bool,
    output: Path | None,
) -> None:
    """Draw who said what about what, conflicts in red: one page that opens without a network."""
    graph = shown(paths, store, ontology, rules, confidential=confidential)
    drawn = pages.project(graph, focus, size)
    name = pages.title(graph)
    form = form_of(output, form, _NETWORK)
    if form == "html":
        text = network_page(drawn, name)
    elif form == "svg":
        text = network_svg(drawn, name)
    else:
        text = {"graphml": projection.to_graphml, "gexf": projection.to_gexf, "json": projection.to_json}[form](drawn)
    emit(text, output)


@click.command()
@graph_options
@format_option("html", "svg")
@confidential_option
@output_option
def timeline(
    paths: tuple[str, ...],
    store: Path | None,
    ontology: tuple[str, ...],
    rules: tuple[str, ...],
    form: str,
    confidential: bool,
    output: Path | None,
) -> None:
    """Draw what was planned and what was said on a line of time; imprecise dates are drawn as such."""
    graph = shown(paths, store, ontology, rules, confidential=confidential)
    rows = pages.timeline_rows(graph)
    draw = timeline_page if form_of(output, form, ("html", "svg")) == "html" else timeline_svg
    emit(draw(rows, title=pages.title(graph)), output)


@click.command()
@graph_options
@format_option("md", "html")
@click.option("--under-possible", is_flag=True, help="Let clashes that the dates leave open divide accounts too.")
@confidential_option
@output_option
def report(
    paths: tuple[str, ...],
    store: Path | None,
    ontology: tuple[str, ...],
    rules: tuple[str, ...],
    form: str,
    under_possible: bool,
    confidential: bool,
    output: Path | None,
) -> None:
    """Write the dispute report: each dispute with both sides, the proof, the dates and the accounts."""
    graph = shown(paths, store, ontology, rules, confidential=confidential)
    data = pages.report_data(graph, under_possible=under_possible)
    write = report_markdown if form_of(output, form, ("md", "html")) == "md" else report_html
    emit(write(data), output)
