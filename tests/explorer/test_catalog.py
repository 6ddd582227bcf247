"""What the catalog lists and counts: issues, months, roles, opponents, orders; for a small graph and a large one."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.columns.browsing import describing, disputes
from kg.contradiction import CheckOptions
from kg.errors import QueryError
from kg.explorer.catalog import Catalog, Facet, Filter, Order
from kg.explorer.opening import catalog_of
from kg.graph import KnowledgeGraph
from kg.store import OxigraphStore
from kg.terms import Iri
from tests.worlds import ex, triples

CLAIM = """
ex:{name} a neg:Claim ; prov:wasAttributedTo ex:{by} ; neg:saidOn "{on}"^^edtf:EDTF ; neg:{act} ex:p-{what} ;
    neg:mention [ oa:hasSource ex:paper ] .
"""
WORLD = """
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
ex:p-held a neg:Proposition ; rdf:subject ex:talks ; rdf:predicate rdf:type ; rdf:object neg:Held ;
    neg:holds "2019-01-10"^^edtf:EDTF .
ex:p-trip a neg:Proposition ; rdf:subject ex:trip ; rdf:predicate rdf:type ; rdf:object neg:Held ;
    neg:holds "2019-01-10"^^edtf:EDTF .
ex:p-seen a neg:Proposition ; rdf:subject ex:ann ; rdf:predicate ex:saw ; rdf:object ex:lamp .
ex:talks a neg:Meeting ; rdfs:label "the talks" ; neg:negotiation ex:round ; neg:participant ex:ann .
ex:round a neg:Negotiation ; neg:about ex:fees ; neg:about ex:berths .
ex:trip a neg:Trip ; rdfs:label "the trip" ; neg:participant ex:bob .
ex:bob a neg:Person ; rdfs:label "Bob" ; ex:interest ex:berths .
ex:fees a neg:Issue ; rdfs:label "fees" .
ex:berths a neg:Issue ; rdfs:label "berths" .
ex:ann ex:memberships ex:one . ex:one a <http://www.w3.org/ns/org#Membership> .
"""


def said(name: str, by: str, on: str, act: str, what: str) -> str:
    return CLAIM.format(name=name, by=by, on=on, act=act, what=what)


CLAIMS = (
    said("c1", "ann", "2019-02-01~", "affirms", "held")
    + said("c2", "bob", "2019-02-20", "denies", "held")
    + said("c3", "cyd", "../2019-03-01", "affirms", "held")
    + said("c4", "cyd", "2019-04-05", "affirms", "trip")
    + said("c5", "ann", "2019-03-05", "denies", "trip")
    + said("c6", "cyd", "2019-03-06", "affirms", "seen")
)


@pytest.fixture(params=["small", "large"])
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return opened(CLAIMS, large=request.param == "large")


def opened(claims: str, *, large: bool) -> Catalog:
    store = OxigraphStore.in_memory()
    store.put(Iri("urn:g"), triples(WORLD + claims))
    return catalog_of(KnowledgeGraph(store, options=CheckOptions(columns_from=0 if large else 20_000)))


def facet(catalog: Catalog, name: str, wanted: Filter | None = None) -> Facet:
    return next(one for one in catalog.facets(wanted or Filter()) if one.name == name)


def counts(catalog: Catalog, name: str, wanted: Filter | None = None) -> dict[str, int]:
    return {choice.label: choice.count for choice in facet(catalog, name, wanted).choices}


def speakers(catalog: Catalog, wanted: Filter) -> list[set[Iri]]:
    found = catalog.disputes(wanted).items
    return [{Iri(claim.speaker) for side in one.sides for claim in side.claims} for one in found]


def test_an_issue_is_the_nearest_that_something_spoken_of_leads_to(catalog: Catalog) -> None:
    # The trip leads to berths only through a person, and people are linked to many issues.
    assert counts(catalog, "issue") == {"fees": 1, "berths": 1}
    assert catalog.disputes(Filter(issue=ex("fees"))).items == catalog.disputes(Filter(issue=ex("berths"))).items
    assert catalog.busiest("issue") == ((ex("berths"), 1), (ex("fees"), 1))


def test_a_month_is_that_of_the_first_day_a_claim_may_have_been_made(catalog: Catalog) -> None:
    # "about 1 February" may be in January; "up to 1 March" has no first day.
    assert counts(catalog, "month") == {
        "January 2019": 1, "February 2019": 1, "March 2019": 1, "April 2019": 1,
    }  # fmt: skip
    assert speakers(catalog, Filter(month="2019-01")) == [{ex("ann"), ex("bob"), ex("cyd")}]


def test_a_facet_is_counted_with_what_the_others_choose(catalog: Catalog) -> None:
    wanted = Filter(actor=ex("bob"), month="2019-02")
    assert counts(catalog, "actor", wanted) == {"ann": 1, "Bob": 1, "cyd": 1}
    assert counts(catalog, "month", wanted) == {"January 2019": 1, "February 2019": 1}
    chosen = [choice.value for choice in facet(catalog, "actor", wanted).choices if choice.chosen]
    assert chosen == [str(ex("bob"))]


def test_what_is_chosen_is_listed_even_if_nothing_is_left(catalog: Catalog) -> None:
    wanted = Filter(actor=ex("bob"), month="2019-03")
    assert not catalog.disputes(wanted).items
    assert counts(catalog, "actor", wanted) == {"ann": 1, "cyd": 1, "Bob": 0}


def test_the_newest_first(catalog: Catalog) -> None:
    newest = speakers(catalog, Filter(order=Order.NEWEST))
    assert newest == [{ex("ann"), ex("cyd")}, {ex("ann"), ex("bob"), ex("cyd")}]


def test_opponents_hold_another_side(catalog: Catalog) -> None:
    assert catalog.opponents(ex("ann")) == ((ex("bob"), 1), (ex("cyd"), 1))
    assert catalog.opponents(ex("bob")) == ((ex("ann"), 1), (ex("cyd"), 1))


def test_claims_are_in_order_and_what_has_no_day_comes_last(catalog: Catalog) -> None:
    assert [claim.iri for claim in catalog.claims().items] == [ex(f"c{n}") for n in (1, 2, 5, 6, 4, 3)]
    assert [claim.iri for claim in catalog.claims_about(ex("talks")).items] == [ex("c1"), ex("c2"), ex("c3")]
    assert catalog.claims_in(ex("paper"), 4, 10).total == 6
    assert [claim.iri for claim in catalog.claims_in(ex("paper"), 4, 10).items] == [ex("c4"), ex("c3")]


def test_what_nobody_describes_is_listed_by_what_it_does(catalog: Catalog) -> None:
    assert catalog.things("actor").items == (ex("ann"), ex("bob"), ex("cyd"))
    assert catalog.things("document").items == (ex("paper"),)
    assert ex("lamp") in catalog.things("thing").items
    assert catalog.things("meeting").items == (ex("talks"), ex("trip"))
    assert [catalog.role(ex(name)) for name in ("c1", "ann", "paper", "lamp")] == ["claim", "actor", "document", None]


@pytest.mark.parametrize("large", [False, True])
def test_a_thing_of_a_class_that_only_its_recorder_knows_is_listed(*, large: bool) -> None:
    catalog = opened(CLAIMS + "ex:tower a ex:Tower . ex:Tower a <http://www.w3.org/2002/07/owl#Class> .", large=large)
    assert ex("tower") in catalog.things("thing").items
    assert ex("tower") in set(catalog.all_things())
    assert ex("Tower") not in set(catalog.all_things())


def test_records_that_only_hold_a_thing_together_are_not_listed(catalog: Catalog) -> None:
    assert ex("one") not in set(catalog.all_things())
    assert catalog.facts(ex("one"))


def test_nothing_is_an_error_that_is_not_there(catalog: Catalog) -> None:
    nowhere = Iri("urn:nowhere")
    assert catalog.claim(nowhere) is None
    assert not catalog.claims_by(nowhere).items
    assert not catalog.conflicts_of(nowhere)
    assert not catalog.facts(nowhere)
    assert not catalog.things("no such page").items
    for identifier in ("zzzz", ""):
        with pytest.raises(QueryError):
            catalog.conflict(identifier)


def test_a_slice_of_no_items_has_the_total(catalog: Catalog) -> None:
    assert (catalog.disputes(Filter(), 0, 0).items, catalog.disputes(Filter(), 0, 0).total) == ((), 2)
    assert catalog.claims(100).items == ()


def test_it_can_be_made_ready(catalog: Catalog) -> None:
    told: list[str] = []
    catalog.warm(told.append)
    assert told
    assert catalog.counts().claims == 6


# -- where there is very much ---------------------------------------------------------------------


def crowd(count: int) -> str:
    return "".join(said(f"d{n:03}", f"s{n % 7}", "2019-02-01", "affirms", "held") for n in range(count))


def test_a_hot_position_lists_its_first_claims_and_knows_how_many_there_are() -> None:
    small, large = (opened(CLAIMS + crowd(40), large=one) for one in (False, True))
    for identifier in small.conflict_ids(10):
        one, other = small.conflict(identifier), large.conflict(identifier)
        assert (one.kinds, one.between) == (other.kinds, other.between)
        whole = {side.position.key: side.claims for side in one.sides}
        for side in other.sides:
            assert side.claims == whole[side.position.key][: describing.MOST_CLAIMS]
            assert large.claims_of(side.position, 0, 0).total == len(whole[side.position.key])


def test_accounts_of_a_knot_that_too_many_claims_tie_are_not_listed_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(describing, "MOST_WEIGHED", 10)
    large = opened(CLAIMS + crowd(40), large=True)
    found = large.components()
    assert found.total == 2
    heavy = [component for component in found.items if not component.complete]
    assert len(heavy) == 1
    assert not heavy[0].accounts
    assert "43 claims" in heavy[0].incomplete
    assert len(heavy[0].conflicts) == 1


def test_too_many_pairs_are_not_counted_but_still_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disputes, "MOST_PAIRS", 1)
    large = opened(CLAIMS, large=True)
    for name in ("actor", "issue", "month"):
        assert not facet(large, name).choices
        assert "Not counted" in facet(large, name).note
    assert speakers(large, Filter(actor=ex("bob"))) == [{ex("ann"), ex("bob"), ex("cyd")}]
    assert speakers(large, Filter(month="2019-04")) == [{ex("ann"), ex("cyd")}]
    assert large.disputes(Filter(issue=ex("fees"))).total == 1


def test_counting_in_portions_counts_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = opened(CLAIMS + crowd(40), large=True).facets(Filter())
    monkeypatch.setattr(disputes, "_PORTION", 1)
    assert opened(CLAIMS + crowd(40), large=True).facets(Filter()) == whole


def test_what_is_kept_beside_a_store_is_found_again_and_follows_a_change(tmp_path: Path) -> None:
    def look() -> tuple[tuple[str, ...], list[str]]:
        with OxigraphStore.read_only(tmp_path / "store") as store:
            large = catalog_of(KnowledgeGraph(store, options=CheckOptions(columns_from=0)))
            large.warm()
            return large.conflict_ids(10), [str(claim.iri) for claim in large.claims_in(ex("paper")).items]

    with OxigraphStore.at(tmp_path / "store") as store:
        store.put(Iri("urn:g"), triples(WORLD + CLAIMS))
    first = look()
    kept = {place.name for place in (tmp_path / "store" / "columns").iterdir()}
    assert {name.partition("-")[0] for name in kept} >= {"records", "held", "ids", "mentions"}
    assert look() == first
    assert {place.name for place in (tmp_path / "store" / "columns").iterdir()} == kept
    with OxigraphStore.at(tmp_path / "store") as store:
        store.put(Iri("urn:more"), triples(WORLD + said("c9", "dan", "2019-02-02", "denies", "trip")))
    ids, claims = look()
    assert set(ids) == set(first[0])
    assert str(ex("c9")) in claims


def test_values_of_facts_are_as_they_were_written() -> None:
    store = OxigraphStore.in_memory()
    [fact] = triples('ex:rate ex:share "25.0 %"^^neg:Quantity .')
    store.put(Iri("urn:g"), [*triples(WORLD + CLAIMS), fact])
    large = catalog_of(KnowledgeGraph(store, options=CheckOptions(columns_from=0)))
    assert large.facts(ex("rate")) == (fact,)
