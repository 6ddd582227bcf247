"""The runs of a case that is kept checked, and the verdict of what they find: contradiction, undecided or tension.

The same three runs and the same order as in `kg.contradiction.columnar.compiled.find`, for one new position at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kg.contradiction.columnar.case import Case
from kg.contradiction.columnar.compiled import CONTRADICTION, TENSION, UNDECIDED, is_rough, is_rough_background
from kg.contradiction.columnar.live_conflicts import LiveConflict, LiveConflicts
from kg.contradiction.columnar.live_run import Content, LiveRun
from kg.logic.families import Kinds
from kg.logic.known_sets import KnownSets, Label
from kg.logic.limits import Limits
from kg.logic.tables import Flags
from kg.times import Span


class LiveVerdicts:
    """Everything found out about the positions of a case that are held: `conflicts`, and what it takes to go on.

    `content` says what a position says, by its number; positions in `dead` are held no more. `most` bounds the steps
    for one position.
    """

    def __init__(
        self,
        case: Case,
        held: Flags,
        content: Callable[[int], Content],
        *,
        dead: set[int],
        limits: Limits,
        most: int,
    ) -> None:
        firm = held & ~case.positions.hedged
        limits = limits.started()

        def run(rows: Flags, *, possible: bool) -> LiveRun:
            return LiveRun(case, rows, limits, dead, possible=possible, most=most)

        rough = bool(case.maybe_same) or is_rough(case.positions, firm) or is_rough_background(case)
        self._content = content
        self._certain = run(firm, possible=False)
        self._possible = run(firm, possible=True) if rough else None
        self._hedged = run(held, possible=False) if firm.sum() < held.sum() else None
        self._undecided = KnownSets()
        self.conflicts = LiveConflicts(self._certain.outcome)
        undecided = {} if self._possible is None else self._possible.begun()
        tensions = {} if self._hedged is None else self._hedged.begun()
        self.conflicts.add(self._not_settled(undecided))
        self.conflicts.add(self._tensions(tensions))

    def _runs(self) -> list[LiveRun]:
        return [one for one in (self._certain, self._possible, self._hedged) if one is not None]

    @property
    def useful(self) -> Kinds:
        """The kinds of facts that matter in any of the runs."""
        kinds = Kinds()
        for one in self._runs():
            kinds.add(one.useful.codes)
        return kinds

    @property
    def ground(self) -> tuple[str, ...]:
        """The rules that the background breaks by itself."""
        return tuple(sorted({rule for one in self._runs() for rule in one.outcome.ground}))

    @property
    def incomplete(self) -> tuple[str, ...]:
        """What was left out, in words, if anything."""
        return tuple(dict.fromkeys(one.incomplete for one in self._runs() if one.incomplete))

    def admits(self, content: Content, position: int) -> bool:
        """Say whether every run that the position counts in is there, and was compiled for such positions."""
        if content.hedged:
            return self._hedged is not None and self._hedged.admits(content, position)
        if content.is_rough and self._possible is None:
            return False
        return all(one.admits(content, position) for one in self._runs())

    def add(self, content: Content, position: int) -> tuple[LiveConflict, ...]:
        """Join a position that is admitted in every run that it counts in; return the conflicts that it makes.

        Raises `kg.logic.delta.TooMuch`; then everything must be checked anew.
        """
        found: list[LiveConflict] = []
        if not content.hedged:
            certain = self._certain.add(content, position)
            found += [LiveConflict(members, CONTRADICTION, span) for members, span in certain.items()]
            if self._possible is not None:
                found += self._not_settled(self._possible.add(content, position))
        if self._hedged is not None:
            found += self._tensions(self._hedged.add(content, position))
        self.conflicts.add(found)
        return tuple(found)

    def _not_settled(self, sets: Mapping[Label, Span]) -> list[LiveConflict]:
        """Keep the sets that certain times do not settle; what takes two things to be one is told apart."""
        found: list[LiveConflict] = []
        for members, same, span in sorted(
            (tuple(m for m in one if m >= 0), tuple(-1 - m for m in reversed(one) if m < 0), span)
            for one, span in sets.items()
        ):
            if members:
                found.append(LiveConflict(members, UNDECIDED, span, same))
        kept = []
        for one in sorted(found, key=lambda one: len(one.members)):
            if not self._certain.known.within(one.members) and not self._undecided.within(one.members):
                self._undecided.add(one.members)
                kept.append(one)
        return kept

    def _tensions(self, sets: Mapping[Label, Span]) -> list[LiveConflict]:
        """Keep the sets with one hedged position that nothing without it settles."""
        return [
            LiveConflict(members, TENSION, span)
            for members, span in sets.items()
            if sum(self._content(member).hedged for member in members) <= 1
            and not self._certain.known.within(members)
            and not self._undecided.within(members)
        ]
