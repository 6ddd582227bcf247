"""The known traps of reasoning about what people said, one by one."""

from __future__ import annotations

import pytest

from kg.contradiction import Component, Verdict
from kg.contradiction.accounts import accounts
from kg.contradiction.rates import fire_rates
from kg.graph import KnowledgeGraph
from kg.model import Withdrawal
from kg.terms import Literal
from tests.worlds import EX, Case, ClaimNote, affirms, denies, ex

TALKS = "ex:talks a neg:IntermediateMeeting ; neg:involves ex:china . ex:china a neg:Country ."
NONE = "[ owl:intersectionOf (neg:IntermediateMeeting neg:Scheduled [owl:onProperty neg:involves ; owl:hasValue ex:china]) ]"
IS = "a"
CANCELLED, SCHEDULED, HELD = "neg:Cancelled", "neg:Scheduled", "neg:Held"
STATES = "ex:A neg:persistence neg:State . ex:B neg:persistence neg:State . ex:A owl:disjointWith ex:B ."
DISJOINT = "ex:A owl:disjointWith ex:B ."


def talks(*claims: ClaimNote, more: str = "") -> Case:
    return Case(claims, background=TALKS + more)


def none_scheduled(by: str, **details: object) -> ClaimNote:
    return affirms(by, NONE, "rdfs:subClassOf", "owl:Nothing", **details)


def verdicts(case: Case) -> list[Verdict]:
    return sorted((conflict.verdict for conflict in case.result.conflicts), key=lambda verdict: verdict.value)


def kept(component: Component) -> set[frozenset[str]]:
    """The accounts of a component, each as the names of the claims that it keeps."""
    return {
        frozenset(claim.iri.removeprefix(EX) for position in account.keeps for claim in position.claims)
        for account in component.accounts
    }


# -- the example that started it -----------------------------------------------------------------


def test_the_motivating_example_has_eight_conflicts_of_claims_and_three_accounts() -> None:
    case = talks(
        denies("adviser", "ex:talks", IS, CANCELLED),  # c1
        denies("adviser", "ex:talks", IS, SCHEDULED),  # c2
        affirms("ann", "ex:talks", IS, CANCELLED),  # c3
        affirms("bob", "ex:talks", IS, CANCELLED),  # c4
        affirms("leak", "ex:talks", IS, SCHEDULED),  # c5
        affirms("minister", "ex:talks", IS, HELD),  # c6
    )
    pairs = {
        frozenset((one.iri, other.iri))
        for conflict in case.result.conflicts
        for one in conflict.sides[0].claims
        for other in conflict.sides[1].claims
    }
    assert len(pairs) == 8
    assert case.by_claims() == {
        frozenset({"c1", "c3+c4"}),
        frozenset({"c2", "c3+c4"}),
        frozenset({"c2", "c5"}),
        frozenset({"c2", "c6"}),
        frozenset({"c3+c4", "c6"}),
    }
    [component] = accounts(case.result, case.world)
    held, cancelled, never = {"c1", "c5", "c6"}, {"c3", "c4", "c5"}, {"c1", "c2"}
    assert kept(component) == {frozenset(held), frozenset(cancelled), frozenset(never)}


# -- 1. presupposition ---------------------------------------------------------------------------


def test_1_what_is_cancelled_was_scheduled_and_a_conflict_with_that_says_so() -> None:
    case = talks(affirms("ann", "ex:talks", IS, CANCELLED), denies("bob", "ex:talks", IS, SCHEDULED))
    assert case.the_conflict().kinds == ("presupposition",)
    assert "Only what had been scheduled can be cancelled." in "\n".join(case.lines(case.the_conflict()))


def test_1_a_denial_of_the_same_thing_is_a_direct_denial() -> None:
    case = talks(affirms("ann", "ex:talks", IS, CANCELLED), denies("bob", "ex:talks", IS, CANCELLED))
    assert case.the_conflict().kinds == ("direct-denial",)


@pytest.mark.parametrize("other", [affirms("ann", "ex:talks", IS, SCHEDULED), denies("ann", "ex:talks", IS, SCHEDULED)])
def test_1_it_was_not_cancelled_neither_grants_nor_rejects_that_it_was_scheduled(other: ClaimNote) -> None:
    assert not talks(denies("bob", "ex:talks", IS, CANCELLED), other).result.conflicts


def test_1_an_event_that_was_held_had_been_fixed_first_if_only_shortly_before() -> None:
    case = talks(affirms("ann", "ex:talks", IS, HELD), none_scheduled("bob"))
    assert case.the_conflict().kinds == ("universal-denial", "presupposition")


def test_1_a_chance_meeting_is_no_scheduled_one_and_contradicts_nobody_who_says_that_none_was() -> None:
    assert not talks(affirms("ann", "ex:talks", IS, "neg:Unplanned"), none_scheduled("bob")).result.conflicts
    case = talks(affirms("ann", "ex:talks", IS, "neg:Unplanned"), affirms("bob", "ex:talks", IS, CANCELLED))
    assert case.the_conflict().kinds[0] == "exclusive-alternatives"


# -- 2. universal denial -------------------------------------------------------------------------


def test_2_none_was_scheduled_meets_each_that_was() -> None:
    case = talks(none_scheduled("bob"), affirms("ann", "ex:talks", IS, CANCELLED))
    assert case.the_conflict().kinds == ("universal-denial", "presupposition")


def test_2_by_default_the_denial_ends_on_the_day_it_is_uttered() -> None:
    assert not talks(
        none_scheduled("bob", on="2019-05-10"), affirms("ann", "ex:talks", IS, SCHEDULED, holds="2019-05-12")
    ).result.conflicts
    assert talks(
        none_scheduled("bob", on="2019-05-10"), affirms("ann", "ex:talks", IS, SCHEDULED, holds="2019-05-09")
    ).result.conflicts


def test_2_it_speaks_only_of_what_it_describes() -> None:
    other = "ex:dinner a neg:IntermediateMeeting ; neg:involves ex:france . ex:france a neg:Country ."
    assert not talks(
        none_scheduled("bob"), affirms("ann", "ex:dinner", IS, SCHEDULED), more=f" {other}"
    ).result.conflicts


def test_2_silence_is_no_denial() -> None:
    assert not talks(affirms("ann", "ex:talks", IS, SCHEDULED), none_scheduled("bob", on="2018-01-01")).result.conflicts


def test_2_no_plans_is_not_will_not() -> None:
    case = talks(denies("bob", "ex:us", "neg:plans", "ex:talks"), affirms("ann", "ex:talks", IS, SCHEDULED))
    assert not case.result.conflicts


def test_2_who_denies_that_there_was_none_says_there_was_one_some_time_until_then() -> None:
    case = talks(none_scheduled("bob", holds="../2019-01-10"), denies_none("ann", holds="../2019-01-22"))
    assert not case.result.conflicts or verdicts(case) == [Verdict.UNDECIDED]
    assert verdicts(talks(none_scheduled("bob", holds="../2019-01-22"), denies_none("ann", holds="../2019-01-22"))) == [
        Verdict.CONTRADICTION
    ]


def denies_none(by: str, **details: object) -> ClaimNote:
    return denies(by, NONE, "rdfs:subClassOf", "owl:Nothing", **details)


# -- 3. time -------------------------------------------------------------------------------------


def test_3_two_dates_in_one_month_agree() -> None:
    case = talks(
        affirms("ann", "ex:talks", "neg:date", '"2019-05"^^edtf:EDTF'),
        affirms("bob", "ex:talks", "neg:date", '"2019-05-12"^^edtf:EDTF'),
    )
    assert not case.result.conflicts


def test_3_two_holders_throughout_one_month_do_not() -> None:
    people = "ex:post a neg:SingleHolderPost . ex:x a neg:Person . ex:y a neg:Person ."
    case = Case(
        [affirms("ann", "ex:x", "org:holds", "ex:post", holds="2019-05"),
         affirms("bob", "ex:y", "org:holds", "ex:post", holds="2019-05")],
        background=people,
    )  # fmt: skip
    assert case.the_conflict().kinds == ("one-post-two-holders",)


def test_3_an_event_within_a_month_and_a_denial_up_to_its_middle_are_undecided() -> None:
    case = talks(
        affirms("ann", "ex:talks", IS, CANCELLED, holds="2019-05"),
        denies("bob", "ex:talks", IS, CANCELLED, holds="2019-05-15"),
    )
    assert verdicts(case) == [Verdict.UNDECIDED]


def test_3_an_unknown_end_leaves_it_undecided() -> None:
    case = Case(
        [
            affirms("ann", "ex:x", IS, "ex:A", holds="2019-01-01/"),
            affirms("bob", "ex:x", IS, "ex:B", holds="2019-03-01"),
        ],
        ontology=STATES,
    )
    assert verdicts(case) == [Verdict.UNDECIDED]


def test_3_a_deadline_that_was_moved_is_true_at_both_its_times() -> None:
    first = affirms("ann", "ex:d", "neg:dueOn", '"2019-03-01"^^edtf:EDTF', holds="2019-01")
    then = affirms("bob", "ex:d", "neg:dueOn", '"2019-06-01"^^edtf:EDTF', holds="2019-03")
    meanwhile = affirms("bob", "ex:d", "neg:dueOn", '"2019-06-01"^^edtf:EDTF', holds="2019-01-15")
    assert not Case([first, then]).result.conflicts
    assert Case([first, meanwhile]).the_conflict().kinds == ("different-values",)


def test_3_a_time_zone_moves_the_day() -> None:
    late = affirms("ann", "ex:x", IS, "ex:A", holds="2019-01-22T23:30+08:00")
    assert not Case(
        [late, affirms("bob", "ex:x", IS, "ex:B", holds="2019-01-22T23:30Z")], ontology=STATES
    ).result.conflicts
    assert Case([late, affirms("bob", "ex:x", IS, "ex:B", holds="2019-01-22T15:30Z")], ontology=STATES).result.conflicts


def test_3_a_background_that_only_possibly_clashes_is_left_in_peace() -> None:
    terms = (
        "ex:post a neg:SingleHolderPost . ex:x a neg:Person ; org:hasMembership ex:m1 . ex:y a neg:Person ;"
        ' org:hasMembership ex:m2 . ex:m1 neg:post ex:post ; neg:during "2018/2019-01~" .'
        ' ex:m2 neg:post ex:post ; neg:during "2019-01~/2020" .'
    )
    assert not Case([], background=terms).result.background_conflicts
    certainly = terms.replace("2019-01~/2020", "2018-06/2020")
    assert Case([], background=certainly).result.background_conflicts


# -- 4. change of position -----------------------------------------------------------------------


def test_4_the_same_speaker_at_the_same_time_contradicts_himself() -> None:
    case = talks(denies("ann", "ex:talks", IS, CANCELLED), affirms("ann", "ex:talks", IS, CANCELLED))
    assert case.the_conflict().kinds[0] == "self-contradiction"
    assert case.the_conflict().between == "same-speaker"
    assert not case.result.changes


def test_4_the_same_speaker_later_has_changed_position_and_both_cannot_be_so() -> None:
    case = talks(
        denies("ann", "ex:talks", IS, SCHEDULED, on="2019-01-20", holds="2019-01-19"),
        affirms("ann", "ex:talks", IS, SCHEDULED, on="2019-01-22", holds="2019-01-18"),
    )
    assert not case.result.conflicts
    [change] = case.result.changes
    assert change.speaker == ex("ann") and len(change.sides) == 2
    [component] = accounts(case.result, case.world)
    assert kept(component) == {frozenset({"c1"}), frozenset({"c2"})}


def test_4_a_second_speaker_of_the_earlier_position_makes_it_a_conflict_again() -> None:
    said = {"holds": "2019-01-19"}
    case = talks(
        denies("ann", "ex:talks", IS, SCHEDULED, on="2019-01-20", **said),
        denies("bob", "ex:talks", IS, SCHEDULED, on="2019-01-20", **said),
        affirms("ann", "ex:talks", IS, SCHEDULED, on="2019-01-22", holds="2019-01-18"),
    )
    assert case.the_conflict().between == "same-speaker" and not case.result.changes


@pytest.mark.parametrize("how", list(Withdrawal))
def test_4_what_was_taken_back_holds_nothing_and_is_kept_in_sight(how: Withdrawal) -> None:
    case = talks(
        affirms("ann", "ex:talks", IS, CANCELLED),
        denies("ann", "ex:talks", IS, CANCELLED, more=f"neg:{how.value} ex:c1"),
        denies("bob", "ex:talks", IS, CANCELLED),
    )
    assert not case.result.conflicts and not case.result.changes
    [withdrawn] = case.result.withdrawn
    assert (withdrawn.claim.iri, withdrawn.by.iri, withdrawn.how) == (ex("c1"), ex("c2"), how)


def test_4_nobody_takes_back_what_another_said() -> None:
    case = talks(
        affirms("ann", "ex:talks", IS, CANCELLED),
        denies("bob", "ex:talks", IS, CANCELLED, more="neg:retracts ex:c1"),
    )
    assert case.result.conflicts and not case.result.withdrawn


# -- 5. modality ---------------------------------------------------------------------------------


def test_5_a_possibility_against_a_firm_denial_is_a_tension_and_divides_no_account() -> None:
    case = talks(
        affirms("ann", "ex:talks", IS, CANCELLED, certainty="Possible"), denies("bob", "ex:talks", IS, CANCELLED)
    )
    assert verdicts(case) == [Verdict.TENSION]
    assert not list(accounts(case.result, case.world))


def test_5_two_possibilities_exclude_nothing() -> None:
    case = talks(
        affirms("ann", "ex:talks", IS, CANCELLED, certainty="Possible"),
        denies("bob", "ex:talks", IS, CANCELLED, certainty="Possible"),
    )
    assert not case.result.conflicts


def test_5_a_hedged_change_of_position_divides_no_account() -> None:
    case = talks(
        affirms("ann", "ex:talks", IS, CANCELLED, on="2019-01-20", holds="2019-01-20", certainty="Possible"),
        denies("ann", "ex:talks", IS, CANCELLED, on="2019-01-22"),
    )
    assert [change.verdict for change in case.result.changes] == [Verdict.TENSION]
    assert not list(accounts(case.result, case.world))


def test_5_the_probable_is_held_firmly() -> None:
    case = talks(
        affirms("ann", "ex:talks", IS, CANCELLED, certainty="Probable"), denies("bob", "ex:talks", IS, CANCELLED)
    )
    assert verdicts(case) == [Verdict.CONTRADICTION]


@pytest.mark.parametrize("attitude", ["neg:plans", "neg:threatens", "neg:wants", "neg:expects", "neg:demands"])
def test_5_to_plan_or_to_threaten_does_not_make_it_so(attitude: str) -> None:
    case = talks(
        affirms("ann", "ex:us", attitude, "ex:p"),
        denies("bob", "ex:talks", IS, HELD),
        more=" ex:p a neg:Proposition ; rdf:subject ex:talks ; rdf:predicate rdf:type ; rdf:object neg:Held .",
    )
    assert not case.result.conflicts


def test_5_what_is_said_under_a_condition_follows_only_where_the_condition_does() -> None:
    rise = affirms(
        "trump", "ex:t", "neg:rate", '"25 %"^^neg:Quantity', holds="2019-03-01/..",
        given=("ex:d", IS, "neg:DeadlineMissed"), given_holds="2019-03-01",
    )  # fmt: skip
    stays = affirms("bob", "ex:t", "neg:rate", '"10 %"^^neg:Quantity', holds="2019-03-15")
    missed = affirms("cem", "ex:d", IS, "neg:DeadlineMissed", holds="2019-03-01")
    assert not Case([rise, stays]).result.conflicts
    assert Case([rise, stays, missed]).by_claims() == {frozenset({"c1", "c2", "c3"})}


# -- 6. attribution ------------------------------------------------------------------------------

REPORTED = " ex:p a neg:Proposition ; rdf:subject ex:talks ; rdf:predicate rdf:type ; rdf:object neg:Cancelled ."


def test_6_to_say_that_somebody_said_it_is_not_to_say_it() -> None:
    case = talks(
        affirms("ann", "ex:cem", "neg:alleges", "ex:p"), denies("bob", "ex:talks", IS, CANCELLED), more=REPORTED
    )
    assert not case.result.conflicts


def test_6_to_deny_having_said_it_is_not_to_deny_it() -> None:
    case = talks(
        denies("cem", "ex:cem", "neg:alleges", "ex:p"), affirms("ann", "ex:talks", IS, CANCELLED), more=REPORTED
    )
    assert not case.result.conflicts
    said = talks(
        denies("cem", "ex:cem", "neg:alleges", "ex:p"), affirms("ann", "ex:cem", "neg:alleges", "ex:p"), more=REPORTED
    )
    assert said.the_conflict().kinds == ("direct-denial",)


def test_6_five_papers_with_one_briefing_are_one_source() -> None:
    unnamed = "".join(f" ex:source{n} a neg:UnnamedSource . ex:paper{n} a neg:Publisher ." for n in range(5))
    wire = " ex:wire a neg:Publisher ."
    reports = [
        affirms(
            f"source{n}", "ex:talks", IS, CANCELLED,
            more=f"neg:report [ neg:step 1 ; neg:reporter ex:wire ] , [ neg:step 2 ; neg:reporter ex:paper{n} ]",
        )
        for n in range(5)
    ]  # fmt: skip
    case = talks(*reports, denies("bob", "ex:talks", IS, CANCELLED), more=unnamed + wire)
    assert len(case.the_conflict().sides[0].claims) + len(case.the_conflict().sides[1].claims) == 6
    [component] = accounts(case.result, case.world)
    roots = {account.roots: account.unnamed for account in component.accounts}
    assert roots == {(ex("wire"),): 1, (ex("bob"),): 0}


def test_6_who_speaks_in_a_post_is_taken_to_hold_it_on_that_day() -> None:
    people = "ex:post a neg:Post . ex:x a neg:Person ."
    spoke = affirms("x", "ex:talks", IS, HELD, more="neg:capacity ex:post")
    denied = denies("bob", "ex:x", "org:holds", "ex:post")
    case = talks(spoke, denied, more=people)
    assert case.the_conflict().kinds == ("against-the-record", "presupposition", "spoke-without-post")
    assert case.by_claims() == {frozenset({"c2"})}
    before = denies("bob", "ex:x", "org:holds", "ex:post", holds="2019-01-20")
    assert not talks(spoke, before, more=people).result.conflicts


def test_6_that_no_membership_is_on_record_for_the_day_proves_nothing() -> None:
    people = (
        "ex:post a neg:Post . ex:x a neg:Person ; org:hasMembership ex:m ."
        ' ex:m neg:post ex:post ; neg:during "2018"^^edtf:EDTF .'
    )
    spoke = affirms("x", "ex:talks", IS, HELD, more="neg:capacity ex:post")
    assert not talks(spoke, more=people).result.background_conflicts
    in_it = affirms("x", "ex:talks", IS, HELD, more="neg:capacity ex:m")
    [proof] = talks(in_it, more=people).result.background_conflicts
    assert proof.rule is not None and proof.rule.id == "spoke-outside-membership"


def test_6_another_holder_of_the_post_on_that_day_contradicts_the_record() -> None:
    people = "ex:post a neg:SingleHolderPost . ex:x a neg:Person . ex:y a neg:Person ."
    spoke = affirms("x", "ex:talks", IS, HELD, more="neg:capacity ex:post")
    case = talks(spoke, affirms("bob", "ex:y", "org:holds", "ex:post"), more=people)
    assert case.the_conflict().kinds == ("against-the-record", "one-post-two-holders", "spoke-without-post")


# -- 7. opinion ----------------------------------------------------------------------------------


def test_7_opinions_differ_and_contradict_nobody() -> None:
    case = talks(
        affirms("ann", "ex:ann", "neg:believes", "ex:p"), denies("bob", "ex:bob", "neg:believes", "ex:p"), more=REPORTED
    )
    assert not case.result.conflicts


# -- 8. granularity ------------------------------------------------------------------------------

PLACES = (
    " ex:la a neg:Place ; dcterms:isPartOf ex:california . ex:california a neg:Place ; dcterms:isPartOf ex:us ."
    " ex:us a neg:Place . ex:beijing a neg:Place ."
)


@pytest.mark.parametrize(("place", "clash"), [("ex:california", False), ("ex:us", False), ("ex:beijing", True)])
def test_8_a_place_within_a_place_is_no_other_place(place: str, clash: bool) -> None:
    case = talks(
        affirms("ann", "ex:talks", "neg:place", "ex:la"), affirms("bob", "ex:talks", "neg:place", place), more=PLACES
    )
    assert bool(case.result.conflicts) == clash


@pytest.mark.parametrize(("other", "clash"), [("212", False), (">= 150", False), ("190..195", False), ("300", True)])
def test_8_about_200_is_not_exactly_200(other: str, clash: bool) -> None:
    case = Case([
        affirms("ann", "ex:t", "neg:rate", '"~200"^^neg:Quantity'),
        affirms("bob", "ex:t", "neg:rate", f'"{other}"^^neg:Quantity'),
    ])  # fmt: skip
    assert bool(case.result.conflicts) == clash


def test_8_a_group_is_not_its_members() -> None:
    case = talks(
        affirms("ann", "ex:delegation", "neg:attitudeTo", "ex:talks"),
        affirms("cem", "ex:talks", "neg:participant", "ex:delegation"),
        denies("bob", "ex:talks", "neg:participant", "ex:wang"),
        more=" ex:delegation a neg:Delegation ; foaf:member ex:wang . ex:wang a neg:Person .",
    )
    assert not case.result.conflicts


def test_8_two_meetings_on_one_day_in_two_cities_are_possible() -> None:
    meetings = PLACES + (
        " ex:jones a neg:Person . ex:talks neg:participant ex:jones ; a neg:InPersonMeeting , neg:Held ;"
        ' neg:date "2019-01-22"^^edtf:EDTF . ex:dinner neg:participant ex:jones ; a neg:InPersonMeeting , neg:Held ;'
        ' neg:date "2019-01-22"^^edtf:EDTF .'
    )
    said = [affirms("ann", "ex:talks", "neg:place", "ex:la"), affirms("bob", "ex:dinner", "neg:place", "ex:beijing")]
    assert not talks(*said, more=meetings).result.conflicts


def test_8_one_post_may_have_two_holders_one_after_the_other() -> None:
    case = Case(
        [affirms("ann", "ex:x", "org:holds", "ex:post", holds="2018"),
         affirms("bob", "ex:y", "org:holds", "ex:post", holds="2019")],
        background="ex:post a neg:SingleHolderPost . ex:x a neg:Person . ex:y a neg:Person .",
    )  # fmt: skip
    assert not case.result.conflicts


# -- 9. identity ---------------------------------------------------------------------------------

TWO = " ex:talks a ex:Meeting . ex:round a ex:Meeting ."


def test_9_two_descriptions_may_be_two_things_and_the_conflict_names_what_it_assumes() -> None:
    case = Case(
        [affirms("ann", "ex:talks", IS, "ex:A"), affirms("bob", "ex:round", IS, "ex:B")],
        ontology=DISJOINT,
        background=f"{TWO} ex:talks neg:maybeSameAs ex:round .",
    )
    conflict = case.the_conflict()
    assert conflict.verdict is Verdict.UNDECIDED
    assert {frozenset(pair) for pair in conflict.same} == {frozenset({ex("talks"), ex("round")})}
    assert any(line.startswith("Suppose that") for line in (line.split(". ", 1)[1] for line in case.lines(conflict)))


def test_9_that_two_names_are_one_thing_is_itself_a_claim_and_in_the_conflict() -> None:
    case = Case(
        [affirms("ann", "ex:talks", IS, "ex:A"), affirms("bob", "ex:round", IS, "ex:B"),
         affirms("cem", "ex:talks", "owl:sameAs", "ex:round")],
        ontology=DISJOINT, unique=False,
    )  # fmt: skip
    assert case.by_claims() == {frozenset({"c1", "c2", "c3"})}


def test_9_only_in_a_dossier_with_its_own_names_are_two_ids_two_things() -> None:
    claims = [affirms("ann", "ex:x", "ex:chairs", "ex:talks"), affirms("bob", "ex:x", "ex:chairs", "ex:round")]
    functional = "ex:chairs a owl:FunctionalProperty ."
    closed = Case(claims, ontology=functional, background=TWO)
    assert [set(pair) for pair in closed.the_conflict().distinct] == [{ex("talks"), ex("round")}]
    assert not Case(claims, ontology=functional, background=TWO, unique=False).result.conflicts


# -- 10. declared too strongly -------------------------------------------------------------------


def test_10_a_property_that_is_not_functional_after_all_stands_out_by_its_rate() -> None:
    chairs = [affirms(f"s{n}", f"ex:m{n // 2}", "ex:chair", f"ex:p{n}") for n in range(8)]  # each has two
    dates = [affirms(f"d{n}", f"ex:m{n}", "ex:day", f'"2019-01-0{n + 1}"^^edtf:EDTF') for n in range(7)]
    slip = affirms("d7", "ex:m0", "ex:day", '"2019-01-09"^^edtf:EDTF')  # only one has two
    people = "".join(f"ex:p{n} a ex:Person . " for n in range(8))
    case = Case(
        [*chairs, *dates, slip],
        ontology="ex:chair a owl:FunctionalProperty . ex:day a owl:FunctionalProperty .",
        background=people,
    )
    rates = {rate.axiom.s: rate for rate in fire_rates(case.result, case.theory) if rate.axiom}
    assert (rates[ex("chair")].conflicts, rates[ex("chair")].contested, rates[ex("chair")].reach) == (4, 8, 8)
    assert (rates[ex("day")].conflicts, rates[ex("day")].contested, rates[ex("day")].reach) == (1, 2, 8)
    assert rates[ex("chair")].rate == 1.0 and rates[ex("day")].rate == 0.25
    rules = {rate.rule: rate for rate in fire_rates(case.result, case.theory) if rate.rule}
    assert (rules["prp-fp"].conflicts, rules["prp-fp-values"].conflicts) == (4, 1)
    assert rules["prp-fp-values"].reach == 16


def test_10_what_makes_no_conflict_has_no_rate() -> None:
    case = Case([affirms("ann", "ex:m", "ex:chair", "ex:p")], ontology="ex:chair a owl:FunctionalProperty .")
    assert fire_rates(case.result, case.theory) == ()


# -- 11. self-inconsistent claims and duplicates -------------------------------------------------


def test_11_a_claim_that_cannot_be_true_is_in_no_account_and_poisons_nobody() -> None:
    case = Case(
        [affirms("ann", "ex:x", IS, "ex:Both"), affirms("bob", "ex:x", IS, "ex:A"), affirms("cem", "ex:y", IS, "ex:B")],
        ontology=f"{DISJOINT} ex:Both rdfs:subClassOf ex:A , ex:B .",
    )
    assert case.by_claims() == {frozenset({"c1"})}
    [component] = accounts(case.result, case.world)
    assert kept(component) == {frozenset()}


def test_11_a_background_that_cannot_be_true_is_said_first_and_the_check_goes_on() -> None:
    case = Case(
        [affirms("ann", "ex:y", IS, "ex:A"), affirms("bob", "ex:y", IS, "ex:B")],
        ontology=DISJOINT,
        background="ex:x a ex:A , ex:B .",
    )
    [proof] = case.result.background_conflicts
    assert [str(line) for line in case.prose.lines(proof, [])][-1] == "4. ✕ 1 and 2 cannot both hold."
    assert case.by_claims() == {frozenset({"c1", "c2"})}


def test_11_the_same_said_twice_is_one_position_with_two_claims() -> None:
    case = talks(
        affirms("ann", "ex:talks", IS, CANCELLED),
        affirms("cem", "ex:talks", IS, CANCELLED),
        denies("bob", "ex:talks", IS, CANCELLED),
    )
    assert case.by_claims() == {frozenset({"c1+c2", "c3"})}


# -- 12. counting --------------------------------------------------------------------------------


def test_12_a_repeated_claim_gains_no_account() -> None:
    once = [affirms("ann", "ex:talks", IS, CANCELLED), denies("bob", "ex:talks", IS, CANCELLED)]
    often = [*once, *(affirms(f"echo{n}", "ex:talks", IS, CANCELLED) for n in range(9))]
    assert [len(c.accounts) for c in accounts(talks(*once).result, talks(*once).world)] == [2]
    assert [len(c.accounts) for c in accounts(talks(*often).result, talks(*often).world)] == [2]


def test_12_accounts_are_listed_by_independent_sources_and_carry_no_probability() -> None:
    case = talks(
        denies("bob", "ex:talks", IS, CANCELLED),
        affirms("ann", "ex:talks", IS, CANCELLED),
        affirms("cem", "ex:talks", IS, CANCELLED),
    )
    [component] = accounts(case.result, case.world)
    assert [account.on_record for account in component.accounts] == [2, 1]
    assert not any(
        isinstance(getattr(component.accounts[0], field), float) for field in component.accounts[0].__slots__
    )


# -- 13. language --------------------------------------------------------------------------------


def test_13_nobody_is_called_a_liar(first_case: KnowledgeGraph) -> None:
    texts = [
        text
        for conflict in first_case.checked.result.conflicts
        for text in (
            first_case.prose.because(conflict),
            first_case.prose.title(conflict),
            *(line.text for line in first_case.prose.lines(conflict.proof, conflict.sides)),
            *conflict.kinds,
        )
    ]
    for word in ("lie", "lied", "liar", "false", "untrue", "wrong"):
        assert not any(word in text.lower().replace(",", " ").split() for text in texts)


def test_13_literals_of_a_conflict_are_said_as_they_were_written() -> None:
    case = Case([
        affirms("ann", "ex:t", "neg:rate", '"10 %"^^neg:Quantity'),
        affirms("bob", "ex:t", "neg:rate", '"25%"^^neg:Quantity'),
    ])  # fmt: skip
    said = {side.position.proposition.object for side in case.the_conflict().sides}
    assert {o.value for o in said if isinstance(o, Literal)} == {"10 %", "25%"}
