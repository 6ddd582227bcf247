"""What a check over columns is given: a theory, positions, background and names, all in numbers of one dictionary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kg.contradiction.columnar.literals import LiteralColumns
from kg.contradiction.theory import Theory
from kg.logic.tables import FactTable, Ints, PositionTable, Terms
from kg.terms import Iri, Triple
from kg.times import Window
from kg.vocab import OWL, TYPE


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be so for a conditional position to say anything; `window` None: when the position itself holds."""

    s: int
    p: int
    o: int
    window: Window | None


@dataclass(frozen=True, slots=True)
class Names:
    """Whose names are unique: row i says that `term[i]` has an entry of its own in dossier `dossier[i]`."""

    term: Ints
    dossier: Ints

    @classmethod
    def none(cls) -> Names:
        """Return that nothing is known."""
        return cls(np.empty(0, np.int32), np.empty(0, np.int32))


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that a check over columns is given; terms are numbers of `terms`.

    `positions.condition` counts `conditions`; `maybe_same` are pairs of terms that may be one thing. `literals`
    may be shared by checks of one dictionary: what it has learnt of a literal it keeps.
    """

    theory: Theory
    terms: Terms
    positions: PositionTable
    background: FactTable
    names: Names
    literals: LiteralColumns
    conditions: tuple[Condition, ...] = ()
    maybe_same: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(
        cls,
        theory: Theory,
        terms: Terms,
        positions: PositionTable,
        background: FactTable | None = None,
        names: Names | None = None,
    ) -> Case:
        """Put a case together from its main parts."""
        background = background or FactTable.none()
        return cls(theory, terms, positions, background, names or Names.none(), LiteralColumns(terms))

    def calls_things(self) -> list[Triple]:
        """Say whether anything is called an owl:Thing; the rules about that are left out where nothing is."""
        thing, of_type = self.terms.number(OWL.Thing), self.terms.number(TYPE)
        called = any(
            bool(((table.p == of_type) & (table.o == thing)).any() or (table.s == thing).any())
            for table in (self.positions, self.background)
        )
        met = any(thing in (one.s, one.o) for one in self.conditions)
        return [Triple(Iri("urn:thing"), TYPE, OWL.Thing)] if called or met else []
