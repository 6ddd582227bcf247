"""What can be searched for: things by their names, claims by their words, disputes by their question, texts.

Of a large graph, things by their names and, unless there are very many, claims by their quotes: the sentences of
claims and the questions of disputes are made only for what somebody looks at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from kg.columns.cache import Arrays
from kg.columns.opening import kept, kept_file, kept_or_made
from kg.errors import QueryError
from kg.explorer.explorer import DISPUTE, Explorer
from kg.explorer.kinds import ACTOR, CLAIM, DOCUMENT, THING
from kg.explorer.page import NotFound, Ref
from kg.explorer.searching import Entry, Found, Hit, Index
from kg.explorer.site import Address
from kg.explorer.words import phrases
from kg.ids import digest
from kg.model import Claim
from kg.prose import Prose
from kg.store.texts import text_in
from kg.terms import Blank, Iri, Node, Triple, local_name, n3
from kg.vocab import NEG
from kg.wording import build_wording, capital

TEXT = "text"
KINDS: tuple[tuple[str, str, str], ...] = (
    (DISPUTE, "Disputes", "disputes"),
    ("actor", "Actors", "people, bodies and sources that speak"),
    ("institution", "Institutions", "institutions"),
    ("meeting", "Meetings", "meetings and other events"),
    ("issue", "Issues", "issues"),
    ("document", "Sources", "documents"),
    ("thing", "Other things", "other things"),
    (CLAIM, "Claims", "claims, by their words"),
    (TEXT, "In the text of documents", "passages"),
)
"""The kinds of what is found, in the order in which they are listed."""
_LONGEST = 1_000
"""Characters of a passage of a document; a paragraph that is longer is several."""
MOST_DISPUTES = 20_000
MOST_QUOTES = 100_000
"""Up to so many quotes of a large graph are searched; a thousand take a tenth of a second to read and take in."""
_AT_ONCE = 10_000
"""How many things are asked of the catalog at a time."""
_DATABASE = "database"
_VERSION = "1"
"""Of what stands in the index; one of another version is not found."""
_NAMES = Path(__file__).with_name("names.rq")
_QUOTES = Path(__file__).with_name("quotes.rq")


def index_of(explorer: Explorer) -> Index:
    """Return the index of an explorer; the first who asks waits until it is made."""
    return explorer.searching.index(lambda: _index(explorer))


def index_at_once(explorer: Explorer) -> Index | None:
    """Return the index of an explorer without a wait; None while that of a large graph is made beside."""
    if explorer.searching.is_ready or not explorer.graph.is_large:
        return index_of(explorer)
    explorer.searching.begin(lambda: _index(explorer))
    return None


def _index(explorer: Explorer) -> Index:
    """Make the index. That of a large graph is made slowly, and kept beside its columns, or found there."""
    if not explorer.graph.is_large:
        return Index(entries(explorer))
    store, name, said = explorer.graph.store, _kept_name(explorer), list[str]()
    file = kept_file(store, name, _DATABASE)
    if file is not None and kept(store, name, said) is not None:
        return Index(file=file)
    index = Index(explorer.searching.slowly(entries(explorer), count_entries(explorer)))
    with TemporaryDirectory() as folder:
        written = Path(folder) / _DATABASE

        def made() -> Arrays:
            index.write(written)
            return {_DATABASE: np.memmap(written, np.uint8, mode="r")}

        if file is not None:
            kept_or_made(store, name, made, said)
    return index


def _kept_name(explorer: Explorer) -> str:
    """Name what is searched: besides the state of the store it depends on the ontology, and on texts beside it."""
    ontology = sorted(" ".join(map(n3, triple)) for triple in explorer.graph.ontology)
    texts = sorted(f"{document} {text}" for document, text in explorer.texts.items())
    return f"search-{digest([_VERSION, *ontology, *texts], 16)}"


def count_entries(explorer: Explorer) -> int:
    """Count what will be in the index of a large graph, but for quotes and texts."""
    return sum(explorer.catalog.things(page, 0, 0).total for page in _pages(explorer))


def found_at_once(explorer: Explorer, text: str) -> Found:
    """Find what is called exactly so, or has exactly this id, without an index."""
    if not text:
        return Found(())
    found = dict.fromkeys(explorer.catalog.called(text))
    with suppress(NotFound):
        found |= dict.fromkeys([explorer.node(text)])
    hits = [Hit(entry, 0) for node in found if (entry := _entry(explorer, node)) is not None]
    with suppress(QueryError):
        conflict = explorer.catalog.conflict(text)
        hits.append(Hit(Entry(DISPUTE, conflict.id, explorer.prose.title(conflict)), 0))
    counts = Counter(hit.entry.kind for hit in hits)
    return Found(tuple(phrases(text)), tuple(hits), counts, is_cut=True)


def _entry(explorer: Explorer, node: Node) -> Entry | None:
    """Return the entry of a thing or a claim that there is."""
    if not isinstance(node, Iri) or not (explorer.catalog.role(node) or explorer.catalog.facts(node)):
        return None
    address = explorer.address(node)
    return None if address is None else Entry(address.parts[0], str(node), capital(explorer.prose.name(node)))


def entries(explorer: Explorer) -> Iterator[Entry]:
    """Yield everything that can be found."""
    names = _Names(explorer)
    yield from _things(explorer, names)
    if explorer.graph.is_large:
        yield from _quotes(explorer, names)
    else:
        yield from _claims(explorer)
        yield from _disputes(explorer)
    for document, text in explorer.texts.items():
        name = capital(explorer.prose.name(document))
        for number, passage in enumerate(passages(text), 1):
            yield Entry(TEXT, f"{document} {number}", name, passage)


def ref_of(explorer: Explorer, entry: Entry) -> Ref:
    """Link to the page of what was found."""
    if entry.kind == DISPUTE:
        return Ref(entry.name, Address.of(DISPUTE, entry.key))
    node = Iri(entry.key.partition(" ")[0])
    ref = explorer.claim_ref(node) if entry.kind == CLAIM else explorer.ref(node)
    return Ref(entry.name, ref.address, ref.iri)


class _Names:
    """Every name of every thing, read at once: one by one that would take longer than all the rest."""

    def __init__(self, explorer: Explorer) -> None:
        found = explorer.graph.store.select(text_in(_NAMES), name=_NAMES.name)
        triples = [Triple(s, p, o) for s, p, o in found if isinstance(s, Iri) and isinstance(p, Iri) and o is not None]
        self._wording = build_wording(triples, {}, (), {})
        self._all: dict[Node, list[str]] = {}
        for thing, _, name in triples:
            self._all.setdefault(thing, []).append(str(name))

    def of(self, node: Node) -> str:
        """Return what a thing is called, with a capital."""
        return capital(self._wording.name(node))

    def others(self, node: Node) -> list[str]:
        """Return the other names of a thing."""
        called = self.of(node)
        return list(dict.fromkeys(name for name in self._all.get(node, ()) if capital(name) != called))


def _pages(explorer: Explorer) -> list[str]:
    return sorted({THING, ACTOR, DOCUMENT, *explorer.kinds.pages.values()})


def _things(explorer: Explorer, names: _Names) -> Iterator[Entry]:
    for page in _pages(explorer):
        for start in count(0, _AT_ONCE):
            nodes = explorer.catalog.things(page, start, _AT_ONCE).items
            for node in nodes:
                if isinstance(node, Iri):
                    yield Entry(page, str(node), names.of(node), " · ".join(names.others(node)), local_name(node))
            if len(nodes) < _AT_ONCE:
                break


def _claims(explorer: Explorer) -> Iterator[Entry]:
    said = {c.iri: explorer.prose.position(p) for p in explorer.graph.check().positions for c in p.claims}
    for dossier in explorer.graph.dossiers:
        for claim in dossier.claims:
            if isinstance(claim.iri, Iri):
                yield _claim(explorer.prose, claim, said.get(claim.iri, ""))


def _claim(prose: Prose, claim: Claim, said: str) -> Entry:
    quotes = [f"“{mention.quote.exact}”" for mention in claim.mentions if mention.quote]
    words = " ".join([*quotes, *([claim.reading] if claim.reading else [])])
    name = f"{capital(prose.speaker(claim))}: {said or local_name(claim.iri)}"
    return Entry(CLAIM, str(claim.iri), name, words, local_name(claim.iri))


def _quotes(explorer: Explorer, names: _Names) -> Iterator[Entry]:
    if explorer.graph.store.has_more_than(MOST_QUOTES, [NEG.mention]):  # many may point at one quote
        return
    for claim, speaker, exact in explorer.graph.store.select(text_in(_QUOTES), name=_QUOTES.name):
        if isinstance(claim, Iri) and isinstance(speaker, (Iri, Blank)) and exact is not None:
            yield Entry(CLAIM, str(claim), f"{names.of(speaker)}: {local_name(claim)}", f"“{exact}”")


def _disputes(explorer: Explorer) -> Iterator[Entry]:
    for identifier in explorer.catalog.conflict_ids(MOST_DISPUTES):
        conflict = explorer.catalog.conflict(identifier)
        yield Entry(DISPUTE, conflict.id, explorer.prose.title(conflict), explorer.prose.because(conflict), conflict.id)


def passages(text: str) -> Iterator[str]:
    """Cut a text into its paragraphs, and long ones into pieces at the end of a word.

    >>> list(passages("One. \\n\\nTwo,\\nthree."))
    ['One.', 'Two, three.']
    """
    for paragraph in text.replace("\r\n", "\n").split("\n\n"):
        words = paragraph.split()
        yield from _pieces(words)


def _pieces(words: Iterable[str]) -> Iterator[str]:
    piece: list[str] = []
    size = 0
    for word in words:
        if piece and size + len(word) > _LONGEST:
            yield " ".join(piece)
            piece, size = [], 0
        piece.append(word)
        size += len(word) + 1
    if piece:
        yield " ".join(piece)
