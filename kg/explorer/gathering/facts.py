"""What the recorder states about a thing in his own name: grouped for people, with what has no name written out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.explorer.explorer import Explorer
from kg.explorer.page import Ref
from kg.ids import is_anonymous
from kg.terms import Blank, Iri, Literal, Node, Term, Triple
from kg.vocab import NEG, PROV, RDF, RDFS, TYPE
from kg.wording import NAMES, capital

TITLES = (RDFS.label, *(name for name in NAMES if name not in (NEG.inSentence, RDFS.label)))
"""Where the heading of a page is looked for, best first."""
_NEVER = frozenset({NEG.identity})
"""Who an unnamed source is, is shown nowhere, whatever the graph holds."""
_OF_THE_WORDING = frozenset({NEG.inSentence, NEG.plural})
LONGEST_IN_HEADING = 60
MOST_INNER = 8
"""How many facts of a thing without a name are written out where it is mentioned."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a fact; `inner` are the facts of one that has no name of its own."""

    ref: Ref
    term: Term
    inner: tuple[tuple[str, Ref], ...] = ()


@dataclass(frozen=True, slots=True)
class FactGroup:
    """All values of one property."""

    predicate: Iri
    label: str
    values: tuple[Value, ...]


def facts_of(explorer: Explorer, node: Node) -> tuple[Triple, ...]:
    """Return the recorder's facts about a thing that may be shown."""
    return tuple(fact for fact in explorer.catalog.facts(node) if fact.p not in _NEVER)


def may_be_shown(triple: Triple) -> bool:
    """Say whether a fact may be shown at all."""
    return triple.p not in _NEVER


def title_of(explorer: Explorer, node: Iri, facts: Iterable[Triple]) -> str:
    """Return the heading of a thing's page: its full name; of what has none, its kind and first value."""
    facts = list(facts)
    for predicate in TITLES:
        found = [f.o for f in facts if f.p == predicate and isinstance(f.o, Literal)]
        if found:
            english = [o.value for o in found if (o.language or "en").startswith("en")]
            return capital((english or [o.value for o in found])[0])
    kinds = kinds_of(explorer, facts)
    inner = next((f.o for f in facts if f.p not in (TYPE, PROV.wasDerivedFrom)), None)
    if kinds and inner is not None:
        return capital(f"{kinds[0]}: {explorer.prose.name(inner)}")
    return capital(explorer.prose.name(node))


def cut_short(explorer: Explorer, nodes: Iterable[Node], most: int) -> str:
    """Say that a list was made from the first `most` facts that name a thing, if there are more; else nothing.

    `nodes` are the things whose facts were looked through; the first of which there are more is named.
    """
    for node in nodes:
        total = explorer.catalog.referring(node, 0, 0).total
        if total > most:
            facts = f"{total:,} facts that name {explorer.prose.name(node)}"
            return f"This may not be all: of the {facts}, the first {most:,} were looked through."
    return ""


def called(explorer: Explorer, node: Node) -> str:
    """Call a thing by its name in a heading; a name that would fill lines is not said again."""
    name = explorer.prose.name(node)
    return name if len(name) <= LONGEST_IN_HEADING else "this"


def kinds_of(explorer: Explorer, facts: Iterable[Triple]) -> tuple[str, ...]:
    """Return what a thing is, in words, as the recorder types it."""
    return tuple(explorer.prose.name(f.o) for f in facts if f.p == TYPE)


def sources_of(explorer: Explorer, facts: Iterable[Triple]) -> tuple[Ref, ...]:
    """Return the documents that the facts are taken from."""
    return tuple(explorer.ref(f.o) for f in facts if f.p == PROV.wasDerivedFrom)


def groups_of(
    explorer: Explorer, facts: Iterable[Triple], title: str, without: Iterable[Iri] = ()
) -> tuple[FactGroup, ...]:
    """Group facts by property; left out is what stands elsewhere on the page: kinds, sources, the title itself."""
    hidden = {TYPE, PROV.wasDerivedFrom, *_OF_THE_WORDING, *without}
    grouped: dict[Iri, list[Term]] = {}
    for fact in facts:
        names_it = fact.p in TITLES and str(fact.o).casefold() == title.casefold()
        if fact.p not in hidden and not names_it:
            grouped.setdefault(fact.p, []).append(fact.o)
    return tuple(
        FactGroup(p, capital(explorer.prose.name(p)), tuple(_value(explorer, o) for o in values))
        for p, values in grouped.items()
    )


def _value(explorer: Explorer, term: Term) -> Value:
    if isinstance(term, Literal) or not (inner := inner_facts(explorer, term)):
        return Value(explorer.ref(term), term)
    found = tuple((explorer.prose.name(f.p), explorer.ref(f.o)) for f in inner)
    words = listed_kinds(explorer, term) or "something unnamed"
    link = Ref(words) if isinstance(term, Blank) else Ref(words, explorer.address(term), str(term))
    return Value(link, term, found)


def listed_kinds(explorer: Explorer, node: Node) -> str:
    """Say what a thing is in one word or a few; nothing if no recorder says."""
    return ", ".join(kinds_of(explorer, facts_of(explorer, node)))


def inner_facts(explorer: Explorer, node: Node) -> tuple[Triple, ...]:
    """Return the facts of a thing that has no name of its own, such as a membership; none of what has one."""
    if is_anonymous(node):  # class expressions have words of their own
        return ()
    facts = facts_of(explorer, node)
    if any(f.p in NAMES or f.p == RDF.subject for f in facts):  # a proposition is said as a sentence
        return ()
    return tuple(f for f in facts if f.p not in (TYPE, PROV.wasDerivedFrom))[:MOST_INNER]
