"""What the pages list and count, whatever the size of the graph: the questions, without the answers.

`kg.explorer.small` answers them from objects, `kg.explorer.large` from columns; on the same data they agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol, TypeVar

from kg.contradiction.results import Component, Conflict, Position, PositionChange, Verdict, Withdrawn
from kg.model import Claim
from kg.terms import Node, Triple

T = TypeVar("T")
Progress = Callable[[str], None]
"""Is told in a few words what is being done, for people who wait."""
PAGE = 50
"""How many items a list shows at a time."""
MOST_CHOICES = 20
"""How many choices of a facet are listed."""
MOST_LISTED = 50
"""How many things are listed where there is no next page."""


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Some items of a list, and how many there are in all."""

    items: tuple[T, ...]
    total: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class Outline:
    """As much of a conflict as can be told without its proof: its id, and what its positions say."""

    id: str
    contents: tuple[Triple, ...]


class Order(Enum):
    """How disputes are ranked: the most certain first (as `kg check` lists them), or the newest first."""

    CERTAIN = "certain"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which disputes are wanted; None is any.

    `actor` speaks on some side. `issue` is what some side is about: the nearest issues (things with a page of that
    kind) that lead from a thing the side speaks of, itself or by one to three of the recorder's facts, never through
    an actor, an institution or a document. `month` (`2019-01`) is that of the first day on which a claim of some side
    may have been made. `kind` is one of the kinds of `kg check`.
    """

    actor: Node | None = None
    kind: str | None = None
    verdict: Verdict | None = None
    issue: Node | None = None
    month: str | None = None
    order: Order = Order.CERTAIN


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: how many disputes would be left by it, with what is chosen in all the other facets.

    `value` is what stands in the address (the name of a node, see `Explorer.name`; a kind; a verdict; a month).
    """

    value: str
    label: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow down the disputes: the most frequent choices first, at most `MOST_CHOICES`.

    Choices that would leave nothing are left out; what is chosen is always listed. `more` counts the choices that are
    not listed; `note` says what is missing.
    """

    name: str
    label: str
    choices: tuple[Choice, ...]
    more: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is."""

    claims: int
    positions: int
    verdicts: Mapping[Verdict, int]
    changes: int
    withdrawn: int
    knots: int
    """Components: groups of positions that conflicts tie together, each with accounts of its own."""


class Catalog(Protocol):
    """Everything that pages ask for. Nodes that are not there give empty answers; ids raise `QueryError`.

    Claims are ordered by the first second at which they may have been made (those without such a day last), then by
    name; things by what they are called, capitals or not, then by name. Names are compared as N-Triples writes them.
    A slice that starts behind the end is empty, and so is one of no items, which costs least where only the total is
    wanted. What is a sequence may describe its items only when they are looked at. In a large graph a side of a
    conflict, and a position, lists only some of its claims where there are very many: `claims_of` has them all.
    """

    def __hash__(self) -> int:
        """A catalog is itself alone: what was found out from one may be remembered by it."""
        ...

    def warm(self, progress: Progress | None = None) -> None:
        """Make ready what the other methods need, so that nobody waits for it; nothing else depends on this."""
        ...

    def begin(self) -> None:
        """Begin what takes long and may go on beside, while pages are shown already; to be ended by `close`."""
        ...

    def close(self) -> None:
        """End what `begin` has begun; the catalog answers all the same."""
        ...

    @property
    def stage(self) -> str:
        """How far that has come: as long as this is the same, so are all answers."""
        ...

    def counts(self) -> Counts:
        """Count. Changes of position tie knots together too, as in `kg accounts`."""
        ...

    def disputes(self, wanted: Filter, start: int = 0, count: int = PAGE) -> Slice[Conflict]:
        """Return the conflicts that are wanted, ranked: as `kg check` lists them, or by their latest claim.

        Raises `QueryError` for a kind in a large graph whose kinds are not counted, or not yet (see `begin`).
        """
        ...

    def facets(self, wanted: Filter) -> tuple[Facet, ...]:
        """Return the facets actor, kind, verdict, issue and month, in this order, counted for these disputes.

        Kinds that are not counted, or not yet, have no choices but a note; raises as `disputes`.
        """
        ...

    def conflict(self, identifier: str) -> Conflict:
        """Return a conflict by its id or the beginning of it; raises `QueryError` with the nearest."""
        ...

    def conflict_ids(self, most: int) -> tuple[str, ...]:
        """Return the ids of all conflicts, as they are ranked, if there are at most so many, else none."""
        ...

    def conflicts_of(self, claim: Node) -> Sequence[Conflict]:
        """Return the conflicts in which a claim is on some side, as they are ranked (at most `MOST_LISTED`)."""
        ...

    def outlines_of(self, claim: Node) -> Sequence[Outline]:
        """Return the outlines of the conflicts of `conflicts_of`, in the same order: these cost little."""
        ...

    def conflicts_about(self, thing: Node, start: int = 0, count: int = PAGE) -> Slice[Conflict]:
        """Return the conflicts some side of which speaks of a thing (see `claims_about`), as they are ranked."""
        ...

    def opponents(self, actor: Node) -> tuple[tuple[Node, int], ...]:
        """Return who contradicts an actor, and in how many conflicts, most first (at most `MOST_LISTED`).

        An opponent is anybody else who holds a position of a conflict while the actor holds another one of it.
        """
        ...

    def changes_by(self, actor: Node) -> Sequence[PositionChange]:
        """Return the changes of position of an actor (at most `MOST_LISTED`)."""
        ...

    def changes(self, start: int = 0, count: int = PAGE) -> Slice[PositionChange]:
        """Return the changes of position of everybody."""
        ...

    def change(self, identifier: str) -> PositionChange:
        """Return a change of position by its id or the beginning of it; raises `QueryError` if there is not one."""
        ...

    def withdrawn(self, start: int = 0, count: int = PAGE) -> Slice[Withdrawn]:
        """Return what was taken back, corrected or superseded."""
        ...

    def component(self, conflict: Conflict | PositionChange) -> Component | None:
        """Return the knot that a conflict or change belongs to, with its accounts; None if it divides no accounts."""
        ...

    def components(self, start: int = 0, count: int = 10) -> Slice[Component]:
        """Return knots with their accounts, in the order of `kg accounts`."""
        ...

    def claim(self, node: Node) -> Claim | None:
        """Return one claim."""
        ...

    def claims(self, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return claims, by when they were made."""
        ...

    def claims_by(self, speaker: Node, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return what somebody said, by when."""
        ...

    def claims_about(self, thing: Node, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return the claims whose content names a thing (also inside nested content), by when they were made.

        Classes and the conditions of claims do not count.
        """
        ...

    def claims_in(self, document: Node, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return the claims that stand in a document, by when they were made."""
        ...

    def claims_of(self, position: Position, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return the claims that take a position, by when they were made."""
        ...

    def positions_of(self, claim: Claim, *, bare: bool = False) -> tuple[Position, ...]:
        """Return the positions that a claim takes; none if it was taken back.

        With `bare` no claims need be listed with them, which costs less in a large graph.
        """
        ...

    def positions_about(self, thing: Node, count: int = 200) -> tuple[Position, ...]:
        """Return the positions whose subject is a thing, and the universal denials that clash with one of them.

        First what may hold earliest; at most `count`.
        """
        ...

    def is_contested(self, position: Position) -> bool:
        """Say whether a position is in some conflict."""
        ...

    def is_disputed(self, claim: Claim) -> bool | None:
        """Say whether some position of a claim is in a conflict; None if it takes none, or was taken back."""
        ...

    def facts(self, node: Node) -> tuple[Triple, ...]:
        """Return what the recorder states about a thing in his own name, sorted."""
        ...

    def referring(self, node: Node, start: int = 0, count: int = PAGE) -> Slice[Triple]:
        """Return the recorder's facts that name a thing as their object, sorted.

        What describes a claimed proposition or a class is not among them.
        """
        ...

    def role(self, node: Node) -> str | None:
        """Return which kind of page fits a thing by what it does here: `claim`, `actor` or `document`.

        It is a claim, speaks, or has claims standing in it; None if it does nothing of this.
        """
        ...

    def things(self, page: str, start: int = 0, count: int = PAGE) -> Slice[Node]:
        """Return the things that have a page of this kind, by name (see `kg.explorer.kinds`).

        Things are what the recorder gives a name or a class that tells what it is, who speaks, what is spoken of, and
        documents; not classes and properties, claims, dossiers and what has no IRI.
        """
        ...

    def called(self, name: str) -> tuple[Node, ...]:
        """Return the things that a recorder calls exactly so (at most `MOST_LISTED`), sorted."""
        ...

    def all_things(self) -> Iterator[Node]:
        """Yield every thing that has a page of its own (claims and conflicts apart)."""
        ...

    def busiest(self, page: str, count: int = 10) -> Sequence[tuple[Node, int]]:
        """Return the things of a kind of page with the most conflicts, and how many.

        A conflict counts once for everybody who speaks on a side, for everything that a side speaks of, and for every
        issue that it is about.
        """
        ...
