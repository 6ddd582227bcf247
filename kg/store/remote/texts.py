"""The SPARQL that is sent, from the files beside this one and from what users write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from kg.errors import QueryError
from kg.store.remote.spelling import GENID
from kg.store.sparql import Kind, Token, tokens, variables
from kg.store.texts import text_in
from kg.vocab import PREFIXES

_HERE = Path(__file__).parent
_TESTS = {"ISBLANK": "is-blank.rq", "ISIRI": "is-iri.rq", "ISURI": "is-iri.rq"}
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_AFTER_ORDER = frozenset({"LIMIT", "OFFSET", "VALUES"})


def text_of(file: str, **values: object) -> str:
    """Return the text of a file beside this one without its heading, its places filled in."""
    return text_in(_HERE / file, **values)


def usual_prefixes(text: str) -> str:
    """Declare on one line the usual prefixes that a query uses and does not declare itself.

    >>> usual_prefixes("ASK { ?c a neg:Claim }")
    'PREFIX neg: <https://w3id.org/parley/ns#> '
    """
    found = list(tokens(text))
    own = {after.text for token, after in pairwise(found) if token.text.upper() == "PREFIX"}
    used = dict.fromkeys(token.text.split(":")[0] for token in found if token.kind is Kind.NAME)
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in used if name in PREFIXES and f"{name}:" not in own)


def told_apart(text: str) -> str:
    """Let ISBLANK and ISIRI mean in a query what they mean of the blank nodes that a server holds under IRIs.

    >>> "well-known/genid" in told_apart("ASK { ?s ?p ?o FILTER(isBlank(?o)) }")
    True
    """
    found = list(tokens(text))
    for at, token in enumerate(found[:-1]):
        file = _TESTS.get(token.text.upper()) if token.kind is Kind.WORD else None
        if file is None or found[at + 1].text != "(":
            continue
        depth = 0
        for closing in found[at + 1 :]:
            depth += {"(": 1, ")": -1}.get(closing.text, 0) if closing.kind is Kind.MARK else 0
            if depth == 0:
                inner = told_apart(text[found[at + 1].start + 1 : closing.start])
                test = text_of(file, it=inner, genid=GENID).strip()
                return text[: token.start] + test + told_apart(text[closing.start + 1 :])
    return text


def parted(text: str) -> tuple[str, str]:
    """Part a SELECT query into what stands before its SELECT, and the rest.

    >>> parted("PREFIX e: <e:> SELECT * { ?s ?p ?o }")
    ('PREFIX e: <e:> ', 'SELECT * { ?s ?p ?o }')
    """
    at = next((token.start for token in tokens(text) if token.kind is Kind.WORD and token.text.upper() == "SELECT"), 0)
    return text[:at], text[at:]


def one_row_of(text: str) -> str:
    """Turn an ASK query into a SELECT that has one row if the answer is yes, and none if it is no.

    >>> one_row_of("PREFIX e: <e:> ASK { ?s e:p ?o }").split("LIMIT")[0]
    'PREFIX e: <e:> SELECT *  { ?s e:p ?o }\\n'
    """
    at = next(token.start for token in tokens(text) if token.kind is Kind.WORD and token.text.upper() == "ASK")
    return text[:at] + text_of(
        "one-row.rq", what="*" if variables(text) else "(1 AS ?parley_found)", pattern=text[at + len("ASK") :]
    )


def in_full_order(select: str, variables: Sequence[str]) -> str:
    r"""Order the rows of a SELECT also by all that it returns, so that they come in the same order every time.

    >>> in_full_order("SELECT ?s { ?s ?p ?o } ORDER BY ?o LIMIT 9", ["s"])
    'SELECT ?s { ?s ?p ?o } ORDER BY ?o \n?s \nLIMIT 9'
    """
    keys = " ".join(f"?{name}" for name in variables)
    if not keys:
        return select
    tail = list(_modifiers(select))
    at = next((token.start for token in tail if token.text.upper() in _AFTER_ORDER), len(select))
    ordered = any(token.text.upper() == "ORDER" for token in tail)
    return (
        f"{select[:at]}\n{keys if ordered else f'ORDER BY {keys}'} {chr(10) + select[at:] if at < len(select) else ''}"
    )


def _modifiers(select: str) -> Iterable[Token]:
    """Yield the words behind the pattern of a query that stand in no brackets."""
    depth, behind = 0, False
    for token in tokens(select):
        if token.kind is Kind.MARK and token.text in "({":
            depth += 1
        elif token.kind is Kind.MARK and token.text in ")}":
            depth -= 1
            behind |= depth == 0 and token.text == "}"
        elif behind and depth == 0 and token.kind is Kind.WORD:
            yield token


def refuse_functions(text: str, prefixes: Sequence[str], name: str) -> None:
    """Refuse calls of a server's own functions, which may read files, call other servers or write.

    >>> refuse_functions("ASK { FILTER(bif:http_get('http://e/') = 1) }", ["bif"], "mine.rq")
    Traceback (most recent call last):
    kg.errors.QueryError: mine.rq: the server's own functions (bif:) are not allowed: a query reads this store only
    """
    plain = _ESCAPE.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), text)
    for token in tokens(plain):
        for prefix in prefixes:
            if token.kind in (Kind.NAME, Kind.IRI) and token.text.lstrip("<").lower().startswith(f"{prefix}:"):
                message = f"the server's own functions ({prefix}:) are not allowed: a query reads this store only"
                raise QueryError(f"{name}: {message}")


def has_many_values(text: str, most: int | None) -> bool:
    """Say whether a VALUES clause has more terms than a server takes."""
    return most is not None and any(count > most for count in _values(text))


def _values(text: str) -> Iterable[int]:
    """Count the terms of each VALUES clause."""
    found = list(tokens(text))
    for at, token in enumerate(found):
        if token.kind is Kind.WORD and token.text.upper() == "VALUES":
            opening = next((n for n in range(at, len(found)) if found[n].text == "{"), len(found))
            closing = next((n for n in range(opening, len(found)) if found[n].text == "}"), len(found))
            yield sum(1 for one in found[opening:closing] if one.kind is not Kind.MARK)
