"""The records of a dossier: what was said, by whom, where it stands, and what the recorder holds.

All records are frozen values and know nothing of files, graphs or stores. `kg.rdf` turns them
into quads and back; `kg.formats` reads and writes them; `kg.contradiction` reasons on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kg.terms import Iri, Literal, Node, Term, Triple


class Polarity(Enum):
    """Which way a claim commits its speaker: the proposition is so, or is not so."""

    AFFIRMS = "affirms"
    DENIES = "denies"

    @property
    def opposite(self) -> Polarity:
        """The other polarity."""
        return Polarity.DENIES if self is Polarity.AFFIRMS else Polarity.AFFIRMS


@dataclass(frozen=True, slots=True)
class Proposition:
    """What is said to be so, unasserted: a triple and the time it is said to hold.

    `holds` is an EDTF or XSD date literal, or None when the claim gives no time of its own.
    """

    subject: Node
    predicate: Iri
    object: Term
    holds: Literal | None = None

    @property
    def triple(self) -> Triple:
        """The content without its time."""
        return Triple(self.subject, self.predicate, self.object)


@dataclass(frozen=True, slots=True)
class Commitment:
    """One proposition affirmed or denied by a claim."""

    polarity: Polarity
    proposition: Proposition


@dataclass(frozen=True, slots=True)
class Quote:
    """A Web Annotation text quote: the exact words and some text before and after them."""

    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a claim stands: a document and, if the words are given, the quote."""

    document: Node
    quote: Quote | None = None


class Withdrawal(Enum):
    """How one claim takes an earlier one back."""

    RETRACTS = "retracts"
    CORRECTS = "corrects"
    SUPERSEDES = "supersedes"


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody commits to something, at a time, in some capacity, to somebody.

    `chain` lists the reporters from the first who heard it to the document at hand. `withdraws`
    lists (how, IRI of the earlier claim). `quote` (in `mentions`) is what was written;
    `reading` is the recorder's account of how the words were understood.
    """

    iri: Node
    speaker: Node
    said_on: Literal | None
    commitments: tuple[Commitment, ...] = ()
    certainty: Iri | None = None
    condition: Proposition | None = None
    capacity: Node | None = None
    medium: Node | None = None
    audience: Node | None = None
    attribution: Iri | None = None
    chain: tuple[Node, ...] = ()
    withdraws: tuple[tuple[Withdrawal, Node], ...] = ()
    mentions: tuple[Mention, ...] = ()
    reading: str | None = None
    assessments: tuple[tuple[Iri, Term], ...] = ()
    graph: Iri | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """One case or one document: its claims, and the background that its recorder states himself.

    `background` is every triple of the graph that is not part of a claim's own record.
    """

    iri: Iri
    claims: tuple[Claim, ...] = ()
    background: frozenset[Triple] = frozenset()
    unique_names: bool = False
