"""Whether a query is so plain that every server answers it alike.

Virtuoso 7 compiles some standard queries not at all and answers others wrongly without a word: `+` from a node does
not come back to it, truth values come back as numbers, 1/2 is 0, ORDER BY puts IRIs behind texts. So it is trusted
with patterns, OPTIONAL, UNION, counting and tests of terms; everything else is answered here, from a copy.
"""

from __future__ import annotations

from collections.abc import Mapping

from kg.store.sparql import Kind, Token, tokens
from kg.terms import XSD, XSD_STRING, Literal, Term

_WORDS = frozenset(
    "SELECT DISTINCT REDUCED ASK CONSTRUCT DESCRIBE WHERE GRAPH OPTIONAL UNION FILTER VALUES LIMIT OFFSET PREFIX BASE "
    "COUNT AS A BOUND ISIRI ISURI ISBLANK ISLITERAL STR LANG STRSTARTS SAMETERM".split()
)
_PATHS = frozenset("/^+?")


def is_plain(text: str, bindings: Mapping[str, Term]) -> bool:
    """Say whether a query has nothing but what every server is known to answer alike.

    >>> is_plain("SELECT * { ?s a ?o FILTER(?s != ?o) }", {}), is_plain("SELECT * { ?s <e:p>+ ?o }", {})
    (True, False)
    """
    if any(isinstance(term, Literal) and _is_typed(term) for term in bindings.values()):
        return False
    before = ""
    counted: dict[str, int] = {"SELECT": 0, "COUNT": 0, "AS": 0}
    for token in tokens(text):
        word = token.text.upper()
        if not _is_plain(token, word, before, text):
            return False
        counted[word] = counted.get(word, 0) + 1
        before = word
    return counted["SELECT"] <= 1 and counted["AS"] == counted["COUNT"]


def _is_plain(token: Token, word: str, before: str, text: str) -> bool:
    """Say whether a token, after the one before it, stands in plain queries."""
    if token.kind is Kind.WORD:
        return word in _WORDS or word.startswith("@")
    if token.kind is Kind.NUMBER:
        return before in ("LIMIT", "OFFSET")
    if token.kind is not Kind.MARK:
        return True
    if word == "*":
        return before in ("SELECT", "DISTINCT", "REDUCED", "(")
    return word not in _PATHS and (word != "|" or "||" in text[max(0, token.start - 1) : token.start + 2])


def _is_typed(literal: Literal) -> bool:
    return literal.datatype.startswith(XSD) and literal.datatype != XSD_STRING
