"""The texts of documents that lie beside a dossier: are they there, unchanged, and do the quotes stand in them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.errors import Fault
from kg.formats.dossier import ReadDossier
from kg.model import Claim
from kg.quotes import Found, Orphan, UnsafePath, find, sha256, text_file
from kg.rdf import TRUE, mention_node
from kg.terms import Literal, Node, Triple
from kg.vocab import NEG

LARGEST_TEXT = 50_000_000


def check_texts(
    read: ReadDossier, folder: Path, file: str
) -> tuple[tuple[Orphan, ...], tuple[Triple, ...], list[Fault]]:
    """Look up every quote whose document has a text; return orphans, a mark for each, and faults."""
    faults: list[Fault] = []
    orphans: list[Orphan] = []
    marks: list[Triple] = []
    texts: dict[Node, str] = {}
    for document, name in sorted(_said(read, NEG.text).items()):
        line, column = read.text_places.get(document, read.places.get(document, (0, 0)))
        try:
            data = _bytes(name, folder)
        except (UnsafePath, OSError) as error:
            faults.append(Fault(file, line, column, _reason(error, name)))
            continue
        try:
            texts[document] = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            faults.append(Fault(file, line, column, f'the text "{name}" is not UTF-8'))
            continue
        orphans += _changed(read, document, name, data, line)
    for claim in read.dossier.claims:
        for node, orphan in _orphans(claim, texts, read.quote_lines):
            orphans.append(orphan)
            marks.append(Triple(node, NEG.orphaned, TRUE))
    return tuple(orphans), tuple(marks), faults


def _said(read: ReadDossier, predicate: str) -> dict[Node, str]:
    return {t.s: t.o.value for t in read.dossier.background if t.p == predicate and isinstance(t.o, Literal)}


def _bytes(name: str, folder: Path) -> bytes:
    path = text_file(name, folder)
    if path.stat().st_size > LARGEST_TEXT:
        raise UnsafePath(f'the text "{name}" is larger than {LARGEST_TEXT // 1_000_000} MB')
    return path.read_bytes()


def _reason(error: Exception, name: str) -> str:
    if isinstance(error, UnsafePath):
        return str(error)
    strerror = error.strerror if isinstance(error, OSError) else None
    return f'the text "{name}" cannot be read: {strerror or error}'


def _changed(read: ReadDossier, document: Node, name: str, data: bytes, line: int) -> Iterator[Orphan]:
    expected = _said(read, NEG.sha256).get(document)
    now = sha256(data)
    if expected is not None and expected.strip().lower() != now:
        reason = f'the text "{name}" is not the one that was recorded; its sha256 is now {now}'
        yield Orphan(None, document, None, reason, line)


def _orphans(claim: Claim, texts: Mapping[Node, str], lines: Mapping[Node, int]) -> Iterator[tuple[Node, Orphan]]:
    for number, mention in enumerate(claim.mentions, 1):
        text = texts.get(mention.document)
        if text is None or mention.quote is None:
            continue
        anchor = find(mention.quote, text)
        if anchor.found is not Found.ONCE:
            node = mention_node(claim.iri, number)
            yield node, Orphan(claim.iri, mention.document, mention.quote, anchor.reason, lines.get(node, 0))
