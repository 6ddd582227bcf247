"""The six-rule workload as files for other engines: N-Triples, CSV, answer-set facts, and one day of it in OWL.

The triples are made easy to join: each (subject, predicate) is a node of its own, a *slot*, and a claim affirms or
denies a slot.

    <c7> w:affirms <s81> ; w:value 12 ; w:from 400 ; w:until 431 ; w:source <o3> .
    <s81> w:subject <e5> ; w:predicate w:rate0 .
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.workload.claims import ANY, ATTENDED, RATE, SCHEDULED, TYPE, Claims
from benchmarks.workload.vocabulary import CLASSES, ONTOLOGY, PREDICATES, W
from kg.terms import n3
from kg.vocab import XSD_NS

_WORDS = [n3(term) for term in PREDICATES]


def write_triples(claims: Claims, file: Path) -> None:
    """Write all claims as N-Triples, about six a claim, with the functional properties declared."""
    with file.open("w", encoding="utf-8") as out:
        for word in _WORDS[RATE:]:
            out.write(f"{word} {_WORDS[TYPE]} <http://www.w3.org/2002/07/owl#FunctionalProperty> .\n")
        frame = _frame(claims)
        slots = frame.unique("slot")
        for lines in (
            frame.select(_line("c", "row", "affirms", "s", "slot")).filter(claims.affirmed),
            frame.select(_line("c", "row", "denies", "s", "slot")).filter(~claims.affirmed),
            frame.select(_statement("value", _value())),
            frame.select(_statement("from", _number("start"))),
            frame.select(_statement("until", _number("end"))),
            frame.select(_line("c", "row", "source", "o", "source")),
            slots.select(_line("s", "slot", "subject", "e", "subject")),
            slots.select(_slot_predicate()),
        ):
            lines.write_csv(out, include_header=False, quote_style="never")


def write_csv(claims: Claims, file: Path) -> None:
    """Write all claims as numbers: row, affirmed (1 or 0), predicate, subject, value, start, end."""
    columns = ("row", "affirmed", "predicate", "subject", "value", "start", "end")
    _frame(claims).with_columns(pl.col("affirmed").cast(pl.Int8)).select(columns).write_csv(file, include_header=False)


def write_facts(claims: Claims, file: Path) -> None:
    """Write all claims as facts `yes(row,predicate,subject,value,start,end).` and `no(…)`."""
    names = ("row", "predicate", "subject", "value", "start", "end")
    word = pl.when("affirmed").then(pl.lit("yes")).otherwise(pl.lit("no"))
    line = pl.format("{}({},{},{},{},{},{}).", word, *names)
    _frame(claims).select(line).write_csv(file, include_header=False, quote_style="never")


def write_day(claims: Claims, day: int, file: Path) -> int:
    """Write what is claimed to hold on one day as an OWL ontology; return the number of claims that it holds.

    A denial becomes what OWL has for it: membership of a complement, or a negative property assertion. C5 becomes a
    property chain. That "before" has no loops is left out, for OWL 2 DL forbids it of a transitive property.
    """
    today = claims.take((claims.start <= day) & (day <= claims.end))
    text = ONTOLOGY.read_text(encoding="utf-8").replace(", owl:IrreflexiveProperty", "")
    lines = [text, *_OWL, *sorted({_owl(*row) for row in _rows(today)})]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(today)


_OWL = (
    "<urn:workload> a owl:Ontology .",
    "w:attended owl:propertyChainAxiom ( w:holds w:attended ) .",
    "w:Unscheduled owl:equivalentClass [ a owl:Class ; owl:complementOf w:Scheduled ] ; a owl:Class .",
    *(f"w:None{i} a owl:Class ; owl:disjointWith w:Some{i} ." for i in range(len(_WORDS) - RATE)),
)


def _rows(claims: Claims) -> list[tuple[bool, int, int, int]]:
    columns = (claims.affirmed, claims.predicate, claims.subject, claims.value)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _owl(affirmed: bool, predicate: int, subject: int, value: int) -> str:  # noqa: FBT001 - a row
    node = f"w:e{subject}"
    if value == ANY:
        return f"{node} a w:None{predicate - RATE} ."
    if predicate == TYPE:
        name = "Unscheduled" if not affirmed and value == SCHEDULED else CLASSES[value].removeprefix(W)
        return f"{node} a w:{name} ."
    other = str(value) if predicate >= RATE else f"w:e{value}"
    word = PREDICATES[predicate].removeprefix(W)
    if affirmed or predicate != ATTENDED:
        return f"{node} w:{word} {other} ."
    return (
        f"[] a owl:NegativePropertyAssertion ; owl:sourceIndividual {node} ; "
        f"owl:assertionProperty w:{word} ; owl:targetIndividual {other} ."
    )


def _frame(claims: Claims) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "row": np.arange(len(claims), dtype=np.int32),
            "slot": claims.subject.astype(np.int64) * 16 + claims.predicate,
            "affirmed": claims.affirmed,
            "predicate": claims.predicate,
            "subject": claims.subject,
            "value": claims.value,
            "start": claims.start,
            "end": claims.end,
            "source": claims.source,
        }
    )


def _line(kind: str, name: str, word: str, other_kind: str, other: str) -> pl.Expr:
    return pl.format(f"<{W}{kind}{{}}> <{W}{word}> <{W}{other_kind}{{}}> .", name, other)


def _statement(word: str, value: pl.Expr) -> pl.Expr:
    return pl.format(f"<{W}c{{}}> <{W}{word}> {{}} .", "row", value)


def _number(name: str) -> pl.Expr:
    return pl.format(f'"{{}}"^^<{XSD_NS.integer}>', name)


def _value() -> pl.Expr:
    classes = {number: n3(term) for number, term in enumerate(CLASSES)}
    return (
        pl.when(pl.col("value") == ANY)
        .then(pl.lit(f"<{W}Any>"))
        .when(pl.col("predicate") == TYPE)
        .then(pl.col("value").replace_strict(classes, default="", return_dtype=pl.String))
        .when(pl.col("predicate") >= RATE)
        .then(_number("value"))
        .otherwise(pl.format(f"<{W}e{{}}>", "value"))
    )


def _slot_predicate() -> pl.Expr:
    words = dict(enumerate(_WORDS))
    word = pl.col("predicate").replace_strict(words, return_dtype=pl.String)
    return pl.format(f"<{W}s{{}}> <{W}predicate> {{}} .", "slot", word)
