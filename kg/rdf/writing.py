"""Records to triples.

Before: `Claim(kudlow, 2019-01-22, denies(talks is cancelled))`.
After: `<kudlow-1> a neg:Claim ; prov:wasAttributedTo <kudlow> ; neg:saidOn "2019-01-22"^^edtf:EDTF ;
neg:denies <proposition/HASH> . <proposition/HASH> rdf:subject <talks> ; rdf:predicate rdf:type ; ...`
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.ids import proposition_iri
from kg.model import Claim, Dossier, Mention, Polarity, Proposition, Withdrawal
from kg.terms import XSD, Blank, Iri, Literal, Node, Triple, n3
from kg.vocab import NEG, OA, PROV, RDF, TYPE

TRUE = Literal("true", Iri(XSD + "boolean"))
ACTS = {Polarity.AFFIRMS: NEG.affirms, Polarity.DENIES: NEG.denies}
WITHDRAWALS = {
    Withdrawal.RETRACTS: NEG.retracts,
    Withdrawal.CORRECTS: NEG.corrects,
    Withdrawal.SUPERSEDES: NEG.supersedes,
}
PREFIX = OA.term("prefix")
_INTEGER = Iri(XSD + "integer")
_NODES = {"capacity": NEG.capacity, "medium": NEG.medium, "audience": NEG.audience}
_CONCEPTS = {"certainty": NEG.certainty, "attribution": NEG.attribution}


def dossier_triples(dossier: Dossier) -> Iterator[Triple]:
    """Write a dossier as the triples of its graph, each once."""
    seen: set[Triple] = set()
    for triple in _all_triples(dossier):
        if triple not in seen:
            seen.add(triple)
            yield triple


def _all_triples(dossier: Dossier) -> Iterator[Triple]:
    named = Triple(dossier.iri, NEG.uniqueNames, TRUE)
    for triple in sorted(dossier.background, key=_triple_key):
        if dossier.unique_names or not says_unique(triple):
            yield triple
    if dossier.unique_names and not any(says_unique(triple) for triple in dossier.background):
        yield named
    for claim in dossier.claims:
        yield from claim_triples(claim)


def claim_triples(claim: Claim) -> Iterator[Triple]:
    """Write one claim, with its propositions, chain of reporters and mentions."""
    iri = claim.iri
    yield Triple(iri, TYPE, NEG.Claim)
    yield Triple(iri, PROV.wasAttributedTo, claim.speaker)
    if claim.said_on is not None:
        yield Triple(iri, NEG.saidOn, claim.said_on)
    for commitment in claim.commitments:
        yield Triple(iri, ACTS[commitment.polarity], proposition_node(commitment.proposition))
        yield from proposition_triples(commitment.proposition)
    if claim.condition is not None:
        yield Triple(iri, NEG.condition, proposition_node(claim.condition))
        yield from proposition_triples(claim.condition)
    for field, predicate in (_NODES | _CONCEPTS).items():
        value: Node | None = getattr(claim, field)
        if value is not None:
            yield Triple(iri, predicate, value)
    if claim.reading is not None:
        yield Triple(iri, NEG.reading, Literal(claim.reading))
    for how, earlier in claim.withdraws:
        yield Triple(iri, WITHDRAWALS[how], earlier)
    for predicate, term in claim.assessments:
        yield Triple(iri, predicate, term)
    yield from _chain_triples(claim)
    for number, mention in enumerate(claim.mentions, 1):
        yield from _mention_triples(claim.iri, number, mention)


def proposition_node(proposition: Proposition) -> Iri:
    """Name a proposition by its content.

    >>> p = Proposition(Iri("e:talks"), TYPE, NEG.Cancelled)
    >>> proposition_node(p) == proposition_node(Proposition(Iri("e:talks"), TYPE, NEG.Cancelled))
    True
    """
    holds = "" if proposition.holds is None else n3(proposition.holds)
    return proposition_iri(n3(proposition.subject), n3(proposition.predicate), n3(proposition.object), holds)


def proposition_triples(proposition: Proposition) -> Iterator[Triple]:
    """Describe a proposition without asserting it."""
    node = proposition_node(proposition)
    yield Triple(node, TYPE, NEG.Proposition)
    yield Triple(node, RDF.subject, proposition.subject)
    yield Triple(node, RDF.predicate, proposition.predicate)
    yield Triple(node, RDF.object, proposition.object)
    if proposition.holds is not None:
        yield Triple(node, NEG.holds, proposition.holds)


def mention_node(claim: Node, number: int) -> Node:
    """Name the n-th place where a claim stands."""
    return _part(claim, f"mention/{number}")


def _chain_triples(claim: Claim) -> Iterator[Triple]:
    for step, reporter in enumerate(claim.chain, 1):
        node = _part(claim.iri, f"report/{step}")
        yield Triple(claim.iri, NEG.report, node)
        yield Triple(node, TYPE, NEG.Report)
        yield Triple(node, NEG.step, Literal(str(step), _INTEGER))
        yield Triple(node, NEG.reporter, reporter)


def _mention_triples(claim: Node, number: int, mention: Mention) -> Iterator[Triple]:
    node = mention_node(claim, number)
    yield Triple(claim, NEG.mention, node)
    yield Triple(node, TYPE, NEG.Mention)
    yield Triple(node, OA.hasSource, mention.document)
    if mention.quote is None:
        return
    quote = _part(node, "quote")
    yield Triple(node, OA.hasSelector, quote)
    yield Triple(quote, TYPE, OA.TextQuoteSelector)
    yield Triple(quote, OA.exact, Literal(mention.quote.exact))
    for predicate, text in ((PREFIX, mention.quote.prefix), (OA.suffix, mention.quote.suffix)):
        if text:
            yield Triple(quote, predicate, Literal(text))


def _part(whole: Node, name: str) -> Node:
    if isinstance(whole, Blank):
        return Blank(f"{whole}-{name.replace('/', '-')}")
    return Iri(f"{whole}/{name}")


def says_unique(triple: Triple) -> bool:
    """Say whether a triple states that different names in a dossier stand for different things."""
    return triple.p == NEG.uniqueNames and isinstance(triple.o, Literal) and triple.o.value in ("true", "1")


def _triple_key(triple: Triple) -> tuple[str, str, str]:
    return (n3(triple.s), n3(triple.p), n3(triple.o))
