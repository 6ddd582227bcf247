"""What commitments speak of, as `kg.spoken.things_in`: for all of them at once."""

from __future__ import annotations

import numpy as np

from kg.columns.browsing.indexes import Index, different, distinct
from kg.columns.dictionary import Dictionary
from kg.columns.records import Background, Records
from kg.logic.tables import Flags, Ints, Longs
from kg.spoken import NAMES_CLASS
from kg.terms import Iri, Term
from kg.vocab import OWL, RDF, RDFS

_DEEPEST = 60
"""Nested statements are followed so far; readers take no more than 50."""


def spoken(records: Records) -> tuple[Ints, Ints]:
    """Return the different pairs of a row of the commitments and a thing that it speaks of."""
    commitments, terms = records.commitments, records.terms
    rows = np.arange(len(commitments), dtype=np.int32)
    classes = _numbers(terms, NAMES_CLASS)
    with_object = ~np.isin(commitments.p, classes)
    pairs = np.concatenate([rows, rows[with_object]]), np.concatenate([commitments.s, commitments.stated[with_object]])
    row, thing = _Nesting(records, classes).resolved(*pairs)
    kept = ~terms.is_literal(thing)
    below = _numbers(terms, (RDFS.subClassOf,))
    kept &= ~(np.isin(commitments.p[row], below) & (commitments.s[row] == thing))
    return distinct(row[kept], thing[kept])


class _Nesting:
    """Statements about statements, and descriptions of classes, as the background holds them."""

    def __init__(self, records: Records, classes: Ints) -> None:
        background, self._terms = records.background, records.terms
        self._subject = _objects_of(background, self._terms, RDF.subject)
        predicate = _objects_of(background, self._terms, RDF.predicate)
        objects = _objects_of(background, self._terms, RDF.object)
        of_class = predicate.keys[np.isin(predicate.values, classes)]
        spoken_of = ~np.isin(objects.keys, of_class)
        self._object = Index(objects.keys[spoken_of], objects.values[spoken_of])
        self._background = background
        self._classes = _Expressions(records)

    def resolved(self, row: Ints, term: Ints) -> tuple[Ints, Ints]:
        """Put in place of statements and descriptions what they speak of, until nothing is left to open."""
        done: list[tuple[Ints, Ints]] = []
        for _ in range(_DEEPEST):
            nested = np.isin(term, self._subject.keys)
            described = ~nested & self._classes.are(term)
            plain = ~(nested | described)
            done.append((row[plain], term[plain]))
            if plain.all():
                break
            inner = [self._subject.join(term[nested]), self._object.join(term[nested])]
            parts = [(row[nested][at], values) for at, values in inner]
            at, values = self._classes.values(term[described])
            parts.append((row[described][at], values))
            row, term = distinct(np.concatenate([r for r, _ in parts]), np.concatenate([t for _, t in parts]))
        return np.concatenate([r for r, _ in done]), np.concatenate([t for _, t in done])


class _Expressions:
    """Descriptions of classes: nodes without a name of their own that OWL says something of."""

    def __init__(self, records: Records) -> None:
        background, terms = records.background, records.terms
        owl = [n for n in different(background.p).tolist() if str(terms.term(n)).startswith(OWL)]
        anonymous = terms.is_anonymous(background.s)
        self._known: Ints = different(background.s[anonymous & np.isin(background.p, owl)])
        self._inside = Index.of(background.s[anonymous], background.o[anonymous])
        valued = anonymous & np.isin(background.p, _numbers(terms, (OWL.hasValue,)))
        self._valued = Index.of(background.s[valued], background.o[valued])
        self._terms = terms

    def are(self, term: Ints) -> Flags:
        """Say which terms are descriptions of classes."""
        found: Flags = np.isin(term, self._known)
        return found

    def values(self, term: Ints) -> tuple[Longs, Ints]:
        """Return the things that descriptions name, and for each the place of its description."""
        once, place = np.unique(term, return_inverse=True)
        found = [self._named_in(int(one)) for one in once]
        index = Index(
            np.repeat(np.arange(len(once), dtype=np.int32), [len(one) for one in found]),
            np.array([value for one in found for value in one], np.int32),
        )
        return index.join(place.reshape(-1))

    def _named_in(self, term: int) -> list[int]:
        inner: set[int] = set()
        todo = [term]
        while todo:
            node = todo.pop()
            if node not in inner:
                inner.add(node)
                below = self._inside.at(node)
                todo += below[self._terms.is_anonymous(below)].tolist()
        return sorted({int(value) for node in inner for value in self._valued.at(node)})


def _objects_of(background: Background, terms: Dictionary, predicate: Iri) -> Index:
    rows = np.isin(background.p, _numbers(terms, (predicate,)))
    one, other = distinct(background.s[rows], background.o[rows])
    return Index(one, other)


def _numbers(terms: Dictionary, wanted: tuple[Term, ...]) -> Ints:
    return np.array([n for term in wanted if (n := terms.find(term)) is not None], np.int32)
