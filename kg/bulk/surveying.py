"""What is learnt of a file while it is staged: its graphs, blank nodes, dates, and what shapes look at."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from kg.columns.dictionary import read_n3
from kg.ids import digest
from kg.terms import Iri, n3
from kg.times import BadDate, parse
from kg.validate.looked_at import Hashes, LookedAt
from kg.vocab import CLASS_BASE, EDTF, NEG, TYPE

MOST_FAULTS = 1_000
"""Faults of one kind that are kept of a file; the others are counted."""

_DATED = (n3(NEG.holds), n3(NEG.saidOn))
_EDTF = f'"^^{n3(EDTF)}'
_MARK = 10  # letters of the mark that tells the blank nodes of one file from those of others


@dataclass(slots=True)
class Found:
    """One thing wrong with one statement: its number in the file, the column of its object, and what."""

    ordinal: int
    column: int
    message: str


@dataclass(slots=True)
class Survey:
    """What is known of one file so far.

    `mark` stands in the labels of its blank nodes until its graphs are all known; it is as long as the final one.
    """

    looked: LookedAt
    relabel: bool = True
    """Whether blank nodes still need labels of this file's own."""
    mark: str = field(default_factory=lambda: secrets.token_hex(_MARK // 2))
    graphs: Counter[str] = field(default_factory=Counter)
    statements: int = 0
    heads: set[str] = field(default_factory=set)
    faults: list[Found] = field(default_factory=list)
    more_faults: int = 0
    nameless: list[Hashes] = field(default_factory=list)
    """Claims that are blank nodes."""
    documents: list[Hashes] = field(default_factory=list)
    """Documents whose text lies in a file."""
    labels: dict[str, str] = field(default_factory=dict)
    inner: list[tuple[Hashes, Hashes]] = field(default_factory=list)
    """Statements whose object is a blank node or a class named by its content: hashes of subject and object."""
    _good_dates: set[str] = field(default_factory=set)

    @property
    def default(self) -> str:
        """The name that statements of the default graph stand under until it is known which graph they belong to."""
        return f"<urn:{self.mark}>"

    def final_mark(self, name: str, graphs: list[Iri]) -> str:
        """Return the mark of the file's blank nodes, as the ordinary reader makes it."""
        return digest([name, *sorted(graphs)], _MARK)

    def take(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Learn from some statements; return them with blank nodes relabelled and every graph named."""
        self._find_faults(frame)
        changed = self._relabelled(frame)
        in_default = changed["g"].is_null()
        if in_default.any():
            told = changed.filter(in_default & (pl.col("p") == n3(TYPE)) & (pl.col("o") == n3(NEG.Dossier)))
            self.heads.update(s for s in told["s"].to_list() if s.startswith("<"))
            changed = changed.with_columns(pl.col("g").fill_null(self.default))
        for graph, count in changed.group_by("g").len().iter_rows():
            self.graphs[graph] += count
        self._look(changed)
        self.statements += len(frame)
        return changed

    def _look(self, frame: pl.DataFrame) -> None:
        self.looked.add(frame)
        blank = frame.filter(pl.col("s").str.starts_with("_:"))
        makes_claim = pl.col("p").is_in([n3(NEG.affirms), n3(NEG.denies)])
        makes_claim |= (pl.col("p") == n3(TYPE)) & (pl.col("o") == n3(NEG.Claim))
        for found, rows in (
            (self.nameless, blank.filter(makes_claim)),
            (self.documents, frame.filter(pl.col("p") == n3(NEG.text))),
        ):
            if len(rows):
                found.append(rows["s"].unique().hash().to_numpy())
        inner = frame.filter(pl.col("o").str.starts_with("_:") | pl.col("o").str.starts_with(f"<{CLASS_BASE}"))
        if len(inner):
            self.inner.append((inner["s"].hash().to_numpy(), inner["o"].hash().to_numpy()))

    def _relabelled(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Number blank nodes in the order in which the ordinary reader meets them: subject, then object."""
        subjects, objects = (frame[column].str.starts_with("_:") for column in "so")
        if not self.relabel or not (subjects.any() or objects.any()):
            return frame
        met = pl.concat([frame["s"].filter(subjects), frame["o"].filter(objects)])
        order = np.concatenate([2 * subjects.arg_true().to_numpy(), 2 * objects.arg_true().to_numpy() + 1])
        for label in met.gather(np.argsort(order)).unique(maintain_order=True).to_list():
            if label not in self.labels:
                self.labels[label] = f"_:f{self.mark}b{len(self.labels) + 1}"
        known = met.unique().to_list()
        new = [self.labels[label] for label in known]

        def renamed(column: str) -> pl.Expr:
            is_blank = pl.col(column).str.starts_with("_:")
            return pl.when(is_blank).then(pl.col(column).replace(known, new)).otherwise(column).alias(column)

        return frame.with_columns(renamed("s"), renamed("o"))

    # -- faults

    def _find_faults(self, frame: pl.DataFrame) -> None:
        triples = frame["o"].str.starts_with("<<") | frame["s"].str.starts_with("<<")
        self._add(frame, triples, "a triple inside a triple (RDF 1.2) cannot be loaded; use a neg:Proposition")
        if frame["g"].str.starts_with("_:").any():
            nameless = frame["g"].str.starts_with("_:").fill_null(value=False)
            self._add(frame, nameless, "a graph named by a blank node cannot be loaded; give it an IRI")
        dated = frame["o"].str.ends_with(_EDTF)
        dated |= frame["p"].is_in(_DATED) & frame["o"].str.starts_with('"')
        for text in frame["o"].filter(dated).unique().to_list():
            if text not in self._good_dates:
                self._check_date(frame, dated, text)

    def _check_date(self, frame: pl.DataFrame, dated: pl.Series, text: str) -> None:
        try:
            parse(str(read_n3(text)))
        except BadDate as error:
            self._add(frame, dated & (frame["o"] == text), str(error))
        else:
            self._good_dates.add(text)

    def _add(self, frame: pl.DataFrame, rows: pl.Series, message: str) -> None:
        for at in rows.arg_true().to_list():
            if len(self.faults) >= MOST_FAULTS:
                self.more_faults += 1
                continue
            s, p, _, _ = frame.row(at)
            self.faults.append(Found(self.statements + at, len(s) + len(p) + 3, message))
