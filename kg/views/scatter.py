"""Place the nodes of a large network as points: fast, without room for labels. The same network gives the same places.

Nodes that are joined draw each other near, nodes in the same or the next cell of a grid push each other away
(Fruchterman and Reingold, "Graph Drawing by Force-directed Placement", Software: Practice and Experience 21(11), 1991,
with the grid that they propose). The work grows with the number of nodes and edges.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

from kg.views.layout import Point

_ROUNDS = 30
_MOST_NEAR = 8
"""How many nodes of one cell push a node away."""
_GOLDEN = math.pi * (3 - math.sqrt(5))


def scatter(count: int, edges: Sequence[tuple[int, int]]) -> list[Point]:
    """Return a place for each of `count` nodes, about one unit apart.

    >>> len(scatter(3, [(0, 1)]))
    3
    """
    near: list[list[int]] = [[] for _ in range(count)]
    for one, other in edges:
        if one != other:
            near[one].append(other)
            near[other].append(one)
    xs, ys = _spiral(near)
    for turn in range(_ROUNDS):
        _move(xs, ys, near, 2.0 * (1 - turn / _ROUNDS) + 0.05)
    return list(zip(xs, ys, strict=True))


def _spiral(near: Sequence[Sequence[int]]) -> tuple[list[float], list[float]]:
    """Lay nodes on a spiral in the order in which they are reached, so that neighbours begin near each other."""
    xs, ys = [0.0] * len(near), [0.0] * len(near)
    seen = [False] * len(near)
    at = 0
    for start in sorted(range(len(near)), key=lambda node: (-len(near[node]), node)):
        queue = deque([] if seen[start] else [start])
        seen[start] = True
        while queue:
            node = queue.popleft()
            reach = 0.9 * math.sqrt(at)
            xs[node], ys[node] = reach * math.cos(at * _GOLDEN), reach * math.sin(at * _GOLDEN)
            at += 1
            for other in near[node]:
                if not seen[other]:
                    seen[other] = True
                    queue.append(other)
    return xs, ys


def _move(xs: list[float], ys: list[float], near: Sequence[Sequence[int]], most: float) -> None:
    cells: dict[tuple[int, int], list[int]] = {}
    for node in range(len(xs)):
        cells.setdefault((int(xs[node] // 2), int(ys[node] // 2)), []).append(node)
    moves = [_force(node, xs, ys, near, cells) for node in range(len(xs))]
    for node, (dx, dy) in enumerate(moves):
        length = math.hypot(dx, dy)
        if length > 0:
            step = min(length, most) / length
            xs[node] += dx * step
            ys[node] += dy * step


def _force(
    node: int,
    xs: Sequence[float],
    ys: Sequence[float],
    near: Sequence[Sequence[int]],
    cells: dict[tuple[int, int], list[int]],
) -> Point:
    x, y = xs[node], ys[node]
    dx = dy = 0.0
    column, row = int(x // 2), int(y // 2)
    for cell in ((column + a, row + b) for a in (-1, 0, 1) for b in (-1, 0, 1)):
        for other in cells.get(cell, ())[:_MOST_NEAR]:
            away_x, away_y = x - xs[other], y - ys[other]
            square = away_x * away_x + away_y * away_y
            if 0 < square < 9:
                dx += away_x / square
                dy += away_y / square
    pull = 0.5 / max(math.sqrt(len(near[node])), 1.0)
    for other in near[node]:
        away_x, away_y = xs[other] - x, ys[other] - y
        weight = pull * math.hypot(away_x, away_y) * 0.25
        dx += away_x * weight
        dy += away_y * weight
    return dx, dy
