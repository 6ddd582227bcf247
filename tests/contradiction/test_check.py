"""The stages of a check, one at a time: which claims stand, what position they take, what a conflict is called."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.contradiction import CheckOptions, Verdict, check
from kg.contradiction.accounts import accounts
from kg.contradiction.positions import standing
from kg.contradiction.theory import class_parts, persistence_of
from kg.logic.limits import Limits
from kg.model import Claim, Withdrawal
from kg.terms import Iri
from kg.times import ALWAYS, BEGIN, Persistence, Span
from kg.vocab import TYPE
from tests.worlds import Case, affirms, denies, ex

A, B = ("ex:x", "a", "ex:A"), ("ex:x", "a", "ex:B")
DISJOINT = "ex:A owl:disjointWith ex:B ."
STATES = f"{DISJOINT} ex:A neg:persistence neg:State . ex:B neg:persistence neg:State ."


# -- which claims stand --------------------------------------------------------------------------


def claim(name: str, *withdraws: str, speaker: str = "ann", chain: tuple[str, ...] = ()) -> Claim:
    taken = tuple((Withdrawal.RETRACTS, ex(target)) for target in withdraws)
    return Claim(ex(name), ex(speaker), None, withdraws=taken, chain=tuple(map(ex, chain)))


def stands(*claims: Claim) -> set[str]:
    return {one.iri.rsplit("/", 1)[1] for one in standing(claims).claims}


def test_what_its_speaker_takes_back_falls() -> None:
    assert stands(claim("a"), claim("b", "a")) == {"b"}


def test_who_takes_back_the_taking_back_restores_the_first() -> None:
    assert stands(claim("a"), claim("b", "a"), claim("c", "b")) == {"a", "c"}


def test_claims_that_take_each_other_back_all_stand() -> None:
    assert stands(claim("a", "b"), claim("b", "a")) == {"a", "b"}
    assert stands(claim("a", "b"), claim("b", "c"), claim("c", "a"), claim("d", "a")) == {"b", "d"}


def test_a_claim_does_not_take_itself_back() -> None:
    assert stands(claim("a", "a")) == {"a"}


def test_only_the_speaker_or_who_reported_it_takes_a_claim_back() -> None:
    assert stands(claim("a"), claim("b", "a", speaker="bob")) == {"a", "b"}
    assert stands(claim("a", chain=("paper",)), claim("b", "a", speaker="paper")) == {"b"}


def test_a_long_chain_of_corrections_is_followed_to_its_end() -> None:
    chain = [claim("c0"), *(claim(f"c{n}", f"c{n - 1}") for n in range(1, 3_000))]
    assert stands(*chain) == {f"c{n}" for n in range(1, 3_000, 2)}


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=10), st.randoms(use_true_random=False))
def test_which_claims_stand_does_not_depend_on_their_order(pairs: list[tuple[int, int]], chance: object) -> None:
    claims = [claim(f"c{n}", *(f"c{target}" for by, target in pairs if by == n)) for n in range(6)]
    before = stands(*claims)
    chance.shuffle(claims)  # type: ignore[attr-defined]  # hypothesis gives no better type
    assert stands(*claims) == before
    fallen = {f"c{target}" for by, target in pairs if f"c{by}" in before and by != target}
    # Whatever a claim takes back that nobody could take back itself is gone.
    safe = {f"c{n}" for n in range(6)} - {f"c{target}" for by, target in pairs if by != target}
    assert {f"c{target}" for by, target in pairs if f"c{by}" in safe and by != target} <= fallen - before


# -- positions -----------------------------------------------------------------------------------


def test_the_same_said_by_two_is_one_position() -> None:
    [position] = Case([affirms("ann", *A), affirms("bob", *A)], ontology="").result.positions
    assert {one.speaker for one in position.claims} == {ex("ann"), ex("bob")}


def test_two_ways_to_state_one_time_are_one_position() -> None:
    case = Case([affirms("ann", *A, holds="2019-01-22"), affirms("bob", *A, on="2019-01-22")], ontology=STATES)
    assert len(case.result.positions) == 1


def test_values_written_in_two_ways_are_one_position() -> None:
    ten = [affirms(by, "ex:x", "ex:d", f'"{text}"^^neg:Quantity') for by, text in (("ann", "10%"), ("bob", "10.0 %"))]
    assert len(Case(ten, ontology="").result.positions) == 1


@pytest.mark.parametrize(
    "other",
    [
        denies("bob", *A),
        affirms("bob", *A, holds="2018"),
        affirms("bob", *A, certainty="Possible"),
        affirms("bob", *A, given=B),
        affirms("bob", *A, given=B, given_holds="2018"),
    ],
)
def test_polarity_time_hedge_and_condition_make_another_position(other: dict[str, object]) -> None:
    assert len(Case([affirms("ann", *A, holds="2019"), other], ontology=STATES).result.positions) == 2


def test_conditions_at_two_times_are_two_positions() -> None:
    both = [affirms("ann", *A, given=B, given_holds=year) for year in ("2018", "2019")]
    assert len(Case(both, ontology=STATES).result.positions) == 2


def test_without_a_declaration_what_states_no_time_is_always_so_and_what_states_one_is_so_then() -> None:
    [always] = Case([affirms("ann", *A)], ontology="").result.positions
    [then] = Case([affirms("ann", *A, holds="2019")], ontology="").result.positions
    assert always.window.certain == ALWAYS
    assert then.window.certain != ALWAYS and then.window.certain is not None


# -- persistence ---------------------------------------------------------------------------------


def test_persistence_is_inherited_by_kinds_and_sub_properties() -> None:
    case = Case(ontology="ex:A neg:persistence neg:State . ex:Sub rdfs:subClassOf ex:A . ex:q rdfs:subPropertyOf ex:p . "
                         "ex:p neg:persistence neg:Permanent .")  # fmt: skip
    assert persistence_of(case.theory, TYPE, ex("Sub"), {}) is Persistence.STATE
    assert persistence_of(case.theory, ex("q"), ex("y"), {}) is Persistence.PERMANENT
    assert persistence_of(case.theory, ex("r"), ex("y"), {}) is None


def test_a_pattern_lasts_as_long_as_its_most_fleeting_part() -> None:
    ontology = "ex:A neg:persistence neg:Permanent . ex:p neg:persistence neg:{0} ."
    pattern = "[ owl:intersectionOf (ex:A [owl:onProperty ex:p ; owl:hasValue ex:y]) ]"
    for word, certain in (("Timeless", Span(BEGIN, 1548201599)), ("State", Span(1548115200, 1548201599))):
        case = Case([affirms("ann", pattern, "rdfs:subClassOf", "owl:Nothing")], ontology=ontology.format(word))
        assert case.result.positions[0].window.certain == certain


def test_what_a_named_property_is_defined_by_is_no_part_of_a_pattern() -> None:
    case = Case([affirms("ann", "[ owl:intersectionOf (neg:Scheduled [owl:onProperty neg:involves ; owl:hasValue ex:y]) ]",
                         "rdfs:subClassOf", "owl:Nothing")])  # fmt: skip
    [position] = case.result.positions
    parts = class_parts(position.proposition.subject, case.world.properties)
    assert {part.rsplit("#", 1)[1] for part in parts} == {"Scheduled", "involves"}
    assert position.window.certain is not None and position.window.certain.start == BEGIN


# -- conditions ----------------------------------------------------------------------------------


def test_a_condition_of_its_own_time_is_met_or_not_then_and_not_later() -> None:
    said = affirms("ann", *A, holds="2020", given=("ex:y", "a", "ex:B"), given_holds="2019")
    denied = denies("bob", *A, holds="2020")
    for year, found in (("2019-05", True), ("2020", False)):
        met = affirms("cem", "ex:y", "a", "ex:B", holds=year)
        assert bool(Case([said, denied, met], ontology=STATES).result.conflicts) == found


def test_a_condition_of_rough_time_leaves_it_undecided() -> None:
    case = Case(
        [denies("ann", *A, given=("ex:y", "a", "ex:B"), given_holds="2019-01-22~")],
        ontology=STATES,
        background="ex:y a ex:B . ex:x a ex:A .",
    )
    assert case.the_conflict().verdict is Verdict.UNDECIDED


def test_the_denial_of_a_claimed_axiom_keeps_all_its_content_under_a_condition() -> None:
    case = Case(
        [denies("ann", "ex:A", "rdfs:subClassOf", "ex:C", given=B), affirms("bob", *B),
         affirms("cem", "ex:A", "rdfs:subClassOf", "ex:C")],
        ontology="",
    )  # fmt: skip
    assert case.by_claims() == {frozenset({"c1", "c2", "c3"})}


# -- names of conflicts --------------------------------------------------------------------------

PEOPLE = """
  ex:ann neg:represents ex:us . ex:bob neg:represents ex:us . ex:cem neg:represents ex:china .
  ex:us a neg:Country . ex:china a neg:Country . ex:who a neg:UnnamedSource . ex:m a neg:Meeting .
"""


@pytest.mark.parametrize(
    ("one", "other", "between"),
    [
        ("ann", "ann", "same-speaker"),
        ("ann", "bob", "same-side"),
        ("ann", "cem", "opposite-sides"),
        ("ann", "who", "on-record-vs-unnamed"),
        ("ann", "dan", "different-speakers"),
    ],
)
def test_between_whom_a_conflict_stands(one: str, other: str, between: str) -> None:
    case = Case(
        [affirms(one, "ex:m", "a", "neg:Cancelled"), denies(other, "ex:m", "a", "neg:Cancelled")], background=PEOPLE
    )
    assert case.the_conflict().between == between


def test_against_the_record_stands_the_speaker_alone() -> None:
    case = Case([denies("ann", "ex:m", "a", "neg:Meeting")], background=PEOPLE)
    conflict = case.the_conflict()
    assert (conflict.kinds[0], conflict.between, len(conflict.sides)) == ("against-the-record", "speaker-vs-record", 1)


def test_every_conflict_has_a_kind_also_under_an_ontology_that_names_none() -> None:
    case = Case([affirms("ann", *A), affirms("bob", *B)], ontology=DISJOINT)
    assert case.the_conflict().kinds


def test_a_rule_that_finds_two_denials_impossible_together_is_named_too() -> None:
    case = Case(
        [denies("ann", *A), denies("bob", *B)],
        ontology="ex:A a owl:Class .",
        rules="rule either denied ?x a ex:A, denied ?x a ex:B => conflict",
    )
    assert case.the_conflict().rules == ("either",) and case.the_conflict().kinds


def test_an_axiom_over_a_list_speaks_its_own_sentence() -> None:
    case = Case([affirms("ann", "ex:x", "a", "neg:Post"), affirms("bob", "ex:x", "a", "neg:Meeting")])
    assert any("are different things." in line for line in case.lines(case.the_conflict()))


# -- names of things -----------------------------------------------------------------------------


def test_a_list_of_different_things_gets_no_member_by_a_second_name() -> None:
    different = "[] a owl:AllDifferent ; owl:distinctMembers ( ex:x ex:y ) ."
    assert not Case([affirms("ann", "ex:x", "owl:sameAs", "ex:z")], ontology="", background=different).result.conflicts
    assert Case([affirms("ann", "ex:x", "owl:sameAs", "ex:y")], ontology="", background=different).result.conflicts


def test_who_denies_that_two_are_different_says_that_they_are_one() -> None:
    case = Case(
        [denies("ann", "ex:x", "owl:differentFrom", "ex:y"), affirms("bob", *A), affirms("cem", "ex:y", "a", "ex:B")],
        ontology=DISJOINT,
    )
    assert case.by_claims() == {frozenset({"c1", "c2", "c3"})}


def test_ids_of_two_dossiers_may_be_one_thing() -> None:
    one = Case([affirms("ann", "ex:p", "ex:chairs", "ex:x")], background="ex:x a ex:T .", ontology="")
    other = Case([affirms("bob", "ex:p", "ex:chairs", "ex:y")], background="ex:y a ex:T .", ontology="")
    theory = Case(ontology="ex:chairs a owl:FunctionalProperty .").theory
    renamed = replace(
        other.dossier, iri=Iri("urn:h"), claims=tuple(replace(c, iri=Iri(f"{c.iri}h")) for c in other.dossier.claims)
    )
    assert not check([one.dossier, renamed], theory).result.conflicts


# -- accounts and limits -------------------------------------------------------------------------


def test_undecided_conflicts_divide_accounts_only_when_asked() -> None:
    case = Case([affirms("ann", *A, holds="2019-01-22~"), affirms("bob", *B, holds="2019-01-22")], ontology=STATES)
    assert not list(accounts(case.result, case.world))
    [component] = accounts(case.result, case.world, under_possible=True)
    assert len(component.accounts) == 2


def test_a_list_of_accounts_that_was_cut_says_so() -> None:
    claims = [affirms(f"s{n}", "ex:x", "ex:d", f'"{n} %"^^neg:Quantity') for n in range(6)]
    case = Case(claims, ontology="ex:d a owl:FunctionalProperty .")
    [cut] = accounts(case.result, case.world, cap=3)
    assert len(cut.accounts) == 3 and not cut.complete
    [whole] = accounts(case.result, case.world, cap=6)
    assert len(whole.accounts) == 6 and whole.complete


def test_components_are_never_multiplied_out() -> None:
    claims = [affirms("ann", f"ex:x{n}", "a", "ex:A") for n in range(60)]
    claims += [denies("bob", f"ex:x{n}", "a", "ex:A") for n in range(60)]
    case = Case(claims, ontology="")
    assert [len(component.accounts) for component in accounts(case.result, case.world)] == [2] * 60


def test_a_limit_that_is_hit_is_told_in_words() -> None:
    case = Case([affirms("ann", *A), denies("bob", *A)], ontology=DISJOINT)
    assert case.result.complete
    cut = check([case.dossier], case.theory, CheckOptions(limits=Limits(entries=1))).result
    assert not cut.complete and "conflicts may be missing" in cut.incomplete[0]


def test_two_values_of_the_record_are_one_fault_of_it() -> None:
    case = Case(
        ontology="ex:d a owl:FunctionalProperty .",
        background='ex:x ex:d "10 %"^^neg:Quantity , "25 %"^^neg:Quantity .',
    )
    assert len(case.result.background_conflicts) == 1


def test_a_background_with_times_clashes_only_while_it_holds() -> None:
    posts = (
        "ex:p a neg:SingleHolderPost . ex:x a neg:Person ; org:hasMembership ex:m1 . ex:y a neg:Person ; org:hasMembership ex:m2 . "
        'ex:m1 neg:post ex:p ; neg:during "{0}"^^edtf:EDTF . ex:m2 neg:post ex:p ; neg:during "2019"^^edtf:EDTF .'
    )
    assert not Case(background=posts.format("2018")).result.background_conflicts
    assert Case(background=posts.format("2018/2019-02")).result.background_conflicts
