"""A dictionary of terms that stays on disk: sorted text, and terms made only when asked for.

Every term is kept as `kg.terms.n3` writes it, all in one run of bytes, sorted. Sorted by bytes, literals come
first (`"`), then IRIs (`<`), then blank nodes (`_`), so the kind of a term can be told from its number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kg.logic.tables import Flags, Ints, Longs
from kg.terms import RDF_LANG_STRING, XSD, XSD_STRING, Blank, Iri, Literal, Term, n3
from kg.vocab import CLASS_BASE, RDF

Bytes = npt.NDArray[np.uint8]

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_LITERAL = re.compile(
    r'"(?P<text>(?:[^"\\]|\\.)*)"(?:@(?P<language>[A-Za-z0-9-]+)|\^\^<(?P<datatype>[^>]*)>)?', re.DOTALL
)
_INTEGER = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?\d*\.\d+")


def read_n3(text: str) -> Term:
    r"""Read a term as `n3` writes it, or as a SPARQL TSV cell, where numbers and truth values are bare.

    >>> read_n3('"say \\"no\\""@en').value, read_n3("<http://e/x>"), read_n3("1.5").datatype
    ('say "no"', <http://e/x>, <http://www.w3.org/2001/XMLSchema#decimal>)
    """
    if text.startswith("<") and not text.startswith("<<"):
        return Iri(_unescaped(text[1:-1]))
    if text.startswith("_:"):
        return Blank(text)
    match = _LITERAL.fullmatch(text)
    if match is None:
        return Literal(text, _bare_type(text))
    value = _unescaped(match["text"])
    if match["language"] is None:
        return Literal(value, Iri(_unescaped(match["datatype"])) if match["datatype"] else XSD_STRING)
    language, _, direction = match["language"].partition("--")
    return Literal(value, RDF.dirLangString if direction else RDF_LANG_STRING, language)


def _bare_type(text: str) -> Iri:
    if text in ("true", "false"):
        return Iri(XSD + "boolean")
    if _INTEGER.fullmatch(text):
        return Iri(XSD + "integer")
    if _DECIMAL.fullmatch(text):
        return Iri(XSD + "decimal")
    if "e" in text.lower():
        return Iri(XSD + "double")
    raise ValueError(f"{text} is not a term")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])


@dataclass(slots=True)
class Dictionary:
    """Terms by number. The first `len(ends)` are in `text`, sorted; what is new since is kept in memory.

    `ends[i]` is where the text of term i ends, in bytes. See `kg.logic.tables.Terms` for the methods.
    """

    text: Bytes
    ends: Longs
    _new: list[Term] = field(default_factory=list)
    _new_numbers: dict[Term, int] = field(default_factory=dict)

    def extended(self) -> Dictionary:
        """Return a copy that can be given more terms without this one."""
        return Dictionary(self.text, self.ends, list(self._new), dict(self._new_numbers))

    def later(self) -> Dictionary:
        """Return the terms that are not in the sorted run, in their order, as a dictionary to keep beside it."""
        return Dictionary.of([n3(term) for term in self._new])

    def with_later(self, later: Dictionary) -> Dictionary:
        """Join a sorted dictionary and the terms that came later."""
        terms = [later.term(number) for number in range(len(later))]
        numbers = {term: len(self.ends) + at for at, term in enumerate(terms)}
        return Dictionary(self.text, self.ends, terms, numbers)

    @classmethod
    def of(cls, texts: Sequence[str]) -> Dictionary:
        """Build the dictionary of some terms in N-Triples form, which must be sorted by bytes and each once."""
        encoded = [text.encode() for text in texts]
        ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        return cls(np.frombuffer(b"".join(encoded), np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends) + len(self._new)

    @property
    def count_later(self) -> int:
        """How many terms are not in the sorted run."""
        return len(self._new)

    def term(self, number: int) -> Term:
        """Return the term that a number stands for."""
        known = len(self.ends)
        return read_n3(self._bytes(number).decode()) if number < known else self._new[number - known]

    def written(self, number: int) -> str:
        """Return a term as `kg.terms.n3` writes it."""
        known = len(self.ends)
        return self._bytes(number).decode() if number < known else n3(self._new[number - known])

    def ranks(self, numbers: Ints) -> Longs:
        """Return numbers that stand in the order in which terms are written, also for those that came later.

        >>> terms = Dictionary.of(["<e:a>", "<e:c>"])
        >>> later = terms.number(Iri("e:b"))
        >>> terms.ranks(np.array([1, later, 0], np.int32)).tolist()
        [2, 1, 0]
        """
        known = len(self.ends)
        later = np.unique(numbers[numbers >= known]).tolist()
        if not later:
            return numbers.astype(np.int64)
        later.sort(key=lambda number: self.written(number).encode())
        before = np.array([self._place(self.written(number).encode()) for number in later], np.int64)
        ranks = numbers + np.searchsorted(before, numbers, "right")
        for at, number in enumerate(later):
            ranks[numbers == number] = before[at] + at
        return ranks

    def number(self, term: Term) -> int:
        """Return the number of a term, giving it one if it is new."""
        found = self.find(term)
        if found is None:
            found = self._new_numbers[term] = len(self)
            self._new.append(term)
        return found

    def numbers(self, terms: Sequence[Term]) -> Ints:
        """Return the numbers of many terms, giving numbers to new ones."""
        return np.fromiter((self.number(term) for term in terms), np.int32, len(terms))

    def literals(self) -> Ints:
        """Return the numbers of all literals, in rising order."""
        new = [len(self.ends) + at for at, term in enumerate(self._new) if isinstance(term, Literal)]
        return np.concatenate([np.arange(self._place(b"<"), dtype=np.int32), np.array(new, np.int32)])

    def find(self, term: Term) -> int | None:
        """Return the number of a term, if it has one."""
        text = n3(term).encode()
        at = self._place(text)
        if at < len(self.ends) and self._bytes(at) == text:
            return at
        return self._new_numbers.get(term)

    def is_literal(self, numbers: Ints) -> Flags:
        """Say which of some terms are literals.

        >>> Dictionary.of(['"x"', "<e:x>", "_:x"]).is_literal(np.array([0, 1, 2], np.int32)).tolist()
        [True, False, False]
        """
        found = numbers < self._place(b"<")
        for at in np.flatnonzero(numbers >= len(self.ends)):
            found[at] = isinstance(self._new[numbers[at] - len(self.ends)], Literal)
        return found

    def is_blank(self, numbers: Ints) -> Flags:
        """Say which of some terms are blank nodes."""
        found = (numbers >= self._place(b"_:")) & (numbers < len(self.ends))
        for at in np.flatnonzero(numbers >= len(self.ends)):
            found[at] = isinstance(self._new[numbers[at] - len(self.ends)], Blank)
        return found

    def is_anonymous(self, numbers: Ints) -> Flags:
        """Say which of some terms have a name without meaning, as `kg.ids.is_anonymous`."""
        first, last = self._place(f"<{CLASS_BASE}".encode()), self._place(f"<{CLASS_BASE}\U0010ffff".encode())
        return self.is_blank(numbers) | ((numbers >= first) & (numbers < last))

    def _place(self, text: bytes) -> int:
        """Return how many of the sorted terms come before a text (binary search)."""
        low, high = 0, len(self.ends)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle) < text:
                low = middle + 1
            else:
                high = middle
        return low

    def _bytes(self, number: int) -> bytes:
        if number < 0:
            raise IndexError(number)
        start = self.ends[number - 1] if number else 0
        return self.text[start : self.ends[number]].tobytes()
