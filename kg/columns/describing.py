"""What describing a conflict asks of the world, looked up in columns: nothing is copied out of them.

Before: a dict of every background triple. After: the rows of one thing, found by binary search when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import cast

import numpy as np

from kg.columns.case import Held
from kg.contradiction.snapshots import World
from kg.contradiction.theory import Theory
from kg.logic.tables import FactTable, Ints, Longs
from kg.naming import by_subject
from kg.terms import Iri, Node, Term, Triple
from kg.times import Span, Window
from kg.vocab import NEG
from kg.wording import NAMES, Wording, build_wording

REMEMBERED = 20_000
"""How many things are kept in memory once they were looked up."""

_FEW = (NEG.phrase, NEG.phraseDenied, NEG.question, NEG.plural)
"""What is said of few things, and read at once."""


class WorldInColumns:
    """The background of records in columns, as mappings.

    `world` is as much of a `World` as describing asks for: whose names are unique, what may be the same and what is
    included in what is known to the columns (`kg.contradiction.columnar.guards`), not to it.
    """

    def __init__(self, held: Held, theory: Theory) -> None:
        self.held = held
        self.theory = theory
        self.world = World(theory, _Background(held), _Properties(self), ())

    def stated(self, node: Node) -> list[Triple]:
        """Return the background about one thing, each triple once; objects in canonical form."""
        number = self.held.records.terms.find(node)
        if number is None:
            return []
        low, high = self._by_subject[0].searchsorted(np.array([number, number + 1], np.int32))
        return list(dict.fromkeys(self._triples(self._by_subject[1][low:high])))

    def wording(self, ontology: Iterable[Triple]) -> Wording:
        """Return what things are called; names are looked up when they are asked for."""
        own = tuple(ontology)
        table, terms = self.held.records.background, self.held.records.terms
        few = [number for predicate in _FEW if (number := terms.find(predicate)) is not None]
        told = self._triples(np.flatnonzero(np.isin(table.p, few)))
        wording = build_wording([*own, *told], self.theory.says, self.theory.kinds, self.world.properties)
        return Wording(
            names=_Called(self, own),
            plural=wording.plural,
            phrases=wording.phrases,
            denied=wording.denied,
            questions=wording.questions,
            says=wording.says,
            telling=wording.telling,
            properties=self.world.properties,
        )

    @cached_property
    def _by_subject(self) -> tuple[Ints, Longs]:
        subjects = self.held.records.background.s
        order = np.argsort(subjects, kind="stable")
        return subjects[order], order

    def _triples(self, rows: Longs) -> Iterator[Triple]:
        table, term = self.held.records.background, self.held.records.terms.term
        for row in rows.tolist():
            yield Triple(
                cast(Node, term(int(table.s[row]))), cast(Iri, term(int(table.p[row]))), term(int(table.o[row]))
            )


class _Properties(Mapping[Node, list[tuple[Iri, Term]]]):
    """The logical background and the axioms by subject."""

    def __init__(self, columns: WorldInColumns) -> None:
        self._columns = columns
        self._axioms = by_subject(sorted(columns.theory.axioms, key=str))
        self._looked_up = lru_cache(REMEMBERED)(self._look_up)

    def __getitem__(self, node: Node) -> list[tuple[Iri, Term]]:
        found = self._looked_up(node)
        if not found:
            raise KeyError(node)
        return found

    def _look_up(self, node: Node) -> list[tuple[Iri, Term]]:
        stated = [(t.p, t.o) for t in self._columns.stated(node) if self._columns.theory.is_logical(t)]
        return list(dict.fromkeys([*stated, *self._axioms.get(node, ())]))

    def __iter__(self) -> Iterator[Node]:
        records = self._columns.held.records
        subjects = (cast(Node, records.terms.term(n)) for n in np.unique(records.background.s).tolist())
        return iter(node for node in dict.fromkeys([*subjects, *self._axioms]) if self._looked_up(node))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Background(Mapping[Triple, Window]):
    """The timed background of a case: each triple and when it holds."""

    def __init__(self, held: Held) -> None:
        self._terms = held.records.terms
        self._table: FactTable = held.case.background
        self._looked_up = lru_cache(REMEMBERED)(self._look_up)

    @cached_property
    def _by_subject(self) -> tuple[Ints, Longs]:
        order = np.argsort(self._table.s, kind="stable")
        return self._table.s[order], order

    def __getitem__(self, triple: Triple) -> Window:
        found = self._looked_up(triple)
        if found is None:
            raise KeyError(triple)
        return found

    def _look_up(self, triple: Triple) -> Window | None:
        s, p, o = (self._terms.find(term) for term in triple)
        if s is None or p is None or o is None:
            return None
        low, high = self._by_subject[0].searchsorted(np.array([s, s + 1], np.int32))
        rows = self._by_subject[1][low:high]
        found = rows[(self._table.p[rows] == p) & (self._table.o[rows] == o)]
        return self._window(int(found[0])) if len(found) else None

    def _window(self, row: int) -> Window:
        certain, possible = (
            Span(int(spans.start[row]), int(spans.end[row])) if spans.start[row] <= spans.end[row] else None
            for spans in (self._table.certain, self._table.possible)
        )
        return Window(certain, possible)

    def __iter__(self) -> Iterator[Triple]:
        term, table = self._terms.term, self._table
        for row in range(len(table)):
            yield Triple(
                cast(Node, term(int(table.s[row]))), cast(Iri, term(int(table.p[row]))), term(int(table.o[row]))
            )

    def __len__(self) -> int:
        return len(self._table)


class _Called(Mapping[Node, str]):
    """The best name of each thing, from the ontology and the background about it."""

    def __init__(self, columns: WorldInColumns, ontology: tuple[Triple, ...]) -> None:
        self._columns = columns
        self._own: dict[Node, list[Triple]] = {}
        for triple in ontology:
            if triple.p in NAMES:
                self._own.setdefault(triple.s, []).append(triple)
        self._looked_up = lru_cache(REMEMBERED)(self._look_up)

    def __getitem__(self, node: Node) -> str:
        found = self._looked_up(node)
        if found is None:
            raise KeyError(node)
        return found

    def _look_up(self, node: Node) -> str | None:
        triples = [*self._own.get(node, ()), *(t for t in self._columns.stated(node) if t.p in NAMES)]
        return build_wording(triples, {}, (), {}).names.get(node) if triples else None

    def __iter__(self) -> Iterator[Node]:
        records = self._columns.held.records
        named = [number for predicate in NAMES if (number := records.terms.find(predicate)) is not None]
        rows = np.isin(records.background.p, named)
        subjects = (cast(Node, records.terms.term(n)) for n in np.unique(records.background.s[rows]).tolist())
        return iter(node for node in dict.fromkeys([*self._own, *subjects]) if self._looked_up(node) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)
