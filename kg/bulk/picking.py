"""The statements of a few subjects, out of staged files of any size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from kg.bulk.staging import Staged
from kg.bulk.texts import tables
from kg.columns.dictionary import read_n3
from kg.errors import StoreError
from kg.terms import Iri, Literal, Triple, n3
from kg.validate.looked_at import Hashes
from kg.vocab import RDFS

_SCHEMA = {
    "s": pl.String, "p": pl.String, "o": pl.String, "g": pl.String, "file": pl.UInt32, "ordinal": pl.UInt32,
    "hash": pl.UInt64,
}  # fmt: skip


def pick(staged: Sequence[Staged], wanted: Hashes) -> pl.DataFrame:
    """Return the statements of some subjects, and all about which class is below which.

    Beside the texts `s`, `p`, `o`, `g` there are the number of the file, that of the statement, and the subject's hash.
    """
    wanted = np.unique(wanted)
    found = [pl.DataFrame(schema=_SCHEMA)]
    for number, one in enumerate(staged):
        before = 0
        for frame in tables(one.path):
            subjects = frame["s"].hash()
            rows = is_among(subjects.to_numpy(), wanted) | (frame["p"] == n3(RDFS.subClassOf)).to_numpy()
            if rows.any():
                extra = (
                    pl.lit(number, pl.UInt32).alias("file"),
                    pl.Series("ordinal", np.arange(before, before + len(frame)), dtype=pl.UInt32),
                    subjects.alias("hash"),
                )
                found.append(frame.with_columns(*extra).filter(pl.Series(rows)).select(*_SCHEMA))
            before += len(frame)
    return pl.concat(found)


def is_among(hashes: Hashes, known: Hashes) -> npt.NDArray[np.bool_]:
    """Say which hashes are among some that are sorted."""
    if not len(known):
        return np.zeros(len(hashes), np.bool_)
    found: npt.NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, hashes), len(known) - 1)] == hashes
    return found


def triples(rows: pl.DataFrame) -> list[Triple]:
    """Turn picked statements into triples."""
    return [_triple(*texts) for texts in rows.select("s", "p", "o").iter_rows()]


def by_graph(rows: pl.DataFrame) -> Iterable[tuple[Iri, list[Triple]]]:
    """Yield picked statements graph by graph."""
    for (graph,), found in rows.partition_by("g", as_dict=True, maintain_order=True).items():
        yield Iri(str(graph)[1:-1]), triples(found)


def _triple(s: str, p: str, o: str) -> Triple:
    subject, predicate = read_n3(s), read_n3(p)
    if isinstance(subject, Literal) or not isinstance(predicate, Iri):  # no parser lets that through
        raise StoreError(f"{s} {p} is not the beginning of a triple")
    return Triple(subject, predicate, read_n3(o))
