"""Questions in SPARQL, as the pages and the endpoint put them: over what is asserted, or under one of the senses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from kg.store.protocol import Answer, Bounds

ASSERTED = "asserted"
SENSES = (ASSERTED, "undisputed", "every", "some")
"""What a question may be asked under: what is written in the graphs, or what can be believed of what was said."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question: SPARQL, or the name of a saved query with its parameters as people give them."""

    text: str = ""
    under: str = ASSERTED
    at: str | None = None
    name: str = ""
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer. Under a sense, `rows` says for each row its status and support, as `kg ask --format json` does."""

    answer: Answer
    rows: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()


class Answering(Protocol):
    """Answers questions within bounds; raises `QueryError` with line and column, or with the bound that was reached."""

    def answer(self, question: Question, bounds: Bounds) -> Answered:
        """Answer a question."""
        ...
