"""Read whatever is given: one file, a folder of files, or standard input."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import BadInput, Fault, did_you_mean
from kg.formats.dossier import ReadDossier, read_yaml
from kg.formats.files import file_bytes, not_utf8
from kg.formats.lexicon import Lexicon, shipped
from kg.formats.packed import LARGEST_UNPACKED, beginning, inner, inner_name, unpacked
from kg.formats.rdf_files import keep_apart, read_rdf
from kg.formats.source import GraphSource
from kg.formats.tables import (
    Source,
    looks_like_records,
    looks_like_table,
    metadata_of,
    parts_of,
    read_csv,
    read_ndjson,
)
from kg.formats.texts import TextPlaces, check_texts
from kg.ids import digest
from kg.rdf import dossier_triples
from kg.terms import Iri

LARGEST_FILE = 50_000_000
"""Bytes of a YAML or JSON file; a larger one is not typed by a person. Line-based RDF may be larger."""
SUFFIXES = {
    ".yaml": "yaml", ".yml": "yaml", ".ttl": "ttl", ".trig": "trig", ".nt": "nt", ".nq": "nq",
    ".jsonld": "jsonld", ".json": "jsonld", ".rdf": "rdf", ".csv": "csv", ".tsv": "csv", ".ndjson": "ndjson",
    ".jsonl": "ndjson",
}  # fmt: skip
NAMES = {"turtle": "ttl", "ntriples": "nt", "n-triples": "nt", "nquads": "nq", "n-quads": "nq", "json": "jsonld",
         "json-ld": "jsonld", "yml": "yaml", "xml": "rdf", "rdf/xml": "rdf", "owl": "rdf",
         "tsv": "csv", "jsonl": "ndjson"}  # fmt: skip
"""Other names under which people ask for a format."""
_UNLIMITED = ("nt", "nq", "ttl", "trig")
_STREAMED = ("csv", "ndjson")
"""Formats of which larger files can be loaded into a store, bit by bit."""


def read(
    path: str | Path,
    *,
    format: str | None = None,  # noqa: A002 - what people and command lines call it
    lexicon: Lexicon | None = None,
) -> list[GraphSource]:
    """Read a file, a folder (all the way down) or `-`, standard input; raise every fault together."""
    return read_all([path], format=format, lexicon=lexicon)


def read_all(
    paths: Iterable[str | Path],
    *,
    format: str | None = None,  # noqa: A002 - what people and command lines call it
    lexicon: Lexicon | None = None,
) -> list[GraphSource]:
    """Read several files and folders as one input; a graph may come from one YAML file only."""
    found = read_some(paths, lambda _: False, format=format, lexicon=lexicon)
    if found.faults:
        raise BadInput(found.faults)
    return found.sources


@dataclass(frozen=True, slots=True)
class Some:
    """What was read of several files, every fault of these, and what was left to others: files and their names."""

    sources: list[GraphSource]
    faults: list[Fault]
    left: list[tuple[Path, str]]


def read_some(
    paths: Iterable[str | Path],
    leave: Callable[[Path], bool],
    *,
    format: str | None = None,  # noqa: A002 - what people and command lines call it
    lexicon: Lexicon | None = None,
) -> Some:
    """Read several files and folders as one input, but for the files that `leave` leaves to others."""
    words = lexicon or shipped()
    inputs: list[_Input] = []
    some = Some([], [], [])
    for path in paths:
        try:
            inputs += _inputs(path, _known_format(format), leave)
        except BadInput as error:
            some.faults.extend(error.faults)
        except OSError as error:
            some.faults.append(Fault(str(path), 0, 0, f"cannot be read: {error.strerror}"))
    for found in _with_distinct_names(inputs):
        if found.path is not None and leave(found.path):
            some.left.append((found.path, found.name))
            continue
        read_sources, read_faults = found.read(words)
        some.sources.extend(read_sources)
        some.faults.extend(read_faults)
    some.faults.extend(_twice(some.sources))
    return some


def read_text(
    text: str,
    *,
    format: str | None = None,  # noqa: A002 - what people and command lines call it
    file: str = "text",
    lexicon: Lexicon | None = None,
) -> list[GraphSource]:
    """Read a text that is not in a file; texts of documents are looked for in the current folder."""
    found = _Input(file, file, text.encode("utf-8", "surrogatepass"), _known_format(format) or sniff(text), Path())
    sources, faults = found.read(lexicon or shipped())
    if faults:
        raise BadInput(faults)
    return sources


class _Input:
    """One file to read: how it is called in messages, its name relative to what was given, its bytes."""

    def __init__(self, file: str, name: str, data: bytes, syntax: str, folder: Path) -> None:
        self.file, self.name, self.data, self.syntax, self.folder = file, name, data, syntax, folder
        self.path: Path | None = None

    def read(self, lexicon: Lexicon) -> tuple[list[GraphSource], list[Fault]]:
        faults = [*self._unreadable()]
        if faults:
            return [], faults
        match self.syntax:
            case "yaml":
                one, faults = read_yaml(self.data.decode("utf-8-sig"), self.file, lexicon)
            case "csv":
                one, faults = read_csv(self.data, Source(self.file, self.name, self.path), lexicon)
            case "ndjson":
                many, faults = read_ndjson(self.data, Source(self.file, self.name, self.path), lexicon)
                return self._sources(many, faults)
            case _:
                return self._read_rdf()
        return self._sources([] if one is None else [one], faults)

    def _sources(self, found: Iterable[ReadDossier], faults: list[Fault]) -> tuple[list[GraphSource], list[Fault]]:
        """Make graphs of dossiers, and look for their quotes in the texts that lie beside the file."""
        sources: list[GraphSource] = []
        for read in found:
            dossier = read.dossier
            triples = keep_apart(dossier_triples(dossier), digest([dossier.iri], 10))
            source = GraphSource(dossier.iri, tuple(triples), self.file, read.places)
            source, missing = check_texts(source, self.folder, read.text_places, all_there=True)
            sources.append(source)
            faults = [*faults, *(read.appended.placed(fault) if read.appended else fault for fault in missing)]
        return ([], faults) if faults else (sources, [])

    def _read_rdf(self) -> tuple[list[GraphSource], list[Fault]]:
        sources, faults = read_rdf(self.data, self.syntax, self.file, self.name)
        checked: list[GraphSource] = []
        for source in sources:
            with_orphans, wrong = check_texts(source, self.folder, TextPlaces(), all_there=False)
            checked.append(with_orphans)
            faults += wrong
        return ([], faults) if faults else (checked, [])

    def _unreadable(self) -> Iterator[Fault]:
        if len(self.data) > LARGEST_FILE and self.syntax not in _UNLIMITED:
            hint = "; load it into a store (kg load PATH --store FOLDER)" if self.syntax in _STREAMED else ""
            yield Fault(self.file, 0, 0, f"the file is larger than {LARGEST_FILE // 1_000_000} MB{hint}")
        if fault := not_utf8(self.data, self.file):
            yield fault


def _with_distinct_names(inputs: Iterable[_Input]) -> list[_Input]:
    """Read no file twice, and lengthen the names of files that are called alike, as in a/june.ttl and b/june.ttl."""
    distinct = list({item.path.resolve() if item.path else item.file: item for item in inputs}.values())
    longer = 1
    while longer < 50:
        counts = Counter(item.name for item in distinct)
        clashing = [item for item in distinct if counts[item.name] > 1 and item.path is not None]
        if not clashing:
            break
        for item in clashing:
            item.name = _tail(item.path, item.name.count("/") + 2)
        longer += 1
    return distinct


def _tail(path: Path | None, parts: int) -> str:
    return "/".join(path.resolve().parts[-parts:]) if path is not None else ""


def _known_format(name: str | None) -> str | None:
    if name is None:
        return None
    plain = name.lower().lstrip(".")
    known = NAMES.get(plain, plain)
    if known not in SUFFIXES.values():
        everything = sorted({*SUFFIXES.values(), *NAMES})
        raise BadInput([Fault(name, 0, 0, f'unknown format "{name}"{did_you_mean(name, everything)}')])
    return known


def _inputs(path: str | Path, syntax: str | None, leave: Callable[[Path], bool]) -> Iterator[_Input]:
    if str(path) == "-":
        data = unpacked(sys.stdin.buffer.read(), "<stdin>")
        yield _Input("<stdin>", "stdin", data, syntax or sniff(data.decode("utf-8", "replace")), Path())
        return
    path = Path(path)
    if path.is_dir():
        yield from _folder(path, leave)
    elif not path.exists():
        raise BadInput([Fault(str(path), 0, 0, _missing(path))])
    else:
        yield _file(path, path.name, syntax or _syntax(path), leave)


def _syntax(path: Path) -> str | None:
    """Return the format that a file's name says it has, packed or not."""
    return SUFFIXES.get(inner(path).suffix.lower())


def _missing(path: Path) -> str:
    beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    return f"there is no such file or folder{did_you_mean(path.name, beside)}"


def _file(path: Path, name: str, syntax: str | None, leave: Callable[[Path], bool]) -> _Input:
    kind = syntax or "trig"
    data = b"" if leave(path) else file_bytes(path, None if kind in _UNLIMITED else LARGEST_FILE)
    data = unpacked(data, str(path), LARGEST_UNPACKED if kind in _UNLIMITED else LARGEST_FILE)
    found = _Input(str(path), inner_name(name), data, syntax or sniff(data.decode("utf-8", "replace")), path.parent)
    found.path = path
    return found


def _folder(folder: Path, leave: Callable[[Path], bool]) -> Iterator[_Input]:
    every = [*_walk(folder)]
    parts = {part for path in every if _syntax(path) == "csv" for part in parts_of(path)}
    files = [path for path in every if path not in parts and _is_data(path)]
    if not files:
        suffixes = " ".join(SUFFIXES)
        raise BadInput([Fault(str(folder), 0, 0, f"there is no dossier in this folder ({suffixes})")])
    for path in files:
        yield _file(path, path.relative_to(folder).as_posix(), _syntax(path), leave)


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        elif path.is_file():
            yield path


def _is_data(path: Path) -> bool:
    """Say whether a file of a folder is to be read; .json only if it looks like JSON-LD, .csv only if like claims."""
    suffix = inner(path).suffix.lower()
    if suffix != ".json" and _syntax(path) != "csv":
        return suffix in SUFFIXES
    head = beginning(path, 100_000)
    if suffix != ".json":
        return metadata_of(path) is not None or looks_like_table(head.decode("utf-8", "replace"))
    return any(word in head for word in (b'"@context"', b'"@id"', b'"@graph"'))


_QUAD_LINE = re.compile(r"(<[^>]*>|_:\S+)\s+<[^>]*>\s+\S.*\.\s*(#.*)?$")


def sniff(text: str) -> str:
    """Guess the format of a text that comes without a name.

    >>> sniff("dossier: https://example.org/x"), sniff('{"@id": "e:x"}'), sniff("@prefix e: <http://e/> .")
    ('yaml', 'jsonld', 'trig')
    """
    if re.search(r"^dossier[ \t]*:", text, re.MULTILINE):
        return "yaml"
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("{") and looks_like_records(start):
        return "ndjson"
    if looks_like_table(start):
        return "csv"
    if start.startswith(("{", "[")) and _is_json(start):
        return "jsonld"
    if start.startswith(("<?xml", "<rdf:RDF", "<!DOCTYPE")):
        return "rdf"
    first = next((line for line in start.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
    return "nq" if _QUAD_LINE.match(first.strip()) else "trig"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        # A broken JSON object is still meant as JSON; a Turtle text may begin with a blank node, "[".
        return text.startswith("{") and '"@' in text
    return True


def _twice(sources: Iterable[GraphSource]) -> Iterator[Fault]:
    """Say which graphs come from two files: loading replaces a graph, so one would be lost."""
    first: dict[Iri, str] = {}
    for source in sources:
        line, column = source.places.get(source.graph, (0, 0))
        if source.graph in first:
            yield Fault(source.file, line, column, f"the dossier {source.graph} is already in {first[source.graph]}")
        first.setdefault(source.graph, source.file)
