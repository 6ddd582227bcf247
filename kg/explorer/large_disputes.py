"""The conflicts of a large graph: counted and chosen over columns, described when they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np

from kg.columns.browsing.claims import BrowsedClaims
from kg.columns.browsing.counting import KindCounting
from kg.columns.browsing.describing import Describer
from kg.columns.browsing.disputes import BrowsedDisputes
from kg.columns.browsing.indexes import Counted, distinct, most_frequent
from kg.columns.browsing.things import BrowsedThings, PageKinds, Roles
from kg.columns.checking import ColumnCheck, OnDemand
from kg.columns.mentions import open_mentions
from kg.contradiction.columnar.checking import VERDICTS
from kg.contradiction.results import Component, Conflict, PositionChange, Verdict, Withdrawn
from kg.errors import QueryError
from kg.explorer.catalog import MOST_CHOICES, MOST_LISTED, PAGE, Counts, Facet, Filter, Order, Outline, Progress, Slice
from kg.explorer.facets import Wordings
from kg.explorer.kinds import ACTOR, CLAIM, DOCUMENT, ISSUE, NOT_THROUGH, STEPS, THING, Kinds
from kg.explorer.naming import Names
from kg.explorer.small_disputes import not_one
from kg.graph import KnowledgeGraph
from kg.logic.tables import Flags, Ints
from kg.terms import Node

_TOO_MANY = "Not counted: there are too many."
_BUSIEST = 100


class LargeDisputes:
    """The part of a `Catalog` that is about conflicts."""

    def __init__(self, graph: KnowledgeGraph, columns: ColumnCheck) -> None:
        self.graph = graph
        self._check = columns
        self._kinds = Kinds(graph.ontology)
        self._words = Wordings(Names(graph.store.graphs()).name, graph.prose.name)
        self._masks = lru_cache(16)(self._mask)
        self._countable = lru_cache(256)(self._facets)
        self._counting = KindCounting(columns, graph.options.limits)
        self.opponents = lru_cache(1_000)(self._opponents)

    # -- columns ---------------------------------------------------------------------------------

    @cached_property
    def _claims(self) -> BrowsedClaims:
        records = self._check.held.records
        return BrowsedClaims(self._check.held, open_mentions(self.graph.store, records, self._check.said))

    @cached_property
    def _things(self) -> BrowsedThings:
        roles = Roles(CLAIM, ACTOR, DOCUMENT, THING)
        tell = (self._kinds.of_class, self._kinds.describes, self._kinds.is_thing)
        kinds = PageKinds(*tell, roles, ISSUE, NOT_THROUGH, STEPS)
        return BrowsedThings(self._claims, kinds)

    @cached_property
    def _disputes(self) -> BrowsedDisputes:
        return BrowsedDisputes(self._check, self._claims, self._things.issues)

    @cached_property
    def _described(self) -> Describer:
        return Describer(self._check, self._claims)

    def warm(self, progress: Progress | None = None) -> None:
        """Make the indexes ready: some seconds for a million claims."""

        def tell(words: str) -> None:
            if progress is not None:
                progress(words)

        tell("indexing claims by speaker, thing, document and day")
        claims = self._claims
        _ = claims.by_time, claims.by_speaker, claims.by_thing, claims.by_position, claims.positions
        tell("counting conflicts by actor, issue and month")
        self.counts()
        self.facets(Filter())
        _ = self._disputes.newest, self._disputes.contested, self._busiest
        tell("naming conflicts")
        self._check.at("")
        tell("listing things by name")
        _ = self._things.by_page
        tell("proving the first conflicts")
        self.disputes(Filter())
        self.disputes(Filter(order=Order.NEWEST))
        self.components()

    # -- kinds, which are counted beside -----------------------------------------------------------

    def begin(self) -> None:
        """Begin to count the kinds of all conflicts, which have to be proved for it."""
        self._counting.begin()

    def close(self) -> None:
        """End the counting."""
        self._counting.close()

    @property
    def stage(self) -> str:
        """How far the counting has come."""
        return self._counting.note

    # -- lists -----------------------------------------------------------------------------------

    def counts(self) -> Counts:
        """Count."""
        records = self._check.held.records
        return Counts(
            claims=len(records.claims),
            positions=len(self._check.held.case.positions),
            verdicts=dict(self._check.verdicts()),
            changes=len(self._check.changed),
            withdrawn=len(records.withdrawals),
            knots=self._described.count_knots(),
        )

    def disputes(self, wanted: Filter, start: int = 0, count: int = PAGE) -> Slice[Conflict]:
        """Return the conflicts that are wanted, ranked; raises `QueryError` for a kind if these are not counted."""
        mask = self._masks(wanted)
        order = self._disputes.newest if wanted.order is Order.NEWEST else self._disputes.places
        return self._conflicts(order if mask is None else order[mask[order]], start, count)

    def _conflicts(self, places: Ints, start: int, count: int) -> Slice[Conflict]:
        shown = tuple(self._described.conflict(int(place)) for place in places[start : start + count])
        return Slice(shown, len(places), start)

    def _mask(self, wanted: Filter, besides: str = "") -> Flags | None:
        """Mark the conflicts that a filter lets through, with one part of it left aside; None for all of them."""
        found: Flags | None = None
        disputes, number = self._disputes, self._claims.number
        chosen: list[Ints] = []
        if wanted.actor is not None and besides != "actor":
            chosen.append(disputes.spoken_by(number(wanted.actor)))
        if wanted.issue is not None and besides != "issue":
            chosen.append(disputes.about_issue(number(wanted.issue)))
        if wanted.month is not None and besides != "month":
            chosen.append(disputes.in_month(self._month(wanted.month)))
        if wanted.kind is not None and besides != "kind":
            chosen.append(self._of_kind(wanted.kind))
        if wanted.verdict is not None and besides != "verdict":
            codes = [code for code, verdict in VERDICTS.items() if verdict is wanted.verdict]
            chosen.append(disputes.places[np.isin(disputes.verdict, codes)])
        for places in chosen:
            mask = disputes.mask(places)
            found = mask if found is None else found & mask
        return found

    def _of_kind(self, kind: str) -> Ints:
        kinds = self._counting.kinds
        if kinds is None:
            raise QueryError(f"disputes cannot be chosen by kind here now. {self._counting.note}")
        return kinds.having(kind)

    def _month(self, month: str) -> int:
        months = self._claims.months
        return months.index(month) if month in months else -1

    # -- facets ----------------------------------------------------------------------------------

    def facets(self, wanted: Filter) -> tuple[Facet, ...]:
        """Return the facets actor, kind, verdict, issue and month."""
        actor, *others = self._countable(wanted)
        return (actor, self._kind_facet(wanted), *others)

    def _kind_facet(self, wanted: Filter) -> Facet:
        note, kinds = self._counting.note, self._counting.kinds
        if kinds is None:
            return self._words.kinds({}, None, note)
        counts = np.zeros(len(kinds.names), np.int64)
        counts[kinds.conflicts.values] = kinds.conflicts.counts(self._masks(wanted, "kind"))
        return self._words.kinds(dict(zip(kinds.names, counts.tolist(), strict=True)), wanted.kind)

    def _facets(self, wanted: Filter) -> tuple[Facet, ...]:
        """Return the facets whose counts are always known."""
        disputes = self._disputes
        return (
            self._nodes("actor", "Who speaks", disputes.speakers, wanted.actor, self._masks(wanted, "actor")),
            self._words.verdicts(self._verdicts(self._masks(wanted, "verdict")), wanted.verdict),
            self._nodes("issue", "Issue", disputes.issues, wanted.issue, self._masks(wanted, "issue")),
            self._months(wanted.month, self._masks(wanted, "month")),
        )

    def _nodes(self, name: str, label: str, counted: Counted | None, chosen: Node | None, mask: Flags | None) -> Facet:
        if counted is None:
            return Facet(name, label, (), note=_TOO_MANY)
        counts = counted.counts(mask)
        ranks = self._claims.terms.ranks(counted.values)
        top = [(self._claims.node(n), c) for n, c in most_frequent(counted.values, counts, ranks, MOST_CHOICES)]
        if chosen is not None and chosen not in dict(top):
            at = np.flatnonzero(counted.values == self._claims.number(chosen))
            top.append((chosen, int(counts[at[0]]) if len(at) else 0))
        return self._words.nodes(name, label, top, chosen, int(np.count_nonzero(counts)))

    def _verdicts(self, mask: Flags | None) -> dict[Verdict, int]:
        verdict = self._disputes.verdict if mask is None else self._disputes.verdict[mask]
        counts = np.bincount(verdict, minlength=len(VERDICTS)).tolist()
        return {VERDICTS[code]: count for code, count in enumerate(counts)}

    def _months(self, chosen: str | None, mask: Flags | None) -> Facet:
        counted, months = self._disputes.months, self._claims.months
        if counted is None:
            return Facet("month", "When it was said", (), note=_TOO_MANY)
        pairs = zip(counted.values.tolist(), counted.counts(mask).tolist(), strict=True)
        return self._words.months({months[month]: count for month, count in pairs}, chosen)

    def busiest(self, page: str, count: int = 10) -> tuple[tuple[Node, int], ...]:
        """Return the things of a kind of page with the most conflicts, and how many (at most 100)."""
        return self._busiest.get(page, ())[:count]

    @cached_property
    def _busiest(self) -> dict[str, tuple[tuple[Node, int], ...]]:
        disputes, things = self._disputes, self._things
        parts = [counted.index for counted in (disputes.speakers, disputes.things, disputes.issues) if counted]
        if len(parts) < 3:
            return {}
        keys, _ = distinct(np.concatenate([one.keys for one in parts]), np.concatenate([one.values for one in parts]))
        values, counts = np.unique(keys, return_counts=True)
        pages = things.pages_of(values)
        ranks = self._claims.terms.ranks(values)
        found = {}
        for code, page in enumerate(things.pages):
            here = pages == code
            top = most_frequent(values[here], counts[here].astype(np.int64), ranks[here], 2 * _BUSIEST)
            named = [(things.node(number), count) for number, count in top]
            found[page] = tuple((node, n) for node, n in named if self._kinds.is_thing(node))[:_BUSIEST]
        return found

    # -- one of them -----------------------------------------------------------------------------

    def conflict(self, identifier: str) -> Conflict:
        """Return a conflict by its id or the beginning of it."""
        return self._described.conflict(self._place(identifier))

    def _place(self, identifier: str) -> int:
        found = self._check.at(identifier) if identifier else []
        if len(found) != 1:
            raise QueryError(f'{not_one("conflict", "conflicts", len(found))} called "{identifier}"')
        return found[0]

    def conflict_ids(self, most: int) -> tuple[str, ...]:
        """Return the ids of all conflicts if there are at most so many, else none."""
        if len(self._disputes) > most:
            return ()
        return tuple(one.decode() for one in self._check.ids[self._check.ranked].tolist())

    def conflicts_of(self, claim: Node) -> Sequence[Conflict]:
        """Return the conflicts in which a claim is on some side, each described when it is looked at."""
        places = self._places_of(claim)
        return OnDemand(len(places), lambda at: self._described.conflict(places[at]))

    def outlines_of(self, claim: Node) -> Sequence[Outline]:
        """Return the outlines of the conflicts in which a claim is on some side, each made when it is looked at."""
        places = self._places_of(claim)
        return OnDemand(len(places), lambda at: Outline(*self._described.outline(places[at])))

    def _places_of(self, claim: Node) -> list[int]:
        rows = self._claims.rows(claim)
        places: list[int] = self._disputes.of_positions(self._claims.positions.at_all(rows))[:MOST_LISTED].tolist()
        return places

    def conflicts_about(self, thing: Node, start: int = 0, count: int = PAGE) -> Slice[Conflict]:
        """Return the conflicts some side of which speaks of a thing."""
        return self._conflicts(self._disputes.about_thing(self._claims.number(thing)), start, count)

    def _opponents(self, actor: Node) -> tuple[tuple[Node, int], ...]:
        """Return who contradicts an actor, and in how many conflicts, most first."""
        who, counts = self._disputes.opponents(self._claims.number(actor))
        top = most_frequent(who, counts, self._claims.terms.ranks(who), MOST_LISTED)
        return tuple((self._claims.node(number), count) for number, count in top)

    # -- what is no conflict ---------------------------------------------------------------------

    def changes_by(self, actor: Node) -> Sequence[PositionChange]:
        """Return the changes of position of an actor, each described when it is looked at."""
        places = np.flatnonzero(self._changed_by == self._claims.number(actor))[:MOST_LISTED].tolist()
        return OnDemand(len(places), lambda at: self._described.change(places[at]))

    @cached_property
    def _changed_by(self) -> Ints:
        """The speaker of each change of position: the one who holds its first position."""
        speakers = self._claims.speakers
        if not len(self._check.changed):
            return np.empty(0, np.int32)
        first = self._check.found.conflicts.members[self._check.changed, 0]
        found: Ints = speakers.values[speakers.keys.searchsorted(first.astype(speakers.keys.dtype))]
        return found

    def changes(self, start: int = 0, count: int = PAGE) -> Slice[PositionChange]:
        """Return the changes of position of everybody."""
        total = len(self._check.changed)
        shown = range(total)[start : start + count]
        return Slice(tuple(map(self._described.change, shown)), total, start)

    def change(self, identifier: str) -> PositionChange:
        """Return a change of position by its id or the beginning of it."""
        found = self._check.changed_at(identifier) if identifier else []
        if len(found) != 1:
            reason = not_one("change of position", "changes of position", len(found))
            raise QueryError(f'{reason} called "{identifier}"')
        return self._described.change(found[0])

    def withdrawn(self, start: int = 0, count: int = PAGE) -> Slice[Withdrawn]:
        """Return what was taken back, corrected or superseded."""
        found = self._check.result.withdrawn
        return Slice(tuple(found[start : start + count]), len(found), start)

    # -- accounts --------------------------------------------------------------------------------

    def component(self, conflict: Conflict | PositionChange) -> Component | None:
        """Return the knot that a conflict or change belongs to, with its accounts."""
        changes = self._check.changed_at(conflict.id)
        row = self._check.changed[changes[0]] if changes else self._check.ranked[self._place(conflict.id)]
        number = self._described.knot_of(int(row))
        return None if number < 0 else self._component(number)

    def _component(self, number: int) -> Component:
        return self._described.knot(number, self.graph.options.limits.started())

    def components(self, start: int = 0, count: int = 10) -> Slice[Component]:
        """Return knots with their accounts."""
        total = self._described.count_knots()
        return Slice(tuple(map(self._component, range(total)[start : start + count])), total, start)
