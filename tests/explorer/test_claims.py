"""Claims: the list and its wishes, and one claim with its whole record and what follows from it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.contradiction import CheckOptions
from kg.explorer.explorer import Explorer
from kg.explorer.opening import open_explorer
from kg.explorer.page import Moved, NotFound
from kg.explorer.pages import claims as pages
from kg.explorer.rendering import write
from kg.explorer.routes import page_at
from kg.explorer.site import Address, FolderSite
from kg.formats import read_text
from kg.graph import KnowledgeGraph
from kg.rdf.writing import claim_triples
from kg.terms import Blank
from tests.explorer.conftest import CASES, Render
from tests.views.conftest import Page


@pytest.fixture(scope="module")
def reading() -> Explorer:
    return open_explorer(KnowledgeGraph.load(CASES / "reading.yaml"))


def data(explorer: Explorer, render: Render, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(explorer, f"claim/{name}", "json"))
    return found


# -- one claim ----------------------------------------------------------------------------------------


def test_who_said_it_in_what_capacity_and_on_what_terms(explorer: Explorer, render: Render) -> None:
    one = data(explorer, render, "kudlow-none-scheduled")
    facts = {fact["what"]: fact["name"] for fact in one["facts"]}
    assert facts["Speaker"] == "Larry Kudlow"
    assert facts["In the capacity of"] == "Top economic adviser to the president"
    assert facts["Audience"] == "CNBC"
    assert facts["Terms"] == "On the record"
    assert one["said_on"] == "2019-01-22"
    html = render(explorer, "claim/kudlow-none-scheduled")
    assert "How the recorder reads it" in html
    assert "/thing/top-economic-adviser" in html


def test_the_way_of_a_claim_is_drawn_station_by_station(reading: Explorer, render: Render) -> None:
    steps = [(step["did"], step["name"]) for step in data(reading, render, "inner")["chain"]]
    assert steps == [
        ("said by", "Ben Stone"),
        ("heard by", "a person at the mill"),
        ("passed on by", "the Mill Post"),
        ("stands in", "Words at the mill"),
    ]
    chain = render(reading, "claim/inner").split('<ol class="chain">')[1].split("</ol>")[0]
    assert chain.count("<li>") == 4


def test_uncertainties_are_kept_apart_and_what_is_missing_is_said(reading: Explorer, render: Render) -> None:
    found = {one["what"]: one["value"] for one in data(reading, render, "outer")["uncertainty"]}
    assert found == {
        "Certainty": "probable",
        "Reliability": "usually reliable",
        "Credibility": "possibly true",
        "Likelihood": None,
        "Confidence": None,
    }
    assert "not recorded" in render(reading, "claim/outer")
    assert "Nothing is recorded" in render(reading, "claim/inner")


def test_the_words_lead_to_their_place_in_the_text(reading: Explorer, render: Render) -> None:
    html = render(reading, "claim/inner")
    link = next(a["href"] for tag, a in Page(html).tags if tag == "a" and "#words-" in a.get("href", ""))
    path, _, anchor = link.partition("#")
    assert f'id="{anchor}"' in render(reading, path.lstrip("/"))


def test_words_that_stand_nowhere_are_said_to(reading: Explorer, render: Render) -> None:
    html = render(reading, "claim/gone")
    assert "do not stand in the text as it is now" in html
    assert "#words-" not in html


def test_a_position_lists_its_disputes_who_else_holds_it_and_who_denies_it(reading: Explorer, render: Render) -> None:
    (taken,) = data(reading, render, "inner")["positions"]
    (dispute,) = taken["disputes"]
    assert dispute["title"] == "Was the first round cancelled?"
    assert [one["claim"].rpartition("/")[2] for one in taken["denied_by"]] == ["overlap"]
    assert taken["accounts"] == {"kept": [1], "left_out": [2]} or taken["accounts"] == {"kept": [2], "left_out": [1]}
    (shared,) = data(reading, render, "outer")["positions"]
    assert [one["claim"].rpartition("/")[2] for one in shared["also_held_by"]] == ["across"]
    html = render(reading, "claim/inner")
    assert f"/dispute/{dispute['id']}" in html
    assert "Denied by" in html
    assert "Also said by" in render(reading, "claim/outer")


def test_a_claim_taken_back_takes_no_position_and_says_by_what(reading: Explorer, render: Render) -> None:
    one = data(reading, render, "taken-back")
    assert one["taken_back"] is True
    assert one["positions"] == []
    (later,) = one["withdrawn_by"]
    assert later["how"] == "retracts"
    assert "/claim/takes-back" in render(reading, "claim/taken-back")
    (earlier,) = data(reading, render, "takes-back")["withdraws"]
    assert earlier["claim"].endswith("/taken-back")
    assert "takes back" in render(reading, "claim/takes-back")


def test_a_condition_and_a_change_of_position_are_said(reading: Explorer, render: Render) -> None:
    one = data(reading, render, "conditional")
    assert one["condition"] == "The first round took place"
    assert one["condition_content"]["triple"][2].endswith("#Held>")
    (commitment,) = one["commitments"]
    assert commitment["polarity"] == "affirms"
    assert commitment["triple"][0] == "<https://e.example/case/reading/ada>"
    assert "follows only where this is so" in render(reading, "claim/conditional")
    assert "change of position" in render(reading, "claim/gone")


def test_the_place_in_the_files_is_shown_on_a_server_only(reading: Explorer) -> None:
    here = Address.of("claim", "inner")
    known = frozenset(pages.addresses(reading))
    folder = write(page_at(reading, here), reading, FolderSite(here, known))
    assert "reading.yaml:" not in folder
    for form in ("json", "ttl", "md"):
        assert "reading.yaml" not in write(page_at(reading, here), reading, FolderSite(here, known), form)


def test_the_place_is_shown_live(reading: Explorer, render: Render) -> None:
    assert "reading.yaml:" in render(reading, "claim/inner")


def test_the_turtle_twin_is_the_whole_record(reading: Explorer, render: Render) -> None:
    claim = reading.catalog.claim(reading.node("inner"))
    assert claim is not None
    (source,) = read_text(render(reading, "claim/inner", "ttl"), format="ttl")
    found = {triple for triple in source.triples if not isinstance(triple.s, Blank)}
    assert {triple for triple in claim_triples(claim) if not isinstance(triple.s, Blank)} <= found


def test_hostile_text_stays_text(nasty: Explorer, render: Render) -> None:
    for address in pages.addresses(nasty):
        page = Page(render(nasty, address.path))
        assert page.handlers() == []
        assert page.count("img") == 0
        assert all("src" in attrs for tag, attrs in page.tags if tag == "script" and "application" not in str(attrs))
        assert "SECRET-" not in page.text
        for form in ("json", "ttl", "md"):
            assert "SECRET-" not in render(nasty, address.path, form)


def test_names_that_are_not_there_and_names_of_other_things(reading: Explorer) -> None:
    with pytest.raises(NotFound, match='did you mean "inner"'):
        page_at(reading, Address.of("claim", "iner"))
    with pytest.raises(Moved) as moved:
        page_at(reading, Address.of("claim", "ada"))
    assert moved.value.address == Address.of("actor", "ada")
    with pytest.raises(NotFound):
        page_at(reading, Address.of("claim"))


# -- the list -----------------------------------------------------------------------------------------


def names(explorer: Explorer, render: Render, query: str) -> list[str]:
    found = json.loads(render(explorer, f"claims?{query}", "json"))
    assert found["total"] >= len(found["claims"])
    return [one["claim"].rpartition("/")[2] for one in found["claims"]]


def test_the_list_follows_each_wish_and_all_together(reading: Explorer, render: Render) -> None:
    assert len(names(reading, render, "")) == 10
    assert names(reading, render, "speaker=cora") == ["overlap", "across"]
    assert names(reading, render, "document=letter") == ["conditional"]
    assert names(reading, render, "disputed=yes") == ["inner", "overlap"]
    assert names(reading, render, "disputed=yes&speaker=cora&document=report") == ["overlap"]
    assert names(reading, render, "speaker=cora&document=letter") == []


def test_a_wish_can_be_taken_out(reading: Explorer, render: Render) -> None:
    links = [a.get("href") for tag, a in Page(render(reading, "claims?speaker=cora&disputed=yes")).tags if tag == "a"]
    assert "/claims?disputed=yes" in links
    assert "/claims?speaker=cora" in links


def test_the_form_works_without_scripts_and_is_not_in_a_folder(reading: Explorer, render: Render) -> None:
    html = render(reading, "claims")
    assert '<form class="wishes" method="get" action="/claims">' in html
    here = Address.of("claims")
    assert "wishes" not in write(page_at(reading, here), reading, FolderSite(here, frozenset(pages.addresses(reading))))


def test_long_lists_have_pages(render: Render) -> None:
    head = "dossier: https://e.example/case/many\ntitle: Many\nrecorder: t\nrecorded: 2026-01-01\n"
    things = "people: {ann: {name: Ann}}\nevents: {talks: {type: Meeting, name: talks}}\nclaims:\n"
    rows = "".join(f"  c{n}: {{by: ann, on: 2026-01-01, affirms: [talks, is, Held]}}\n" for n in range(120))
    graph = KnowledgeGraph(KnowledgeGraph.load(CASES / "reading.yaml").store)
    graph.add(read_text(head + things + rows, format="yaml"))
    many = open_explorer(graph)
    assert len(names(many, render, "speaker=many:ann&page=3")) == 20
    html = render(many, "claims?speaker=many:ann&page=2")
    assert "51–100 of 120 claims" in html
    assert "speaker=many%3Aann&amp;page=3" in html
    with pytest.raises(NotFound):
        page_at(many, Address.of("claims", page="9"))
    assert Address.of("claims", page="3") in set(pages.addresses(many))


def test_a_large_graph_shows_the_same(reading: Explorer, render: Render) -> None:
    large = open_explorer(KnowledgeGraph.load(CASES / "reading.yaml", options=CheckOptions(columns_from=0)))
    assert large.graph.is_large
    for address in pages.addresses(reading):
        for form in ("json", "md", "ttl"):
            assert render(large, address.path, form) == render(reading, address.path, form)


def test_what_cannot_be_narrowed_down_further_is_said(
    reading: Explorer, render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_NARROWED", 1)
    html = render(reading, "claims?speaker=cora&disputed=yes")
    assert "too many to pick out those that are disputed" in html
    assert "/claim/across" in html
