"""What a check finds, as plain values: positions, conflicts, changes, withdrawals, accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from kg.logic.trace import Proof
from kg.model import Claim, Polarity, Proposition, Withdrawal
from kg.terms import Iri, Node, Term, n3
from kg.times import Span, Window
from kg.vocab import TYPE

Topic: TypeAlias = tuple[Term, ...]
"""What a conflict is about: the classes that its positions ascribe and their other properties, each once."""


@dataclass(frozen=True, slots=True)
class Position:
    """A proposition taken one way for one stretch of time, by one or more claims.

    `key` is a hash of that content and survives re-runs; `index` is its bit in the masks of
    materialisations. `hedged` positions are held only as "possible"; `condition` must hold for the content
    to follow.
    """

    key: str
    index: int
    proposition: Proposition
    proposition_iri: Iri
    polarity: Polarity
    window: Window
    claims: tuple[Claim, ...]
    hedged: bool = False
    condition: Proposition | None = None


class Verdict(Enum):
    """How firmly positions clash."""

    CONTRADICTION = "contradiction"
    UNDECIDED = "undecided"
    TENSION = "tension"


def dividing_verdicts(*, under_possible: bool) -> frozenset[Verdict]:
    """Say which clashes divide accounts; a tension never does, for a possibility excludes nothing."""
    undecided = {Verdict.UNDECIDED} if under_possible else set()
    return frozenset({Verdict.CONTRADICTION, *undecided})


@dataclass(frozen=True, slots=True)
class Side:
    """One of the positions of a conflict and the claims that hold it."""

    position: Position
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A minimal set of positions that cannot all hold, and why.

    `kinds` are notations of `neg:ConflictKind`, the most telling first; `span` is when they clash;
    `same` lists pairs that must be one thing for the clash; `distinct` pairs that must be two.
    """

    id: str
    kinds: tuple[str, ...]
    between: str
    verdict: Verdict
    sides: tuple[Side, ...]
    span: Span
    proof: Proof
    rules: tuple[str, ...]
    same: tuple[tuple[Term, Term], ...] = ()
    distinct: tuple[tuple[Term, Term], ...] = ()

    @property
    def kind(self) -> str:
        """The most telling kind."""
        return self.kinds[0]

    @property
    def positions(self) -> tuple[Position, ...]:
        """The positions that clash."""
        return tuple(side.position for side in self.sides)


@dataclass(frozen=True, slots=True)
class PositionChange:
    """One speaker said incompatible things at different times: not a contradiction, but noted.

    `verdict` says how firmly they clash, as for a conflict.
    """

    id: str
    speaker: Node
    sides: tuple[Side, ...]
    proof: Proof
    verdict: Verdict = Verdict.CONTRADICTION


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A claim that its speaker took back, corrected or superseded."""

    claim: Claim
    by: Claim
    how: Withdrawal


class Grain(Enum):
    """What accounts keep or leave out as a whole: single positions, or all that was said in one breath."""

    POSITION = "position"
    UTTERANCE = "utterance"


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one speaker said in one breath: one claim or more, and the positions they hold."""

    claims: tuple[Claim, ...]
    positions: tuple[Position, ...]


class Criterion(Enum):
    """By what accounts are ordered, the first that differs deciding."""

    ROOTS = "independent-sources"
    ON_RECORD = "on-record"
    RELIABILITY = "reliability"
    CREDIBILITY = "credibility"
    POSITIONS = "positions"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Advantage:
    """Why one account stands before the next: the criterion that decided, its grade if it has one, and both counts."""

    criterion: Criterion
    ours: int = 0
    theirs: int = 0
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A maximal consistent set of the positions of one component.

    `roots` are the independent sources behind what is kept (ten outlets that repeat one wire are
    one root); `on_record` and `unnamed` count them by kind. `ahead` says why it stands before the next
    account (None: it is the last). At the grain of utterances, `says` and `leaves_unsaid` list them.
    """

    number: int
    keeps: tuple[Position, ...]
    leaves_out: tuple[Position, ...]
    roots: tuple[Node, ...]
    on_record: int
    unnamed: int
    ahead: Advantage | None = None
    says: tuple[Utterance, ...] = ()
    leaves_unsaid: tuple[Utterance, ...] = ()


@dataclass(frozen=True, slots=True)
class Component:
    """Positions tied together by conflicts, and the accounts that can be given of them.

    `incomplete` says in words which accounts are not listed, if any.
    """

    number: int
    positions: tuple[Position, ...]
    conflicts: tuple[str, ...]
    accounts: tuple[Account, ...]
    incomplete: str = ""

    @property
    def complete(self) -> bool:
        """Whether every account is listed."""
        return not self.incomplete


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Everything one check found. `incomplete` says in words what was left out, if anything."""

    claims: Sequence[Claim]
    positions: Sequence[Position]
    conflicts: Sequence[Conflict]
    changes: Sequence[PositionChange]
    withdrawn: Sequence[Withdrawn]
    background_conflicts: tuple[Proof, ...]
    incomplete: Sequence[str] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing was left out."""
        return not self.incomplete

    def conflict(self, identifier: str) -> Conflict | None:
        """Find a conflict by its id or an unambiguous beginning of it."""
        found = [c for c in self.conflicts if c.id.startswith(identifier)]
        return found[0] if len(found) == 1 else None

    def contested(self) -> frozenset[str]:
        """The keys of the positions that are in some conflict."""
        return frozenset(side.position.key for c in self.conflicts for side in c.sides)

    def verdicts(self) -> Counter[Verdict]:
        """Count the conflicts by verdict."""
        return Counter(conflict.verdict for conflict in self.conflicts)

    def topics(self) -> Counter[Topic]:
        """Count the conflicts by what they are about."""
        return Counter(_topic(conflict.positions) for conflict in self.conflicts)

    def of_kinds(self, kinds: Collection[str]) -> CheckResult:
        """Return the same with the conflicts of some kinds only."""
        return CheckResult(
            self.claims,
            self.positions,
            tuple(conflict for conflict in self.conflicts if not set(kinds).isdisjoint(conflict.kinds)),
            self.changes,
            self.withdrawn,
            self.background_conflicts,
            self.incomplete,
        )


def _topic(positions: Iterable[Position]) -> Topic:
    contents = [position.proposition for position in positions]
    return tuple(sorted({c.object if c.predicate == TYPE else c.predicate for c in contents}, key=n3))
