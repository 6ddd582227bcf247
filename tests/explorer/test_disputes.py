"""The list of disputes: ranked, narrowed down by links, complete in every form, and honest when there is nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.contradiction import CheckOptions
from kg.explorer.catalog import PAGE
from kg.explorer.explorer import Explorer
from kg.explorer.opening import open_explorer
from kg.explorer.page import NotFound
from kg.explorer.pages import disputes
from kg.explorer.routes import page_at
from kg.explorer.site import Address
from kg.graph import KnowledgeGraph
from kg.logic.limits import Limits
from tests.conftest import CASE
from tests.explorer.conftest import Render, address
from tests.explorer.looking import Parsed, dossier, harbour, many_disputes

MEETINGS = """
people: {ann: {name: Ann}, bob: {name: Bob}}
events: {m: {type: [Meeting], name: the meeting}}
claims:
"""


def _ids(html: str) -> list[str]:
    return [attrs["data-dispute"] for _, attrs in Parsed(html).tags if "data-dispute" in attrs]


def test_the_home_page_ranks_the_disputes_as_the_check_does(explorer: Explorer, render: Render) -> None:
    html = render(explorer, "")
    assert _ids(html) == [conflict.id for conflict in explorer.graph.conflicts()]
    page = Parsed(html)
    assert "24 claims were checked against each other. 5 disputes were found." in page.text
    assert "/dispute/uhypkutx7g" in page.hrefs("Were the preparatory talks cancelled?")
    assert "/actor/larry-kudlow" in page.hrefs("Larry Kudlow")
    assert "false" not in page.text.lower()
    assert " lie" not in page.text.lower()


def test_each_dispute_says_verdict_kinds_sides_and_time(explorer: Explorer, render: Render) -> None:
    text = Parsed(render(explorer, "")).text
    assert "✕ contradiction direct denial · on record vs unnamed" in text
    assert "A Larry Kudlow The preparatory talks were not cancelled (up to 22 January 2019)" in text
    assert "Clash: 22 January 2019 · uhypkutx7g" in text


def test_facets_narrow_down_by_links_and_can_be_taken_back(explorer: Explorer, render: Render) -> None:
    home = Parsed(render(explorer, ""))
    (href,) = [one for one in home.hrefs("Presupposition") if one.startswith("/disputes")]
    assert href == "/disputes?kind=presupposition"
    narrowed = render(explorer, href)
    assert len(_ids(narrowed)) == 2
    page = Parsed(narrowed)
    assert "2 disputes of this choice" in page.text
    assert "/disputes" in [link for link, words in page.links if "(remove)" in words]
    both = Parsed(render(explorer, "disputes?kind=presupposition&actor=larry-kudlow"))
    assert "1 dispute of this choice" in both.text
    assert "/disputes" in both.hrefs("remove all")


def test_an_address_of_a_list_is_written_in_one_way(explorer: Explorer) -> None:
    asked = page_at(explorer, address("disputes?page=1&kind=presupposition&order=certain&actor=larry-kudlow&x=y"))
    assert asked.address.query == (("actor", "larry-kudlow"), ("kind", "presupposition"), ("page", "1"))


def test_the_newest_can_stand_first(render: Render) -> None:
    explorer = harbour()
    assert sorted(_ids(render(explorer, "disputes?order=newest"))) == sorted(_ids(render(explorer, "disputes")))
    assert _ids(render(explorer, "disputes?order=newest")) != _ids(render(explorer, "disputes"))


def test_changes_and_withdrawals_are_no_disputes_but_are_shown(render: Render) -> None:
    explorer = harbour()
    page = Parsed(render(explorer, ""))
    assert "/change/ed7tpps5x2" in page.hrefs("changed position")
    assert "↩ Otto Brandt retracted: The second round was cancelled" in page.text
    assert "First, 15 March 2024 The first round took place" in Parsed(render(explorer, "changes")).text
    assert "claim brandt-takes-back" in Parsed(render(explorer, "withdrawn")).text


def test_what_nobody_disputes_is_listed_with_its_claims(explorer: Explorer, render: Render) -> None:
    assert "/undisputed" in Parsed(render(explorer, "")).hrefs("What nobody disputes")
    page = Parsed(render(explorer, "undisputed"))
    contested = explorer.graph.check().contested()
    plain = [p for p in explorer.graph.check().positions if p.key not in contested]
    assert sum(tag == "li" and "data-item" in attrs for tag, attrs in page.tags) == min(len(plain), PAGE)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("disputes?verdict=contradicton", 'did you mean "contradiction"'),
        ("disputes?order=oldest", "no order"),
        ("disputes?page=7", "there is no page 7"),
        ("disputes?page=x", "whole number"),
        ("changes?page=9", "there is no page 9"),
    ],
)
def test_what_cannot_be_meant_is_said(explorer: Explorer, at: str, words: str) -> None:
    with pytest.raises(NotFound, match=words):
        page_at(explorer, address(at))


def test_a_choice_that_fits_nothing_is_an_empty_list(explorer: Explorer, render: Render) -> None:
    page = Parsed(render(explorer, "disputes?actor=larry-kudlow&kind=self-contradiction"))
    assert "No dispute fits this choice." in page.text


def test_nothing_contradictory_says_how_much_was_checked(tmp_path: Path, render: Render) -> None:
    explorer = dossier(tmp_path, MEETINGS + "  a: {by: ann, on: 2026-01-02, affirms: [m, is, Scheduled]}\n")
    page = Parsed(render(explorer, ""))
    assert "Nothing contradictory was found" in page.text
    assert "1 claim in 1 position was checked" in page.text
    assert page.hrefs("What nobody disputes") == ["/undisputed"]


def test_a_check_that_was_cut_short_says_so_first(render: Render) -> None:
    options = CheckOptions(limits=Limits(entries=10))
    explorer = open_explorer(KnowledgeGraph.load(CASE, options=options))
    text = Parsed(render(explorer, "")).text
    assert 0 < text.index("The check is not complete.") < text.index("No dispute was found as far as the check went")
    assert "can be true together" not in text
    assert "Nothing contradictory" not in text


def test_a_record_that_contradicts_itself_is_said_first_with_its_proof(tmp_path: Path, render: Render) -> None:
    explorer = dossier(tmp_path, MEETINGS.replace("[Meeting]", "[Meeting, Held, Cancelled]") + "  {}\n")
    text = Parsed(render(explorer, "")).text
    assert "The record itself does not hold together" in text
    assert text.index("The record itself does not hold together") < text.index("Show the SPARQL")
    assert "The meeting was cancelled. the recorder’s own note" in text
    assert "cannot both hold" in text


def test_a_long_list_is_shown_part_for_part(tmp_path: Path, render: Render) -> None:
    explorer = dossier(tmp_path, many_disputes(30))
    first, second = (render(explorer, at) for at in ("", "disputes?page=2"))
    assert (len(_ids(first)), len(_ids(second))) == (25, 5)
    assert not set(_ids(first)) & set(_ids(second))
    assert Parsed(first).hrefs("Next") == ["/disputes?page=2"]
    assert Parsed(second).hrefs("Previous") == ["/disputes"]
    assert "26–30 of 30 disputes" in Parsed(second).text
    assert "Page 2 of 2" in Parsed(second).text
    of_ann = render(explorer, "disputes?actor=ann&page=2")
    assert Parsed(of_ann).hrefs("First") == ["/disputes?actor=ann"]
    published = set(_published(explorer))
    assert {Address.of("disputes", page="2"), Address.of("disputes", actor="ann", page="2")} <= published
    assert Address.of("disputes", page="3") not in published


def test_the_json_twin_has_ids_and_iris(explorer: Explorer, render: Render) -> None:
    data = json.loads(render(explorer, "disputes?actor=larry-kudlow", form="json"))
    assert data["total"] == len(data["conflicts"]) == 3
    assert data["wanted"]["actor"].endswith("/larry-kudlow")
    assert all(
        claim.startswith("https://") for one in data["conflicts"] for side in one["sides"] for claim in side["claims"]
    )
    assert data["complete"] is True


def test_the_ids_of_all_disputes_are_told_to_the_browser(explorer: Explorer, render: Render) -> None:
    html = render(explorer, "disputes?kind=presupposition")
    block = html.split('id="dispute-ids">')[1].split("</script>")[0]
    assert set(json.loads(block)) == {conflict.id for conflict in explorer.graph.conflicts()}


def test_a_large_graph_has_the_same_list(render: Render) -> None:
    small, large = harbour(), harbour(large=True)
    assert large.graph.is_large
    assert set(_ids(render(large, ""))) == set(_ids(render(small, "")))
    assert _ids(render(large, "disputes?actor=ilse-marlow&verdict=tension")) == _ids(
        render(small, "disputes?actor=ilse-marlow&verdict=tension")
    )


def test_pages_of_a_list_are_published_with_it(explorer: Explorer) -> None:
    from_home = Address.of("disputes", actor="larry-kudlow")
    published = set(_published(explorer))
    assert {Address(), Address.of("disputes"), from_home, Address.of("changes"), Address.of("undisputed")} <= published


def _published(explorer: Explorer) -> list[Address]:
    return list(disputes.addresses(explorer))


def test_nothing_claimed_is_not_said_to_be_without_contradiction(tmp_path: Path, render: Render) -> None:
    file = tmp_path / "empty.yaml"
    file.write_text("dossier: https://e.example/empty\ntitle: Nothing yet\n", encoding="utf-8")
    html = render(open_explorer(KnowledgeGraph.load(file)), "")
    assert "Nothing has been claimed yet" in html
    assert "can be true together" not in html
    assert "Nothing contradictory" not in html
