"""The columns of a table of claims: their names are the keys of a dossier, their titles what people write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.errors import did_you_mean
from kg.formats.claims import ACTS, CONCEPTS, MENTION_KEYS, WHO, WITHDRAWALS, assessments_of
from kg.formats.desk import Desk
from kg.formats.lexicon import Lexicon
from kg.formats.yaml_reader import Text
from kg.terms import Iri
from kg.vocab import NEG, OA, PROV, RDF

TRIPLE = ("subject", "property", "object")
COMMITMENT = ("act", *TRIPLE, "type", "lang", "content", "holds")
"""What a row says: each row of a claim has its own."""
LISTS = ("via", *WITHDRAWALS)
"""Columns with several names in a cell, apart by spaces."""
COLUMNS = (
    "id", *WHO, "on", *COMMITMENT, *CONCEPTS, "if", "via", *MENTION_KEYS, "reading", *WITHDRAWALS, "iri",
)  # fmt: skip
"""Every column that has a name of its own, in the order in which they are written."""
REQUIRED = ("by", "on")
ACT_WORDS = tuple(ACTS)
REF = "ref"
"""Stands in the column `type` where the object is a thing and its property does not say so."""

TITLES: Mapping[str, tuple[str, ...]] = {
    "id": ("claim",),
    "by": ("speaker", "said by"),
    "as": ("capacity", "post"),
    "on": ("said", "said on", "date"),
    "act": ("polarity",),
    "subject": ("about",),
    "property": ("predicate",),
    "object": ("value",),
    "type": ("datatype",),
    "lang": ("language",),
    "holds": ("holds at", "when"),
    "if": ("condition",),
    "via": ("reported by", "chain"),
    "in": ("document",),
    "exact": ("quote",),
    "before": ("prefix",),
    "after": ("suffix",),
    "iri": ("address",),
}
"""Other titles under which a column is known; capitals, spaces and underscores make no difference."""

DESCRIPTIONS: Mapping[str, str] = {
    "id": "The id of the claim in its dossier. Rows of one claim stand together and repeat it.",
    "by": "Who says it: an id of the dossier, a prefixed name or an address.",
    "as": "The post in which the speaker speaks.",
    "medium": "Where it was said: an event or a document.",
    "audience": "To whom it was said.",
    "on": "The day on which it was said, as EDTF.",
    "act": "affirms or denies.",
    "subject": "What the claim speaks about.",
    "property": "What it says of it; `is` says of what class it is.",
    "object": "The value: a thing, a class, or a text as its property wants it.",
    "type": "The datatype of the object, or `ref` if it is a thing, where the property does not say so.",
    "lang": "The language of the object, if it is a text in one.",
    "content": "In place of subject, property and object: what is said, in JSON, as a dossier writes it.",
    "holds": "The time at which it is said to hold, as EDTF.",
    "attribution": "The terms on which it was said.",
    "certainty": "How sure the speaker says to be.",
    "if": "The condition, in JSON, as a dossier writes it.",
    "via": "Who passed it on, the first hearer first, apart by spaces.",
    "in": "The document in which it stands.",
    "exact": "The words, letter for letter.",
    "before": "The words just before them.",
    "after": "The words just after them.",
    "reading": "How the recorder understood the words.",
    "retracts": "The earlier claims that this one takes back, apart by spaces.",
    "corrects": "The earlier claims that this one corrects, apart by spaces.",
    "supersedes": "The earlier claims that this one takes the place of, apart by spaces.",
    "iri": "The address of the claim, if it has one elsewhere.",
}
PROPERTIES: Mapping[str, Iri] = {
    "by": PROV.wasAttributedTo,
    "as": NEG.capacity,
    "medium": NEG.medium,
    "audience": NEG.audience,
    "on": NEG.saidOn,
    "attribution": NEG.attribution,
    "certainty": NEG.certainty,
    "reading": NEG.reading,
    "retracts": NEG.retracts,
    "corrects": NEG.corrects,
    "supersedes": NEG.supersedes,
    "subject": RDF.subject,
    "property": RDF.predicate,
    "object": RDF.object,
    "holds": NEG.holds,
    "in": OA.hasSource,
    "exact": OA.exact,
    "before": OA.term("prefix"),
    "after": OA.suffix,
}
"""The RDF property for which a column stands."""


def plain_title(text: str) -> str:
    """Return a title as it is compared.

    >>> plain_title(" Said_on "), plain_title("altName")
    ('said on', 'altname')
    """
    return re.sub(r"[\s_]+", " ", text).strip().lower()


_BY_TITLE = {
    **{plain_title(title): name for name, titles in TITLES.items() for title in titles},
    **{name: name for name in COLUMNS},
}


@dataclass(frozen=True, slots=True)
class Header:
    """What the columns of one table are, from left to right: a key each, or None for one that is left out."""

    keys: tuple[str | None, ...]

    @property
    def known(self) -> tuple[str, ...]:
        """The keys of the columns that are read."""
        return tuple(key for key in self.keys if key is not None)

    @property
    def further(self) -> tuple[str, ...]:
        """The columns that have no name of their own here: further properties of claims."""
        return tuple(key for key in self.known if key not in COLUMNS)


def known_column(title: str, lexicon: Lexicon) -> str | None:
    """Return the key of a column from its name or one of its titles; None if it is not known.

    A further property of claims is called by its word, a prefixed name or an IRI.
    """
    name, plain = title.strip(), plain_title(title)
    further = {plain_title(key): key for key in assessments_of(lexicon)}
    found = plain if plain in COLUMNS else further.get(plain) or _BY_TITLE.get(plain)
    if found is not None:
        return found
    at = Text(name, quoted=True, line=1, column=1)
    desk = Desk("", lexicon, Iri(""))
    iri = desk.iri(at) if ":" in name else None
    return name if iri is not None and not desk.is_misspelt(at, iri) else None


def header_faults(keys: Sequence[str | None], titles: Sequence[str], lexicon: Lexicon) -> Iterable[tuple[int, str]]:
    """Say what is wrong with a row of titles: the number of the column, and a sentence."""
    first: dict[str, int] = {}
    words = (*COLUMNS, *assessments_of(lexicon), *(title for many in TITLES.values() for title in many))
    for number, (key, title) in enumerate(zip(keys, titles, strict=True), 1):
        if key is None:
            near = did_you_mean(title, words)
            yield number, f'unknown column "{title}"{near}' if title.strip() else "this column has no title"
        elif key in first:
            yield number, f'"{title}" is the column "{key}" a second time; first in column {first[key]}'
        first.setdefault(key or "", number)
    for name in REQUIRED:
        if name not in keys:
            yield 1, f'there is no column "{name}" ({DESCRIPTIONS[name].rstrip(".").lower()})'
    if not {"content", "object", *WITHDRAWALS} & set(keys):
        yield 1, 'there is no column that says anything: "subject", "property" and "object", or "content"'


def looks_like_claims(titles: Iterable[str]) -> bool:
    """Say whether a first row is that of a table of claims: it has the speaker, the day and what was said.

    >>> looks_like_claims(["Speaker", "date", "act", "subject", "predicate", "object"])
    True
    >>> looks_like_claims(["date", "price"])
    False
    """
    known = {_BY_TITLE.get(plain_title(title)) for title in titles}
    return known.issuperset(REQUIRED) and bool(known & {"act", "object", "content", *WITHDRAWALS})
