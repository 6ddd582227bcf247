"""Which statements the SHACL engine has to see, to judge some records as it would judge them among all others."""

from __future__ import annotations

import numpy as np

from kg.validate.looked_at import Hashes, hashes
from kg.validate.nodes import ACTS, PARTS, WITHDRAWALS, Records
from kg.vocab import NEG, OA, ORG, PROV, RDF


def seen_from(records: Records, opened: Hashes) -> Hashes:
    """Return the nodes whose statements shapes of these nodes look at: they themselves, and what is around them.

    Shapes look along one statement from their record; besides, back from a mention to its claims, from a
    membership to who holds it, from an unnamed source to its claims and their mentions, from a deadline or an offer
    to propositions about it, and along a chain of counter-offers. A record is one by what points to it, too.
    """
    found = [opened]
    for predicate in _FORWARD:
        found.append(records.links(predicate).o[np.isin(records.links(predicate).s, opened)])
    for predicate in (NEG.mention, ORG.hasMembership):
        found.append(records.links(predicate).s[np.isin(records.links(predicate).o, opened)])
    for predicate in (*ACTS, NEG.condition, NEG.report):  # one is enough: it says that this is a record
        pointing = np.flatnonzero(np.isin(records.links(predicate).o, opened))
        _, first = np.unique(records.links(predicate).o[pointing], return_index=True)
        found.append(records.links(predicate).s[pointing[first]])
    found += [_claims_of_unnamed(records, opened), _told_of(records, opened), _answered(records, opened)]
    return np.unique(np.concatenate(found))


_FORWARD = (*PARTS, *WITHDRAWALS, OA.hasSelector)


def _claims_of_unnamed(records: Records, opened: Hashes) -> Hashes:
    sources = opened[records.are(NEG.UnnamedSource)[records.find(opened)] & (records.find(opened) >= 0)]
    said = records.links(PROV.wasAttributedTo)
    claims = said.s[np.isin(said.o, sources)]
    mentions = records.links(NEG.mention)
    return np.concatenate([claims, mentions.o[np.isin(mentions.s, claims)]])


def _told_of(records: Records, opened: Hashes) -> Hashes:
    asked = records.links(RDF.predicate)
    speaking = asked.s[np.isin(asked.o, hashes([NEG.dueOn, NEG.madeBy]))]
    subjects = records.links(RDF.subject)
    rows = np.isin(subjects.o, opened)
    return subjects.s[rows & np.isin(subjects.s, speaking)]


def _answered(records: Records, opened: Hashes) -> Hashes:
    links = records.links(NEG.counterTo)
    found = links.o[np.isin(links.s, opened)]
    while True:
        further = np.setdiff1d(links.o[np.isin(links.s, found)], found)
        if not len(further):
            return found
        found = np.concatenate([found, further])
