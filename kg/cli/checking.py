"""`kg check`, `kg explain`, `kg accounts`: what cannot all be true, why, and what can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from kg import pages
from kg.cli.options import Given, form_of, format_option, graph_options, output_option, possible_option
from kg.cli.output import as_json, console, emit, plain
from kg.contradiction import CheckResult, Component, Conflict, Verdict
from kg.contradiction.accounts import DEFAULT_CAP
from kg.contradiction.oracle import confirm_all
from kg.errors import QueryError, did_you_mean
from kg.graph import KnowledgeGraph
from kg.prose import claim_name
from kg.views.contract import accounts_json, check_json, conflict_json
from kg.views.dispute import letter, ways_out
from kg.views.report import report_html, report_markdown
from kg.wording import capital, listed

_MARK = {Verdict.CONTRADICTION: "✕", Verdict.UNDECIDED: "?", Verdict.TENSION: "~"}
_COLOUR = {Verdict.CONTRADICTION: "red", Verdict.UNDECIDED: "yellow", Verdict.TENSION: "cyan"}


@click.command()
@graph_options
@format_option("text", "json", "md", "html")
@click.option("--kind", "kinds", multiple=True, help="Only conflicts of this kind (say, presupposition).")
@possible_option
@click.option("--exit-code", is_flag=True, help="Exit with 1 when there are conflicts, as git diff does.")
@click.option("--oracle", is_flag=True, help="Confirm each conflict with the HermiT reasoner (slow).")
@output_option
def check(
    given: Given,
    form: str,
    kinds: tuple[str, ...],
    under_possible: bool,
    exit_code: bool,
    oracle: bool,
    output: Path | None,
) -> None:
    """Find the statements that cannot all be true, each with its proof."""
    graph = given.open()
    result = _of_kinds(graph, kinds)
    verdicts = confirm_all(result, graph.checked.world) if oracle else {}
    form = _written(output, form, ("json", "md", "html"))
    if form == "json":
        content = check_json(result, graph.prose, graph.places)
        if oracle:
            content["oracle"] = {c: {"opinion": v.opinion.value, "detail": v.detail} for c, v in verdicts.items()}
        emit(as_json(content), output)
    elif form == "text":
        print_check(graph, result)
        for identifier, verdict in verdicts.items():
            console().print(f"HermiT on {identifier}: {plain(str(verdict))}")
    else:
        data = pages.report_data(graph, result, under_possible=under_possible)
        emit(report_markdown(data) if form == "md" else report_html(data), output)
    if exit_code and any(under_possible or c.verdict is Verdict.CONTRADICTION for c in result.conflicts):
        raise SystemExit(1)


def _written(output: Path | None, form: str, known: tuple[str, ...]) -> str:
    """Return the format to write; a file must say by its suffix which of the known ones it is."""
    if output is not None and not output.suffix:
        raise click.BadParameter(f"{output.name} needs a suffix: {', '.join(known)}", param_hint="-o")
    return form_of(output, form, known)


def _of_kinds(graph: KnowledgeGraph, kinds: tuple[str, ...]) -> CheckResult:
    """Keep the conflicts of some kinds; a kind that the ontology does not know is an error."""
    known = graph.theory.kind_names
    for kind in kinds:
        if kind not in known:
            raise click.BadParameter(f'unknown kind "{kind}"{did_you_mean(kind, known)}', param_hint="--kind")
    result = graph.check()
    if not kinds:
        return result
    return replace(result, conflicts=tuple(c for c in result.conflicts if set(kinds) & set(c.kinds)))


def print_check(graph: KnowledgeGraph, result: CheckResult, *, hint: bool = True) -> None:
    """Print a check for people: what was read, each conflict with its sides, then what is not one."""
    out = console()
    for number, proof in enumerate(result.background_conflicts):
        if number == 0:
            out.print("[bold red]The background contradicts itself[/] (whoever said what):")
        for line in graph.prose.lines(proof, ()):
            out.print(f"  {plain(str(line))}")
    counts = Counter(conflict.verdict for conflict in result.conflicts)
    said = ", ".join(f"{counts[v]} {_plural(v.value, counts[v])}" for v in Verdict if counts[v]) or "no contradiction"
    out.print(f"[bold]{len(result.claims)} claims, {len(result.positions)} positions: {said}[/]\n")
    for conflict in result.conflicts:
        print_conflict(graph, conflict)
    for change in result.changes:
        sides = ", then ".join(graph.prose.position(side.position) for side in change.sides)
        out.print(f"↔ {plain(graph.prose.name(change.speaker))} changed position: {plain(sides)}\n")
    for gone in result.withdrawn:
        earlier, later = plain(claim_name(gone.claim)), plain(claim_name(gone.by))
        out.print(f"↩ {later} {gone.how.value} {earlier}\n")
    for orphan in graph.orphans:
        out.print(f"! {plain(str(orphan))}")
    for warning in graph.warnings:
        out.print(f"! {plain(warning)}")
    for reason in result.incomplete:
        out.print(f"[bold yellow]Incomplete:[/] {plain(reason)}")
    if result.conflicts and hint:
        first = result.conflicts[0].id
        out.print(f"[dim]kg explain {first} …  proves one; kg accounts …  lists what can be true together[/]")


def _plural(word: str, count: int) -> str:
    return word if count == 1 or word == "undecided" else f"{word}s"


def print_conflict(graph: KnowledgeGraph, conflict: Conflict) -> None:
    """Print one conflict in a few lines: its question, its sides with their places, its kind."""
    out = console()
    mark, colour = _MARK[conflict.verdict], _COLOUR[conflict.verdict]
    out.print(f"[bold {colour}]{mark} {plain(graph.prose.title(conflict))}[/]  [dim]{conflict.id}[/]")
    out.print(f"  [dim]{', '.join(conflict.kinds)} · {conflict.between.replace('-', ' ')}[/]")
    for number, side in enumerate(conflict.sides):
        out.print(f"  {letter(number)} · {plain(capital(graph.prose.side(side)))}")
        for claim in side.claims:
            where = graph.places.get(claim.iri, "")
            out.print(f"    [dim]{plain(claim_name(claim))}{'  ' + plain(where) if where else ''}[/]")
    out.print()


@click.command()
@click.argument("conflict")
@graph_options
@format_option("text", "json")
@output_option
def explain(
    conflict: str,
    given: Given,
    form: str,
    output: Path | None,
) -> None:
    """Prove one CONFLICT (its id, or the beginning of it) line by line."""
    graph = given.open()
    found = graph.check().conflict(conflict)
    if found is None:
        known = [one.id for one in graph.conflicts()]
        raise QueryError(f'no conflict, or more than one, is called "{conflict}"{did_you_mean(conflict, known)}')
    if _written(output, form, ("json", "txt")) == "json":
        emit(as_json(conflict_json(found, graph.prose, graph.places)), output)
        return
    if output is not None:
        emit(_proof_text(graph, found), output)
        return
    print_proof(graph, found)


def print_proof(graph: KnowledgeGraph, found: Conflict) -> None:
    """Print one conflict, its proof line by line, and what would settle it."""
    print_conflict(graph, found)
    lines = graph.prose.lines(found.proof, found.sides)
    for line in lines:
        style = "bold red" if line.kind == "clash" else "default"
        console().print(f"  [{style}]{plain(str(line))}[/]")
    console().print("\n  What would settle it")
    for way in ways_out(found, graph.prose, lines):
        console().print(f"    [dim]· {plain(way)}[/]")


def _proof_text(graph: KnowledgeGraph, conflict: Conflict) -> str:
    lines = "\n".join(str(line) for line in graph.prose.lines(conflict.proof, conflict.sides))
    return f"{graph.prose.title(conflict)}\n\n{lines}\n"


@click.command()
@graph_options
@format_option("text", "json")
@possible_option
@click.option("--most", default=DEFAULT_CAP, show_default=True, help="How many accounts of one knot to list.")
@output_option
def accounts(
    given: Given,
    form: str,
    under_possible: bool,
    most: int,
    output: Path | None,
) -> None:
    """List the coherent accounts: what can all be true together, best supported first."""
    graph = given.open()
    components = graph.accounts(under_possible=under_possible, cap=most)
    if _written(output, form, ("json",)) == "json":
        emit(as_json(accounts_json(graph.check(), components, graph.prose)), output)
        return
    print_accounts(graph, components)


def print_accounts(graph: KnowledgeGraph, components: Iterable[Component]) -> None:
    """Print each knot of conflicts with its accounts."""
    out = console()
    prose = graph.prose
    none = True
    for component in components:
        none = False
        out.print(f"[bold]{len(component.conflicts)} conflicts tie {len(component.positions)} positions together[/]")
        for account in component.accounts:
            roots = listed(prose.name(root) for root in account.roots)
            out.print(f"\n  [bold]Account {account.number}[/]  [dim]rests on {plain(roots)}[/]")
            for position in account.keeps:
                out.print(f"    [green]✓ kept[/]      {plain(prose.position(position))}")
            for position in account.leaves_out:
                out.print(f"    [dim]✗ left out  {plain(prose.position(position))}[/]")
        if not component.complete:
            out.print("  [bold yellow]Incomplete:[/] there are more accounts; raise --most")
        out.print()
    if none:
        out.print("Nothing is contested: there is one account, and it keeps everything.")
