"""Where claims stand: which documents hold which claims, in columns.

The records do not have it, for no check needs it; it is read when somebody looks around, and kept beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np

from kg.columns.browsing.indexes import different
from kg.columns.cache import Arrays, array_digest
from kg.columns.dictionary import Dictionary
from kg.columns.nodes import Graphs
from kg.columns.opening import kept_or_made
from kg.columns.records import Records
from kg.columns.statements import of_store
from kg.logic.tables import Ints
from kg.store.protocol import Store
from kg.terms import Node
from kg.vocab import NEG, OA, ONTOLOGY_GRAPH


@dataclass(frozen=True)
class Mentions:
    """Pairs of a document (its number in `documents`) and the row of a claim that stands in it, sorted, each once."""

    documents: Dictionary
    document: Ints
    claim: Ints

    def in_document(self, document: Node) -> Ints:
        """Return the rows of the claims that stand in a document."""
        number = self.documents.find(document)
        if number is None:
            return np.empty(0, np.int32)
        low, high = self.document.searchsorted(np.array([number, number + 1], np.int32))
        return self.claim[low:high]

    @cached_property
    def all_documents(self) -> Sequence[Node]:
        """The documents in which claims stand."""
        return [cast(Node, self.documents.term(number)) for number in range(len(self.documents))]


def open_mentions(store: Store, records: Records, said: list[str]) -> Mentions:
    """Return where the claims of a store stand; `said` takes what went wrong with the files, in sentences."""
    name = f"mentions-{array_digest(records.claims.iri, records.claims.graph, records.terms.ends[-1:])}"
    arrays = kept_or_made(store, name, lambda: _read(store, records), said)
    text, ends, document, claim = (cast(Any, arrays[name]) for name in ("text", "ends", "document", "claim"))
    return Mentions(Dictionary(text, ends), document, claim)


def _read(store: Store, records: Records) -> Arrays:
    statements = of_store(store, [ONTOLOGY_GRAPH], only={NEG.mention, OA.hasSource})
    graphs = Graphs(statements)
    source = graphs.objects(OA.hasSource)
    links = graphs.links(NEG.mention)
    to = source[links.to]
    node, document = links.s[to >= 0], graphs.term[to[to >= 0]]

    claims, written = records.claims, records.terms.written
    width = max(statements.size, 1)
    iris = statements.encode([written(number) for number in claims.iri.tolist()]).astype(np.int64)
    once, place = np.unique(claims.graph, return_inverse=True)
    graph = statements.encode([written(number) for number in once.tolist()]).astype(np.int64)[place.reshape(-1)]
    keys = graph * width + iris
    order = np.argsort(np.where(iris < width, keys, np.iinfo(np.int64).max), kind="stable")
    wanted = graphs.graph[node].astype(np.int64) * width + graphs.term[node]
    at = np.searchsorted(keys[order], wanted)
    found = at < len(order)
    found[found] = keys[order[at[found]]] == wanted[found]
    row, code = order[at[found]], document[found]

    codes, number = np.unique(code.astype(np.uint32), return_inverse=True)
    texts = statements.texts(codes)
    by_text = sorted(range(len(texts)), key=lambda index: texts[index].encode())
    rank = np.empty(len(texts), np.int64)
    rank[by_text] = np.arange(len(texts))
    pairs = different(rank[number.reshape(-1)] << 32 | row)
    documents = Dictionary.of([texts[index] for index in by_text])
    return {
        "text": documents.text,
        "ends": documents.ends,
        "document": (pairs >> 32).astype(np.int32),
        "claim": (pairs & 0xFFFFFFFF).astype(np.int32),
    }
