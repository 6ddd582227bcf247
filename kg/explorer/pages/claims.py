"""The pages of claims: the list of them, by speaker, document or dispute, and each with its whole record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.errors import did_you_mean
from kg.explorer.catalog import PAGE, Slice
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.paging import asked
from kg.explorer.kinds import CLAIM, DOCUMENT
from kg.explorer.maker import Maker
from kg.explorer.markdown import render
from kg.explorer.page import Moved, NotFound, Page, Ref
from kg.explorer.reading.choices import speakers, things
from kg.explorer.reading.claim import claim_values
from kg.explorer.reading.lines import claim_lines
from kg.explorer.reading.record import record, records
from kg.explorer.shown import shown
from kg.explorer.site import Address
from kg.model import Claim
from kg.terms import Iri, Node
from kg.wording import capital, listed

MOST_NARROWED = 5_000
"""Up to how many claims are looked through for those that fit several wishes at once."""
MOST_NARROWED_LARGE = 200
"""The same in a large graph, whose claims are read from the store one by one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims are wanted: of a speaker, in a document, only disputed ones."""

    speaker: Node | None
    document: Node | None
    disputed: bool

    @property
    def wishes(self) -> int:
        """How many of the three count."""
        return (self.speaker is not None) + (self.document is not None) + self.disputed


@dataclass(frozen=True, slots=True)
class Chosen:
    """A wish that the list follows, and the list without it."""

    label: str
    name: str
    without: Address


def claims(explorer: Explorer, address: Address) -> Page:
    """List claims, by when they were made."""
    wanted = _wanted(explorer, address)
    number = asked(address, "page")
    found, note = _found(explorer, wanted, (number - 1) * PAGE)
    if number > 1 and not found.items:
        raise NotFound(f"there is no page {number:,} of these claims")
    rows = Slice(claim_lines(explorer, found.items), found.total, found.start)
    values = {"rows": rows, "note": note, "chosen": tuple(_chosen(explorer, wanted, address))}
    choices = {"speakers": speakers(explorer, wanted.speaker), "documents": things(explorer, DOCUMENT, wanted.document)}
    asks = {"speaker": wanted.speaker} if isinstance(wanted.speaker, Iri) else {}
    return Page(
        address=address,
        title="Claims",
        template="claims.html.j2",
        values={**values, **choices, "wanted": wanted},
        data=lambda: {"claims": [row.data() for row in rows.items], "total": rows.total, "start": rows.start},
        triples=lambda: records(explorer.graph.store, (claim.iri for claim in found.items)),
        markdown=lambda: render("claims.md.j2", **values),
        section="documents",
        trail=(Ref("Sources", Address.of("documents")),),
        queries=(shown("claims-by-speaker", **asks),),
        styles=("reading.css",),
    )


def _wanted(explorer: Explorer, address: Address) -> Wanted:
    speaker, document = address.get("speaker"), address.get("document")
    return Wanted(
        explorer.node(speaker) if speaker else None,
        explorer.node(document) if document else None,
        address.get("disputed") == "yes",
    )


def _found(explorer: Explorer, wanted: Wanted, start: int) -> tuple[Slice[Claim], str]:
    """Return the claims that are wanted, and what must be said of them."""

    def take(first: int, count: int) -> Slice[Claim]:
        if wanted.speaker is not None:
            return explorer.catalog.claims_by(wanted.speaker, first, count)
        if wanted.document is not None:
            return explorer.catalog.claims_in(wanted.document, first, count)
        return explorer.catalog.claims(first, count)

    narrowed = wanted.wishes > (wanted.speaker is not None or wanted.document is not None)
    if not narrowed:
        return take(start, PAGE), ""
    most = MOST_NARROWED_LARGE if explorer.graph.is_large else MOST_NARROWED
    if take(0, 1).total > most:
        return take(start, PAGE), _not_narrowed(wanted, most)
    everything = take(0, most)
    fitting = tuple(claim for claim in everything.items if _fits(explorer, claim, wanted))
    return Slice(fitting[start : start + PAGE], len(fitting), start), ""


def _not_narrowed(wanted: Wanted, most: int) -> str:
    """Say which wishes are not followed, and why."""
    both = wanted.speaker is not None and wanted.document is not None
    left = [*(["stand in this source"] if both else []), *(["are disputed"] if wanted.disputed else [])]
    return f"Here are more than {most:,} claims, too many to pick out those that {listed(left)}; all are shown."


def _fits(explorer: Explorer, claim: Claim, wanted: Wanted) -> bool:
    if wanted.document is not None and all(one.document != wanted.document for one in claim.mentions):
        return False
    return not wanted.disputed or bool(explorer.catalog.is_disputed(claim))


def _chosen(explorer: Explorer, wanted: Wanted, address: Address) -> Iterator[Chosen]:
    if wanted.speaker is not None:
        name = capital(explorer.prose.name(wanted.speaker))
        yield Chosen("Speaker", name, address.changed(speaker="", page=""))
    if wanted.document is not None:
        yield Chosen("Source", capital(explorer.prose.name(wanted.document)), address.changed(document="", page=""))
    if wanted.disputed:
        yield Chosen("Only", "disputed claims", address.changed(disputed="", page=""))


def claim(explorer: Explorer, address: Address) -> Page:
    """Show one claim with everything that is recorded of it, and what follows."""
    if len(address.parts) != 2:
        raise NotFound("a claim is shown at claim/NAME")
    name = address.parts[1]
    node = explorer.node(name)
    found = explorer.catalog.claim(node)
    if found is None:
        right = explorer.address(node) if explorer.catalog.facts(node) else None
        if right is not None and right.parts[0] != CLAIM:
            raise Moved(right)
        raise NotFound(f'no claim is called "{name}"{_nearest(explorer, name)}')
    values = claim_values(explorer, found)
    return Page(
        address=address,
        title=f"{values.line.speaker}: {values.line.says}",
        template="claim.html.j2",
        values={"one": values},
        data=values.data,
        triples=lambda: record(explorer.graph.store, node),
        markdown=lambda: render("claim.md.j2", one=values),
        section="documents",
        trail=(Ref("Sources", Address.of("documents")), Ref("Claims", Address.of("claims"))),
        queries=(
            shown("attribution-chain", "The way by which this claim came to the page", claim=node),
            shown("claims-by-speaker", "What its speaker says", speaker=found.speaker),
        ),
        styles=("reading.css",),
    )


def _nearest(explorer: Explorer, name: str) -> str:
    if explorer.graph.is_large:
        return ""
    known = (one.iri for one in explorer.catalog.claims(0, MOST_NARROWED).items)
    return did_you_mean(name, [explorer.names.name(one) for one in known if isinstance(one, Iri)])


MAKERS: Mapping[str, Maker] = {"claims": claims, "claim": claim}


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield the addresses of the pages that a published folder holds."""
    listed = Address.of("claims")
    yield listed
    start = 0
    while (found := explorer.catalog.claims(start, PAGE)).items:
        if start:
            yield listed.changed(page=str(start // PAGE + 1))
        yield from (Address.of(CLAIM, explorer.names.name(one.iri)) for one in found.items if isinstance(one.iri, Iri))
        start += PAGE
