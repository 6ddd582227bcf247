"""The dispute report that an editor gets: HTML without scripts, or Markdown, from the same values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from kg.contradiction.results import CheckResult, Component, Position, Verdict
from kg.model import Withdrawal
from kg.prose import Prose
from kg.views import markdown
from kg.views.accounts import why_before
from kg.views.claims import claim_view, contents
from kg.views.dispute import (
    DisputeView,
    change_view,
    dispute_view,
    record_lines,
    support_words,
)
from kg.views.page import asset, policy, render, trusted
from kg.views.report_data import DocumentLine, ReportData, report_data
from kg.views.timeline import timeline_figure
from kg.wording import capital, listed

__all__ = [
    "DocumentLine",
    "ReportData",
    "dispute_figure",
    "report_data",
    "report_html",
    "report_markdown",
    "undisputed_positions",
]

MOST_DISPUTES = 100
MOST_LISTED = 200
MOST_ACCOUNTS = 8
"""What the report shows of each before it says how many more there are."""
_TOOK_BACK = {
    Withdrawal.RETRACTS: "retracted",
    Withdrawal.CORRECTS: "corrected",
    Withdrawal.SUPERSEDES: "replaced",
}


def report_html(data: ReportData) -> str:
    """Return the report as one self-contained HTML page."""
    style = asset("base.css") + asset("drawing.css") + asset("report.css")
    return render(
        "report.html.j2",
        policy=policy(styles=[style]),
        style=trusted(style),
        figure=dispute_figure,
        **_values(data),
    )


def report_markdown(data: ReportData) -> str:
    """Return the report as Markdown."""
    return markdown.render("report.md.j2", **_values(data))


def dispute_figure(view: DisputeView) -> Markup:
    """Draw when the sides of a dispute hold."""
    title = f"When the sides of this dispute hold: {view.title}"
    return timeline_figure(view.rows, title=title, clash=view.span, words=view.band)


def _values(data: ReportData) -> dict[str, object]:
    """Work out every section; the templates only lay them out."""
    result, prose = data.result, data.prose
    view = partial(
        dispute_view,
        prose=prose,
        components=data.components,
        places=data.places,
        orphans=frozenset((o.claim, o.quote) for o in data.orphans if o.claim and o.quote),
        dated=data.dated,
    )
    shown = [view(conflict) for conflict in result.conflicts[:MOST_DISPUTES]]
    plain = undisputed_positions(result, prose)
    lists: dict[str, tuple[Sequence[object], int]] = {
        "accounts": ([_account_table(c, prose) for c in data.components[:MOST_LISTED]], len(data.components)),
        "changes": ([change_view(c, prose, data.places) for c in result.changes[:MOST_LISTED]], len(result.changes)),
        "withdrawn": (_withdrawn(data), len(result.withdrawn)),
        "orphans": (_orphans(data), len(data.orphans)),
        "undisputed": ([_plain(position, prose) for position in plain[:MOST_LISTED]], len(plain)),
    }
    return {
        "title": data.title,
        "note": data.note,
        "documents": data.documents,
        "summary": _summary(result),
        "record": [record_lines(proof, prose) for proof in result.background_conflicts[:MOST_LISTED]],
        "disputes": [one for one in shown if one.verdict == Verdict.CONTRADICTION.value],
        "open_ones": [one for one in shown if one.verdict != Verdict.CONTRADICTION.value],
        "checked": tuple(_checked(data)),
        "complete": result.complete and all(component.complete for component in data.components),
        "more": {name: total - len(items) for name, (items, total) in lists.items()}
        | {"disputes": len(result.conflicts) - len(shown)},
        **{name: items for name, (items, _) in lists.items()},
    }


def _summary(result: CheckResult) -> str:
    """Say how much was read and what was found, in a sentence or two."""
    firm = sum(conflict.verdict is Verdict.CONTRADICTION for conflict in result.conflicts)
    loose = len(result.conflicts) - firm
    read = f"{_many(len(result.claims), 'claim')} in {_many(len(result.positions), 'position')}"
    found = _many(firm, "dispute") if firm else "No two statements exclude each other"
    return f"{read}. {found}{f', {loose:,} not settled or only possible' if loose else ''}."


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


# --- Accounts in full -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AccountTable:
    """The positions of one component and which accounts keep them."""

    number: int
    heads: tuple[tuple[int, str], ...]
    rows: tuple[tuple[str, str, tuple[bool, ...]], ...]
    why: tuple[str, ...]
    more: int
    complete: bool


def _account_table(component: Component, prose: Prose) -> AccountTable:
    shown = component.accounts[:MOST_ACCOUNTS]
    kept = [{position.key for position in account.keeps} for account in shown]
    return AccountTable(
        number=component.number,
        heads=tuple((account.number, support_words(account.on_record, account.unnamed)) for account in shown),
        rows=tuple(
            (
                capital(prose.position(p)),
                capital(prose.speakers(p.claims)[0]),
                tuple(p.key in keys for keys in kept),
            )
            for p in component.positions
        ),
        why=tuple(why for account in component.accounts[: MOST_ACCOUNTS - 1] if (why := why_before(account))),
        more=len(component.accounts) - len(shown),
        complete=component.complete,
    )


# --- What is not a dispute ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plain:
    """A sentence, who stands behind it, and a remark."""

    text: str
    who: str
    remark: str = ""


def undisputed_positions(result: CheckResult, prose: Prose) -> list[Position]:
    """List the positions in no conflict and no change, those that most speakers hold first."""
    changed = {side.position.key for change in result.changes for side in change.sides}
    contested = result.contested() | changed

    def order(position: Position) -> tuple[int, str]:
        return -len({claim.speaker for claim in position.claims}), prose.position(position)

    return sorted((p for p in result.positions if p.key not in contested), key=order)


def _plain(position: Position, prose: Prose) -> Plain:
    who = capital(prose.speakers(position.claims)[0])
    return Plain(capital(prose.position(position)), who, "said as a possibility" if position.hedged else "")


def _withdrawn(data: ReportData) -> list[Plain]:
    found = []
    for one in data.result.withdrawn[:MOST_LISTED]:
        later = claim_view(one.by, data.prose, data.places)
        earlier = claim_view(one.claim, data.prose, data.places)
        text = f"{later.speaker} {_TOOK_BACK[one.how]} what was said before: {contents(one.claim, data.prose)}."
        found.append(Plain(text, f"{earlier.said}, claim {earlier.name}", f"{later.said}, claim {later.name}"))
    return found


def _orphans(data: ReportData) -> list[Plain]:
    """List the quotes that do not stand where their claim says."""
    by_iri = {claim.iri: claim for claim in data.result.claims}
    found = []
    for orphan in data.orphans[:MOST_LISTED]:
        claim = by_iri.get(orphan.claim) if orphan.claim else None
        words = f"“{orphan.quote.exact}”" if orphan.quote else "the text as a whole"
        who = claim_view(claim, data.prose, data.places).line if claim else ""
        found.append(Plain(f"{data.prose.name(orphan.document)}: {words}", who, orphan.reason))
    return found


def _checked(data: ReportData) -> Iterable[str]:
    """Say how the check was made and what it left out."""
    result = data.result
    rules = dict.fromkeys(rule for conflict in result.conflicts for rule in conflict.rules)
    yield (
        f"{_many(len(result.claims), 'claim')} were read as {_many(len(result.positions), 'position')}. "
        "Every set of positions that cannot hold at one time was looked for; only the smallest are listed."
    )
    if rules:
        yield f"Rules used in the proofs: {listed(rules)}."
    yield from (f"Not complete: {words}." for words in result.incomplete)
    partly = [str(component.number) for component in data.components if not component.complete]
    if partly:
        yield f"Not complete: there are more accounts of group {listed(partly)} than are listed."
    if result.complete and not partly:
        yield "The check is complete: no limit was reached."
