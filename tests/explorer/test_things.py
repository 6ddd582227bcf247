"""The pages of all other things, of things of foreign ontologies, and what holds for every page of a thing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from kg.explorer.explorer import Explorer
from kg.explorer.page import Moved, NotFound
from kg.explorer.pages import actors, institutions, issues, meetings, things
from kg.explorer.rendering import write
from kg.explorer.routes import page_at
from kg.explorer.site import Address, FolderSite, ServerSite
from tests.conftest import CASE, ROOT
from tests.explorer.conftest import address
from tests.explorer.things import BASE, MILL, data, html, names, opened, triples, written

MODULES = (actors, institutions, meetings, issues, things)
PLAIN = """
@prefix neg: <https://w3id.org/parley/ns#> . @prefix ex: <http://e/> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:c1 a neg:Claim ; prov:wasAttributedTo ex:ann ; neg:saidOn "2019-01-22"^^xsd:date ; neg:affirms ex:p1 .
ex:c2 a neg:Claim ; prov:wasAttributedTo ex:bob ; neg:saidOn "2019-01-22"^^xsd:date ; neg:denies ex:p1 .
ex:p1 a neg:Proposition ; rdf:subject ex:m ; rdf:predicate rdf:type ; rdf:object neg:Cancelled .
ex:tower a ex:Tower ; ex:stands-in ex:m .
"""


@pytest.fixture(scope="module")
def mill() -> Explorer:
    return opened(MILL)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    return opened(written(tmp_path_factory.mktemp("plain"), PLAIN, "plain.ttl"))


def known(explorer: Explorer) -> Iterator[Address]:
    return (one for module in MODULES for one in module.addresses(explorer))


class Structure(HTMLParser):
    """The headings, ids and inline code of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag[0] == "h" and tag[1:].isdigit():
            self.levels.append(int(tag[1:]))
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "style" or name.startswith("on"):
                self.inline.append(f"{tag} {name}")


@pytest.mark.parametrize("which", ["mill", "plain"])
def test_every_page_is_sound_in_every_form(which: str, request: pytest.FixtureRequest) -> None:
    explorer: Explorer = request.getfixturevalue(which)
    addresses = list(known(explorer))
    assert len(addresses) == len(set(addresses))
    for one in addresses:
        page = page_at(explorer, one)
        structure = Structure(write(page, explorer, ServerSite()))
        assert structure.levels.count(1) == 1
        assert all(after <= before + 1 for before, after in zip(structure.levels, structure.levels[1:], strict=False))
        assert len(structure.ids) == len(set(structure.ids)), one.path
        assert structure.inline == []
        json.loads(write(page, explorer, ServerSite(), "json"))
        triples(explorer, one.path)
        assert write(page, explorer, ServerSite(), "md").startswith("# ")
        if page.svg is not None:
            ElementTree.fromstring(page.svg())  # noqa: S314  # our own drawing
        assert "/sparql?" not in write(page, explorer, FolderSite(one, addresses))


def test_links_of_a_folder_lead_to_pages_that_it_holds(mill: Explorer) -> None:
    addresses = list(known(mill))
    page = page_at(mill, address("issue/pay"))
    text = write(page, mill, FolderSite(page.address, addresses))
    assert 'href="../thing/five-pence.html"' in text
    assert 'href="../claim/' not in text and "ben-pay" in text  # claims are no part of this folder: words, not links


def alike(page: dict[str, Any]) -> dict[str, Any]:
    """Leave out what may differ by size: how disputes and sides are ordered, and how far what follows is looked for."""
    page.pop("life", None)
    for key in ("disputes", "sides"):
        for dispute in page.get(key, {}).get("shown", ()):
            del dispute["because"], dispute["title"]
            dispute["sides"].sort(key=lambda side: side["position"])
        page.get(key, {}).get("shown", []).sort(key=lambda dispute: dispute["id"])
    for key in ("said", "about", "said_for_it"):
        for claim in page.get(key, {}).get("shown", ()):
            claim["disputes"].sort()
    for change in page.get("changes", ()):
        change["sides"].sort(key=lambda side: side["position"])
    return page


def test_a_large_graph_shows_the_same(mill: Explorer) -> None:
    large = opened(MILL, large=True)
    assert large.graph.is_large
    for one in known(mill):
        if len(one.parts) == 2:
            assert alike(data(large, one.path)) == alike(data(mill, one.path)), one.path


def test_the_life_line_of_a_large_graph_rests_on_stages_and_proofs() -> None:
    large = opened(CASE, large=True)
    life = data(large, "meeting/preparatory-talks")["life"]
    found = {stage["name"]: {word["word"] for word in stage["words"]} for stage in life["stages"]}
    assert found["scheduled"] == {"says so", "says it is not so", "follows"}
    assert found["declined"] == {"follows"}
    assert "other rules may give more" in html(large, "meeting/preparatory-talks")


def test_plain_rdf_of_a_foreign_ontology_has_pages(plain: Explorer) -> None:
    ann, thing, tower = (
        f"{kind}/http%3A%2F%2Fe%2F{name}" for kind, name in (("actor", "ann"), ("thing", "m"), ("thing", "tower"))
    )
    assert data(plain, ann)["said"]["total"] == 1
    assert list(names(data(plain, ann)["opponents"], "who")) == ["Bob"]
    assert {stage["name"] for stage in data(plain, thing)["life"]["stages"]} >= {"scheduled", "cancelled"}
    assert data(plain, thing)["named"][0]["thing"]["iri"] == "http://e/tower"
    assert data(plain, tower)["kinds"] == ["Tower"]
    assert "M" in {row["name"] for row in data(plain, "things")["things"]}


def test_two_dossiers_keep_their_things_apart() -> None:
    both = opened(MILL, CASE)
    assert data(both, "actor/mill-talks:ben")["iri"] == f"{BASE}ben"
    assert 'href="/actor/mill-talks%3Aben"' in html(both, "actors")
    with pytest.raises(Moved):
        page_at(both, Address.of("actor", f"{BASE}ben"))


def test_terms_of_the_ontology_have_no_page(mill: Explorer) -> None:
    with pytest.raises(NotFound):
        page_at(mill, Address.of("thing", "https://w3id.org/parley/ns#Meeting"))
    with pytest.raises(NotFound):
        page_at(mill, Address.of("thing", "http://nowhere/at-all"))
    with pytest.raises(NotFound):
        page_at(mill, Address.of("thing", "no spaces <or> brackets"))


def test_a_post_says_who_held_it(mill: Explorer) -> None:
    assert list(names(data(mill, "thing/manager")["holders"], "who")) == ["Ada Holt", "Ben Carr"]


def test_what_has_no_name_is_written_out(mill: Explorer) -> None:
    page = data(mill, "thing/ada/memberships/1".replace("/memberships/1", "%2Fmemberships%2F1"))
    assert page["kinds"] == ["Membership"] and page["name"].startswith("Membership: ")
    assert "during" in {fact["label"] for fact in page["facts"]}


def test_the_first_case_is_published_whole() -> None:
    explorer = opened(Path(ROOT) / "examples" / "us-china-2019")
    paths = {one.path for one in known(explorer)}
    assert {"actors", "meetings", "actor/larry-kudlow", "meeting/preparatory-talks", "thing/offer-to-travel"} <= paths
