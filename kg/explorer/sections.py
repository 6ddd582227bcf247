"""Which section of a dossier a thing belongs to: what the shapes and colours of a network stand for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from kg.terms import Term, Triple, local_name
from kg.vocab import NEG, RDFS


class Sections:
    """The sections of an ontology.

    >>> from kg.terms import Iri, Literal
    >>> below = Triple(Iri("e:Summit"), RDFS.subClassOf, NEG.Event)
    >>> sections = Sections([below, Triple(NEG.Event, NEG.section, Literal("events"))])
    >>> sections.of([Iri("e:Summit")]), sections.of([Iri("e:Tower")])
    ('Event', None)
    """

    def __init__(self, ontology: Iterable[Triple]) -> None:
        self._above: dict[Term, list[Term]] = {}
        self._heads: set[Term] = set()
        for s, p, o in ontology:
            if p == RDFS.subClassOf:
                self._above.setdefault(s, []).append(o)
            elif p == NEG.section:
                self._heads.add(s)

    def of(self, types: Iterable[Term]) -> str | None:
        """Return the nearest class above some classes that heads a section."""
        queue = deque(types)
        seen = set(queue)
        while queue:
            term = queue.popleft()
            if term in self._heads:
                return local_name(str(term))
            new = [up for up in self._above.get(term, ()) if up not in seen]
            seen.update(new)
            queue.extend(new)
        return None
