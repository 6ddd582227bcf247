"""Arguments and options that several commands share, and how they open a graph."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from kg.contradiction import CheckOptions
from kg.graph import KnowledgeGraph
from kg.logic.limits import Limits
from kg.store.addresses import open_store

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Given:
    """What a command was given to read, and to check by."""

    paths: tuple[str, ...]
    store: str | None
    ontology: tuple[str, ...]
    rules: tuple[str, ...]

    def open(self, limits: Limits | None = None) -> KnowledgeGraph:
        """Open files, folders, standard input or a store; the time of the limits runs from now on."""
        options = CheckOptions((limits or Limits()).started())
        if self.store is not None:
            if self.paths:
                raise click.UsageError("give either PATH or --store, not both")
            opened = open_store(self.store, writable=False)
            return KnowledgeGraph(opened, ontology=self.ontology, rules=self.rules, options=options)
        if not self.paths:
            raise click.UsageError("what should be read? Give a dossier, a folder, a store, or - for standard input")
        return KnowledgeGraph.load(*self.paths, ontology=self.ontology, rules=self.rules, options=options)

    def open_public(self, *, confidential: bool, limits: Limits | None = None) -> KnowledgeGraph:
        """Open it for a picture or an export: without anything confidential unless asked for."""
        graph = self.open(limits)
        return graph if confidential else graph.public(copy_large=True)


def graph_options(command: F) -> Callable[..., Any]:
    """Add PATH... , --store, --ontology and --rules to a command; it takes them as one `given`."""

    @functools.wraps(command)
    def with_given(
        *, paths: tuple[str, ...], store: str | None, ontology: tuple[str, ...], rules: tuple[str, ...], **rest: Any
    ) -> Any:
        return command(given=Given(paths, store, ontology, rules), **rest)

    decorated: Callable[..., Any] = with_given
    for decorate in (
        click.option("--rules", "rules", multiple=True, type=click.Path(), help="A rule file to check by as well."),
        click.option("--ontology", multiple=True, type=click.Path(), help="An ontology to check by as well."),
        click.option(
            "--store",
            type=click.Path(),
            metavar="STORE",
            help="Use the store in this folder, or at sparql:https://host/dataset, instead of PATH.",
        ),
        click.argument("paths", nargs=-1, type=click.Path()),
    ):
        decorated = decorate(decorated)
    return decorated


def format_option(*formats: str) -> Callable[[F], F]:
    """Add --format with these choices; the first is the default."""
    return click.option("--format", "form", type=click.Choice(formats), default=formats[0], show_default=True)


def form_of(output: Path | None, form: str, known: tuple[str, ...]) -> str:
    """Return the format that a file's suffix names, else the one asked for."""
    if output is None or not output.suffix:
        return form
    if output.suffix[1:] not in known:
        raise click.BadParameter(f"{output.name}: the suffix must be one of {', '.join(known)}", param_hint="-o")
    return output.suffix[1:]


output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write to this file; its suffix decides the format."
)
confidential_option = click.option(
    "--confidential", is_flag=True, help="Keep what is marked confidential (it is left out otherwise)."
)
time_limit_option = click.option(
    "--time-limit",
    "limits",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    callback=lambda _ctx, _param, seconds: Limits(seconds=seconds),
    help="Stop after so long and say what is missing.",
)
query_time_option = click.option(
    "--time-limit",
    "seconds",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="End the query after so long with an error (else: as long as it takes).",
)
memory_option = click.option(
    "--memory",
    "mebibytes",
    type=click.IntRange(min=1),
    metavar="MIB",
    default=4096 if sys.platform == "linux" else None,
    show_default=True,
    help="End the query with an error when it needs more memory than this.",
)
possible_option = click.option(
    "--under-possible", is_flag=True, help="Let clashes that the dates leave open count as conflicts too."
)
