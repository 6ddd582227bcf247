"""The places of nodes: no label on another, the same every time."""

from __future__ import annotations

from itertools import combinations

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.views.layout import Box, Point, layout, settle

BOX = Box(60, 15, 30)


def _overlapping(places: dict[int, Point], boxes: dict[int, Box]) -> list[tuple[int, int]]:
    def frame(node: int) -> tuple[float, float, float, float]:
        (x, y), box = places[node], boxes[node]
        return x - box.half, y - box.above, x + box.half, y + box.below

    frames = {node: frame(node) for node in places}
    return [
        (a, b)
        for a, b in combinations(places, 2)
        if frames[a][0] < frames[b][2]
        and frames[b][0] < frames[a][2]
        and frames[a][1] < frames[b][3]
        and frames[b][1] < frames[a][3]
    ]


@pytest.mark.parametrize(
    "graph",
    [
        networkx.empty_graph(0),
        networkx.empty_graph(7),
        networkx.path_graph(30),
        networkx.star_graph(60),
        networkx.complete_graph(25),
        networkx.random_labeled_tree(90, seed=3),
        networkx.gnm_random_graph(90, 200, seed=3),
    ],
)
def test_no_box_lies_on_another_and_places_are_stable(graph: networkx.Graph[int]) -> None:
    boxes = dict.fromkeys(graph, BOX)
    places = layout(graph, boxes)
    assert set(places) == set(graph)
    assert _overlapping(places, boxes) == []
    assert places == layout(graph, boxes)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 40), st.integers(0, 80), st.integers(0, 5), st.floats(5, 200))
def test_any_graph_and_any_label_width(nodes: int, edges: int, seed: int, width: float) -> None:
    graph = networkx.gnm_random_graph(nodes, edges, seed=seed)
    boxes = {node: Box(width * (1 + node % 3) / 2, 12, 12 + 10 * (node % 4)) for node in graph}
    assert _overlapping(layout(graph, boxes), boxes) == []


def test_neighbours_are_nearer_than_strangers() -> None:
    graph = networkx.path_graph(12)
    places = layout(graph, {node: Box(10, 10, 10) for node in graph})
    near = [abs(complex(*places[n]) - complex(*places[n + 1])) for n in range(11)]
    assert max(near) < abs(complex(*places[0]) - complex(*places[11]))


def test_a_longer_edge_is_drawn_longer() -> None:
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_edge(0, 1, length=3.0)
    graph.add_edge(1, 2)
    places = layout(graph, {node: Box(5, 5, 5) for node in graph})
    assert abs(complex(*places[0]) - complex(*places[1])) > 1.5 * abs(complex(*places[1]) - complex(*places[2]))


def test_what_is_placed_later_moves_nothing_and_covers_nothing() -> None:
    graph = networkx.gnm_random_graph(60, 120, seed=1)
    boxes = dict.fromkeys(graph, BOX)
    first = layout(graph.subgraph(range(30)), boxes)
    places = settle(graph, boxes, first)
    assert all(places[node] == place for node, place in first.items())
    assert _overlapping(places, boxes) == []
