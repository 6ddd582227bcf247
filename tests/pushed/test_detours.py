"""A value that many have leads to none of them, unless a clash can rest on that; and nothing is missed by it."""

from __future__ import annotations

from benchmarks.workload.records import dossier
from benchmarks.workload.six_rules import VALUES, six_rules
from benchmarks.workload.tables import tables
from benchmarks.workload.theories import six_rules_theory
from kg.contradiction import Theory, build_theory
from kg.contradiction.pushed import Kind, ground, plan_of
from kg.contradiction.pushed.detours import implied, without_detours
from kg.logic.tables import FactTable
from kg.model import Claim, Commitment, Dossier, Polarity, Proposition
from kg.pushed import Disputed, disputed
from kg.terms import XSD, Iri, Literal, Term, Triple
from kg.vocab import OWL, RDFS, TYPE
from tests.pushed.whole import assert_equal, conflicts, of_extract, store_of
from tests.worlds import ex, rules_of

INTEGER = Iri(XSD + "integer")
FIVE = Literal("5", INTEGER)
MANY = 40


def theory_of(*triples: tuple[Iri, Iri, Term]) -> Theory:
    return build_theory([Triple(*triple) for triple in triples], rules_of("owl2rl"))


def some(cls: Term) -> Theory:
    return theory_of((ex("Having"), OWL.onProperty, ex("p")), (ex("Having"), OWL.someValuesFrom, cls))


def said(*contents: tuple[Iri, Iri, Term], denied: tuple[Iri, Iri, Term]) -> Dossier:
    acts = [(Polarity.AFFIRMS, one) for one in contents] + [(Polarity.DENIES, denied)]
    claims = tuple(
        Claim(ex(f"c{at}"), ex("ann"), None, (Commitment(how, Proposition(*what)),))
        for at, (how, what) in enumerate(acts)
    )
    return Dossier(Iri("urn:g"), claims, frozenset())


def popular(theory: Theory, *more: tuple[Iri, Iri, Term]) -> Disputed:
    """Many have one value, and one of them is said to have none."""
    having = [(ex(f"x{at}"), ex("p"), FIVE) for at in range(MANY)]
    found = assert_equal(store_of([said(*having, *more, denied=(ex("x0"), TYPE, ex("Having")))]), theory)
    assert not found.incomplete
    assert len(conflicts(of_extract(found, theory))) == 1
    return found


def test_that_a_value_is_something_leads_to_nobody_else() -> None:
    assert popular(some(OWL.Thing)).brought == 2


def test_that_a_value_is_of_a_datatype_leads_to_nobody_else() -> None:
    assert popular(some(INTEGER)).brought == 2


def test_what_others_say_of_a_thing_is_brought_where_a_clash_rests_on_it() -> None:
    """By its range for another property the thing is in the class; nothing else says so."""
    theory = theory_of(
        (ex("Having"), OWL.onProperty, ex("p")),
        (ex("Having"), OWL.someValuesFrom, ex("C")),
        (ex("q"), RDFS.range, ex("C")),
    )
    one = said((ex("x"), ex("p"), ex("y")), (ex("z"), ex("q"), ex("y")), denied=(ex("x"), TYPE, ex("Having")))
    found = assert_equal(store_of([one]), theory)
    assert {len(conflict.sides) for conflict in of_extract(found, theory).conflicts} == {3}


def test_a_row_is_a_detour_only_beside_a_shorter_one_that_holds_of_itself() -> None:
    rows = ground(some(OWL.Thing), [], [(Kind(ex("p")), True), (Kind(TYPE, ex("Having"), denied=True), False)])
    having = rows.number(Kind(TYPE, ex("Having")))
    lengths = {len(row.body) for row in rows.rows if row.head is not None and row.head[0] == having}
    assert lengths == {1, 2}
    left = without_detours(rows).rows
    assert {len(row.body) for row in left if row.head is not None and row.head[0] == having} == {1}
    assert {row for row in rows.rows if row.head is None} <= set(left)


def test_what_else_may_make_a_value_of_a_class_is_asked_for() -> None:
    """Where a range makes it so too, the datatype of the value does not settle it."""
    kinds = [(Kind(ex("p")), True), (Kind(ex("q")), True), (Kind(TYPE, ex("Having"), denied=True), False)]
    definition = [(ex("Having"), OWL.onProperty, ex("p")), (ex("Having"), OWL.someValuesFrom, INTEGER)]
    plain = ground(theory_of(*definition), [], kinds)
    ranged = ground(theory_of(*definition, (ex("q"), RDFS.range, INTEGER)), [], kinds)
    number = plain.number(Kind(TYPE, INTEGER))
    assert any(cls == number for _, cls in implied(plain))
    number = ranged.number(Kind(TYPE, INTEGER))
    from_p = 2 * ranged.case.terms.number(ex("p"))
    assert not any(cls == number and place.kind == from_p for place, cls in implied(ranged))
    assert plan_of(ranged).by_place


def test_what_is_brought_grows_no_faster_than_the_claims() -> None:
    def brought(claims: int) -> float:
        workload = six_rules(claims)
        table, terms = tables(workload.claims, workload.entities, VALUES)
        found = disputed(store_of([dossier(table, terms, FactTable.none())]), six_rules_theory())
        return found.brought / claims

    assert brought(2_400) < 1.2 * brought(600)
