"""How things are called in addresses: by their id in a dossier where they have one, else by their whole IRI."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kg.explorer.page import NotFound
from kg.formats.rdf_syntax import is_iri
from kg.terms import Iri, local_name
from kg.vocab import ONTOLOGY_GRAPH


class Names:
    """Names of things, both ways. With one dossier a name is an id; with several, `dossier:id`.

    >>> one = Names([Iri("https://e/case/talks")])
    >>> one.name(Iri("https://e/case/talks/ann")), one.node("ann") == Iri("https://e/case/talks/ann")
    ('ann', True)
    >>> two = Names([Iri("https://e/case/talks"), Iri("https://e/case/more")])
    >>> two.name(Iri("https://e/case/talks/ann")), two.name(Iri("https://f/x"))
    ('talks:ann', 'https://f/x')
    """

    def __init__(self, graphs: Iterable[Iri]) -> None:
        dossiers = sorted(graph for graph in graphs if graph != ONTOLOGY_GRAPH)
        shorts = Counter(local_name(graph) for graph in dossiers)
        self._by_short = {local_name(g): g for g in dossiers if shorts[local_name(g)] == 1 and ":" not in local_name(g)}
        self._shorts = {graph: short for short, graph in self._by_short.items()}
        self._only = dossiers[0] if len(dossiers) == 1 else None

    def name(self, node: Iri) -> str:
        """Return how a thing is called in an address."""
        if self._only is not None:
            rest = node.removeprefix(f"{self._only}/")
            return rest if rest != node and rest and ":" not in rest else str(node)
        above, slash, rest = node.rpartition("/")
        while slash:
            if (short := self._shorts.get(Iri(above))) is not None and rest:
                return f"{short}:{rest}"
            above, slash, more = above.rpartition("/")
            rest = f"{more}/{rest}"
        return str(node)

    def short(self, node: Iri) -> str:
        """Return a short name for people: the id without its dossier.

        >>> Names([]).short(Iri("https://e/x/c1"))
        'c1'
        """
        return local_name(node)

    def node(self, name: str) -> Iri:
        """Return the thing of a name; raises `NotFound` for what cannot be one."""
        short, colon, rest = name.partition(":")
        if self._only is not None and not colon:
            found = f"{self._only}/{name}"
        elif colon and short in self._by_short and not rest.startswith("//"):
            found = f"{self._by_short[short]}/{rest}"
        else:
            found = name
        if not is_iri(found):
            raise NotFound(f'"{name}" is not the name of anything here')
        return Iri(found)
