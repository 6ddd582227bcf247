"""Where a list is made from the first facts only, or holds the first of many only, its page says so."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from kg.explorer.explorer import Explorer
from kg.explorer.gathering import asked
from kg.explorer.gathering import thing as things_of
from kg.explorer.pages import actors, institutions, issues, things
from kg.explorer.rendering import write
from kg.explorer.routes import page_at
from kg.explorer.site import Address, ServerSite
from kg.terms import Iri
from tests.explorer.things import MILL, html, opened, written

HEAD = """
@prefix ex: <https://e.example/> .
@prefix neg: <https://w3id.org/parley/ns#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
ex:fees a neg:Issue ; rdfs:label "fees" .
ex:mary a neg:Person ; rdfs:label "Mary" ; neg:memberOf ex:board .
ex:board a neg:Institution ; rdfs:label "the board" .
ex:chair a org:Post ; rdfs:label "chair" ; org:postIn ex:board .
ex:tom a neg:Person ; rdfs:label "Tom" ; org:holds ex:chair .
ex:ann a neg:Person ; rdfs:label "Ann" ; org:holds ex:chair .
"""
CUT = "This may not be all: of the {total} facts that name {name}, the first {most} were looked through."


@pytest.fixture
def many(tmp_path: Path) -> Explorer:
    """An issue, a person and a body that several facts name."""
    meetings = "".join(
        f'ex:m{n} a neg:Meeting ; rdfs:label "meeting {n}" ; neg:about ex:fees ; neg:participant ex:mary .\n'
        f'ex:i{n} a neg:Issue ; rdfs:label "part {n}" ; skos:broader ex:fees .\n'
        for n in range(3)
    )
    return opened(written(tmp_path, HEAD + meetings, "case.ttl"))


def test_nothing_is_said_of_a_whole_list(many: Explorer) -> None:
    for kind, name in (("issue", "fees"), ("actor", "mary"), ("institution", "board"), ("thing", "chair")):
        page = page_of(many, kind, ex(name))
        assert "This may not be all" not in page
        assert "there may be more" not in page


def page_of(explorer: Explorer, kind: str, node: Iri) -> str:
    return write(page_at(explorer, Address.of(kind, explorer.names.name(node))), explorer, ServerSite())


def ex(name: str) -> Iri:
    return Iri(f"https://e.example/{name}")


@pytest.mark.parametrize(
    ("at", "bound", "cut"),
    [
        (("issue", "fees"), (issues, "PAGE"), ("fees", 6)),
        (("actor", "mary"), (actors, "MOST_EVENTS"), ("Mary", 3)),
        (("thing", "chair"), (things, "MOST"), ("chair", 2)),
        (("issue", "fees"), (things_of, "PAGE"), ("fees", 6)),
    ],
)
def test_facts_that_were_not_looked_through_are_counted(
    many: Explorer,
    monkeypatch: pytest.MonkeyPatch,
    at: tuple[str, str],
    bound: tuple[ModuleType, str],
    cut: tuple[str, int],
) -> None:
    monkeypatch.setattr(*bound, 5 if bound[0] is things_of else 1)
    name, total = cut
    most = 5 if bound[0] is things_of else 1
    assert CUT.format(total=total, name=name, most=most) in page_of(many, at[0], ex(at[1]))


def test_the_posts_of_a_body(many: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(institutions, "MOST", 1)
    assert "This may not be all: of the 2 facts that name the board" in page_of(many, "institution", ex("board"))


def test_withdrawals_that_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actors, "MOST_WITHDRAWALS", 1)
    monkeypatch.setattr(asked, "MOST_WITHDRAWALS", 1)
    taken = "".join(
        f'ex:c{n} a neg:Claim ; neg:saidOn "2019-01-02"^^edtf:EDTF ; prov:wasAttributedTo ex:tom ; neg:affirms ex:p .\n'
        f'ex:r{n} a neg:Claim ; neg:saidOn "2019-01-03"^^edtf:EDTF ; prov:wasAttributedTo ex:tom ; neg:retracts ex:c{n} .\n'
        for n in range(2)
    )
    said = "ex:p a neg:Proposition ; rdf:subject ex:ann ; rdf:predicate org:holds ; rdf:object ex:chair .\n"
    explorer = opened(written(tmp_path, HEAD + said + taken, "case.ttl"))
    page = page_of(explorer, "actor", ex("tom"))
    assert "The first 1 are listed; there are more." in page
    assert page.count("↩ retracts") == 1


def test_opponents_and_changes_that_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    mill = opened(MILL)
    for words in ("there may be more", "with the most disputes are listed", "there are more"):
        assert words not in html(mill, "actor/ben") + html(mill, "actor/cal")
    monkeypatch.setattr(things_of, "MOST_LISTED", 1)
    monkeypatch.setattr(actors, "MOST_LISTED", 3)
    assert "The first 1 are listed; there may be more." in html(mill, "actor/ben")
    assert "The 3 with the most disputes are listed." in html(mill, "actor/ben")
