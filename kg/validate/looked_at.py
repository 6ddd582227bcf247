"""Statements that shapes look at, as columns of hashes: records are judged without a Python object for each.

Before: lines of N-Quads as a table of texts. After: for each predicate that a shape looks at, the hash of every
subject and object, and whether the object is of the kind that the shape wants. Texts are not kept: 64 bits stand for
a term, and among ten million terms any two have the same ones with a chance of three in a million.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import polars as pl

from kg.terms import Iri, Term, Triple, n3
from kg.vocab import DCTERMS, EDTF, NEG, OA, ORG, PROV, RDF, RDFS, TYPE, XSD_NS

Hashes = npt.NDArray[np.uint64]


class Kind(IntEnum):
    """What an object is: a thing, a literal as the shape of its predicate wants it, or any other literal."""

    IRI = 0
    BLANK = 1
    GOOD = 2
    OTHER = 3


def _typed(value: str, datatype: Iri) -> str:
    escaped = n3(datatype).replace(".", r"\.")
    return rf'^"(?:{value})"\^\^{escaped}$'


_DATE = "|".join(
    (
        _typed(r"[0-9.Y/-][0-9XYTZ:+.~?%/-]*", EDTF),
        # Days that every month has: whether there is a 29th is left to the SHACL engine.
        _typed(r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])", XSD_NS.date),
        _typed(r"[1-9][0-9]{3}-(?:0[13-9]|1[0-2])-(?:29|30)", XSD_NS.date),
        _typed(r"[1-9][0-9]{3}-(?:0[13578]|1[02])-31", XSD_NS.date),
    )
)
_COUNT = _typed("[1-9][0-9]{0,17}", XSD_NS.integer)
_QUANTITY = "|".join(
    (
        _typed(r"(?:[~<>≤≥]|<=|>=)? ?[+-]?[0-9][^\\]*", NEG.Quantity),
        _typed("-?[0-9]{1,18}", XSD_NS.integer),
        _typed(r"-?[0-9]{1,18}\.[0-9]{1,18}", XSD_NS.decimal),
    )
)
_TEXT = r'^".+"(?:@[A-Za-z-]+)?$'
_ANY = '^"'
_NONE = "^$"

WANTED: Mapping[Iri, str] = MappingProxyType({
    **dict.fromkeys(
        (
            TYPE, PROV.wasAttributedTo, NEG.affirms, NEG.denies, NEG.condition, NEG.certainty, NEG.attribution,
            NEG.capacity, NEG.medium, NEG.audience, NEG.reliability, NEG.credibility, NEG.likelihood, NEG.confidence,
            NEG.retracts, NEG.corrects, NEG.supersedes, RDF.subject, RDF.predicate, NEG.mention, OA.hasSource,
            OA.hasSelector, NEG.report, NEG.reporter, NEG.accessBasis, NEG.post, ORG.hasMembership, NEG.counterTo,
        ),
        _NONE,
    ),
    **dict.fromkeys((NEG.saidOn, NEG.holds, NEG.during, NEG.dueOn, NEG.date, DCTERMS.issued), _DATE),
    **dict.fromkeys((RDF.object, NEG.reading, RDFS.label, DCTERMS.term("title"), NEG.madeBy), _ANY),
    **dict.fromkeys((OA.exact, NEG.descriptor), _TEXT),
    **dict.fromkeys((NEG.step, NEG.minSize), _COUNT),
    **dict.fromkeys((NEG.rate, NEG.share), _QUANTITY),
    NEG.sha256: r'^"[0-9a-f]{64}"$',
    NEG.uniqueNames: _typed("true|false", XSD_NS.boolean),
})  # fmt: skip
"""Every predicate that `ontology/shapes.ttl` looks at, and the literals that are good there (N-Triples, a pattern)."""

_PREDICATES: Mapping[str, Iri] = MappingProxyType({n3(predicate): predicate for predicate in WANTED})
_PREDICATE_TEXTS = list(_PREDICATES)
_DAY = r'^"([0-9]{4}-[0-9]{2}-[0-9]{2})"'


@dataclass(frozen=True, slots=True)
class Links:
    """The statements of one predicate: hashes of subject and object, the object's kind.

    `day` is for `neg:saidOn` alone: an exact day as the number yyyymmdd, else 0.
    """

    s: Hashes
    o: Hashes
    kind: npt.NDArray[np.uint8]
    day: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.s)


_NOTHING = Links(np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.uint8), np.empty(0, np.int32))


class LookedAt:
    """Statements by predicate, taken block by block."""

    def __init__(self) -> None:
        self._parts: dict[Iri, list[Links]] = {}
        self.below: set[tuple[int, int]] = set()
        """Hashes of classes, each with one that it is a sub-class of."""

    def add(self, frame: pl.DataFrame) -> None:
        """Take the statements of a table with the texts `s`, `p` and `o` in N-Triples form."""
        below = frame.filter(pl.col("p") == n3(RDFS.subClassOf))
        if len(below):
            self.below.update(zip(below["s"].hash().to_list(), below["o"].hash().to_list(), strict=True))
        looked = frame.filter(pl.col("p").is_in(_PREDICATE_TEXTS)).select("s", "p", "o")
        for (text,), rows in looked.partition_by("p", as_dict=True, include_key=False).items():
            predicate = _PREDICATES[str(text)]
            self._parts.setdefault(predicate, []).append(_links(predicate, rows["s"], rows["o"]))

    def add_triples(self, triples: Iterable[Triple]) -> None:
        """Take triples."""
        rows = [(n3(s), n3(p), n3(o)) for s, p, o in triples]
        self.add(pl.DataFrame(rows, schema=dict.fromkeys("spo", pl.String), orient="row"))

    def predicates(self) -> tuple[Iri, ...]:
        """Return the predicates of which there are statements."""
        return tuple(self._parts)

    def __getitem__(self, predicate: Iri) -> Links:
        """Return the statements of a predicate."""
        parts = self._parts.get(predicate, [])
        if len(parts) > 1:
            columns = ("s", "o", "kind", "day")
            parts = [Links(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))]
            self._parts[predicate] = parts
        return parts[0] if parts else _NOTHING


def _links(predicate: Iri, subjects: pl.Series, objects: pl.Series) -> Links:
    literal = objects.str.starts_with('"').to_numpy()
    kind = objects.str.starts_with("_:").to_numpy().astype(np.uint8)
    day = np.zeros(len(objects) if predicate == NEG.saidOn else 0, np.int32)
    if literal.any():
        good = objects.str.contains(WANTED[predicate]).to_numpy()
        kind[literal] = np.where(good[literal], Kind.GOOD, Kind.OTHER)
    if predicate == NEG.saidOn:
        exact = objects.str.extract(_DAY).str.replace_all("-", "", literal=True)
        day[:] = exact.cast(pl.Int32, strict=False).fill_null(0).to_numpy()
    return Links(subjects.hash().to_numpy(), objects.hash().to_numpy(), kind, day)


def looked_at(triples: Iterable[Triple]) -> LookedAt:
    """Put triples into columns."""
    found = LookedAt()
    found.add_triples(triples)
    return found


def hashes(terms: Iterable[Term]) -> Hashes:
    """Return the hashes that stand for some terms, in their order.

    >>> bool(hashes([TYPE, NEG.Claim])[0] == hashes([TYPE])[0])
    True
    """
    return pl.Series([n3(term) for term in terms], dtype=pl.String).hash().to_numpy()
