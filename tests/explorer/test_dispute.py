"""The card of a dispute and of a change of position: everything on it, in every form."""

from __future__ import annotations

import json
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from kg.explorer.explorer import Explorer
from kg.explorer.page import Moved, NotFound
from kg.explorer.routes import page_at
from kg.explorer.site import Address
from kg.views.contract import conflict_json
from tests.explorer.conftest import Render, address
from tests.explorer.looking import Parsed, harbour

CARD = "dispute/sgt5d6gpgg"


def test_the_card_shows_question_sides_proof_time_accounts_and_ways_out(explorer: Explorer, render: Render) -> None:
    page = Parsed(render(explorer, CARD))
    text = page.text
    assert "Were the preparatory talks ever scheduled?" in text
    assert "✕ contradiction universal denial different speakers" in text
    assert "A No intermediate meeting that involves China was scheduled" in text
    assert "Larry Kudlow, top economic adviser to the president" in text
    assert "“intermediate meetings”" in text
    assert "✕ cannot both be true" in text
    assert "A preparatory meeting is an intermediate meeting. rule" in text
    assert "They clash: 22 January 2019." in text
    assert "2, 3 ✗ left out ✓ kept two named sources" in text
    assert "B goes if it is shown that the preparatory talks were never scheduled" in text


def test_everything_named_on_the_card_is_a_link(explorer: Explorer, render: Render) -> None:
    page = Parsed(render(explorer, CARD))
    assert page.hrefs("Larry Kudlow") == ["/actor/larry-kudlow"]
    assert set(page.hrefs("kudlow-none-scheduled")) == {"/claim/kudlow-none-scheduled"}
    assert page.hrefs("group 1") == ["/accounts/1"]
    assert page.hrefs("universal denial") == ["/disputes?kind=universal-denial"]
    assert page.hrefs("Draw what is around it") == ["/graph?focus=sgt5d6gpgg"]
    assert any(href.startswith("/document/") for href, _ in page.links)


def test_lines_of_the_proof_lead_to_the_lines_they_follow_from(explorer: Explorer, render: Render) -> None:
    page = Parsed(render(explorer, CARD))
    lines = {attrs["id"] for tag, attrs in page.tags if tag == "li" and attrs.get("id", "").startswith("line-")}
    assert len(lines) == len(explorer.prose.lines(explorer.catalog.conflict("sgt5d6gpgg").proof, ()))
    cited = [href for href, _ in page.links if href.startswith("#line-")]
    assert cited
    assert {href.removeprefix("#") for href in cited} <= lines


def test_next_and_previous_follow_the_ranking(explorer: Explorer, render: Render) -> None:
    ids = explorer.catalog.conflict_ids(100)
    for before, here in pairwise(ids):
        tags = Parsed(render(explorer, f"dispute/{before}")).tags
        assert [a["href"] for tag, a in tags if tag == "a" and a.get("rel") == "next"] == [f"/dispute/{here}"]
    tags = Parsed(render(explorer, f"dispute/{ids[0]}")).tags
    assert not [a for tag, a in tags if tag == "a" and a.get("rel") == "prev"]


def test_the_beginning_of_an_id_leads_to_the_card(explorer: Explorer) -> None:
    with pytest.raises(Moved) as moved:
        page_at(explorer, address("dispute/sgt5d"))
    assert moved.value.address == Address.of("dispute", "sgt5d6gpgg")


@pytest.mark.parametrize(
    "at", ["dispute/sgt", "dispute/nothing-like-it", "dispute", "dispute/sgt5d6gpgg/x", "change/no"]
)
def test_what_is_not_there_is_not_found(explorer: Explorer, at: str) -> None:
    with pytest.raises(NotFound):
        page_at(explorer, address(at))


def test_the_nearest_id_is_offered(explorer: Explorer) -> None:
    with pytest.raises(NotFound, match="did you mean"):
        page_at(explorer, address("dispute/sgt5d6gpgx"))


def test_the_twins_carry_the_proof(explorer: Explorer, render: Render) -> None:
    conflict = explorer.catalog.conflict("sgt5d6gpgg")
    assert json.loads(render(explorer, CARD, "json")) == json.loads(
        json.dumps(conflict_json(conflict, explorer.prose, {}))
    )
    turtle = render(explorer, CARD, "ttl")
    assert "prov:wasDerivedFrom" in turtle
    assert "neg:Conflict" in turtle
    assert "#### Why" in render(explorer, CARD, "md")
    drawing = ElementTree.fromstring(render(explorer, CARD, "svg"))  # noqa: S314  # made here
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"


def test_no_twin_tells_where_a_file_lies(render: Render) -> None:
    explorer = harbour()
    place = next(iter(explorer.graph.places.values())).partition(":")[0]
    at = f"dispute/{explorer.catalog.conflict_ids(100)[0]}"
    assert place in render(explorer, at)
    assert all(place not in render(explorer, at, form) for form in ("json", "ttl", "md"))


def test_three_sides_and_what_is_not_settled(render: Render) -> None:
    text = Parsed(render(harbour(), "dispute/rceiafswno")).text
    assert "? undecided" in text
    assert "C The March session takes place in the north quay" in text
    assert "may exclude each other: the dates do not settle it" in text
    assert "These words do not stand in the text as it is now." in text


def test_a_change_of_position_has_a_card_with_the_earlier_side_first(render: Render) -> None:
    explorer = harbour()
    page = Parsed(render(explorer, "change/ed7tpps5x2"))
    assert "Otto Brandt changed position" in page.text
    assert page.text.index("A The first round took place") < page.text.index("B The first round did not take place")
    assert "1 Otto Brandt" not in page.text.split("Why")[0]
    written = json.loads(render(explorer, "change/ed7tpps5x2", "json"))
    assert [side["claims"][0].rsplit("/", 1)[1] for side in written["sides"]] == ["brandt-held", "brandt-not-held"]
    with pytest.raises(Moved):
        page_at(explorer, address("change/ed7tp"))


def test_a_large_graph_has_the_same_cards(render: Render) -> None:
    small, large = harbour(), harbour(large=True)
    for identifier in small.catalog.conflict_ids(100):
        ours, theirs = (Parsed(render(one, f"dispute/{identifier}")).text for one in (small, large))
        assert ours.split("What would settle it")[1].split("When")[0]
        assert identifier in theirs
        assert "What would settle it" in theirs
    assert "changed position" in Parsed(render(large, "change/ed7tpps5x2")).text
