"""`kg init`, `kg validate`, `kg load`, `kg export`, `kg schema`: data in and out."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from kg import bulk
from kg.cli.options import Given, confidential_option, form_of, format_option, graph_options, output_option
from kg.cli.output import as_json, emit
from kg.cli.progress import progress_shown
from kg.cli.untrusted import one_line
from kg.errors import BadInput, StoreError
from kg.formats import write_graphs
from kg.formats.dossier_writer import write_dossier
from kg.formats.generate import generated
from kg.formats.lexicon import shipped
from kg.formats.tables import write_csv, write_ndjson
from kg.graph import KnowledgeGraph, read_ontology
from kg.model import Dossier
from kg.resources import folder
from kg.store.addresses import is_address, open_store
from kg.vocab import ONTOLOGY_GRAPH

FIRST_CASE = "us-china-2019"
EXPORTS = ("trig", "nq", "yaml", "ndjson", "csv")


@click.command()
@click.argument("place", type=click.Path(path_type=Path))
def init(place: Path) -> None:
    """Write a copy of the first case to PLACE, to look at and to change."""
    if place.exists() and any(place.iterdir()):
        raise StoreError(f"{place} is not empty")
    shutil.copytree(folder("examples") / FIRST_CASE, place, dirs_exist_ok=True)
    schema_file = place / "dossier.schema.json"
    shutil.copyfile(folder("ontology") / "dossier.schema.json", schema_file)
    dossier = place / f"{FIRST_CASE}.yaml"
    text = dossier.read_text(encoding="utf-8")
    dossier.write_text(text.replace("../../ontology/dossier.schema.json", schema_file.name), encoding="utf-8")
    click.echo(f"wrote {dossier}\nnext: kg check {place}")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option("--ontology", multiple=True, type=click.Path(), help="An ontology to check by as well.")
def validate(paths: tuple[str, ...], ontology: tuple[str, ...]) -> None:
    """Say whether records are well formed; every fault, with file, line and column."""
    graph = KnowledgeGraph.load(*paths, ontology=ontology)
    for warning in graph.warnings:
        click.echo(one_line(f"warning: {warning}"))
    for orphan in graph.orphans:
        click.echo(one_line(f"orphaned quote: {orphan}"))
    claims = sum(len(dossier.claims) for dossier in graph.dossiers)
    click.echo(f"{len(graph.dossiers)} dossier{'' if len(graph.dossiers) == 1 else 's'}, {claims} claims: well formed")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option("--store", required=True, help="A folder, or sparql:ADDRESS for a server.")
@click.option("--ontology", multiple=True, type=click.Path(), help="An ontology to check by as well.")
@format_option("text", "json")
def load(paths: tuple[str, ...], store: str, ontology: tuple[str, ...], form: str) -> None:
    """Load dossiers and RDF of any size into a store; a dossier that is already there is replaced.

    Everything is read and checked first: with any fault, nothing is loaded. Large files (N-Quads, N-Triples, TriG,
    Turtle, CSV, NDJSON, also packed with gzip) are streamed; each is one transaction.
    """
    axioms = read_ontology(ontology)
    is_new = not is_address(store) and not Path(store).exists()
    try:
        with open_store(store, writable=True) as opened, progress_shown() as progress:
            loaded = bulk.load(opened, paths, ontology=axioms, progress=progress)
    except BadInput:
        if is_new:  # then it holds nothing: it was made only to load into
            shutil.rmtree(store, ignore_errors=True)
        raise
    if form == "json":
        click.echo(as_json(_as_object(store, loaded)))
    else:
        _print_loaded(loaded)


_SHOWN = 20
"""Graphs that are named one by one, and warnings; the others are counted."""


def _as_object(store: str, loaded: bulk.Loaded) -> dict[str, Any]:
    return {
        "store": store,
        "graphs": [{"graph": one.graph, "triples": one.triples, "file": one.file} for one in loaded.graphs],
        "warnings": [asdict(warning) for warning in loaded.warnings],
        "orphans": [{"claim": one.claim, "document": one.document, "reason": one.reason} for one in loaded.orphans],
    }


def _print_loaded(loaded: bulk.Loaded) -> None:
    for one in loaded.graphs[:_SHOWN]:
        click.echo(one_line(f"loaded {one.graph} ({one.triples:,} triples)"))
    if more := loaded.graphs[_SHOWN:]:
        click.echo(f"loaded {len(more):,} more graphs ({sum(one.triples for one in more):,} triples)")
    for warning in loaded.warnings[:_SHOWN]:
        click.echo(one_line(f"warning: {warning}"), err=True)
    if len(loaded.warnings) > _SHOWN:
        click.echo(f"{len(loaded.warnings) - _SHOWN:,} more warnings; --format json lists them", err=True)


@click.command()
@graph_options
@format_option(*EXPORTS)
@confidential_option
@output_option
def export(
    given: Given,
    form: str,
    confidential: bool,
    output: Path | None,
) -> None:
    """Write the dossiers as TriG, N-Quads, YAML, NDJSON or CSV, without what is confidential unless asked for.

    CSV holds the claims of one dossier; its metadata ("CSV on the Web") and its entries are files beside it.
    """
    graph = given.open_public(confidential=confidential)
    form = form_of(output, form, EXPORTS)
    if form == "yaml":
        emit("---\n".join(write_dossier(dossier) for dossier in graph.dossiers), output)
        return
    if form == "ndjson":
        emit("".join(write_ndjson(graph.dossiers)), output)
        return
    if form == "csv":
        _emit_table(graph.dossiers, output)
        return
    quads = [quad for quad in graph.store.quads() if quad.g != ONTOLOGY_GRAPH]
    emit(write_graphs(quads, form), output)


def _emit_table(dossiers: Sequence[Dossier], output: Path | None) -> None:
    """Write the table of one dossier, with what lies beside it; on standard output only the table, and say so."""
    if len(dossiers) != 1:
        names = "".join(f"\n  {dossier.iri}" for dossier in dossiers[:20])
        raise click.UsageError(f"a table holds one dossier, and here are {len(dossiers)}; ask for ndjson{names}")
    written = write_csv(dossiers[0], output.name if output is not None else "claims.csv")
    table, *beside = written.files
    if output is None:
        emit(written.files[table], None)
        left = f", {written.beside} claims that no row can hold" if written.beside else ""
        click.echo(f"left out: the dossier's address, its entries{left}; to keep them, write to a file (-o)", err=True)
        return
    for name in (*beside, table):
        emit(written.files[name], output.with_name(name))


@click.command()
@click.option("--write", is_flag=True, help="Write both files into the ontology folder.")
def schema(write: bool) -> None:
    """Print the JSON Schema of a dossier, made from the ontology (editors complete with it)."""
    files = generated(shipped())
    if not write:
        click.echo(files["dossier.schema.json"], nl=False)
        return
    for name, text in files.items():
        emit(text, folder("ontology") / name)
