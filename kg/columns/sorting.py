"""Sort the records of graphs: those of the usual form, read in bulk, and those that need care.

A claim is of the usual form when it has one speaker, at most one day, certainty and post, no condition, takes nothing
back and is not taken back, and what it commits to are plain propositions: one subject, predicate and object that are
neither propositions nor class expressions, at most one time, and spoken of by claims only. All else is left to
`kg.rdf.read_dossier`, which is given exactly the statements that it needs to read it as it would in the whole graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kg.columns.nodes import Graphs, Links, Nodes
from kg.columns.statements import Mask
from kg.rdf import as_edtf
from kg.rdf.writing import WITHDRAWALS
from kg.terms import Iri, Literal
from kg.vocab import NEG, OA, OWL, PROV, RDF, TYPE

ACTS = (NEG.affirms, NEG.denies)
_CONTENT = (RDF.subject, RDF.predicate, RDF.object)


@dataclass(frozen=True, slots=True)
class Sorted:
    """Masks over nodes. `plain` are claims of the usual form, `care` the other claims.

    `left_out` are nodes whose statements the careful reading does not need; `record` belong to claims, `stated` are or
    may be propositions. `dates` gives a time in EDTF for the code of every literal that is one.
    """

    plain: Mask
    care: Mask
    left_out: Mask
    record: Mask
    stated: Mask
    anonymous: Mask
    literal: Mask
    dates: Mapping[int, Literal]


def sort_records(graphs: Graphs) -> Sorted:
    """Say which claims have the usual form, and what the others are made of."""
    literal = graphs.statements.is_literal[graphs.term]
    anonymous = graphs.statements.is_anonymous[graphs.term]
    dates = _dates(graphs)
    claim = _claims(graphs)
    stated = _stated(graphs, literal)
    parts = _parts(graphs, claim, literal)
    record = claim | parts
    expression = _expressions(graphs, anonymous)
    spoken_of = _spoken_of(graphs, stated, record, claim)
    simple = _simple_propositions(graphs, stated, expression, literal, dates) & ~spoken_of
    plain = claim & ~stated & ~expression & ~parts & _plain_claims(graphs, claim, simple, literal, dates)
    plain &= ~_withdrawals(graphs, claim)
    plain &= ~_has_odd_parts(graphs, claim, stated | claim | expression)
    care = claim & ~plain

    needed = _objects_of(graphs, care, (*ACTS, NEG.condition))
    by_claims = _objects_of(graphs, plain, ACTS)
    left_out = plain | (simple & by_claims & ~needed) | (parts & ~claim & ~_parts(graphs, care, literal))
    return Sorted(plain, care, left_out, record, stated, anonymous, literal, dates)


def _dates(graphs: Graphs) -> dict[int, Literal]:
    """Read every date that stands where a date belongs, once."""
    codes = np.unique(np.concatenate([graphs.links(p).o for p in (NEG.saidOn, NEG.holds)]))
    statements = graphs.statements
    found = zip(codes.tolist(), map(as_edtf, statements.terms(codes)), strict=True)
    return {code: date for code, date in found if date is not None}


def _claims(graphs: Graphs) -> Mask:
    found = _of_type(graphs, NEG.Claim)
    for act in ACTS:
        found[graphs.links(act).s] = True
    return found


def _of_type(graphs: Graphs, kind: Iri) -> Mask:
    links = graphs.links(TYPE)
    return graphs.marked(links.s[links.o == graphs.statements.code(kind)])


def _stated(graphs: Graphs, literal: Mask) -> Mask:
    """Mark all that may be read as a proposition."""
    found = _of_type(graphs, NEG.Proposition)
    for part in _CONTENT:
        found[graphs.links(part).s] = True
    for place in (*ACTS, NEG.condition):
        found[graphs.links(place).to] = True
    return found & ~literal


def _parts(graphs: Graphs, claims: Mask, literal: Mask) -> Mask:
    """Mark the parts of claims' records: steps of reporting, mentions, and the quotes of those that name a document."""
    mentions = _objects_of(graphs, claims, (NEG.mention,))
    sources = graphs.links(OA.hasSource)
    with_document = mentions & graphs.marked(sources.s[~literal[sources.to]])
    quotes = _objects_of(graphs, with_document, (OA.hasSelector,))
    return (mentions | quotes | _objects_of(graphs, claims, (NEG.report,))) & ~literal


def _objects_of(graphs: Graphs, subjects: Mask, predicates: tuple[Iri, ...]) -> Mask:
    found = np.zeros(len(graphs), np.bool_)
    for predicate in predicates:
        links = graphs.links(predicate)
        found[links.to[subjects[links.s]]] = True
    return found


def _expressions(graphs: Graphs, anonymous: Mask) -> Mask:
    """Mark the nodes that `kg.naming.Structures` takes for class expressions and lists."""
    found = np.zeros(len(graphs), np.bool_)
    for predicate, links in graphs.all_links():
        if predicate.startswith((OWL, RDF.first)):
            found[links.s] = True
    return found & anonymous


def _spoken_of(graphs: Graphs, stated: Mask, record: Mask, claim: Mask) -> Mask:
    """Mark the propositions that anything but a claim speaks of, or of which more is said than their content."""
    found = stated & claim
    outside = ~record | stated
    own_type = graphs.statements.code(NEG.Proposition)
    for predicate, links in graphs.all_links():
        if predicate not in ACTS:
            found[links.to[outside[links.s]]] = True
        if predicate == TYPE:
            found[links.s[links.o != own_type]] = True
        elif predicate not in (*_CONTENT, NEG.holds):
            found[links.s] = True
    return found & stated


def _simple_propositions(
    graphs: Graphs, stated: Mask, expression: Mask, literal: Mask, dates: Mapping[int, Literal]
) -> Mask:
    found = stated & (graphs.count(NEG.holds) <= 1)
    for part in _CONTENT:
        found &= graphs.count(part) == 1
    subject, predicate, obj = (graphs.objects(part) for part in _CONTENT)
    named = graphs.statements.is_iri[graphs.term]
    of = np.flatnonzero(found)
    odd = stated | expression
    found[of] &= ~(odd | literal)[subject[of]] & named[predicate[of]] & ~odd[obj[of]]
    found[_without_date(graphs.links(NEG.holds), dates)] = False
    return found


def _without_date(links: Links, dates: Mapping[int, Literal]) -> Nodes:
    """Return the subjects of those statements whose object is no date."""
    return links.s[~np.isin(links.o, np.fromiter(dates, np.uint32, len(dates)))]


def _plain_claims(graphs: Graphs, claim: Mask, simple: Mask, literal: Mask, dates: Mapping[int, Literal]) -> Mask:
    found: Mask = claim & (graphs.count(PROV.wasAttributedTo) == 1) & (graphs.count(NEG.condition) == 0)
    for predicate in (NEG.saidOn, NEG.certainty, NEG.capacity):
        found &= graphs.count(predicate) <= 1
    for predicate in (PROV.wasAttributedTo, NEG.capacity):
        links = graphs.links(predicate)
        found[links.s[literal[links.to]]] = False
    for act in ACTS:
        links = graphs.links(act)
        found[links.s[~simple[links.to]]] = False
    found[_without_date(graphs.links(NEG.saidOn), dates)] = False
    return found


def _withdrawals(graphs: Graphs, claim: Mask) -> Mask:
    """Mark the claims that take something back or are taken back, in whatever graph."""
    involved: Mask = np.zeros(graphs.statements.size, np.bool_)
    for predicate in WITHDRAWALS.values():
        links = graphs.links(predicate)
        by_claims = claim[links.s]
        involved[graphs.term[links.s[by_claims]]] = True
        involved[graphs.term[links.to[by_claims]]] = True
    marked: Mask = involved[graphs.term]
    return marked


def _has_odd_parts(graphs: Graphs, claim: Mask, odd: Mask) -> Mask:
    """Mark the claims with a report, mention or quote that is also something else."""
    odd_mention = odd.copy()
    selectors = graphs.links(OA.hasSelector)
    odd_mention[selectors.s[odd[selectors.to]]] = True
    marked: Mask = np.zeros(len(graphs), np.bool_)
    for predicate, bad in ((NEG.report, odd), (NEG.mention, odd_mention)):
        links = graphs.links(predicate)
        marked[links.s[bad[links.to]]] = True
    return marked & claim
