"""`kg init`, `kg validate`, `kg load`, `kg export`, `kg schema`: data in and out."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from kg.cli.options import Given, confidential_option, form_of, format_option, graph_options, output_option
from kg.cli.output import emit
from kg.errors import StoreError
from kg.formats import read_all, write_graphs
from kg.formats.dossier_writer import write_dossier
from kg.formats.generate import generated
from kg.formats.lexicon import shipped
from kg.graph import KnowledgeGraph
from kg.resources import folder
from kg.store.oxigraph import OxigraphStore
from kg.vocab import ONTOLOGY_GRAPH

FIRST_CASE = "us-china-2019"


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
        click.echo(f"warning: {warning}")
    for orphan in graph.orphans:
        click.echo(f"orphaned quote: {orphan}")
    claims = sum(len(dossier.claims) for dossier in graph.dossiers)
    click.echo(f"{len(graph.dossiers)} dossier{'' if len(graph.dossiers) == 1 else 's'}, {claims} claims: well formed")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option("--store", required=True, type=click.Path(path_type=Path), help="The folder of the store.")
@click.option("--ontology", multiple=True, type=click.Path(), help="An ontology to check by as well.")
def load(paths: tuple[str, ...], store: Path, ontology: tuple[str, ...]) -> None:
    """Load dossiers into a store on disk; a dossier that is already there is replaced."""
    sources = read_all(paths)
    with OxigraphStore.at(store) as opened:
        graph = KnowledgeGraph(opened, ontology=ontology)
        graph.add(sources)
        for source in sources:
            click.echo(f"loaded {source.graph} ({len(source.triples):,} triples)")
        for warning in graph.warnings:
            click.echo(f"warning: {warning}", err=True)


@click.command()
@graph_options
@format_option("trig", "nq", "yaml")
@confidential_option
@output_option
def export(
    given: Given,
    form: str,
    confidential: bool,
    output: Path | None,
) -> None:
    """Write the dossiers as TriG, N-Quads or YAML, without what is confidential unless asked for."""
    graph = given.open_public(confidential=confidential)
    form = form_of(output, form, ("trig", "nq", "yaml"))
    if form == "yaml":
        emit("---\n".join(write_dossier(dossier) for dossier in graph.dossiers), output)
        return
    quads = [quad for quad in graph.store.quads() if quad.g != ONTOLOGY_GRAPH]
    emit(write_graphs(quads, form), output)


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
