"""Undisputed, every, some: the encoding against the definitions, on conflicts at random and on worlds at random."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from kg.contradiction.accounts import accounts
from kg.contradiction.answers import Answers, Asking, answer, known_facts, within
from kg.contradiction.conflict_index import ConflictColumns, ConflictSets
from kg.contradiction.results import Position
from kg.contradiction.sat import Judge, Under
from kg.contradiction.snapshots import SOME
from kg.contradiction.theory import LIST_MEMBER
from kg.errors import QueryError
from kg.logic.limits import Limits
from kg.model import Polarity
from kg.store.graph_patterns import read_query
from kg.terms import Blank, Iri, Term, n3
from kg.times import Span
from kg.values import canonical
from kg.vocab import NEG, OWL, RDFS, TYPE
from tests.contradiction.random_worlds import CLASSES, RandomWorld, worlds
from tests.oracle_bruteforce import Fact, Reference, maximal_consistent, reference
from tests.worlds import Case, affirms, denies, ex

Set = frozenset[int]


# -- the definitions, by listing every account -----------------------------------------------------


def accounts_of(members: Set, conflicts: Sequence[Set]) -> set[Set]:
    return maximal_consistent(members, lambda chosen: any(one <= chosen for one in conflicts))


def defined(accounts: set[Set], causes: Sequence[Set]) -> Under | None:
    """The strongest sense in which something with these causes holds, from the definitions."""
    if any(cause <= frozenset.intersection(*accounts) for cause in causes):
        return Under.UNDISPUTED
    if all(any(cause <= one for cause in causes) for one in accounts):
        return Under.EVERY
    return Under.SOME if any(cause <= one for cause in causes for one in accounts) else None


members = st.integers(0, 6)
conflict_lists = st.lists(
    st.one_of(
        st.frozensets(members, min_size=2, max_size=3),
        st.frozensets(members, min_size=2, max_size=3),
        st.frozensets(members, min_size=1, max_size=2),
    ),
    min_size=1,
    max_size=9,
)


@st.composite
def disputes(draw: st.DrawFn) -> tuple[list[Set], list[Set]]:
    """Draw conflicts, and causes near to them: the parts of conflicts meet, so that some cover all accounts."""
    conflicts = draw(conflict_lists)
    parts = [one - {a} for one in conflicts for a in sorted(one)]
    parts += [frozenset({a}) for one in conflicts for a in sorted(one)]
    near = st.lists(st.sampled_from(parts), min_size=2, max_size=6)
    far = st.lists(st.frozensets(members, max_size=3), min_size=1, max_size=5)
    return conflicts, draw(st.one_of(near, near, far))


@settings(max_examples=10 * settings().max_examples)
@given(disputes())
def test_judgements_are_those_of_the_definitions(dispute: tuple[list[Set], list[Set]]) -> None:
    conflicts, causes = dispute
    kept = accounts_of(frozenset(range(7)), conflicts)
    judgement = Judge(ConflictSets(conflicts)).judge(causes)
    wanted = defined(kept, causes)
    event(str(wanted))
    assert (judgement.under if judgement else None) == wanted


@settings(max_examples=10 * settings().max_examples)
@given(disputes())
def test_reasons_prove_judgements(dispute: tuple[list[Set], list[Set]]) -> None:
    conflicts, causes = dispute
    judgement = Judge(ConflictSets(conflicts)).judge(causes)
    assume(judgement is not None)
    assert judgement is not None and judgement.settled
    kept = accounts_of(frozenset(range(7)), conflicts)
    because = judgement.because
    assert set(because) <= set(causes)
    match judgement.under:
        case Under.UNDISPUTED:
            [cause] = because
            assert all(cause <= one for one in kept)
        case Under.EVERY:  # they cover the accounts, and none of them can be spared
            assert all(any(cause <= one for cause in because) for one in kept)
            for spared in because:
                rest = [cause for cause in because if cause != spared]
                assert not all(any(cause <= one for cause in rest) for one in kept)
        case Under.SOME:  # they can be held together, and whoever holds them has none of the causes
            assert judgement.counter and any(judgement.counter <= one for one in kept)
            assert not any(cause <= one for one in kept if judgement.counter <= one for cause in causes)


@given(conflict_lists)
def test_columns_hold_the_same_conflicts_as_sets(conflicts: list[Set]) -> None:
    sets = ConflictSets(conflicts)
    listed = sorted({one for position in range(7) for one in sets.of(position)})
    starts = np.cumsum([0, *map(len, listed)])
    flat = np.array([member for one in listed for member in reversed(one)], dtype=np.int64)
    columns = ConflictColumns.build(starts, flat, 7)
    assert all(sorted(columns.of(position)) == sorted(sets.of(position)) for position in range(7))


@given(disputes())
def test_columns_and_sets_give_one_judgement(dispute: tuple[list[Set], list[Set]]) -> None:
    conflicts, causes = dispute
    sets = ConflictSets(conflicts)
    listed = sorted({one for position in range(7) for one in sets.of(position)})
    flat = np.array([member for one in listed for member in one], dtype=np.int64)
    columns = ConflictColumns.build(np.cumsum([0, *map(len, listed)]), flat, 7)
    assert Judge(columns).judge(causes) == Judge(sets).judge(causes)


# Like the cases of the unit test of ORBITS: 1 and 2 exclude each other, so do 3 and 4, and 4 and 5; 9 excludes
# itself, and so nothing else; of 6, 7 and 8 any two can be held.
CONFLICTS = ConflictSets([{1, 2}, {3, 4}, {4, 5}, {9}, {9, 10}, {6, 7, 8}])


@pytest.mark.parametrize(
    ("causes", "under"),
    [
        pytest.param([{0}], Under.UNDISPUTED, id="a cause in no conflict"),
        pytest.param([{1, 2}], None, id="the only cause contradicts itself"),
        pytest.param([{1, 2}, {3}], Under.SOME, id="one cause contradicts itself, the other is disputed"),
        pytest.param([{10}], Under.UNDISPUTED, id="undisputed, for what excludes it excludes itself"),
        pytest.param([{1}, {2}], Under.EVERY, id="one of two exclusive causes is always kept"),
        pytest.param([{4}, {3, 5}], Under.EVERY, id="one cause, or all that excludes it"),
        pytest.param([{4}, {3}], Under.EVERY, id="one cause, or part of what excludes it"),
        pytest.param([{1, 4}], Under.SOME, id="both disputed, in one cause"),
        pytest.param([{1, 4}, {2, 3}], Under.SOME, id="two causes that leave a gap"),
        pytest.param([{1, 4}, {2, 3}, {1, 3}, {2, 4}], Under.EVERY, id="four causes that leave none"),
        pytest.param([{9}], None, id="the only cause excludes itself"),
        pytest.param([{6}, {7}], Under.EVERY, id="two of three that cannot all be held"),
        pytest.param([{6, 7}, {7, 8}], Under.SOME, id="two of the three ways to hold two of three"),
        pytest.param([{6, 7}, {7, 8}, {6, 8}], Under.EVERY, id="all three ways to hold two of three"),
        pytest.param([frozenset()], Under.UNDISPUTED, id="background alone"),
        pytest.param([], None, id="no cause at all"),
    ],
)
def test_named_cases(causes: list[set[int]], under: Under | None) -> None:
    judgement = Judge(CONFLICTS).judge(causes)
    assert (judgement.under if judgement else None) == under


def test_a_search_that_is_cut_short_says_so() -> None:
    # Seven pigeons in six holes, as causes: every account leaves a pigeon out, and to see that takes a search.
    pigeons, holes = range(7), range(6)
    at = {(p, h): 100 + 10 * p + h for p in pigeons for h in holes}
    conflicts = [{at[p, h], at[q, h]} for p in pigeons for q in pigeons for h in holes if p < q]
    conflicts += [{p, at[p, h]} for p in pigeons for h in holes]
    everywhere = Judge(ConflictSets(conflicts)).judge([{p} for p in pigeons])
    cut = Judge(ConflictSets(conflicts), budget=3).judge([{p} for p in pigeons])
    assert everywhere is not None and everywhere.settled and everywhere.under is Under.EVERY
    assert cut is not None and not cut.settled and cut.under is Under.SOME


# -- whole worlds ----------------------------------------------------------------------------------


Pattern = tuple[bool, str | Term, str | Term, str | Term]
"""Whether it asks for a denial; subject, predicate and object, or variables such as `?x`."""


@dataclass(frozen=True)
class Question:
    """A query in a form that a few lines can answer: alternatives of patterns, and a value that is not wanted."""

    branches: tuple[tuple[Pattern, ...], ...]
    unwanted: Term | None

    @property
    def sparql(self) -> str:
        parts = ["{" + " . ".join(map(self._pattern, branch)) + "}" for branch in self.branches]
        test = f"FILTER(!bound(?x) || ?x != {n3(self.unwanted)})" if self.unwanted else ""
        return f"SELECT ?x ?y {{ {' UNION '.join(parts)} {test} }}"

    @staticmethod
    def _pattern(pattern: Pattern) -> str:
        denied, *slots = pattern
        triple = " ".join(slot if _is_variable(slot) else n3(slot) for slot in slots)  # type: ignore[misc, arg-type]
        return f"GRAPH neg:denied {{ {triple} }}" if denied else triple

    def rows(self, facts: frozenset[Fact]) -> set[tuple[Term | None, ...]]:
        found = {
            tuple(one.get(name) for name in ("?x", "?y")) for branch in self.branches for one in _all(branch, facts)
        }
        return {row for row in found if row[0] is None or row[0] != self.unwanted}


def _is_variable(slot: object) -> bool:
    return isinstance(slot, str) and slot.startswith("?")


def _all(branch: Sequence[Pattern], facts: frozenset[Fact]) -> Iterator[dict[str, Term]]:
    bindings: list[dict[str, Term]] = [{}]
    for denied, *slots in branch:
        longer = []
        for binding in bindings:
            wanted = [binding.get(slot, slot) if _is_variable(slot) else slot for slot in slots]  # type: ignore[call-overload]
            for fact in facts:
                if fact[0] == denied and all(_is_variable(w) or w == t for w, t in zip(wanted, fact[1:], strict=True)):
                    new = {w: t for w, t in zip(wanted, fact[1:], strict=True) if _is_variable(w)}
                    if all(t == new[w] for w, t in zip(wanted, fact[1:], strict=True) if _is_variable(w)):
                        longer.append(binding | new)
        bindings = longer
    yield from bindings


@st.composite
def questions(draw: st.DrawFn, world: RandomWorld) -> Question:
    """Draw a question near to what is said: triples of the world, or the sides of a conflict, with some variables."""
    near = [c.proposition.triple for claim in world.dossier.claims for c in claim.commitments]
    near += [t for t in world.dossier.background if t.o != ex("Entry")]
    near += [(t.s, TYPE, c) for t in near[:2] for c in CLASSES]
    variables = st.sampled_from(["?x", "?y", "?z"])

    def pattern(triple: tuple[Term, Term, Term], *, denied: bool) -> Pattern:
        s, p, o = triple
        subject: str | Term = draw(variables) if isinstance(s, Blank) or draw(st.booleans()) else s
        obj: str | Term = canonical(o)
        if isinstance(o, Blank) or (p != TYPE and draw(st.booleans())) or draw(st.integers(0, 3)) == 0:
            obj = draw(variables)
        return denied, subject, p, obj

    conflicts = [*world.checked.result.conflicts, *world.checked.result.changes]
    if conflicts and draw(st.booleans()):  # "one side or another": often so in every account, and undisputed in none
        sides = [side.position for side in draw(st.sampled_from(conflicts)).sides]
        return Question(tuple((exactly(side),) for side in sides), None)
    count = st.integers(1, 2)
    branches = tuple(
        tuple(pattern(draw(st.sampled_from(near)), denied=draw(st.integers(0, 5)) == 0) for _ in range(draw(count)))
        for _ in range(draw(count))
    )
    return Question(branches, draw(st.sampled_from([None, None, ex("x"), ex("A")])))


def exactly(position: Position) -> Pattern:
    s, p, o = ("?z" if isinstance(term, Blank) else canonical(term) for term in position.proposition.triple)
    return position.polarity is Polarity.DENIES, s, p, o


def snapshots(trial: Reference, chosen: Set) -> list[frozenset[Fact]]:
    """What is so at each instant if these positions hold; they must be consistent."""
    items = [item for item in trial.items if item.index in chosen]
    met: set[Fact] = set()
    while True:
        known = {instant: trial.snapshot(instant, items, met) for instant in trial.instants()}
        now = met | {
            promise.then
            for promise in trial.promises
            for instant, facts in known.items()
            if promise.during.start <= instant <= promise.during.end and facts and promise.wanted in facts
        }
        if now == met:
            hidden = (LIST_MEMBER, NEG.heldUnder, NEG.wasMet)
            return [frozenset(fact for fact in facts or () if fact[2] not in hidden) for facts in known.values()]
        met = now


def brute_force(world: RandomWorld, question: Question) -> dict[Under, set[tuple[Term | None, ...]]]:
    """Answer a question in every account, one by one."""
    firm = [position for position in world.checked.result.positions if not position.hedged]
    trial = reference(world.world, firm, possible=False)
    assume(not trial.inconsistent(frozenset()))
    every_account = maximal_consistent(frozenset(position.index for position in firm), trial.inconsistent)

    def rows(chosen: Set) -> set[tuple[Term | None, ...]]:
        return set().union(*(question.rows(facts) for facts in set(snapshots(trial, chosen))))

    by_account = [rows(one) for one in every_account]
    event(f"accounts: {min(len(every_account), 4)}")
    return {
        Under.UNDISPUTED: rows(frozenset.intersection(*every_account)),
        Under.EVERY: set.intersection(*by_account),
        Under.SOME: set.union(*by_account),
    }


disputed_worlds = st.one_of(worlds(dated=False, most=5), worlds(most=5)).filter(
    lambda world: bool(world.checked.result.conflicts) and not world.checked.result.background_conflicts
)


def asked(world: RandomWorld, question: Question, under: Under) -> Answers:
    facts = known_facts(world.checked.certain)
    return answer(read_query(question.sparql), facts, world.checked, Asking(under))


def values(world: RandomWorld, answers: Answers) -> set[tuple[Term | None, ...]]:
    """The rows, with the unnamed things that a denial speaks of called as the oracle calls them."""
    witness = {Iri(SOME + p.key): Blank(f"_:witness-{p.index}") for p in world.checked.result.positions}
    return {tuple(witness.get(t, t) if isinstance(t, Iri) else t for t in row.values) for row in answers}


@given(disputed_worlds, st.data())
def test_answers_are_those_of_every_account_asked_one_by_one(world: RandomWorld, data: st.DataObject) -> None:
    question = data.draw(questions(world))
    wanted = brute_force(world, question)
    for under in Under:
        found = asked(world, question, under)
        assert values(world, found) == wanted[under], under
        assert found.complete and len({row.values for row in found}) == len(found)
    event(f"in every account, and disputed: {wanted[Under.EVERY] != wanted[Under.UNDISPUTED]}")
    event(f"in some accounts only: {wanted[Under.SOME] != wanted[Under.EVERY]}")


@settings(max_examples=settings().max_examples // 2)
@given(disputed_worlds, st.data())
def test_each_sense_includes_the_one_before(world: RandomWorld, data: st.DataObject) -> None:
    question = data.draw(questions(world))
    undisputed, every, some = ({row.values for row in asked(world, question, under)} for under in Under)
    assert undisputed <= every <= some


# -- what people ask -------------------------------------------------------------------------------

ONTOLOGY = """
    ex:Cancelled rdfs:subClassOf ex:Scheduled . ex:Held rdfs:subClassOf ex:Scheduled .
    ex:Cancelled owl:disjointWith ex:Held .
    ex:Scheduled neg:persistence neg:Permanent . ex:Cancelled neg:persistence neg:Permanent .
    ex:Held neg:persistence neg:Permanent . ex:rate neg:persistence neg:State .
"""


def ask(case: Case, text: str, under: Under = Under.SOME, **how: object) -> Answers:
    prefixes = {"ex": "https://example.org/", "neg": NEG, "rdfs": RDFS, "owl": OWL}
    how_asked = Asking(under, within(how.get("at")))  # type: ignore[arg-type]
    return answer(read_query(text, prefixes=prefixes), known_facts(case.checked.certain), case.checked, how_asked)


def held(case: Case, text: str) -> Under | None:
    found = ask(case, text)
    return found.rows[0].under if found.rows else None


@pytest.fixture(scope="module")
def meeting() -> Case:
    """An adviser: "not cancelled, not even scheduled"; two papers: "cancelled"; a leak: "scheduled"; a minister: "held"."""
    return Case(
        [
            denies("adviser", "ex:m", "a", "ex:Cancelled"),
            denies("adviser", "ex:m", "a", "ex:Scheduled"),
            affirms("paper", "ex:m", "a", "ex:Cancelled", on="2019-01-21"),
            affirms("wire", "ex:m", "a", "ex:Cancelled", on="2019-01-22"),
            affirms("leak", "ex:m", "a", "ex:Scheduled"),
            affirms("minister", "ex:m", "a", "ex:Held"),
        ],
        ontology=ONTOLOGY,
    )


def test_the_meeting_that_was_cancelled_and_held(meeting: Case) -> None:
    assert len(meeting.result.conflicts) == 8
    [component] = accounts(meeting.result, meeting.world)
    assert len(component.accounts) == 3
    scheduled_in = [any(p.polarity is Polarity.AFFIRMS for p in account.keeps) for account in component.accounts]
    assert sum(scheduled_in) == 2
    assert held(meeting, "ASK { ex:m a ex:Scheduled }") is Under.SOME
    assert held(meeting, "ASK { ex:m a ex:Cancelled }") is Under.SOME
    assert held(meeting, "ASK { ex:m a ex:Cancelled, ex:Held }") is None
    scheduled = ask(meeting, "ASK { ex:m a ex:Scheduled }").rows[0]
    assert {claim.speaker for basis in scheduled.causes for p in basis.positions for claim in p.claims} == {
        ex(name) for name in ("paper", "wire", "leak", "minister")
    }
    assert [claim.iri for position in scheduled.counter for claim in position.claims] == [ex("c2")]
    assert scheduled.roots == tuple(ex(name) for name in ("leak", "minister", "paper", "wire"))


def test_what_follows_from_either_side_holds_in_every_account() -> None:
    case = Case(
        [affirms("paper", "ex:m", "a", "ex:Cancelled"), affirms("minister", "ex:m", "a", "ex:Held")], ontology=ONTOLOGY
    )
    [row] = ask(case, "SELECT ?m { ?m a ex:Scheduled }", Under.EVERY)
    assert row.under is Under.EVERY and row.counter == ()
    assert {basis.positions[0].claims[0].speaker for basis in row.because} == {ex("paper"), ex("minister")}
    assert not ask(case, "SELECT ?m { ?m a ex:Scheduled }", Under.UNDISPUTED).rows
    assert held(case, "ASK { ex:m a ex:Held }") is Under.SOME


def test_nothing_denied_or_only_possible_is_given_as_so() -> None:
    case = Case(
        [denies("ann", "ex:m", "a", "ex:Held"), affirms("bob", "ex:n", "a", "ex:Held", certainty="Possible")],
        ontology=ONTOLOGY,
    )
    assert not ask(case, "SELECT ?m { ?m a ex:Held }").rows
    [row] = ask(case, "SELECT ?m { GRAPH neg:denied { ?m a ex:Held } }", Under.UNDISPUTED)
    assert row.values == (ex("m"),)


def test_a_position_that_contradicts_the_record_supports_nothing() -> None:
    case = Case([affirms("ann", "ex:m", "a", "ex:Held")], ontology=ONTOLOGY, background="ex:m a ex:Cancelled .")
    assert not ask(case, "ASK { ex:m a ex:Held }").yes
    [row] = ask(case, "ASK { ex:m a ex:Scheduled }", Under.UNDISPUTED)
    assert row.causes[0].positions == ()


def test_the_facts_of_an_answer_hold_at_one_time() -> None:
    case = Case(
        [
            affirms("ann", "ex:t", "ex:rate", "10", holds="2019-01"),
            affirms("bob", "ex:u", "ex:rate", "10", holds="2019-02"),
            affirms("cem", "ex:v", "ex:rate", "10", holds="2019-01-20/2019-02-10"),
        ],
        ontology=ONTOLOGY,
    )
    pairs = {row.values for row in ask(case, "SELECT ?a ?b { ?a ex:rate ?r . ?b ex:rate ?r FILTER(?a != ?b) }")}
    assert pairs == {tuple(map(ex, pair)) for pair in ("tv", "vt", "uv", "vu")}
    [row] = ask(case, "ASK { ex:t ex:rate ?r . ex:v ex:rate ?r }")
    assert row.causes[0].span == within("2019-01-20/2019-01-31")
    for date, things in (("2019-01-10", "t"), ("2019-01-25", "tv"), ("2019-02", "uv"), ("2020", "")):
        found = ask(case, "SELECT ?t { ?t ex:rate 10 }", at=date)
        assert {row.values for row in found} == {(ex(thing),) for thing in things}, date
    assert within(None) != within("2019") == Span(within("2019-01").start, within("2019-12").end)
    with pytest.raises(QueryError, match="not a date"):
        within("yesterday")


def test_an_account_may_have_it_at_another_time_than_the_next() -> None:
    case = Case(
        [
            affirms("ann", "ex:m", "a", "ex:Cancelled", on="2019-01-01"),
            affirms("bob", "ex:m", "a", "ex:Held", on="2019-02-01"),
        ],
        ontology=ONTOLOGY,
    )
    assert held(case, "ASK { ex:m a ex:Scheduled }") is Under.EVERY
    assert ask(case, "ASK { ex:m a ex:Scheduled }", at="2019-01-15").rows[0].under is Under.SOME


def test_a_change_of_position_divides_accounts() -> None:
    case = Case(
        [
            affirms("ann", "ex:m", "a", "ex:Held", on="2019-01-01"),
            denies("ann", "ex:m", "a", "ex:Held", on="2019-02-01"),
        ],
        ontology=ONTOLOGY,
    )
    assert not case.result.conflicts and len(case.result.changes) == 1
    assert held(case, "ASK { ex:m a ex:Held }") is Under.SOME


def test_a_search_for_matches_that_is_cut_short_says_so(meeting: Case) -> None:
    query = read_query("SELECT ?s ?o { ?s ?p ?o }")
    found = answer(query, known_facts(meeting.checked.certain), meeting.checked, Asking(steps=5))
    assert not found.complete and "stopped after 5" in found.incomplete[0]


def test_a_search_stops_when_the_time_is_over() -> None:
    case = Case([affirms("ann", f"ex:m{at}", "a", "ex:Held") for at in range(8)], ontology=ONTOLOGY)
    query = read_query("SELECT ?a { ?a a ?b . ?c a ?d . ?e a ?f . ?g a ?h }")
    readings = iter(range(10_000))
    limits = Limits(seconds=2, clock=lambda: float(next(readings)))
    found = answer(query, known_facts(case.checked.certain), case.checked, Asking(Under.SOME, limits=limits))
    assert found.incomplete[0].startswith("the search stopped after 2 seconds; answers may be missing")
    assert "were not judged: the work stopped after 2 seconds" in found.incomplete[1] and not found.rows
