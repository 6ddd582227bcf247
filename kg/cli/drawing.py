"""`kg network`, `kg timeline`, `kg report`: pictures and pages that open from disk.

What is marked confidential is left out unless --confidential is given.
"""

from __future__ import annotations

from pathlib import Path

import click

from kg import network as projection
from kg import pages
from kg.cli.options import (
    Given,
    confidential_option,
    form_of,
    format_option,
    graph_options,
    output_option,
    possible_option,
)
from kg.cli.output import emit
from kg.views.network_page import network_page
from kg.views.network_svg import network_svg
from kg.views.report import report_html, report_markdown
from kg.views.timeline import timeline_page, timeline_svg

_NETWORK = ("html", "svg", "graphml", "gexf", "json")


@click.command()
@graph_options
@format_option(*_NETWORK)
@click.option("--focus", multiple=True, help="Draw only what lies around this actor, event or claim.")
@click.option("--size", default=60, show_default=True, help="With --focus: how many nodes at most.")
@confidential_option
@output_option
def network(
    given: Given,
    form: str,
    focus: tuple[str, ...],
    size: int,
    confidential: bool,
    output: Path | None,
) -> None:
    """Draw who said what about what, conflicts in red: one page that opens without a network."""
    graph = given.open_public(confidential=confidential)
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
    given: Given,
    form: str,
    confidential: bool,
    output: Path | None,
) -> None:
    """Draw what was planned and what was said on a line of time; imprecise dates are drawn as such."""
    graph = given.open_public(confidential=confidential)
    rows = pages.timeline_rows(graph)
    draw = timeline_page if form_of(output, form, ("html", "svg")) == "html" else timeline_svg
    emit(draw(rows, title=pages.title(graph)), output)


@click.command()
@graph_options
@format_option("md", "html")
@possible_option
@confidential_option
@output_option
def report(
    given: Given,
    form: str,
    under_possible: bool,
    confidential: bool,
    output: Path | None,
) -> None:
    """Write the dispute report: each dispute with both sides, the proof, the dates and the accounts."""
    graph = given.open_public(confidential=confidential)
    data = pages.report_data(graph, under_possible=under_possible)
    write = report_markdown if form_of(output, form, ("md", "html")) == "md" else report_html
    emit(write(data), output)
