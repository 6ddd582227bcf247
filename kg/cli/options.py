"""Arguments and options that several commands share, and how they open a graph."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kg.graph import KnowledgeGraph
from kg.store.oxigraph import OxigraphStore

F = TypeVar("F", bound=Callable[..., Any])


def graph_options(command: F) -> F:
    """Add PATH... , --store, --ontology and --rules to a command."""
    for decorate in (
        click.option("--rules", "rules", multiple=True, type=click.Path(), help="A rule file to check by as well."),
        click.option("--ontology", multiple=True, type=click.Path(), help="An ontology to check by as well."),
        click.option("--store", type=click.Path(path_type=Path), help="Use the store in this folder instead of PATH."),
        click.argument("paths", nargs=-1, type=click.Path()),
    ):
        command = decorate(command)
    return command


def format_option(*formats: str) -> Callable[[F], F]:
    """Add --format with these choices; the first is the default."""
    return click.option("--format", "form", type=click.Choice(formats), default=formats[0], show_default=True)


output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write to this file; its suffix decides the format."
)
confidential_option = click.option(
    "--confidential", is_flag=True, help="Keep what is marked confidential (it is left out otherwise)."
)


def open_graph(
    paths: tuple[str, ...], store: Path | None, ontology: tuple[str, ...] = (), rules: tuple[str, ...] = ()
) -> KnowledgeGraph:
    """Open what a command was given: files, folders, standard input or a store."""
    if store is not None:
        if paths:
            raise click.UsageError("give either PATH or --store, not both")
        return KnowledgeGraph(OxigraphStore.read_only(store), ontology=ontology, rules=rules)
    if not paths:
        raise click.UsageError("what should be read? Give a dossier, a folder, a store, or - for standard input")
    return KnowledgeGraph.load(*paths, ontology=ontology, rules=rules)
