"""The positions that a claim takes: when each holds, who holds or denies it too, and what contradicts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.contradiction.results import Account, Conflict, Position, Verdict, dividing_verdicts
from kg.explorer.explorer import DISPUTE, Explorer
from kg.explorer.page import Json, Ref
from kg.explorer.reading.lines import ClaimLine, claim_lines
from kg.explorer.site import Address
from kg.model import Claim
from kg.views.contract import position_name
from kg.views.dispute import GLYPHS
from kg.views.timeline import in_words
from kg.wording import capital

MOST_SHOWN = 20
"""How many disputes, and how many claims for and against, are listed of one position."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A dispute that a position is in, and what stands against it there."""

    id: str
    ref: Ref
    glyph: str
    verdict: str
    against: tuple[tuple[str, str], ...]
    """Who, and what they say."""


@dataclass(frozen=True, slots=True)
class Kept:
    """In which accounts of its knot a position is kept, and in which it is left out."""

    knot: Ref
    kept: tuple[int, ...]
    left_out: tuple[int, ...]
    incomplete: str


@dataclass(frozen=True, slots=True)
class Taken:
    """One position of a claim; the counts say how many there are of what is listed only in part."""

    name: str
    says: str
    certain: str
    possible: str
    hedged: bool
    clashes: tuple[Clash, ...]
    clash_count: int
    holders: tuple[ClaimLine, ...]
    holder_count: int
    deniers: tuple[ClaimLine, ...]
    denier_count: int
    accounts: Kept | None

    def data(self) -> Json:
        """Write it for the JSON twin."""
        return {
            "position": self.name,
            "says": self.says,
            "certain": self.certain,
            "possible": self.possible,
            "hedged": self.hedged,
            "disputes": [{"id": one.id, "title": one.ref.text, "verdict": one.verdict} for one in self.clashes],
            "dispute_count": self.clash_count,
            "also_held_by": [line.data() for line in self.holders],
            "denied_by": [line.data() for line in self.deniers],
            "accounts": None
            if self.accounts is None
            else {"kept": list(self.accounts.kept), "left_out": list(self.accounts.left_out)},
        }


def taken(explorer: Explorer, claim: Claim) -> tuple[Taken, ...]:
    """Gather the positions of a claim; none if it was taken back."""
    conflicts = explorer.catalog.conflicts_of(claim.iri)
    return tuple(_taken(explorer, claim, one, conflicts) for one in explorer.catalog.positions_of(claim))


def _taken(explorer: Explorer, claim: Claim, position: Position, conflicts: Sequence[Conflict]) -> Taken:
    prose = explorer.prose
    mine = [one for one in conflicts if any(other.key == position.key for other in one.positions)]
    holding = explorer.catalog.claims_of(position, 0, MOST_SHOWN + 1)
    holders = [other for other in holding.items if other.iri != claim.iri]
    deniers, denier_count = _deniers(explorer, position)
    return Taken(
        name=position_name(position),
        says=capital(prose.position(position)),
        certain=in_words(position.window.certain, missing="no time for certain"),
        possible=in_words(position.window.possible, missing="not known"),
        hedged=position.hedged,
        clashes=tuple(_clash(explorer, one, position) for one in mine[:MOST_SHOWN]),
        clash_count=len(mine),
        holders=claim_lines(explorer, holders[:MOST_SHOWN]),
        holder_count=holding.total - 1,
        deniers=claim_lines(explorer, deniers),
        denier_count=denier_count,
        accounts=_kept(explorer, position, mine),
    )


def _deniers(explorer: Explorer, position: Position) -> tuple[list[Claim], int]:
    """Return claims that say the opposite, of whatever time, and how many there are."""
    about = explorer.catalog.positions_about(position.proposition.subject)
    opposite = position.polarity.opposite
    found = [
        explorer.catalog.claims_of(one, 0, MOST_SHOWN)
        for one in about
        if one.proposition.triple == position.proposition.triple and one.polarity is opposite
    ]
    claims = {claim.iri: claim for part in found for claim in part.items}
    return list(claims.values())[:MOST_SHOWN], max(len(claims), sum(part.total for part in found))


def _clash(explorer: Explorer, conflict: Conflict, position: Position) -> Clash:
    prose = explorer.prose
    others = [side for side in conflict.sides if side.position.key != position.key]
    title = Ref(prose.title(conflict), Address.of(DISPUTE, conflict.id))
    against = tuple((capital(prose.speakers(side.claims)[0]), prose.position(side.position)) for side in others)
    return Clash(conflict.id, title, GLYPHS[conflict.verdict], conflict.verdict.value, against)


def _kept(explorer: Explorer, position: Position, conflicts: list[Conflict]) -> Kept | None:
    """Say what the accounts do with a position. All its conflicts lie in one knot, so that one is enough to find it."""
    dividing: frozenset[Verdict] = dividing_verdicts(under_possible=False)
    conflict = next((one for one in conflicts if one.verdict in dividing), None)
    component = None if conflict is None else explorer.catalog.component(conflict)
    if component is None:
        return None

    def numbers(accounts: tuple[Account, ...], *, kept: bool) -> tuple[int, ...]:
        chosen = ((one.number, one.keeps if kept else one.leaves_out) for one in accounts)
        return tuple(number for number, positions in chosen if any(p.key == position.key for p in positions))

    return Kept(
        Ref(f"group {component.number}", Address.of("accounts", str(component.number))),
        numbers(component.accounts, kept=True),
        numbers(component.accounts, kept=False),
        component.incomplete,
    )
