"""What the recorder states, indexed: facts about things, what leads to them, and the issues that they are about."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from kg.explorer.kinds import ISSUE, NOT_THROUGH, STEPS, Kinds
from kg.ids import is_anonymous
from kg.model import Dossier
from kg.naming import by_subject
from kg.terms import Iri, Literal, Node, Term, Triple, n3
from kg.vocab import NEG, RDF, TYPE
from kg.wording import NAMES

_CONTENT = (RDF.subject, RDF.predicate, RDF.object, NEG.holds)


def in_order(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    """Sort triples as N-Triples writes them."""
    return tuple(sorted(triples, key=lambda triple: tuple(map(n3, triple))))


class Recorded:
    """The background of some dossiers."""

    def __init__(self, dossiers: Iterable[Dossier], kinds: Kinds) -> None:
        self._kinds = kinds
        self.triples = frozenset(triple for dossier in dossiers for triple in dossier.background)
        self.properties = by_subject(sorted(self.triples, key=str))

    def facts(self, node: Node) -> tuple[Triple, ...]:
        """Return what is stated about a node, sorted."""
        return in_order(Triple(node, p, o) for p, o in self.properties.get(node, ()))

    def referring(self, node: Node) -> tuple[Triple, ...]:
        """Return the facts whose object is a node, sorted; descriptions of propositions and classes left out."""
        return in_order(self._by_object.get(node, ()))

    @cached_property
    def _by_object(self) -> dict[Node, list[Triple]]:
        found: dict[Node, list[Triple]] = {}
        for triple in self.triples:
            if not isinstance(triple.o, Literal) and triple.p not in _CONTENT and not is_anonymous(triple.s):
                found.setdefault(triple.o, []).append(triple)
        return found

    def calls(self, node: Node, name: str) -> bool:
        """Say whether a thing is called exactly so."""
        facts = self.properties.get(node, ())
        return any(p in NAMES and isinstance(o, Literal) and o.value == name for p, o in facts)

    def types(self, node: Node) -> list[Term]:
        """Return the classes of a thing."""
        return [o for p, o in self.properties.get(node, ()) if p == TYPE]

    @cached_property
    def described(self) -> frozenset[Iri]:
        """The things that have a name, or a class that tells what they are."""
        return frozenset(
            node
            for node, facts in self.properties.items()
            if isinstance(node, Iri) and any(p in NAMES or (p == TYPE and self._kinds.describes(o)) for p, o in facts)
        )

    def issues_of(self, thing: Node) -> frozenset[Node]:
        """Return the nearest issues that a thing leads to, itself first; see `Filter.issue`."""
        if thing not in self._issues:
            self._issues[thing] = self._nearest_issues(thing)
        return self._issues[thing]

    @cached_property
    def _issues(self) -> dict[Node, frozenset[Node]]:
        return {}

    def _nearest_issues(self, thing: Node) -> frozenset[Node]:
        reached, seen = {thing}, {thing}
        for _ in range(STEPS + 1):
            if issues := {node for node in reached if self._has_page(node, {ISSUE})}:
                return frozenset(issues)
            through = {node for node in reached if node == thing or not self._has_page(node, NOT_THROUGH)}
            reached = {
                o for node in through for _, o in self.properties.get(node, ()) if not isinstance(o, Literal)
            } - seen
            seen |= reached
        return frozenset()

    def _has_page(self, node: Node, pages: Iterable[str]) -> bool:
        return self._page(node) in pages

    def _page(self, node: Node) -> str:
        return self._kinds.of(self.types(node), None)
