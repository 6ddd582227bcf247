"""Rules made ready to run over columns: what they ask of the vocabulary is answered beforehand.

An OWL rule such as cax-sco, `?c rdfs:subClassOf ?d, ?x a ?c => ?x a ?d`, asks two things: what the
vocabulary says (the first atom, a few thousand facts at most) and what is said of things (the second,
millions). A *family* is a rule whose first kind of atoms has been joined away: a table of *parameters*,
here the pairs (c, d), and the patterns that are left. One family stands for as many rules as its table
has rows, and all of them are run in one join.

Then, before any fact is touched, each row of each table is kept only if it can matter: forwards, if
facts of the kinds it needs can arise; backwards, if what it concludes can take part in a clash. The kind
of a fact (its *signature*) is its predicate, or its class for `rdf:type`, and whether it is a denial.
This is partial evaluation (Jones, Gomard and Sestoft 1993) and relevance, in the manner of magic sets
(Bancilhon et al. 1986), on signatures instead of values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from kg.logic import labels
from kg.logic.overlap import product_pairs
from kg.logic.rules import LITERALS_AT, Atom, Guard, Rule, Var
from kg.logic.tables import Flags, Ints, Longs, Spans
from kg.terms import Iri, Term
from kg.times import ALWAYS, Span
from kg.vocab import OWL, RDF, RDFS, TYPE

Slot = str | int
"""A variable by name, or the number of a term."""

_ABOUT_THINGS = frozenset({OWL.sameAs, OWL.differentFrom, OWL.Thing, OWL.Nothing, OWL.NamedIndividual})
_LIST = "urn:list#"


class NotCompiled(Exception):
    """A rule that needs what columns cannot give; the reason is the text."""


def is_vocabulary(predicate: Term, obj: Term | None) -> bool:
    """Say whether a fact is about the vocabulary, not about things, by its predicate or, for `rdf:type`, its class.

    >>> is_vocabulary(RDFS.subClassOf, None), is_vocabulary(TYPE, OWL.FunctionalProperty)
    (True, True)
    >>> is_vocabulary(OWL.sameAs, None)
    False
    """
    term = obj if predicate == TYPE else predicate
    if not isinstance(term, Iri) or term in _ABOUT_THINGS:
        return False
    if predicate == TYPE:
        return term.startswith((OWL, RDFS)) or term in (RDF.Property, RDF.List)
    return term.startswith((OWL, RDFS, _LIST)) or term in (RDF.first, RDF.rest)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern over numbers."""

    denied: bool
    s: Slot
    p: Slot
    o: Slot

    def variables(self) -> tuple[str, ...]:
        """The variables, each once."""
        return tuple(dict.fromkeys(slot for slot in (self.s, self.p, self.o) if isinstance(slot, str)))


@dataclass(frozen=True, slots=True)
class Bindings:
    """Rows of values for variables, the assumptions each row rests on, and when it holds."""

    columns: Mapping[str, Ints | Longs]
    sets: Ints
    span: Spans

    def __len__(self) -> int:
        return len(self.sets)

    def take(self, rows: Ints | Longs | Flags) -> Bindings:
        """Return some of the rows."""
        columns = {name: column[rows] for name, column in self.columns.items()}
        return Bindings(columns, self.sets[rows], self.span.take(rows))

    def bind(self, **columns: Ints | Longs) -> Bindings:
        """Return the rows with more columns."""
        return replace(self, columns={**self.columns, **columns})


@dataclass(frozen=True, slots=True)
class Family:
    """Rules of one form: patterns over things, with parameters.

    The columns `#from`, `#to`, `#then` and `#until`, if there are, say that the patterns must match at some time
    from `#from` to `#to`, and that what is concluded holds from `#then` until `#until`.
    Once it is grounded, column `#i` of the parameters is the signature of pattern i, and `#head` that of the head.
    A family with `beyond` concludes what columns cannot hold: if its patterns match at all, the result is not exact.
    """

    rule: Rule
    patterns: tuple[Pattern, ...]
    head: Pattern | None
    guards: tuple[Guard, ...]
    params: Bindings
    beyond: bool = False


_SYMMETRIC = frozenset({"differ", "distinct", "different", "incompatible", "apart", "individuals", "simultaneous"})
"""Guards that mean the same either way round."""


def is_mirrored(one: Family) -> bool:
    """Say whether a family looks for two facts alike, as "two values of one property" does.

    Then every match comes a second time with the two exchanged.
    """
    if one.head is not None or len(one.patterns) != 2:
        return False
    first, second = one.patterns
    if not np.array_equal(one.params.columns["#0"], one.params.columns["#1"]):
        return False
    if (first.denied, first.s, first.p) == (second.denied, second.s, second.p):
        swapped = {first.o, second.o}
    elif (first.denied, first.p, first.o) == (second.denied, second.p, second.o):
        swapped = {first.s, second.s}
    else:
        return False
    if not all(isinstance(slot, str) and slot not in one.params.columns for slot in swapped) or len(swapped) != 2:
        return False
    if swapped & {first.s, first.o} == swapped:
        return False
    pairs = [{guard.left.name, guard.right.name} for guard in one.guards]
    return all(
        not pair & swapped or (pair == swapped and guard.name in _SYMMETRIC)
        for pair, guard in zip(pairs, one.guards, strict=True)
    )


# -- facts about the vocabulary -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """One way to know a triple about the vocabulary: from which assumptions, and when."""

    denied: bool
    s: int
    p: int
    o: int
    members: frozenset[int] = frozenset()
    span: Span = ALWAYS


@dataclass(slots=True)
class Vocabulary:
    """What is known of classes and properties: facts closed under the rules, and lists by their heads."""

    type: int
    facts: dict[tuple[bool, int], list[Fact]] = field(default_factory=lambda: defaultdict(list))
    by_subject: dict[tuple[bool, int, int], list[Fact]] = field(default_factory=lambda: defaultdict(list))
    by_object: dict[tuple[bool, int, int], list[Fact]] = field(default_factory=lambda: defaultdict(list))
    lists: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def add(self, fact: Fact) -> None:
        """Add a fact."""
        self.facts[fact.denied, fact.p].append(fact)
        self.by_subject[fact.denied, fact.p, fact.s].append(fact)
        self.by_object[fact.denied, fact.p, fact.o].append(fact)

    def matches(self, pattern: Pattern, binding: Mapping[str, int]) -> Iterable[Fact]:
        """Return the facts that may match a pattern under a binding."""
        s, p, o = (_value(slot, binding) for slot in (pattern.s, pattern.p, pattern.o))
        if p is None:
            raise NotCompiled("a pattern about the vocabulary must name its property")
        if s is not None:
            return self.by_subject.get((pattern.denied, p, s), ())
        if o is not None:
            return self.by_object.get((pattern.denied, p, o), ())
        return self.facts.get((pattern.denied, p), ())


def _value(slot: Slot, binding: Mapping[str, int]) -> int | None:
    return binding.get(slot) if isinstance(slot, str) else slot


@dataclass(frozen=True, slots=True)
class _Row:
    binding: dict[str, int]
    members: frozenset[int]
    span: Span


def family(
    rule: Rule, vocabulary: Vocabulary, number: Callable[[Term], int], seeds: Sequence[Mapping[Var, int]] = ({},)
) -> Family | None:
    """Join away what a rule asks of the vocabulary; None if nothing is left to do with things.

    `seeds` are bindings to begin with: the lists that a rule was written out for.
    """
    about = [_pattern(atom, number) for atom in rule.body if _asks_vocabulary(atom)]
    patterns = [_pattern(atom, number) for atom in rule.body if not _asks_vocabulary(atom)]
    if not patterns:
        return None
    rows = [_Row({var.name: value for var, value in seed.items()}, frozenset(), ALWAYS) for seed in seeds]
    left = about
    while left and rows:
        pattern = max(left, key=lambda one: _known(one, rows[0].binding))
        left.remove(pattern)
        rows = [longer for row in rows for longer in _extend(row, pattern, vocabulary)]
    if not rows:
        return None
    head = _pattern(rule.head, number) if rule.head is not None else None
    wanted = {name for p in (*patterns, *((head,) if head else ())) for name in p.variables()}
    wanted |= {var.name for guard in rule.guards for var in (guard.left, guard.right)}
    return Family(rule, tuple(patterns), head, rule.guards, _bindings(rows, wanted))


def _asks_vocabulary(atom: Atom) -> bool:
    if isinstance(atom.p, Var):
        return False
    return is_vocabulary(atom.p, None if isinstance(atom.o, Var) else atom.o)


def _pattern(atom: Atom, number: Callable[[Term], int]) -> Pattern:
    s, p, o = (slot.name if isinstance(slot, Var) else number(slot) for slot in (atom.s, atom.p, atom.o))
    return Pattern(atom.denied, s, p, o)


def _known(pattern: Pattern, binding: Mapping[str, int]) -> int:
    return sum(_value(slot, binding) is not None for slot in (pattern.s, pattern.o))


def _extend(row: _Row, pattern: Pattern, vocabulary: Vocabulary) -> Iterator[_Row]:
    for fact in vocabulary.matches(pattern, row.binding):
        span = row.span.meet(fact.span)
        if span is None:
            continue
        binding = dict(row.binding)
        pairs = ((pattern.s, fact.s), (pattern.p, fact.p), (pattern.o, fact.o))
        if all((binding.setdefault(slot, value) if isinstance(slot, str) else slot) == value for slot, value in pairs):
            yield _Row(binding, row.members | fact.members, span)


def _bindings(rows: Sequence[_Row], wanted: set[str]) -> Bindings:
    """Write rows as columns, each combination of what is wanted once."""
    names = sorted(wanted & rows[0].binding.keys())
    once = list({(tuple(row.binding[n] for n in names), row.members, row.span): None for row in rows})
    columns = {name: np.array([values[at] for values, _, _ in once], np.int32) for at, name in enumerate(names)}
    width = max(len(members) for _, members, _ in once)
    sets = np.full((len(once), width), labels.PAD, np.int32)
    for at, (_, members, _) in enumerate(once):
        sets[at, : len(members)] = sorted(members)
    starts = np.array([span.start for _, _, span in once], np.int64)
    ends = np.array([span.end for _, _, span in once], np.int64)
    return Bindings(columns, sets, Spans(starts, ends))


# -- signatures ------------------------------------------------------------------------------------


def signature(p: Ints | Longs, o: Ints | Longs, type_number: int, *, denied: bool) -> Longs:
    """Return the kinds of facts: one number for a property, another for membership in a class."""
    return np.where(p == type_number, -2 - 2 * o.astype(np.int64), 2 * p.astype(np.int64)) + int(denied)


@dataclass(slots=True)
class Kinds:
    """A set of signatures that grows."""

    codes: Longs = field(default_factory=lambda: np.empty(0, np.int64))

    def add(self, codes: Longs) -> bool:
        """Add signatures; say whether any was new."""
        joined = np.union1d(self.codes, codes)
        grown = len(joined) > len(self.codes)
        self.codes = joined
        return grown

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def has(self, codes: Longs) -> Flags:
        """Say which of many signatures are in the set."""
        return np.isin(codes, self.codes)

    def properties(self, *, denied: bool) -> Ints:
        """Return the predicates, other than `rdf:type`, of such facts."""
        codes = self.codes[(self.codes >= 0) & (self.codes % 2 == int(denied))]
        numbers: Ints = (codes // 2).astype(np.int32)
        return numbers

    def classes(self, *, denied: bool) -> Ints:
        """Return the classes of such facts."""
        codes = self.codes[(self.codes < 0) & (self.codes % 2 == int(denied))]
        numbers: Ints = (-(codes - int(denied)) // 2 - 1).astype(np.int32)
        return numbers


@dataclass(slots=True)
class Possible:
    """What facts can arise: their kinds, and of these which may have a literal as object, and which a thing."""

    type: int
    kinds: Kinds = field(default_factory=Kinds)
    values: Kinds = field(default_factory=Kinds)
    things: Kinds = field(default_factory=Kinds)

    @classmethod
    def of(cls, type_number: int, kinds: Longs, values: Longs, things: Longs) -> Possible:
        """Begin with what is given."""
        return cls(type_number, *(Kinds(np.unique(codes)) for codes in (kinds, values, things)))

    def grow(self, grounded: Sequence[Family]) -> bool:
        """Add what families can conclude; say whether anything was new."""
        grown = False
        for one in grounded:
            if one.head is None:
                continue
            heads = one.params.columns["#head"]
            grown = self.kinds.add(np.unique(heads)) or grown
            for objects in (self.values, self.things):
                grown = objects.add(np.unique(heads[self._may_come(one, objects)])) or grown
        return grown

    def _may_come(self, one: Family, objects: Kinds) -> Flags:
        """Say for which parameters what is concluded may have such an object: each pattern that gives it must."""
        may = np.ones(len(one.params), np.bool_)
        for at, pattern in enumerate(one.patterns):
            if one.head is not None and isinstance(one.head.o, str) and pattern.o == one.head.o:
                kinds = one.params.columns[f"#{at}"]
                may &= (kinds < 0) | objects.has(kinds)  # type: ignore[arg-type]  # signatures are wide
        return may


def relevant(families: Sequence[Family], possible: Possible) -> tuple[list[Family], Kinds]:
    """Ground families and keep what can lead from the facts that are possible to a clash.

    Adds to `possible` what can arise; returns the families that are left, and the kinds of facts that are worth
    loading or deriving.
    """
    while True:
        grounded = [ready for one in families for ready in _ground(one, possible)]
        if not possible.grow(grounded):
            break
    useful = Kinds()
    growing = True
    while growing:
        growing = False
        for one in grounded:
            rows = _leads_to(one, useful)
            kinds = [np.unique(one.params.columns[f"#{at}"][rows]) for at in range(len(one.patterns))]
            growing = useful.add(np.concatenate(kinds).astype(np.int64)) or growing
    kept = []
    for one in grounded:
        rows = _leads_to(one, useful)
        if rows.any():
            kept.append(replace(one, params=one.params.take(rows)))
    return kept, useful


def _leads_to(one: Family, useful: Kinds) -> Flags:
    if one.head is None:
        return np.ones(len(one.params), bool)
    return useful.has(one.params.columns["#head"])  # type: ignore[arg-type]  # signatures are wide


def _ground(one: Family, possible: Possible) -> Iterator[Family]:
    """Give every pattern of a family its signature; a family whose properties are open becomes several."""
    tables = [one.params]
    for at, pattern in enumerate(one.patterns):
        found = [fuller for table in tables for fuller in _give_signature(table, pattern, f"#{at}", possible)]
        tables = [_admitted(table, pattern, f"#{at}", one.guards, possible) for table in found]
    for table in tables:
        if not len(table):
            continue
        if one.head is None:
            yield replace(one, params=table)
            continue
        kinds = _head_signature(table, one.head, possible.type)
        if kinds is not None:
            yield replace(one, params=table.bind(**{"#head": kinds}))
        else:
            yield from _ground(_beyond(one, table), possible)


def _admitted(table: Bindings, pattern: Pattern, name: str, guards: Sequence[Guard], possible: Possible) -> Bindings:
    """Leave out parameters for which a guard asks for a literal where there is none, or for anything but one."""
    for guard in guards:
        wanted = LITERALS_AT.get(guard.name)
        for literal, var in zip(wanted or (), (guard.left, guard.right), strict=False):
            if var.name == pattern.o and var.name not in table.columns:
                kinds = table.columns[name]
                objects = possible.values if literal else possible.things
                table = table.take((kinds < 0) | objects.has(kinds))  # type: ignore[arg-type]  # signatures are wide
    return table


def _beyond(one: Family, table: Bindings) -> Family:
    """Keep of a family whose conclusion is open the patterns that say whether it would conclude anything.

    Of `?p owl:sameAs ?q, ?s ?p ?o => ?s ?q ?o` that is the first, with the properties that are in use for ?p.
    """
    sure = [pattern for pattern in one.patterns if _column(one.params, pattern.p) is not None]
    if not sure:
        raise NotCompiled(f"rule {one.rule.id} concludes something of a property that is not known beforehand")
    names = sorted({name for pattern in sure for name in pattern.variables()} & table.columns.keys())
    once = labels.first_of_equal([table.columns[n] for n in names]) if names else np.arange(1)
    kept = table.take(once)
    params = replace(kept, columns={name: kept.columns[name] for name in names})
    return Family(one.rule, tuple(sure), None, (), params, beyond=True)


def _column(table: Bindings, slot: Slot) -> Ints | Longs | None:
    if isinstance(slot, str):
        return table.columns.get(slot)
    return np.full(len(table), slot, np.int32)


def _give_signature(table: Bindings, pattern: Pattern, name: str, possible: Possible) -> Iterator[Bindings]:
    p = _column(table, pattern.p)
    if p is None:
        properties = possible.kinds.properties(denied=pattern.denied)
        for table_of in (properties, np.array([possible.type], np.int32)):
            many, few = product_pairs(len(table), len(table_of))
            named = table.take(many).bind(**{str(pattern.p): table_of[few]})
            yield from _give_signature(named, pattern, name, possible)
        return
    is_type = p == possible.type
    plain = table.take(~is_type)
    codes = signature(p[~is_type], p[~is_type], possible.type, denied=pattern.denied)
    yield _possible(plain, name, codes, possible)
    typed = table.take(is_type)
    classes = _column(typed, pattern.o)
    if classes is None and len(typed):
        known = possible.kinds.classes(denied=pattern.denied)
        many, few = product_pairs(len(typed), len(known))
        typed, classes = typed.take(many).bind(**{str(pattern.o): known[few]}), known[few]
    if classes is not None:
        of_type = np.full(len(typed), possible.type, np.int32)
        yield _possible(typed, name, signature(of_type, classes, possible.type, denied=pattern.denied), possible)


def _possible(table: Bindings, name: str, codes: Longs, possible: Possible) -> Bindings:
    rows = possible.kinds.has(codes)
    return table.take(rows).bind(**{name: codes[rows]})


def _head_signature(table: Bindings, head: Pattern, type_number: int) -> Longs | None:
    """Return the kinds of what is concluded, or None if that is not known beforehand."""
    p, o = _column(table, head.p), _column(table, head.o)
    if p is None or (o is None and (p == type_number).any()):
        return None
    return signature(p, p if o is None else o, type_number, denied=head.denied)
