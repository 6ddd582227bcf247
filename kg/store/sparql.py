"""Read the outside of a SPARQL query: which form it has, what it may not do, where its parameters go.

Not a parser: the engine parses. This looks at tokens only, so that a parameter can be put in as a term, so
that a query that would write or call another server is refused before an engine sees it, and so that a syntax
error names the line of the text that the user wrote.

Before: `SELECT ?c WHERE { ?c prov:wasAttributedTo ?who }` and `{"who": Iri("e:ann")}`.
After: `SELECT ?c WHERE { VALUES (?who) { (<e:ann>) } ?c prov:wasAttributedTo ?who }`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from kg.errors import QueryError, did_you_mean
from kg.formats.rdf_syntax import is_iri
from kg.terms import Blank, Literal, Term, n3
from kg.vocab import PREFIXES


class Form(Enum):
    """What a query gives back."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"


class Kind(Enum):
    """What sort of token a piece of a query is."""

    COMMENT = "comment"
    TEXT = "text"
    IRI = "iri"
    VARIABLE = "variable"
    NAME = "name"
    WORD = "word"
    NUMBER = "number"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a query and where it begins."""

    kind: Kind
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Bound:
    """A query with its parameters put in; `at` and `width` say which piece of the text is not the user's."""

    text: str
    at: int = 0
    width: int = 0


# Outside strings the grammar has no use for other characters above ASCII than in names, so all of them count.
_TOKEN = re.compile(
    r"""
    (?P<COMMENT>\#[^\n\r]*)
  | (?P<TEXT>\"\"\"(?:\"{0,2}(?:[^"\\]|\\.))*\"\"\"|'''(?:'{0,2}(?:[^'\\]|\\.))*'''
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
  | (?P<IRI><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
  | (?P<VARIABLE>[?$][\w\x80-\U0010FFFF]+)
  | (?P<NAME>(?:_|[^\W\d_](?:[\w.\-\x80-\U0010FFFF]*[\w\-\x80-\U0010FFFF])?)?:
        (?:[\w.:\-\x80-\U0010FFFF]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*)
  | (?P<WORD>@?[^\W\d_][\w\-\x80-\U0010FFFF]*)
  | (?P<NUMBER>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
  | (?P<MARK>\S)
    """,
    re.VERBOSE | re.DOTALL,
)
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
_PROLOGUE = ("PREFIX", "BASE", "VERSION")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_DEEP, _LONG = 64, 2_000
"""Brackets within each other, and words and marks, that every engine takes; ten times as many end some."""
_AT = re.compile(r"error at (\d+):(\d+): ")
_UNDECLARED = "Prefix not found"
_CAUSES = {
    _UNDECLARED: "this prefix is not declared",
    "IRI parsing failed": "this is not an IRI",
    "contains a variable that is unbound": "the SELECT names a variable that is not in GROUP BY",
    "overrides an existing variable": "AS gives a name that a variable already has",
}


def tokens(text: str) -> Iterator[Token]:
    """Cut a query into its tokens; white space and comments are left out.

    >>> [token.text for token in tokens("ASK { ?s a <e:x> } # SERVICE")]
    ['ASK', '{', '?s', 'a', '<e:x>', '}']
    """
    for match in _TOKEN.finditer(text):
        kind = Kind[match.lastgroup or "MARK"]
        if kind is not Kind.COMMENT:
            yield Token(kind, match.group(), match.start())


def variables(text: str) -> frozenset[str]:
    """Return the names of all the variables that a query mentions."""
    return frozenset(token.text[1:] for token in tokens(text) if token.kind is Kind.VARIABLE)


def form(text: str, name: str = "query") -> Form:
    """Say which form a query has; refuse an update, and text that is no query at all.

    >>> form("PREFIX e: <e:> SELECT ?x { ?x a e:T }")
    <Form.SELECT: 'SELECT'>
    """
    found, _ = _head(list(tokens(text)), name)
    return found


def refuse_outside(text: str, name: str = "query") -> None:
    """Refuse a query that would call another server.

    Engines take `1SERVICE` and `SERVICE:x` for the keyword too, so the word may stand nowhere but in
    a string, an IRI, a variable, or a prefixed name that is plainly used as one.
    """
    found = list(tokens(text))
    for token, following in zip(found, [*found[1:], None], strict=True):
        word = token.kind is Kind.WORD and "service" in token.text.lower() and not token.text.startswith("@")
        calls = (
            token.kind is Kind.NAME
            and "service" in token.text.lower().split(":")[0]
            and following is not None
            and following.text == "{"
        )
        if word or calls:
            line, column = place(text, token.start)
            raise QueryError(f"{name}:{line}:{column}: SERVICE is not allowed: a query reads this store only")


def is_update(text: str) -> bool:
    """Say whether a text begins as an update does, and not as a query.

    >>> is_update("PREFIX e: <e:> INSERT DATA { e:a e:b e:c }"), is_update("ASK { ?insert ?p ?o }")
    (True, False)
    """
    return any(word in _UPDATES for word in _beginning(text))


def refuse_in_update(text: str, name: str = "update") -> None:
    """Refuse what is no update, and one that would fetch something from elsewhere (LOAD, SERVICE)."""
    if not is_update(text):
        raise QueryError(f"{name}: this is not a SPARQL update (it begins with none of {', '.join(sorted(_UPDATES))})")
    refuse_outside(text, name)
    for token in tokens(text):
        if token.kind is Kind.WORD and token.text.upper() == "LOAD":
            line, column = place(text, token.start)
            raise QueryError(f"{name}:{line}:{column}: LOAD is not allowed: an update changes this store only")


def _beginning(text: str) -> Iterator[str]:
    """Yield the first keyword after the prefixes, if there is one."""
    for token in tokens(text):
        if token.kind is Kind.WORD and token.text.upper() not in _PROLOGUE:
            yield token.text.upper()
            return


def is_demanding(text: str) -> bool:
    """Say whether a query is nested so deep, or so long, that an engine may run out of stack over it.

    Terms do not count, so that a query may list a hundred thousand of them.

    >>> is_demanding("ASK { ?s a ?o }"), is_demanding("ASK " + "{" * 100 + "}" * 100)
    (False, True)
    """
    depth = pieces = 0
    for token in tokens(text):
        if token.kind in (Kind.MARK, Kind.WORD):
            pieces += 1
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0)
            if depth > _DEEP or pieces > _LONG:
                return True
    return False


def chooses_graphs(text: str) -> bool:
    """Say whether a query says itself of which graphs (FROM) it asks, and so not of all together.

    >>> chooses_graphs("SELECT * FROM <e:g> { ?s ?p ?o }"), chooses_graphs("SELECT ?from { ?from ?p 'FROM' }")
    (True, False)
    """
    return any(token.kind is Kind.WORD and token.text.upper() == "FROM" for token in tokens(text))


def bind(text: str, bindings: Mapping[str, Term], name: str = "query") -> Bound:
    """Put parameters into a query as terms, in a VALUES clause at the start of its pattern.

    A parameter therefore restricts the whole query, and can never be read as anything but a value.
    It is not seen inside a sub-SELECT that does not itself return it.

    >>> from kg.terms import Literal
    >>> bind("ASK { ?s ?p ?v }", {"v": Literal('x" } ; DROP ALL')}).text
    'ASK { VALUES (?v) { ("x\\\\" } ; DROP ALL") } ?s ?p ?v }'
    """
    if not bindings:
        return Bound(text)
    known = variables(text)
    for variable, term in bindings.items():
        if variable not in known:
            raise QueryError(f"{name}: there is no variable ?{variable} in it{did_you_mean(variable, known)}")
        if isinstance(term, Blank):
            raise QueryError(f"{name}: ?{variable} cannot be a thing without a name ({term})")
        iri = term.datatype if isinstance(term, Literal) else term
        if not is_iri(iri):
            raise QueryError(f"{name}: ?{variable}: <{iri}> is not an IRI")
        if isinstance(term, Literal) and term.language is not None and not _LANGUAGE.fullmatch(term.language):
            raise QueryError(f'{name}: ?{variable}: "{term.language}" is not a language tag')
    at = _pattern_start(text, name)
    names = " ".join(f"?{variable}" for variable in bindings)
    values = " ".join(n3(term) for term in bindings.values())
    clause = f" VALUES ({names}) {{ ({values}) }}"
    return Bound(text[:at] + clause + text[at:], at, len(clause))


def syntax_error(bound: Bound, name: str, message: str) -> QueryError:
    """Turn the engine's message into one with the place in the user's own text."""
    match = _AT.search(message)
    if match is None:
        return QueryError(f"{name}: {message.splitlines()[0]}")
    offset = _offset(bound.text, int(match[1]), int(match[2]))
    if offset > bound.at:
        offset = max(bound.at, offset - bound.width)
    text = bound.text[: bound.at] + bound.text[bound.at + bound.width :]
    if _UNDECLARED in message:  # the engine names a place behind it
        offset = next(_undeclared(text), offset)
    line, column = place(text, offset)
    cause = next((said for part, said in _CAUSES.items() if part in message), "the query cannot be read here")
    shown = text.splitlines()[line - 1].strip() if text.strip() else ""
    return QueryError(f"{name}:{line}:{column}: {cause}" + (f": {shown[:80]}" if shown else ""))


def _undeclared(text: str) -> Iterator[int]:
    """Yield where names stand whose prefix is not declared before them."""
    known, before = {"_", *PREFIXES}, ""
    for token in tokens(text):
        if token.kind is Kind.NAME:
            prefix = token.text.partition(":")[0]
            if before == "PREFIX":
                known.add(prefix)
            elif prefix not in known:
                yield token.start
        before = token.text.upper()


def place(text: str, offset: int) -> tuple[int, int]:
    """Return the 1-based line and column of an offset.

    >>> place("ab\\ncd", 4)
    (2, 2)
    """
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return min(start + column - 1, len(text))


def _head(found: Sequence[Token], name: str) -> tuple[Form, int]:
    """Find the keyword that begins the query proper, after its prefixes."""
    for at, token in enumerate(found):
        if token.kind is not Kind.WORD or token.text.upper() in _PROLOGUE:
            continue
        word = token.text.upper()
        if word in _UPDATES:
            raise QueryError(f"{name}: this is an update ({word}); a query only reads")
        if word in Form.__members__:
            return Form[word], at
        break
    forms = ", ".join(Form.__members__)
    raise QueryError(f"{name}: this is not a SPARQL query (it begins with none of {forms})")


def _pattern_start(text: str, name: str) -> int:
    """Return the offset just behind the brace that opens the WHERE pattern."""
    found = list(tokens(text))
    query_form, at = _head(found, name)
    if query_form is Form.CONSTRUCT:
        at = _skip_template(found, at + 1, name)
    depth = 0
    for token in found[at + 1 :]:
        if token.kind is not Kind.MARK:
            continue
        if token.text == "{" and depth == 0:
            return token.start + 1
        depth += {"(": 1, ")": -1, "{": 1, "}": -1}.get(token.text, 0)
    raise QueryError(f"{name}: it has no WHERE pattern, so it takes no parameters")


def _skip_template(found: Sequence[Token], at: int, name: str) -> int:
    if at >= len(found) or found[at].text != "{":
        raise QueryError(f"{name}: with parameters, write CONSTRUCT {{ ... }} WHERE {{ ... }} in full")
    depth = 0
    for index in range(at, len(found)):
        if found[index].kind is Kind.MARK:
            depth += {"{": 1, "}": -1}.get(found[index].text, 0)
        if depth == 0:
            return index
    raise QueryError(f"{name}: the CONSTRUCT template is not closed")
