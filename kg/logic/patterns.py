"""Graph patterns over labelled facts: every match comes with the assumptions it rests on.

The algebra is the part of SPARQL's in which more facts never take a match away: basic graph patterns,
join, union, filters and values that look at one match only, and projection. Before -> after:

    facts     x is A            from {1}
              x is B            from {2}, and from {3}
    pattern   ?m is A, ?m is B
    matches   ?m = x            from {1, 2}, and from {1, 3}

This is why-provenance (Green, Karvounarakis and Tannen 2007) with time: the facts of a match must all hold
at one instant, so a match has a span, which is what the spans of its facts share. Evaluation is bottom-up,
as the SPARQL 1.1 recommendation (section 18) defines it, but for one thing: matches are a set, not a bag.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from kg.logic.limits import Limits, OutOfTime
from kg.logic.rules import Atom, Slot, Var
from kg.terms import Term, Triple
from kg.times import ALWAYS, Span

Assumptions: TypeAlias = frozenset[int]
Binding: TypeAlias = Mapping[Var, Term]
Row: TypeAlias = tuple[Term | None, ...]
Test: TypeAlias = Callable[[Binding], bool]
Value: TypeAlias = Callable[[Binding], Term | None]

DEFAULT_STEPS = 2_000_000
"""How many partial matches are tried before the answer is called incomplete."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One way to know something: the assumptions that it takes, and when it then holds."""

    assumptions: Assumptions
    span: Span

    def absorbs(self, other: Cause) -> bool:
        """Say whether this cause makes the other needless: no more assumptions, and for at least as long.

        >>> Cause(frozenset({1}), ALWAYS).absorbs(Cause(frozenset({1, 2}), Span(0, 9)))
        True
        """
        return self.assumptions <= other.assumptions and self.span.covers(other.span)


# -- patterns ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bgp:
    """A basic graph pattern: atoms that must all match, at one instant."""

    atoms: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """Both patterns, with the same values for the variables they share."""

    left: Pattern
    right: Pattern


@dataclass(frozen=True, slots=True)
class Union:
    """Either pattern."""

    left: Pattern
    right: Pattern


@dataclass(frozen=True, slots=True)
class Filter:
    """The matches that pass a test of their values."""

    pattern: Pattern
    test: Test


@dataclass(frozen=True, slots=True)
class Extend:
    """Each match with one more value, computed from it; an error (None) leaves the variable free."""

    pattern: Pattern
    variable: Var
    value: Value


@dataclass(frozen=True, slots=True)
class Values:
    """Matches written out in the query."""

    rows: tuple[tuple[tuple[Var, Term], ...], ...]


@dataclass(frozen=True, slots=True)
class Project:
    """The matches with only some of their variables."""

    pattern: Pattern
    variables: tuple[Var, ...]


Pattern: TypeAlias = Bgp | Join | Union | Filter | Extend | Values | Project


def atoms(pattern: Pattern) -> Iterator[Atom]:
    """Yield every atom of a pattern."""
    match pattern:
        case Bgp(own):
            yield from own
        case Join(left, right) | Union(left, right):
            yield from atoms(left)
            yield from atoms(right)
        case Filter() | Extend() | Project():
            yield from atoms(pattern.pattern)


@dataclass(frozen=True, slots=True)
class OrderBy:
    """One key that rows are sorted by: first by the kind of term, then among terms of one kind."""

    key: Callable[[Binding], tuple[int, Any]]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A question: whether the pattern matches (`asks`), or with which values of some variables."""

    asks: bool
    variables: tuple[Var, ...]
    pattern: Pattern
    order: tuple[OrderBy, ...] = ()
    offset: int = 0
    limit: int | None = None

    def arrange(self, rows: Iterable[Row]) -> list[Row]:
        """Sort rows by the keys of the query; what comes equal stays in the order given."""
        found = list(rows)
        for one in reversed(self.order):
            found.sort(key=lambda row: one.key(self._binding(row)), reverse=one.descending)
        return found

    def cut(self, rows: Sequence[Row]) -> list[Row]:
        """Apply OFFSET and LIMIT."""
        return list(rows[self.offset : None if self.limit is None else self.offset + self.limit])

    def _binding(self, row: Row) -> dict[Var, Term]:
        return {name: term for name, term in zip(self.variables, row, strict=True) if term is not None}


# -- facts ---------------------------------------------------------------------------------------

_Key: TypeAlias = tuple[bool, Term | None, Term | None, Term | None]


class LabelledFacts:
    """Facts with their causes, indexed by every combination of subject, predicate and object."""

    def __init__(self, facts: Iterable[tuple[Triple, bool, Sequence[Cause]]]) -> None:
        """Take (triple, whether it is a denial, the ways to know it); a fact may come more than once."""
        self._causes: dict[tuple[Triple, bool], list[Cause]] = {}
        self._index: dict[_Key, list[Triple]] = {}
        for triple, denied, causes in facts:
            known = self._causes.get((triple, denied))
            if known is None:
                known = self._causes[triple, denied] = []
                for key in _keys(triple, denied=denied):
                    self._index.setdefault(key, []).append(triple)
            for cause in causes:
                absorb(known, cause)

    def __len__(self) -> int:
        return len(self._causes)

    def causes(self, triple: Triple, *, denied: bool = False) -> Sequence[Cause]:
        """Return the ways to know a fact."""
        return self._causes.get((triple, denied), ())

    def terms(self) -> set[Term]:
        """Return every term of every fact."""
        return {term for triple, _ in self._causes for term in triple}

    def candidates(self, atom: Atom, binding: Binding) -> Sequence[Triple]:
        """Return the facts that agree with an atom wherever it has a value."""
        s, p, o = (_value(slot, binding) for slot in (atom.s, atom.p, atom.o))
        return self._index.get((atom.denied, s, p, o), ())


def _keys(triple: Triple, *, denied: bool) -> Iterator[_Key]:
    for s in (triple.s, None):
        for p in (triple.p, None):
            for o in (triple.o, None):
                yield denied, s, p, o


def _value(slot: Slot, binding: Binding) -> Term | None:
    return binding.get(slot) if isinstance(slot, Var) else slot


def absorb(known: list[Cause], new: Cause) -> None:
    """Add a cause to a list in which none makes another needless, keeping it so.

    >>> found = [Cause(frozenset({1, 2}), ALWAYS), Cause(frozenset({3}), ALWAYS)]
    >>> absorb(found, Cause(frozenset({2}), ALWAYS))
    >>> [sorted(cause.assumptions) for cause in found]
    [[3], [2]]
    """
    if any(old.absorbs(new) for old in known):
        return
    known[:] = [old for old in known if not new.absorbs(old)]
    known.append(new)


# -- evaluation ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Match:
    binding: Binding
    cause: Cause


@dataclass(slots=True)
class Evaluation:
    """One evaluation: over which facts, within which time, and with how much work.

    `consistent` says whether assumptions can be held together; matches that rest on others are no
    matches. `incomplete` says in words what stopped the search, if anything did: the number of `steps`, or
    the time of `limits`.
    """

    facts: LabelledFacts
    consistent: Callable[[Assumptions], bool]
    within: Span = ALWAYS
    steps: int = DEFAULT_STEPS
    limits: Limits = field(default_factory=Limits)
    incomplete: str = ""
    _tick: Callable[[], None] = field(init=False)
    _left: int = field(init=False)
    _known: dict[Assumptions, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._tick = self.limits.ticker()
        self._left = self.steps

    def rows(self, query: Query) -> dict[Row, list[Cause]]:
        """Return each row with all its minimal causes; for a query that asks yes or no, the empty row."""
        found: dict[Row, list[Cause]] = {}
        try:
            for match in self._matches(query.pattern):
                row = () if query.asks else tuple(match.binding.get(name) for name in query.variables)
                absorb(found.setdefault(row, []), match.cause)
        except OutOfTime:
            self.incomplete = self.limits.time_words
        except _OutOfSteps:
            self.incomplete = f"stopped after {self.steps:,} partial matches"
        return found

    def _matches(self, pattern: Pattern) -> Iterator[_Match]:
        match pattern:
            case Bgp(own):
                yield from self._bgp(own, _Match({}, Cause(frozenset(), self.within)))
            case Join(left, right):
                yield from self._join(left, right)
            case Union(left, right):
                yield from self._matches(left)
                yield from self._matches(right)
            case Filter(inner, test):
                yield from (one for one in self._matches(inner) if test(one.binding))
            case Extend(inner, variable, value):
                for one in self._matches(inner):
                    term = value(one.binding)
                    yield one if term is None else _Match({**one.binding, variable: term}, one.cause)
            case Values(rows):
                yield from (_Match(dict(row), Cause(frozenset(), self.within)) for row in rows)
            case Project(inner, variables):
                yield from self._project(inner, variables)

    def _join(self, left: Pattern, right: Pattern) -> Iterator[_Match]:
        if isinstance(left, Bgp) and not isinstance(right, Bgp):
            left, right = right, left
        if isinstance(right, Bgp):  # it has no filters, so what is known may be put in at once
            for one in self._matches(left):
                yield from self._bgp(right.atoms, one)
            return
        others = list(self._matches(right))
        for one in self._matches(left):
            for other in others:
                self._step()
                if all(one.binding.get(name, term) == term for name, term in other.binding.items()):
                    cause = self._both(one.cause, other.cause)
                    if cause is not None:
                        yield _Match({**one.binding, **other.binding}, cause)

    def _bgp(self, wanted: Sequence[Atom], so_far: _Match) -> Iterator[_Match]:
        """Match the atom with the fewest candidates first, and the rest under each of its matches."""
        if not wanted:
            yield so_far
            return
        found = [self.facts.candidates(atom, so_far.binding) for atom in wanted]
        at = min(range(len(wanted)), key=lambda i: len(found[i]))
        atom, rest = wanted[at], [*wanted[:at], *wanted[at + 1 :]]
        for triple in found[at]:
            binding = _bind(atom, triple, so_far.binding)
            if binding is None:
                continue
            for cause in self.facts.causes(triple, denied=atom.denied):
                self._step()
                both = self._both(so_far.cause, cause)
                if both is not None:
                    yield from self._bgp(rest, _Match(binding, both))

    def _project(self, inner: Pattern, variables: Sequence[Var]) -> Iterator[_Match]:
        found: dict[tuple[tuple[Var, Term], ...], list[Cause]] = {}
        for one in self._matches(inner):
            kept = tuple((name, one.binding[name]) for name in variables if name in one.binding)
            absorb(found.setdefault(kept, []), one.cause)
        for kept, causes in found.items():
            yield from (_Match(dict(kept), cause) for cause in causes)

    def _both(self, one: Cause, other: Cause) -> Cause | None:
        """Return what it takes to know both, or None if they share no instant or cannot be held together."""
        span = one.span.meet(other.span)
        if span is None:
            return None
        needed = one.assumptions | other.assumptions
        if needed not in self._known:
            self._known[needed] = self.consistent(needed)
        return Cause(needed, span) if self._known[needed] else None

    def _step(self) -> None:
        self._tick()
        self._left -= 1
        if self._left < 0:
            raise _OutOfSteps


class _OutOfSteps(Exception):
    """The number of partial matches allowed is used up."""


def _bind(atom: Atom, triple: Triple, binding: Binding) -> Binding | None:
    """Give the free variables of an atom their values; None if one variable would need two."""
    new: dict[Var, Term] = {}
    for slot, term in zip((atom.s, atom.p, atom.o), triple, strict=True):
        if isinstance(slot, Var) and slot not in binding and new.setdefault(slot, term) != term:
            return None
    return {**binding, **new} if new else binding
