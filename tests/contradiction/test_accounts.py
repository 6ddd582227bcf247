"""Accounts: their order and the words for it, the grain of utterances, limits, and very large components."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from itertools import count, product
from random import Random
from time import monotonic

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kg.contradiction import Account, Component, PositionChange, Verdict
from kg.contradiction import accounts as module
from kg.contradiction.accounts import accounts
from kg.contradiction.results import CheckResult, Criterion, Grain, Side
from kg.contradiction.utterances import utterances
from kg.graph import KnowledgeGraph
from kg.logic.hitting import minimal_hitting_sets
from kg.logic.limits import Limits
from kg.logic.trace import Proof
from kg.model import Claim, Commitment, Mention, Polarity, Proposition, Quote
from kg.terms import Iri, Literal, Triple
from kg.times import ALWAYS
from kg.views.accounts import accounts_markdown, why_before
from kg.vocab import EDTF, OWL, TYPE
from tests.contradiction.random_worlds import RandomWorld, worlds
from tests.contradiction.test_against_bruteforce import firm, renamed
from tests.oracle_bruteforce import maximal_consistent
from tests.worlds import Case, ClaimNote, affirms, denies, ex

TALKS = ("ex:talks", "a", "ex:Cancelled")
held, not_held = (
    partial(affirms, s=TALKS[0], p=TALKS[1], o=TALKS[2]),
    partial(denies, s=TALKS[0], p=TALKS[1], o=TALKS[2]),
)


def case(*claims: ClaimNote, background: str = "") -> Case:
    return Case(claims, ontology="ex:A owl:disjointWith ex:B .", background=background)


def the_component(one: Case, **options: object) -> Component:
    [component] = accounts(one.result, one.world, **options)  # type: ignore[arg-type]  # options as they are
    return component


def kept(account: Account) -> set[str]:
    """The claims behind what an account keeps, by their short names."""
    return {claim.iri.rsplit("/", 1)[1] for position in account.keeps for claim in position.claims}


def first_and_why(one: Case) -> tuple[set[str], Criterion, str]:
    first, second = the_component(one).accounts
    assert first.ahead is not None and second.ahead is None and why_before(second) == ""
    return kept(first), first.ahead.criterion, why_before(first)


# -- the order, and why ----------------------------------------------------------------------------


def test_more_independent_sources_come_first() -> None:
    one = case(held("ann"), not_held("bob"), not_held("cem"))
    keeps, criterion, words = first_and_why(one)
    assert keeps == {"c2", "c3"} and criterion is Criterion.ROOTS
    assert words == "Account 1 comes before account 2: it rests on 2 independent sources, account 2 on 1."


def test_ten_outlets_that_repeat_one_wire_are_one_root() -> None:
    outlets = [
        held(f"o{n}", more=f"neg:mention [ a neg:Mention ; <http://www.w3.org/ns/oa#hasSource> ex:d{n} ]")
        for n in range(10)
    ]
    repeats = "".join(f"ex:d{n} dcterms:publisher ex:o{n} ; prov:wasDerivedFrom ex:wire .\n" for n in range(10))
    echoed = case(
        *outlets, not_held("bob"), not_held("cem"), background=f"{repeats} ex:wire dcterms:publisher ex:agency ."
    )
    keeps, criterion, _ = first_and_why(echoed)
    assert keeps == {"c11", "c12"} and criterion is Criterion.ROOTS
    assert [account.roots for account in the_component(echoed).accounts] == [(ex("bob"), ex("cem")), (ex("agency"),)]
    # The same ten without the wire are ten.
    alone = case(*outlets, not_held("bob"), background=repeats.replace("prov:wasDerivedFrom", "rdfs:seeAlso"))
    assert len(the_component(alone).accounts[0].roots) == 10


def test_what_two_wires_gave_adds_no_third_root() -> None:
    one = case(
        held("agency"),
        held("bureau"),
        held("outlet", more="neg:mention [ a neg:Mention ; <http://www.w3.org/ns/oa#hasSource> ex:d ]"),
        not_held("bob"),
        background="""ex:d dcterms:publisher ex:outlet ; prov:wasDerivedFrom ex:w1, ex:w2 .
            ex:w1 dcterms:publisher ex:agency . ex:w2 dcterms:publisher ex:bureau .""",
    )
    assert the_component(one).accounts[0].roots == (ex("agency"), ex("bureau"))


def test_a_claim_taken_from_another_has_its_roots_even_in_a_circle() -> None:
    one = case(
        held("ann"),
        held("bob", more="prov:wasDerivedFrom ex:c1"),
        not_held("cem", more="prov:wasQuotedFrom ex:c4"),
        not_held("dan", more="prov:wasQuotedFrom ex:c3"),
    )
    roots = {frozenset(account.roots) for account in the_component(one).accounts}
    assert frozenset({ex("ann")}) in roots and all(found for found in roots)


def test_unnamed_sources_of_one_reporter_are_one_root() -> None:
    said = "neg:report [ a neg:Report ; neg:step 1 ; neg:reporter ex:paper ]"
    background = "ex:u1 a neg:UnnamedSource . ex:u2 a neg:UnnamedSource . ex:d prov:wasDerivedFrom ex:paper ."
    one = case(
        held("u1", more=said), held("u2", more=said.replace("ex:paper", "ex:d")), not_held("bob"), background=background
    )
    unnamed = the_component(one).accounts[1]
    assert unnamed.roots == (ex("paper"),) and (unnamed.on_record, unnamed.unnamed) == (0, 1)


def test_on_record_comes_before_unnamed() -> None:
    one = case(held("u"), not_held("bob"), background="ex:u a neg:UnnamedSource .")
    keeps, criterion, words = first_and_why(one)
    assert keeps == {"c2"} and criterion is Criterion.ON_RECORD
    assert words.endswith("both rest on as many sources, of which 1 is on record here and 0 in account 2.")


@pytest.mark.parametrize(
    ("better", "worse", "criterion", "said"),
    [
        ("neg:reliability neg:ReliabilityA", "neg:reliability neg:ReliabilityB", Criterion.RELIABILITY, "graded A for reliability"),
        ("neg:reliability neg:ReliabilityF", "neg:reliability neg:ReliabilityE", Criterion.RELIABILITY, "graded E for reliability"),
        ("neg:credibility neg:Credibility2", "neg:credibility neg:Credibility3", Criterion.CREDIBILITY, "graded 2 for credibility"),
        ("neg:credibility neg:Credibility6", "neg:credibility neg:Credibility5", Criterion.CREDIBILITY, "graded 5 for credibility"),
        ("neg:reliability neg:ReliabilityB", "neg:credibility neg:Credibility1", Criterion.RELIABILITY, "graded B"),
    ],
)  # fmt: skip
def test_grades_decide_between_as_many_sources(better: str, worse: str, criterion: Criterion, said: str) -> None:
    for one in (
        Case([held("ann", more=better), not_held("bob", more=worse)]),
        Case([held("ann", more=worse), not_held("bob", more=better)]),
    ):
        keeps, decided, words = first_and_why(one)
        note = one.dossier.claims[int(next(iter(keeps))[1:]) - 1]
        assert any(better.endswith(f":{str(value).rsplit('#', 1)[1]}") for _, value in note.assessments)
        assert decided is criterion and said in words


def test_grades_that_judge_nothing_decide_nothing() -> None:
    one = Case(
        [held("ann", more="neg:reliability neg:ReliabilityF"), not_held("bob", more="neg:credibility neg:Credibility6")]
    )
    _, criterion, words = first_and_why(one)
    assert criterion is Criterion.NONE
    assert words.endswith("nothing that is weighed tells them apart, and their order means nothing.")


def test_more_kept_decides_last() -> None:
    one = case(
        affirms("ann", "ex:x", "a", "ex:A"),
        affirms("ann", "ex:y", "a", "ex:A"),
        affirms("bob", "ex:x", "a", "ex:B"),
        affirms("bob", "ex:y", "a", "ex:B"),
        denies("ann", "ex:y", "a", "ex:B"),
        affirms("bob", "ex:x", "owl:sameAs", "ex:y"),
    )
    found = the_component(one).accounts
    assert [len(a.roots) for a in found] == sorted((len(a.roots) for a in found), reverse=True)
    reasons = [a.ahead.criterion for a in found if a.ahead]
    assert Criterion.POSITIONS in reasons
    assert "positions, account" in why_before(found[reasons.index(Criterion.POSITIONS)])


@settings(max_examples=settings().max_examples // 2)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_accounts_does_not_depend_on_the_order_of_claims(world: RandomWorld, chance: object) -> None:
    claims = list(world.dossier.claims)
    chance.shuffle(claims)  # type: ignore[attr-defined]  # hypothesis gives no better type
    other = world.with_claims(tuple(claims))
    for grain in Grain:
        assert listed(world, grain) == listed(other, grain)


def listed(world: RandomWorld, grain: Grain) -> list[list[tuple[list[str], Criterion | None]]]:
    return [
        [([p.key for p in a.keeps], a.ahead.criterion if a.ahead else None) for a in component.accounts]
        for component in accounts(world.checked.result, world.world, grain=grain)
    ]


# -- utterances ------------------------------------------------------------------------------------


def claim(name: str, *contents: str, by: str = "ann", on: str | None = "2019-01-22", **more: object) -> Claim:
    """A claim that affirms, or with a "not " denies, that ex:x is of some classes."""
    said = tuple(
        Commitment(
            Polarity.DENIES if content.startswith("not ") else Polarity.AFFIRMS,
            Proposition(ex("x"), TYPE, ex(content.removeprefix("not "))),
        )
        for content in contents
    )
    return Claim(ex(name), ex(by), Literal(on, EDTF) if on else None, said, **more)  # type: ignore[arg-type]  # as named


def world_of(*claims: Claim, axioms: Iterable[Triple] = ()) -> RandomWorld:
    start = Case([]).dossier
    return RandomWorld(tuple(axioms), replace(start, claims=claims))


def breaths(*claims: Claim) -> set[frozenset[str]]:
    found = utterances(world_of(*claims).checked.result.positions)
    return {frozenset(c.iri.rsplit("/", 1)[1] for c in one.claims) for one in found}


def quote(words: str, document: str = "d") -> tuple[Mention, ...]:
    return (Mention(ex(document), Quote(words)),)


def test_one_breath_is_one_claim_one_occasion_or_the_same_words() -> None:
    a, b = frozenset({"a"}), frozenset({"b"})
    together = {frozenset({"a", "b"})}
    show = ex("show")
    assert breaths(claim("a", "A"), claim("b", "B")) == {a, b}
    assert breaths(claim("a", "A", medium=show), claim("b", "B", medium=show)) == together
    assert breaths(claim("a", "A", medium=show), claim("b", "B", medium=show, by="bob")) == {a, b}
    assert breaths(claim("a", "A", medium=show), claim("b", "B", medium=show, on="2019-01-23")) == {a, b}
    assert breaths(claim("a", "A", medium=show), claim("b", "B", medium=show, audience=ex("press"))) == {a, b}
    assert breaths(*(claim(n, c, medium=show, on=None) for n, c in ("aA", "bB"))) == {a, b}  # no day: no one breath
    assert breaths(*(claim(n, c, medium=show, on="2019-01") for n, c in ("aA", "bB"))) == {a, b}
    # A text is no breath, but the same words of it are.
    written = {"medium": ex("d")}
    assert breaths(
        claim("a", "A", mentions=quote("one"), **written), claim("b", "B", mentions=quote("two"), **written)
    ) == {a, b}
    assert (
        breaths(claim("a", "A", mentions=quote("held  and\ngone")), claim("b", "B", mentions=quote("and gone")))
        == together
    )
    assert breaths(claim("a", "A", mentions=quote("and gone", "e")), claim("b", "B", mentions=quote("and gone"))) == {
        a,
        b,
    }


def test_what_was_said_in_one_breath_stands_or_falls_as_a_whole() -> None:
    world = world_of(
        claim("a", "A", "not C"), claim("b", "B", by="bob"), axioms=[Triple(ex("A"), OWL.disjointWith, ex("B"))]
    )
    result = world.checked.result
    [by_position] = accounts(result, world.world)
    assert {len(account.keeps) for account in by_position.accounts} == {1}  # nobody disputes "not C"
    [component] = accounts(result, world.world, grain=Grain.UTTERANCE)
    first, second = component.accounts
    assert [len(first.keeps), len(first.leaves_out)] == [2, 1] and [len(second.keeps), len(second.leaves_out)] == [1, 2]
    assert [c.iri for u in second.leaves_unsaid for c in u.claims] == [ex("a")]
    assert [c.iri for u in first.says for c in u.claims] == [ex("a")]


def test_what_others_say_too_is_not_left_out_with_an_utterance() -> None:
    disjoint = [Triple(ex("A"), OWL.disjointWith, ex("B"))]
    world = world_of(
        claim("a", "A", "not C"), claim("b", "B", by="bob"), claim("c", "not C", by="cem"), axioms=disjoint
    )
    [component] = accounts(world.checked.result, world.world, grain=Grain.UTTERANCE)
    assert [len(account.leaves_out) for account in component.accounts] == [1, 1]


def test_an_utterance_that_contradicts_itself_is_in_no_account_and_taints_nothing_else() -> None:
    disjoint = [Triple(ex("A"), OWL.disjointWith, ex("B"))]
    world = world_of(claim("a", "A", "B"), claim("b", "B", by="bob"), claim("c", "C", by="cem"), axioms=disjoint)
    [component] = accounts(world.checked.result, world.world, grain=Grain.UTTERANCE)
    [account] = component.accounts
    assert account.says == () and [c.iri for u in account.leaves_unsaid for c in u.claims] == [ex("a")]
    assert [p.proposition.object for p in account.leaves_out] == [ex("A")]  # bob says B as well, and stands


@st.composite
def spoken(draw: st.DrawFn) -> RandomWorld:
    """Draw a world in which some claims say several things, and some were said on one occasion."""
    world = draw(worlds(most=7))
    said: list[Claim] = []
    for one in world.dossier.claims:
        if said and draw(st.booleans()) and one.condition == said[-1].condition and one.certainty == said[-1].certainty:
            said[-1] = replace(said[-1], commitments=(*said[-1].commitments, *one.commitments))
        else:
            said.append(replace(one, medium=draw(st.sampled_from([None, None, ex("show"), ex("hall")]))))
    return world.with_claims(tuple(said))


Claims = frozenset[str]


def of_utterances(world: RandomWorld) -> tuple[list[Claims], list[tuple[Claims, list[Claims]]]]:
    """All utterances, and for each component its members and what its accounts say; as sets of claims."""
    everything = [frozenset(c.iri for c in one.claims) for one in utterances(world.checked.result.positions)]
    found = []
    for component in accounts(world.checked.result, world.world, grain=Grain.UTTERANCE):
        said = [frozenset(c.iri for u in account.says for c in u.claims) for account in component.accounts]
        unsaid = [frozenset(c.iri for u in account.leaves_unsaid for c in u.claims) for account in component.accounts]
        [members] = {one | other for one, other in zip(said, unsaid, strict=True)}
        found.append((members, said))
    return everything, found


@given(spoken())
def test_accounts_of_utterances_are_the_maximal_consistent_sets_of_them(world: RandomWorld) -> None:
    trial = firm(world)
    assume(not trial.inconsistent(frozenset()))
    everything, found = of_utterances(world)
    holds = {c.iri: {p.index for p in world.checked.result.positions if c in p.claims} for c in world.dossier.claims}
    numbered = dict(enumerate(everything))

    def inconsistent(chosen: frozenset[int]) -> bool:
        return trial.inconsistent(frozenset(i for number in chosen for iri in numbered[number] for i in holds[iri]))

    wanted = {
        frozenset(iri for number in chosen for iri in numbered[number])
        for chosen in maximal_consistent(frozenset(numbered), inconsistent)
    }
    free = frozenset().union(*everything) - frozenset().union(*(members for members, _ in found))
    whole = [free.union(*choice) for choice in product(*(said for _, said in found))]
    assert len(set(whole)) == len(whole) and set(whole) == wanted
    # Duality: what accounts leave unsaid are the minimal hitting sets of the conflicts between utterances.
    for members, said in found:
        inside = sorted(number for number, claims in numbered.items() if claims <= members)
        left = [frozenset(n for n in inside if not numbered[n] <= one) for one in said]
        clashes = set(minimal_hitting_sets(left))
        assert all(inconsistent(clash) for clash in clashes)
        assert not any(inconsistent(clash - {n}) for clash in clashes for n in clash)


@settings(max_examples=settings().max_examples // 2)
@given(spoken())
def test_accounts_of_utterances_keep_whole_utterances_and_positions_follow(world: RandomWorld) -> None:
    for component in accounts(world.checked.result, world.world, grain=Grain.UTTERANCE):
        for account in component.accounts:
            assert {p.index for u in account.says for p in u.positions} == {p.index for p in account.keeps}
            gone = {p.index for u in account.leaves_unsaid for p in u.positions}
            assert {p.index for p in account.leaves_out} <= gone - {p.index for p in account.keeps}


@settings(max_examples=settings().max_examples // 2)
@given(spoken())
def test_names_and_repetition_do_not_matter_to_utterances(world: RandomWorld) -> None:
    def shape(one: RandomWorld) -> set[frozenset[Claims]]:
        return {frozenset(said) for _, said in of_utterances(one)[1]}

    assert shape(renamed(world)) == shape(world)
    again = tuple(replace(one, iri=Iri(f"{one.iri}/again")) for one in world.dossier.claims)
    other = world.with_claims((*world.dossier.claims, *again))
    first = {
        frozenset(frozenset(iri.removesuffix("/again") for iri in said) for said in found) for found in shape(other)
    }
    assert first == shape(world)


# -- limits ----------------------------------------------------------------------------------------


def quarrel(pairs: Iterable[tuple[int, int]], number: int) -> tuple[Case, CheckResult]:
    """Positions by number, in conflict as the pairs say; nothing was reasoned out."""
    base = case(*(affirms(f"s{n}", f"ex:t{n}", "a", "ex:A") for n in range(min(number, 50))))
    some = base.result.positions
    positions = [replace(some[n % len(some)], index=n, key=f"k{n:07}") for n in range(number)]
    proof = Proof(None, False, 0, ALWAYS)
    changes = tuple(
        PositionChange(
            f"x{a}-{b}", ex("s"), (Side(positions[a], ()), Side(positions[b], ())), proof, Verdict.CONTRADICTION
        )
        for a, b in pairs
    )
    return base, replace(base.result, positions=tuple(positions), changes=changes, conflicts=())


def test_a_cap_lists_some_accounts_and_says_that_there_are_more() -> None:
    base, result = quarrel([(2 * n, 2 * n + 1) for n in range(4)] + [(2 * n, 2 * n + 3) for n in range(3)], 8)
    [whole] = accounts(result, base.world)
    assert whole.complete and len(whole.accounts) > 3
    [cut] = accounts(result, base.world, cap=3)
    assert len(cut.accounts) == 3 and cut.incomplete == "3 accounts listed; there are more"
    [enough] = accounts(result, base.world, cap=len(whole.accounts))
    assert enough.complete
    assert "**Not complete:** 3 accounts listed; there are more" in accounts_markdown([cut], base.prose)


def test_a_component_of_twenty_thousand_positions_gives_their_first_accounts_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = 20_000
    base, result = quarrel(
        [(n, n + 1) for n in range(number - 1)] + [(n, n + 7) for n in range(0, number - 7, 3)], number
    )
    monkeypatch.setattr(module, "MOST_LISTED", 3 * number)
    start = monotonic()
    [component] = accounts(result, base.world)
    assert monotonic() - start < 30  # seconds, on a busy machine; it takes about one on a quiet one
    assert len(component.accounts) == 3 and component.incomplete == "3 accounts listed; there are more"


@pytest.mark.parametrize("grain", Grain)
def test_when_time_is_over_each_component_still_has_one_maximal_account(grain: Grain) -> None:
    chance = Random(7)  # noqa: S311  # the same pairs in every run
    pairs = [(a, chance.randrange(a)) for a in range(1, 120) for _ in range(4)]
    base, result = quarrel(pairs, 120)
    ticks = count()
    limits = Limits(seconds=2, clock=lambda: float(next(ticks)))
    found = list(accounts(result, base.world, grain=grain, limits=limits))
    assert any("stopped after 2 seconds" in component.incomplete for component in found)
    for component in found:
        kept_now = {p.index for p in component.accounts[0].keeps}
        assert not any({a, b} <= kept_now for a, b in pairs)


def test_when_it_is_capped_the_weakest_are_left_out_first() -> None:
    said = [held(f"s{n}") for n in range(5)]
    one = case(*said, not_held("bob"))
    [first] = the_component(one, cap=1).accounts
    assert len(first.roots) == 5


def test_the_first_case_by_utterance(first_case: KnowledgeGraph) -> None:
    [component] = first_case.accounts(grain="utterance")
    kudlow = Iri("https://w3id.org/parley/case/us-china-2019/larry-kudlow")
    for account in component.accounts:  # his interview is kept or left out as a whole
        mine = [u for u in (*account.says, *account.leaves_unsaid) if u.claims[0].speaker == kudlow]
        assert len(mine) == 1 and len(mine[0].claims) > 1
    assert len(component.accounts) == 2
    told = accounts_markdown([component], first_case.prose)
    assert "Larry Kudlow says that" in told and "Account 1 comes before account 2" in told
