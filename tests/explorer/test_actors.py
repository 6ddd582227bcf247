"""The pages of actors: posts over time, what they said, whom they contradict, and what is never shown."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from kg.explorer.explorer import Explorer
from kg.explorer.page import Moved, NotFound
from kg.explorer.pages import actors
from kg.explorer.routes import page_at
from kg.explorer.site import Address, FolderSite
from tests.explorer.conftest import Render, address
from tests.explorer.things import BASE, MILL, data, html, names, opened, triples, written


@pytest.fixture(scope="module")
def mill() -> Explorer:
    return opened(MILL)


def test_posts_stand_in_the_order_of_time_with_their_bodies(mill: Explorer) -> None:
    posts = data(mill, "actor/ada")["posts"]
    assert list(names(posts, "post")) == ["Porter of the mill", "Manager of the mill"]
    assert [row["when"] for row in posts] == ["2020", "January 2023 to about March 2024"]
    assert posts[0]["in"] == [{"iri": f"{BASE}mill", "name": "the mill"}]


def test_an_imprecise_end_is_drawn_dashed(mill: Explorer) -> None:
    page = page_at(mill, address("actor/ada"))
    assert page.svg is not None
    drawing = ElementTree.fromstring(page.svg())  # noqa: S314  # our own drawing
    bars = [one.get("class", "") for one in drawing.iter() if "bar" in one.get("class", "").split()]
    assert "bar possible event" in bars and "bar event" in bars
    assert "dashed: the date is not exact" in page.svg()
    assert "January 2023" in html(mill, "actor/ada")  # the same in words beside the drawing


def test_what_somebody_said_comes_by_date_with_words_and_disputes(mill: Explorer) -> None:
    said = data(mill, "actor/ben")["said"]
    assert said["total"] == 4
    assert [claim["said_on"] for claim in said["shown"]] == ["2024-05-01", "2024-05-10", "2024-05-12", "2024-05-12"]
    first = said["shown"][0]
    assert first["iri"] == f"{BASE}ben-scheduled" and first["quotes"] == ["it is in the diary"]
    page = html(mill, "actor/ben")
    assert first["disputes"] and f'href="/dispute/{first["disputes"][0]}"' in page
    assert 'href="/claim/ben-scheduled"' in page and "“it is in the diary”" in page


def test_opponents_are_counted(mill: Explorer) -> None:
    found = {row["who"]["iri"]: row["in_how_many_disputes"] for row in data(mill, "actor/ben")["opponents"]}
    assert found == {f"{BASE}cal": "1 dispute", f"{BASE}gazette": "1 dispute", f"{BASE}two-weavers": "1 dispute"}
    assert 'href="/disputes?actor=ben"' in html(mill, "actor/ben")


def test_a_change_of_position_shows_the_earlier_side_first(mill: Explorer) -> None:
    (change,) = data(mill, "actor/ben")["changes"]
    page = html(mill, "actor/ben")
    assert f'href="/change/{change["id"]}"' in page
    section = page[page.index('id="changes"') :]
    assert section.index("The first meeting was scheduled") < section.index("The first meeting was never scheduled")


def test_what_was_taken_back_is_said_and_linked(mill: Explorer) -> None:
    assert data(mill, "actor/cal")["withdrawals"] == [
        {
            "claim": {"iri": f"{BASE}cal-retracts", "name": "cal-retracts"},
            "what_it_does": "↩ retracts",
            "earlier_claim": {"iri": f"{BASE}cal-wrong", "name": "cal-wrong"},
        }
    ]
    taken = {claim["iri"]: claim["taken_back"] for claim in data(mill, "actor/cal")["said"]["shown"]}
    assert taken == {f"{BASE}cal-wrong": True, f"{BASE}cal-retracts": False, f"{BASE}cal-none": False}


def test_events_come_by_date(mill: Explorer) -> None:
    events = data(mill, "actor/ben")["events"]
    assert list(names(events, "event")) == ["The first meeting", "The second meeting"]
    assert [row["planned_for"] for row in events] == ["7 May 2024", "14 May 2024"]


@pytest.mark.parametrize("at", ["actor/two-weavers", "actor/cal"])
def test_who_an_unnamed_source_is_stands_in_no_form(mill: Explorer, render: Render, at: str) -> None:
    assert "identity" in "".join(map(str, mill.graph.store.quads()))  # it is in the graph, and not shown
    for form in ("html", "json", "ttl", "md", "svg"):
        assert "identity" not in render(mill, at, form)
    facts = {fact["label"] for fact in data(mill, "actor/two-weavers")["facts"]}
    assert {"descriptor", "minimum size", "access basis"} <= facts
    assert "Cal Dunn" not in str(data(mill, "actor/two-weavers")["facts"])


def test_the_turtle_holds_the_facts_and_the_claims_shown(mill: Explorer) -> None:
    found = triples(mill, "actor/ben")
    assert (f"{BASE}ben", "http://www.w3.org/2000/01/rdf-schema#label", "Ben Carr") in found
    assert (f"{BASE}ben-scheduled", "http://www.w3.org/ns/prov#wasAttributedTo", f"{BASE}ben") in found
    assert (f"{BASE}ben/memberships/1", "https://w3id.org/parley/ns#post", f"{BASE}manager") in found


def test_the_sparql_of_the_page_names_the_actor(mill: Explorer) -> None:
    queries = {query.name: query.text for query in page_at(mill, address("actor/ben")).queries}
    assert f"<{BASE}ben>" in queries["claims-by-speaker"] and f"<{BASE}ben>" in queries["officials-and-posts"]


def test_another_kind_of_page_is_another_address(mill: Explorer) -> None:
    for wrong, right in (
        ("actor/mill", "institution/mill"),
        ("thing/ada", "actor/ada"),
        ("issue/whitsun", "thing/whitsun"),
    ):
        with pytest.raises(Moved) as moved:
            page_at(mill, address(wrong))
        assert moved.value.address.path == right
    with pytest.raises(Moved) as moved:
        page_at(mill, Address.of("actor", f"{BASE}ada", page="2"))
    assert moved.value.address == Address.of("actor", "ada", page="2")


def test_an_unknown_name_offers_the_nearest(mill: Explorer) -> None:
    with pytest.raises(NotFound, match='did you mean "ada"'):
        page_at(mill, address("actor/adda"))
    for nothing in ("actor", "actor/ada/more", "actor/ben?page=2", "actor/ben?page=0", "actor/ben?page=x"):
        with pytest.raises(NotFound):
            page_at(mill, address(nothing))


def test_the_list_says_who_people_are_and_counts(mill: Explorer) -> None:
    rows = {row["name"]: row for row in data(mill, "actors")["actors"]}
    assert set(rows) == {"Ada Holt", "Ben Carr", "Cal Dunn", "Two weavers who were in the room"}
    assert (rows["Ben Carr"]["claims"], rows["Ben Carr"]["disputes"]) == (4, 3)
    assert rows["Ben Carr"]["line"] == "manager of the mill (from 1 April 2024 on)"
    assert rows["Cal Dunn"]["line"] == "works for the Gazette"


MANY = """
dossier: https://e.example/case/many
people:
{people}
events:
  fair: {{name: the fair}}
claims:
{claims}
"""


def test_long_lists_are_turned_page_by_page(tmp_path: Path) -> None:
    people = "\n".join(f"  p{n:03}: {{name: Person {n:03}}}" for n in range(120))
    claims = "\n".join(
        f"  c{n:03}: {{by: p000, on: 2024-01-{n % 28 + 1:02}, affirms: [p{n:03}, plans, fair]}}" for n in range(120)
    )
    explorer = opened(written(tmp_path, MANY.format(people=people, claims=claims)))
    assert [len(data(explorer, f"actors?page={n}")["actors"]) for n in (1, 2, 3)] == [50, 50, 20]
    shown = [claim["iri"] for n in range(1, 6) for claim in data(explorer, f"actor/p000?page={n}")["said"]["shown"]]
    assert len(shown) == len(set(shown)) == 120
    assert 'href="/actor/p000?page=2"' in html(explorer, "actor/p000")
    known = list(actors.addresses(explorer))
    assert len(known) == len(set(known))
    assert Address.of("actor", "p000", page="5") in known and Address.of("actors", page="3") in known
    page = page_at(explorer, Address.of("actor", "p000"))
    assert FolderSite(page.address, known).href(Address.of("actor", "p000", page="2")) == "../actor/p000/page=2.html"


def test_hostile_names_stay_text(nasty: Explorer, render: Render) -> None:
    for known in actors.addresses(nasty):
        page = render(nasty, known.path)
        for payload in ("<script>alert", "<img src=x", "<b>of</b>", "<svg onload"):
            assert payload not in page
        assert "SECRET-" not in page
    assert "أميرة" in render(nasty, "actor/amira")
