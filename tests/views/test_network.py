"""The network page and drawing: self-contained, escaped, and the same content as tables."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import networkx
import pytest

from kg import pages
from kg.graph import KnowledgeGraph
from kg.views.network_page import MOVING, network_page
from kg.views.network_style import picture
from kg.views.network_svg import network_svg
from tests.views.conftest import HOSTILE, Page

SVG = "{http://www.w3.org/2000/svg}"


def small(label: str = "Ann") -> networkx.MultiDiGraph[str]:
    """Two claims that clash, their speakers and what they are about."""
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    graph.add_node("e:ann", label=label, kind="Person", iri="e:ann", unnamed=False)
    graph.add_node("e:source", label=label, kind="UnnamedSource", iri="e:source", unnamed=True)
    graph.add_node("e:c1", label=label, kind="Claim", iri="e:c1", unnamed=False)
    graph.add_node("e:c2", label=label, kind="Claim", iri="e:c2", unnamed=False)
    graph.add_node("e:talks", label=label, kind="Event", iri="e:talks", unnamed=False, hidden=12)
    graph.add_node("e:doc", label=label, kind="Document", iri="e:doc", unnamed=False)
    graph.add_node("e:odd", label="", kind="Nobody knows", iri="e:odd")
    for one, other, words in [
        ("e:ann", "e:c1", "says"),
        ("e:source", "e:c2", "says"),
        ("e:c1", "e:talks", label),
        ("e:c2", "e:talks", "about"),
        ("e:c2", "e:talks", "denies"),
        ("e:c1", "e:doc", "stands in"),
    ]:
        graph.add_edge(one, other, label=words, kind="says")
    graph.add_edge("e:c1", "e:c2", label=label, kind="conflicts", conflict="abc", verdict="contradiction")
    return graph


def _data(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    loaded: dict[str, Any] = json.loads(found[1])
    return loaded


def test_the_file_asks_nobody_for_anything() -> None:
    html = network_page(small(), "Talks")
    page = Page(html)
    assert page.outside() == []
    assert "sourceMappingURL" not in html
    assert not re.search(r"<(script|link|img)[^>]*(src|href)=", html)
    assert "default-src 'none'" in page.policy
    assert "'unsafe-eval'" not in page.policy
    assert "script-src 'sha256-" in page.policy


def test_it_is_a_page_with_one_heading_and_a_language() -> None:
    page = Page(network_page(small(), "Talks"))
    assert page.tags[0] == ("html", {"lang": "en"})
    assert page.count("h1") == 1
    assert page.count("title") >= 1
    assert page.handlers() == []


def test_pyvis_draws_conflicts_red_and_unnamed_sources_dashed() -> None:
    data = _data(network_page(small()))
    cross = next(node for node in data["nodes"] if node["family"] == "conflict")
    red = [edge for edge in data["edges"] if edge["conflict"]]
    assert cross["label"] == "✕"
    assert {edge["from"] for edge in red} == {cross["id"]}
    assert len(red) == 2
    assert all(edge["width"] >= 4 for edge in red)
    unnamed = next(node for node in data["nodes"] if node["unnamed"])
    assert unnamed["shapeProperties"]["borderDashes"]
    assert data["options"]["physics"]["enabled"] is False


def test_a_conflict_of_three_has_one_sign() -> None:
    graph = small()
    graph.add_node("e:c3", label="third", kind="Claim")
    for one, other in [("e:c1", "e:c3"), ("e:c2", "e:c3")]:
        graph.add_edge(one, other, label="x", kind="conflicts", conflict="abc", verdict="contradiction")
    drawn = picture(graph)
    assert sum(node.shape == "cross" for node in drawn.nodes) == 1
    assert sum(edge.is_conflict for edge in drawn.edges) == 3


def test_every_node_has_a_place_and_what_is_left_out_is_counted() -> None:
    drawn = picture(small())
    assert {node.id for node in drawn.nodes} == set(drawn.places)
    assert any(line.endswith("(+12)") for node in drawn.nodes for line in node.lines)


def test_the_first_picture_shows_actors_claims_and_events_only() -> None:
    data = _data(network_page(small()))
    assert {node["family"] for node in data["nodes"] if not node["hidden"]} == {"actor", "claim", "event", "conflict"}


def test_large_networks_never_move() -> None:
    named: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    named.add_edges_from((str(n), str(n + 1)) for n in range(MOVING))
    assert 'id="move"' not in network_page(named)
    assert 'id="move"' in network_page(small())


def test_tables_say_what_the_drawing_shows(first_case: KnowledgeGraph) -> None:
    graph = pages.project(first_case)
    page = Page(network_page(graph, "Talks"))
    for node in graph:
        assert " ".join(str(graph.nodes[node]["label"]).split()) in page.text
    for conflict in first_case.conflicts():
        assert conflict.id in page.text
    assert page.count("caption") == page.count("table") == 2


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_labels_stay_text(words: str) -> None:
    html = network_page(small(words), words)
    page = Page(html)
    assert page.count("script") == 3  # data, library, our own
    assert page.count("img") == 0
    assert page.handlers() == []
    assert " ".join(words.split()) in page.text
    assert " ".join(words.split()) in [node["name"] for node in _data(html)["nodes"]]
    svg = ElementTree.fromstring(network_svg(small(words), words))  # noqa: S314  # made here
    assert not list(svg.iter(SVG + "script"))
    assert not list(svg.iter(SVG + "img"))


def test_the_same_network_gives_the_same_bytes() -> None:
    shuffled: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    graph = small()
    shuffled.add_nodes_from(reversed(list(graph.nodes(data=True))))
    shuffled.add_edges_from(reversed([(a, b, data) for a, b, data in graph.edges(data=True)]))
    assert network_page(graph) == network_page(graph) == network_page(shuffled)
    assert network_svg(graph) == network_svg(shuffled)


def test_an_empty_network_is_no_error() -> None:
    empty: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    assert "nothing to draw" in network_svg(empty)
    assert Page(network_page(empty)).count("h1") == 1


def test_a_drawing_can_stand_alone_or_in_a_page() -> None:
    assert "<style>" in network_svg(small())
    assert "<style>" not in network_svg(small(), standalone=False)
