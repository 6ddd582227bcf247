"""`kg check`, `kg explain`, `kg accounts`: what cannot all be true, why, and what can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

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
from kg.contradiction.results import Grain
from kg.errors import did_you_mean
from kg.formats import write_graph
from kg.graph import KnowledgeGraph
from kg.logic.justifications import Proofs
from kg.logic.limits import Limits
from kg.prose import claim_name
from kg.pushed import disputed
from kg.store.oxigraph import OxigraphStore
from kg.views.accounts import accounts_markdown, rests_on, unsaid, why_before
from kg.views.contract import accounts_json, check_json, conflict_json, proofs_json
from kg.views.dispute import letter, ways_out
from kg.views.proof_rdf import AIF_PREFIX, proofs_rdf
from kg.views.report import report_html, report_markdown
from kg.wording import capital, listed

if TYPE_CHECKING:
    from kg.contradiction.oracle import OracleVerdict

_MARK = {Verdict.CONTRADICTION: "✕", Verdict.UNDECIDED: "?", Verdict.TENSION: "~"}
MOST_LISTED = 20
"""How many conflicts, and how many knots of them, are printed if nothing is said: what people read at a time."""
CLAIMS_LISTED = 20
"""How many claims of one side are printed."""
TOPICS_LISTED = 10
_COLOUR = {Verdict.CONTRADICTION: "red", Verdict.UNDECIDED: "yellow", Verdict.TENSION: "cyan"}

confidential_in_rdf_option = click.option(
    "--confidential", is_flag=True, help="With --format ttl: keep what is marked confidential."
)


@click.command()
@graph_options
@format_option("text", "json", "md", "html", "ttl")
@click.option("--kind", "kinds", multiple=True, help="Only conflicts of this kind (say, presupposition).")
@possible_option
@click.option(
    "--most",
    type=click.IntRange(min=0),
    help=f"How many conflicts to list (as text {MOST_LISTED}, else all, if not given); the others are counted.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 when there are conflicts, as git diff does.")
@click.option("--oracle", is_flag=True, help="Confirm each conflict with the HermiT reasoner (slow).")
@click.option("--pushed", is_flag=True, help="Let the store look for what could clash, and bring only that here.")
@confidential_in_rdf_option
@time_limit_option
@output_option
def check(
    given: Given,
    form: str,
    kinds: tuple[str, ...],
    under_possible: bool,
    most: int | None,
    exit_code: bool,
    oracle: bool,
    pushed: bool,
    confidential: bool,
    limits: Limits,
    output: Path | None,
) -> None:
    """Find the statements that cannot all be true, each with its proof."""
    form = _written(output, form, ("json", "md", "html", "ttl"))
    graph = _opened(given, form, limits, confidential=confidential)
    missing: tuple[str, ...] = ()
    if pushed:
        graph, missing = _disputed(graph)
    result = _of_kinds(graph, kinds)
    if missing:
        result = replace(result, incomplete=(*result.incomplete, *missing))
    if oracle:
        graph.small_only("the opinion of HermiT")
    verdicts = _confirmed(graph, result) if oracle else {}
    if form == "json":
        content = check_json(result, graph.prose, graph.places, most)
        if oracle:
            content["oracle"] = {c: {"opinion": v.opinion.value, "detail": v.detail} for c, v in verdicts.items()}
        emit(as_json(content), output)
    elif form == "ttl":
        emit(_turtle(graph, ((one, Proofs((one.proof,))) for one in result.conflicts[:most])), output)
    elif form == "text":
        print_check(graph, result, most=MOST_LISTED if most is None else most)
        for identifier, verdict in verdicts.items():
            console().print(f"HermiT on {identifier}: {plain(str(verdict))}")
    else:
        data = pages.report_data(graph, result, under_possible=under_possible)
        emit(report_markdown(data) if form == "md" else report_html(data), output)
    if exit_code and (result.conflicts if under_possible else result.verdicts()[Verdict.CONTRADICTION]):
        raise SystemExit(1)


def _confirmed(graph: KnowledgeGraph, result: CheckResult) -> Mapping[str, OracleVerdict]:
    """Ask the other reasoner, whose program is loaded for nobody else."""
    from kg.contradiction.oracle import confirm_all  # noqa: PLC0415

    return confirm_all(result, graph.checked.world)


def _disputed(graph: KnowledgeGraph) -> tuple[KnowledgeGraph, tuple[str, ...]]:
    """Return a graph of what is disputed in another one, found where the data is, and what is missing, if anything."""
    found = disputed(graph.store, graph.theory, graph.options.limits)
    small = KnowledgeGraph(OxigraphStore.in_memory(), options=graph.options)
    small.ontology, small.rules, small.places = graph.ontology, graph.rules, graph.places
    small.store.put_all(found.graphs)
    brought = len(small.check().claims)
    small.warnings = (*graph.warnings, f"checked in the store: of its {found.claims:,} claims {brought:,} were brought")
    return small, found.incomplete


def _written(output: Path | None, form: str, known: tuple[str, ...]) -> str:
    """Return the format to write; a file must say by its suffix which of the known ones it is."""
    if output is not None and not output.suffix:
        raise click.BadParameter(f"{output.name} needs a suffix: {', '.join(known)}", param_hint="-o")
    return form_of(output, form, known)


def _opened(given: Given, form: str, limits: Limits, *, confidential: bool) -> KnowledgeGraph:
    """Open what was given; what is written as RDF leaves the house, so it goes without what is confidential."""
    return given.open_public(confidential=confidential, limits=limits) if form == "ttl" else given.open(limits)


def _turtle(graph: KnowledgeGraph, found: Iterable[tuple[Conflict, Proofs]]) -> str:
    """Write conflicts with proofs as Turtle."""
    kinds = {notation: concept for concept, notation in graph.theory.notations.items()}
    triples = (triple for conflict, proofs in found for triple in proofs_rdf(conflict, proofs, graph.prose, kinds))
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
    return result.of_kinds(kinds)


def print_check(
    graph: KnowledgeGraph, result: CheckResult, *, hint: bool = True, most: int | None = MOST_LISTED
) -> None:
    """Print a check for people: what was read, each conflict with its sides, then what is not one.

    Of conflicts, changes of position and withdrawals the first `most` are printed, each, and the others counted.
    """
    out = console()
    for number, proof in enumerate(result.background_conflicts):
        if number == 0:
            out.print("[bold red]The background contradicts itself[/] (whoever said what):")
        for line in graph.prose.lines(proof, ()):
            out.print(f"  {plain(str(line))}")
    counts = result.verdicts()
    said = ", ".join(f"{counts[v]:,} {_plural(v.value, counts[v])}" for v in Verdict if counts[v]) or "no contradiction"
    out.print(f"[bold]{len(result.claims):,} claims, {len(result.positions):,} positions: {said}[/]\n")
    if most is not None and len(result.conflicts) > most:
        _print_topics(graph, result)
    for conflict in result.conflicts[:most]:
        print_conflict(graph, conflict)
    _print_more(result.conflicts, most, "conflict")
    for change in result.changes[:most]:
        sides = ", then ".join(graph.prose.position(side.position) for side in change.sides)
        out.print(f"↔ {plain(graph.prose.name(change.speaker))} changed position: {plain(sides)}\n")
    _print_more(result.changes, most, "change of position", "changes of position")
    for gone in result.withdrawn[:most]:
        earlier, later = plain(claim_name(gone.claim)), plain(claim_name(gone.by))
        out.print(f"↩ {later} {gone.how.value} {earlier}\n")
    _print_more(result.withdrawn, most, "claim that was withdrawn", "claims that were withdrawn")
    for orphan in graph.orphans:
        out.print(f"! {plain(str(orphan))}")
    for warning in graph.warnings:
        out.print(f"! {plain(warning)}")
    for reason in result.incomplete:
        out.print(f"[bold yellow]Incomplete:[/] {plain(reason)}")
    if result.conflicts and hint and most != 0:
        first = result.conflicts[0].id
        out.print(f"[dim]kg explain {first} …  proves one; kg accounts …  lists what can be true together[/]")


def _print_topics(graph: KnowledgeGraph, result: CheckResult) -> None:
    """Say what most conflicts are about, before the first of them."""
    out = console()
    topics = sorted(result.topics().items(), key=lambda found: (-found[1], str(found[0])))
    for topic, count in topics[:TOPICS_LISTED]:
        out.print(f"  [dim]{count:>9,}[/]  about {plain(listed(graph.prose.name(term) for term in topic))}")
    if len(topics) > TOPICS_LISTED:
        rest = sum(count for _, count in topics[TOPICS_LISTED:])
        out.print(f"  [dim]{rest:>9,}  about {len(topics) - TOPICS_LISTED:,} other things[/]")
    out.print()


def _print_more(found: Sized, most: int | None, noun: str, nouns: str = "") -> None:
    """Say how many there are beyond those that were printed."""
    left = 0 if most is None else len(found) - most
    if left > 0:
        word = noun if left == 1 else nouns or f"{noun}s"
        console().print(f"[bold]… and {left:,} more {word}[/]  [dim](--most {len(found)} lists all)[/]\n")


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
        for claim in side.claims[:CLAIMS_LISTED]:
            where = graph.places.get(claim.iri, "")
            out.print(f"    [dim]{plain(claim_name(claim))}{'  ' + plain(where) if where else ''}[/]")
        if len(side.claims) > CLAIMS_LISTED:
            out.print(f"    [dim]… and {len(side.claims) - CLAIMS_LISTED:,} more claims[/]")
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
        emit(_turtle(graph, [(found, proofs or Proofs((found.proof,)))]), output)
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
@click.option(
    "--max-knots",
    "knots",
    type=click.IntRange(min=1),
    help=f"How many knots to list (as text {MOST_LISTED}, else all, if not given).",
)
@time_limit_option
@output_option
def accounts(
    given: Given,
    form: str,
    under_possible: bool,
    grain: str,
    most: int,
    knots: int | None,
    limits: Limits,
    output: Path | None,
) -> None:
    """List the coherent accounts: what can all be true together, best supported first."""
    form = _written(output, form, ("json", "md"))
    graph = given.open(limits)
    components = graph.accounts(under_possible=under_possible, cap=most, grain=grain)
    if form == "json":
        emit(as_json(accounts_json(graph.check(), components, graph.prose, Grain(grain), knots)), output)
    elif form == "md":
        emit(accounts_markdown(islice(components, knots), graph.prose, graph.check().incomplete), output)
    else:
        print_accounts(graph, components, knots or MOST_LISTED)


def print_accounts(graph: KnowledgeGraph, components: Iterable[Component], most: int = MOST_LISTED) -> None:
    """Print knots of conflicts with their accounts, and why these stand in this order; say if there are more."""
    out = console()
    none = True
    for printed, component in enumerate(components):
        none = False
        if printed == most:
            out.print(f"[bold]… and more knots[/]  [dim](--max-knots {10 * most} lists more)[/]")
            break
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
