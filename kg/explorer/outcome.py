"""Asking from a page: what was asked, and what came of it: an answer, or a fault with its place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.errors import ParleyError
from kg.explorer.answering import ASSERTED, Answered, Question
from kg.explorer.explorer import Explorer
from kg.explorer.site import Address

_PLACE = re.compile(r"(?s)[^:\s]+:(\d+):(\d+): (.*)")
_SHOWN = 80
"""Characters of the line that a message of the engine repeats."""
OWN = frozenset({"under", "at", "view", "query"})
"""What an address says beside the parameters of a saved query."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a question was not answered; with its line and column (from 1; 0 if it has none) and that line."""

    message: str
    line: int = 0
    column: int = 0
    quoted: str = ""

    @property
    def caret(self) -> str:
        """A pointer to put below the line."""
        before = self.quoted[: self.column - 1]
        return "".join("\t" if character == "\t" else " " for character in before) + "^"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: exactly one of an answer and a mistake."""

    question: Question
    answered: Answered | None = None
    mistake: Mistake | None = None


def question_of(address: Address, name: str = "") -> Question:
    """Read a question from an address: SPARQL in `query`, or, with a name, the parameters of a saved query.

    >>> question_of(Address.of("sparql", query="ASK {}", under="every")).under
    'every'
    >>> question_of(Address.of("query", "claims-by-speaker", speaker="ann"), "claims-by-speaker").params
    (('speaker', 'ann'),)
    """
    under, at = address.get("under") or ASSERTED, address.get("at").strip() or None
    if not name:
        return Question(address.get("query"), under, at)
    params = ((key, value.strip()) for key, value in address.query if key not in OWN)
    return Question("", under, at, name, tuple((key, value) for key, value in params if value))


def ask(explorer: Explorer, question: Question) -> Outcome:
    """Ask a question within the bounds of the pages; what goes wrong is told, not raised."""
    try:
        return Outcome(question, explorer.answering.answer(question, explorer.bounds))
    except ParleyError as error:
        return Outcome(question, mistake=mistake_of(str(error), question.text))


def mistake_of(message: str, text: str) -> Mistake:
    """Find the place in a message, and the line of the text that it speaks of.

    >>> found = mistake_of("query:2:4: the query cannot be read here: ?m a }", "SELECT ?m {\\n?m a }")
    >>> found.message, found.line, found.quoted, found.caret
    ('the query cannot be read here', 2, '?m a }', '   ^')
    """
    match = _PLACE.fullmatch(message)
    if match is None:
        return Mistake(message.removeprefix("query: "))
    line, column, said = int(match[1]), int(match[2]), match[3]
    lines = text.splitlines()
    quoted = lines[line - 1] if 0 < line <= len(lines) else ""
    repeated = quoted.strip()[:_SHOWN]
    return Mistake(said.removesuffix(f": {repeated}") if repeated else said, line, column, quoted)
