"""What every page is made from: the graph, its catalog, and the names and addresses of things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from kg import pages as gathered
from kg.explorer.answering import Answering
from kg.explorer.catalog import Catalog
from kg.explorer.kinds import CLAIM, Kinds
from kg.explorer.naming import Names
from kg.explorer.page import Ref
from kg.explorer.searching import Searcher
from kg.explorer.site import Address
from kg.graph import KnowledgeGraph
from kg.prose import Prose
from kg.store.protocol import Bounds
from kg.terms import Blank, Iri, Literal, Node, Term
from kg.vocab import TYPE
from kg.wording import capital

DISPUTE = "dispute"
REMEMBERED = 50_000
BOUNDS = Bounds(seconds=10, mebibytes=1024, rows=10_000)
"""How much a query may use that a page asks."""


@dataclass
class Explorer:
    """A graph to look at. Make a new one when the graph has changed: everything here is remembered.

    `texts` are the texts of documents that stand beside a dossier, by document; `faults` says why a newer version of
    the files could not be read, if there is one. `bounds` are those of a query that a page asks; `searching` finds what
    the pages show by its name, `vocabulary` terms of the ontology.
    """

    graph: KnowledgeGraph
    catalog: Catalog
    answering: Answering
    texts: Mapping[Node, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    bounds: Bounds = BOUNDS
    searching: Searcher = field(default_factory=Searcher, repr=False)
    vocabulary: Searcher = field(default_factory=Searcher, repr=False)

    @property
    def prose(self) -> Prose:
        """English for what stands in the graph."""
        return self.graph.prose

    @cached_property
    def title(self) -> str:
        """What the dossiers are called together."""
        return "What was said" if self.graph.is_large else gathered.title(self.graph)

    @cached_property
    def names(self) -> Names:
        """How things are called in addresses."""
        return Names(self.graph.store.graphs())

    # -- links ---------------------------------------------------------------------------------

    def ref(self, node: Term, text: str = "", *, start: bool = False) -> Ref:
        """Link to the page of a thing by its name; `start` gives it a capital. A value is only a word."""
        words = text or self.prose.name(node)
        words = capital(words) if start else words
        if isinstance(node, (Literal, Blank)):
            return Ref(words)
        return Ref(words, self.address(node), str(node))

    def claim_ref(self, node: Node) -> Ref:
        """Link to the page of a claim."""
        if isinstance(node, Blank):
            return Ref(str(node))
        return Ref(self.names.short(node), Address.of(CLAIM, self.names.name(node)), str(node))

    def address(self, node: Iri) -> Address | None:
        """Return where a thing's page stands; None for terms of the ontology."""
        kind = self._kind(node)
        return None if kind is None else Address.of(kind, self.names.name(node))

    @cached_property
    def _kind(self) -> Callable[[Iri], str | None]:
        return lru_cache(REMEMBERED)(self.page_of)

    def page_of(self, node: Iri) -> str | None:
        """Return which kind of page shows a thing (`neg:page` of the nearest class above its own, or by its role)."""
        if not self.kinds.is_thing(node):
            return None
        role = self.catalog.role(node)
        if role == CLAIM:
            return CLAIM
        return self.kinds.of([o for p, o in self.prose.wording.properties.get(node, ()) if p == TYPE], role)

    @cached_property
    def kinds(self) -> Kinds:
        """Which kind of page shows what."""
        return Kinds(self.graph.ontology)

    def node(self, name: str) -> Iri:
        """Return the thing that an address names; raises `NotFound`."""
        return self.names.node(name)
