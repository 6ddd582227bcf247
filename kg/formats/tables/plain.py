"""Plain rows to N-Quads, a column at a time; what is any different is left for the dossier reader.

A plain row is a whole claim that is surely well formed: speaker, day, one triple of names and values that are known,
and if need be a document with a quote. Each different cell is read once, by the dossier reader's own code; the text
of the quads is put together by columns. A cell with a fault makes its row not plain, so faults have one source.

Before: `kudlow-1,larry-kudlow,2019-01-22,denies,talks,is,Cancelled`. After: `<BASE/kudlow-1> a neg:Claim ; ...`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from kg.formats.claims import ACTS, CONCEPTS, WHO
from kg.formats.coerce import BadValue, literal
from kg.formats.content import ContentReader
from kg.formats.desk import IDENTIFIER, Desk
from kg.formats.tables.blocks import EarlyNames
from kg.formats.tables.claim_trees import Cells, object_tree
from kg.formats.tables.json_trees import as_text
from kg.formats.yaml_reader import Listing, Tree
from kg.model import Polarity, Proposition
from kg.terms import XSD, Blank, Iri, Literal, Term, n3
from kg.vocab import EDTF, NEG, OA, PROPOSITION_BASE, PROV, RDF, TYPE

PLAIN_COLUMNS = frozenset(
    {
        "id", "by", "as", "medium", "audience", "on", "act", "subject", "property", "object", "type", "lang", "holds",
        "attribution", "certainty", "in", "exact", "before", "after", "reading", "via",
    }
)  # fmt: skip
"""A row with a cell in any other column is read by the dossier reader."""
_TEXTS = {"exact": OA.exact, "before": OA.term("prefix"), "after": OA.suffix, "reading": NEG.reading}
_NAMES = {**WHO, "in": "document", "via": "reporter"}
_WITH_NODES = {"as": NEG.capacity, "medium": NEG.medium, "audience": NEG.audience} | CONCEPTS
_LOOKED_FOR = (NEG.dueOn, NEG.madeBy)
"""Properties for which the shapes of other records look in propositions."""
_ID = rf"\A(?:{IDENTIFIER.pattern})\z"
_WEB = r"\Ahttps?://[A-Za-z0-9._~/#%&=?+-]+\z"
"""Addresses that are surely absolute IRIs and are written in N-Quads as they are."""
_SPACES = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
REMEMBERED = 500_000
"""Different cells that are remembered from block to block."""
_LETTERS, _BYTES = 20, 13
_BASE32 = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", np.uint8)
_ANY = Iri("urn:parley:any")


@dataclass(frozen=True, slots=True)
class PlainText:
    """The quads of plain rows as N-Quads.

    `sure` are claims in which no shape can find anything; `other` those that may get a warning, or on which what is
    said of other records depends. `left` says for each row whether it is not plain.
    """

    sure: bytes
    other: bytes
    quads: int
    left: pl.Series


class PlainRows:
    """Turns plain rows into quads of one graph; remembers what cells mean from block to block."""

    def __init__(
        self, desk: Desk, early: EarlyNames | None, objects: Callable[[Cells, Desk], Tree] = object_tree
    ) -> None:
        self._desk = desk
        self._object_tree = objects
        self._early = early
        self._content = ContentReader(desk)
        self._known: dict[str, dict[str, str | None]] = {}
        self._objects: dict[tuple[str, ...], tuple[str | None, str | None]] = {}
        self._reserved = [*desk.lexicon.classes, *desk.lexicon.properties]

    def text(self, frame: pl.DataFrame) -> PlainText:
        """Write the plain rows of a block of whole claims."""
        if len(self._objects) + sum(map(len, self._known.values())) > REMEMBERED:
            self._known.clear()
            self._objects.clear()
        frame = _with_all(frame)
        terms, good = self._terms(frame)
        simple = good & ~_is_repeated(frame["id"])
        rows = terms.filter(simple)
        watched = rows.select(
            pl.col("predicate").is_in([n3(p) for p in _LOOKED_FOR])
            | ((pl.col("in") != "") & (pl.col("exact") == "") & (pl.col("reading") == ""))
        ).to_series()
        sure, first = self._quads(rows.filter(~watched))
        other, second = self._quads(rows.filter(watched))
        return PlainText(sure, other, first + second, ~simple)

    # Cells to terms

    def _terms(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
        """Return the cells as terms in N-Triples, and which rows have nothing but cells that mean something."""
        found: dict[str, pl.Series] = {}
        for key, what in _NAMES.items():
            found[key] = self._names(frame[key], key, what, ())
        found["subject"] = self._names(frame["subject"], "subject", "name", self._reserved)
        for key in ("on", "holds"):
            found[key] = self._each(frame[key], "date", _date)
        for key, predicate in CONCEPTS.items():
            found[key] = self._each(frame[key], key, self._concept(key, predicate))
        found |= self._values(frame)
        for key in _TEXTS:
            found[key] = _written(frame[key])
        ids = frame["id"]
        terms = pl.DataFrame([series.alias(key) for key, series in found.items()])
        good = (
            ids.str.contains(_ID)
            & ~ids.is_in(list(self._desk.ids))
            & frame["act"].is_in(list(ACTS))
            & (frame["by"] != "")
            & (frame["on"] != "")
            & (frame["subject"] != "")
            & (frame["in"].ne("") | (frame["exact"].eq("") & frame["before"].eq("") & frame["after"].eq("")))
            & (frame["exact"].ne("") | (frame["before"].eq("") & frame["after"].eq("")))
        )
        for key in found:
            good &= terms[key].is_not_null()
        for key in set(frame.columns) - PLAIN_COLUMNS - {"line"}:
            good &= frame[key] == ""
        return terms.with_columns(ids, frame["act"]), good

    def _names(self, cells: pl.Series, kind: str, what: str, reserved: Iterable[str]) -> pl.Series:
        """Read names; ids where any id is good, and ordinary web addresses, are read all at once."""
        words = [*reserved]
        web = cells.str.contains(_WEB) & ~cells.str.starts_with(NEG)
        ours = cells.str.contains(_ID) & ~cells.is_in(words)
        if self._desk.elsewhere is None or self._desk.ids:
            ours &= False
        elif self._early is not None:
            self._early.named(cells.filter(ours).unique())
        base = n3(self._desk.base)[:-1]
        rest = self._each(cells.set(web | ours, ""), kind, lambda text: self._name(text, what, is_subject=bool(words)))
        return (
            pl.select(
                pl.when(web)
                .then(pl.concat_str(pl.lit("<"), cells, pl.lit(">")))
                .when(ours)
                .then(pl.concat_str(pl.lit(f"{base}/"), cells, pl.lit(">")))
                .otherwise(rest)
            )
            .to_series()
            .alias(kind)
        )

    def _name(self, text: str, what: str, *, is_subject: bool) -> Term | None:
        if not is_subject:
            return self._desk.reference(as_text(text), what)
        said = self._proposition(text, {"property": "is", "object": f"<{_ANY}>"})
        return said.subject if said is not None else None

    def _proposition(self, subject: str, cells: dict[str, str]) -> Proposition | None:
        triple = Listing([as_text(subject), as_text(cells["property"]), self._object_tree(cells, self._desk)], 1, 1)
        return self._content.proposition(triple)

    def _concept(self, key: str, predicate: Iri) -> Callable[[str], Term | None]:
        words = self._desk.lexicon.individuals(self._desk.lexicon.by_iri[predicate])

        def read(text: str) -> Term | None:
            found = self._desk.reference(as_text(text), key, words)
            return found if found in words.values() else None

        return read

    def _each(self, cells: pl.Series, kind: str, read: Callable[[str], Term | None]) -> pl.Series:
        """Read each different cell once; empty stays empty, and what cannot be read is null."""
        known = self._known.setdefault(kind, {"": ""})
        different = cells.unique().to_list()
        for text in different:
            if text not in known:
                known[text] = self._term(lambda text=text: read(text))  # type: ignore[misc]  # a bound default
        if different == [""]:
            return cells
        return cells.replace_strict(different, [known[text] for text in different], return_dtype=pl.String)

    def _term(self, read: Callable[[], Term | None]) -> str | None:
        """Read a cell on a desk without faults; blank nodes have to be kept apart and are not read here."""
        before = len(self._desk.faults)
        term = read()
        if len(self._desk.faults) > before:
            del self._desk.faults[before:]
            return None
        return None if term is None or isinstance(term, Blank) else n3(term)

    def _values(self, frame: pl.DataFrame) -> dict[str, pl.Series]:
        """Read property and object together: what an object means depends on the property."""
        keys = ["property", "object", "type", "lang"]
        different = frame.select(keys).unique(maintain_order=True)
        read = [self._value(row) for row in different.iter_rows()]
        different = different.with_columns(
            pl.Series("predicate", [p for p, _ in read], dtype=pl.String),
            pl.Series("value", [o for _, o in read], dtype=pl.String),
        )
        joined = frame.select(keys).join(different, on=keys, how="left", maintain_order="left")
        return {"predicate": joined["predicate"], "value": joined["value"]}

    def _value(self, row: tuple[str, ...]) -> tuple[str | None, str | None]:
        if row not in self._objects:
            self._objects[row] = self._read_value(*row)
        return self._objects[row]

    def _read_value(self, prop: str, obj: str, kind: str, lang: str) -> tuple[str | None, str | None]:
        if not prop or not obj:
            return None, None
        cells = {"property": prop, "object": obj} | {k: v for k, v in (("type", kind), ("lang", lang)) if v}
        said: list[Proposition] = []

        def read() -> Term | None:
            found = self._proposition(f"<{_ANY}>", cells)
            said.extend([found] if found is not None else [])
            return found.object if found is not None else None

        obj_text = self._term(read)
        return (n3(said[0].predicate), obj_text) if obj_text is not None else (None, None)

    # Terms to quads

    def _quads(self, rows: pl.DataFrame) -> tuple[bytes, int]:
        if not rows.height:
            return b"", 0
        end = f" {n3(self._desk.base)} .\n"
        rows = rows.with_columns(
            pl.concat_str(pl.lit(n3(self._desk.base)[:-1] + "/"), "id").alias("node"),
            pl.concat_str("subject", "predicate", "value", "holds", separator="\x00").alias("key"),
        )
        said = rows.select("key", "subject", "predicate", "value", "holds").unique("key", maintain_order=True)
        said = said.with_columns(_proposition_nodes(said["key"]).alias("proposition"))
        rows = rows.join(said.select("key", "proposition"), on="key", how="left", maintain_order="left")
        claims, in_claims = _written_quads(rows, _claim(), end)
        contents, in_contents = _written_quads(said, _content(), end)
        return b"".join([*claims, *contents]), in_claims + in_contents


def _with_all(frame: pl.DataFrame) -> pl.DataFrame:
    missing = sorted(PLAIN_COLUMNS - set(frame.columns))
    return frame.with_columns(pl.lit("").alias(key) for key in missing)


def _is_repeated(ids: pl.Series) -> pl.Series:
    same = (ids == ids.shift(1)).fill_null(value=False)
    return same | same.shift(-1, fill_value=False)


def _date(text: str) -> Literal | None:
    try:
        return literal(as_text(text), EDTF)
    except BadValue:
        return None


def _written(cells: pl.Series) -> pl.Series:
    """Write texts as literals; empty stays empty, and nothing but spaces is null, for that is a fault."""
    text = cells
    for char, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        if text.str.contains(char, literal=True).any():
            text = text.str.replace_all(char, escaped, literal=True)
    blank = cells.str.strip_chars(_SPACES) == ""
    literals = pl.select(pl.concat_str(pl.lit('"'), text, pl.lit('"'))).to_series()
    empty = pl.select(pl.when(cells == "").then(pl.lit("")).otherwise(pl.lit(None, pl.String))).to_series()
    return pl.select(pl.when(blank).then(empty).otherwise(literals)).to_series()


def _proposition_nodes(keys: pl.Series) -> pl.Series:
    """Name propositions as `kg.ids.proposition_iri` does, all at once, from their parts that are joined already."""
    hashed = b"".join(hashlib.sha256(key.encode()).digest()[:_BYTES] for key in keys)
    bits = np.unpackbits(np.frombuffer(hashed, np.uint8).reshape(-1, _BYTES), axis=1)[:, : _LETTERS * 5]
    codes = bits.reshape(-1, _LETTERS, 5) @ np.array([16, 8, 4, 2, 1], np.uint8)
    names = _BASE32[codes].view(f"S{_LETTERS}").ravel().astype(str)
    named = pl.Series("proposition", names, dtype=pl.String)
    return pl.select(pl.concat_str(pl.lit(f"<{PROPOSITION_BASE}"), named, pl.lit(">"))).to_series()


@dataclass(frozen=True, slots=True)
class _Quad:
    """One quad of each row as the pieces of its text; `given` is the cell without which a row has none."""

    pieces: tuple[pl.Expr, ...]
    given: str | None = None


def _written_quads(rows: pl.DataFrame, quads: Sequence[_Quad], end: str) -> tuple[list[bytes], int]:
    """Write some quads of each row, and count them. Text that every row has is put together in one go."""
    pieces: list[pl.Expr] = []
    count = 0
    for quad in quads:
        given = rows.height if quad.given is None else int((rows[quad.given] != "").sum())
        count += given
        line = (*quad.pieces, pl.lit(end))
        if given == rows.height:
            pieces += line
        elif given:
            pieces.append(pl.when(pl.col(quad.given or "") != "").then(pl.concat_str(line)).otherwise(pl.lit("")))
    return rows.select(pl.concat_str(pieces).cast(pl.Binary)).to_series().to_list(), count


def _of_claim(part: str, predicate: Iri, obj: str | Term, given: str | None = None) -> _Quad:
    """Return a quad about a claim or a part of it (`/mention/1`); the object is a term, a column or a part."""
    if isinstance(obj, (Iri, Literal)):
        end = [pl.lit(f"{part}> {n3(predicate)} {n3(obj)}")]
    elif obj.startswith("/"):
        end = [pl.lit(f"{part}> {n3(predicate)} "), pl.col("node"), pl.lit(f"{obj}>")]
    else:
        end = [pl.lit(f"{part}> {n3(predicate)} "), pl.col(obj)]
    return _Quad((pl.col("node"), *end), given)


def _claim() -> list[_Quad]:
    """Return the quads of a claim, in the order in which records are written (`kg.rdf`)."""
    mention, quote, report = "/mention/1", "/mention/1/quote", "/report/1"
    affirms = pl.col("act") == Polarity.AFFIRMS.value
    act = pl.when(affirms).then(pl.lit(f"> {n3(NEG.affirms)} ")).otherwise(pl.lit(f"> {n3(NEG.denies)} "))
    return [
        _of_claim("", TYPE, NEG.Claim),
        _of_claim("", PROV.wasAttributedTo, "by"),
        _of_claim("", NEG.saidOn, "on"),
        _Quad((pl.col("node"), act, pl.col("proposition"))),
        *(_of_claim("", predicate, key, key) for key, predicate in _WITH_NODES.items()),
        _of_claim("", NEG.reading, "reading", "reading"),
        _of_claim("", NEG.report, report, "via"),
        _of_claim(report, TYPE, NEG.Report, "via"),
        _of_claim(report, NEG.step, Literal("1", Iri(XSD + "integer")), "via"),
        _of_claim(report, NEG.reporter, "via", "via"),
        _of_claim("", NEG.mention, mention, "in"),
        _of_claim(mention, TYPE, NEG.Mention, "in"),
        _of_claim(mention, OA.hasSource, "in", "in"),
        _of_claim(mention, OA.hasSelector, quote, "exact"),
        _of_claim(quote, TYPE, OA.TextQuoteSelector, "exact"),
        *(_of_claim(quote, _TEXTS[key], key, key) for key in ("exact", "before", "after")),
    ]


def _content() -> list[_Quad]:
    """Return the quads of a proposition."""
    node = pl.col("proposition")
    return [
        _Quad((node, pl.lit(f" {n3(TYPE)} {n3(NEG.Proposition)}"))),
        _Quad((node, pl.lit(f" {n3(RDF.subject)} "), pl.col("subject"))),
        _Quad((node, pl.lit(f" {n3(RDF.predicate)} "), pl.col("predicate"))),
        _Quad((node, pl.lit(f" {n3(RDF.object)} "), pl.col("value"))),
        _Quad((node, pl.lit(f" {n3(NEG.holds)} "), pl.col("holds")), "holds"),
    ]
