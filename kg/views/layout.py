"""Place the nodes of a network on paper so that their boxes, labels included, do not overlap.

Distances on paper follow distances in the graph (stress, lowered by stochastic gradient descent: Zheng,
Pawar, Goodman, "Graph Drawing by Stochastic Gradient Descent", IEEE TVCG 25(9), 2019); then boxes that still
overlap are pushed apart, and the connected parts are packed beside each other. Plain Python, so that a
page can be made without numpy; the same graph always gives the same places.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import networkx

N = TypeVar("N", bound=Hashable)
Point = tuple[float, float]
Near = Sequence[Mapping[int, float]]
"""For each node its neighbours and how long the edge to each should be."""
Frame = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Pairs = list[tuple[int, int, float]]
"""(node, node, distance in the graph): what stress is measured over."""

_EXACT = 350
"""Up to so many nodes, all distances are used; above, near ones and those to some pivots."""
_ROUNDS = 40
_PUSHES = 60
_GOLDEN = math.pi * (3 - math.sqrt(5))
"""The golden angle: points turned by it from one to the next spread evenly."""
_SEED = 7
_MARGIN = 9.0


@dataclass(frozen=True, slots=True)
class Box:
    """The room that a node takes: half its width, and how far it reaches above and below its middle."""

    half: float
    above: float
    below: float


def layout(graph: networkx.Graph[N], boxes: Mapping[N, Box], edge: float = 132.0) -> dict[N, Point]:
    """Return a place for each node; `edge` is how long an edge of length 1 would like to be.

    An edge attribute `length` says how many times longer an edge should be.
    """
    parts = []
    for members in sorted(networkx.connected_components(graph), key=lambda m: (-len(m), min(map(str, m)))):
        nodes = sorted(members, key=str)
        places = _stress(nodes, graph, edge)
        parts.append((nodes, _apart(places, [boxes[node] for node in nodes])))
    return _packed(parts, boxes)


def settle(graph: networkx.Graph[N], boxes: Mapping[N, Box], placed: Mapping[N, Point]) -> dict[N, Point]:
    """Place the nodes that have no place yet: each at the free spot nearest to its neighbours."""
    found = dict(placed)
    room = _Room()
    for node, place in found.items():
        room.take(place, boxes[node])
    # Those with most placed neighbours first: their place is the most certain.
    waiting = sorted((n for n in graph if n not in found), key=lambda n: (-_placed(graph, n, placed), str(n)))
    middle = _middle(list(placed.values()))
    for node in [n for n in waiting if _placed(graph, n, placed)] + [
        n for n in waiting if not _placed(graph, n, placed)
    ]:
        near = [found[other] for other in sorted(graph[node], key=str) if other in found]
        found[node] = room.nearest(_middle(near) if near else middle, boxes[node])
    return found


def _placed(graph: networkx.Graph[N], node: N, placed: Mapping[N, Point]) -> int:
    return sum(other in placed for other in graph[node])


def _middle(points: Sequence[Point]) -> Point:
    number = max(len(points), 1)
    return (sum(p[0] for p in points) / number, sum(p[1] for p in points) / number)


class _Room:
    """Which spots of the paper are taken; a coarse grid finds what is near."""

    _CELL = 250.0

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Frame]] = {}

    def take(self, place: Point, box: Box) -> None:
        frame = self._frame(place, box)
        for cell in self._covered(frame):
            self._cells.setdefault(cell, []).append(frame)

    def nearest(self, wish: Point, box: Box) -> Point:
        """Take the free spot nearest to a wish, searching outward on a spiral until there is one."""
        stride = 0.3 * (box.above + box.below)
        turn = 0
        while True:
            reach, angle = stride * math.sqrt(turn), turn * _GOLDEN
            place = (wish[0] + 1.4 * reach * math.cos(angle), wish[1] + reach * math.sin(angle))
            if self._is_free(self._frame(place, box)):
                break
            turn += 1 + turn // 60  # in a crowd the inner turns are taken: look further out in longer steps
        self.take(place, box)
        return place

    def _is_free(self, frame: Frame) -> bool:
        cells = self._covered(frame)
        return not any(_meet(frame, other) for cell in cells for other in self._cells.get(cell, ()))

    def _frame(self, place: Point, box: Box) -> Frame:
        x, y = place
        return (
            x - box.half - _MARGIN,
            y - box.above - _MARGIN,
            x + box.half + _MARGIN,
            y + box.below + _MARGIN,
        )

    def _covered(self, frame: Frame) -> Iterable[tuple[int, int]]:
        left, top, right, bottom = (int(edge // self._CELL) for edge in frame)
        return [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def _meet(one: Frame, other: Frame) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


# --- Stress ---------------------------------------------------------------------------------------


def _stress(nodes: Sequence[N], graph: networkx.Graph[N], edge: float) -> list[Point]:
    index = {node: at for at, node in enumerate(nodes)}
    near = [
        {index[other]: float(graph.edges[node, other].get("length", 1.0)) for other in graph[node] if other != node}
        for node in nodes
    ]
    # Start on a golden spiral: no two nodes together, no symmetry to be caught in.
    xs = [math.sqrt(at + 1) * math.cos(at * _GOLDEN) for at in range(len(nodes))]
    ys = [math.sqrt(at + 1) * math.sin(at * _GOLDEN) for at in range(len(nodes))]
    pairs = _pairs(near)
    if not pairs:
        return [(0.0, 0.0) for _ in nodes]
    _descend(xs, ys, pairs)
    if max(ys) - min(ys) > max(xs) - min(xs):
        xs, ys = ys, xs  # paper is wider than high
    # Labels are wide, so what is beside needs more room than what is above.
    return [(x * edge * 1.35, y * edge * 0.9) for x, y in zip(xs, ys, strict=True)]


def _pairs(near: Near) -> Pairs:
    """List pairs with their distance: all of them, or for large graphs the near ones and those to pivots."""
    size = len(near)
    if size <= _EXACT:
        return [(a, b, d) for a in range(size) for b, d in _distances(near, a, math.inf).items() if a < b]
    chosen = {(a, b): d for a in range(size) for b, d in _distances(near, a, 2.0).items() if a < b}
    for pivot in range(0, size, max(size // 40, 1)):
        for other, distance in _distances(near, pivot, math.inf).items():
            chosen[(min(pivot, other), max(pivot, other))] = distance
    return [(a, b, d) for (a, b), d in sorted(chosen.items())]


def _distances(near: Near, start: int, reach: float) -> dict[int, float]:
    """Return how far away each node is; hubs count a little more, so that they spread their leaves."""
    found = {start: 0.0}
    todo = [(0.0, start)]
    while todo:
        distance, node = heapq.heappop(todo)
        if distance > found[node] or distance >= reach:
            continue
        for other, length in near[node].items():
            further = distance + length
            if further < found.get(other, math.inf):
                found[other] = further
                heapq.heappush(todo, (further, other))
    crowd = {other: 0.12 * math.sqrt(len(near[other])) for other in found}
    return {other: d + crowd[other] + crowd[start] for other, d in found.items() if other != start}


def _descend(xs: list[float], ys: list[float], pairs: Pairs) -> None:
    """Move each pair towards its wished distance, in random order, with steps that grow smaller."""
    shuffle = random.Random(_SEED).shuffle  # noqa: S311  # the order of steps, nothing secret
    longest = max(d for _, _, d in pairs)
    first, last = longest * longest, 0.1
    decay = math.log(first / last) / max(_ROUNDS - 1, 1)
    order = list(pairs)
    for turn in range(_ROUNDS):
        step = first * math.exp(-decay * turn)
        shuffle(order)
        for a, b, wished in order:
            move = min(step / (wished * wished), 1.0)
            dx, dy = xs[a] - xs[b], ys[a] - ys[b]
            length = math.hypot(dx, dy) or 1e-6
            shift = move * (length - wished) / 2 / length
            xs[a] -= shift * dx
            ys[a] -= shift * dy
            xs[b] += shift * dx
            ys[b] += shift * dy


# --- Overlap --------------------------------------------------------------------------------------


def _apart(places: Sequence[Point], boxes: Sequence[Box]) -> list[Point]:
    """Push boxes apart for a while; those that then still overlap go to the nearest free spot."""
    xs, ys = _spread(places, boxes)
    for turn in range(_PUSHES if len(boxes) <= _EXACT else 0):
        moved = False
        for pair in _neighbours(xs, boxes):
            moved |= _push(xs, ys, boxes, pair, sideways=turn < _PUSHES // 2)
        if not moved:
            break
    room = _Room()
    found: dict[int, Point] = {}
    middle = _middle(list(zip(xs, ys, strict=True)))
    for at in sorted(range(len(xs)), key=lambda at: (math.dist((xs[at], ys[at]), middle), at)):
        found[at] = room.nearest((xs[at], ys[at]), boxes[at])
    return [found[at] for at in range(len(xs))]


def _spread(places: Sequence[Point], boxes: Sequence[Box]) -> tuple[list[float], list[float]]:
    """Blow a drawing up if its boxes could not fit on the paper that it covers."""
    xs, ys = [p[0] for p in places], [p[1] for p in places]
    covered = (max(xs) - min(xs) + 1) * (max(ys) - min(ys) + 1)
    needed = 2.5 * sum(2 * box.half * (box.above + box.below) for box in boxes)
    factor = max(1.0, math.sqrt(needed / covered)) if len(places) > 2 else 1.0
    return [x * factor for x in xs], [y * factor for y in ys]


def _neighbours(xs: Sequence[float], boxes: Sequence[Box]) -> list[tuple[int, int]]:
    """List pairs whose boxes may overlap: by left edge, those are out of reach that start further right."""
    order = sorted(range(len(xs)), key=lambda at: (xs[at] - boxes[at].half, at))
    found = []
    for place, a in enumerate(order):
        right = xs[a] + boxes[a].half + _MARGIN
        for b in order[place + 1 :]:
            if xs[b] - boxes[b].half > right:
                break
            found.append((a, b))
    return found


def _push(xs: list[float], ys: list[float], boxes: Sequence[Box], pair: tuple[int, int], *, sideways: bool) -> bool:
    """Part two boxes along the direction in which they overlap least; say whether they overlapped."""
    a, b = pair
    one, other = boxes[a], boxes[b]
    over_x = one.half + other.half + _MARGIN - abs(xs[a] - xs[b])
    down = (ys[b] - other.above) - (ys[a] + one.below) - _MARGIN
    up = (ys[a] - one.above) - (ys[b] + other.below) - _MARGIN
    over_y = min(-down, -up)
    if over_x <= 0 or over_y <= 0:
        return False
    if sideways and over_x * 0.6 < over_y:  # not for ever: two pushes could chase each other
        shift = over_x / 2 + 0.01
        if xs[a] > xs[b] or (xs[a] == xs[b] and a > b):
            shift = -shift
        xs[a] -= shift
        xs[b] += shift
    else:
        shift = over_y / 2 + 0.01
        if -up < -down:
            shift = -shift
        ys[a] -= shift
        ys[b] += shift
    return True


# --- Packing --------------------------------------------------------------------------------------


def _packed(parts: Sequence[tuple[Sequence[N], Sequence[Point]]], boxes: Mapping[N, Box]) -> dict[N, Point]:
    """Put the parts on shelves, the largest first, on paper about three parts wide and two parts high."""
    sized = []
    for nodes, places in parts:
        left = min(x - boxes[n].half for n, (x, _) in zip(nodes, places, strict=True))
        right = max(x + boxes[n].half for n, (x, _) in zip(nodes, places, strict=True))
        top = min(y - boxes[n].above for n, (_, y) in zip(nodes, places, strict=True))
        bottom = max(y + boxes[n].below for n, (_, y) in zip(nodes, places, strict=True))
        sized.append((nodes, places, left, top, right - left, bottom - top))
    area = sum((width + 40) * (height + 40) for *_, width, height in sized)
    shelf = max([math.sqrt(area) * 1.1, *(width for *_, width, _ in sized)], default=0.0)
    found: dict[N, Point] = {}
    x = y = tall = 0.0
    for nodes, places, left, top, width, height in sized:
        if x and x + width > shelf:
            x, y, tall = 0.0, y + tall + 50, 0.0
        for node, place in zip(nodes, places, strict=True):
            found[node] = (place[0] - left + x, place[1] - top + y)
        x, tall = x + width + 50, max(tall, height)
    return found
