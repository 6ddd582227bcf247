"""Columns as records: one object a claim, for the reference engine on small data."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.workload.vocabulary import W
from kg.logic.tables import ClaimTable, FactTable, Terms
from kg.model import Claim, Commitment, Dossier, Polarity, Proposition
from kg.terms import Literal, Triple
from kg.times import Span, as_text
from kg.vocab import EDTF

SAID_ON = Literal("2030-06-01", EDTF)  # one day for all: nobody changes position


def dossier(claims: ClaimTable, terms: Terms, background: FactTable, *, unique_names: bool = False) -> Dossier:
    """Return claims and background (which is always so) as one dossier."""
    facts = zip(background.s.tolist(), background.p.tolist(), background.o.tolist(), strict=True)
    triples = frozenset(Triple(*(terms.term(number) for number in fact)) for fact in facts)  # type: ignore[arg-type]  # as generated
    return Dossier(W.dossier, tuple(_claims(claims, terms)), triples, unique_names)


def row_of(claim: Claim) -> int:
    """Return the row that a claim was made from."""
    return int(claim.iri.removeprefix(W + "c"))


def _claims(claims: ClaimTable, terms: Terms) -> Iterator[Claim]:
    what = claims.content
    for row in range(len(claims)):
        span = as_text(Span(int(what.certain.start[row]), int(what.certain.end[row])))
        subject, predicate, value = (terms.term(int(column[row])) for column in (what.s, what.p, what.o))
        holds = None if span == "../.." else Literal(span, EDTF)
        proposition = Proposition(subject, predicate, value, holds)  # type: ignore[arg-type]  # as generated
        polarity = Polarity.DENIES if what.denied[row] else Polarity.AFFIRMS
        speaker = W.term(f"source{claims.speaker[row]}")
        yield Claim(W.term(f"c{row}"), speaker, SAID_ON, (Commitment(polarity, proposition),))
