"""`kg query` and `kg queries`: SPARQL, by name or from a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from kg.cli.options import Given, form_of, format_option, graph_options, output_option
from kg.cli.output import emit, plain, print_table, table_text
from kg.errors import QueryError, did_you_mean
from kg.formats import write_graph
from kg.graph import KnowledgeGraph
from kg.queries import NamedQuery, named_queries, query_from_file
from kg.store.protocol import Rows
from kg.terms import Iri, Literal, Term
from kg.times import BadDate, in_english, parse


@click.command()
@click.argument("name")
@graph_options
@format_option("table", "csv", "tsv", "json", "ttl")
@click.option("--ids", is_flag=True, help="Show the columns of ids in a table too.")
@output_option
def query(
    name: str,
    given: Given,
    form: str,
    ids: bool,
    output: Path | None,
) -> None:
    """Ask a named query (see kg queries) or a FILE.rq; param=value may follow the paths.

    \b
    kg query claims-by-speaker examples/us-china-2019 speaker=larry-kudlow
    kg query mine.rq examples/us-china-2019
    """
    params = dict(part.split("=", 1) for part in given.paths if _is_param(part))
    asked = _find(name)
    graph = replace(given, paths=tuple(part for part in given.paths if not _is_param(part))).open()
    answer = graph.run_query(asked, params)
    form = form_of(output, form, ("csv", "tsv", "json", "ttl"))
    if isinstance(answer, bool):
        emit("yes" if answer else "no", output)
    elif isinstance(answer, Rows):
        _emit_rows(graph, answer, form, output, ids=ids)
    else:
        emit(write_graph(answer, "ttl"), output)


def _is_param(part: str) -> bool:
    key, equals, _ = part.partition("=")
    return bool(equals) and key.replace("_", "").replace("-", "").isalnum() and not Path(part).exists()


def _find(name: str) -> NamedQuery:
    if name.endswith(".rq"):
        return query_from_file(Path(name))
    known = named_queries()
    if name not in known:
        raise QueryError(f'no query is called "{name}"{did_you_mean(name, known)} (kg queries lists them)')
    return known[name]


def _emit_rows(graph: KnowledgeGraph, rows: Rows, form: str, output: Path | None, *, ids: bool) -> None:
    if form == "ttl":
        raise click.UsageError("this query answers with rows; ask for table, csv, tsv or json")
    if form == "table" and output is None:
        kept = [at for at, name in enumerate(rows.variables) if ids or not _is_id_column(rows, name)]
        kept = kept or list(range(len(rows.variables)))
        print_table([rows.variables[at] for at in kept], ([_shown(graph, row[at]) for at in kept] for row in rows))
        return
    cells = (["" if cell is None else str(cell) for cell in row] for row in rows)
    emit(table_text(rows.variables, cells, "csv" if form == "table" else form), output)


def _is_id_column(rows: Rows, name: str) -> bool:
    cells = [cell for cell in rows.column(name) if cell is not None]
    return bool(cells) and all(isinstance(cell, Iri) for cell in cells)


def _shown(graph: KnowledgeGraph, cell: Term | None) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Literal):
        return _date(cell)
    if isinstance(cell, Iri):  # short where the dossier's own names are meant
        for dossier in graph.dossiers:
            if cell.startswith(dossier.iri + "/"):
                return cell.removeprefix(dossier.iri + "/")
    return graph.prose.name(cell)


def _date(literal: Literal) -> str:
    if not literal.datatype.endswith(("EDTF", "#date", "#dateTime")):
        return literal.value
    try:
        parse(literal.value)
    except BadDate:
        return literal.value
    return in_english(literal.value)


@click.command()
def queries() -> None:
    """List the named queries with what they answer and their parameters."""
    for name, one in sorted(named_queries().items()):
        click.echo(f"{name}\n    {plain(one.answers)}")
        for param in one.params:
            click.echo(f"    {param}")
