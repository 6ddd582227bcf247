"""Cases of conformance: a premise in RDF, and what a reasoner has to say about it.

A folder of cases holds, at any depth,

- exports of the W3C repository of OWL 2 test cases: RDF files in which nodes of the class `test:TestCase` carry
  their premise, and for entailments their conclusion, as texts in RDF/XML;
- plain files in any RDF syntax: `inconsistent/NAME.ttl` and `consistent/NAME.ttl` (the folder says the verdict), and
  `NAME.premise.ttl` with `NAME.conclusion.ttl` (what follows) or `NAME.nonconclusion.ttl` (what does not).

A plain file is taken to be within OWL 2 RL unless a folder above it is called `beyond-rl`. In `reasons.tsv` at the
top of the folder stands, after the name of a case and a tabulator, why it is known to come out otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from kg.formats.rdf_syntax import FORMATS, SyntaxFault, parse_quads
from kg.terms import Iri, Literal, Node, Term, Triple
from kg.vocab import OWL, TYPE

TEST = "http://www.w3.org/2007/OWL/testOntology#"
BASE = "http://example.org/case/"
SUFFIXES = {f".{syntax}": syntax for syntax in FORMATS} | {".owl": "rdf"}
_PLAIN = {"consistent", "inconsistent"}


class Expected(Enum):
    """What is known of a premise, or of a conclusion from it."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    ENTAILED = "entailed"
    NOT_ENTAILED = "not entailed"


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its known answer; `unread` says why it cannot be put, if it cannot."""

    name: str
    expected: Expected
    premise: tuple[Triple, ...] = ()
    conclusion: tuple[Triple, ...] = ()
    within_rl: bool = True
    unread: str | None = None

    @property
    def imports(self) -> bool:
        """Whether the premise needs another ontology, which is never fetched."""
        return any(triple.p == OWL.imports for triple in self.premise)


def read_cases(folder: Path) -> list[Case]:
    """Read every case in a folder, sorted by name and by what is expected."""
    found: list[Case] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in SUFFIXES and path.is_file():
            found += _cases_of(path, folder)
    return sorted(found, key=lambda case: (case.name, case.expected.value))


def read_reasons(folder: Path) -> dict[str, str]:
    """Read why some cases are known to come out otherwise, by their names."""
    file = folder / "reasons.tsv"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return dict(line.split("\t", 1) for line in lines if "\t" in line and not line.startswith("#"))


def _cases_of(path: Path, folder: Path) -> Iterator[Case]:
    stem = path.name.removesuffix(path.suffix)
    above = {part.name for part in path.relative_to(folder).parents}
    within = "beyond-rl" not in above
    name = str(path.relative_to(folder).with_name(stem))
    try:
        triples = _parse(path.read_bytes(), SUFFIXES[path.suffix])
    except SyntaxFault as error:
        yield Case(name, Expected.CONSISTENT, within_rl=within, unread=f"cannot be read: {error}")
        return
    if any(t.p == TYPE and t.o == TEST + "TestCase" for t in triples):
        yield from _exported(triples)
    elif stem.endswith(".premise"):
        yield from _pair(path, name.removesuffix(".premise"), triples, within=within)
    elif _PLAIN & above and not stem.endswith(("conclusion",)):
        expected = Expected.INCONSISTENT if "inconsistent" in above else Expected.CONSISTENT
        yield Case(name, expected, triples, within_rl=within)


def _pair(path: Path, name: str, premise: tuple[Triple, ...], *, within: bool) -> Iterator[Case]:
    stem = path.name.removesuffix(path.suffix).removesuffix(".premise")
    for word, expected in (("conclusion", Expected.ENTAILED), ("nonconclusion", Expected.NOT_ENTAILED)):
        other = path.with_name(f"{stem}.{word}{path.suffix}")
        if other.exists():
            conclusion = _parse(other.read_bytes(), SUFFIXES[path.suffix], "_:conclusion")
            yield Case(name, expected, premise, conclusion, within_rl=within)


# -- exports of the W3C repository -----------------------------------------------------------------

_TYPES = {
    "ConsistencyTest": (Expected.CONSISTENT, None),
    "InconsistencyTest": (Expected.INCONSISTENT, None),
    "PositiveEntailmentTest": (Expected.ENTAILED, "rdfXmlConclusionOntology"),
    "NegativeEntailmentTest": (Expected.NOT_ENTAILED, "rdfXmlNonConclusionOntology"),
}


def _exported(triples: Iterable[Triple]) -> Iterator[Case]:
    described: dict[Node, dict[str, set[Term]]] = defaultdict(lambda: defaultdict(set))
    for s, p, o in triples:
        described[s]["type" if p == TYPE else p.removeprefix(TEST)].add(o)
    for facts in described.values():
        if Iri(TEST + "TestCase") not in facts["type"]:
            continue
        name = _text(facts, "identifier") or "without a name"
        for kind, (expected, conclusion) in _TYPES.items():
            if Iri(TEST + kind) in facts["type"]:
                yield _one_exported(name, expected, facts, conclusion)


def _one_exported(name: str, expected: Expected, facts: dict[str, set[Term]], conclusion: str | None) -> Case:
    within = Iri(TEST + "RL") in facts["profile"]
    premise = _text(facts, "rdfXmlPremiseOntology")
    concluded = _text(facts, conclusion) if conclusion else ""
    if premise is None or concluded is None:
        return Case(name, expected, within_rl=within, unread="is not given in RDF/XML")
    try:
        read = _parse(premise.encode(), "rdf")
        follows = _parse(concluded.encode(), "rdf", "_:conclusion") if concluded else ()
    except SyntaxFault as error:
        return Case(name, expected, within_rl=within, unread=f"cannot be read: {error}")
    return Case(name, expected, read, follows, within_rl=within)


def _text(facts: dict[str, set[Term]], name: str) -> str | None:
    texts = sorted(value.value for value in facts[name] if isinstance(value, Literal))
    return texts[0] if texts else None


def _parse(data: bytes, syntax: str, blank: str = "_:premise") -> tuple[Triple, ...]:
    """Read triples; `blank` begins the names of the blank nodes, which two files do not share."""

    def renamed(term: Term) -> Term:
        return type(term)(blank + term[2:]) if isinstance(term, str) and term.startswith("_:") else term

    quads = parse_quads(data, syntax, BASE)
    return tuple(Triple(renamed(q.s), q.p, renamed(q.o)) for q in quads)  # type: ignore[arg-type]  # a node stays a node
