"""How the nodes and edges of a network look: shape, colour and word for each kind, and the room a node takes.

Which kind has which shape is data (`assets/kinds.json`); a kind that is not listed there is drawn as "other".
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, TypeAlias

import networkx

from kg.views.layout import Box, Point, layout, settle
from kg.views.page import asset, clean
from kg.views.svg import text_width, wrap

Network: TypeAlias = "networkx.MultiDiGraph[str]"
CONFLICT = "conflicts"
"""The kind of edge that stands for a conflict."""
FONT = 12.5
_LINE = 15.5
_CROSS = 10.0
"""Half the size of the sign of a conflict."""
_APART = 2.6
"""How far apart, in edges, things that clash would like to be."""
_SIZES = {"dot": 12.0, "square": 11.0, "diamond": 15.0, "hexagon": 13.0, "star": 14.0, "box": 0.0}


@dataclass(frozen=True, slots=True)
class Family:
    """Kinds that are shown or hidden together."""

    name: str
    word: str
    colour: str
    shown: bool


@dataclass(frozen=True, slots=True)
class NodeView:
    """One node, ready to draw: its words broken into lines, its shape and the room it takes."""

    id: str
    label: str
    lines: tuple[str, ...]
    kind: str
    family: Family
    shape: str
    size: float
    unnamed: bool
    disputed: bool
    note: str
    box: Box
    key: str = ""
    """The node of the network that this is, or the id of the conflict that it stands for."""
    hidden: int = 0
    """How many of its neighbours a focused cut leaves out."""


@dataclass(frozen=True, slots=True)
class EdgeView:
    """One edge: between which nodes, what it says, and, for a conflict, which and how firm."""

    source: str
    target: str
    label: str
    conflict: str
    verdict: str
    bend: int

    @property
    def is_conflict(self) -> bool:
        """Whether the edge stands for a conflict."""
        return bool(self.verdict)


@dataclass(frozen=True, slots=True)
class Sign:
    """What the legend explains: a kind, drawn as its nodes are."""

    kind: str
    family: Family
    shape: str
    unnamed: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A network that is ready to draw: nodes, edges, and where each node is."""

    nodes: tuple[NodeView, ...]
    edges: tuple[EdgeView, ...]
    places: Mapping[str, Point]

    @property
    def families(self) -> list[tuple[Family, int]]:
        """The families that occur, with how many nodes each has, in the order of the style file."""
        counted = Counter(node.family for node in self.nodes)
        return [(family, counted[family]) for family in _families().values() if family in counted]

    @property
    def signs(self) -> list[Sign]:
        """The kinds that occur, by family, for the legend."""
        found = {Sign(node.kind, node.family, node.shape, node.unnamed) for node in self.nodes}
        order = list(_families().values())
        return sorted(found, key=lambda sign: (order.index(sign.family), sign.kind, sign.unnamed))


@lru_cache(maxsize=1)
def _style() -> dict[str, Any]:
    style: dict[str, Any] = json.loads(asset("kinds.json"))
    return style


@lru_cache(maxsize=1)
def _families() -> dict[str, Family]:
    return {name: Family(name, row["word"], row["colour"], row["shown"]) for name, row in _style()["families"].items()}


def family_of(kind: str) -> Family:
    """Return the family of a kind.

    >>> family_of("Meeting").name
    'event'
    """
    name, _ = _style()["kinds"].get(kind, ("other", "dot"))
    return _families()[name]


def families() -> tuple[Family, ...]:
    """Return all families, in the order of the style file."""
    return tuple(_families().values())


def picture(graph: Network, placed: Mapping[str, Point] | None = None) -> Picture:
    """Work out how every node and edge looks, and where it goes.

    `placed` are places to keep, by the node's own key (see `NodeView.key`); what has none is put near its neighbours.
    A conflict becomes a ✕ of its own with a red line to everything that clashes in it: so a conflict of
    three has one sign, and no label covers it.
    """
    names = {node: f"n{number}" for number, node in enumerate(sorted(graph, key=str))}
    clashes = _clashes(graph, names)
    disputed = {member for clash in clashes for member in clash.members}
    nodes = [
        _node(names[node], graph.nodes[node], disputed=names[node] in disputed, key=str(node))
        for node in sorted(graph, key=str)
    ]
    edges = list(_edges(graph, names))
    for number, clash in enumerate(clashes):
        nodes.append(_cross(f"x{number}", clash))
        edges += [EdgeView(f"x{number}", m, clash.label, clash.id, clash.verdict, 0) for m in clash.members]
    return Picture(tuple(nodes), tuple(edges), _places(nodes, edges, clashes, placed))


@dataclass(frozen=True, slots=True)
class Clash:
    """What clashes in one conflict, and how it is called."""

    id: str
    label: str
    verdict: str
    members: tuple[str, ...]


def _clashes(graph: Network, names: Mapping[str, str]) -> list[Clash]:
    """Gather the edges of each conflict; an edge without the id of a conflict is one by itself."""
    found: dict[str, tuple[dict[str, None], Mapping[str, Any]]] = {}
    for a, b, data in sorted(graph.edges(data=True), key=lambda row: (names[row[0]], names[row[1]])):
        if _is_conflict(data):
            key = str(data.get("conflict") or "–".join(sorted((names[a], names[b]))))
            members, _ = found.setdefault(key, ({}, data))
            members |= dict.fromkeys((names[a], names[b]))
    return [
        Clash(
            id=clean(str(data.get("conflict") or "")),
            label=clean(str(data.get("title") or data.get("label") or "conflict")),
            verdict=clean(str(data.get("verdict") or "contradiction")),
            members=tuple(sorted(members)),
        )
        for _, (members, data) in sorted(found.items())
    ]


def _cross(identifier: str, clash: Clash) -> NodeView:
    family, shape = _style()["kinds"]["Conflict"]
    note = f"{clash.verdict} {clash.id}".strip()
    box = Box(_CROSS + 3, _CROSS + 3, _CROSS + 3)
    return NodeView(
        id=identifier,
        label=clash.label,
        lines=("✕",),
        kind="Conflict",
        family=_families()[family],
        shape=shape,
        size=_CROSS,
        unnamed=False,
        disputed=True,
        note=note,
        box=box,
        key=clash.id,
    )


def _node(identifier: str, data: Mapping[str, Any], *, disputed: bool, key: str) -> NodeView:
    kind = clean(str(data.get("kind") or "Thing"))
    family, shape = _style()["kinds"].get(kind, ("other", "dot"))
    label = clean(" ".join(str(data.get("label") or key).split())) or key
    hidden = int(data.get("hidden") or 0)  # how many of its neighbours a focused cut leaves out
    lines = wrap(label, 165 if shape == "box" else 118, FONT, 4 if shape == "box" else 3) or ["?"]
    if hidden:
        lines[-1] += f" (+{hidden})"
    size = _SIZES.get(shape, 12.0) + (3.0 if disputed and shape != "box" else 0.0)
    return NodeView(
        id=identifier,
        label=label,
        lines=tuple(lines),
        kind=kind,
        family=_families()[family],
        shape=shape,
        size=size,
        unnamed=bool(data.get("unnamed")),
        disputed=disputed,
        note=clean(str(data.get("note") or "")),
        box=_box(lines, shape, size, badge=hidden > 0),
        key=key,
        hidden=hidden,
    )


def _box(lines: Iterable[str], shape: str, size: float, *, badge: bool) -> Box:
    """Say how much room a node takes with its label, which stands in a box or below any other shape."""
    lines = list(lines)
    width = max(text_width(line, FONT) for line in lines)
    tall = len(lines) * _LINE
    if shape == "box":
        return Box(width / 2 + 9, tall / 2 + 7, tall / 2 + 7)
    return Box(max(width / 2 + 2, size + (20 if badge else 2)), size + (15 if badge else 3), size + 5 + tall)


def _is_conflict(data: Mapping[str, Any]) -> bool:
    return data.get("kind") == CONFLICT or bool(data.get("conflict"))


def _edges(graph: Network, names: Mapping[str, str]) -> Iterable[EdgeView]:
    """Yield the other edges in a fixed order; several between the same two nodes are bent apart."""
    rows = {
        (names[a], names[b], clean(str(data.get("label") or data.get("kind") or "")))
        for a, b, data in graph.edges(data=True)
        if not _is_conflict(data)
    }
    seen: Counter[frozenset[str]] = Counter()
    for source, target, label in sorted(rows):
        both = frozenset((source, target))
        yield EdgeView(source, target, label, "", "", seen[both])
        seen[both] += 1


def _places(
    nodes: Sequence[NodeView],
    edges: Sequence[EdgeView],
    clashes: Sequence[Clash],
    kept: Mapping[str, Point] | None,
) -> dict[str, Point]:
    """Lay out what is shown at first, then put the rest around it, so that the first picture is the good one.

    What clashes is kept apart, and the sign of the conflict goes between.
    """
    plain: networkx.Graph[str] = networkx.Graph()
    plain.add_nodes_from(node.id for node in nodes)
    plain.add_edges_from((edge.source, edge.target) for edge in edges if edge.source != edge.target)
    boxes = {node.id: node.box for node in nodes}
    if kept:
        return settle(plain, boxes, {node.id: kept[node.key] for node in nodes if node.key in kept})
    signs = {node.id for node in nodes if node.shape == "cross"}
    shown = {node.id for node in nodes if node.family.shown}
    first: networkx.Graph[str] = networkx.Graph(
        plain.subgraph((shown if len(shown - signs) > 1 else set(plain)) - signs)
    )
    for clash in clashes:
        pairs = combinations([member for member in clash.members if member in first], 2)
        first.add_edges_from(pairs, length=_APART)
    placed = settle(plain.subgraph({*first, *signs}), boxes, layout(first, boxes))
    return settle(plain, boxes, placed)


def words_of(kind: str) -> str:
    """Say a kind in words.

    >>> words_of("UnnamedSource"), words_of("Person")
    ('unnamed source', 'person')
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
