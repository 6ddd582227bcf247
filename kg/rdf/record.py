"""One node of a claim's record, taken apart predicate by predicate."""

from __future__ import annotations

from collections.abc import Sequence

from kg import times
from kg.terms import XSD, XSD_STRING, Blank, Iri, Literal, Node, Term, n3
from kg.vocab import EDTF, NEG, OA, TYPE, shorten

_RECORD_CLASSES = (NEG.Claim, NEG.Report, NEG.Mention, OA.TextQuoteSelector)


class RecordFacts:
    """One node of a claim's record, taken apart predicate by predicate; what is left over is not lost."""

    def __init__(self, facts: Sequence[tuple[Iri, Term]], node: Node, problems: list[str]) -> None:
        self._problems = problems
        self.subject = node
        self._left: dict[Iri, list[Term]] = {}
        for predicate, obj in facts:
            if predicate != TYPE or obj not in _RECORD_CLASSES:
                self._left.setdefault(predicate, []).append(obj)
        for values in self._left.values():
            if len(values) > 1:
                values.sort(key=n3)

    def problem(self, sentence: str) -> None:
        """Note what is wrong with this node."""
        self._problems.append(f"{shown(self.subject)} {sentence}")

    def node(self, predicate: Iri) -> Node | None:
        """Take the one resource that a predicate leads to, if any."""
        found = self._one(predicate, (Iri, Blank))
        return None if isinstance(found, Literal) else found

    def iri(self, predicate: Iri) -> Iri | None:
        """Take the one IRI that a predicate leads to, if any."""
        found = self._one(predicate, (Iri,))
        return found if isinstance(found, Iri) else None

    def text(self, predicate: Iri) -> str | None:
        """Take the one text that a predicate leads to, if any."""
        found = self._one(predicate, (Literal,))
        return found.value if isinstance(found, Literal) else None

    def date(self, predicate: Iri) -> Literal | None:
        """Take the one date that a predicate leads to, as EDTF, if any."""
        found = self._one(predicate, (Literal,))
        if found is None:
            return None
        date = as_edtf(found)
        if date is None:
            self.problem(f"has {shorten(predicate)} {n3(found)}, which is not a date")
            self._left.setdefault(predicate, []).append(found)
        return date

    def nodes(self, predicate: Iri) -> list[Node]:
        """Take all resources that a predicate leads to."""
        values = self._left.pop(predicate, [])
        for value in values:
            if isinstance(value, Literal):
                self.problem(f"has the text {n3(value)} as {shorten(predicate)}, where a resource belongs")
        return [value for value in values if not isinstance(value, Literal)]

    def _one(self, predicate: Iri, kinds: tuple[type, ...]) -> Term | None:
        values = self._left.pop(predicate, [])
        fit = [value for value in values if isinstance(value, kinds)]
        if len(values) > 1 or len(fit) != len(values):
            self.problem(f"should have one {shorten(predicate)}, and has " + ", ".join(map(n3, values)))
        rest = [value for value in values if not fit or value != fit[0]]
        if rest:
            self._left[predicate] = rest
        return fit[0] if fit else None

    def ignore(self, predicate: Iri) -> None:
        """Leave out what can be computed again."""
        self._left.pop(predicate, None)

    def rest(self) -> tuple[tuple[Iri, Term], ...]:
        """Return what has not been taken."""
        return tuple((predicate, value) for predicate in sorted(self._left) for value in self._left[predicate])

    def finish(self) -> None:
        """Say what is left over, where the record has no place for it."""
        for predicate, _ in self.rest():
            self.problem(f"has {shorten(predicate)}, for which its record has no place; it is left out")


def as_edtf(term: Term) -> Literal | None:
    """Read a date of any of the date types as an EDTF literal, or None when it is no date.

    One type for all, so that the same day written in two ways is the same content.

    >>> as_edtf(Literal("2019-01-22", Iri(XSD + "date")))
    Literal(value='2019-01-22', datatype=<http://id.loc.gov/datatypes/edtf/EDTF>, language=None)
    """
    if not isinstance(term, Literal) or term.datatype not in _DATE_TYPES:
        return None
    try:
        times.parse(term.value)
    except times.BadDate:
        return None
    return Literal(term.value.strip(), EDTF)


_XSD_DATES = ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth")
_DATE_TYPES = (EDTF, XSD_STRING, *(Iri(XSD + name) for name in _XSD_DATES))


def shown(node: Node) -> str:
    """Write a node for a sentence: with a prefix where there is one."""
    return str(node) if isinstance(node, Blank) else shorten(node)
