"""All of the network at once: drawn in the browser, and only when somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kg.explorer.catalog import Catalog
from kg.explorer.explorer import Explorer
from kg.explorer.markdown import render
from kg.explorer.page import Json, NotFound, Page, Ref
from kg.explorer.shown import shown
from kg.explorer.site import Address
from kg.network import CONFLICT, Graph, project
from kg.terms import Iri
from kg.views.claims import contents
from kg.views.network_style import Family, families, family_of, words_of
from kg.views.scatter import scatter
from kg.wording import capital

PLACE = "whole"
READABLE = 300
"""Above so many nodes a picture of everything tells little; the page says so before it draws."""
MOST_DRAWN = 5_000
"""Above so many nodes nothing is drawn: placing them would take too long."""


@dataclass(frozen=True, slots=True)
class Legend:
    """What a colour stands for, and how many nodes have it."""

    family: Family
    count: int


@dataclass
class Whole:
    """The network of everything, made when it is first asked for."""

    explorer: Explorer

    @cached_property
    def graph(self) -> Graph:
        """The network, as `kg network` draws it."""
        known, prose = self.explorer.graph, self.explorer.prose
        return project(
            known.dossiers,
            known.ontology,
            known.conflicts(),
            name=prose.name,
            says=lambda claim: contents(claim, prose),
            asks=prose.title,
        )

    @cached_property
    def data(self) -> Json:
        """Nodes with places, and edges between them by number: short, for a browser has to read it."""
        nodes = sorted(self.graph)
        numbers = {node: at for at, node in enumerate(nodes)}
        joined = sorted(
            {(numbers[a], numbers[b], data["kind"] == CONFLICT) for a, b, data in self.graph.edges(data=True)}
        )
        clashes = {(a, b) for a, b, clash in joined if clash}
        places = scatter(len(nodes), [(a, b) for a, b, clash in joined if clash or (a, b) not in clashes])
        return {
            "nodes": [self._node(node, place) for node, place in zip(nodes, places, strict=True)],
            "edges": [
                {"source": a, "target": b, "conflict": clash}
                for a, b, clash in joined
                if clash or (a, b) not in clashes
            ],
        }

    def _node(self, node: str, place: tuple[float, float]) -> Json:
        found = self.graph.nodes[node]
        family = family_of(found["kind"])
        return {
            "id": node,
            "name": self.explorer.names.name(Iri(node)),
            "label": capital(found["label"]),
            "kind": words_of(found["kind"]),
            "family": family.name,
            "colour": family.colour,
            "disputed": bool(found["contested"]),
            "x": round(place[0], 2),
            "y": round(place[1], 2),
        }

    @property
    def legend(self) -> tuple[Legend, ...]:
        """The colours that occur."""
        names = [family_of(data["kind"]).name for _, data in self.graph.nodes(data=True)]
        return tuple(Legend(family, names.count(family.name)) for family in families() if family.name in names)


_MADE: dict[Catalog, Whole] = {}
"""The network that was asked for last: of a graph that has changed, nothing is kept."""


def whole_of(explorer: Explorer) -> Whole:
    """Return the network of everything; it is made once for a graph."""
    found = _MADE.get(explorer.catalog)
    if found is None:
        found = Whole(explorer)
        _MADE.clear()
        _MADE[explorer.catalog] = found
    return found


def whole_page(explorer: Explorer, address: Address) -> Page:
    """Offer to draw everything, or say why it is not drawn."""
    whole = None if explorer.graph.is_large else whole_of(explorer)
    count = explorer.catalog.counts().claims if whole is None else len(whole.graph)
    drawable = whole is not None and 0 < count <= MOST_DRAWN
    values: dict[str, object] = {
        "count": count,
        "drawable": drawable,
        "large": whole is None,
        "most": MOST_DRAWN,
        "readable": count <= READABLE,
        "legend": whole.legend if whole is not None and drawable else (),
    }

    def data() -> Json:
        if whole is None or not drawable:
            raise NotFound(f"only up to {MOST_DRAWN:,} nodes are drawn at once")
        return whole.data

    return Page(
        address=address,
        title="The whole graph",
        template="whole.html.j2",
        values={**values, "data": data},
        data=data if drawable else lambda: {"nodes": [], "edges": [], "count": count},
        triples=lambda: (),
        markdown=lambda: render("whole.md.j2", **values),
        section="graph",
        trail=(Ref("Graph", Address.of("graph")),),
        queries=(shown("who-contradicts-whom"),),
        styles=("graph.css",),
        scripts=("graphology.umd.min.js", "sigma.min.js", "whole.js") if drawable else (),
    )
