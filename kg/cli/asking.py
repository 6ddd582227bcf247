"""`kg query`, `kg queries` and `kg ask`: SPARQL over the records, and over what can be believed of them."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import click

from kg.cli.options import (
    Given,
    form_of,
    format_option,
    graph_options,
    memory_option,
    output_option,
    possible_option,
    query_time_option,
    time_limit_option,
)
from kg.cli.output import as_json, console, emit, plain, print_table, table_text
from kg.contradiction.answers import Answers
from kg.contradiction.sat import Under
from kg.errors import QueryError, did_you_mean
from kg.formats import write_graph
from kg.graph import KnowledgeGraph
from kg.logic.limits import Limits
from kg.queries import NamedQuery, named_queries, query_from_file
from kg.store.protocol import Bounds, Rows
from kg.terms import Iri, Literal, Term
from kg.times import BadDate, in_english, parse
from kg.views.answers import answers_json, answers_markdown, answers_table, groups, summary
from kg.wording import capital


@click.command()
@click.argument("name")
@graph_options
@format_option("table", "csv", "tsv", "json", "ttl")
@click.option("--ids", is_flag=True, help="Show the columns of ids in a table too.")
@query_time_option
@memory_option
@output_option
def query(
    name: str,
    given: Given,
    form: str,
    ids: bool,
    seconds: float | None,
    mebibytes: int | None,
    output: Path | None,
) -> None:
    """Ask a named query (see kg queries) or a FILE.rq; param=value may follow the paths.

    \b
    kg query claims-by-speaker examples/us-china-2019 speaker=larry-kudlow
    kg query mine.rq examples/us-china-2019
    """
    params = dict(part.split("=", 1) for part in given.paths if _is_param(part))
    asked = _find(name)
    graph = replace(given, paths=tuple(part for part in given.paths if not _is_param(part))).open(
        Limits(seconds=seconds)
    )
    answer = graph.run_query(asked, params, bounds=Bounds(seconds=seconds, mebibytes=mebibytes))
    form = form_of(output, form, ("csv", "tsv", "json", "ttl"))
    if isinstance(answer, bool):
        emit("yes" if answer else "no", output)
    elif isinstance(answer, Rows):
        _emit_rows(graph, answer, form, output, ids=ids)
    else:
        emit(write_graph(answer, "ttl"), output)


def _is_param(part: str) -> bool:
    key, equals, _ = part.partition("=")
    is_name = key.replace("_", "").replace("-", "").isalnum()
    return bool(equals) and is_name and not os.path.exists(part)  # noqa: PTH110 - no error where a name is too long


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


@click.command()
@click.argument("question")
@graph_options
@click.option(
    "--under",
    type=click.Choice([sense.value for sense in Under]),
    default=Under.UNDISPUTED.value,
    show_default=True,
    help="What nobody contradicts; what holds in every account; what holds in some.",
)
@click.option("--at", metavar="DATE", help="Ask what holds at this date (else: at some time).")
@possible_option
@time_limit_option
@format_option("text", "json", "md", "csv")
@output_option
def ask(
    question: str,
    given: Given,
    under: str,
    at: str | None,
    under_possible: bool,
    limits: Limits,
    form: str,
    output: Path | None,
) -> None:
    """Ask what can be believed: SPARQL over all that is said and all that follows from it.

    QUESTION is SPARQL (SELECT or ASK), a FILE.rq, or - for standard input. The usual prefixes are known, and
    :id is a thing of the dossier. Each answer comes with who says so, and with what rules it out.

    \b
    kg ask 'SELECT ?meeting { ?meeting a neg:Scheduled }' examples/us-china-2019 --under some
    kg ask 'ASK { :preparatory-talks a neg:Cancelled }' examples/us-china-2019 --under every
    """
    name, text = _question(question, given)
    graph = given.open(limits)
    answers = graph.ask(text, under=under, at=at, under_possible=under_possible, name=name)
    form = form_of(output, form, ("txt", "json", "md", "csv"))
    if form == "json":
        emit(as_json(answers_json(answers, graph.prose, graph.places)), output)
    elif form == "csv":
        emit(table_text(*answers_table(answers), "csv"), output)
    elif form == "md" or output is not None:
        emit(answers_markdown(answers, text, graph.prose, graph.places), output)
    else:
        print_answers(graph, answers)


def _question(question: str, given: Given) -> tuple[str, str]:
    """Return the name and the text of a question given as text, as a file or on standard input."""
    if question == "-":
        if "-" in given.paths:
            raise click.UsageError("standard input can hold the question or the data, not both")
        return "question", sys.stdin.read()
    if question.endswith(".rq"):
        return question, query_from_file(Path(question)).text
    if "{" not in question:
        raise QueryError(f'"{question}" is neither SPARQL nor a FILE.rq (kg query asks the named queries)')
    return "question", question


def print_answers(graph: KnowledgeGraph, answers: Answers) -> None:
    """Print answers for people: by sense, each with who says so and with what rules it out."""
    out = console()
    for group in groups(answers, graph.prose, graph.places):
        out.print(f"[bold]{group.heading}[/]  [dim]{group.meaning}[/]\n")
        for row in group.rows:
            out.print(f"  [bold]{plain(row.title)}[/]{_dim_time(row.when)}")
            for support in row.supports:
                out.print(f"    [green]✓[/] {plain(capital(support.says))}{_dim_time(support.when)}")
                for claim in support.claims:
                    out.print(f"      [dim]{plain(claim.name)}{'  ' + plain(claim.place) if claim.place else ''}[/]")
            if row.more:
                out.print(f"    [dim]{row.more}[/]")
            if row.unless:
                out.print(f"    [red]✕[/] {plain(row.unless)}")
            out.print()
    if said := summary(answers):
        out.print(plain(said))
    for warning in answers.warnings:
        out.print(f"! {plain(warning)}")
    for reason in answers.incomplete:
        out.print(f"[bold yellow]Incomplete:[/] {plain(reason)}")


def _dim_time(when: str) -> str:
    return f"  [dim]{plain(when)}[/]" if when else ""
