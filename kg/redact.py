"""Leave out what must not leave the newsroom, before anything is drawn, printed or exported.

A thing marked `neg:confidential true` keeps its type and the wording that stands for it in print
(`neg:descriptor`) and loses every other triple, in both directions, except the claims it made.
Who an unnamed source is (`neg:identity`) and the recorder's notes (`neg:note`) always go.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.terms import Node, Triple
from kg.vocab import NEG, PROV, TYPE

ALWAYS_CONFIDENTIAL = frozenset({NEG.identity, NEG.note, NEG.confidential})
_KEPT_OF_CONFIDENTIAL = frozenset({TYPE, NEG.descriptor, NEG.plural, NEG.minSize, NEG.accessBasis})
_KEPT_TO_CONFIDENTIAL = frozenset({PROV.wasAttributedTo})


def redact(triples: Iterable[Triple]) -> list[Triple]:
    """Return the triples that may be shown to anybody.

    A claim that is itself confidential goes whole, with its mentions and reports.
    """
    all_triples = list(triples)
    marked = {t.s for t in all_triples if t.p == NEG.confidential and str(t.o) in ("true", "1")}
    claims = {t.s for t in all_triples if t.p == PROV.wasAttributedTo}
    gone = _with_parts(marked & claims, all_triples)
    things = marked - claims
    return [t for t in all_triples if _may_show(t, gone, things)]


def _with_parts(nodes: set[Node], triples: list[Triple]) -> set[Node]:
    """Add the parts that hang off the nodes: mentions, quotes, reports."""
    parts = {NEG.mention, NEG.report}
    found = set(nodes)
    for _ in range(2):  # a claim's mention, and the mention's quote
        found |= {
            t.o  # type: ignore[misc]  # objects of these are nodes
            for t in triples
            if t.s in found and (t.p in parts or t.p.endswith("#hasSelector")) and isinstance(t.o, str)
        }
    return found


def _may_show(triple: Triple, gone: set[Node], things: set[Node]) -> bool:
    if triple.p in ALWAYS_CONFIDENTIAL or triple.s in gone or triple.o in gone:
        return False
    if triple.s in things and triple.p not in _KEPT_OF_CONFIDENTIAL:
        return False
    return triple.o not in things or triple.p in _KEPT_TO_CONFIDENTIAL
