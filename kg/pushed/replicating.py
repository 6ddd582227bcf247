"""What every group needs: read once, and kept here.

What is said of the vocabulary, conditional claims, withdrawals, what is the same as what, hierarchies of values, and
whatever has no name (a store cannot be asked for it again).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kg.contradiction.pushed import Kind
from kg.contradiction.theory import Theory
from kg.ids import is_anonymous
from kg.logic.families import is_vocabulary
from kg.model import Claim, Dossier
from kg.pushed.asking import Asking
from kg.pushed.recording import records
from kg.rdf import read_dossier
from kg.terms import Blank, Iri, Literal, Term, Triple
from kg.vocab import NEG, OWL, PROPOSITION_BASE, RDF, RDFS, TYPE

_ACTS = {NEG.affirms: False, NEG.denies: True}
_LINKS = (OWL.sameAs, OWL.differentFrom, NEG.maybeSameAs)
_RECORDS = frozenset({NEG.affirms, NEG.denies, NEG.condition, RDF.subject, RDF.predicate, RDF.object, NEG.holds})
_RECORD_CLASSES = frozenset({NEG.Claim, NEG.Proposition, NEG.Report, NEG.Mention, RDF.Statement})


@dataclass(frozen=True, slots=True)
class Replicated:
    """Dossiers with what every group needs of each, the kinds of statements in the store, and `unique` graphs.

    A kind comes with whether literals are its objects. `read_whole` are the graphs that had to be read whole.
    """

    dossiers: tuple[Dossier, ...]
    kinds: tuple[tuple[Kind, bool], ...]
    unique: frozenset[Iri]
    read_whole: tuple[Iri, ...]


def replicate(asking: Asking, theory: Theory) -> Replicated:
    """Read what every group needs, and which kinds of statements there are."""
    said, recorded = tuple(_said_kinds(asking)), tuple(_recorded_kinds(asking, theory))
    unique = frozenset(g for (g,) in asking.rows("unique-names") if isinstance(g, Iri))
    whole = {g for (g,) in asking.rows("nameless") if isinstance(g, Iri)}
    about = [kind for kind, _ in recorded if is_vocabulary(kind.predicate, kind.cls)]
    if about:
        predicates, classes = _named(about)
        whole |= {
            g for (g,) in asking.rows("graphs-with", predicates=predicates, classes=classes) if isinstance(g, Iri)
        }
    special = _Special(asking, [kind for kind, _ in said])
    parts: dict[Iri, set[Triple]] = defaultdict(set)  # several claims may share what they say
    dossiers = []
    for graph in sorted(whole - {*asking.outside}):
        read = read_dossier(graph, (quad.triple for quad in asking.store.quads(graph)))
        asking.cells["whole graphs"] += 4 * (len(read.background) + 8 * len(read.claims))
        background = frozenset(t for t in read.background if _is_special(t))
        claims = tuple(claim for claim in read.claims if special.has(claim))
        dossiers.append(replace(read, claims=claims, background=background))
    for quad in records(asking, special.claims):
        if quad.g is not None and quad.g not in whole:
            parts[quad.g].add(quad.triple)
    wanted = {*_LINKS, *theory.hierarchies} & {kind.predicate for kind, _ in recorded}
    for predicate in sorted(wanted):
        for row in asking.rows("recorded-whole", predicates=[predicate], most=ENDLESS):
            g, s, p, o = row
            if isinstance(g, Iri) and not isinstance(s, Blank) and not isinstance(o, Blank):
                parts[g].add(Triple(s, p, o))  # type: ignore[arg-type]  # as they stand in a graph
    dossiers += [read_dossier(graph, triples) for graph, triples in sorted(parts.items())]
    return Replicated(
        dossiers=tuple(replace(one, unique_names=one.iri in unique) for one in dossiers),
        kinds=tuple(dict.fromkeys((*said, *recorded))),
        unique=unique,
        read_whole=tuple(sorted(whole)),
    )


ENDLESS = 1_000_000_000


class _Special:
    """Which claims matter everywhere."""

    def __init__(self, asking: Asking, said: Iterable[Kind]) -> None:
        about = [kind for kind in said if is_vocabulary(kind.predicate, kind.cls) or kind.predicate in _LINKS]
        predicates, classes = _named(about)
        found = asking.rows("special-claims", predicates=predicates, classes=classes)
        self.claims = frozenset(thing for (thing,) in found if isinstance(thing, Iri))

    def has(self, claim: Claim) -> bool:
        """Say whether a claim is such a one, or says something of a thing without a name."""
        if claim.iri in self.claims or isinstance(claim.iri, Blank):
            return True
        if claim.condition is not None or claim.withdraws:
            return True
        return any(_is_special(commitment.proposition.triple) for commitment in claim.commitments)


def _is_special(triple: Triple) -> bool:
    if is_vocabulary(triple.p, triple.o) or triple.p in _LINKS:
        return True
    return any(_is_nameless(term) for term in (triple.s, triple.o))


def _is_nameless(term: Term) -> bool:
    """Say whether a thing has no name, or one that was made of its content when it was read."""
    if isinstance(term, Literal):
        return False
    return isinstance(term, Blank) or is_anonymous(term) or term.startswith(PROPOSITION_BASE)


def _named(kinds: Iterable[Kind]) -> tuple[list[Term], list[Term]]:
    """Part kinds into predicates and classes that can be asked for."""
    every = list(kinds)
    predicates: list[Term] = [kind.predicate for kind in every if kind.cls is None]
    classes: list[Term] = [kind.cls for kind in every if kind.cls is not None and not isinstance(kind.cls, Blank)]
    return predicates, classes


def _said_kinds(asking: Asking) -> Iterator[tuple[Kind, bool]]:
    for act, p, literal in asking.rows("said-kinds"):
        if isinstance(p, Iri):
            yield Kind(p, denied=_ACTS[act]), _is_true(literal)  # type: ignore[index]  # one of the two
    for act, cls in asking.rows("said-classes"):
        if cls is not None and not isinstance(cls, Blank):
            yield Kind(TYPE, cls, _ACTS[act]), False  # type: ignore[index]  # one of the two


def _recorded_kinds(asking: Asking, theory: Theory) -> Iterator[tuple[Kind, bool]]:
    for p, literal in asking.rows("kinds"):
        if isinstance(p, Iri) and p != TYPE and p not in _RECORDS and theory.is_logical(Triple(RDFS.Resource, p, p)):
            yield Kind(p), _is_true(literal)
    for (cls,) in asking.rows("classes"):
        if cls is not None and not isinstance(cls, Blank) and cls not in _RECORD_CLASSES:
            yield Kind(TYPE, cls), False


def _is_true(term: Term | None) -> bool:
    return isinstance(term, Literal) and term.value in ("true", "1")
