"""The engine against the definitions, executed by brute force, on many small random worlds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from kg.contradiction import Conflict, PositionChange, Verdict
from kg.contradiction.accounts import accounts
from kg.contradiction.snapshots import guard_tests
from kg.logic.hitting import minimal_hitting_sets
from kg.logic.trace import Proof, check_proof
from kg.model import Claim, Commitment, Proposition
from kg.terms import Blank, Iri, Literal, Node, Term, Triple
from kg.times import Span
from tests.contradiction.random_worlds import RandomWorld, fact, worlds
from tests.oracle_bruteforce import Reference, contents, expected, maximal_consistent, reference

Sets = set[frozenset[int]]


def all_found(world: RandomWorld) -> list[Conflict | PositionChange]:
    return [*world.checked.result.conflicts, *world.checked.result.changes]


def found(world: RandomWorld, verdict: Verdict) -> Sets:
    return {frozenset(side.position.index for side in one.sides) for one in all_found(world) if one.verdict is verdict}


def by_claims(world: RandomWorld) -> set[tuple[str, frozenset[frozenset[str]]]]:
    """What was found, with positions named by the claims that hold them."""
    return {
        (one.verdict.value, frozenset(frozenset(claim.iri for claim in side.claims) for side in one.sides))
        for one in all_found(world)
    }


def firm(world: RandomWorld, *, possible: bool = False) -> Reference:
    held = [position for position in world.checked.result.positions if not position.hedged]
    return reference(world.world, held, possible=possible)


# -- conflicts -----------------------------------------------------------------------------------


@settings(max_examples=3 * settings().max_examples)
@given(worlds())
def test_the_conflicts_are_those_of_the_definition(world: RandomWorld) -> None:
    wanted = expected(world.world, world.checked.result.positions)
    assume(not wanted.background_clashes)
    event(f"contradictions: {bool(wanted.contradictions)}")
    assert found(world, Verdict.CONTRADICTION) == wanted.contradictions
    assert found(world, Verdict.UNDECIDED) == wanted.undecided
    assert found(world, Verdict.TENSION) == wanted.tensions
    assert world.checked.result.complete


@given(worlds())
def test_a_background_that_clashes_is_said_with_a_proof(world: RandomWorld) -> None:
    clashes = firm(world).inconsistent(frozenset())
    assert bool(world.checked.result.background_conflicts) == clashes
    for proof in world.checked.result.background_conflicts:
        assert proof.mask == 0 and proof.triple is None


# -- accounts ------------------------------------------------------------------------------------


@given(worlds())
def test_the_accounts_are_the_maximal_consistent_sets_of_each_component(world: RandomWorld) -> None:
    trial = firm(world)
    assume(not trial.inconsistent(frozenset()))
    for component in accounts(world.checked.result, world.world):
        members = frozenset(position.index for position in component.positions)
        listed = [frozenset(position.index for position in account.keeps) for account in component.accounts]
        assert component.complete and len(set(listed)) == len(listed)
        assert set(listed) == maximal_consistent(members, trial.inconsistent)
        left_out = [frozenset(p.index for p in account.leaves_out) for account in component.accounts]
        assert left_out == [members - keeps for keeps in listed]
        # Duality: what accounts leave out are the minimal hitting sets of the conflicts, and the other way round.
        inside = [one for one in found(world, Verdict.CONTRADICTION) if one <= members]
        assert set(minimal_hitting_sets(left_out)) == set(inside)
        assert set(minimal_hitting_sets(inside)) == set(left_out)
        assert members == frozenset().union(*inside)


# -- what must not matter ------------------------------------------------------------------------


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_claims_and_triples_does_not_matter(world: RandomWorld, chance: object) -> None:
    claims, ontology = list(world.dossier.claims), list(world.ontology)
    chance.shuffle(claims)  # type: ignore[attr-defined]  # hypothesis gives no better type
    chance.shuffle(ontology)  # type: ignore[attr-defined]
    other = replace(world.with_claims(tuple(claims)), ontology=tuple(ontology))
    assert {one.id for one in all_found(other)} == {one.id for one in all_found(world)}
    assert by_claims(other) == by_claims(world)
    one, two = world.checked.result.positions, other.checked.result.positions
    assert [(p.key, p.proposition_iri) for p in one] == [(p.key, p.proposition_iri) for p in two]


@given(worlds())
def test_saying_it_again_changes_no_conflict(world: RandomWorld) -> None:
    again = tuple(replace(claim, iri=Iri(f"{claim.iri}/again")) for claim in world.dossier.claims)
    other = world.with_claims((*world.dossier.claims, *again))
    assert {one.id for one in all_found(other)} == {one.id for one in all_found(world)}
    assert len(other.checked.result.positions) == len(world.checked.result.positions)


@given(worlds())
def test_names_do_not_matter(world: RandomWorld) -> None:
    assert by_claims(renamed(world)) == by_claims(world)


@given(worlds(), fact())
def test_more_background_never_makes_a_set_consistent(world: RandomWorld, more: Triple) -> None:
    # Two kinds of background may: that one value includes another, and that two things may be the same one.
    # Both say which values or names exclude each other, and do so on purpose.
    other = world.with_background(more)
    before = [frozenset(side.position.key for side in one.sides) for one in all_found(world)]
    after = [frozenset(side.position.key for side in one.sides) for one in all_found(other)]
    assume(not other.checked.result.background_conflicts)
    assert all(any(new <= old for new in after) for old in before)


@given(worlds())
def test_a_claim_more_never_removes_an_inconsistent_set(world: RandomWorld) -> None:
    claims = world.dossier.claims
    assume(len(claims) > 1)
    fewer = world.with_claims(claims[1:])
    kept = {frozenset(side.position.key for side in one.sides) for one in all_found(world)}
    for one in all_found(fewer):
        assert any(new <= frozenset(side.position.key for side in one.sides) for new in kept)


# -- proofs --------------------------------------------------------------------------------------


@given(worlds())
def test_every_proof_passes_the_checker_and_uses_what_its_conflict_names(world: RandomWorld) -> None:
    for one in all_found(world):
        assert fault_of(one, one.proof, world) is None
        used = {leaf.mask.bit_length() - 1 for leaf in one.proof.leaves() if leaf.mask}
        assert set(range(len(one.sides))) <= used


@given(worlds(), st.data())
def test_a_proof_that_was_tampered_with_fails_the_checker(world: RandomWorld, data: st.DataObject) -> None:
    found = all_found(world)
    assume(found)
    one = data.draw(st.sampled_from(found))
    assert fault_of(one, data.draw(st.sampled_from(list(tampered(one.proof)))), world) is not None


def tampered(proof: Proof) -> Iterator[Proof]:
    """Spoil a proof in one place, in every way that a careless engine might."""
    yield replace(proof, premises=proof.premises[1:])
    yield replace(proof, mask=proof.mask | 1 << 60)
    yield replace(proof, span=Span(proof.span.end + 1, proof.span.start))
    yield replace(proof, rule=None)
    for at, premise in enumerate(proof.premises):
        if premise.rule is not None:
            yield with_premise(proof, at, replace(premise, rule=None, premises=()))
            yield with_premise(proof, at, replace(premise, premises=premise.premises[:-1]))
        if premise.triple is not None:
            other = Triple(Iri("urn:nobody"), premise.triple.p, premise.triple.o)
            yield with_premise(proof, at, replace(premise, triple=other))
            yield with_premise(proof, at, replace(premise, denied=not premise.denied))
        if premise.mask:
            yield with_premise(proof, at, replace(premise, mask=0))


def with_premise(proof: Proof, at: int, premise: Proof) -> Proof:
    return replace(proof, premises=(*proof.premises[:at], premise, *proof.premises[at + 1 :]))


def fault_of(one: Conflict | PositionChange, proof: Proof, world: RandomWorld) -> str | None:
    """Check a proof against what was given, found out anew from the records."""
    positions = {place: side.position for place, side in enumerate(one.sides)}
    facts = {
        index: {(denied, s, p, o) for denied, s, p, o in contents(position, world.world, possible=True)[0]}
        for index, position in positions.items()
    }
    truths = {*world.world.theory.axioms, *world.world.background}

    def given_by_somebody(leaf: Proof) -> bool:
        if leaf.triple is None:
            return False
        if leaf.mask == 0:
            return leaf.triple in truths or leaf.triple.p == Iri("urn:list#member")
        index = leaf.mask.bit_length() - 1
        if leaf.mask != 1 << index:
            return False
        if index not in positions:
            return frozenset((leaf.triple.s, leaf.triple.o)) in world.world.maybe_same
        said = (leaf.denied, *leaf.triple)
        conditional = positions[index].condition is not None and leaf.triple.s == positions[index].proposition_iri
        return conditional or said in facts[index] or leaf.triple.s.startswith("urn:some:")

    return check_proof(proof, given_by_somebody, guard_tests(world.world))


# -- renaming ------------------------------------------------------------------------------------


def renamed(world: RandomWorld) -> RandomWorld:
    """Give every thing, class and property of a world another name; claims keep theirs."""

    def term(one: Term) -> Term:
        if isinstance(one, Blank):
            return Blank(f"_:other-{one[2:]}")
        if isinstance(one, Literal) or not one.startswith("https://example.org/"):
            return one
        return Iri("https://example.net/" + one.rsplit("/", 1)[1][::-1] + "-zz")

    def node(one: Node) -> Node:
        found = term(one)
        assert not isinstance(found, Literal)
        return found

    def triple(one: Triple) -> Triple:
        predicate = term(one.p)
        assert isinstance(predicate, Iri)
        return Triple(node(one.s), predicate, term(one.o))

    def proposition(one: Proposition) -> Proposition:
        return Proposition(*triple(one.triple), holds=one.holds)

    def claim(one: Claim) -> Claim:
        commitments = tuple(Commitment(c.polarity, proposition(c.proposition)) for c in one.commitments)
        return replace(one, commitments=commitments, condition=one.condition and proposition(one.condition))

    dossier = replace(
        world.dossier,
        claims=tuple(map(claim, world.dossier.claims)),
        background=frozenset(map(triple, world.dossier.background)),
    )
    return replace(world, ontology=tuple(map(triple, world.ontology)), dossier=dossier)
