"""The heavy-tailed workload: what is small in a tidy data set and huge in a real one.

hot-proposition   thousands affirm and thousands deny one proposition: one conflict of two positions
hot-subject       one functional property of one subject, a value for each of very many short terms
component         a path of conflicts: each value overlaps in time with the next
deep-classes      a class hierarchy a thousand deep, and denials above and below
part-of           a hierarchy of places in deep chains: a place and what it lies in agree
long-chains       long chains of "before", a few of them closed to a cycle

Each part is a world of its own, at any size, with the conflicts planted in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from benchmarks.workload.tables import Numbers
from benchmarks.workload.vocabulary import W
from kg.logic.tables import ClaimTable, FactTable, PositionTable, Spans
from kg.terms import Iri, Literal, Triple
from kg.times import DAY
from kg.vocab import NEG, OWL, RDFS, TYPE, XSD_NS

_TERM_DAYS = 10  # length of one term of the hot subject
_LONGEST = 1000  # depth of hierarchies and length of chains
_MOST_CYCLE = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A world: ontology, claims, background, and the sets of claim rows that stand for its minimal conflicts.

    `positions` is how many positions its claims take; every planted row is one claim of each position.
    """

    ontology: tuple[Triple, ...]
    terms: Numbers
    claims: ClaimTable
    background: FactTable
    unique_names: bool
    positions: int
    planted: tuple[frozenset[int], ...]


def hot_proposition(size: int, seed: int = 1) -> Part:
    """Return `size` claims for and as many against one proposition, in random order."""
    terms = Numbers(1, 0)
    denied = np.random.default_rng(seed).permutation(np.arange(2 * size) % 2 == 0)
    subject = np.zeros(2 * size, np.int32)
    claims = _claims(terms, subject, TYPE, terms.number(W.Cancelled), denied=denied)
    clash = frozenset((int(denied.argmax()), int((~denied).argmax())))
    return Part((), terms, claims, FactTable.none(), False, 2, (clash,))  # noqa: FBT003 - names are open


def hot_subject(size: int, seed: int = 1) -> Part:
    """Return `size` values that follow each other, and a few that stand within the term of another."""
    random = np.random.default_rng(seed)
    extra = max(1, size // 1000)
    starts = np.arange(size, dtype=np.int64) * _TERM_DAYS
    disputed = random.choice(size, extra, replace=False)
    begin = np.concatenate([starts, starts[disputed] + 2])
    end = np.concatenate([starts + _TERM_DAYS - 1, starts[disputed] + 4])
    value = np.concatenate([np.arange(size), disputed + size])
    order = random.permutation(size + extra)
    place = np.argsort(order)
    terms = Numbers(1, 2 * size)
    claims = _claims(
        terms, np.zeros(size + extra, np.int32), W.rate0, 1 + value[order], days=(begin[order], end[order])
    )
    pairs = zip(place[disputed].tolist(), place[size:].tolist(), strict=True)
    return _plain(terms, claims, (frozenset(pair) for pair in pairs), _functional(W.rate0, literal=True))


def component(size: int, seed: int = 1) -> Part:
    """Return `size` values of one property, each of which overlaps in time with the one before and the one after."""
    order = np.random.default_rng(seed).permutation(size)
    begin = order.astype(np.int64) * _TERM_DAYS
    place = np.argsort(order)
    terms = Numbers(1, size)
    claims = _claims(terms, np.zeros(size, np.int32), W.rate0, 1 + order, days=(begin, begin + _TERM_DAYS))
    pairs = zip(place[:-1].tolist(), place[1:].tolist(), strict=True)
    return _plain(terms, claims, (frozenset(pair) for pair in pairs), _functional(W.rate0, literal=True))


def deep_classes(size: int, seed: int = 1) -> Part:
    """Return things said to be in one class of a chain of up to `_LONGEST` and denied to be in another.

    Only who denies a class above the one affirmed contradicts it.
    """
    random = np.random.default_rng(seed)
    depth = min(_LONGEST, size)
    classes = [W.term(f"Class{i}") for i in range(depth)]
    ontology = tuple(Triple(below, RDFS.subClassOf, above) for below, above in pairwise(classes))
    said, denied = random.integers(0, depth, (2, size))
    denied[said == denied] = (said[said == denied] + 1) % depth
    terms = Numbers(size, 0)
    numbers = terms.numbers(classes)
    claims = _claims(
        terms,
        np.tile(np.arange(size, dtype=np.int32), 2),
        TYPE,
        np.concatenate([numbers[said], numbers[denied]]),
        denied=np.repeat([False, True], size),
    )
    planted = (frozenset((i, i + size)) for i in np.flatnonzero(denied > said).tolist())
    return _plain(terms, claims, planted, ontology)


def part_of(size: int, seed: int = 1) -> Part:
    """Return `size` places in chains of up to `_LONGEST` under one root, and two places for each of some events."""
    random = np.random.default_rng(seed)
    depth = min(_LONGEST, size // 4)
    places = np.arange(size, dtype=np.int32)
    wider = np.where(places % depth == 0, 0, places - 1)  # 0 is the root; each chain begins under it
    events = max(4, size // 10)
    chain, other = random.integers(0, size // depth, (2, events))
    level, deeper = np.sort(random.integers(1, depth, (2, events)), axis=0)
    disputed = (np.arange(events) % 2 == 0) & (chain != other)
    here = chain * depth + level
    there = np.where(disputed, other, chain) * depth + deeper
    terms = Numbers(size + events, 0)
    claims = _claims(
        terms, np.tile(np.arange(size, size + events, dtype=np.int32), 2), W.place, np.concatenate([here, there])
    )
    kind, lies_in = terms.number(TYPE), terms.number(W.partOf)
    facts = _facts(
        np.concatenate([places, places[1:]]),
        np.repeat([kind, lies_in], [size, size - 1]),
        np.concatenate([np.full(size, terms.number(W.Place)), wider[1:]]),
    )
    same = int(((here == there) & ~disputed).sum())
    planted = tuple(frozenset((i, i + events)) for i in np.flatnonzero(disputed).tolist())
    ontology = (
        *_functional(W.place, literal=False),
        Triple(W.partOf, TYPE, OWL.ObjectProperty),
        Triple(W.partOf, NEG.hierarchy, Literal("true", XSD_NS.boolean)),
    )
    return Part(ontology, terms, claims, facts, True, 2 * events - same, planted)  # noqa: FBT003 - names are unique


def long_chains(size: int, seed: int = 1) -> Part:
    """Return about `size` claims of "before" in chains; every other chain is closed to a cycle somewhere."""
    random = np.random.default_rng(seed)
    length = min(_LONGEST, size // 4)
    chains = size // length
    events = np.arange(chains * (length + 1), dtype=np.int32).reshape(chains, length + 1)
    cycles = np.arange(0, chains, 2)
    steps = random.integers(1, min(_MOST_CYCLE, length), len(cycles))
    first = random.integers(0, length - steps + 1)
    earlier = np.concatenate([events[:, :-1].ravel(), events[cycles, first + steps]])
    later = np.concatenate([events[:, 1:].ravel(), events[cycles, first]])
    order = random.permutation(len(earlier))
    place = np.argsort(order)
    terms = Numbers(events.size, 0)
    claims = _claims(terms, earlier[order], W.before, later[order])
    planted = (
        frozenset(place[[*range(c * length + at, c * length + at + n), chains * length + i]].tolist())
        for i, (c, at, n) in enumerate(zip(cycles, first, steps, strict=True))
    )
    ontology = tuple(
        Triple(W.before, TYPE, kind) for kind in (OWL.ObjectProperty, OWL.TransitiveProperty, OWL.IrreflexiveProperty)
    )
    return _plain(terms, claims, planted, ontology)


PARTS: Mapping[str, Callable[[int, int], Part]] = {
    "hot-proposition": hot_proposition,
    "hot-subject": hot_subject,
    "component": component,
    "deep-classes": deep_classes,
    "part-of": part_of,
    "long-chains": long_chains,
}
FULL_SIZE = {
    "hot-proposition": 10_000,
    "hot-subject": 100_000,
    "component": 100_000,
    "deep-classes": 10_000,
    "part-of": 100_000,
    "long-chains": 100_000,
}
"""The size at which each part is measured."""


def _plain(terms: Numbers, claims: ClaimTable, planted: Iterable[frozenset[int]], ontology: tuple[Triple, ...]) -> Part:
    """Return a part in which every claim is a position, and names are open."""
    return Part(ontology, terms, claims, FactTable.none(), False, len(claims), tuple(planted))  # noqa: FBT003


def _functional(predicate: Iri, *, literal: bool) -> tuple[Triple, ...]:
    kind = OWL.DatatypeProperty if literal else OWL.ObjectProperty
    return Triple(predicate, TYPE, kind), Triple(predicate, TYPE, OWL.FunctionalProperty)


def _facts(s: npt.NDArray[np.integer], p: npt.NDArray[np.integer], o: npt.NDArray[np.integer]) -> FactTable:
    always = Spans.always(len(s))
    return FactTable(s.astype(np.int32), p.astype(np.int32), o.astype(np.int32), always, always)


def _claims(
    terms: Numbers,
    subject: npt.NDArray[np.integer],
    predicate: Iri,
    value: npt.NDArray[np.integer] | int,
    *,
    denied: npt.NDArray[np.bool_] | None = None,
    days: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] | None = None,
) -> ClaimTable:
    """Return claims of one predicate, each by another source; without `days` what is claimed is always so."""
    rows = len(subject)
    spans = Spans.always(rows) if days is None else Spans(days[0] * DAY, (days[1] + 1) * DAY - 1)
    content = PositionTable(
        s=subject.astype(np.int32),
        p=np.full(rows, terms.number(predicate), np.int32),
        o=np.broadcast_to(np.asarray(value, np.int32), rows),
        denied=np.zeros(rows, bool) if denied is None else denied,
        certain=spans,
        possible=spans,
        hedged=np.zeros(rows, bool),
        condition=np.full(rows, -1, np.int32),
    )
    number = np.arange(rows, dtype=np.int32)
    return ClaimTable(number, number, content)
