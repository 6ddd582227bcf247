"""Who said what about what, as a labelled network (networkx), for pictures and measures.

A node is a thing of a dossier or a claim; its `kind` is the nearest class above its own that heads a section
of a dossier (Person, Event, Issue …), read from the ontology. Records that only hold a claim together
(propositions, mentions, memberships) become edges.
"""

from __future__ import annotations

import io
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, islice, product
from typing import TypeAlias

import networkx
from networkx.readwrite import json_graph

from kg.contradiction.results import Conflict
from kg.errors import QueryError
from kg.ids import Properties
from kg.model import Claim, Dossier
from kg.naming import by_subject
from kg.spoken import things_in
from kg.terms import Literal, Node, Term, Triple, local_name
from kg.vocab import NEG, ORG, RDFS, TYPE

Graph: TypeAlias = "networkx.MultiDiGraph[str]"

CLAIM = "Claim"
_NOT_XML = re.compile("[^\\t\\n\\r -\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
CONFLICT = "conflicts"
MOST_EXACT = 1_000
"""Up to so many nodes, betweenness is exact; beyond, it is estimated from that many of them."""
MOST_PAIRS = 30
"""How many pairs of claims one conflict draws: 10,000 against 10,000 stays one line in the eye."""


def project(
    dossiers: Sequence[Dossier],
    ontology: Iterable[Triple],
    conflicts: Iterable[Conflict] = (),
    *,
    name: Callable[[Term], str] = str,
    says: Callable[[Claim], str] = lambda claim: local_name(claim.iri),
    asks: Callable[[Conflict], str] = lambda conflict: conflict.id,
) -> Graph:
    """Project dossiers to a network.

    Nodes carry `label`, `kind`, `iri`, `unnamed`, `contested`; edges `label` and `kind` (`background`, `says`,
    `about`, `conflicts`; the last with `conflict`, `verdict` and `title`). `name`, `says` and `asks` give the words.
    """
    graph: Graph = networkx.MultiDiGraph()
    background = sorted({t for d in dossiers for t in d.background}, key=lambda t: (t.s, t.p, str(t.o)))
    kinds = _kinds(background, ontology)
    for node, kind in kinds.items():
        unnamed = kind == local_name(NEG.UnnamedSource)
        graph.add_node(str(node), label=name(node), kind=kind, iri=str(node), unnamed=unnamed, contested=False)
    for s, p, o in _drawn(background, kinds):
        graph.add_edge(str(s), str(o), label=name(p), kind="background")
    properties = by_subject(background)
    for claim in (claim for dossier in dossiers for claim in dossier.claims):
        _add_claim(graph, claim, says(claim), name, properties)
    for conflict in conflicts:
        _add_conflict(graph, conflict, asks(conflict))
    return graph


def _kinds(background: Iterable[Triple], ontology: Iterable[Triple]) -> dict[Node, str]:
    """Say for each thing which section of a dossier it belongs to; things of no section are not drawn."""
    above: dict[Term, list[Term]] = {}
    sections: set[Term] = set()
    for s, p, o in ontology:
        if p == RDFS.subClassOf:
            above.setdefault(s, []).append(o)
        elif p == NEG.section:
            sections.add(s)
    found: dict[Node, str] = {}
    for s, p, o in background:
        if p == TYPE and s not in found and (head := _nearest(o, above, sections)) is not None:
            found[s] = local_name(str(head))
    return found


def _nearest(start: Term, above: Mapping[Term, Sequence[Term]], wanted: set[Term]) -> Term | None:
    queue, seen = deque([start]), {start}
    while queue:
        term = queue.popleft()
        if term in wanted:
            return term
        new = [up for up in above.get(term, ()) if up not in seen]
        seen.update(new)
        queue.extend(new)
    return None


def _drawn(background: Sequence[Triple], kinds: Mapping[Node, str]) -> Iterator[Triple]:
    """Yield the triples between things; a membership becomes the post that its member holds."""
    posts = {t.s: t.o for t in background if t.p == NEG.post}
    for s, p, o in background:
        if isinstance(o, Literal) or s not in kinds:
            continue
        if o in kinds:
            yield Triple(s, p, o)
        elif p == ORG.hasMembership and o in posts:
            yield Triple(s, ORG.holds, posts[o])


def _add_claim(graph: Graph, claim: Claim, label: str, name: Callable[[Term], str], properties: Properties) -> None:
    node = str(claim.iri)
    graph.add_node(node, label=label, kind=CLAIM, iri=node, unnamed=False, contested=False)
    _draw_anyway(graph, claim.speaker, "Agent", name)
    graph.add_edge(str(claim.speaker), node, label="says", kind="says")
    for commitment in claim.commitments:
        for thing in sorted(things_in(commitment.proposition.triple, properties)):
            _draw_anyway(graph, thing, "Thing", name)
            if thing != claim.iri:
                graph.add_edge(node, str(thing), label=f"{commitment.polarity.value}, about", kind="about")


def _draw_anyway(graph: Graph, node: Node, kind: str, name: Callable[[Term], str]) -> None:
    """Draw what claims speak of even if no dossier says what it is."""
    if str(node) not in graph:
        graph.add_node(str(node), label=name(node), kind=kind, iri=str(node), unnamed=False, contested=False)


def _add_conflict(graph: Graph, conflict: Conflict, title: str) -> None:
    sides = [[str(claim.iri) for claim in side.claims] for side in conflict.sides]
    for node in {node for side in sides for node in side if node in graph}:
        graph.nodes[node]["contested"] = True
    pairs = (pair for one, other in combinations(sides, 2) for pair in product(one, other))
    for one, other in islice((pair for pair in pairs if pair[0] != pair[1]), MOST_PAIRS):
        graph.add_edge(
            one,
            other,
            label="cannot both be true",
            kind=CONFLICT,
            conflict=conflict.id,
            verdict=conflict.verdict.value,
            title=title,
        )


def focus(graph: Graph, nodes: Sequence[str], *, size: int = 60) -> Graph:
    """Cut the network around some nodes, conflicts first, to at most `size` nodes.

    Each node kept carries `hidden`: how many of its neighbours were left out.
    """
    if missing := [node for node in nodes if node not in graph]:
        raise QueryError(f"not in the network: {', '.join(missing)}")
    plain = graph.to_undirected(as_view=True)
    kept: dict[str, None] = {}
    queue = deque(nodes)
    seen = set(nodes)
    while queue and len(kept) < size:
        node = queue.popleft()
        kept[node] = None
        neighbours = sorted(set(plain.neighbors(node)) - seen, key=lambda n: (not graph.nodes[n]["contested"], n))
        seen.update(neighbours)
        queue.extend(neighbours)
    cut: Graph = graph.subgraph(kept).copy()
    for node in cut:
        cut.nodes[node]["hidden"] = len(set(plain.neighbors(node)) - kept.keys())
    return cut


def measures(graph: Graph) -> dict[str, dict[str, float]]:
    """Return how central each node is: `degree` and `betweenness`, by node, between 0 and 1.

    How often a node lies on a shortest way (betweenness) is estimated on large networks, always in the same way.
    """
    simple: networkx.Graph[str] = networkx.Graph(graph)
    degree = networkx.degree_centrality(simple)
    sample = None if len(simple) <= MOST_EXACT else MOST_EXACT
    between = networkx.betweenness_centrality(simple, k=sample, seed=0)
    return {node: {"degree": degree[node], "betweenness": between[node]} for node in sorted(simple)}


def co_participation(dossiers: Sequence[Dossier]) -> networkx.Graph[str]:
    """Join those who take part in the same event; `weight` counts the events, `events` lists them."""
    members: dict[Term, set[str]] = {}
    for s, p, o in (t for d in dossiers for t in d.background):
        if p == NEG.participant:
            members.setdefault(s, set()).add(str(o))
    graph: networkx.Graph[str] = networkx.Graph()
    for event, people in sorted(members.items(), key=lambda item: str(item[0])):
        graph.add_nodes_from(sorted(people))
        for one, other in combinations(sorted(people), 2):
            events = [*graph.get_edge_data(one, other, {}).get("events", []), str(event)]
            graph.add_edge(one, other, events=events, weight=len(events))
    return graph


def to_graphml(graph: Graph) -> str:
    """Write the network as GraphML."""
    buffer = io.BytesIO()
    networkx.write_graphml(_writable(graph), buffer)
    return buffer.getvalue().decode("utf-8")


def to_gexf(graph: Graph) -> str:
    """Write the network as GEXF."""
    buffer = io.BytesIO()
    networkx.write_gexf(_writable(graph), buffer)
    return buffer.getvalue().decode("utf-8")


def to_json(graph: Graph) -> str:
    """Write the network as node-link JSON."""
    data = json_graph.node_link_data(_writable(graph), edges="edges")
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)


def _writable(graph: Graph) -> Graph:
    """Return a copy that any format can hold: no control characters, no attributes without a value."""
    copy: Graph = networkx.MultiDiGraph()
    for node, attributes in graph.nodes(data=True):
        copy.add_node(_clean(node), **_clean_all(attributes))
    for one, other, attributes in graph.edges(data=True):
        copy.add_edge(_clean(one), _clean(other), **_clean_all(attributes))
    return copy


def _clean_all(attributes: Mapping[str, object]) -> dict[str, object]:
    found = {key: _clean(value) if isinstance(value, str) else value for key, value in attributes.items()}
    return {key: value for key, value in found.items() if value is not None}


def _clean(text: str) -> str:
    # XML 1.0 has no place for control characters and lone surrogates, however they are escaped.
    return _NOT_XML.sub("�", text)
