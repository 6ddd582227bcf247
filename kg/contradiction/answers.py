"""Answers under undisputed, every and some: what can still be believed, on whose word, and why.

    query -> rows with causes (over what follows from everything said) -> each row judged -> answers

The three senses are IAR, AR and brave (Lembo and others 2010; Bienvenu and Rosati 2013): a row is
*undisputed* if it follows from positions that are in no conflict, holds in *every* account if it follows
in each of them, and in *some* if it follows in one. Each includes the one before (docs/answers.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg.contradiction.check import Checked
from kg.contradiction.conflict_index import ConflictSets
from kg.contradiction.results import CheckResult, Conflict, Position, PositionChange, dividing_verdicts
from kg.contradiction.sat import Judge, Judgement, Positions, Under
from kg.contradiction.snapshots import Run
from kg.contradiction.support import Sources
from kg.contradiction.theory import RULE_PREFIXES_EXTRA
from kg.errors import QueryError, did_you_mean
from kg.logic.limits import Limits
from kg.logic.patterns import DEFAULT_STEPS, Cause, Evaluation, LabelledFacts, Query, Row, atoms
from kg.terms import Iri, Node, Triple, n3
from kg.times import ALWAYS, BadDate, Span, parse
from kg.values import canonical
from kg.vocab import shorten

_INNER = ("urn:claim#", *RULE_PREFIXES_EXTRA.values())
"""Predicates that a run uses for its own bookkeeping: nobody said them."""


@dataclass(frozen=True, slots=True)
class Basis:
    """One minimal set of positions that an answer rests on (none: background alone), and when it then holds."""

    positions: tuple[Position, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer: its values in the order of the columns, the strongest sense in which it holds, and why.

    `causes` are all that it may rest on. `because` are those that show the sense: the undisputed one; or
    those of which every account keeps one; or the simplest. `counter` is for an answer that holds in
    some accounts only: positions that can be held together and rule out all its causes. `roots` are the
    independent sources behind its causes.
    """

    values: Row
    under: Under
    causes: tuple[Basis, ...]
    because: tuple[Basis, ...]
    counter: tuple[Position, ...] = ()
    roots: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one question: the rows that hold under the sense asked for, strongest sense first.

    `counts` says how many rows there are of each sense, shown or not; `warnings` what in the question stands
    nowhere here; `incomplete` in words what was left out, if anything.
    """

    asks: bool
    variables: tuple[str, ...]
    under: Under
    rows: tuple[AnswerRow, ...]
    counts: Mapping[Under, int]
    warnings: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()

    @property
    def yes(self) -> bool:
        """Whether anything was found: the answer to a question that asks yes or no."""
        return bool(self.rows)

    @property
    def complete(self) -> bool:
        """Whether nothing was left out."""
        return not self.incomplete

    def __iter__(self) -> Iterator[AnswerRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Asking:
    """How a question is to be answered: in which sense, within which time, against which conflicts."""

    under: Under = Under.UNDISPUTED
    within: Span = ALWAYS
    under_possible: bool = False
    steps: int = DEFAULT_STEPS
    limits: Limits = field(default_factory=Limits)


def within(date: str | None) -> Span:
    """Return the time that a date may stand for; always, if there is none. Raises `QueryError`.

    >>> within("2019-01-22") == Span(1548115200, 1548201599)
    True
    """
    if date is None:
        return ALWAYS
    try:
        when = parse(date)
    except BadDate as error:
        raise QueryError(str(error)) from None
    return Span(when.start.start, when.end.end)


def known_facts(run: Run, records: Iterable[Triple] = ()) -> LabelledFacts:
    """Index what follows from the positions of a run, and records that are true in every account.

    >>> from kg.logic.materialise import Materialisation
    >>> len(known_facts(Run(Materialisation((), {}), (), {}), [Triple(Iri("e:c"), Iri("e:by"), Iri("e:ann"))]))
    1
    """
    return LabelledFacts([*_derived(run), *((_canonical(t), False, (_FREE,)) for t in records)])


_FREE = Cause(frozenset(), ALWAYS)


def _derived(run: Run) -> Iterator[tuple[Triple, bool, Sequence[Cause]]]:
    sets: dict[int, Positions] = {}
    for triple, denied, entries in run.materialisation.facts():
        if triple.p.startswith(_INNER):
            continue
        for entry in entries:
            if entry.mask not in sets:
                sets[entry.mask] = frozenset(bit for bit in range(entry.mask.bit_length()) if entry.mask >> bit & 1)
        yield triple, denied, [Cause(sets[entry.mask], entry.span) for entry in entries]


def _canonical(triple: Triple) -> Triple:
    return Triple(triple.s, triple.p, canonical(triple.o))


def conflict_sets(result: CheckResult, *, under_possible: bool = False) -> ConflictSets:
    """Return the conflicts that divide accounts: contradictions and changes of position, as sets of indices.

    With `under_possible`, what the dates leave undecided counts too.
    """
    counted = dividing_verdicts(under_possible=under_possible)
    dividing: list[Conflict | PositionChange] = [*result.conflicts, *result.changes]
    return ConflictSets({side.position.index for side in one.sides} for one in dividing if one.verdict in counted)


def answer(query: Query, facts: LabelledFacts, checked: Checked, asking: Asking | None = None) -> Answers:
    """Answer a query over everything that follows, each row judged by the conflicts of the check."""
    asking = asking or Asking()
    judge = Judge(conflict_sets(checked.result, under_possible=asking.under_possible))
    limits = asking.limits.started()
    evaluation = Evaluation(facts, judge.consistent, asking.within, asking.steps, limits)
    found = evaluation.rows(query)
    reasons = list(checked.result.incomplete)
    if evaluation.incomplete:
        reasons.append(f"the search {evaluation.incomplete}; answers may be missing, or hold more widely than is said")
    rows, left_out = _judged(found, judge, checked, limits)
    shown = [row for row in rows if asking.under.includes(rows[row].under)]
    if not query.order:
        strongest_first = list(Under)
        shown.sort(key=lambda row: strongest_first.index(rows[row].under))
    return Answers(
        asks=query.asks,
        variables=tuple(variable.name for variable in query.variables),
        under=asking.under,
        rows=tuple(rows[row] for row in query.cut(query.arrange(shown))),
        counts={sense: sum(one.under is sense for one in rows.values()) for sense in Under},
        warnings=() if rows else tuple(_unknown(query, facts)),
        incomplete=(*reasons, *left_out),
    )


def _judged(
    found: Mapping[Row, Sequence[Cause]], judge: Judge, checked: Checked, limits: Limits
) -> tuple[dict[Row, AnswerRow], list[str]]:
    """Judge rows by their causes, as long as the time lasts; say in words what was left out."""
    writer = _Writer(checked)
    rows: dict[Row, AnswerRow] = {}
    unjudged, unsettled = len(found), 0
    for row, causes in sorted(found.items(), key=_written):
        if limits.is_over():
            break
        unjudged -= 1
        judgement = judge.judge(cause.assumptions for cause in causes)
        if judgement is not None:
            rows[row] = writer.row(row, [cause for cause in causes if judge.consistent(cause.assumptions)], judgement)
            unsettled += not judgement.settled
    left_out = [f"{unjudged:,} answers were not judged: the work {limits.time_words}"] if unjudged else []
    if unsettled:
        left_out.append(f"{unsettled:,} answers were not decided in time: they may hold in every account after all")
    return rows, left_out


def _unknown(query: Query, facts: LabelledFacts) -> Iterator[str]:
    """Say which names of a question that found nothing stand nowhere here, with the nearest that do."""
    wanted = {slot for atom in atoms(query.pattern) for slot in (atom.s, atom.p, atom.o) if isinstance(slot, Iri)}
    known = facts.terms()
    names = [shorten(term) for term in known if isinstance(term, Iri)] if wanted - known else []
    for iri in sorted(wanted - known):
        yield f"{shorten(iri)} stands nowhere here{did_you_mean(shorten(iri), names)}"


def _written(item: tuple[Row, object]) -> list[str]:
    return ["" if term is None else n3(term) for term in item[0]]


class _Writer:
    """Turns judged rows into what people can look up."""

    def __init__(self, checked: Checked) -> None:
        self.positions = {position.index: position for position in checked.certain.positions}
        self.sources = Sources(checked.world, checked.result.claims)

    def row(self, values: Row, causes: Sequence[Cause], judgement: Judgement) -> AnswerRow:
        """Write one row; `causes` are those that can be held."""
        kept = sorted(causes, key=_simplest)
        held = self.named(frozenset().union(*(cause.assumptions for cause in kept)))
        return AnswerRow(
            values=values,
            under=judgement.under,
            causes=tuple(self.basis(cause) for cause in kept),
            because=tuple(self.basis(cause) for cause in _telling(kept, judgement)),
            counter=self.named(judgement.counter),
            roots=self.sources.support([position.claims for position in held]).roots,
        )

    def basis(self, cause: Cause) -> Basis:
        return Basis(self.named(cause.assumptions), cause.span)

    def named(self, indices: Positions) -> tuple[Position, ...]:
        return tuple(self.positions[index] for index in sorted(indices))


def _telling(causes: Sequence[Cause], judgement: Judgement) -> Iterator[Cause]:
    """Yield the causes that a judgement names; of those from one set, the one that holds longest."""
    for wanted in judgement.because:
        yield max(
            (cause for cause in causes if cause.assumptions == wanted),
            key=lambda cause: cause.span.end - cause.span.start,
        )


def _simplest(cause: Cause) -> tuple[int, list[int], Span]:
    return len(cause.assumptions), sorted(cause.assumptions), cause.span
