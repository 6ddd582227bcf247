"""A case that is checked once and then kept checked: positions come and go, one at a time.

A new minimal conflict has the new position in it; a position that is taken back takes its conflicts with it, and
nothing else changes. So what there is to do for one position depends on its neighbours, not on the size of the case:

    open      the full check; what it knows is indexed (`kg.contradiction.columnar.live_run`, `kg.logic.delta`)
    add       join the one new position with what is known, in each run that counts; then the verdicts as in
              `kg.contradiction.columnar.compiled.find`
    retract   mark the position as gone; drop the conflicts that it stands in

What says something of the vocabulary, has a condition, or is of a kind that no position was of before can make
other rules matter. Then everything is checked anew (`reopened`): slow, rare, and the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kg.contradiction.columnar.case import Case
from kg.contradiction.columnar.compiled import UNDECIDED
from kg.contradiction.columnar.live_conflicts import LiveConflict
from kg.contradiction.columnar.live_run import Content
from kg.contradiction.columnar.live_table import LiveTable
from kg.contradiction.columnar.live_verdicts import LiveVerdicts
from kg.contradiction.columnar.proving import Prover, Said
from kg.logic.delta import TooMuch
from kg.logic.limits import Limits
from kg.logic.tables import ConflictTable, Ints, PositionTable
from kg.logic.trace import Proof
from kg.terms import Triple

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
        self.reopen()

    @classmethod
    def open(cls, case: Case, limits: Limits | None = None) -> Live:
        """Check a case and keep what is known of it; its theory, background and names must not change."""
        return cls(case, limits)

    def reopen(self) -> None:
        """Check everything that is held now, and index it anew: worth while after very many changes."""
        self.reopened += 1
        case = self._table.as_case()
        held = self._table.held(self._dead)
        checked = LiveVerdicts(
            case, held, self._table.content, dead=self._dead, limits=self.limits, most=self._most_steps
        )
        self._checked, self._prover = checked, Prover(case, kinds=checked.useful)

    # -- changes -----------------------------------------------------------------------------------

    def add(self, content: Content) -> Added:
        """Hold one more position; return its number and the conflicts that it makes.

        The object of the content must be written canonically (`kg.values.canonical`), as everywhere in columns.
        """
        known = self._table.find(content, self._dead)
        if known is not None:
            return Added(known, is_new=False)
        position = self._table.add(content)
        try:
            return Added(position, self._conflicts_with(content, position))
        except BaseException:  # also when somebody interrupts: then the position is not held, and all is as it was
            self._dead.add(position)
            self._checked.conflicts.drop(position)
            raise

    def _conflicts_with(self, content: Content, position: int) -> tuple[LiveConflict, ...]:
        if self._checked.admits(content, position):
            try:
                return self._checked.add(content, position)
            except TooMuch:
                pass
        self.reopen()
        return tuple(self._checked.conflicts.of(position))

    def retract(self, position: int) -> tuple[LiveConflict, ...]:
        """Hold a position no more; return the conflicts that are gone with it.

        Raises `KeyError` if it is not held. Held again later, it gets a new number.
        """
        if position in self._dead or not 0 <= position < len(self._table):
            raise KeyError(position)
        self._dead.add(position)
        return tuple(self._checked.conflicts.drop(position))

    # -- reading -----------------------------------------------------------------------------------

    def conflicts(self) -> ConflictTable:
        """Return all the conflicts there are now, as `kg.contradiction.columnar.compiled.find` would, in some order."""
        return self._checked.conflicts.table()

    def of(self, position: int) -> tuple[LiveConflict, ...]:
        """Return the conflicts that a position stands in."""
        return tuple(self._checked.conflicts.of(position))

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
        return self._checked.ground

    @property
    def incomplete(self) -> tuple[str, ...]:
        """What was left out, in words, if anything."""
        return self._checked.incomplete

    def prove(self, conflict: LiveConflict) -> Proof | None:
        """Prove a conflict; bit i of the masks is `conflict.members[i]` (see `Prover`)."""
        rows = [self._said(position) for position in conflict.members]
        return self._prover.prove_rows(rows, possible=conflict.verdict == UNDECIDED, same=conflict.same)

    def _said(self, position: int) -> Said:
        content = self._table.content(position)
        term = self._prover.case.terms.term
        triple = Triple(term(content.s), term(content.p), term(content.o))  # type: ignore[arg-type]  # as it was given
        return Said(position, triple, content.denied, content.certain, content.possible, content.condition)
