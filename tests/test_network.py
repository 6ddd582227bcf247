"""The network says who said what about what, cuts it around a dispute, and writes it for other programs."""

from __future__ import annotations

import io
import json
from pathlib import Path

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import network, pages
from kg.errors import QueryError
from kg.formats import read
from kg.graph import KnowledgeGraph
from kg.network import Graph
from kg.rdf import read_dossier

BASE = "https://w3id.org/parley/case/us-china-2019/"


@pytest.fixture(scope="module")
def graph(first_case: KnowledgeGraph) -> Graph:
    return pages.project(first_case)


def between(graph: Graph, one: str, other: str) -> list[tuple[str, str]]:
    found = (edge for _, node, edge in graph.out_edges(BASE + one, data=True) if node == BASE + other)
    return sorted((edge["kind"], edge["label"]) for edge in found)


def neighbours(graph: Graph, node: str, kind: str) -> set[str]:
    return {o.removeprefix(BASE) for _, o, edge in graph.out_edges(BASE + node, data=True) if edge["kind"] == kind}


# --- What is drawn --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        ("larry-kudlow", "Person"),
        ("tom-mitchell", "Person"),
        ("people-briefed", "UnnamedSource"),
        ("us-administration", "Institution"),
        ("chinese-vice-ministers", "Group"),
        ("us-president", "Post"),
        ("china", "Country"),
        ("preparatory-talks", "Event"),
        ("technology-transfer", "Issue"),
        ("end-forced-transfers", "Demand"),
        ("offer-to-travel", "Offer"),
        ("march-deadline", "Deadline"),
        ("punitive-tariff", "Measure"),
        ("ft-report", "Document"),
        ("kudlow-none-scheduled", "Claim"),
    ],
)
def test_a_node_has_the_kind_of_its_section(graph: Graph, node: str, kind: str) -> None:
    data = graph.nodes[BASE + node]
    assert (data["kind"], data["iri"], data["unnamed"]) == (kind, BASE + node, kind == "UnnamedSource")
    assert data["label"]


def test_records_that_only_hold_a_claim_together_are_no_nodes(graph: Graph) -> None:
    assert not [node for node in graph if "/proposition/" in node or "/class/" in node or "/mention/" in node]
    assert not [node for node in graph if "/memberships/" in node or node.startswith("https://w3id.org/parley/ns#")]


def test_background_is_drawn_and_a_membership_is_the_post_held(graph: Graph) -> None:
    assert between(graph, "larry-kudlow", "top-economic-adviser") == [("background", "holds post")]
    assert between(graph, "preparatory-talks", "washington") == [("background", "place")]
    assert between(graph, "state-subsidies", "structural-reform") == [("background", "broader")]


def test_each_claim_is_said_by_its_speaker_and_by_nobody_else(graph: Graph, first_case: KnowledgeGraph) -> None:
    said = {(o, s) for s, o, edge in graph.edges(data=True) if edge["kind"] == "says"}
    assert said == {(str(c.iri), str(c.speaker)) for dossier in first_case.dossiers for c in dossier.claims}


@pytest.mark.parametrize(
    ("claim", "about"),
    [
        ("briefed-cancelled", {"preparatory-talks", "us-officials"}),
        ("kudlow-no-cancellation", {"preparatory-talks"}),
        ("kudlow-none-scheduled", {"china"}),  # inside "nothing that involves China ..."
        ("us-allege-forced", {"us-negotiators", "technology-transfers"}),  # inside what they allege
        ("ft-hard-to-agree", {"financial-times", "lack-of-progress", "deal-by-march"}),
        ("trump-tariff-rise", {"punitive-tariff"}),  # 25 % is a value, no node
    ],
)
def test_a_claim_leads_to_what_it_is_about(graph: Graph, claim: str, about: set[str]) -> None:
    assert neighbours(graph, claim, "about") == about


def test_an_edge_to_what_a_claim_is_about_says_which_way(graph: Graph) -> None:
    assert between(graph, "kudlow-no-cancellation", "preparatory-talks") == [("about", "denies, about")]
    assert ("about", "affirms, about") in between(graph, "briefed-cancelled", "preparatory-talks")


def test_conflicts_join_the_claims_on_their_sides(graph: Graph, first_case: KnowledgeGraph) -> None:
    joined = {
        (frozenset((s, o)), edge["conflict"], edge["verdict"])
        for s, o, edge in graph.edges(data=True)
        if edge["kind"] == "conflicts"
    }
    expected = {
        (frozenset((str(one.iri), str(other.iri))), conflict.id, conflict.verdict.value)
        for conflict in first_case.conflicts()
        for at, side in enumerate(conflict.sides)
        for one in side.claims
        for against in conflict.sides[at + 1 :]
        for other in against.claims
    }
    assert joined == expected
    pair = frozenset((BASE + "kudlow-no-cancellation", BASE + "briefed-cancelled"))
    assert pair in {nodes for nodes, _, _ in joined}
    contested = {node for node, data in graph.nodes(data=True) if data["contested"]}
    assert contested == {node for nodes, _, _ in joined for node in nodes}


def test_a_conflict_of_many_claims_draws_a_bounded_number_of_lines(tmp_path: Path) -> None:
    claims = "".join(
        f"  c{n}: {{by: s{n}, on: 2019-01-22, {act}: [talks, is, Cancelled], holds: 2019-01-22}}\n"
        for n, act in enumerate(["affirms"] * 20 + ["denies"] * 20)
    )
    people = "".join(f"  s{n}: {{name: Speaker {n}}}\n" for n in range(40))
    (tmp_path / "many.yaml").write_text(
        "dossier: https://example.org/many\ntitle: Many\nrecorder: a test\nrecorded: 2019-01-22\n"
        f"people:\n{people}events:\n  talks: {{name: the talks, type: Meeting}}\nclaims:\n{claims}",
        encoding="utf-8",
    )
    many = pages.project(KnowledgeGraph.load(tmp_path / "many.yaml"))
    lines = [edge for _, _, edge in many.edges(data=True) if edge["kind"] == "conflicts"]
    assert len(lines) == network.MOST_PAIRS
    assert sum(data["contested"] for _, data in many.nodes(data=True)) == 40


def test_things_that_no_dossier_describes_are_drawn_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "plain.ttl").write_text(
        """@prefix ex: <http://example.org/> . @prefix neg: <https://w3id.org/parley/ns#> .
        @prefix prov: <http://www.w3.org/ns/prov#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
        ex:c1 a neg:Claim ; prov:wasAttributedTo ex:ann ; neg:affirms
          [ rdf:subject ex:m ; rdf:predicate ex:likes ; rdf:object ex:n ],
          [ rdf:subject ex:m ; rdf:predicate rdf:type ; rdf:object ex:Meeting ] .""",
        encoding="utf-8",
    )
    [source] = read(tmp_path / "plain.ttl")
    drawn = network.project([read_dossier(source.graph, source.triples)], [])
    kinds = {node.rsplit("/")[-1]: data["kind"] for node, data in drawn.nodes(data=True)}
    assert kinds == {"ann": "Agent", "c1": "Claim", "m": "Thing", "n": "Thing"}


def test_the_same_values_give_the_same_network(graph: Graph, first_case: KnowledgeGraph) -> None:
    assert network.to_json(pages.project(first_case)) == network.to_json(graph)


# --- Cutting it -----------------------------------------------------------------------------------


def test_a_cut_keeps_what_is_near_and_says_how_much_it_hides(graph: Graph) -> None:
    start = BASE + "kudlow-no-cancellation"
    cut = network.focus(graph, [start], size=8)
    assert len(cut) == 8
    assert {start, BASE + "larry-kudlow", BASE + "briefed-cancelled", BASE + "preparatory-talks"} <= set(cut)
    assert cut.nodes[start]["hidden"] == 0
    assert cut.nodes[BASE + "preparatory-talks"]["hidden"] > 0
    assert "hidden" not in graph.nodes[start]  # the whole network is as it was


def test_a_cut_around_a_node_that_is_not_there_is_refused(graph: Graph) -> None:
    with pytest.raises(QueryError, match="not in the network: http://e/x"):
        network.focus(graph, [BASE + "china", "http://e/x"])


_NETWORKS = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), min_size=1, max_size=60)


@given(_NETWORKS, st.integers(1, 20), st.data())
def test_every_neighbour_of_a_cut_is_kept_or_counted(
    pairs: list[tuple[int, int]], size: int, data: st.DataObject
) -> None:
    whole: Graph = networkx.MultiDiGraph()
    whole.add_nodes_from({str(n) for pair in pairs for n in pair}, contested=False)
    whole.add_edges_from((str(one), str(other)) for one, other in pairs)
    start = data.draw(st.sampled_from(sorted(whole)))
    cut = network.focus(whole, [start], size=size)
    assert start in cut and len(cut) <= size
    for node in cut:
        near = (set(whole.successors(node)) | set(whole.predecessors(node))) - {node}
        assert cut.nodes[node]["hidden"] == len(near - set(cut))
    if len(cut) < size:  # room was left, so all that can be reached is there
        assert set(cut) == networkx.node_connected_component(networkx.Graph(whole), start)


# --- Measuring it ---------------------------------------------------------------------------------


def test_the_middle_of_a_path_lies_on_every_shortest_way() -> None:
    path: Graph = networkx.MultiDiGraph()
    path.add_edges_from([("a", "b"), ("a", "b"), ("b", "c")])
    assert network.measures(path) == {
        "a": {"degree": 0.5, "betweenness": 0.0},
        "b": {"degree": 1.0, "betweenness": 1.0},
        "c": {"degree": 0.5, "betweenness": 0.0},
    }


def test_estimates_on_a_large_network_are_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MOST_EXACT", 10)
    ring: Graph = networkx.MultiDiGraph([(str(n), str((n + 1) % 40)) for n in range(40)])
    assert network.measures(ring) == network.measures(ring)


def test_who_takes_part_with_whom(first_case: KnowledgeGraph) -> None:
    """The talks: two vice-ministers and US officials; the trip: the two; the meeting: Liu and Lighthizer."""
    found = network.co_participation(first_case.dossiers)
    pairs = {
        frozenset((one.removeprefix(BASE), other.removeprefix(BASE))): data["weight"]
        for one, other, data in found.edges(data=True)
    }
    assert pairs == {
        frozenset(("liao-min", "wang-shouwen")): 2,
        frozenset(("liao-min", "us-officials")): 1,
        frozenset(("us-officials", "wang-shouwen")): 1,
        frozenset(("liu-he", "robert-lighthizer")): 1,
    }
    assert BASE + "larry-kudlow" in found  # alone at his interview
    assert found[BASE + "liu-he"][BASE + "robert-lighthizer"]["events"] == [BASE + "high-level-meeting"]


# --- Writing it -----------------------------------------------------------------------------------


def test_graphml_holds_every_node_edge_and_attribute(graph: Graph) -> None:
    back = networkx.read_graphml(io.BytesIO(network.to_graphml(graph).encode()))
    assert list(back) == list(graph)
    assert all(back.nodes[node] == graph.nodes[node] for node in graph)
    assert sorted(d["label"] for *_, d in back.edges(data=True)) == sorted(
        d["label"] for *_, d in graph.edges(data=True)
    )


def test_gexf_and_json_hold_every_node_and_edge(graph: Graph) -> None:
    gexf = networkx.read_gexf(io.BytesIO(network.to_gexf(graph).encode()))
    assert set(gexf) == set(graph) and gexf.number_of_edges() == graph.number_of_edges()
    found = json.loads(network.to_json(graph))
    assert {node["id"] for node in found["nodes"]} == set(graph)
    assert len(found["edges"]) == graph.number_of_edges()


def test_what_xml_cannot_hold_is_left_out() -> None:
    odd: Graph = networkx.MultiDiGraph()
    odd.add_node("a", label="bell \x07 & <b>", note=None)
    odd.add_edge("a", "b", label="\ud800", verdict=None)
    back = networkx.read_graphml(io.BytesIO(network.to_graphml(odd).encode()))
    assert back.nodes["a"] == {"label": "bell � & <b>"}
    assert [data["label"] for *_, data in back.edges(data=True)] == ["�"]
    for text in (network.to_graphml(odd), network.to_gexf(odd), network.to_json(odd)):
        assert "verdict" not in text and "note" not in text
