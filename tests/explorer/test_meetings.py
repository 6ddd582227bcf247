"""The life line of meetings, offers and deadlines: what is said of each stage, and what follows from it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from kg.explorer.explorer import Explorer
from kg.explorer.gathering.stages import stages
from kg.explorer.routes import page_at
from kg.terms import Iri, local_name
from kg.vocab import NEG
from tests.explorer.conftest import address
from tests.explorer.things import BASE, MILL, data, html, opened, written


@pytest.fixture(scope="module")
def mill() -> Explorer:
    return opened(MILL)


def words(explorer: Explorer, at: str) -> dict[str, list[tuple[str, str]]]:
    """Return what is said of each stage: how, and by which claims."""
    found: dict[str, list[tuple[str, str]]] = {}
    for stage in data(explorer, at)["life"]["stages"]:
        found[stage["name"]] = [(w["word"], " ".join(map(local_name, w["claims"]))) for w in stage["words"]]
    return found


def test_the_stages_are_read_from_the_ontology(mill: Explorer) -> None:
    graph = mill.graph
    found = [local_name(one.cls) for one in stages(graph.ontology, graph.theory, [NEG.PreparatoryMeeting])]
    assert found == ["Proposed", "Declined", "Scheduled", "Postponed", "Cancelled", "Held", "Unplanned"]
    offers = [local_name(one.cls) for one in stages(graph.ontology, graph.theory, [NEG.CounterOffer])]
    assert offers == ["OfferMade", "OfferAccepted", "OfferDeclined", "OfferWithdrawn", "OfferLapsed"]
    treaties = stages(graph.ontology, graph.theory, [NEG.Agreement])
    assert [local_name(up) for up in treaties[-1].after] == ["InForce", "Signed", "AgreedInPrinciple"]
    assert stages(graph.ontology, graph.theory, [NEG.Place]) == ()


def test_a_stage_of_an_ontology_of_ones_own_is_drawn_too(tmp_path: Path) -> None:
    own = """
@prefix neg: <https://w3id.org/parley/ns#> . @prefix ex: <http://e/> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
    ontology = written(
        tmp_path,
        own
        + """
ex:Ship a owl:Class . ex:Launched a owl:Class ; rdfs:subClassOf ex:Ship ; neg:persistence neg:Permanent .
ex:Sunk a owl:Class ; rdfs:subClassOf ex:Launched ; neg:persistence neg:Permanent .
""",
        "ships.ttl",
    )
    case = written(
        tmp_path,
        own
        + """
ex:c1 a neg:Claim ; prov:wasAttributedTo ex:ann ; neg:saidOn "2019-01-22"^^xsd:date ; neg:affirms ex:p1 .
ex:p1 a neg:Proposition ; rdf:subject ex:mary ; rdf:predicate rdf:type ; rdf:object ex:Sunk .
""",
        "case.ttl",
    )
    from kg.explorer.opening import open_explorer
    from kg.graph import KnowledgeGraph

    explorer = open_explorer(KnowledgeGraph.load(case, ontology=[ontology]))
    assert words(explorer, "thing/http%3A%2F%2Fe%2Fmary") == {
        "Launched": [("follows", "c1")],
        "Sunk": [("says so", "c1")],
    }


def test_what_is_said_is_told_apart_from_what_follows(mill: Explorer) -> None:
    assert words(mill, "meeting/first-meeting") == {
        "proposed": [],
        "declined": [],
        "scheduled": [
            ("says so", "ben-scheduled"),
            ("says it is not so", "ben-not-scheduled"),
            ("says it is not so", "cal-none"),
            ("follows", "weavers-held"),
        ],
        "postponed": [("follows that it is not so", "ben-not-scheduled")],
        "cancelled": [("follows that it is not so", "ben-not-scheduled")],
        "held": [("says so", "weavers-held"), ("follows that it is not so", "ben-not-scheduled")],
        "unplanned": [],
    }
    page = html(mill, "meeting/first-meeting")
    assert (
        "Only what had been scheduled can be held." in page and "not spoken of: proposed, declined, unplanned" in page
    )


def test_what_follows_by_other_rules_is_found(explorer: Explorer) -> None:
    found = words(explorer, "meeting/preparatory-talks")
    assert found["declined"] == [("follows", "ft-offer-declined")]
    assert ("follows", "ft-offer-made") in found["proposed"]
    because = [
        word["because"]
        for stage in data(explorer, "meeting/preparatory-talks")["life"]["stages"]
        for word in stage["words"]
        if stage["name"] == "declined"
    ]
    assert "To decline an offer is to decline the meeting or trip that it proposed." in because[0]


def test_a_contested_stage_leads_to_its_disputes(explorer: Explorer) -> None:
    stages_of = {one["name"]: one for one in data(explorer, "meeting/preparatory-talks")["life"]["stages"]}
    disputed = {name: {d for word in one["words"] for d in word["disputes"]} for name, one in stages_of.items()}
    assert {name for name, found in disputed.items() if found} == {"declined", "scheduled", "cancelled"}
    questions = {one.id: explorer.prose.title(one) for one in explorer.graph.conflicts()}
    assert {questions[one] for one in disputed["cancelled"]} >= {"Were the preparatory talks cancelled?"}
    page = html(explorer, "meeting/preparatory-talks")
    section = page[page.index('id="life"') : page.index('id="disputes"')]
    for found in disputed.values():
        assert all(f'href="/dispute/{one}"' in section for one in found)


def test_a_denial_of_everything_of_a_kind_is_listed_where_it_meets_the_meeting(mill: Explorer) -> None:
    (denial,) = data(mill, "meeting/first-meeting")["life"]["universal_denials"]
    assert denial == ["No meeting that has Ada Holt as a participant was scheduled (up to 11 May 2024)"]
    assert "universal_denials" in data(mill, "meeting/second-meeting")["life"]
    assert data(mill, "meeting/second-meeting")["life"]["universal_denials"] == []


def test_a_hedged_word_lets_nothing_follow(tmp_path: Path) -> None:
    text = """
dossier: https://e.example/case/hedged
people: {ann: {name: Ann}}
events: {fair: {type: InPersonMeeting, name: the fair}}
claims:
  perhaps: {by: ann, on: 2024-01-01, certainty: possible, affirms: [fair, is, Held]}
"""
    found = words(opened(written(tmp_path, text)), "meeting/fair")
    assert found["held"] == [("says so", "perhaps")] and found["scheduled"] == []


def test_the_drawing_says_the_same(mill: Explorer) -> None:
    page = page_at(mill, address("meeting/first-meeting"))
    assert page.svg is not None
    drawing = ElementTree.fromstring(page.svg())  # noqa: S314  # our own drawing
    stations = [one.get("class", "") for one in drawing.iter() if one.get("class", "").startswith("station")]
    # The last one is that of the legend.
    assert [one.removeprefix("station ") for one in stations] == [
        "silent", "silent", "contested", "denied", "denied", "contested", "silent", "silent",
    ]  # fmt: skip
    signs = [one.text for one in drawing.iter() if one.get("class", "").startswith("word ")]
    assert signs.count("✓") == 3 and signs.count("✗") == 3 and signs.count("⇒ ✗") == 4 and signs.count("⇒ ✓") == 2


def test_offers_have_a_life_line_of_their_own_stages(mill: Explorer) -> None:
    found = words(mill, "thing/five-pence")
    assert found["offer made"] == [("follows", "ben-declined"), ("follows", "gazette-accepted")]
    assert found["offer accepted"] == [("says so", "gazette-accepted")]
    assert "deadline set" in html(mill, "thing/whitsun")
    assert "life" not in data(mill, "actor/ada")  # nobody says that she died


def test_meetings_are_listed_by_date(mill: Explorer) -> None:
    rows = data(mill, "meetings")["meetings"]
    assert [row["name"] for row in rows] == ["The first meeting", "The second meeting", "A meeting some day"]
    assert (rows[0]["claims"], rows[0]["disputes"]) == (4, 3)


def test_what_a_meeting_replaces_leads_both_ways(mill: Explorer) -> None:
    facts = {fact["label"]: fact for fact in data(mill, "meeting/second-meeting")["facts"]}
    assert facts["replaces"]["iri"] == f"{BASE}first-meeting"
    named = data(mill, "meeting/first-meeting")["named"]
    assert named[0]["what_the_recorder_states"] == "The second meeting replaces the first meeting"


def test_stages_know_their_class(mill: Explorer) -> None:
    held = next(one for one in stages(mill.graph.ontology, mill.graph.theory, [NEG.Event]) if one.cls == NEG.Held)
    assert held.after == (Iri(NEG.Scheduled),)
