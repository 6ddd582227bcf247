"""Workloads as the columns of the compiled engine: numbers of terms, and times in seconds.

The numbers of entities and of plain integers are ranges; a term is made only when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.workload.claims import ANY, RATE, TYPE, Claims, Ints
from benchmarks.workload.vocabulary import CLASSES, FIRST_DAY, PREDICATES, SOME, W
from kg.logic.tables import ClaimTable, PositionTable, Spans
from kg.terms import Iri, Literal, Term
from kg.times import DAY
from kg.vocab import XSD_NS

_EPOCH = (FIRST_DAY - FIRST_DAY.replace(year=1970)).days


@dataclass(slots=True)
class Numbers:
    """A dictionary of entities (the first numbers), plain integers (the next), and whatever is asked for."""

    entities: int
    integers: int
    more: list[Term] = field(default_factory=list)
    _known: dict[Term, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.entities + self.integers + len(self.more)

    def term(self, number: int) -> Term:
        """Return the term that a number stands for."""
        if number < self.entities:
            return W.term(f"e{number}")
        if number < self.entities + self.integers:
            return Literal(str(number - self.entities), XSD_NS.integer)
        return self.more[number - self.entities - self.integers]

    def number(self, term: Term) -> int:
        """Return the number of a term, giving it one if it is new."""
        found = self._known.get(term)
        if found is None:
            found = self._ranged(term)
        if found is None:
            found = len(self)
            self.more.append(term)
            self._known[term] = found
        return found

    def _ranged(self, term: Term) -> int | None:
        if isinstance(term, Iri) and term.startswith(W + "e") and (digits := term[len(W) + 1 :]).isdecimal():
            return int(digits) if int(digits) < self.entities else None
        if isinstance(term, Literal) and term.datatype == XSD_NS.integer and term.value.isdecimal():
            return self.entities + int(term.value) if int(term.value) < self.integers else None
        return None

    def numbers(self, terms: Sequence[Term]) -> Ints:
        """Return the numbers of many terms, giving numbers to new ones."""
        return np.fromiter((self.number(term) for term in terms), np.int32, len(terms))

    def literals(self) -> Ints:
        """Return the numbers of the terms that are literals, in rising order."""
        base = self.entities + self.integers
        more = [base + at for at, term in enumerate(self.more) if isinstance(term, Literal)]
        return np.concatenate([np.arange(self.entities, base, dtype=np.int32), np.array(more, np.int32)])


def tables(claims: Claims, entities: int, integers: int) -> tuple[ClaimTable, Numbers]:
    """Return claims of the six-rule workload as the engine takes them, and their dictionary."""
    terms = Numbers(entities, integers)
    predicates, classes, some = terms.numbers(PREDICATES), terms.numbers(CLASSES), terms.numbers(SOME)
    rate = (claims.predicate >= RATE) & (claims.value != ANY)
    none = claims.value == ANY
    kind = claims.predicate == TYPE
    value = np.where(rate, claims.value + entities, claims.value)
    value[kind] = classes[claims.value[kind]]
    value[none] = some[claims.predicate[none] - RATE]
    predicate = predicates[np.where(none, TYPE, claims.predicate)]
    spans = seconds(claims.start, claims.end)
    rows = len(claims)
    content = PositionTable(
        s=claims.subject.astype(np.int32),
        p=predicate.astype(np.int32),
        o=value.astype(np.int32),
        denied=~claims.affirmed,
        certain=spans,
        possible=spans,
        hedged=np.zeros(rows, bool),
        condition=np.full(rows, -1, np.int32),
    )
    return ClaimTable(np.arange(rows, dtype=np.int32), claims.source, content), terms


def seconds(start: Ints, end: Ints) -> Spans:
    """Return stretches of days, both included, as stretches of seconds."""
    first = (start.astype(np.int64) + _EPOCH) * DAY
    return Spans(first, (end.astype(np.int64) + _EPOCH + 1) * DAY - 1)
