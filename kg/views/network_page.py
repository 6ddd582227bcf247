"""The network as one HTML file that opens from disk without a network: pyvis, made self-contained.

Nodes, edges and options go through pyvis; the page around them is our own, because pyvis 0.3.2 asks a CDN for
styles in every mode, prints its heading twice and does not escape what it puts into the page. The library
that draws (vis-network) is taken from the pyvis package and stands inside the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from kg.views.network_style import FONT, EdgeView, Family, Network, NodeView, Picture, picture, words_of
from kg.views.network_svg import draw_sign, picture_svg, sign_words
from kg.views.page import asset, policy, render, script_json, trusted
from kg.views.svg import drawing

MOVING = 150
"""Up to so many nodes, a reader may let them move; with more, physics never starts."""
_OPTIONS: dict[str, Any] = {
    "physics": {
        "enabled": False,
        "solver": "barnesHut",
        "barnesHut": {"avoidOverlap": 0.6, "springLength": 130},
    },
    "interaction": {"hover": True, "tooltipDelay": 120, "multiselect": False, "keyboard": {"enabled": False}},
    "nodes": {"font": {"size": FONT, "face": "system-ui, sans-serif", "strokeWidth": 3}, "borderWidth": 1.5},
    "edges": {"smooth": False, "width": 1.1, "arrows": {"to": {"scaleFactor": 0.45}}, "hoverWidth": 0.6},
    "layout": {"improvedLayout": False},
}


@dataclass(frozen=True, slots=True)
class Filter:
    """A check box: which family it shows, how many nodes, and the signs of the kinds in it."""

    family: Family
    count: int
    signs: tuple[tuple[Markup, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table of nodes: what is linked with what, in words."""

    label: str
    kind: str
    links: tuple[str, ...]


def network_page(graph: Network, title: str = "Network") -> str:
    """Return the page: the drawing with search and filters, and the same content as tables."""
    drawn = picture(graph)
    nodes, edges, _, _, _, options = _pyvis(drawn, title).get_network_data()
    style = asset("base.css") + asset("drawing.css") + asset("network_svg.css") + asset("network.css")
    scripts = [_library(), asset("network.js")]
    return render(
        "network.html.j2",
        title=title,
        policy=policy(scripts=scripts, extra="style-src 'unsafe-inline'; img-src data:"),
        style=trusted(style),
        scripts=[Markup(script) for script in scripts],  # noqa: S704  # the library and a packaged file
        data=script_json({"nodes": nodes, "edges": edges, "options": json.loads(options)}),
        filters=_filters(drawn),
        unnamed=any(node.unnamed for node in drawn.nodes),
        moving=len(drawn.nodes) <= MOVING,
        labels=sorted({node.label for node in drawn.nodes if node.kind != "Conflict"}),
        fallback=trusted(picture_svg(drawn, title, families=_first(drawn), standalone=False)),
        conflicts=_conflicts(drawn),
        lines=_lines(drawn),
    )


def _pyvis(drawn: Picture, title: str) -> Any:  # pyvis ships no types
    # pyvis loads IPython; whoever draws no network need not wait for that.
    from pyvis.network import Network as PyvisNetwork  # noqa: PLC0415

    made = PyvisNetwork(directed=True, heading=title, cdn_resources="in_line")
    made.set_options(json.dumps(_OPTIONS))
    for node in drawn.nodes:
        x, y = drawn.places[node.id]
        made.add_node(node.id, **_node_options(node), x=round(x, 1), y=round(y, 1))
    for edge in drawn.edges:
        made.add_edge(edge.source, edge.target, **_edge_options(edge))
    return made


def _node_options(node: NodeView) -> dict[str, Any]:
    """Say how pyvis draws a node; `family`, `name` and `facts` are for the page's own script."""
    inside = node.shape in ("box", "cross")
    about = [node.label, words_of(node.kind), "unnamed source" if node.unnamed else "", node.note]
    return {
        "label": "\n".join(node.lines),
        "title": "\n".join(part for part in about if part),
        "shape": "circle" if node.shape == "cross" else node.shape,
        "color": {"background": node.family.colour, "border": node.family.colour},
        "size": node.size,
        "hidden": not node.family.shown,
        "shapeProperties": {"borderDashes": [4, 3] if node.unnamed else False, "borderRadius": 7},
        "borderWidth": 2.5 if node.disputed or node.unnamed else 1.5,
        "margin": 3 if node.shape == "cross" else 7,
        "name": node.label,
        "kind": words_of(node.kind),
        "family": node.family.name,
        "inside": inside,
        "unnamed": node.unnamed,
        "disputed": node.disputed,
    }


def _edge_options(edge: EdgeView) -> dict[str, Any]:
    """Say how pyvis draws an edge; edges that share both ends are bent apart."""
    options: dict[str, Any] = {"title": edge.label, "name": edge.label, "conflict": edge.is_conflict}
    if edge.is_conflict:
        firm = edge.verdict == "contradiction"
        return {**options, "width": 4 if firm else 2.5, "arrows": "", "dashes": False if firm else [8, 6]}
    if edge.bend:
        turn = "curvedCW" if edge.bend % 2 else "curvedCCW"
        options["smooth"] = {"enabled": True, "type": turn, "roundness": 0.12 * ((edge.bend + 1) // 2)}
    return options


@lru_cache(maxsize=1)
def _library() -> str:
    """Return vis-network as pyvis ships it, without the line that makes a browser ask for its source map."""
    folder = files("pyvis").joinpath("templates", "lib", "vis-9.1.2")
    script = folder.joinpath("vis-network.min.js").read_text(encoding="utf-8")
    script = "\n".join(line for line in script.split("\n") if not line.startswith("//# sourceMappingURL"))
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("this version of vis-network cannot stand inside a page")
    return script


def _first(drawn: Picture) -> frozenset[str]:
    shown = frozenset(family.name for family, _ in drawn.families if family.shown)
    return shown or frozenset(family.name for family, _ in drawn.families)


def _filters(drawn: Picture) -> list[Filter]:
    found = []
    for family, count in drawn.families:
        signs = tuple(
            (trusted(drawing(22, 20, sign.kind, [draw_sign(sign, 11, 10)], hidden=True)), sign_words(sign))
            for sign in drawn.signs
            if sign.family == family
        )
        found.append(Filter(family, count, signs))
    return found


def _conflicts(drawn: Picture) -> list[tuple[str, str, tuple[str, ...]]]:
    """List each conflict: its question, how firm it is, and what clashes in it."""
    names = {node.id: node.label for node in drawn.nodes}
    found = []
    for node in drawn.nodes:
        if node.shape == "cross":
            members = tuple(names[edge.target] for edge in drawn.edges if edge.source == node.id)
            found.append((node.label, node.note, members))
    return found


def _lines(drawn: Picture) -> Iterable[Line]:
    """Say for each node what it is linked with."""
    names = {node.id: node.label for node in drawn.nodes}
    links: dict[str, list[str]] = {}
    for edge in drawn.edges:
        if not edge.is_conflict:
            links.setdefault(edge.source, []).append(f"{edge.label} → {names[edge.target]}")
            links.setdefault(edge.target, []).append(f"{names[edge.source]} → {edge.label}")
    for node in sorted(drawn.nodes, key=lambda node: (node.family.word, node.kind, node.label.casefold(), node.id)):
        if node.shape != "cross":
            kind = words_of(node.kind) + (" (unnamed)" if node.unnamed and "unnamed" not in words_of(node.kind) else "")
            yield Line(node.label, kind, tuple(sorted(links.get(node.id, ()))))
