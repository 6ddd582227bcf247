"""The questions that are put to a store, and their answers as plain rows; terms go in as values and as nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count, islice, product
from pathlib import Path
from string import Template
from typing import TypeAlias, TypeVar

from kg.contradiction.pushed import Kind, Rows, Side
from kg.errors import QueryError
from kg.store.protocol import Store
from kg.terms import Blank, Iri, Quad, Term, n3
from kg.vocab import COMPUTED_GRAPH, NEG, ONTOLOGY_GRAPH

AT_ONCE = 200
"""How many things one question names."""

PLACES_AT_ONCE = 100
"""How many kinds of statements one question names; some servers take no long tables."""

OUTSIDE = (ONTOLOGY_GRAPH, COMPUTED_GRAPH)
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')
_NOTHING = Iri("urn:nothing")  # some servers refuse an empty VALUES
_T = TypeVar("_T")
Cells: TypeAlias = tuple[Term | None, ...]
Table: TypeAlias = Iterable[Term | tuple[Term, ...]] | int | str


@dataclass(slots=True)
class Asking:
    """A store and the questions put to it; `asked` counts them, `cells` the terms that came back, by question.

    Where a store keeps values in its own way, `kept` answers with them as it keeps them, and `spelt` writes them so.
    In the graphs of `outside` nobody records anything.
    """

    store: Store
    outside: tuple[Iri, ...] = OUTSIDE
    kept: Store | None = None
    spelt: Callable[[Term], str] = n3
    asked: Counter[str] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)
    _answers: Iterator[int] = field(default_factory=count)

    def rows(self, name: str, **tables: Table) -> tuple[Cells, ...]:
        """Put the question of a name, with tables of terms for its `$names`; nameless things are new in each answer.

        A table stands in VALUES, or as `$name_listed` in a list with commas, where a store should begin elsewhere.
        """
        return self._rows(self.store, name, tables)

    def _rows(self, store: Store, name: str, tables: Mapping[str, Table]) -> tuple[Cells, ...]:
        filled: dict[str, int | str] = {"outside": self._listed(self.outside)}
        for key, value in tables.items():
            if isinstance(value, (int, str)):
                filled[key] = value
            else:
                terms = list(dict.fromkeys(value)) or [_NOTHING]
                filled |= {key: " ".join(map(self._written, terms)), f"{key}_listed": self._listed(terms)}
        text = Template(_text(name)).substitute(filled)
        found = store.select(text, name=name)
        self.asked[name] += 1
        self.cells[name] += len(found) * len(found.variables)
        number = next(self._answers)
        return tuple(tuple(_own(cell, number) for cell in row) for row in found)

    def about(self, name: str, things: Iterable[Term], **tables: Iterable[Term] | str) -> Iterator[Cells]:
        """Put a question about many things, some at a time; things without a name cannot be asked for."""
        for some in batched((thing for thing in things if not isinstance(thing, Blank)), AT_ONCE):
            yield from self.rows(name, things=some, **tables)

    def quads(self, name: str, things: Iterable[Term], **tables: Iterable[Term]) -> Iterator[Quad]:
        """Put a question about things whose answer is quads."""
        return quads_of(self.about(name, things, **tables))

    def having(self, side: Side, rows: Rows) -> tuple[Term, ...]:
        """Return the things that occur at the places of a side; values as the store keeps them."""
        if side.many:
            return self._things("things-with-many", _places(side, rows, ""))
        answers = [self._things("things", _places(part, rows, "")) for part in _parts(side)]
        return tuple(dict.fromkeys(thing for answer in answers for thing in answer))

    def having_both(self, one: Side, other: Side, rows: Rows) -> tuple[Term, ...]:
        """Return the things that occur on both sides."""
        answers = [
            self._things("things-with-both", {**_places(first, rows, "1"), **_places(second, rows, "2")})
            for first, second in product(_parts(one), _parts(other))
        ]
        return tuple(dict.fromkeys(thing for answer in answers for thing in answer))

    def _listed(self, terms: Iterable[Term | tuple[Term, ...]]) -> str:
        return ", ".join(map(self._written, terms))

    def _written(self, row: Term | tuple[Term, ...]) -> str:
        return f"({' '.join(map(self._term, row))})" if isinstance(row, tuple) else self._term(row)

    def _term(self, term: Term) -> str:
        if isinstance(term, Blank):
            raise QueryError(f"a thing without a name ({term}) cannot be asked for")
        if isinstance(term, Iri) and _NOT_IN_IRI.search(term):
            raise QueryError(f"<{term}> is not an IRI, so it cannot be asked for")
        return self.spelt(term)

    def _things(self, name: str, tables: Mapping[str, Table]) -> tuple[Term, ...]:
        return tuple(thing for (thing,) in self._rows(self.kept or self.store, name, tables) if thing is not None)


def quads_of(rows: Iterable[Cells]) -> Iterator[Quad]:
    """Read rows of graph, subject, predicate and object."""
    for g, s, p, o in rows:
        if g is not None and s is not None and p is not None and o is not None:
            yield Quad(s, p, o, g)  # type: ignore[arg-type]  # as they stand in a graph


def batched(items: Iterable[_T], size: int) -> Iterator[Sequence[_T]]:
    """Cut items into pieces of a size; the last may be smaller.

    >>> list(batched("abcde", 2))
    [('a', 'b'), ('c', 'd'), ('e',)]
    """
    left = iter(items)
    while piece := tuple(islice(left, size)):
        yield piece


@lru_cache(maxsize=64)
def _text(name: str) -> str:
    return (Path(__file__).parent / f"{name}.rq").read_text(encoding="utf-8")


def _own(term: Term | None, number: int) -> Term | None:
    """Keep the nameless things of one answer apart from those of the others."""
    return Blank(f"_:answer{number}-{str(term)[2:]}") if isinstance(term, Blank) else term


def _parts(side: Side) -> Iterator[Side]:
    """Cut a side into parts of which a thing need only be in one."""
    for places in batched(side.places, PLACES_AT_ONCE):
        yield Side(tuple(places))


def _places(side: Side, rows: Rows, suffix: str) -> Mapping[str, Table]:
    """Write the places of a side as the tables of a question."""
    tables: dict[str, list[Term | tuple[Term, ...]]] = {
        f"{what}_{how}{suffix}": [] for what in ("said", "recorded") for how in ("of", "to", "in")
    }
    for place in side.places:
        kind = rows.kinds.get(place.kind)
        if kind is None or isinstance(kind.cls, Blank):
            continue
        how = "in" if kind.cls is not None else "to" if place.side else "of"
        what = kind.cls if kind.cls is not None else kind.predicate
        tables[f"said_{how}{suffix}"].append((act_of(kind), what))
        if not kind.denied:
            tables[f"recorded_{how}{suffix}"].append(what)
    for name, table in tables.items():
        if not table:
            table.append((_NOTHING, _NOTHING) if name.startswith("said") else _NOTHING)
    return tables


def act_of(kind: Kind) -> Iri:
    """Return the predicate by which claims say such a thing."""
    return NEG.denies if kind.denied else NEG.affirms
