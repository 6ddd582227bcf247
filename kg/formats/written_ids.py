"""Which things get an entry of their own when a dossier is written, and under which id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from kg.formats.desk import IDENTIFIER
from kg.formats.lexicon import Lexicon
from kg.ids import Properties, slug
from kg.model import Dossier
from kg.terms import Iri, Literal, Node, Term, local_name
from kg.vocab import TYPE


class WrittenIds:
    """The ids of a dossier: the end of an IRI that lies in the dossier, else one that reads like it.

    An entry inside another one is called by its place in it, as in `kudlow/memberships/1`.
    """

    def __init__(self, dossier: Dossier, lexicon: Lexicon, facts: Properties) -> None:
        self._base = dossier.iri
        self._lexicon = lexicon
        self._facts = facts
        self._sections = {n: s for n in facts if isinstance(n, Iri) and (s := self._section(n)) is not None}
        self.names: dict[Node, str] = {}
        sayable = [c.iri for c in dossier.claims if isinstance(c.iri, Iri) and (c.commitments or c.withdraws)]
        everything = sorted({*self._sections, *sayable})
        for node in everything:
            name = node.removeprefix(f"{self._base}/")
            if name != node and IDENTIFIER.fullmatch(name):
                self.names[node] = name
        self._name_nested(list(self.names.items()))
        self._name_others([node for node in everything if node not in self.names])

    def entries(self) -> Iterator[tuple[Iri, str, str]]:
        """Yield the things that have an entry in a section: their IRI, id and section."""
        for node, name in sorted(self.names.items(), key=lambda item: item[1]):
            if isinstance(node, Iri) and node in self._sections and "/" not in name:
                yield node, name, self._sections[node]

    def nested(self, name: str, key: str, values: Sequence[Term]) -> list[Iri]:
        """Return those values of a property that are written inside the entry, in their order."""
        prefix = f"{name}/{key}/"
        inside = [v for v in values if isinstance(v, Iri) and self.names.get(v, "").startswith(prefix)]
        return sorted(inside, key=lambda v: int(self.names[v].removeprefix(prefix)))

    def _section(self, node: Node) -> str | None:
        types = [o for p, o in self._facts.get(node, ()) if p == TYPE]
        classes = [cls for cls in types if isinstance(cls, Iri)]
        if node == self._base or not classes or len(classes) != len(types):
            return None
        return self._lexicon.section_of(classes)

    def _name_nested(self, todo: list[tuple[Node, str]]) -> None:
        while todo:
            node, name = todo.pop()
            for predicate in {p for p, o in self._facts.get(node, ()) if not isinstance(o, Literal)}:
                for item, inner in self._numbered(node, name, predicate):
                    self.names[item] = inner
                    todo.append((item, inner))

    def _numbered(self, node: Node, name: str, predicate: Iri) -> Iterator[tuple[Iri, str]]:
        """Yield the values that can be written inside: numbered from 1 without a gap, each with a class."""
        prop = self._lexicon.by_iri.get(predicate)
        if prop is None or prop.datatype is not None or not prop.key or not prop.of_things:
            return
        for number in count(1):
            inner = f"{name}/{prop.key}/{number}"
            item = Iri(f"{self._base}/{inner}")
            types = [o for p, o in self._facts.get(item, ()) if p == TYPE]
            if not types or not all(isinstance(cls, Iri) for cls in types):
                return
            if (predicate, item) not in self._facts[node] or item in self.names:
                return
            yield item, inner

    def _name_others(self, nodes: Sequence[Iri]) -> None:
        taken = set(self.names.values())
        for node in nodes:
            stem = slug(local_name(node))
            name = next(n for i in count(1) if (n := stem if i == 1 else f"{stem}-{i}") not in taken)
            self.names[node] = name
            taken.add(name)
