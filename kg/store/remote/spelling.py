"""Terms as servers keep them: blank nodes under names that last, and literals that a server would change.

Blank nodes: SPARQL gives them new labels in every answer, so `_:b0` is written as the IRI `GENID + "b0"` (RDF 1.1,
section 3.5, "skolemisation") and read back as `_:b0`. Literals: some servers keep only the value of a date or number
and drop what they cannot read; what would not come back is written under another datatype, `KEPT` and the true one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import quote, unquote

from kg.errors import StoreError
from kg.terms import XSD, XSD_STRING, Blank, Iri, Literal, Node, Term, n3

GENID = "https://w3id.org/parley/.well-known/genid/"
"""What the IRI of a blank node begins with; its label follows."""

KEPT = "https://w3id.org/parley/.well-known/datatype/"
"""What the datatype of a literal begins with that a server would change; its true one follows, percent-encoded."""

_LABEL = re.compile(r"[\w:](?:[\w.:\-·]*[\w:\-·])?")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*")

_INTEGER = re.compile(r"[+-]?\d{1,9}")
_DECIMAL = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,6})?")
_DAY = re.compile(r"(?:1[6-9]|[2-9]\d)\d\d-\d\d-\d\d")
_INSTANT = re.compile(
    r"((?:1[6-9]|[2-9]\d)\d\d-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-3]):[0-5]\d)?"
)
_YEAR = re.compile(r"(?:1[6-9]|[2-9]\d)\d\d")
_GREENWICH = "+00:00"
_SIZES = ("Long", "Int", "Short", "Byte")
_WHOLE = frozenset(
    [XSD + size.lower() for size in _SIZES]
    + [XSD + "unsigned" + size for size in _SIZES]
    + [f"{XSD}{kind}Integer" for kind in ("nonNegative", "positive", "nonPositive", "negative")]
)
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,18}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_BYTE = re.compile(rb"[\x00-\x1f\x7f]")
_ORDINARY = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})")
_DOUBLE = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_FRACTION = re.compile(r"(\.\d*?)0+(?=Z|[+-]|$)")


def check_iri(iri: Iri) -> Iri:
    """Return an IRI that can stand in a request, or raise `StoreError`."""
    if not _IRI.fullmatch(iri):
        raise StoreError(f"<{iri}> is not an IRI")
    return iri


def named(node: Node) -> Iri:
    """Return the IRI under which a node is kept.

    >>> named(Blank("_:b0"))
    <https://w3id.org/parley/.well-known/genid/b0>
    """
    if isinstance(node, Blank):
        label = node.removeprefix("_:")
        if not _LABEL.fullmatch(label):
            raise StoreError(f"{node} is not a name for a blank node")
        return Iri(GENID + label)
    return check_iri(node)


def written(term: Term, *, kept: bool = False) -> str:
    """Write a term for a request; `kept`: put literals that a server would change under another datatype.

    >>> written(Literal("P1D", Iri(XSD + "duration")), kept=True)
    '"P1D"^^<https://w3id.org/parley/.well-known/datatype/http%3A%2F%2Fwww.w3.org%2F2001%2FXMLSchema%23duration>'
    """
    if not isinstance(term, Literal):
        return n3(named(term))
    if term.language is not None and not _LANGUAGE.fullmatch(term.language):
        raise StoreError(f'"{term.language}" is not a language tag')
    if term.language is None:
        check_iri(term.datatype)
        if kept and not survives(term):
            return _visible(n3(Literal(term.value, Iri(KEPT + quote(term.datatype, safe="")))))
    return _visible(n3(term))


def _visible(text: str) -> str:
    """Escape control characters: Virtuoso misreads them beside other escapes."""
    return text if text.isprintable() else _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04X}", text)


def restored(term: Term) -> Term:
    """Return what a term read from a server stands for.

    >>> restored(Iri(GENID + "b0")), restored(Iri("http://e/x"))
    (_:b0, <http://e/x>)
    """
    if isinstance(term, Iri):
        return Blank("_:" + term[len(GENID) :]) if term.startswith(GENID) else term
    if isinstance(term, Literal) and term.datatype.startswith(KEPT):
        return Literal(term.value, Iri(unquote(term.datatype[len(KEPT) :])), term.language)
    return term


def canonical(term: Term) -> Term:
    """Return what a term read from Virtuoso stands for, its value spelt as the embedded store spells it.

    >>> canonical(Literal("1", Iri(XSD + "boolean"))).value, canonical(Literal("1500.0", Iri(XSD + "double"))).value
    ('true', '1500')
    """
    found = restored(term)
    if not isinstance(found, Literal) or not found.datatype.startswith(XSD):
        return found
    if found.datatype in _WHOLE and _WHOLE_NUMBER.fullmatch(found.value):
        return Literal(_number(found.value), Iri(XSD + "integer"))
    spell = _SPELLINGS.get(found.datatype)
    return found if spell is None else Literal(spell(found.value), found.datatype)


def survives(literal: Literal) -> bool:
    """Say whether Virtuoso gives a literal back with its value; of XML Schema's types it keeps few.

    >>> survives(Literal("2019-01-22", Iri(XSD + "date"))), survives(Literal("2019-02-30", Iri(XSD + "date")))
    (True, False)
    """
    if "\x00" in literal.value:
        return True  # under any type alike
    if not literal.datatype.startswith(XSD) or literal.datatype == XSD_STRING:
        return True
    test = _SURVIVING.get(literal.datatype)
    return test is not None and test(literal.value)


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_instant(text: str) -> bool:
    match = _INSTANT.fullmatch(text)
    return match is not None and _is_day(match[1])


_SURVIVING: dict[str, Callable[[str], bool]] = {
    XSD + "integer": lambda text: bool(_INTEGER.fullmatch(text)),
    XSD + "decimal": lambda text: bool(_DECIMAL.fullmatch(text)),
    XSD + "boolean": lambda text: text in ("true", "false", "1", "0"),
    XSD + "date": _is_day,
    XSD + "dateTime": _is_instant,
    XSD + "gYear": lambda text: bool(_YEAR.fullmatch(text)),
    XSD + "anyURI": lambda _: True,
}


def _boolean(text: str) -> str:
    return {"1": "true", "0": "false"}.get(text, text)


def _number(text: str) -> str:
    """Write a number without an exponent and without zeros that say nothing."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    plain = f"{number:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain


def _integer(text: str) -> str:
    return _number(text) if _WHOLE_NUMBER.fullmatch(text) else text


def _decimal(text: str) -> str:
    return _number(text) if _ORDINARY.fullmatch(text) else text


def _double(text: str) -> str:
    if not _DOUBLE.fullmatch(text):
        return text
    number = float(text)
    return "-0" if str(number) == "-0.0" else _number(repr(number))


def _instant(text: str) -> str:
    text = _FRACTION.sub(lambda match: match[1].rstrip("."), text, count=1) if "." in text else text
    return text[: -len(_GREENWICH)] + "Z" if text.endswith(_GREENWICH) else text


_SPELLINGS: dict[str, Callable[[str], str]] = {
    XSD + "boolean": _boolean,
    XSD + "integer": _integer,
    XSD + "decimal": _decimal,
    XSD + "double": _double,
    XSD + "float": _double,
    XSD + "dateTime": _instant,
    XSD + "date": _instant,
}

# --- Text of many statements ----------------------------------------------------------------------

_STRING = f"<{XSD_STRING}>".encode()
_LINE = re.compile(
    rb"""[ \t]*(<[^<>\s]*>|_:[^\s<]+)[ \t]*(<[^<>\s]*>)[ \t]*
        (?:(<[^<>\s]*>|_:[^\s<]+)|("(?:[^"\\]|\\.)*")(?:\^\^(<[^<>\s]*>)|@([A-Za-z0-9-]+))?)[ \t]*
        (<[^<>\s]*>)[ \t]*\.[ \t]*(?:\#.*)?""",
    re.VERBOSE,
)


def statement(line: bytes, *, kept: bool = False) -> tuple[bytes, bytes] | None:
    """Part a line of N-Quads into its graph and its triple, terms as `written`; None: an empty line.

    >>> statement(b'_:b <e:p> "x" <e:g> .')
    (b'<e:g>', b'<https://w3id.org/parley/.well-known/genid/b> <e:p> "x"')
    """
    match = _LINE.fullmatch(line.rstrip(b"\r\n"))
    if match is None:
        if not line.strip() or line.lstrip().startswith(b"#"):
            return None
        raise StoreError(f"a line of the file is no statement with a graph: {line[:80]!r}")
    subject, predicate, node, text, datatype, language, graph = match.groups()
    if text:
        text = _CONTROL_BYTE.sub(lambda found: b"\\u%04X" % ord(found[0]), text)
    if node:
        tail = _line_node(node)
    elif language:
        tail = text + b"@" + language
    else:
        tail = (
            text if datatype in (None, _STRING) else text + b"^^" + (_line_type(text, datatype) if kept else datatype)
        )
    return graph, b"%s %s %s" % (_line_node(subject), predicate, tail)


def _line_node(node: bytes) -> bytes:
    return b"<%s%s>" % (GENID.encode(), node[2:]) if node.startswith(b"_:") else node


def _line_type(text: bytes, datatype: bytes) -> bytes:
    true = datatype[1:-1].decode()
    if survives(Literal(text[1:-1].decode(), Iri(true))):  # where it matters, a value has no escapes in it
        return datatype
    return f"<{KEPT}{quote(true, safe='')}>".encode()


_CELL = re.compile(rb"(?:(?<=[\t\n])|\A)<" + re.escape(GENID).encode() + rb"([^<>\s]*)>(?=[\t\r\n]|\Z)")


def restored_lines(lines: bytes) -> bytes:
    r"""Give blank nodes their labels back in whole lines of SPARQL TSV.

    >>> restored_lines(b"<e:g>\t<https://w3id.org/parley/.well-known/genid/b0>\t\"x\"\n")
    b'<e:g>\t_:b0\t"x"\n'
    """
    return _CELL.sub(rb"_:\1", lines) if GENID.encode() in lines else lines
