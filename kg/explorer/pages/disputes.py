"""The home page: the disputes, ranked, with ways to narrow them down; and what was changed or taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.contradiction.computed import conflict_triples
from kg.contradiction.results import Conflict, Verdict
from kg.explorer.cards import dispute_json, dispute_row
from kg.explorer.catalog import Counts, Filter, Order, Slice
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.paging import pages
from kg.explorer.maker import Maker
from kg.explorer.markdown import render
from kg.explorer.narrowing import DISPUTES, KEYS, chosen, facet_links, list_address, page_number, wanted
from kg.explorer.page import Json, NotFound, Page, Ref
from kg.explorer.pages import changes, undisputed
from kg.explorer.shown import shown
from kg.explorer.site import Address
from kg.terms import Triple
from kg.views.dispute import record_lines

HOME = Address()
LISTED = 25
"""How many disputes a list shows at a time: each is described with its sides, and in a large graph proved for it."""
CONTESTED = ("contested-propositions", "who-contradicts-whom")
CLAIMED = ("claims-by-speaker",)
"""The queries shown. The conflicts of a large graph are not among its triples, so SPARQL sees only what was claimed."""
MOST_IDS = 2_000
"""Up to how many disputes a page names, so that a browser can tell which are new to its reader."""
_FIGURES: Mapping[Verdict, str] = {
    Verdict.CONTRADICTION: "cannot all be true",
    Verdict.UNDECIDED: "not settled",
    Verdict.TENSION: "only possible",
}
SHORT = 5
"""How many changes and withdrawals the home page shows before it links to all of them."""


def home(explorer: Explorer, address: Address) -> Page:
    """Make the home page, or the part of the list of disputes that an address asks for."""
    asked, number = wanted(explorer, address), page_number(address)
    found = explorer.catalog.disputes(asked, (number - 1) * LISTED, LISTED)
    if number > pages(found.total, LISTED):
        raise NotFound(f"there is no page {number:,} of this list, which has {pages(found.total, LISTED):,}")
    here = list_address(address)
    links = facet_links(explorer.catalog.facets(asked), here)
    is_home = number == 1 and not any(address.get(key) for key in KEYS)
    counts = explorer.catalog.counts()
    check = explorer.graph.check()
    heading = title(counts, complete=check.complete)
    values: dict[str, object] = {
        "is_home": is_home,
        "counts": counts,
        "firm": counts.verdicts.get(Verdict.CONTRADICTION, 0),
        "summary": summary(counts),
        "found": found,
        "rows": tuple(dispute_row(explorer, conflict) for conflict in found.items),
        "here": here,
        "size": LISTED,
        "facets": links,
        "chosen": chosen(links),
        "everything": list_address(Address.of(DISPUTES, order=address.get("order"))),
        "orders": tuple(
            (words, list_address(here, order=order.value), asked.order is order)
            for order, words in ((Order.CERTAIN, "most certain first"), (Order.NEWEST, "newest first"))
        ),
        "incomplete": tuple(check.incomplete),
        "record": tuple(record_lines(proof, explorer.prose) for proof in check.background_conflicts[:SHORT]),
        "dispute_ids": explorer.catalog.conflict_ids(MOST_IDS),
        "changes": changes.change_rows(explorer, explorer.catalog.changes(count=SHORT).items) if is_home else (),
        "withdrawn": changes.withdrawn_rows(explorer, explorer.catalog.withdrawn(count=SHORT).items) if is_home else (),
        "figures": figures(counts),
        "all_changes": Ref(f"All {counts.changes:,} changes of position", Address.of(changes.CHANGES)),
        "all_withdrawn": Ref(f"All {counts.withdrawn:,} that were taken back", Address.of(changes.WITHDRAWN)),
        "undisputed": Ref("What nobody disputes", Address.of(undisputed.UNDISPUTED)),
    }
    return Page(
        address=HOME if not address.parts and not address.query else here,
        title=heading,
        template="disputes.html.j2",
        values=values,
        data=lambda: _data(explorer, asked, found, counts),
        triples=lambda: _triples(explorer, found),
        markdown=lambda: render("disputes.md.j2", title=heading, **values),
        section="disputes",
        queries=tuple(shown(name) for name in (CLAIMED if explorer.graph.is_large else CONTESTED)),
    )


def title(counts: Counts, *, complete: bool) -> str:
    """Say what the home page is about; that nothing was found is said only of a check that went to its end."""
    if sum(counts.verdicts.values()):
        return "What cannot all be true"
    if not counts.claims:
        return "Nothing has been claimed yet"
    return "Nothing contradictory was found" if complete else "The check did not go to its end"


def summary(counts: Counts) -> str:
    """Say how much was checked and what was found, in two sentences.

    >>> summary(Counts(24, 28, {Verdict.CONTRADICTION: 5}, 0, 0, 1))
    '24 claims were checked against each other. 5 disputes were found.'
    >>> summary(Counts(0, 0, {}, 0, 0, 0))
    'There are no claims here, so nothing could be checked.'
    """
    if not counts.claims:
        return "There are no claims here, so nothing could be checked."
    firm = counts.verdicts.get(Verdict.CONTRADICTION, 0)
    open_ones = sum(counts.verdicts.values()) - firm
    found = f"{many(firm, 'dispute')} {'was' if firm == 1 else 'were'} found" if firm else "No dispute was found"
    loose = f", and {open_ones:,} more that {'is' if open_ones == 1 else 'are'} not settled" if open_ones else ""
    verb = "was" if counts.claims == 1 else "were"
    return f"{many(counts.claims, 'claim')} {verb} checked against each other. {found}{loose}."


def figures(counts: Counts) -> tuple[tuple[str, int, str], ...]:
    """Count what is there: words, number, and how it is coloured; what there is none of is left out."""
    found = (
        ("claims", counts.claims, ""),
        ("positions", counts.positions, ""),
        *((words, counts.verdicts.get(one, 0), one.value) for one, words in _FIGURES.items()),
        ("changed position", counts.changes, ""),
        ("taken back", counts.withdrawn, ""),
    )
    return tuple(figure for figure in found if figure[1])


def many(number: int, noun: str) -> str:
    """Count things in words.

    >>> many(1, "claim"), many(1200, "claim")
    ('1 claim', '1,200 claims')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _data(explorer: Explorer, asked: Filter, found: Slice[Conflict], counts: Counts) -> Json:
    check = explorer.graph.check()
    return {
        "title": explorer.title,
        "claims": counts.claims,
        "positions": counts.positions,
        "found": {
            **{verdict.value: counts.verdicts.get(verdict, 0) for verdict in Verdict},
            "changes": counts.changes,
            "withdrawn": counts.withdrawn,
        },
        "wanted": {
            "actor": asked.actor,
            "kind": asked.kind,
            "verdict": asked.verdict.value if asked.verdict else None,
            "issue": asked.issue,
            "month": asked.month,
            "order": asked.order.value,
        },
        "total": found.total,
        "start": found.start,
        "conflicts": [dispute_json(explorer, conflict) for conflict in found.items],
        "complete": check.complete,
        "incomplete": list(check.incomplete),
    }


def _triples(explorer: Explorer, found: Slice[Conflict]) -> Iterator[Triple]:
    because = {conflict.id: explorer.prose.because(conflict) for conflict in found.items}
    kinds = {notation: iri for iri, notation in explorer.graph.theory.notations.items()}
    return conflict_triples(found.items, because, kinds)


MAKERS: Mapping[str, Maker] = {"": home, DISPUTES: home, **changes.MAKERS, **undisputed.MAKERS}


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield the home page, the whole list, the list for each single choice, and the lists of changes and the like."""
    yield HOME
    everything = Address.of(DISPUTES)
    bare = (everything, list_address(everything, order=Order.NEWEST.value))
    facets = facet_links(explorer.catalog.facets(Filter()), everything)
    choices = (choice for facet in facets for choice in (*facet.shown, *facet.folded))
    yield from _with_further((address, sum(explorer.catalog.counts().verdicts.values())) for address in bare)
    yield from _with_further((choice.address, choice.count) for choice in choices)
    yield from changes.addresses(explorer)
    yield from undisputed.addresses(explorer)


def _with_further(lists: Iterable[tuple[Address, int]]) -> Iterator[Address]:
    for address, total in lists:
        yield address
        for number in range(2, pages(total, LISTED) + 1):
            yield address.changed(page=str(number))
