"""The conflicts of a small graph: what each counts for, and where it is listed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from kg.contradiction import CheckResult
from kg.contradiction.results import Component, Conflict, Position, PositionChange, Verdict, Withdrawn
from kg.errors import QueryError, did_you_mean
from kg.explorer.catalog import MOST_CHOICES, MOST_LISTED, PAGE, Counts, Facet, Filter, Order, Outline, Slice
from kg.explorer.facets import Wordings
from kg.explorer.kinds import Kinds
from kg.explorer.naming import Names
from kg.explorer.recorded import Recorded
from kg.graph import KnowledgeGraph
from kg.model import Claim
from kg.spoken import things_in
from kg.terms import Literal, Node, n3
from kg.times import first_second, month_of

T = TypeVar("T")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a conflict counts for."""

    actor: frozenset[Node]
    kind: frozenset[str]
    verdict: Verdict
    issue: frozenset[Node]
    month: frozenset[str]
    things: frozenset[Node]
    newest: float

    def fit(self, wanted: Filter, besides: str = "") -> bool:
        """Say whether a filter lets the conflict through, with one part of it left aside."""
        return (
            (wanted.actor is None or besides == "actor" or wanted.actor in self.actor)
            and (wanted.kind is None or besides == "kind" or wanted.kind in self.kind)
            and (wanted.verdict is None or besides == "verdict" or wanted.verdict is self.verdict)
            and (wanted.issue is None or besides == "issue" or wanted.issue in self.issue)
            and (wanted.month is None or besides == "month" or wanted.month in self.month)
        )


class SmallDisputes(ABC):
    """The part of a `Catalog` that is about conflicts."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.graph = graph
        self._kinds = Kinds(graph.ontology)
        self._recorded = Recorded(graph.dossiers, self._kinds)
        self._words = Wordings(Names(graph.store.graphs()).name, graph.prose.name)

    @property
    def _result(self) -> CheckResult:
        return self.graph.check()

    def counts(self) -> Counts:
        """Count."""
        result = self._result
        return Counts(
            claims=len(result.claims),
            positions=len(result.positions),
            verdicts=dict(result.verdicts()),
            changes=len(result.changes),
            withdrawn=len(result.withdrawn),
            knots=len(self._components),
        )

    # -- lists ---------------------------------------------------------------------------------

    def disputes(self, wanted: Filter, start: int = 0, count: int = PAGE) -> Slice[Conflict]:
        """Return the conflicts that are wanted, ranked."""
        found = [conflict for conflict in self._result.conflicts if self._marks[conflict.id].fit(wanted)]
        if wanted.order is Order.NEWEST:
            found.sort(key=lambda conflict: -self._marks[conflict.id].newest)
        return cut(found, start, count)

    def facets(self, wanted: Filter) -> tuple[Facet, ...]:
        """Return the facets actor, kind, verdict, issue and month."""
        actors = Counter(node for marks in self._fitting(wanted, "actor") for node in marks.actor)
        kinds = Counter(kind for marks in self._fitting(wanted, "kind") for kind in marks.kind)
        verdicts = Counter(marks.verdict for marks in self._fitting(wanted, "verdict"))
        issues = Counter(node for marks in self._fitting(wanted, "issue") for node in marks.issue)
        months = Counter(month for marks in self._fitting(wanted, "month") for month in marks.month)
        return (
            self._words.nodes("actor", "Who speaks", *_frequent(actors, wanted.actor)),
            self._words.kinds(kinds, wanted.kind),
            self._words.verdicts(verdicts, wanted.verdict),
            self._words.nodes("issue", "Issue", *_frequent(issues, wanted.issue)),
            self._words.months(months, wanted.month),
        )

    def _fitting(self, wanted: Filter, besides: str) -> Iterator[_Marks]:
        return (marks for marks in self._marks.values() if marks.fit(wanted, besides))

    @cached_property
    def _marks(self) -> Mapping[str, _Marks]:
        return {conflict.id: self._marked(conflict) for conflict in self._result.conflicts}

    def _marked(self, conflict: Conflict) -> _Marks:
        claims = claims_on(conflict)
        seconds = [when for claim in claims if (when := said_second(claim)) is not None]
        things = frozenset(thing for side in conflict.sides for thing in self._spoken(side.position))
        return _Marks(
            actor=frozenset(claim.speaker for claim in claims),
            kind=frozenset(conflict.kinds),
            verdict=conflict.verdict,
            issue=frozenset(issue for thing in things for issue in self._recorded.issues_of(thing)),
            month=frozenset(month for second in seconds if (month := month_of(second))),
            things=things,
            newest=max(seconds, default=float("-inf")),
        )

    def _spoken(self, position: Position) -> set[Node]:
        return things_in(position.proposition.triple, self._recorded.properties)

    def busiest(self, page: str, count: int = 10) -> tuple[tuple[Node, int], ...]:
        """Return the things of a kind of page with the most conflicts, and how many."""
        counted = Counter(
            node
            for marks in self._marks.values()
            for node in marks.actor | marks.things | marks.issue
            if self._kinds.is_thing(node) and self._page(node) == page
        )
        return most_frequent(counted, count)

    def _page(self, node: Node) -> str:
        return self._kinds.of(self._recorded.types(node), self.role(node))

    @abstractmethod
    def role(self, node: Node) -> str | None:
        """Return which kind of page fits a thing by what it does here."""

    # -- one of them ---------------------------------------------------------------------------

    def conflict(self, identifier: str) -> Conflict:
        """Return a conflict by its id or the beginning of it."""
        return self.graph.conflict(identifier)

    def conflict_ids(self, most: int) -> tuple[str, ...]:
        """Return the ids of all conflicts if there are at most so many, else none."""
        conflicts = self._result.conflicts
        return tuple(one.id for one in conflicts) if len(conflicts) <= most else ()

    def conflicts_of(self, claim: Node) -> tuple[Conflict, ...]:
        """Return the conflicts in which a claim is on some side."""
        return tuple(self._by_claim.get(claim, ())[:MOST_LISTED])

    def outlines_of(self, claim: Node) -> tuple[Outline, ...]:
        """Return the outlines of the conflicts in which a claim is on some side."""
        return tuple(
            Outline(one.id, tuple(position.proposition.triple for position in one.positions))
            for one in self.conflicts_of(claim)
        )

    @cached_property
    def _by_claim(self) -> Mapping[Node, list[Conflict]]:
        return grouped((claim.iri, one) for one in self._result.conflicts for claim in claims_on(one))

    def conflicts_about(self, thing: Node, start: int = 0, count: int = PAGE) -> Slice[Conflict]:
        """Return the conflicts some side of which speaks of a thing."""
        return cut(self._by_thing.get(thing, []), start, count)

    @cached_property
    def _by_thing(self) -> Mapping[Node, list[Conflict]]:
        return grouped((thing, one) for one in self._result.conflicts for thing in self._marks[one.id].things)

    def opponents(self, actor: Node) -> tuple[tuple[Node, int], ...]:
        """Return who contradicts an actor, and in how many conflicts, most first."""
        return most_frequent(
            Counter(
                speaker
                for conflict in self._result.conflicts
                for speaker in against(actor, [{claim.speaker for claim in side.claims} for side in conflict.sides])
            ),
            MOST_LISTED,
        )

    # -- what is no conflict -------------------------------------------------------------------

    def changes_by(self, actor: Node) -> tuple[PositionChange, ...]:
        """Return the changes of position of an actor."""
        return tuple(one for one in self._result.changes if one.speaker == actor)[:MOST_LISTED]

    def changes(self, start: int = 0, count: int = PAGE) -> Slice[PositionChange]:
        """Return the changes of position of everybody."""
        return cut(self._result.changes, start, count)

    def change(self, identifier: str) -> PositionChange:
        """Return a change of position by its id or the beginning of it."""
        found = [one for one in self._result.changes if identifier and one.id.startswith(identifier)]
        if len(found) != 1:
            reason = not_one("change of position", "changes of position", len(found))
            near = did_you_mean(identifier, [one.id for one in self._result.changes])
            raise QueryError(f'{reason} called "{identifier}"{near}')
        return found[0]

    def withdrawn(self, start: int = 0, count: int = PAGE) -> Slice[Withdrawn]:
        """Return what was taken back, corrected or superseded."""
        return cut(self._result.withdrawn, start, count)

    # -- accounts ------------------------------------------------------------------------------

    def component(self, conflict: Conflict | PositionChange) -> Component | None:
        """Return the knot that a conflict belongs to, with its accounts."""
        return next((one for one in self._components if conflict.id in one.conflicts), None)

    def components(self, start: int = 0, count: int = 10) -> Slice[Component]:
        """Return knots with their accounts."""
        return cut(self._components, start, count)

    @cached_property
    def _components(self) -> tuple[Component, ...]:
        return tuple(self.graph.accounts())


def not_one(noun: str, nouns: str, found: int) -> str:
    """Say that none, or several, are called by an id.

    >>> not_one("conflict", "conflicts", 0), not_one("conflict", "conflicts", 1200)
    ('no conflict is', '1,200 conflicts are')
    """
    return f"{found:,} {nouns} are" if found else f"no {noun} is"


def claims_on(conflict: Conflict) -> list[Claim]:
    """Return the claims on all sides of a conflict, each once."""
    return list({(claim.graph, claim.iri): claim for side in conflict.sides for claim in side.claims}.values())


def said_second(claim: Claim) -> int | None:
    """Return the first second at which a claim may have been made; None if that is not known."""
    return first_second(claim.said_on.value) if isinstance(claim.said_on, Literal) else None


def against(actor: Node, sides: Iterable[set[Node]]) -> set[Node]:
    """Return who else holds a side of a conflict while an actor holds another one.

    >>> from kg.terms import Iri
    >>> sorted(against(Iri("e:a"), [{Iri("e:a"), Iri("e:b")}, {Iri("e:c")}]))
    [<e:c>]
    """
    speakers = list(sides)
    ours = [at for at, side in enumerate(speakers) if actor in side]
    others = (side for at, side in enumerate(speakers) if any(our != at for our in ours))
    return set().union(*others) - {actor}


def cut(items: Iterable[T], start: int, count: int) -> Slice[T]:
    """Return some items of a list."""
    every = tuple(items)
    return Slice(every[start : start + count], len(every), start)


def grouped(pairs: Iterable[tuple[V, T]]) -> dict[V, list[T]]:
    """Collect what stands behind each key."""
    found: dict[V, list[T]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)


def most_frequent(counted: Counter[Node], count: int) -> tuple[tuple[Node, int], ...]:
    """Return the most frequent nodes, those of one number by name."""
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], n3(item[0])))[:count])


def _frequent(counted: Counter[Node], chosen: Node | None) -> tuple[list[tuple[Node, int]], Node | None, int]:
    found = list(most_frequent(counted, MOST_CHOICES))
    if chosen is not None and chosen not in dict(found):
        found.append((chosen, counted[chosen]))
    return found, chosen, len(counted)
