"""Answers as they are shown: cells that link to their pages, and, under a sense, what each row rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.contradiction.sat import Under
from kg.errors import QueryError
from kg.explorer.answering import Answered
from kg.explorer.explorer import DISPUTE, Explorer
from kg.explorer.page import Ref
from kg.explorer.site import Address
from kg.store.protocol import Rows
from kg.terms import XSD_STRING, Blank, Iri, Literal, Term, Triple
from kg.vocab import CONFLICT_BASE, PREFIXES, shorten
from kg.wording import listed

MOST_SHOWN = 1_000
"""How many rows a page shows; the twins hold all."""
MOST_SUPPORTS = 3
_TRIPLE = ("subject", "predicate", "object")
_STATUS: Mapping[str, str] = {
    Under.UNDISPUTED.value: "undisputed",
    Under.EVERY.value: "in every account",
    Under.SOME.value: "in some accounts",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value: its words with a link to its page, and softly what it is (a datatype, a language, a prefixed name)."""

    ref: Ref | None = None
    note: str = ""
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Support:
    """One way to an answer: who says what, in words, and the claims."""

    says: str
    claims: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row: its cells and, under a sense, in which sense it holds, on what, and unless what."""

    cells: tuple[Cell, ...]
    status: str = ""
    status_words: str = ""
    supports: tuple[Support, ...] = ()
    more: int = 0
    unless: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer for a page: a sentence (`says`), or a table of which the first rows are shown."""

    says: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[ShownRow, ...] = ()
    total: int = 0
    is_triples: bool = False
    judged: bool = False
    notes: tuple[str, ...] = ()


def shown(explorer: Explorer, answered: Answered) -> Shown:
    """Put an answer into words and links."""
    answer = answered.answer
    judged = [_judged(explorer, one) for one in answered.rows[:MOST_SHOWN]]
    if isinstance(answer, bool):
        rows = tuple(ShownRow((), *parts) for parts in judged)
        said = "Yes." if answer else "No."
        return Shown(said, rows=rows, total=len(rows), judged=bool(rows), notes=answered.notes)
    columns, terms = table(answered)
    kept = [tuple(cell(explorer, term) for term in row) for row in terms[:MOST_SHOWN]]
    if judged:
        rows = tuple(ShownRow(cells, *parts) for cells, parts in zip(kept, judged, strict=True))
    else:
        rows = tuple(ShownRow(cells) for cells in kept)
    is_triples = not isinstance(answer, Rows)
    return Shown("", columns, rows, len(terms), is_triples, bool(judged), answered.notes)


def table(answered: Answered) -> tuple[tuple[str, ...], Sequence[tuple[Term | None, ...]]]:
    """Return the columns and rows of an answer; triples are three columns, and yes or no is none."""
    answer = answered.answer
    if isinstance(answer, bool):
        return (), ()
    return (answer.variables, answer.rows) if isinstance(answer, Rows) else (_TRIPLE, answer)


def terms_of(answered: Answered) -> list[Iri]:
    """Return the things that an answer names, each once, in the order in which they come."""
    _, rows = table(answered)
    return list(dict.fromkeys(term for row in rows for term in row if isinstance(term, Iri)))


def cell(explorer: Explorer, term: Term | None) -> Cell:
    """Show a term: a thing by its name, a conflict by its question, a value with its type."""
    if term is None:
        return Cell()
    if isinstance(term, Literal):
        kind = f"@{term.language}" if term.language else "" if term.datatype == XSD_STRING else shorten(term.datatype)
        return Cell(Ref(explorer.prose.name(term)), kind, is_text=True)
    if isinstance(term, Blank):
        return Cell(Ref(explorer.prose.name(term)), str(term))
    if (found := _dispute(explorer, term)) is not None:
        return Cell(found, "dispute")
    ref = explorer.ref(term)
    return Cell(ref, _known_name(term) if ref.address is None else "")


def _known_name(term: Iri) -> str:
    return shorten(term) if term.startswith(tuple(PREFIXES.values())) else str(term)


def _dispute(explorer: Explorer, term: Iri) -> Ref | None:
    if not term.startswith(CONFLICT_BASE):
        return None
    identifier = term.removeprefix(CONFLICT_BASE).partition("/")[0]
    try:
        conflict = explorer.catalog.conflict(identifier)
    except QueryError:
        return None
    side = term.rpartition("/side/")[2] if "/side/" in term else ""
    words = explorer.prose.title(conflict) + (f" (side {side})" if side else "")
    return Ref(words, Address.of(DISPUTE, conflict.id), str(term))


def _judged(explorer: Explorer, row: Mapping[str, Any]) -> tuple[str, str, tuple[Support, ...], int, str]:
    """Read the status of a row and what it rests on (`kg.views.answers`)."""
    under = row["under"]
    ways = row["causes"] if under == Under.SOME.value else row["because"]
    # What holds in every account does so by all of these ways together: one left out would leave a gap.
    most = len(ways) if under == Under.EVERY.value else MOST_SUPPORTS
    supports = tuple(_support(explorer, way["positions"]) for way in ways[:most])
    against = [f"{one['says']} ({listed(one['speakers'])})" for one in row["counter_account"]]
    unless = f"not so if {listed(against)}" if against else ""
    return under, _STATUS[under], supports, len(row["causes"]) - len(supports), unless


def _support(explorer: Explorer, positions: Sequence[Mapping[str, Any]]) -> Support:
    if not positions:
        return Support("nobody's word is needed: it follows from the records", ())
    says = "; ".join(f"{listed(one['speakers'])}: {one['says']}" for one in positions)
    claims: Iterable[Iri] = (Iri(claim) for one in positions for claim in one["claims"])
    return Support(says, tuple(explorer.claim_ref(claim) for claim in dict.fromkeys(claims)))


def triples_of(explorer: Explorer, answered: Answered, most: int = 100) -> Iterable[Triple]:
    """Return what the Turtle twin holds: the triples of the answer, or the records of the things in it."""
    if not isinstance(answered.answer, (bool, Rows)):
        return answered.answer
    store = explorer.graph.everything
    return [quad.triple for node in terms_of(answered)[:most] for quad in store.describe(node)]
