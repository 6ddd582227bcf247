"""Which kind of page shows a thing: read off the ontology (`neg:page`), else off what the thing does."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache

from kg.ids import is_anonymous
from kg.terms import Iri, Literal, Term, Triple
from kg.vocab import CLASS_BASE, NEG, OA, OWL, PROPOSITION_BASE, RDF, RDFS, SKOS, TYPE

THING, CLAIM, ACTOR, DOCUMENT, ISSUE, INSTITUTION = "thing", "claim", "actor", "document", "issue", "institution"
NOT_THROUGH = frozenset({ACTOR, INSTITUTION, DOCUMENT})
"""What is not gone through on the way to an issue: everybody is linked to many."""
_OF_RECORDS = (NEG, RDF, RDFS, OWL, SKOS, OA, CLASS_BASE)
STEPS = 3
"""How many facts may lead from a thing to the issues that it is about."""


class Kinds:
    """The kinds of pages of an ontology.

    >>> page = Triple(NEG.Meeting, NEG.page, Literal("meeting"))
    >>> below = Triple(Iri("e:Summit"), RDFS.subClassOf, NEG.Meeting)
    >>> Kinds([page, below]).of_class(Iri("e:Summit"))
    'meeting'
    """

    def __init__(self, ontology: Iterable[Triple]) -> None:
        self._ontology = tuple(ontology)
        self.of_class = lru_cache(10_000)(self._of_class)

    def of(self, types: Iterable[Term], role: str | None) -> str:
        """Return the kind of page of a thing, by its classes, else by what it does (`Catalog.role`)."""
        found = (page for one in sorted(types, key=str) if (page := self.of_class(one)) is not None)
        return next(found, None) or role or THING

    def is_thing(self, node: Term) -> bool:
        """Say whether a node can have a page: a thing of the world, not a term of an ontology and not nameless."""
        if not isinstance(node, Iri) or node.startswith((NEG, PROPOSITION_BASE)) or node in self.own_terms:
            return False
        return not is_anonymous(node)

    def describes(self, cls: Term) -> bool:
        """Say whether a class tells what a thing is, and not how a record is written.

        It has a kind of page, or belongs to another vocabulary than those of dossiers and of RDF, and is not another
        word for a class of dossiers that has no page (as `org:Membership`).

        >>> kinds = Kinds([])
        >>> kinds.describes(Iri("e:Tower")), kinds.describes(NEG.Membership), kinds.describes(OWL.Class)
        (True, False, False)
        """
        if self.of_class(cls) is not None:
            return True
        return isinstance(cls, Iri) and not cls.startswith(_OF_RECORDS) and cls not in self._other_words

    @cached_property
    def _other_words(self) -> frozenset[Term]:
        """The classes that stand above, or for, classes of dossiers without a page."""
        return frozenset(
            t.o
            for t in self._ontology
            if t.p in {RDFS.subClassOf, OWL.equivalentClass} and t.s.startswith(NEG) and self.of_class(t.s) is None
        )

    @cached_property
    def own_terms(self) -> frozenset[Term]:
        """What the ontology itself describes."""
        return frozenset(t.s for t in self._ontology if t.p == TYPE)

    @cached_property
    def pages(self) -> dict[Term, str]:
        """The kinds of page that classes say they have."""
        return {t.s: t.o.value for t in self._ontology if t.p == NEG.page and isinstance(t.o, Literal)}

    def _of_class(self, cls: Term) -> str | None:
        """Return the kind of page of a class, by the nearest class above that has one."""
        queue, seen = [cls], {cls}
        while queue:
            one = queue.pop(0)
            if one in self.pages:
                return self.pages[one]
            new = [up for up in self._above.get(one, ()) if up not in seen]
            seen.update(new)
            queue += new
        return None

    @cached_property
    def _above(self) -> dict[Term, list[Term]]:
        found: dict[Term, list[Term]] = {}
        for s, p, o in self._ontology:
            if p == RDFS.subClassOf:
                found.setdefault(s, []).append(o)
        return found
