"""Whatever is said, the check where the data is finds what the check of everything finds."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from kg.contradiction import check
from kg.model import Claim, Dossier, Proposition, Withdrawal
from kg.pushed import disputed
from kg.terms import Blank, Iri, Node, Term, Triple
from tests.contradiction.random_worlds import RandomWorld, worlds
from tests.pushed.whole import conflicts, dossiers_of, of_extract, store_of
from tests.worlds import ex

BATCHES = st.sampled_from([1, 7, 1_000])


def assert_found(world: RandomWorld, batch: int, *more: Dossier) -> None:
    theory = world.checked.world.theory
    store = store_of([world.dossier, *more])
    found = disputed(store, theory, batch=batch)
    expected = check(dossiers_of(store), theory).result  # a store calls nameless things what it likes
    event(f"complete: {not found.incomplete}")
    event(f"conflicts: {min(2, len(expected.conflicts))}")
    event(f"the recorder contradicts himself: {bool(expected.background_conflicts)}")
    event(f"withdrawn: {min(2, len(expected.withdrawn))}")
    if not found.incomplete:
        result = of_extract(found, theory)
        assert conflicts(result) == conflicts(expected)
        assert bool(result.background_conflicts) == bool(expected.background_conflicts)


@settings(max_examples=settings().max_examples // 4)
@given(worlds(), BATCHES)
def test_it_finds_the_same(world: RandomWorld, batch: int) -> None:
    """Everything has a name, so that the store is asked for all of it."""
    assert_found(replace(world, dossier=named(world.dossier)), batch)


@settings(max_examples=settings().max_examples // 8)
@given(worlds(), BATCHES)
def test_it_finds_the_same_where_things_have_no_name(world: RandomWorld, batch: int) -> None:
    assert_found(world, batch)


@settings(max_examples=settings().max_examples // 4)
@given(worlds(), BATCHES, st.data())
def test_it_finds_the_same_where_claims_are_withdrawn(world: RandomWorld, batch: int, data: st.DataObject) -> None:
    """By claims of the same graph and of another, by those who may and those who may not, and withdrawn again."""
    assume(world.dossier.claims)
    plain = named(world.dossier)
    some = st.sampled_from(plain.claims)
    here = {one.iri: data.draw(withdrawals(some)) for one in plain.claims if data.draw(st.integers(0, 2)) == 0}
    claims = tuple(replace(one, withdraws=here.get(one.iri, ())) for one in plain.claims)
    later = tuple(
        Claim(ex(f"later{number}"), one.speaker, one.said_on, withdraws=((Withdrawal.RETRACTS, one.iri),))
        for number, one in enumerate(data.draw(st.lists(some, max_size=2)))
    )
    assert_found(
        replace(world, dossier=replace(plain, claims=claims)), batch, Dossier(Iri("urn:later"), later, frozenset())
    )


def withdrawals(claims: st.SearchStrategy[Claim]) -> st.SearchStrategy[tuple[tuple[Withdrawal, Node], ...]]:
    return st.tuples(st.tuples(st.sampled_from(Withdrawal), claims.map(lambda claim: claim.iri)))


def named(dossier: Dossier) -> Dossier:
    """Give the nameless things of a dossier names."""
    return replace(
        dossier,
        claims=tuple(_named_claim(claim) for claim in dossier.claims),
        background=frozenset(Triple(_named(t.s), t.p, _named(t.o)) for t in dossier.background),  # type: ignore[arg-type]
    )


def _named_claim(claim: Claim) -> Claim:
    commitments = tuple(replace(one, proposition=_named_content(one.proposition)) for one in claim.commitments)
    condition = None if claim.condition is None else _named_content(claim.condition)
    return replace(claim, commitments=commitments, condition=condition)


def _named_content(one: Proposition) -> Proposition:
    return replace(one, subject=_named(one.subject), object=_named(one.object))  # type: ignore[arg-type]  # a node


def _named(term: Term) -> Term:
    return ex(f"named-{term[2:]}") if isinstance(term, Blank) else term
