"""Answers as files: JSON as in the SPARQL 1.1 results format, and CSV."""

from __future__ import annotations

import csv
import io

from kg.explorer.answering import ASSERTED, Answered, Question
from kg.explorer.page import Json
from kg.explorer.results import table
from kg.terms import Term
from kg.views.answers import term_json


def answer_json(question: Question, answered: Answered) -> Json:
    """Write an answer as SPARQL 1.1 JSON results; under a sense, each row's status and support stand beside them.

    >>> answer_json(Question(), Answered(True))
    {'head': {}, 'boolean': True}
    """
    columns, rows = table(answered)
    if isinstance(answered.answer, bool):
        found: Json = {"head": {}, "boolean": answered.answer}
    else:
        bindings = [_binding(columns, row) for row in rows]
        found = {"head": {"vars": list(columns)}, "results": {"bindings": bindings}}
    # What the standard does not know comes first: some readers stop at the end of what it knows.
    beside: Json = {"notes": list(answered.notes)} if answered.notes else {}
    if question.under != ASSERTED:
        beside |= {"under": question.under, "at": question.at, "answers": list(answered.rows)}
    return beside | found


def _binding(columns: tuple[str, ...], row: tuple[Term | None, ...]) -> Json:
    return {name: term_json(term) for name, term in zip(columns, row, strict=True) if term is not None}


def answer_csv(answered: Answered) -> str:
    r"""Write an answer as SPARQL 1.1 CSV results; under a sense, a last column says in which each row holds.

    >>> from kg.store.protocol import Rows
    >>> from kg.terms import Iri
    >>> answer_csv(Answered(Rows(("a",), ((Iri("e:1"),), (None,)))))
    'a\r\ne:1\r\n""\r\n'
    """
    columns, rows = table(answered)
    senses = [[row["under"]] for row in answered.rows]
    if isinstance(answered.answer, bool):
        columns, rows, senses = ("answer",), (), [["yes" if answered.answer else "no"]]
    elif senses:
        columns = (*columns, "under")
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    if isinstance(answered.answer, bool):
        writer.writerows(senses)
    else:
        cells = (["" if term is None else str(term) for term in row] for row in rows)
        writer.writerows([*row, *sense] for row, sense in zip(cells, senses or [[]] * len(rows), strict=True))
    return written.getvalue()
