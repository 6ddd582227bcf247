"""What the catalog does not list, asked of the store: within bounds, and only for what a page shows."""

from __future__ import annotations

from pathlib import Path

from kg.explorer.catalog import Slice
from kg.explorer.explorer import Explorer
from kg.model import Claim
from kg.store.protocol import Bounds
from kg.store.texts import text_in
from kg.terms import Blank, Iri, Node
from kg.vocab import NEG

_HERE = Path(__file__).parent
_WITHDRAWALS = _HERE / "withdrawals.rq"
_SPOKEN_FOR = _HERE / "spoken-for.rq"
_SPOKEN_FOR_COUNT = _HERE / "spoken-for-count.rq"
BOUNDS = Bounds(seconds=5.0)
_TAKING_BACK = (NEG.retracts, NEG.corrects, NEG.supersedes)
MOST_WITHDRAWALS = 100
"""How many withdrawals of one speaker are listed."""


def withdrawals(explorer: Explorer, speaker: Iri) -> tuple[tuple[Node, Iri, Node], ...]:
    """Return what somebody took back: the later claim, how, and the earlier claim.

    At most one more than `MOST_WITHDRAWALS`, by which it can be told that there are more.
    """
    if not explorer.graph.store.has_more_than(0, _TAKING_BACK):
        return ()
    text = text_in(_WITHDRAWALS, count=MOST_WITHDRAWALS + 1)
    rows = explorer.graph.store.select(text, {"speaker": speaker}, name=_WITHDRAWALS.name, bounds=BOUNDS)
    return tuple(
        (later, how, earlier)
        for later, how, earlier in rows
        if isinstance(later, Iri | Blank) and isinstance(how, Iri) and isinstance(earlier, Iri | Blank)
    )


def spoken_for(explorer: Explorer, body: Iri, start: int, count: int) -> Slice[Claim]:
    """Return the claims that were made in a post of a body, by when they were made."""
    store = explorer.graph.store
    counted = store.select(text_in(_SPOKEN_FOR_COUNT), {"body": body}, name=_SPOKEN_FOR_COUNT.name, bounds=BOUNDS)
    total = int(str(counted.rows[0][0]))
    if not total:
        return Slice((), 0, start)
    text = text_in(_SPOKEN_FOR, start=start, count=count)
    rows = store.select(text, {"body": body}, name=_SPOKEN_FOR.name, bounds=BOUNDS)
    claims = (explorer.catalog.claim(row[0]) for row in rows if isinstance(row[0], Iri | Blank))
    return Slice(tuple(claim for claim in claims if claim is not None), total, start)
