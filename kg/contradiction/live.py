"""A case that is checked once and then kept checked: positions come and go, one at a time.

A new minimal conflict has the new position in it; a position that is taken back takes its conflicts with it, and
nothing else changes. So what there is to do for one position depends on its neighbours, not on the size of the case:

    open      the full check; what it knows is indexed (`kg.contradiction.live_run`, `kg.logic.delta`)
    add       join the one new position with what is known, in each run that counts; then the verdicts as in
              `kg.contradiction.compiled.find`
    retract   mark the position as gone; drop the conflicts that it stands in

What says something of the vocabulary, has a condition, or is of a kind that no position was of before can make
other rules matter. Then everything is checked anew (`reopened`): slow, rare, and the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kg.contradiction.columnar_run import Case
from kg.contradiction.compiled import CONTRADICTION, TENSION, UNDECIDED, is_rough, is_rough_background
from kg.contradiction.live_conflicts import LiveConflict, LiveConflicts
from kg.contradiction.live_run import Content, LiveRun
from kg.contradiction.live_table import LiveTable
from kg.contradiction.proving import Prover, Said
from kg.logic.delta import TooMuch
from kg.logic.families import Kinds
from kg.logic.known_sets import KnownSets, Label
from kg.logic.limits import Limits
from kg.logic.tables import ConflictTable, Flags, Ints, PositionTable
from kg.logic.trace import Proof
from kg.terms import Triple
from kg.times import Span

MOST_STEPS = 200_000
"""After so many steps for one position the full check is the quicker way."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a position: its number, and the minimal conflicts that it makes.

    `is_new` is False if the position was there already: then a claim more holds it, and nothing else changes.
    """

    position: int
    conflicts: tuple[LiveConflict, ...] = ()
    is_new: bool = True


class Live:
    """The conflicts of a case while its positions change. Numbers of positions stay as they were given."""

    def __init__(self, case: Case, limits: Limits | None = None, *, most_steps: int = MOST_STEPS) -> None:
        self.limits = limits or Limits()
        self.reopened = -1
        self._most_steps = most_steps
        self._table = LiveTable(case)
        self._dead: set[int] = set()
        self._open()

    @classmethod
    def open(cls, case: Case, limits: Limits | None = None) -> Live:
        """Check a case and keep what is known of it; its theory, background and names must not change."""
        return cls(case, limits)

    def _open(self) -> None:
        """Check everything that is held now."""
        self.reopened += 1
        case = self._table.as_case()
        held = self._table.held(self._dead)
        firm = held & ~case.positions.hedged
        limits = self.limits.started()

        def run(rows: Flags, *, possible: bool) -> LiveRun:
            return LiveRun(case, rows, limits, self._dead, possible=possible, most=self._most_steps)

        rough = bool(case.maybe_same) or is_rough(case.positions, firm) or is_rough_background(case)
        self._certain = run(firm, possible=False)
        self._possible = run(firm, possible=True) if rough else None
        self._hedged = run(held, possible=False) if firm.sum() < held.sum() else None
        self._prover = Prover(case, kinds=self._useful())
        self._undecided = KnownSets()
        self._conflicts = LiveConflicts(self._certain.outcome)
        undecided = {} if self._possible is None else self._possible.begun()
        tensions = {} if self._hedged is None else self._hedged.begun()
        self._conflicts.add([*self._not_settled(undecided), *self._tensions(tensions)])

    def _useful(self) -> Kinds:
        """Return the kinds of facts that matter in any of the runs."""
        kinds = Kinds()
        for one in self._runs():
            kinds.add(one.useful.codes)
        return kinds

    def _runs(self) -> list[LiveRun]:
        return [one for one in (self._certain, self._possible, self._hedged) if one is not None]

    # -- changes -----------------------------------------------------------------------------------

    def add(self, content: Content) -> Added:
        """Hold one more position; return its number and the conflicts that it makes.

        The object of the content must be written canonically (`kg.values.canonical`), as everywhere in columns.
        """
        known = self._table.find(content, self._dead)
        if known is not None:
            return Added(known, is_new=False)
        position = self._table.add(content)
        if not self._is_admitted(content, position):
            return self._added_anew(position)
        try:
            conflicts = self._judged(content, position)
        except TooMuch:
            return self._added_anew(position)
        self._conflicts.add(conflicts)
        return Added(position, tuple(conflicts))

    def retract(self, position: int) -> tuple[LiveConflict, ...]:
        """Hold a position no more; return the conflicts that are gone with it.

        Raises `KeyError` if it is not held. Held again later, it gets a new number.
        """
        if position in self._dead or not 0 <= position < len(self._table):
            raise KeyError(position)
        self._dead.add(position)
        return tuple(self._conflicts.drop(position))

    def _added_anew(self, position: int) -> Added:
        self._open()
        return Added(position, tuple(self._conflicts.of(position)))

    def _is_admitted(self, content: Content, position: int) -> bool:
        """Say whether every run that the position counts in is there, and was compiled for such positions."""
        if content.hedged:
            return self._hedged is not None and self._hedged.admits(content, position)
        if content.is_rough and self._possible is None:
            return False
        return all(one.admits(content, position) for one in self._runs())

    # -- verdicts ----------------------------------------------------------------------------------

    def _judged(self, content: Content, position: int) -> list[LiveConflict]:
        """Join a position in every run that it counts in, and give what is found its verdict."""
        found: list[LiveConflict] = []
        if not content.hedged:
            certain = self._certain.add(content, position)
            found += [LiveConflict(members, CONTRADICTION, span) for members, span in certain.items()]
            if self._possible is not None:
                found += self._not_settled(self._possible.add(content, position))
        if self._hedged is not None:
            found += self._tensions(self._hedged.add(content, position))
        return found

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
            if sum(self._table.content(member).hedged for member in members) <= 1
            and not self._certain.known.within(members)
            and not self._undecided.within(members)
        ]

    # -- reading -----------------------------------------------------------------------------------

    def conflicts(self) -> ConflictTable:
        """Return all the conflicts there are now, as `kg.contradiction.compiled.find` would, in some order."""
        return self._conflicts.table()

    def of(self, position: int) -> tuple[LiveConflict, ...]:
        """Return the conflicts that a position stands in."""
        return tuple(self._conflicts.of(position))

    def content(self, position: int) -> Content:
        """Return what a position says, held or not."""
        return self._table.content(position)

    def position(self, content: Content) -> int | None:
        """Return the number of the position that says something, if it is held."""
        return self._table.find(content, self._dead)

    def held(self) -> tuple[Ints, PositionTable]:
        """Return the numbers of the positions that are held, and the positions."""
        positions = self._table.as_case().positions
        rows = np.flatnonzero(self._table.held(self._dead)).astype(np.int32)
        return rows, positions.take(rows)

    def is_held(self, position: int) -> bool:
        """Say whether a position is held."""
        return 0 <= position < len(self._table) and position not in self._dead

    @property
    def ground(self) -> tuple[str, ...]:
        """The rules that the background breaks by itself; what clashes with it anyhow may then be listed or not."""
        return tuple(sorted({rule for one in self._runs() for rule in one.outcome.ground}))

    @property
    def incomplete(self) -> tuple[str, ...]:
        """What was left out, in words, if anything."""
        return tuple(dict.fromkeys(one.incomplete for one in self._runs() if one.incomplete))

    def prove(self, conflict: LiveConflict) -> Proof | None:
        """Prove a conflict; bit i of the masks is `conflict.members[i]` (`kg.contradiction.proving.Prover`)."""
        rows = [self._said(position) for position in conflict.members]
        return self._prover.prove_rows(rows, possible=conflict.verdict == UNDECIDED, same=conflict.same)

    def _said(self, position: int) -> Said:
        content = self._table.content(position)
        term = self._certain.terms.term
        triple = Triple(term(content.s), term(content.p), term(content.o))  # type: ignore[arg-type]  # as it was given
        return Said(position, triple, content.denied, content.certain, content.possible, content.condition)
