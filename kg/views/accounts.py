"""Accounts in words: what each keeps and leaves out, on whom it rests, and why it stands before the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.contradiction.results import Account, Advantage, Component, Criterion, Utterance
from kg.prose import Prose
from kg.views import markdown
from kg.wording import capital, listed

PREFERRED = (
    "More independent sources first; then more on record; then better graded sources and information; then more kept."
)
"""The criteria, in the order in which they decide."""


def accounts_markdown(components: Iterable[Component], prose: Prose, incomplete: Sequence[str] = ()) -> str:
    """Write the accounts of every component as Markdown; `incomplete` says what the check left out."""
    found = list(components)
    return markdown.render(
        "accounts.md.j2",
        components=[
            {
                "number": component.number,
                "conflicts": len(component.conflicts),
                "positions": len(component.positions),
                "incomplete": component.incomplete,
                "accounts": [
                    {
                        "number": account.number,
                        "rests_on": rests_on(account, prose),
                        "keeps": [capital(prose.position(position)) for position in account.keeps],
                        "leaves_out": [capital(prose.position(position)) for position in account.leaves_out],
                        "leaves_unsaid": [
                            unsaid(one, prose) for one in account.leaves_unsaid if len(one.positions) > 1
                        ],
                        "why": why_before(account),
                    }
                    for account in component.accounts
                ],
            }
            for component in found
        ],
        preferred=PREFERRED,
        incomplete=list(incomplete),
    )


def rests_on(account: Account, prose: Prose) -> str:
    """Name the independent sources of an account."""
    return listed(prose.name(root) for root in account.roots) or "nobody"


def unsaid(utterance: Utterance, prose: Prose) -> str:
    """Say what an account leaves out as a whole, for what it was said along with."""
    who, several = prose.speakers(utterance.claims)
    said = listed(f"that {prose.position(position)}" for position in utterance.positions)
    return f"{capital(who)} {'say' if several else 'says'} {said}"


def why_before(account: Account) -> str:
    """Say why an account stands before the next one, or nothing if it is the last.

    The words name the one criterion that decided, and both counts: there is no score behind them.
    """
    if account.ahead is None:
        return ""
    following = f"account {account.number + 1}"
    return f"Account {account.number} comes before {following}: {_reason(account.ahead, following)}."


def _reason(ahead: Advantage, following: str) -> str:
    ours, theirs = ahead.ours, ahead.theirs
    match ahead.criterion:
        case Criterion.ROOTS:
            return f"it rests on {_many(ours, 'independent source')}, {following} on {theirs:,}"
        case Criterion.ON_RECORD:
            return f"both rest on as many sources, of which {_are(ours)} on record here and {theirs:,} in {following}"
        case Criterion.RELIABILITY:
            graded = f"{_are(ours)} graded {ahead.grade} for reliability"
            return f"of its sources {graded}, of those of {following} {theirs:,}"
        case Criterion.CREDIBILITY:
            graded = f"{_are(ours)} graded {ahead.grade} for credibility"
            return f"of what it keeps {graded}, of what {following} keeps {theirs:,}"
        case Criterion.POSITIONS:
            return f"it keeps {_many(ours, 'position')}, {following} keeps {theirs:,}"
        case Criterion.NONE:
            return "nothing that is weighed tells them apart, and their order means nothing"


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _are(number: int) -> str:
    return f"{number:,} {'is' if number == 1 else 'are'}"
