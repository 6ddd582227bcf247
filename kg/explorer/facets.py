"""Facets in words: counts become choices, the most frequent first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from kg.contradiction.results import Verdict
from kg.explorer.catalog import MOST_CHOICES, Choice, Facet
from kg.terms import Iri, Node, n3
from kg.times import in_english

VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.CONTRADICTION: "cannot both be true",
    Verdict.UNDECIDED: "undecided",
    Verdict.TENSION: "tension",
}


class Wordings:
    """What stands in an address for the value of a facet, and what people read."""

    def __init__(self, address: Callable[[Iri], str], label: Callable[[Node], str]) -> None:
        self._address = address
        self._label = label

    def nodes(
        self, name: str, label: str, counts: Iterable[tuple[Node, int]], chosen: Node | None, different: int
    ) -> Facet:
        """Make a facet of things; `counts` are the most frequent, and what is chosen, of so many different ones."""

        def choice(node: Node, count: int) -> Choice:
            value = self._address(node) if isinstance(node, Iri) else str(node)
            return Choice(value, self._label(node), count, node == chosen)

        ranked = sorted(counts, key=lambda item: (-item[1], n3(item[0])))
        return _facet(name, label, [choice(node, count) for node, count in ranked], different)

    def kinds(self, counts: Mapping[str, int], chosen: str | None, note: str = "") -> Facet:
        """Make the facet of kinds of conflict."""
        known = {**({chosen: 0} if chosen else {}), **counts}
        ranked = sorted(known.items(), key=lambda item: (-item[1], item[0]))
        choices = [Choice(kind, kind.replace("-", " "), count, kind == chosen) for kind, count in ranked]
        return _facet("kind", "Kind", choices, 0, note)

    def verdicts(self, counts: Mapping[Verdict, int], chosen: Verdict | None) -> Facet:
        """Make the facet of verdicts, the firmest first."""
        choices = [
            Choice(one.value, words, counts.get(one, 0), one == chosen)
            for one, words in VERDICT_WORDS.items()
            if counts.get(one, 0) or one == chosen
        ]
        return _facet("verdict", "Verdict", choices, 0)

    def months(self, counts: Mapping[str, int], chosen: str | None) -> Facet:
        """Make the facet of months."""
        known = {**({chosen: 0} if chosen else {}), **counts}
        ranked = sorted(known.items(), key=lambda item: (-item[1], item[0]))
        choices = [Choice(month, in_english(month), count, month == chosen) for month, count in ranked]
        return _facet("month", "When it was said", choices, 0)


def _facet(name: str, label: str, ranked: list[Choice], different: int, note: str = "") -> Facet:
    """Keep the first choices, and the chosen one wherever it stands; leave out what would leave nothing.

    There are so many different ones in all, or as many as are ranked if those are more.
    """
    useful = [choice for choice in ranked if choice.count or choice.chosen]
    chosen = [choice for choice in useful[MOST_CHOICES:] if choice.chosen]
    listed = (*useful[: MOST_CHOICES - len(chosen)], *chosen)
    return Facet(name, label, listed, max(different, len(useful)) - len(listed), note)
