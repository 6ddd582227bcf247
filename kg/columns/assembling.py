"""Put what was read in bulk and what was read with care into one set of tables, with one dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from kg.columns.dictionary import Dictionary
from kg.columns.records import Background, Claims, Commitments, Propositions, Records, Retractions, Withdrawals
from kg.columns.statements import Statements
from kg.contradiction.positions import standing
from kg.contradiction.results import Withdrawn
from kg.logic.tables import Flags, Ints
from kg.model import Claim, Dossier, Polarity, Proposition, Withdrawal
from kg.terms import Iri, Node, Term, n3
from kg.values import canonical
from kg.vocab import NEG, PROV, TYPE

_SLICE = 100_000  # texts that are joined at one time

CLAIM = ("iri", "graph", "speaker", "said", "capacity")
COMMITMENT = ("s", "p", "stated", "holds")
CONDITION = ("s", "p", "o", "holds")
_VOCABULARY = (TYPE, PROV.wasAttributedTo, NEG.capacity, NEG.saidOn)  # what a case says of claims
TRIPLE = ("graph", "s", "p", "o")


@dataclass(frozen=True, slots=True)
class Draft:
    """Tables whose terms are still codes of statements (64 bits wide, -1 for none).

    `claims` has the columns CLAIM and `hedged`; `commitments` those of COMMITMENT, `claim` (a row), `denied` and
    `condition`; `background` those of TRIPLE. `unique` lists graphs.
    """

    claims: pl.DataFrame
    commitments: pl.DataFrame
    background: pl.DataFrame
    unique: Sequence[str]


def assemble(statements: Statements, plain: Draft, dossiers: Sequence[Dossier]) -> Records:
    """Join the plain records and those of some dossiers, number the terms, and see which claims stand."""
    conditions: dict[Proposition, int] = {}
    careful = _drafted(statements, dossiers, conditions)
    claims = pl.concat([plain.claims, careful.claims])
    moved = careful.commitments.with_columns(claim=pl.col("claim") + len(plain.claims))
    commitments = pl.concat([plain.commitments, moved])
    background = pl.concat([plain.background, careful.background])
    commitments = commitments.with_columns(o=_canonical(statements, commitments["stated"]))
    background = background.with_columns(o=_canonical(statements, background["o"]))
    wanted = _table(statements, CONDITION, [(*c.triple, c.holds) for c in conditions])
    unique = pl.DataFrame({"graph": statements.encode(sorted({*plain.unique, *careful.unique})).astype(np.int64)})

    known = pl.DataFrame({"known": statements.encode([n3(term) for term in _VOCABULARY]).astype(np.int64)})
    taken = [(at, target) for at, claim in enumerate(_claims_of(dossiers)) for _, target in claim.withdraws]
    targets = _table(statements, ("target",), [(target,) for _, target in taken])
    dates, objects = (_canonical(statements, column).to_frame() for column in (claims["said"], wanted["o"]))
    written = [claims[list(CLAIM)], commitments[[*COMMITMENT, "o"]], background[list(TRIPLE)], wanted]
    numbering = _Numbering(statements, [*written, unique, known, dates, objects, targets])
    claims = numbering.frame(claims, CLAIM).with_row_index("old").sort("graph", "iri")
    place = np.empty(len(claims), np.int32)
    place[claims["old"].to_numpy()] = np.arange(len(claims), dtype=np.int32)
    commitments = numbering.frame(commitments, (*COMMITMENT, "o"))
    commitments = commitments.with_columns(claim=pl.Series(place[commitments["claim"].to_numpy()])).sort(
        "claim", "denied", "s", "p", "o", "stated", "holds", "condition"
    )
    stands, withdrawals = _standing(dossiers, place[len(plain.claims) :], len(claims))
    return Records(
        terms=numbering.dictionary,
        claims=_claims(claims, stands),
        commitments=Commitments(
            _ints(commitments["claim"]),
            commitments["denied"].to_numpy(),
            *(_ints(commitments[c]) for c in ("s", "p", "o", "stated", "holds", "condition")),
        ),
        conditions=Propositions(*(_ints(c) for c in numbering.frame(wanted, CONDITION))),
        background=Background(*(_ints(c) for c in numbering.frame(background, TRIPLE).unique().sort(TRIPLE))),
        withdrawals=withdrawals,
        retractions=Retractions(
            place[[len(plain.claims) + at for at, _ in taken]],
            _ints(numbering.frame(targets, ("target",))["target"]),
        ),
        unique=np.sort(_ints(numbering.frame(unique, ("graph",))["graph"])),
    )


def _claims(claims: pl.DataFrame, stands: Flags) -> Claims:
    iri, graph, speaker, said, capacity = (_ints(claims[name]) for name in CLAIM)
    return Claims(iri, graph, speaker, said, capacity, hedged=claims["hedged"].to_numpy(), stands=stands)


def _ints(column: pl.Series) -> Ints:
    return column.to_numpy().astype(np.int32)


def _claims_of(dossiers: Sequence[Dossier]) -> list[Claim]:
    return [claim for dossier in dossiers for claim in dossier.claims]


# -- records that were read one by one -----------------------------------------------------------


def _drafted(statements: Statements, dossiers: Sequence[Dossier], conditions: dict[Proposition, int]) -> Draft:
    claims = _claims_of(dossiers)
    said = [(at, claim, c) for at, claim in enumerate(claims) for c in claim.commitments]
    hedged = pl.Series("hedged", [claim.certainty == NEG.Possible for claim in claims], dtype=pl.Boolean)
    others = pl.DataFrame(
        {
            "claim": pl.Series([at for at, _, _ in said], dtype=pl.Int64),
            "denied": pl.Series([c.polarity is Polarity.DENIES for _, _, c in said], dtype=pl.Boolean),
            "condition": pl.Series([_condition(claim, conditions) for _, claim, _ in said], dtype=pl.Int64),
        }
    )
    content = _table(statements, COMMITMENT, [(*c.proposition.triple, c.proposition.holds) for _, _, c in said])
    background = [(dossier.iri, *triple) for dossier in dossiers for triple in dossier.background]
    rows = [(c.iri, c.graph, c.speaker, c.said_on, c.capacity) for c in claims]
    return Draft(
        claims=_table(statements, CLAIM, rows).with_columns(hedged),
        commitments=pl.concat([others[["claim", "denied"]], content, others[["condition"]]], how="horizontal"),
        background=_table(statements, TRIPLE, background),
        unique=[n3(dossier.iri) for dossier in dossiers if dossier.unique_names],
    )


def _condition(claim: Claim, conditions: dict[Proposition, int]) -> int:
    return -1 if claim.condition is None else conditions.setdefault(claim.condition, len(conditions))


def _table(statements: Statements, names: Sequence[str], rows: Sequence[Sequence[Term | None]]) -> pl.DataFrame:
    """Write rows of terms as columns of codes."""
    texts: dict[Term, str] = {term: n3(term) for row in rows for term in row if term is not None}
    codes = dict(zip(texts, statements.encode(list(texts.values())).tolist(), strict=True))
    columns: Iterable[Any] = zip(*rows, strict=True) if rows else [()] * len(names)
    coded = ([-1 if term is None else codes[term] for term in column] for column in columns)
    return pl.DataFrame(dict(zip(names, coded, strict=True)), schema=dict.fromkeys(names, pl.Int64))


def _standing(dossiers: Sequence[Dossier], place: Ints, count: int) -> tuple[Flags, Withdrawals]:
    """Say which of all claims stand; `place` holds the rows of the claims of these dossiers."""
    claims = _claims_of(dossiers)
    found = standing(claims)
    row = {_name(claim): int(place[at]) for at, claim in enumerate(claims)}
    standing_rows = {row[_name(claim)] for claim in found.claims}
    stands = np.ones(count, np.bool_)
    stands[sorted(set(row.values()) - standing_rows)] = False
    return stands, _withdrawals(found.withdrawn, row)


def _name(claim: Claim) -> tuple[Iri | None, Node]:
    return claim.graph, claim.iri


def _withdrawals(found: Sequence[Withdrawn], row: Mapping[tuple[Iri | None, Node], int]) -> Withdrawals:
    how = list(Withdrawal)
    return Withdrawals(
        np.array([row[_name(one.claim)] for one in found], np.int32),
        np.array([row[_name(one.by)] for one in found], np.int32),
        np.array([how.index(one.how) for one in found], np.uint8),
    )


# -- terms ---------------------------------------------------------------------------------------


def _canonical(statements: Statements, column: pl.Series) -> pl.Series:
    """Write the literals of a column canonically."""
    present = column.unique()
    codes = present.filter(present >= 0).to_numpy().astype(np.uint32)
    literal = codes[statements.normal(codes).str.starts_with('"').to_numpy()]
    terms = statements.terms(literal)
    written = statements.encode([n3(canonical(term)) for term in terms])
    changed = literal != written
    return column.replace(literal[changed].astype(np.int64), written[changed].astype(np.int64))


def _dictionary(texts: pl.Series) -> Dictionary:
    slices = (texts[start : start + _SLICE] for start in range(0, len(texts), _SLICE))
    text = b"".join(str(part.str.join("").item()).encode() for part in slices)
    return Dictionary(np.frombuffer(text, np.uint8), texts.str.len_bytes().cast(pl.Int64).cum_sum().to_numpy())


class _Numbering:
    """Numbers for the terms of some tables, in the order of their text."""

    def __init__(self, statements: Statements, tables: Sequence[pl.DataFrame]) -> None:
        columns = [column.unique() for table in tables for column in table]
        codes = pl.concat(columns).unique().sort()
        self._codes = codes.filter(codes >= 0).to_numpy()
        texts = statements.normal(self._codes.astype(np.uint32))
        ordered = texts.unique().sort()
        self.dictionary = _dictionary(ordered)
        self._numbers = (
            texts.to_frame("text")
            .join(ordered.to_frame("text").with_row_index("number"), on="text", how="left", maintain_order="left")[
                "number"
            ]
            .to_numpy()
            .astype(np.int64)
        )

    def frame(self, table: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
        """Write numbers for codes in some columns."""
        return table.with_columns(pl.Series(name, self._number(table[name].to_numpy())) for name in names)

    def _number(self, codes: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int64]]:
        found = self._numbers[np.searchsorted(self._codes, np.maximum(codes, 0))] if len(self._numbers) else codes
        return np.where(codes >= 0, found, -1)
