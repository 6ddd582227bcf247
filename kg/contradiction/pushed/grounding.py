"""The compiled rules, row by row, for the kinds of statements that a store holds.

Before: `?c owl:disjointWith ?d, ?x a ?c, ?x a ?d => conflict`; in the store things are called cancelled, or held.
After: `?x (a neg:Cancelled), ?x (a neg:Held) => conflict`.

The store is not read for this: one statement of each kind stands for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kg.contradiction.columnar.as_columns import case_of
from kg.contradiction.columnar.case import Case
from kg.contradiction.columnar.run import ColumnarRun
from kg.contradiction.positions import positions, standing
from kg.contradiction.snapshots import build_world
from kg.contradiction.theory import Theory
from kg.logic import labels
from kg.logic.families import Family, Pattern, Slot
from kg.logic.limits import Limits
from kg.model import Claim, Commitment, Dossier, Polarity, Proposition
from kg.terms import XSD, Iri, Literal, Term
from kg.times import ALWAYS
from kg.vocab import NEG, OWL, PROV, TYPE

STAND_IN = "urn:stand-in:"
OWN_RECORD = (PROV.wasAttributedTo, NEG.capacity, NEG.saidOn)
"""What the record of a claim says of the claim itself."""
_THING, _OTHER, _SPEAKER = (Iri(STAND_IN + name) for name in ("thing", "other", "speaker"))
_VALUE = Literal("no number", Iri(XSD + "integer"))  # ill-typed, so that rules about such values are kept


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of statement: its predicate, the class that `rdf:type` ascribes, and whether it is denied."""

    predicate: Iri
    cls: Term | None = None
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One rule for certain kinds of facts: patterns are (kind, subject, object), slots variables or numbers of terms.

    Of a pattern about `rdf:type` the object is the number of the class. Guards are (name, left, right). A row is
    `firm` if nobody has to claim what it asks of the vocabulary, and that is so at all times.
    """

    rule: str
    body: tuple[tuple[int, Slot, Slot], ...]
    head: tuple[int, Slot, Slot] | None
    guards: tuple[tuple[str, Slot, Slot], ...]
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything that can lead to a clash: rows of rules over kinds, and what is known beforehand.

    `kinds` are the numbers of the kinds that the store holds and that can matter, `literal` those of them with
    literals as objects; `same` is the number of `owl:sameAs`, `records` those of what a claim's own record says
    (speaker, post, day). `known` are facts (kind, subject, object) that need not
    be asked for. `left_out` says in words what is not covered.
    """

    case: Case
    rows: tuple[Row, ...]
    kinds: dict[int, Kind]
    literal: frozenset[int]
    same: int
    records: frozenset[int]
    known: frozenset[tuple[int, Term, Term]]
    left_out: tuple[str, ...]

    def number(self, kind: Kind) -> int:
        """Return the number of a kind, as the compiled rules write it."""
        return _number(self.case, kind)


def ground(
    theory: Theory,
    replicated: Sequence[Dossier],
    kinds: Iterable[tuple[Kind, bool]],
    limits: Limits | None = None,
) -> Rows:
    """Compile a theory for kinds of statements (each with whether objects are literals) beside what is replicated."""
    held = list(kinds)
    stand_ins = Dossier(Iri(STAND_IN + "dossier"), tuple(_stand_in(at, *one) for at, one in enumerate(held)))
    dossiers = [*replicated, stand_ins]
    world = build_world(dossiers, theory)
    stand = standing(claim for dossier in dossiers for claim in dossier.claims)
    case = case_of(world, positions(stand.claims, theory, world.properties))
    every = np.ones(len(case.positions), bool)
    limits = (limits or Limits()).started()
    runs = [ColumnarRun(case, every, limits, possible=possible) for possible in (False, True)]
    useful = {int(code) for one in runs for code in one.useful.codes}
    here = {_number(case, kind): kind for kind, _ in held}
    return Rows(
        case=case,
        rows=tuple(dict.fromkeys(row for one in runs for family in one.families for row in _rows(family))),
        kinds={number: kind for number, kind in here.items() if number in useful},
        literal=frozenset(_number(case, kind) for kind, literal in held if literal),
        same=2 * case.terms.number(OWL.sameAs),
        records=frozenset(2 * case.terms.number(predicate) for predicate in OWN_RECORD),
        known=frozenset(fact for one in runs for fact in _known(one)),
        left_out=tuple(dict.fromkeys(reason for one in runs for reason in one.aside)),
    )


def _stand_in(at: int, kind: Kind, literal: bool) -> Claim:  # noqa: FBT001  # a pair of the caller's
    obj = kind.cls if kind.cls is not None else _VALUE if literal else _OTHER
    polarity = Polarity.DENIES if kind.denied else Polarity.AFFIRMS
    said = Commitment(polarity, Proposition(_THING, kind.predicate, obj))
    return Claim(Iri(f"{STAND_IN}{at}"), _SPEAKER, None, (said,))


def _number(case: Case, kind: Kind) -> int:
    """Write a kind as `kg.logic.families.signature` does."""
    if kind.predicate == TYPE and kind.cls is not None:
        return -2 - 2 * case.terms.number(kind.cls) + kind.denied
    return 2 * case.terms.number(kind.predicate) + kind.denied


def _known(one: ColumnarRun) -> Iterator[tuple[int, Term, Term]]:
    """Yield what was given to a run: replicated statements and individuals of the ontology, not the stand-ins."""
    term = one.terms.term
    for kind, parts in one.engine.new.items():
        for part in parts:
            for s, o in zip(part.s.tolist(), part.o.tolist(), strict=True):
                if not str(term(s)).startswith(STAND_IN):
                    yield kind, term(s), term(o)


def _rows(one: Family) -> Iterator[Row]:
    columns = {name: column.tolist() for name, column in one.params.columns.items()}
    for at in range(len(one.params)):
        binding = {name: values[at] for name, values in columns.items()}

        def slot(value: Slot, binding: dict[str, int] = binding) -> Slot:
            return binding.get(value, value) if isinstance(value, str) else value

        def pattern(value: Pattern, kind: str, binding: dict[str, int] = binding) -> tuple[int, Slot, Slot]:
            return binding[kind], slot(value.s, binding), slot(value.o, binding)

        yield Row(
            rule=one.rule.id,
            body=tuple(pattern(value, f"#{place}") for place, value in enumerate(one.patterns)),
            head=None if one.head is None else pattern(one.head, "#head"),
            firm=bool((one.params.sets[at] == labels.PAD).all())
            and one.params.span.at(at) == ALWAYS
            and "#from" not in binding,
            guards=() if one.beyond else tuple((g.name, slot(g.left.name), slot(g.right.name)) for g in one.guards),
        )
