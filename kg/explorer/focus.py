"""What a graph is drawn around, as it stands in an address: names, ids of disputes, or what people type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from urllib.parse import unquote

from kg.contradiction.results import Conflict
from kg.errors import QueryError
from kg.explorer.catalog import Filter
from kg.explorer.explorer import Explorer
from kg.explorer.page import NotFound
from kg.terms import Iri, Node

MOST = 12
"""How many names one address may hold."""
OF_A_SIDE = 4
"""How many claims of each side of a dispute are in focus."""


def names(text: str) -> tuple[str, ...]:
    """Read a list of names; a comma inside a name is written `%2C`.

    >>> names("ann, b%2Cob")
    ('ann', 'b,ob')
    """
    found = (unquote(part.strip()) for part in text.split(","))
    return tuple(dict.fromkeys(islice(filter(None, found), MOST)))


def written(found: Iterable[str]) -> str:
    """Write a list of names, as `names` reads it.

    >>> written(["ann", "b,ob"])
    'ann,b%2Cob'
    """
    return ",".join(name.replace("%", "%25").replace(",", "%2C") for name in found)


def sides_of(conflict: Conflict) -> tuple[Node, ...]:
    """Return the first claims of each side of a dispute."""
    return tuple(dict.fromkeys(claim.iri for side in conflict.sides for claim in islice(side.claims, OF_A_SIDE)))


def found(explorer: Explorer, name: str) -> tuple[tuple[Node, ...], Conflict | None]:
    """Return the node that a name means, or the claims of a dispute and the dispute; raises `NotFound`."""
    if (node := _thing(explorer, name)) is not None:
        return (node,), None
    try:
        conflict = explorer.catalog.conflict(name)
    except QueryError:
        pass
    else:
        return sides_of(conflict), conflict
    try:
        return (explorer.graph.resolve(name),), None
    except QueryError as error:
        raise NotFound(str(error)) from None


def _thing(explorer: Explorer, name: str) -> Node | None:
    try:
        node = explorer.node(name)
    except NotFound:
        return None
    return node if is_known(explorer, node) else None


def is_known(explorer: Explorer, node: Iri) -> bool:
    """Say whether anything is said by, about, or of a thing."""
    catalog = explorer.catalog
    if catalog.role(node) is not None:
        return True
    if not explorer.kinds.is_thing(node):
        return False
    return bool(catalog.facts(node) or catalog.claims_about(node, 0, 1).total)


def opened(explorer: Explorer, text: str) -> tuple[Node, ...]:
    """Return the nodes that an address opens; what is not known is passed over."""
    things = (_thing(explorer, name) for name in names(text))
    return tuple(node for node in things if node is not None)


def default(explorer: Explorer) -> tuple[tuple[Node, ...], Conflict | None]:
    """Return where to begin: with the first dispute, else with the first claims."""
    first = explorer.catalog.disputes(Filter(), 0, 1).items
    if first:
        return sides_of(first[0]), first[0]
    claims: Sequence[Node] = [claim.iri for claim in explorer.catalog.claims(0, 2).items]
    return tuple(claims), None
