"""The nodes that records are made of, as dense numbers, and what is said of each as one array."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from kg.terms import Iri
from kg.validate.looked_at import Hashes, Kind, Links, LookedAt, hashes
from kg.vocab import NEG, OA, TYPE

Mask = npt.NDArray[np.bool_]
At = npt.NDArray[np.int64]
"""Numbers of nodes; -1 stands for a term of which nothing is said."""

ACTS = (NEG.affirms, NEG.denies)
WITHDRAWALS = (NEG.retracts, NEG.corrects, NEG.supersedes)
PARTS = (*ACTS, NEG.condition, NEG.mention, NEG.report)
"""What these point to is a record by that alone."""

NAMED = tuple(
    NEG.term(name)
    for name in (
        "Agent Country Place Post Negotiation Issue Demand Offer Concession Agreement Deadline Practice Measure Event"
    ).split()
)
CLASSES = (
    NEG.Claim, NEG.Proposition, NEG.Mention, NEG.Report, NEG.UnnamedSource, NEG.Membership, NEG.Deadline, NEG.Offer,
    NEG.Document, NEG.Dossier, OA.TextPositionSelector, *NAMED,
)  # fmt: skip
"""The classes that shapes are about, or ask for."""


class Records:
    """All records of a data set; `nodes` are their hashes, sorted, and a node's number is its place there."""

    def __init__(self, links: LookedAt, below: Iterable[tuple[int, int]] = ()) -> None:
        self._links = links
        subjects = [links[predicate].s for predicate in links.predicates()]
        self.nodes: Hashes = np.unique(np.concatenate([*subjects, *(links[part].o for part in PARTS)]))
        self._subjects: dict[Iri, At] = {}
        self._classes = _Classes({*links.below, *below})
        self._types = self._classes.masks(self.at(TYPE), links[TYPE].o, len(self.nodes))

    def find(self, terms: Hashes) -> At:
        """Return the numbers of terms, -1 for those of which nothing is said."""
        if not len(self.nodes):
            return np.full(len(terms), -1)
        place = np.minimum(np.searchsorted(self.nodes, terms), len(self.nodes) - 1)
        return np.where(self.nodes[place] == terms, place, -1)

    def at(self, predicate: Iri) -> At:
        """Return the subject of each statement of a predicate."""
        if predicate not in self._subjects:
            self._subjects[predicate] = self.find(self._links[predicate].s)
        return self._subjects[predicate]

    def to(self, predicate: Iri) -> At:
        """Return the object of each statement of a predicate."""
        return self.find(self._links[predicate].o)

    def links(self, predicate: Iri) -> Links:
        """Return the statements of a predicate."""
        return self._links[predicate]

    def mask(self, places: At) -> Mask:
        """Mark some nodes."""
        found = np.zeros(len(self.nodes), np.bool_)
        found[places[places >= 0]] = True
        return found

    def are(self, kind: Iri) -> Mask:
        """Mark the nodes of a class or one of its sub-classes."""
        return self._types[kind]

    def having(self, predicate: Iri) -> Mask:
        """Mark the subjects of a predicate."""
        return self.mask(self.at(predicate))

    def first(self, predicate: Iri) -> Hashes:
        """Return one object for each node, 0 where there is none."""
        found = np.zeros(len(self.nodes), np.uint64)
        found[self.at(predicate)] = self._links[predicate].o
        return found

    def several(self, predicate: Iri) -> Mask:
        """Mark the nodes with more than one object."""
        at = self.at(predicate)
        return self.mask(at[self.first(predicate)[at] != self._links[predicate].o])

    def odd(self, predicate: Iri, *good: Kind) -> Mask:
        """Mark the nodes with an object of another kind than these."""
        return self.mask(self.at(predicate)[~np.isin(self._links[predicate].kind, good)])

    def other_than(self, predicate: Iri, names: Iterable[str]) -> Mask:
        """Mark the nodes with an object that is none of these words of ours."""
        words = hashes(NEG.term(name) for name in names)
        return self.mask(self.at(predicate)[~np.isin(self._links[predicate].o, words)])


class _Classes:
    """Which of the classes that shapes are about lie above a class."""

    def __init__(self, below: set[tuple[int, int]]) -> None:
        self._known = dict(zip(hashes(CLASSES).tolist(), CLASSES, strict=True))
        self._above: dict[int, set[int]] = {}
        for lower, upper in below:
            self._above.setdefault(lower, set()).add(upper)

    def masks(self, at: At, types: Hashes, size: int) -> dict[Iri, Mask]:
        found: dict[Iri, Mask] = {kind: np.zeros(size, np.bool_) for kind in CLASSES}
        distinct, which = np.unique(types, return_inverse=True)
        for number, kind in enumerate(distinct.tolist()):
            above = self._of_interest(kind)
            if above:
                members = at[which == number]
                for one in above:
                    found[one][members] = True
        return found

    def _of_interest(self, kind: int) -> list[Iri]:
        seen: set[int] = set()
        todo = [kind]
        while todo:
            one = todo.pop()
            if one not in seen:
                seen.add(one)
                todo += self._above.get(one, ())
        return [self._known[one] for one in seen if one in self._known]
