"""Answers as lines of JSON, to hand them from one process to another.

Before: `Rows(("s",), ((Iri("e:x"),), (None,)))`. After: `["s"]`, `[["i", "e:x"]]`, `[null]`, a line each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import BinaryIO

from kg.store.protocol import Answer, Rows
from kg.terms import Blank, Iri, Literal, Node, Term, Triple

_Cell = list[str] | None


def write_answer(answer: Answer, file: BinaryIO) -> None:
    """Write an answer of any form."""
    if isinstance(answer, bool):
        _write(file, answer)
    elif isinstance(answer, Rows):
        _write(file, list(answer.variables))
        for row in answer.rows:
            _write(file, [None if term is None else _cell(term) for term in row])
    else:
        _write(file, None)
        for triple in answer:
            _write(file, [_cell(term) for term in triple])


def read_answer(lines: Iterable[bytes]) -> Answer:
    """Read what `write_answer` wrote.

    >>> import io
    >>> file = io.BytesIO()
    >>> write_answer(Rows(("s", "o"), ((Iri("e:x"), None),)), file)
    >>> read_answer(file.getvalue().splitlines())
    Rows(variables=('s', 'o'), rows=((<e:x>, None),))
    """
    head, *rows = (json.loads(line) for line in lines)
    if isinstance(head, bool):
        return head
    if head is None:
        return tuple(Triple(_node(s), Iri(p[1]), _term(o)) for s, p, o in rows)
    return Rows(tuple(head), tuple(tuple(None if cell is None else _term(cell) for cell in row) for row in rows))


def _write(file: BinaryIO, what: object) -> None:
    file.write(json.dumps(what).encode() + b"\n")


def _cell(term: Term) -> list[str]:
    if isinstance(term, Literal):
        return ["l", term.value, term.datatype, *([term.language] if term.language is not None else [])]
    return ["b" if isinstance(term, Blank) else "i", term]


def _term(cell: list[str]) -> Term:
    if cell[0] == "l":
        return Literal(cell[1], Iri(cell[2]), cell[3] if len(cell) > 3 else None)
    return _node(cell)


def _node(cell: list[str]) -> Node:
    return Blank(cell[1]) if cell[0] == "b" else Iri(cell[1])
