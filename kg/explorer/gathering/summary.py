"""What a thing is, on one line: its posts, its dates, or what else the recorder says first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.explorer.explorer import Explorer
from kg.explorer.gathering.facts import TITLES, facts_of, inner_facts
from kg.explorer.gathering.posts import held_by
from kg.terms import Iri, Literal, Term, Triple
from kg.views.rows import PLANNED
from kg.vocab import NEG, ORG, PROV, RDFS, SKOS, TYPE

MOST = 3
"""How many things are said of a thing on its line, and how many values of one property."""
_LEFT_OUT = frozenset(
    {TYPE, PROV.wasDerivedFrom, ORG.hasMembership, ORG.holds, NEG.inSentence, NEG.plural, NEG.sha256, SKOS.altLabel}
    | {RDFS.comment, NEG.note, NEG.confidential, *TITLES, *PLANNED}
)
_LONGEST = 90
"""Characters of a value on a line; longer ones wait for the page."""


def summary(explorer: Explorer, node: Iri, besides: Iri | None = None) -> str:
    """Say what a thing is: "US trade representative · represents the United States"; `besides` is not named."""
    return " · ".join(list(dict.fromkeys(_parts(explorer, node, besides)))[:MOST])


def dates_of(facts: Iterable[Triple]) -> tuple[Literal, ...]:
    """Return the planned dates and due dates among some facts."""
    return tuple(fact.o for fact in facts if fact.p in PLANNED and isinstance(fact.o, Literal))


def _parts(explorer: Explorer, node: Iri, besides: Iri | None) -> Iterator[str]:
    prose = explorer.prose
    facts = facts_of(explorer, node)
    yield from (prose.name(day) for day in dates_of(facts))
    for holding in held_by(explorer, node):
        yield f"{prose.name(holding.post)}{f' ({holding.when})' if holding.when else ''}"
    values: dict[Iri, list[str]] = {}
    for fact in facts:
        if fact.p not in _LEFT_OUT and fact.o != besides and (words := _words(explorer, fact.o)):
            values.setdefault(fact.p, []).append(words)
    for predicate, words_of in values.items():
        more = f" and {len(words_of) - MOST:,} more" if len(words_of) > MOST else ""
        yield f"{prose.name(predicate)} {', '.join(words_of[:MOST])}{more}"


def _words(explorer: Explorer, value: Term) -> str:
    """Say a value, if it has a name and is not too long for a line."""
    if not isinstance(value, Literal) and inner_facts(explorer, value):
        return ""
    words = explorer.prose.name(value)
    return words if len(words) <= _LONGEST else ""
