"""Judge records in columns: which of them plainly keep every shape, so that no SHACL engine need look at them.

What the shapes of `ontology/shapes.ttl` want is asked here of all records at one time. A record is *open* if the
answer is not a plain yes; the SHACL engine then finds out, and says, what is wrong with it, if anything. So an
answer here may be too strict, never too kind (tests/test_validate_large.py draws records, and compares).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kg.terms import Iri
from kg.validate.looked_at import Kind, hashes
from kg.validate.nodes import ACTS, NAMED, WITHDRAWALS, Mask, Records
from kg.vocab import DCTERMS, NEG, OA, ORG, PROV, RDF, RDFS

_ONE_THING = (NEG.capacity, NEG.medium, NEG.audience)
_WORDS = {
    NEG.certainty: ("Certain", "Probable", "Possible"),
    NEG.attribution: (
        "OnRecord", "OnBackground", "DeepBackground", "NotForAttribution", "OffRecord", "Embargoed", "ChathamHouse",
    ),
    NEG.reliability: tuple(f"Reliability{letter}" for letter in "ABCDEF"),
    NEG.credibility: tuple(f"Credibility{number}" for number in range(1, 7)),
    NEG.likelihood: (
        "AlmostNoChance", "VeryUnlikely", "Unlikely", "RoughlyEvenChance", "Likely", "VeryLikely", "AlmostCertain",
    ),
    NEG.confidence: ("ConfidenceLow", "ConfidenceModerate", "ConfidenceHigh"),
}  # fmt: skip
_ACCESS = ("AccessParticipant", "AccessBriefed", "AccessSawDocument", "AccessHearsay")
_LONGEST_CHAIN = 64  # counter-offers; a longer chain is followed by the SHACL engine


def told(records: Records) -> dict[str, Mask]:
    """Mark the nodes of which some shapes, by name, say something: those where that can be told in columns for sure."""
    says = records.having(NEG.affirms) | records.having(NEG.denies)
    untitled = ~records.having(DCTERMS.term("title"))
    gone = np.zeros(len(records.nodes), np.bool_)
    for predicate in WITHDRAWALS:
        gone |= records.mask(records.at(predicate)[records.to(predicate) < 0])
    return {
        "Claim-typed": says & ~records.are(NEG.Claim),
        "Withdrawal-target": gone,
        "Named": _named(records),
        "Deadline-dueOn": records.are(NEG.Deadline) & ~_told(records, NEG.dueOn),
        "Offer-madeBy": records.are(NEG.Offer) & ~_told(records, NEG.madeBy),
        "Document-title": records.are(NEG.Document) & untitled & ~records.having(RDFS.label),
        "Dossier-title": records.are(NEG.Dossier) & untitled,
    }


def open_nodes(records: Records) -> Mask:
    """Mark the nodes that do not plainly keep every shape, but for what is told of them anyway (`told`)."""
    found = np.zeros(len(records.nodes), np.bool_)
    for judge in (
        _claims, _withdrawals, _propositions, _mentions, _reports, _unnamed, _memberships,
        _counter_offers, _values, _documents,
    ):  # fmt: skip
        found |= judge(records)
    return found


_RESOURCE = (Kind.IRI, Kind.BLANK)


def _not_one(records: Records, predicate: Iri, *good: Kind) -> Mask:
    return ~records.having(predicate) | _not_at_most_one(records, predicate, *good)


def _not_at_most_one(records: Records, predicate: Iri, *good: Kind) -> Mask:
    return records.several(predicate) | records.odd(predicate, *good)


def _pointed_to(records: Records, predicates: Iterable[Iri]) -> Mask:
    found = np.zeros(len(records.nodes), np.bool_)
    for predicate in predicates:
        found |= records.mask(records.to(predicate))
    return found


def _claims(records: Records) -> Mask:
    says = records.having(NEG.affirms) | records.having(NEG.denies)
    typed = records.are(NEG.Claim)
    bad = _not_one(records, PROV.wasAttributedTo, *_RESOURCE) | _not_one(records, NEG.saidOn, Kind.GOOD)
    for predicate in (*ACTS, NEG.condition):
        bad |= records.odd(predicate, *_RESOURCE)
    for predicate in (*_ONE_THING, NEG.condition):
        bad |= _not_at_most_one(records, predicate, *_RESOURCE)
    for predicate, names in _WORDS.items():
        bad |= records.several(predicate) | records.other_than(predicate, names)
    bad |= _not_at_most_one(records, NEG.reading, Kind.GOOD)
    acts = says.copy()
    for predicate in WITHDRAWALS:
        acts |= records.having(predicate)
    return ((typed | says) & bad) | (typed & ~acts)


def _withdrawals(records: Records) -> Mask:
    """Mark what does not plainly withdraw an earlier claim (and, if it retracts it, one of the same speaker)."""
    bad = np.zeros(len(records.nodes), np.bool_)
    day = np.zeros(len(records.nodes), np.int32)
    said, speaker = records.links(NEG.saidOn), records.first(PROV.wasAttributedTo)
    day[records.at(NEG.saidOn)] = said.day
    unsure = records.several(NEG.saidOn) | records.several(PROV.wasAttributedTo)
    for predicate in WITHDRAWALS:
        by, of = records.at(predicate), records.to(predicate)
        wrong = (by == of) | ~records.are(NEG.Claim)[of] | unsure[by] | unsure[of]
        wrong |= (day[by] > 0) & (day[of] > day[by])
        if predicate == NEG.retracts:
            wrong |= speaker[by] != speaker[of]
        bad |= records.mask(by[wrong & (of >= 0)])  # of what is not there nothing but that can be wrong
    return bad


def _propositions(records: Records) -> Mask:
    about = records.are(NEG.Proposition) | _pointed_to(records, (*ACTS, NEG.condition))
    bad = _not_one(records, RDF.subject, *_RESOURCE) | _not_one(records, RDF.predicate, Kind.IRI)
    bad |= ~records.having(RDF.object) | records.several(RDF.object)
    return about & (bad | _not_at_most_one(records, NEG.holds, Kind.GOOD))


def _mentions(records: Records) -> Mask:
    bad = _not_one(records, OA.hasSource, *_RESOURCE) | records.odd(OA.hasSelector, *_RESOURCE)
    at, to = records.at(OA.hasSelector), records.to(OA.hasSelector)
    wordless = _not_one(records, OA.exact, Kind.GOOD) & ~records.are(OA.TextPositionSelector)
    bad |= records.mask(at[(to < 0) | wordless[to]])
    claim, mention = records.at(NEG.mention), records.to(NEG.mention)
    unread = records.mask(mention[~records.having(NEG.reading)[claim]])
    found = records.are(NEG.Mention) | _pointed_to(records, (NEG.mention,))
    return found & (bad | (unread & ~records.having(OA.hasSelector)))


def _reports(records: Records) -> Mask:
    about = records.are(NEG.Report) | _pointed_to(records, (NEG.report,))
    bad = _not_one(records, NEG.step, Kind.GOOD) | _not_one(records, NEG.reporter, *_RESOURCE)
    claim, report = records.at(NEG.report), records.to(NEG.report)
    seen = np.unique(np.stack([claim, report], axis=1), axis=0) if len(claim) else np.empty((0, 2), np.int64)
    steps = records.first(NEG.step)[seen[:, 1]]
    order = np.lexsort((steps, seen[:, 0]))
    by, step = seen[order, 0], steps[order]
    again = (by[1:] == by[:-1]) & (step[1:] == step[:-1])
    chains = records.mask(by[1:][again]) | records.mask(claim[(report < 0) | bad[report]])
    return (about & bad) | chains


def _unnamed(records: Records) -> Mask:
    """Mark unnamed sources that are not described, or whose claims stand in more than one document."""
    source = records.are(NEG.UnnamedSource)
    if not source.any():
        return source
    bad = _not_one(records, NEG.descriptor, Kind.GOOD) | _not_at_most_one(records, NEG.minSize, Kind.GOOD)
    bad |= records.other_than(NEG.accessBasis, _ACCESS)
    speaker = records.find(records.first(PROV.wasAttributedTo))
    many = records.several(PROV.wasAttributedTo)  # whom the documents of such a claim belong to is not asked here
    bad |= records.mask(records.to(PROV.wasAttributedTo)[many[records.at(PROV.wasAttributedTo)]])
    claim, mention = records.at(NEG.mention), records.to(NEG.mention)
    who = np.where(mention < 0, -1, speaker[claim])
    document = records.first(OA.hasSource)[mention]
    known = (who >= 0) & (document != 0)
    first = np.zeros(len(records.nodes), np.uint64)
    first[who[known]] = document[known]
    bad |= records.mask(who[known & (first[who] != document)])
    in_two = records.several(OA.hasSource)[mention] & (mention >= 0)
    bad |= records.mask(who[in_two & (who >= 0)])
    return source & bad


def _memberships(records: Records) -> Mask:
    bad = _not_one(records, NEG.post, *_RESOURCE) | _not_at_most_one(records, NEG.during, Kind.GOOD)
    holder, held = records.at(ORG.hasMembership), records.to(ORG.hasMembership)
    first = np.full(len(records.nodes), -1)
    first[held[held >= 0]] = holder[held >= 0]
    shared = records.mask(held[(held >= 0) & (first[held] != holder)])
    return records.are(NEG.Membership) & (bad | shared | (first < 0))


def _named(records: Records) -> Mask:
    found = np.zeros(len(records.nodes), np.bool_)
    for kind in NAMED:
        found |= records.are(kind)
    return found & ~records.having(RDFS.label) & ~records.having(NEG.descriptor)


def _told(records: Records, predicate: Iri) -> Mask:
    """Mark what has a predicate, in the record or in a proposition."""
    asked = records.links(RDF.predicate).o == hashes([predicate])[0]
    speaking = records.mask(records.at(RDF.predicate)[asked])
    return records.having(predicate) | records.mask(records.to(RDF.subject)[speaking[records.at(RDF.subject)]])


def _counter_offers(records: Records) -> Mask:
    """Mark what is in a chain of counter-offers that leads back, or is very long."""
    by, to = records.at(NEG.counterTo), records.to(NEG.counterTo)
    going_on = records.mask(by)
    for _ in range(_LONGEST_CHAIN):
        still = records.mask(by[(to >= 0) & going_on[to]])
        if np.array_equal(still, going_on):
            break
        going_on = still
    return going_on


def _values(records: Records) -> Mask:
    late = records.are(NEG.Deadline) & records.odd(NEG.dueOn, Kind.GOOD)
    odd = records.odd(NEG.rate, Kind.GOOD) | records.odd(NEG.share, Kind.GOOD) | records.odd(NEG.date, Kind.GOOD)
    return late | odd


def _documents(records: Records) -> Mask:
    bad = _not_at_most_one(records, DCTERMS.issued, Kind.GOOD) | _not_at_most_one(records, NEG.sha256, Kind.GOOD)
    dossiers = _not_at_most_one(records, NEG.uniqueNames, Kind.GOOD)
    return (records.are(NEG.Document) & bad) | (records.are(NEG.Dossier) & dossiers)
