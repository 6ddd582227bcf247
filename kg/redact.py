"""Leave out what must not leave the newsroom, before anything is drawn, printed or exported.

A thing marked `neg:confidential true` loses its name, its id and every triple, in both directions, but for
its type, the wording that stands for it in print (`neg:descriptor`) and the claims it made. A claim so marked
goes whole. Who an unnamed source is (`neg:identity`) and the recorder's notes (`neg:note`) always go.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from kg.terms import RDF_LANG_STRING, XSD_STRING, Blank, Iri, Literal, Node, Term, Triple
from kg.vocab import NEG, OA, PROV, TYPE

ALWAYS_CONFIDENTIAL = frozenset({NEG.identity, NEG.note, NEG.confidential})
_KEPT_OF_CONFIDENTIAL = frozenset({TYPE, NEG.descriptor, NEG.plural, NEG.minSize, NEG.accessBasis})
_PARTS = frozenset({NEG.mention, NEG.report, OA.hasSelector})
_NO_NAMES = frozenset({NEG.descriptor, NEG.note})
_WORD = re.compile(r"\w{2,}")


def redact(triples: Iterable[Triple]) -> list[Triple]:
    """Return the triples that may be shown to anybody; a confidential thing that spoke gets a number for a name."""
    everything = list(triples)
    marked = _marked(everything)
    claims = {t.s for t in everything if t.p == PROV.wasAttributedTo}
    things = marked - claims
    hidden_things = _below(things, everything)
    gone = _with_parts(marked & claims, everything) | (hidden_things - things)
    shown = [t for t in everything if _may_show(t, gone, things)]
    names = {thing: _number(thing, at) for at, thing in enumerate(sorted(things), 1)}
    return [_renamed(triple, names) for triple in shown]


def redact_texts(texts: Mapping[Node, str], triples: Iterable[Triple]) -> dict[Node, str]:
    """Return the texts of documents that may be shown to anybody, of all that stand in a graph.

    Left out is the text of a document that is confidential or in which a confidential claim stands; a text that names
    something confidential; and a text that names the one who is an unnamed source of it. One word of a name is enough.
    """
    everything = list(triples)
    marked = _marked(everything)
    speakers = {t.s: t.o for t in everything if t.p == PROV.wasAttributedTo}
    things = _below(marked - set(speakers), everything)
    sources = {t.s: t.o for t in everything if t.p == OA.hasSource and not isinstance(t.o, Literal)}
    standing = [(t.s, sources[t.o]) for t in everything if t.p == NEG.mention and t.o in sources]
    closed = things | {document for claim, document in standing if claim in marked}
    secret = dict.fromkeys(texts, _name_words(things, everything))
    identities = [(t.s, t.o) for t in everything if t.p == NEG.identity]
    for source, identity in identities:
        known = _telling(identity.value) if isinstance(identity, Literal) else _name_words({identity}, everything)
        for document in {place for claim, place in standing if speakers.get(claim) == source} & set(texts):
            secret[document] |= known
    return {
        document: text
        for document, text in texts.items()
        if document not in closed and secret[document].isdisjoint(_words(text))
    }


def _marked(triples: Iterable[Triple]) -> set[Node]:
    return {t.s for t in triples if t.p == NEG.confidential and str(t.o) in ("true", "1")}


def _name_words(things: Collection[Term], triples: Iterable[Triple]) -> frozenset[str]:
    """Return the words of the names of things."""
    texts = (t.o for t in triples if t.s in things and t.p not in _NO_NAMES and isinstance(t.o, Literal))
    named = (text.value for text in texts if text.datatype in (XSD_STRING, RDF_LANG_STRING))
    return frozenset(word for name in named for word in _telling(name))


def _telling(name: str) -> frozenset[str]:
    """Return the words by which a name is known: those with a capital, or all if there is none."""
    return _words(" ".join(word for word in _WORD.findall(name) if not word[:1].islower())) or _words(name)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(text))


def _below(things: set[Node], triples: list[Triple]) -> set[Node]:
    """Add what is named under a thing, such as its memberships: `<thing>/memberships/1`."""
    prefixes = tuple(f"{thing}/" for thing in things)
    if not prefixes:
        return set()
    nodes = {node for t in triples for node in (t.s, t.o) if not isinstance(node, Literal)}
    return things | {node for node in nodes if node.startswith(prefixes)}


def _with_parts(claims: set[Node], triples: list[Triple]) -> set[Node]:
    """Add the parts that hang off claims: mentions and their quotes, reports."""
    found = set(claims)
    todo = list(claims)
    parts: dict[Node, list[Node]] = {}
    for s, p, o in triples:
        if p in _PARTS and not isinstance(o, Literal):
            parts.setdefault(s, []).append(o)
    while todo:
        new = [part for part in parts.get(todo.pop(), ()) if part not in found]
        found.update(new)
        todo += new
    return found


def _may_show(triple: Triple, gone: set[Node], things: set[Node]) -> bool:
    if triple.p in ALWAYS_CONFIDENTIAL or triple.s in gone or triple.o in gone:
        return False
    if triple.s in things:
        return triple.p in _KEPT_OF_CONFIDENTIAL
    return triple.o not in things or triple.p == PROV.wasAttributedTo


def _number(thing: Node, at: int) -> Node:
    if isinstance(thing, Blank):
        return thing
    return Iri(f"{thing.rpartition('/')[0]}/confidential-{at}")


def _renamed(triple: Triple, names: Mapping[Node, Node]) -> Triple:
    def name(term: Term) -> Term:
        return term if isinstance(term, Literal) else names.get(term, term)

    return Triple(names.get(triple.s, triple.s), triple.p, name(triple.o))
