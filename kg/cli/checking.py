"""`kg check`, `kg explain`, `kg accounts`: what cannot all be true, why, and what can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import click

from kg import pages
from kg.cli.options import (
    Given,
    form_of,
    format_option,
    graph_options,
    output_option,
    possible_option,
    time_limit_option,
)
from kg.cli.output import as_json, console, emit, plain
from kg.contradiction import Account, CheckResult, Component, Conflict, Verdict
from kg.contradiction.oracle import confirm_all
from kg.contradiction.results import Grain
from kg.errors import did_you_mean
from kg.formats import write_graph
from kg.graph import KnowledgeGraph
from kg.logic.justifications import Proofs
from kg.logic.limits import Limits
from kg.prose import claim_name
from kg.views.accounts import accounts_markdown, rests_on, unsaid, why_before
from kg.views.contract import accounts_json, check_json, conflict_json, proofs_json
from kg.views.dispute import letter, ways_out
from kg.views.proof_rdf import AIF_PREFIX, proofs_rdf
from kg.views.report import report_html, report_markdown
from kg.wording import capital

_MARK = {Verdict.CONTRADICTION: "✕", Verdict.UNDECIDED: "?", Verdict.TENSION: "~"}
_COLOUR = {Verdict.CONTRADICTION: "red", Verdict.UNDECIDED: "yellow", Verdict.TENSION: "cyan"}

confidential_in_rdf_option = click.option(
    "--confidential", is_flag=True, help="With --format ttl: keep what is marked confidential."
)


@click.command()
@graph_options
@format_option("text", "json", "md", "html", "ttl")
@click.option("--kind", "kinds", multiple=True, help="Only conflicts of this kind (say, presupposition).")
@possible_option
@click.option("--exit-code", is_flag=True, help="Exit with 1 when there are conflicts, as git diff does.")
@click.option("--oracle", is_flag=True, help="Confirm each conflict with the HermiT reasoner (slow).")
@confidential_in_rdf_option
@time_limit_option
@output_option
def check(
    given: Given,
    form: str,
    kinds: tuple[str, ...],
    under_possible: bool,
    exit_code: bool,
    oracle: bool,
    confidential: bool,
    limits: Limits,
    output: Path | None,
) -> None:
    """Find the statements that cannot all be true, each with its proof."""
    form = _written(output, form, ("json", "md", "html", "ttl"))
    graph = _opened(given, form, limits, confidential=confidential)
    result = _of_kinds(graph, kinds)
    verdicts = confirm_all(result, graph.checked.world) if oracle else {}
    if form == "json":
        content = check_json(result, graph.prose, graph.places)
        if oracle:
            content["oracle"] = {c: {"opinion": v.opinion.value, "detail": v.detail} for c, v in verdicts.items()}
        emit(as_json(content), output)
    elif form == "ttl":
        emit(_turtle(graph, {conflict.id: Proofs((conflict.proof,)) for conflict in result.conflicts}), output)
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


def _opened(given: Given, form: str, limits: Limits, *, confidential: bool) -> KnowledgeGraph:
    """Open what was given; what is written as RDF leaves the house, so it goes without what is confidential."""
    return given.open_public(confidential=confidential, limits=limits) if form == "ttl" else given.open(limits)


def _turtle(graph: KnowledgeGraph, found: Mapping[str, Proofs]) -> str:
    """Write conflicts with proofs as Turtle."""
    kinds = {notation: concept for concept, notation in graph.theory.notations.items()}
    triples = (
        triple
        for identifier, proofs in found.items()
        for triple in proofs_rdf(graph.conflict(identifier), proofs, graph.prose, kinds)
    )
    return write_graph(triples, "ttl", AIF_PREFIX)


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
@format_option("text", "json", "ttl")
@click.option("--all-proofs", is_flag=True, help="Give every minimal proof, not only the shallowest.")
@click.option("--max-proofs", default=Limits().proofs, show_default=True, help="How many proofs at most.")
@confidential_in_rdf_option
@time_limit_option
@output_option
def explain(
    conflict: str,
    given: Given,
    form: str,
    all_proofs: bool,
    max_proofs: int,
    confidential: bool,
    limits: Limits,
    output: Path | None,
) -> None:
    """Prove one CONFLICT (its id, or the beginning of it) line by line."""
    form = _written(output, form, ("json", "txt", "ttl"))
    graph = _opened(given, form, limits, confidential=confidential)
    found = graph.conflict(conflict)
    proofs = graph.proofs(found.id, limit=max_proofs) if all_proofs else None
    if form == "json":
        content = conflict_json(found, graph.prose, graph.places)
        emit(as_json(content | (proofs_json(proofs, found, graph.prose) if proofs else {})), output)
    elif form == "ttl":
        emit(_turtle(graph, {found.id: proofs or Proofs((found.proof,))}), output)
    elif output is not None:
        emit(_proof_text(graph, found, proofs or Proofs((found.proof,))), output)
    else:
        print_proof(graph, found, proofs)


def print_proof(graph: KnowledgeGraph, found: Conflict, proofs: Proofs | None = None) -> None:
    """Print one conflict, its proof or proofs line by line, and what would settle it."""
    print_conflict(graph, found)
    out = console()
    shown = proofs.proofs if proofs else (found.proof,)
    for number, proof in enumerate(shown, 1):
        if proofs:
            out.print(f"{'' if number == 1 else chr(10)}  [bold]Proof {number} of {len(shown)}[/]")
        for line in graph.prose.lines(proof, found.sides):
            style = "bold red" if line.kind == "clash" else "default"
            out.print(f"  [{style}]{plain(str(line))}[/]")
    if proofs and proofs.incomplete:
        out.print(f"\n  [bold yellow]Incomplete:[/] {plain(proofs.incomplete)}")
    out.print("\n  What would settle it")
    for way in ways_out(found, graph.prose, graph.prose.lines(found.proof, found.sides)):
        out.print(f"    [dim]· {plain(way)}[/]")


def _proof_text(graph: KnowledgeGraph, conflict: Conflict, proofs: Proofs) -> str:
    written = ["\n".join(map(str, graph.prose.lines(proof, conflict.sides))) for proof in proofs.proofs]
    incomplete = [f"Incomplete: {proofs.incomplete}"] if proofs.incomplete else []
    return "\n\n".join([graph.prose.title(conflict), *written, *incomplete]) + "\n"


@click.command()
@graph_options
@format_option("text", "json", "md")
@possible_option
@click.option(
    "--grain",
    type=click.Choice([grain.value for grain in Grain]),
    default=Grain.POSITION.value,
    show_default=True,
    help="Keep or leave out single positions, or all that was said in one breath.",
)
@click.option(
    "--max-accounts",
    "--most",
    "most",
    type=click.IntRange(min=1),
    default=Limits().accounts,
    show_default=True,
    help="How many accounts of one knot to list.",
)
@time_limit_option
@output_option
def accounts(
    given: Given,
    form: str,
    under_possible: bool,
    grain: str,
    most: int,
    limits: Limits,
    output: Path | None,
) -> None:
    """List the coherent accounts: what can all be true together, best supported first."""
    form = _written(output, form, ("json", "md"))
    graph = given.open(limits)
    components = graph.accounts(under_possible=under_possible, cap=most, grain=grain)
    if form == "json":
        emit(as_json(accounts_json(graph.check(), components, graph.prose, Grain(grain))), output)
    elif form == "md":
        emit(accounts_markdown(components, graph.prose, graph.check().incomplete), output)
    else:
        print_accounts(graph, components)


def print_accounts(graph: KnowledgeGraph, components: Iterable[Component]) -> None:
    """Print each knot of conflicts with its accounts, and why they stand in this order."""
    out = console()
    none = True
    for component in components:
        none = False
        out.print(f"[bold]{_tied(component)}[/]")
        for account in component.accounts:
            print_account(graph, account)
        if component.incomplete:
            out.print(f"\n  [bold yellow]Incomplete:[/] {component.incomplete} (--max-accounts, --time-limit)")
        out.print()
    for reason in graph.check().incomplete:
        out.print(f"[bold yellow]Incomplete:[/] {plain(reason)}")
    if none:
        out.print("Nothing is contested: there is one account, and it keeps everything.")


def _tied(component: Component) -> str:
    conflicts, positions = len(component.conflicts), len(component.positions)
    tie = "conflict ties" if conflicts == 1 else "conflicts tie"
    return f"{conflicts} {tie} {positions} {'position' if positions == 1 else 'positions together'}"


def print_account(graph: KnowledgeGraph, account: Account) -> None:
    """Print one account: what it keeps, what it leaves out, and why it stands before the next."""
    out = console()
    prose = graph.prose
    out.print(f"\n  [bold]Account {account.number}[/]  [dim]rests on {plain(rests_on(account, prose))}[/]")
    for position in account.keeps:
        out.print(f"    [green]✓ kept[/]      {plain(prose.position(position))}")
    for position in account.leaves_out:
        out.print(f"    [dim]✗ left out  {plain(prose.position(position))}[/]")
    for utterance in account.leaves_unsaid:
        if len(utterance.positions) > 1:
            out.print(f"    [dim]✗ as a whole: {plain(unsaid(utterance, prose))}[/]")
    if account.ahead is not None:
        out.print(f"    [dim]{plain(why_before(account))}[/]")
