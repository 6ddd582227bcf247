"""From a store to what is disputed in it: candidates, groups, exact check, and the records of what clashes.

The result is a small set of graphs with the same conflicts as the whole, ids, sides and kinds, so that everything
else (proofs, accounts, reports) is the ordinary check of these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from kg.contradiction.columnar.as_columns import case_of
from kg.contradiction.columnar.case import Case
from kg.contradiction.columnar.compiled import find
from kg.contradiction.columnar.run import ColumnarRun
from kg.contradiction.positions import positions, standing
from kg.contradiction.pushed import Goal, Links, Place, Plan, Side, gather, ground, plan_of
from kg.contradiction.results import Position
from kg.contradiction.snapshots import build_world, guard_tests
from kg.contradiction.theory import Theory
from kg.logic.limits import Limits
from kg.model import Dossier, Polarity
from kg.pushed.asking import OUTSIDE, Asking, batched
from kg.pushed.bringing import Bringing, Spellings, merged, spoke
from kg.pushed.recording import claims_saying, describe, records
from kg.pushed.replicating import Replicated, replicate
from kg.rdf import TRUE, dossier_triples
from kg.store.protocol import Store
from kg.store.remote import RemoteStore
from kg.terms import Blank, Iri, Term, Triple
from kg.values import canonical
from kg.vocab import NEG, ONTOLOGY_GRAPH, OWL

BATCH = 1_000
"""How many candidates are looked at together."""
MOST_ROUNDS = 20
_ACTS = {Polarity.AFFIRMS: NEG.affirms, Polarity.DENIES: NEG.denies}


@dataclass(frozen=True, slots=True)
class Disputed:
    """The graphs of what clashes, with all that it rests on.

    `claims` counts the claims of the store, `candidates` the things looked at, `brought` the contents that were
    brought for them; `cells` counts the terms that the store answered with, by question, and `asked` the questions.
    """

    graphs: Mapping[Iri, frozenset[Triple]]
    claims: int
    candidates: int
    brought: int
    asked: int
    cells: Mapping[str, int]
    incomplete: tuple[str, ...]


def disputed(store: Store, theory: Theory, limits: Limits | None = None, batch: int = BATCH) -> Disputed:
    """Find in a store everything that conflicts rest on, without reading the rest."""
    return Pushing(_asking(store), theory, (limits or Limits()).started(), batch).run()


def _asking(store: Store) -> Asking:
    if not isinstance(store, RemoteStore):
        return Asking(store)
    outside = (*OUTSIDE, *sorted(store.dialect.hidden))
    return Asking(store.asked_itself(), outside, store.asked_itself(respelt=False), store.spelt)


@dataclass(slots=True)
class Pushing:
    """One check where the data is."""

    asking: Asking
    theory: Theory
    limits: Limits
    batch: int = BATCH
    links: Links = field(default_factory=Links)
    shared: list[Dossier] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    contents: set[tuple[Term, ...]] = field(default_factory=set)
    background: set[tuple[Iri, Triple]] = field(default_factory=set)
    speaking: set[Term | None] = field(default_factory=set)
    candidates: int = 0
    brought: int = 0
    spellings: Spellings | None = None
    _judged: set[int] = field(default_factory=set)

    def run(self) -> Disputed:
        """Find what is disputed."""
        replicated = replicate(self.asking, self.theory)
        self.shared = list(replicated.dossiers)
        plan = plan_of(ground(self.theory, self.shared, replicated.kinds, self.limits))
        self.incomplete += plan.rows.left_out
        if plan.has_same:
            self._find_links(plan, replicated)
        for seeds in self._batches(plan, [goal for goal in plan.goals if not goal.for_same]):
            group = self._group(plan, replicated, seeds)
            if group is not None:
                self._judge(*group)
        (total,) = self.asking.rows("claims")
        return Disputed(
            graphs=self._graphs(replicated),
            claims=int(str(total[0])),
            candidates=self.candidates,
            brought=self.brought,
            asked=sum(self.asking.asked.values()),
            cells=dict(self.asking.cells),
            incomplete=tuple(dict.fromkeys(self.incomplete)),
        )

    # -- candidates ------------------------------------------------------------------------------

    def _batches(self, plan: Plan, goals: Sequence[Goal]) -> Iterator[dict[Goal, set[Term]]]:
        """Yield candidates with the goals that each is one for, so many at a time."""
        wanted: dict[Term, list[Goal]] = defaultdict(list)
        known = {term for _, s, o in plan.rows.known for term in (s, o)} | self.links.names()
        for goal in goals:
            for term in self._seeds(plan, goal, known):
                wanted[term].append(goal)
        self.candidates += len(wanted)
        for some in list(batched(sorted(wanted, key=str), self.batch)) or ([()] if plan.always else []):
            seeds: dict[Goal, set[Term]] = defaultdict(set)
            for term in some:
                for goal in wanted[term]:
                    seeds[goal].add(term)
            yield dict(seeds)

    def _seeds(self, plan: Plan, goal: Goal, known: set[Term]) -> set[Term]:
        constants = {
            plan.rows.case.terms.term(number)
            for side in goal.sides
            for place in side.places
            for number in plan.witness[place].constants
        }
        own = {
            plan.rows.case.terms.term(number)
            for row, key in goal.rows
            for kind, s, o in row.body
            for side, slot in enumerate((s, o))
            if slot == key and not (side and kind < 0)
            for number in plan.witness[Place(kind, side)].constants
        }
        found = {canonical(term) for term in self._from_store(plan, goal) | known | constants | own}
        if goal.test is None:
            return found
        name, slot = goal.test
        test = guard_tests(build_world((), self.theory))[name]
        other = plan.rows.case.terms.term(slot) if isinstance(slot, int) else None
        return {term for term in found if test(term, term if other is None else other)}

    def _from_store(self, plan: Plan, goal: Goal) -> set[Term]:
        if not all(side.places for side in goal.sides) or not goal.sides:
            return set()
        if len(goal.sides) == 2:
            return set(self.asking.having_both(*goal.sides, plan.rows))
        (side,) = goal.sides
        found = set(self.asking.having(side, plan.rows))
        return found | self._beside_links(plan, side) if side.many else found

    def _beside_links(self, plan: Plan, side: Side) -> set[Term]:
        """Return what has, opposite, a thing with two names: then one statement is as good as two."""
        names = self.links.names()
        if not names:
            return set()
        bringing = Bringing(self.asking, plan.rows, frozenset(), self._spellings(plan))
        facts = bringing.about({place.other: names for place in side.places if place.kind in plan.rows.kinds})
        return {term for _, s, o in facts for term in (s, o)}

    def _spellings(self, plan: Plan) -> Spellings:
        if self.spellings is None:
            self.spellings = Spellings(self.asking, plan.rows)
        return self.spellings

    # -- groups ------------------------------------------------------------------------------------

    def _group(
        self, plan: Plan, replicated: Replicated, seeds: Mapping[Goal, set[Term]]
    ) -> tuple[Bringing, Case, tuple[Position, ...]] | None:
        """Bring what belongs to some candidates; None if that is no more than what was judged before."""
        bringing = Bringing(self.asking, plan.rows, replicated.unique, self._spellings(plan))
        group = gather(plan, self.links, seeds, bringing)
        bringing.complete({*self.links.names(), *(term for terms in group.seen.values() for term in terms)})
        self.incomplete += bringing.incomplete
        content = hash(
            (frozenset(bringing.said), frozenset(bringing.recorded), frozenset(bringing.posts), len(self.shared))
        )
        if content in self._judged:
            return None
        self._judged.add(content)
        self.brought += len(bringing.said)
        dossiers = bringing.dossiers(self.shared)
        world = build_world(dossiers, self.theory)
        stand = standing(claim for dossier in dossiers for claim in dossier.claims)
        held = positions(stand.claims, self.theory, world.properties)
        return bringing, case_of(world, held), held

    def _judge(self, bringing: Bringing, case: Case, held: Sequence[Position]) -> None:
        """Find what clashes in a group; remember its contents, and the background that was brought for the group."""
        found = find(case, self.limits)
        self.incomplete += found.incomplete
        members = {int(member) for row in found.conflicts.members for member in row if member >= 0}
        for member in members:
            self._keep(held[member])
        if members or found.ground or found.ground_if_possible:
            self.background |= {(quad.g, quad.triple) for quad in bringing.recorded if quad.g is not None}
            self.speaking |= {claim for claim, *_ in bringing.posts}

    def _keep(self, position: Position) -> None:
        """Remember the contents of a position; of a value what it means, however it is written."""
        for claim in position.claims:
            for one in claim.commitments:
                said = one.proposition
                content = (_ACTS[one.polarity], said.subject, said.predicate, canonical(said.object))
                if one.polarity is position.polarity and content[3] == canonical(position.proposition.object):
                    self.contents.add(content)

    # -- names of one thing --------------------------------------------------------------------------

    def _find_links(self, plan: Plan, replicated: Replicated) -> None:
        """Find which names may stand for one thing: what is said to be so, and what follows, until nothing new does."""
        same = plan.rows.same
        for kind, one, other in plan.rows.known:
            if kind == same:
                self.links.add(one, other)
        goals = [goal for goal in plan.goals if goal.for_same]
        for _ in range(MOST_ROUNDS):
            new = False
            for seeds in self._batches(plan, goals):
                group = self._group(plan, replicated, seeds)
                if group is not None:
                    self._judge(*group)
                    new = self._linked(*group) or new
            if not new:
                return
        self.incomplete.append(f"which names stand for one thing was not settled in {MOST_ROUNDS} rounds")

    def _linked(self, bringing: Bringing, case: Case, held: Sequence[Position]) -> bool:
        """Take in which names one group makes one thing, with what that rests on; say whether anything was new."""
        firm = np.array([not position.hedged for position in held], bool)
        every = np.ones(len(held), bool)
        behind: set[int] = set()
        new = False
        for rows, possible in ((firm, False), (firm, True), (every, False)):
            run = ColumnarRun(case, rows, self.limits, possible=possible)
            run.outcome()
            kind = 2 * case.terms.number(OWL.sameAs)
            for part in (
                *run.engine.old.get(kind, ()),
                *([run.engine.edges[kind]] if kind in run.engine.edges else ()),
            ):
                for s, o, label in zip(part.s.tolist(), part.o.tolist(), part.sets.tolist(), strict=True):
                    one, other = case.terms.term(s), case.terms.term(o)
                    if one == other:
                        continue
                    behind |= {member for member in label if 0 <= member < len(held)}
                    new = self.links.add(one, other) or new
        if new:
            self._share([held[member] for member in sorted(behind)], bringing)
        return new

    def _share(self, behind: Sequence[Position], bringing: Bringing) -> None:
        """Let every group have the positions by which names are one thing, and what was brought beside them."""
        claims = [claim for position in behind for claim in position.claims]
        claims += [claim for row in bringing.posts for claim in spoke(row)]
        graphs: dict[Iri, set[Triple]] = defaultdict(set)
        for quad in bringing.recorded:
            if quad.g is not None:
                graphs[quad.g].add(quad.triple)
        parts = [Dossier(graph, (), frozenset(some), graph in bringing.unique) for graph, some in graphs.items()]
        own = Dossier(Iri(f"urn:group:shared:{len(self.shared)}"), tuple(dict.fromkeys(claims)))
        self.shared = list(merged([*self.shared, *parts, own]))

    # -- the records of what clashes -------------------------------------------------------------------

    def _graphs(self, replicated: Replicated) -> dict[Iri, frozenset[Triple]]:
        """Bring the records of the claims that clash, and what is known of who and what they name."""
        graphs: dict[Iri, set[Triple]] = defaultdict(set)
        for dossier in replicated.dossiers:
            graphs[dossier.iri].update(dossier_triples(dossier))
        for graph, triple in self.background:
            graphs[graph].add(triple)
        claims = {claim for claim in self.speaking if isinstance(claim, Iri)}
        claims |= claims_saying(self.asking, self.contents)
        whole = {*replicated.read_whole}
        for quad in records(self.asking, claims):
            if quad.g is not None and not (quad.g in whole and isinstance(quad.s, Blank)):
                graphs[quad.g].add(quad.triple)
        describe(self.asking, graphs)
        for graph in {*graphs} & replicated.unique:
            graphs[graph].add(Triple(graph, NEG.uniqueNames, TRUE))
        graphs.pop(ONTOLOGY_GRAPH, None)
        return {graph: frozenset(triples) for graph, triples in graphs.items()}
