"""The sections of a thing's page as values: each names the templates that lay it out, and says itself as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from kg.contradiction.results import Conflict, PositionChange
from kg.explorer.cards import DisputeRow, dispute_json
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.changes import ChangeLine
from kg.explorer.gathering.facts import FactGroup
from kg.explorer.gathering.paging import Paging
from kg.explorer.gathering.said import ClaimLine
from kg.explorer.page import Json, Ref
from kg.rdf.writing import claim_triples
from kg.terms import Literal, Term, Triple
from kg.views.chart import Row
from kg.views.contract import position_name
from kg.views.timeline import timeline_figure, timeline_svg, timeline_table

Cell: TypeAlias = str | Ref | tuple[Ref, ...]


@dataclass(frozen=True)
class Section:
    """A part of a page under a heading. `key` names it in the JSON twin and in links to it."""

    template: ClassVar[str]
    key: str
    title: str

    @property
    def markdown(self) -> str:
        """The template of the same in Markdown."""
        return self.template.replace(".html.", ".md.")

    @property
    def has_content(self) -> bool:
        """Whether there is anything to show."""
        return True

    def data(self, explorer: Explorer) -> Json | list[Json]:
        """Say the section as JSON."""
        raise NotImplementedError

    def triples(self) -> tuple[Triple, ...]:
        """Return the triples of the store that the section shows."""
        return ()


@dataclass(frozen=True)
class Facts(Section):
    """What the recorder states, property by property, and the documents that it is taken from."""

    template = "things/facts.html.j2"
    groups: tuple[FactGroup, ...]
    sources: tuple[Ref, ...]
    stated: tuple[Triple, ...]

    @property
    def has_content(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.groups or self.sources)

    def data(self, explorer: Explorer) -> list[Json]:
        """Every fact, the kinds and sources among them."""
        return facts_json(explorer, self.stated)

    def triples(self) -> tuple[Triple, ...]:
        """The facts."""
        return self.stated


@dataclass(frozen=True)
class Links(Section):
    """Things that have to do with this one, as a table: the first cell of a row is the thing.

    `note` says what is missing, also where that is all.
    """

    template = "things/links.html.j2"
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    stated: tuple[Triple, ...] = ()
    paging: Paging | None = None
    note: str = ""
    more: Ref | None = None

    @property
    def has_content(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.rows or self.note)

    def data(self, explorer: Explorer) -> list[Json]:
        """One object for each row, by column."""
        del explorer
        keys = [column.lower().replace(" ", "_") for column in self.columns]
        return [{key: cell_json(cell) for key, cell in zip(keys, row, strict=True)} for row in self.rows]

    def triples(self) -> tuple[Triple, ...]:
        """The facts behind the rows."""
        return self.stated


@dataclass(frozen=True)
class Claims(Section):
    """Claims, by when they were made; `who` says whether their speakers are told."""

    template = "things/claims.html.j2"
    lines: tuple[ClaimLine, ...]
    paging: Paging
    who: bool = True
    note: str = ""

    @property
    def has_content(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.lines)

    def data(self, explorer: Explorer) -> Json:
        """How many there are, and the claims shown."""
        return {"total": self.paging.total, "shown": [_claim(line, explorer) for line in self.lines]}

    def triples(self) -> tuple[Triple, ...]:
        """The records of the claims shown."""
        return tuple(triple for line in self.lines for triple in claim_triples(line.claim))


@dataclass(frozen=True)
class Disputes(Section):
    """Disputes; `more` leads to a list of them with facets, where there is one."""

    template = "things/disputes.html.j2"
    rows: tuple[DisputeRow, ...]
    conflicts: tuple[Conflict, ...]
    paging: Paging
    more: Ref | None = None

    @property
    def has_content(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.rows)

    def data(self, explorer: Explorer) -> Json:
        """How many there are, and those shown."""
        return {"total": self.paging.total, "shown": [dispute_json(explorer, one) for one in self.conflicts]}


@dataclass(frozen=True)
class Changes(Section):
    """Changes of position."""

    template = "things/changes.html.j2"
    lines: tuple[ChangeLine, ...]
    changes: tuple[PositionChange, ...]
    note: str = ""

    @property
    def has_content(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.lines)

    def data(self, explorer: Explorer) -> list[Json]:
        """Each with the positions of its sides and their claims."""
        prose = explorer.prose
        return [
            {
                "id": change.id,
                "speaker": change.speaker,
                "sides": [
                    {
                        "position": position_name(side.position),
                        "says": prose.position(side.position),
                        "claims": [claim.iri for claim in side.claims],
                    }
                    for side in change.sides
                ],
            }
            for change in self.changes
        ]

    def triples(self) -> tuple[Triple, ...]:
        """The records of the claims."""
        sides = (side for change in self.changes for side in change.sides)
        claims = {claim.iri: claim for side in sides for claim in side.claims}
        return tuple(triple for claim in claims.values() for triple in claim_triples(claim))


@dataclass(frozen=True)
class Drawing(Section):
    """Bars and dots over an axis of time, with the same as a table; `note` says what is not drawn."""

    template = "things/drawing.html.j2"
    caption: str
    rows: tuple[Row, ...]
    note: str = ""

    @property
    def figure(self) -> str:
        """The drawing, for wide and for narrow screens."""
        return timeline_figure(self.rows, title=self.caption)

    @property
    def table(self) -> Sequence[object]:
        """The same in words."""
        return timeline_table(self.rows)

    def svg(self) -> str:
        """The drawing as a file."""
        return timeline_svg(self.rows, title=self.caption)

    @property
    def has_content(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.rows)

    def data(self, explorer: Explorer) -> list[Json]:
        """One object for each row."""
        del explorer
        return [
            {"group": row.group, "what": row.label, "said": row.said, "certain": row.certain, "possible": row.possible}
            for row in timeline_table(self.rows)
        ]


def facts_json(explorer: Explorer, facts: Iterable[Triple]) -> list[Json]:
    """Write facts about one thing: property, what it is called, and the value."""
    prose = explorer.prose
    return [{"predicate": t.p, "label": prose.name(t.p), **term_json(t.o, prose.name(t.o))} for t in facts]


def term_json(term: Term, words: str) -> Json:
    """Write a term: an IRI, or a value with its type, and what it is called."""
    if not isinstance(term, Literal):
        return {"iri": str(term), "name": words}
    typed: Json = {"language": term.language} if term.language else {"datatype": str(term.datatype)}
    return {"value": term.value, **typed}


def cell_json(cell: Cell) -> object:
    """Write a cell of a table."""
    if isinstance(cell, tuple):
        return [cell_json(one) for one in cell]
    if isinstance(cell, Ref):
        return {"iri": cell.iri, "name": cell.text} if cell.iri else cell.text
    return cell


def _claim(line: ClaimLine, explorer: Explorer) -> Json:
    claim = line.claim
    return {
        "iri": claim.iri,
        "speaker": claim.speaker,
        "says": list(line.says),
        "said_on": claim.said_on.value if claim.said_on else None,
        "positions": [position_name(position) for position in explorer.catalog.positions_of(claim, bare=True)],
        "quotes": [mention.quote.exact for mention in claim.mentions if mention.quote is not None],
        "documents": list(dict.fromkeys(mention.document for mention in claim.mentions)),
        "taken_back": line.taken_back,
        "disputes": [conflict.id for conflict in line.conflicts],
    }
