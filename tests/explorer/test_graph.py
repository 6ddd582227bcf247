"""The graph: what is around a focus, drawn and as lists, opened step by step; everything only on request."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from itertools import combinations
from xml.etree import ElementTree

import pytest

from kg.contradiction import CheckOptions
from kg.explorer.catalog import Filter
from kg.explorer.explorer import Explorer
from kg.explorer.network import LARGEST, Wish, cut
from kg.explorer.opening import open_explorer
from kg.explorer.page import NotFound
from kg.explorer.pages import graph as pages
from kg.explorer.rendering import asset, write
from kg.explorer.routes import page_at
from kg.explorer.site import Address, FolderSite
from kg.explorer.surroundings import Surroundings
from kg.graph import KnowledgeGraph
from kg.terms import Iri
from kg.views.scatter import scatter
from tests.conftest import CASE
from tests.explorer.conftest import Render
from tests.explorer.looking import Parsed

SVG = "{http://www.w3.org/2000/svg}"
KUDLOW = "graph?focus=larry-kudlow"


@pytest.fixture(scope="module")
def large() -> Explorer:
    return open_explorer(KnowledgeGraph.load(CASE, options=CheckOptions(columns_from=0)))


def data(explorer: Explorer, render: Render, at: str) -> dict[str, dict[str, object]]:
    return {node["id"]: node for node in json.loads(render(explorer, at, "json"))["nodes"]}


def test_without_a_focus_it_begins_with_the_first_dispute(explorer: Explorer, render: Render) -> None:
    first = explorer.catalog.disputes(Filter(), 0, 1).items[0]
    found = data(explorer, render, "graph")
    assert {n for n, node in found.items() if node["focus"]} == {str(c.iri) for s in first.sides for c in s.claims}
    page = Parsed(render(explorer, "graph"))
    assert f"/graph?focus={first.id}" in [href for href, _ in page.links]  # the good places to begin


def test_a_conflict_is_drawn_red_with_a_cross_that_leads_to_its_card(explorer: Explorer, render: Render) -> None:
    first = explorer.catalog.disputes(Filter(), 0, 1).items[0]
    html = render(explorer, f"graph?focus={first.id}")
    assert 'class="edge conflict contradiction"' in html
    assert re.search(rf'<a href="/dispute/{first.id}" aria-label="[^"]+"><g class="node conflict', html)


def test_every_line_leads_to_a_node_that_is_drawn_and_hidden_ones_are_counted(
    explorer: Explorer, render: Render
) -> None:
    found = json.loads(render(explorer, KUDLOW, "json"))
    nodes = {node["id"]: node for node in found["nodes"]}
    drawn: dict[str, set[str]] = {node: set() for node in nodes}
    for edge in found["edges"]:
        drawn[edge["source"]].add(edge["target"])
        drawn[edge["target"]].add(edge["source"])
    around = Surroundings(explorer)
    for node, row in nodes.items():
        assert row["hidden"] == len({str(one) for one in around.around(Iri(node)).neighbours} - drawn[node])
    assert any(row["hidden"] for row in nodes.values())


def test_an_opened_node_brings_its_neighbours_and_the_rest_stays_in_place(explorer: Explorer, render: Render) -> None:
    before = data(explorer, render, KUDLOW)
    name = next(explorer.names.name(Iri(n)) for n, node in before.items() if 0 < int(str(node["hidden"])) < 10)
    opened = f"{KUDLOW}&open={name}"
    assert f"/{opened}".replace("&", "&amp;") in render(explorer, KUDLOW)
    after = data(explorer, render, opened)
    assert set(before) < set(after)
    assert after[str(explorer.node(name))]["hidden"] == 0
    for node in before:
        for other in before:  # places are told from the corner of the drawing, so distances are compared
            for axis in ("x", "y"):
                gap = float(str(before[node][axis])) - float(str(before[other][axis]))
                assert abs(gap - (float(str(after[node][axis])) - float(str(after[other][axis])))) < 0.3


def test_at_most_so_many_nodes(explorer: Explorer, render: Render) -> None:
    assert len(data(explorer, render, f"{KUDLOW}&size=7")) == 7
    for wrong in ("0", str(LARGEST + 1), "x", "²"):
        with pytest.raises(NotFound):
            page_at(explorer, Address.of("graph", size=wrong))


def test_only_the_kinds_that_are_wanted(explorer: Explorer, render: Render) -> None:
    kinds = {str(node["kind"]) for node in data(explorer, render, "graph?kinds=claim,event").values()}
    assert kinds <= {"Claim", "Event", "Meeting"}
    with pytest.raises(NotFound, match="there is no kind"):
        page_at(explorer, Address.of("graph", kinds="nonsense"))


def test_names_that_people_type_are_found_and_others_are_not(explorer: Explorer, render: Render) -> None:
    assert set(data(explorer, render, "graph?focus=Larry+Kudlow")) == set(data(explorer, render, KUDLOW))
    with pytest.raises(NotFound):
        page_at(explorer, Address.of("graph", focus="nobody-at-all"))


def test_no_labels_overlap(explorer: Explorer) -> None:
    focus = (explorer.node("larry-kudlow"),)
    drawn = cut(explorer, Wish(focus)).picture()
    for one, other in combinations(drawn.nodes, 2):
        (x, y), (u, v) = drawn.places[one.id], drawn.places[other.id]
        beside = abs(x - u) >= one.box.half + other.box.half
        below = y + one.box.below <= v - other.box.above or v + other.box.below <= y - one.box.above
        assert beside or below, (one.label, other.label)


def test_lists_say_what_the_drawing_says(explorer: Explorer, render: Render) -> None:
    page = Parsed(render(explorer, KUDLOW))
    markdown = render(explorer, KUDLOW, "md")
    for node in data(explorer, render, KUDLOW).values():
        assert str(node["label"]) in page.text
    assert "Larry Kudlow (person), in focus" in markdown


def test_the_drawing_stands_alone(explorer: Explorer, render: Render) -> None:
    svg = render(explorer, KUDLOW, "svg")
    root = ElementTree.fromstring(svg)  # noqa: S314  # made here
    assert root.tag == f"{SVG}svg"
    assert not list(root.iter(f"{SVG}a"))
    assert len(svg) < 40_000


def test_turtle_holds_what_is_drawn_and_nothing_further(explorer: Explorer, render: Render) -> None:
    turtle = render(explorer, f"{KUDLOW}&size=3", "ttl")
    assert "larry-kudlow" in turtle
    assert "liao-min" not in turtle


def test_around_everything_a_large_graph_finds_the_same(explorer: Explorer, large: Explorer, render: Render) -> None:
    small, columns = Surroundings(explorer), Surroundings(large)
    for node in [*explorer.catalog.all_things(), *(claim.iri for claim in explorer.catalog.claims().items)]:
        assert set(columns.around(node).neighbours) == set(small.around(node).neighbours), node
        assert columns.around(node).total == small.around(node).total
    assert "graph-drawing" in render(large, "graph")


def test_hostile_names_are_escaped_everywhere(nasty: Explorer, render: Render) -> None:
    for address in pages.addresses(nasty):
        page = page_at(nasty, address)
        parsed = Parsed(write(page, nasty, FolderSite(address, {address}), "html"))
        assert not [name for _, found in parsed.tags for name in found if name.startswith("on") or name == "style"]
        assert {name for name, _ in parsed.tags} & {"img", "iframe", "object", "style"} == set()
        if page.svg is not None:
            ElementTree.fromstring(page.svg())  # noqa: S314  # made here
        assert all("javascript:" not in href for href, _ in parsed.links)


def test_a_folder_holds_the_drawings_that_its_pages_link_to(explorer: Explorer) -> None:
    known = set(pages.addresses(explorer))
    assert Address.of("graph", focus="larry-kudlow") in known
    assert {Address.of("graph", focus=c.id) for c in explorer.catalog.disputes(Filter()).items} <= known
    address = Address.of("graph", focus="larry-kudlow")
    html = write(page_at(explorer, address), explorer, FolderSite(address, known), "html")
    assert "open=" not in html
    assert "<form" not in html


# --- Everything at once ---------------------------------------------------------------------------


def test_everything_is_drawn_only_on_request(explorer: Explorer, render: Render) -> None:
    html = render(explorer, "graph/whole")
    whole = json.loads(render(explorer, "graph/whole", "json"))
    assert f"Draw all {len(whole['nodes'])} nodes" in Parsed(html).text
    assert "whole-data" not in html
    assert all(0 <= edge["source"] < len(whole["nodes"]) for edge in whole["edges"])
    assert any(edge["conflict"] for edge in whole["edges"])


def test_in_a_folder_everything_lies_in_the_page(explorer: Explorer) -> None:
    address = Address.of("graph", "whole")
    assert 'id="whole-data"' in write(page_at(explorer, address), explorer, FolderSite(address, {address}), "html")


def test_a_large_graph_is_never_drawn_at_once(large: Explorer, render: Render) -> None:
    html = render(large, "graph/whole")
    assert "sigma" not in html
    assert "never drawn at once" in html
    assert Address.of("graph", "whole") not in set(pages.addresses(large))


def test_scattered_nodes_are_the_same_each_time_and_apart() -> None:
    edges = [(0, number) for number in range(1, 40)]
    places = scatter(40, edges)
    assert places == scatter(40, edges)
    assert min(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in combinations(places, 2)) > 0.02


def test_code_of_others_is_as_it_was_noted() -> None:
    notes = asset("third-party.txt").decode()
    for name in ("sigma.min.js", "graphology.umd.min.js"):
        assert sha256(asset(name)).hexdigest() in notes
        assert not re.search(rb"\beval\(|new Function", asset(name))
