"""What the forms offer to choose from: who speaks, documents, issues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.explorer.explorer import Explorer
from kg.explorer.kinds import ACTOR
from kg.terms import Iri, Node
from kg.wording import capital

MOST_CHOICES = 200
"""How many choices one list offers."""
_MOST_CLAIMS = 5_000


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: how an address calls it, how people do, and whether it is made."""

    value: str
    label: str
    chosen: bool


def speakers(explorer: Explorer, chosen: Node | None) -> tuple[Choice, ...]:
    """Offer who speaks; of very many claims, those with the most disputes."""
    catalog = explorer.catalog
    claims = catalog.claims(0, 1 if explorer.graph.is_large else _MOST_CLAIMS)
    if claims.total > len(claims.items):
        return _choices(explorer, (node for node, _ in catalog.busiest(ACTOR, MOST_CHOICES)), chosen)
    return _choices(explorer, (claim.speaker for claim in claims.items), chosen)


def things(explorer: Explorer, page: str, chosen: Node | None) -> tuple[Choice, ...]:
    """Offer the things of a kind of page; of very many, the first by name."""
    return _choices(explorer, explorer.catalog.things(page, 0, MOST_CHOICES).items, chosen)


def _choices(explorer: Explorer, nodes: Iterable[Node], chosen: Node | None) -> tuple[Choice, ...]:
    named = {*nodes, *([chosen] if chosen is not None else [])}
    found = [
        Choice(explorer.names.name(node), capital(explorer.prose.name(node)), node == chosen)
        for node in named
        if isinstance(node, Iri)
    ]
    return tuple(sorted(found, key=lambda one: (one.label.casefold(), one.value)))
