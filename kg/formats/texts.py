"""The texts of documents that lie beside a dossier: are they there, unchanged, and do the quotes stand in them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg.errors import Fault
from kg.formats.source import GraphSource, Place
from kg.quotes import Found, Orphan, UnsafePath, find, sha256, text_file
from kg.rdf import TRUE, mentions
from kg.terms import Iri, Literal, Node, Triple
from kg.vocab import NEG

LARGEST_TEXT = 50_000_000


@dataclass(frozen=True)
class TextPlaces:
    """Where a file names its texts and quotes; without it, faults are said at the document or the claim."""

    names: Mapping[Node, Place] = field(default_factory=dict)
    quote_lines: Mapping[Node, int] = field(default_factory=dict)


def check_texts(
    source: GraphSource, folder: Path, places: TextPlaces, *, all_there: bool
) -> tuple[GraphSource, list[Fault]]:
    """Look up every quote whose document has a text; return the graph with its texts, its orphans marked, and faults.

    `all_there` says that a text that is missing is a fault; a graph exported to another folder has none with it.
    """
    named = _said(source.triples, NEG.text)
    if not named:
        return source, []
    found = _Texts(source, folder, places, all_there=all_there)
    for document, name in sorted(named.items()):
        found.take(document, name)
    checked = [(claim, node, m) for claim, node, m in mentions(source.triples) if m.document in found.texts]
    for claim, node, mention in checked:
        if mention.quote is not None:
            anchor = find(mention.quote, found.texts[mention.document])
            if anchor.found is not Found.ONCE:
                line = places.quote_lines.get(node, source.places.get(claim, (0, 0))[0])
                found.orphans.append(Orphan(claim, mention.document, mention.quote, anchor.reason, line))
                found.marks.append(Triple(node, NEG.orphaned, TRUE))
    again = {node for _, node, _ in checked}
    kept = [t for t in source.triples if t.p != NEG.orphaned or t.s not in again]
    marked = (*kept, *found.marks)
    return replace(source, triples=marked, orphans=tuple(found.orphans), texts=found.texts), found.faults


class _Texts:
    """The texts that could be read, and what was wrong with the others."""

    def __init__(self, source: GraphSource, folder: Path, places: TextPlaces, *, all_there: bool) -> None:
        self._source, self._folder, self._places, self._all_there = source, folder, places, all_there
        self._hashes = _said(source.triples, NEG.sha256)
        self.texts: dict[Node, str] = {}
        self.orphans: list[Orphan] = []
        self.marks: list[Triple] = []
        self.faults: list[Fault] = []

    def take(self, document: Node, name: str) -> None:
        line, column = self._places.names.get(document, self._source.places.get(document, (0, 0)))
        try:
            data = _bytes(name, self._folder)
            self.texts[document] = data.decode("utf-8-sig")
        except FileNotFoundError:
            if self._all_there:
                self._fault(line, column, f'the text "{name}" is not there')
        except UnsafePath as error:
            self._fault(line, column, str(error))
        except OSError as error:
            self._fault(line, column, f'the text "{name}" cannot be read: {error.strerror}')
        except UnicodeDecodeError:
            self._fault(line, column, f'the text "{name}" is not UTF-8')
        else:
            self.orphans += self._changed(document, name, data, line)

    def _fault(self, line: int, column: int, message: str) -> None:
        self.faults.append(Fault(self._source.file, line, column, message))

    def _changed(self, document: Node, name: str, data: bytes, line: int) -> Iterator[Orphan]:
        expected = self._hashes.get(document)
        now = sha256(data)
        if expected is not None and expected.strip().lower() != now:
            reason = f'the text "{name}" is not the one that was recorded; its sha256 is now {now}'
            yield Orphan(None, document, None, reason, line)


def _said(triples: Sequence[Triple], predicate: Iri) -> dict[Node, str]:
    return {t.s: t.o.value for t in triples if t.p == predicate and isinstance(t.o, Literal)}


def _bytes(name: str, folder: Path) -> bytes:
    path = text_file(name, folder)
    if path.exists() and not path.is_file():
        raise UnsafePath(f'the text "{name}" is not a file')
    if path.is_file() and path.stat().st_size > LARGEST_TEXT:
        raise UnsafePath(f'the text "{name}" is larger than {LARGEST_TEXT // 1_000_000} MB')
    return path.read_bytes()
