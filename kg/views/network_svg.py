"""Draw a network as SVG: for pages that work without scripts, for print, and to save as a file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from kg.views.layout import Point
from kg.views.network_style import FONT, EdgeView, Network, NodeView, Picture, Sign, picture, words_of
from kg.views.page import asset
from kg.views.svg import drawing, element, text, text_width

_LINE = 15.5
_PADDING = 24.0


@dataclass(frozen=True, slots=True)
class Links:
    """Where parts of a drawing lead, by the key of a node (`NodeView.key`).

    `pages` are the pages of nodes, `opens` draw what is hidden around a node; `focus` are drawn bolder.
    """

    pages: Mapping[str, str] = field(default_factory=dict)
    opens: Mapping[str, str] = field(default_factory=dict)
    focus: frozenset[str] = frozenset()


_NO_LINKS = Links()


def network_svg(graph: Network, title: str = "Network", *, standalone: bool = True) -> str:
    """Draw every node of a small network, or, above 80 nodes, only the kinds that a reader needs first."""
    drawn = picture(graph)
    families = None if len(drawn.nodes) <= 80 else frozenset(f.name for f, _ in drawn.families if f.shown)
    return picture_svg(drawn, title, families=families, standalone=standalone)


def picture_svg(
    drawn: Picture,
    title: str,
    *,
    families: frozenset[str] | None,
    standalone: bool,
    links: Links = _NO_LINKS,
) -> str:
    """Draw a picture; `families` keeps only these kinds of nodes."""
    nodes = [node for node in drawn.nodes if families is None or node.family.name in families]
    if not nodes:
        return drawing(
            320,
            40,
            title,
            [element("text", "There is nothing to draw.", x=8, y=24)],
            style=_style(standalone),
        )
    left = min(drawn.places[n.id][0] - n.box.half for n in nodes) - _PADDING
    top = min(drawn.places[n.id][1] - n.box.above for n in nodes) - _PADDING
    right = max(drawn.places[n.id][0] + n.box.half for n in nodes) + _PADDING
    bottom = max(drawn.places[n.id][1] + n.box.below for n in nodes) + _PADDING
    places = {n.id: (drawn.places[n.id][0] - left, drawn.places[n.id][1] - top) for n in nodes}
    legend, height = _legend(drawn, nodes, max(right - left, 480.0), bottom - top)
    edges = [edge for edge in drawn.edges if edge.source in places and edge.target in places]
    # Conflicts are drawn above the other edges, and nodes above all edges.
    edges.sort(key=lambda edge: edge.is_conflict)
    body = [
        *(part for edge in edges for part in _edge(edge, places)),
        *(_linked(node, places[node.id], links) for node in nodes),
        *legend,
    ]
    role = "group" if links.pages or links.opens else "img"
    return drawing(max(right - left, 480.0), height, title, body, style=_style(standalone), role=role)


def _linked(node: NodeView, place: Point, links: Links) -> str:
    """Draw a node as a link to its page, and behind it the link that draws what is hidden around it."""
    more = links.opens.get(node.key, "") if node.hidden else ""
    lines = (*node.lines[:-1], node.lines[-1].removesuffix(f" (+{node.hidden})")) if more else node.lines
    drawn = _node(replace(node, lines=lines), place, " focus" if node.key in links.focus else "")
    words = ", ".join(part for part in (node.label, words_of(node.kind)) if part)
    if page := links.pages.get(node.key):
        drawn = element("a", drawn, href=page, aria_label=words)
    if more:
        drawn += element(
            "a", _badge(node, place), href=more, aria_label=f"Draw {node.hidden:,} more around {node.label}"
        )
    return drawn


def _badge(node: NodeView, place: Point) -> str:
    """Draw the sign of what is hidden, at the upper right of a node."""
    words = f"+{node.hidden:,}"
    width = max(text_width(words, 12) + 12, 24.0)
    reach = node.box.half if node.shape == "box" else node.size
    x, y = place[0] + reach - 6, place[1] - (node.box.above if node.shape == "box" else node.size) - 14
    return element(
        "g",
        element("title", text(f"{node.hidden:,} more around this are not drawn: draw them")),
        element("rect", x=x, y=y, width=width, height=24, rx=12, class_="badge-back"),
        element("text", text(words), x=x + width / 2, y=y + 16, text_anchor="middle"),
        class_="more",
    )


def _style(standalone: bool) -> str | None:  # noqa: FBT001  # passed through from a keyword
    return asset("drawing.css") + asset("network_svg.css") if standalone else None


def _edge(edge: EdgeView, places: Mapping[str, Point]) -> Iterator[str]:
    (x1, y1), (x2, y2) = places[edge.source], places[edge.target]
    # A point beside the middle bends the line, so that several between two nodes stay apart.
    bend = 26.0 * ((edge.bend + 1) // 2) * (1 if edge.bend % 2 else -1)
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    mx = (x1 + x2) / 2 - (y2 - y1) / length * bend
    my = (y1 + y2) / 2 + (x2 - x1) / length * bend
    classes = "edge" if not edge.is_conflict else f"edge conflict {edge.verdict}"
    path = f"M{x1:.1f} {y1:.1f}Q{mx:.1f} {my:.1f} {x2:.1f} {y2:.1f}"
    ends = f"{edge.source} {edge.target}"
    yield element("path", element("title", text(edge.label)), d=path, class_=classes, data_ends=ends)


def _node(node: NodeView, place: Point, more: str = "") -> str:
    x, y = place
    classes = " ".join(
        [
            "node",
            node.family.name,
            *(["unnamed"] if node.unnamed else []),
            *(["disputed"] if node.disputed else []),
        ]
    )
    inside = node.shape in ("box", "cross")
    start = y + FONT - len(node.lines) * _LINE / 2 if inside else y + node.size + 5 + FONT
    lines = (
        element("text", text(line), x=x, y=start + number * _LINE, text_anchor="middle")
        for number, line in enumerate(node.lines)
    )
    about = "\n".join(part for part in (node.label, words_of(node.kind), node.note) if part)
    return element(
        "g", element("title", text(about)), shape(node, x, y), *lines, class_=classes + more, data_node=node.id
    )


def shape(node: NodeView, x: float, y: float) -> str:
    """Draw the outline of a node around a point."""
    if node.shape == "box":
        box = node.box
        return element(
            "rect",
            x=x - box.half,
            y=y - box.above,
            width=2 * box.half,
            height=2 * box.above,
            rx=7,
            class_="shape",
        )
    return outline(node.shape, x, y, node.size)


def outline(name: str, x: float, y: float, size: float) -> str:
    """Draw one of the shapes by name.

    >>> outline("dot", 1, 2, 3)
    '<circle cx="1" cy="2" r="3" class="shape"/>'
    """
    if name in ("dot", "cross"):
        return element("circle", cx=x, cy=y, r=size, class_="shape")
    if name == "box":
        return element(
            "rect",
            x=x - size * 1.3,
            y=y - size * 0.8,
            width=size * 2.6,
            height=size * 1.6,
            rx=4,
            class_="shape",
        )
    points = " ".join(f"{x + size * a:.1f},{y + size * b:.1f}" for a, b in _OUTLINES.get(name, _OUTLINES["square"]))
    return element("polygon", points=points, class_="shape")


def _round(corners: int, turn: float, every: float = 1.0) -> list[Point]:
    return [
        (math.cos(turn + 2 * math.pi * at / corners) * (1 if at % 2 == 0 else every),
         math.sin(turn + 2 * math.pi * at / corners) * (1 if at % 2 == 0 else every))
        for at in range(corners)
    ]  # fmt: skip


_OUTLINES: Mapping[str, list[Point]] = {
    "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
    "diamond": [(0, -1), (1, 0), (0, 1), (-1, 0)],
    "triangle": [(0, -1), (0.95, 0.7), (-0.95, 0.7)],
    "triangleDown": [(0, 1), (0.95, -0.7), (-0.95, -0.7)],
    "hexagon": _round(6, 0.0),
    "star": _round(10, -math.pi / 2, 0.45),
}


def draw_sign(sign: Sign, x: float = 0.0, y: float = 0.0) -> str:
    """Draw a small node for a legend."""
    cross = [element("text", "✕", x=x, y=y + 4.5, text_anchor="middle")] if sign.shape == "cross" else []
    unnamed = " unnamed" if sign.unnamed else ""
    return element("g", outline(sign.shape, x, y, 8), *cross, class_=f"node {sign.family.name}{unnamed}")


def _legend(drawn: Picture, nodes: Iterable[NodeView], width: float, top: float) -> tuple[list[str], float]:
    """Say what the shapes mean; return the drawing and where it ends."""
    used = {(node.kind, node.unnamed) for node in nodes}
    parts: list[str] = []
    x, y = _PADDING, top + 14
    for sign in drawn.signs:
        if (sign.kind, sign.unnamed) not in used:
            continue
        words = sign_words(sign)
        needed = 22 + text_width(words, 12) + 24
        if x + needed > width and x > _PADDING:
            x, y = _PADDING, y + 24
        parts.append(element("g", draw_sign(sign), transform=f"translate({x + 8:.1f} {y:.1f})"))
        parts.append(element("text", text(words), x=x + 24, y=y + 4, class_="note"))
        x += needed
    return parts, y + 18


def sign_words(sign: Sign) -> str:
    """Say what a sign of the legend stands for."""
    words = words_of(sign.kind)
    return f"unnamed {words}" if sign.unnamed and not words.startswith("unnamed") else words
