"""A focused cut of the network: what is around some nodes, disputes first, and how much of it is left out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx

from kg.explorer.explorer import Explorer
from kg.explorer.surroundings import Line, Surroundings
from kg.network import CLAIM, Graph
from kg.terms import Node, local_name
from kg.views.claims import contents
from kg.views.layout import Point
from kg.views.network_style import Picture, family_of, picture
from kg.vocab import NEG
from kg.wording import capital

SIZE, LARGEST = 60, 200
"""How many nodes a cut has at most, if nothing else is asked for, and whatever is asked for."""
AT_FOCUS, AFTER = 14, 5
"""How many neighbours a node brings with it: one in focus, and any other."""
REACH = 2
"""How many lines away from the focus a node may be; further ones are counted, and drawn when a node is opened."""
OPENED = 24
"""How many more neighbours an opened node brings."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be drawn: around which nodes, which of them opened, how many in all, of which families (none: all)."""

    focus: tuple[Node, ...]
    opened: tuple[Node, ...] = ()
    size: int = SIZE
    families: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Member:
    """One node of a cut; `hidden` counts its neighbours that are not in it."""

    node: Node
    label: str
    kind: str
    unnamed: bool
    hidden: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Part of the network; `steps` says how many members there were before each node was opened."""

    members: tuple[Member, ...]
    lines: tuple[Line, ...]
    steps: tuple[int, ...] = ()

    def graph(self, count: int | None = None) -> Graph:
        """Return the first members and their lines as a network to draw."""
        made: Graph = networkx.MultiDiGraph()
        for one in self.members[:count]:
            made.add_node(
                str(one.node),
                label=one.label,
                kind=one.kind,
                iri=str(one.node),
                unnamed=one.unnamed,
                hidden=one.hidden,
            )
        for line in self.lines:
            source, target = str(line.source), str(line.target)
            if source in made and target in made:
                made.add_edge(source, target, label=line.label, kind=line.kind, **_clash(line))
        return made

    def picture(self) -> Picture:
        """Place everything; what stood there before a node was opened keeps its place."""
        places: dict[str, Point] = {}
        for count in (*self.steps, len(self.members)):
            drawn = picture(self.graph(count), places)
            places = {node.key: drawn.places[node.id] for node in drawn.nodes}
        return drawn


def _clash(line: Line) -> dict[str, str]:
    if line.conflict is None:
        return {}
    return {"conflict": line.conflict.id, "verdict": line.conflict.verdict.value, "title": line.label}


def cut(explorer: Explorer, wish: Wish) -> Cut:
    """Cut around the focus, breadth first; the work grows with the size of the cut, not with that of the graph."""
    surroundings = Surroundings(explorer)
    kept: dict[Node, None] = dict.fromkeys(wish.focus)
    queue = deque((node, 0) for node in kept)
    while queue and len(kept) < min(wish.size, LARGEST):
        node, away = queue.popleft()
        if away == REACH:
            break
        new = _next(surroundings, node, kept, wish, AT_FOCUS if node in wish.focus else AFTER)
        new = new[: min(wish.size, LARGEST) - len(kept)]
        kept |= dict.fromkeys(new)
        queue.extend((other, away + 1) for other in new)
    steps = []
    for node in wish.opened:
        if node not in kept:
            continue
        steps.append(len(kept))
        kept |= dict.fromkeys(_next(surroundings, node, kept, wish, min(OPENED, LARGEST - len(kept))))
    lines = _lines(surroundings, kept)
    return Cut(tuple(_members(explorer, surroundings, kept, lines)), lines, tuple(steps))


def _next(surroundings: Surroundings, node: Node, kept: Iterable[Node], wish: Wish, most: int) -> list[Node]:
    """Return the first neighbours that are new, of the families that are wanted."""
    found: list[Node] = []
    taken = set(kept)
    for other in surroundings.around(node).neighbours:
        if len(found) >= most:
            break
        if other in taken or (wish.families and family_of(surroundings.kind(other)).name not in wish.families):
            continue
        found.append(other)
    return found


def _lines(surroundings: Surroundings, kept: Iterable[Node]) -> tuple[Line, ...]:
    inside = set(kept)
    found: dict[Line, None] = {}
    for node in kept:
        for line in surroundings.around(node).lines:
            if line.source in inside and line.target in inside and line.source != line.target:
                found[line] = None
    return tuple(found)


def _members(
    explorer: Explorer, surroundings: Surroundings, kept: Iterable[Node], lines: Sequence[Line]
) -> Iterable[Member]:
    drawn: dict[Node, set[Node]] = {}
    for line in lines:
        drawn.setdefault(line.source, set()).add(line.target)
        drawn.setdefault(line.target, set()).add(line.source)
    for node in kept:
        kind = surroundings.kind(node)
        claim = explorer.catalog.claim(node) if kind == CLAIM else None
        words = explorer.prose.name(node) if claim is None else contents(claim, explorer.prose)
        hidden = max(surroundings.around(node).total - len(drawn.get(node, ())), 0)
        yield Member(node, capital(words), kind, kind == local_name(NEG.UnnamedSource), hidden)
