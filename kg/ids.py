"""Names made from content: the same content has the same name, wherever it is computed."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from kg.terms import Blank, Iri, Literal, Node, Term, n3
from kg.vocab import CLASS_BASE, CONFLICT_BASE, OWL, PROPOSITION_BASE, RDF


def digest(parts: Iterable[str], length: int = 20) -> str:
    """Return a short, stable hash of some texts, safe in an IRI and a file name.

    >>> digest(["a", "b"]) == digest(["a", "b"]), digest(["ab"]) == digest(["a", "b"])
    (True, False)
    """
    hashed = hashlib.sha256("\x00".join(parts).encode()).digest()
    return base64.b32encode(hashed).decode().lower()[:length]


def proposition_iri(subject: str, predicate: str, obj: str, holds: str) -> Iri:
    """Name a proposition by its content (terms in N-Triples or canonical form)."""
    return Iri(PROPOSITION_BASE + digest([subject, predicate, obj, holds]))


def class_iri(canonical: str) -> Iri:
    """Name a class expression by its canonical form."""
    return Iri(CLASS_BASE + digest([canonical]))


def claim_iri(base: str, speaker: str, said_on: str, act: str) -> Iri:
    """Name a claim that has no name yet by its speaker, date and act.

    The date is part of the name, so that saying A, then B, then A again stays three claims.
    """
    return Iri(f"{base}/claim-{digest([speaker, said_on, act], 12)}")


def conflict_id(position_keys: Iterable[str]) -> str:
    """Name a conflict by its positions; the name survives re-runs and additions."""
    return digest(sorted(position_keys), 10)


def conflict_iri(identifier: str) -> Iri:
    """Return the IRI of a conflict from its short id."""
    return Iri(CONFLICT_BASE + identifier)


Properties = Mapping[Node, Sequence[tuple[Iri, Term]]]
"""The triples of some nodes, by subject."""


def canonical(term: Term, properties: Properties) -> str:
    """Write a term so that equal content gives equal text, whatever blank nodes are called.

    A blank node, or a class expression named by its content, is written through its triples;
    lists keep their order except under `owl:intersectionOf` and `owl:unionOf`, where order means nothing.

    >>> canonical(Literal("x"), {})
    '"x"'
    """
    return _canonical(term, properties, ())


def _canonical(term: Term, properties: Properties, above: tuple[Node, ...]) -> str:
    if isinstance(term, Literal) or not is_anonymous(term):
        return n3(term)
    if term in above:  # a cycle of blank nodes has no finite form; its depth stands for it
        return f"^{len(above) - above.index(term)}"
    above = (*above, term)
    facts = properties.get(term, ())
    if not any(predicate.startswith((OWL, RDF.first)) for predicate, _ in facts):
        return n3(term)  # a thing without a name, not a description of a class: never merged by its looks
    if any(predicate == RDF.first for predicate, _ in facts):
        return "(" + " ".join(_canonical(item, properties, above) for item in list_items(term, properties)) + ")"
    lines = sorted({f"{n3(p)} {_unordered(p, o, properties, above)}" for p, o in facts})
    return "[" + " ; ".join(lines) + "]"


def _unordered(predicate: Iri, obj: Term, properties: Properties, above: tuple[Node, ...]) -> str:
    if predicate.endswith(("#intersectionOf", "#unionOf", "#oneOf", "#members", "#distinctMembers")):
        items = {_canonical(item, properties, above) for item in list_items(obj, properties)}
        return "{" + " ".join(sorted(items)) + "}"
    return _canonical(obj, properties, above)


def is_anonymous(term: Term) -> bool:
    """Say whether a node's name carries no meaning: a blank node, or one named by its content."""
    return isinstance(term, Blank) or (isinstance(term, Iri) and term.startswith(CLASS_BASE))


def list_items(head: Term, properties: Properties) -> list[Term]:
    """Return the members of an RDF list; a broken or cyclic list ends where it breaks."""
    items: list[Term] = []
    seen: set[Term] = set()
    while head != RDF.nil and not isinstance(head, Literal) and head not in seen:
        seen.add(head)
        cell = dict(properties.get(head, ()))
        if RDF.first not in cell:
            break
        items.append(cell[RDF.first])
        head = cell.get(RDF.rest, RDF.nil)
    return items


def slug(text: str) -> str:
    """Make a readable id of any text.

    >>> slug("Liu He, vice-premier")
    'liu-he-vice-premier'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "x"
