"""`kg demo`: the main job on the first case, in half a minute."""

from __future__ import annotations

from pathlib import Path

import click

from kg import pages
from kg.cli.checking import print_accounts, print_check, print_proof
from kg.cli.output import console, emit
from kg.explorer.opening import open_explorer
from kg.graph import KnowledgeGraph
from kg.publishing import publish
from kg.resources import folder
from kg.views.network_page import network_page
from kg.views.report import report_html, report_markdown
from kg.views.timeline import timeline_page

FIRST_CASE = "us-china-2019"


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True, help="Where pages go.")
def demo(out: Path) -> None:
    """Check the first case (US-China trade talks, January 2019), prove it, draw it."""
    place = folder("examples") / FIRST_CASE
    if place.is_relative_to(Path.cwd()):
        place = place.relative_to(Path.cwd())
    graph = KnowledgeGraph.load(place)
    say = console()
    say.rule(f"[bold]{pages.title(graph)}")
    say.print("\nOne newspaper report. Who contradicts whom?\n")
    print_check(graph, graph.check(), hint=False)
    say.rule("[bold]One of them, proved")
    say.print()
    telling = next((c for c in graph.conflicts() if {"universal-denial", "presupposition"} <= set(c.kinds)), None)
    if telling is not None:
        print_proof(graph, telling)
    say.print()
    say.rule("[bold]What can all be true together")
    say.print()
    print_accounts(graph, graph.accounts())
    shown = graph.public()
    data = pages.report_data(shown)
    emit(report_html(data), out / "report.html")
    emit(report_markdown(data), out / "report.md")
    emit(network_page(pages.project(shown), pages.title(shown)), out / "network.html")
    emit(timeline_page(pages.timeline_rows(shown), title=pages.title(shown)), out / "timeline.html")
    published = publish(open_explorer(shown), out / "explorer")
    say.print(f"wrote {out / 'explorer'} ({published.pages} pages)")
    say.print(
        f"\nOpen {out / 'explorer' / 'index.html'} in a browser, or {out / 'report.html'} and {out / 'network.html'}."
    )
    say.print(f"Edit and look at once: kg serve {place}")
