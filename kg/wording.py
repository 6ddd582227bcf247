"""What things are called: labels, phrases and rule sentences, read from data and ontology."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.ids import Properties
from kg.terms import Blank, Iri, Literal, Node, Term, Triple, local_name
from kg.times import BadDate, in_english, parse
from kg.vocab import DCTERMS, EDTF, NEG, RDFS, SKOS, XSD_NS

_DATES = frozenset({EDTF, XSD_NS.date, XSD_NS.dateTime, XSD_NS.gYear, XSD_NS.gYearMonth})
NAMES = (NEG.inSentence, NEG.descriptor, RDFS.label, SKOS.prefLabel, DCTERMS.term("title"))
"""Where a name is looked for, best first."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Names, phrases and sentences by term.

    `names` holds the best name of each term, `plural` the terms whose name takes a plural verb;
    `says` the sentences of axioms, `telling` the axioms that make a conflict what it is.
    """

    names: Mapping[Node, str]
    plural: frozenset[Node]
    phrases: Mapping[Node, str]
    denied: Mapping[Node, str]
    questions: Mapping[Node, str]
    says: Mapping[Triple, str] = field(default_factory=dict)
    telling: frozenset[Triple] = frozenset()
    properties: Properties = field(default_factory=dict)

    def name(self, term: Term) -> str:
        """Return what a term is called in running text.

        >>> Wording({}, frozenset(), {}, {}, {}).name(Iri("http://e/us-trade-office"))
        'us trade office'
        """
        if isinstance(term, Literal):
            return _literal(term)
        if term in self.names:
            return self.names[term]
        return "something unnamed" if isinstance(term, Blank) else local_name(term).replace("-", " ").replace("_", " ")


def build_wording(
    triples: Iterable[Triple], says: Mapping[Triple, str], telling: Iterable[Triple], properties: Properties
) -> Wording:
    """Collect names and phrases; English is preferred where there are several languages."""
    texts: dict[Iri, dict[Node, str]] = {p: {} for p in (*NAMES, NEG.phrase, NEG.phraseDenied, NEG.question)}
    plural: set[Node] = set()
    for s, p, o in sorted(triples, key=_english_last):
        if p == NEG.plural and str(o) in ("true", "1"):
            plural.add(s)
        elif p in texts and isinstance(o, Literal):
            texts[p][s] = o.value
    return Wording(
        names={node: text for source in reversed(NAMES) for node, text in texts[source].items()},
        plural=frozenset(plural),
        phrases=texts[NEG.phrase],
        denied=texts[NEG.phraseDenied],
        questions=texts[NEG.question],
        says=says,
        telling=frozenset(telling),
        properties=properties,
    )


def _english_last(triple: Triple) -> tuple[bool, str, str]:
    # Later values win, so English (and text without a language) comes last.
    language = triple.o.language if isinstance(triple.o, Literal) else None
    return language is None or language.startswith("en"), triple.s, str(triple.o)


def _literal(literal: Literal) -> str:
    if literal.datatype in _DATES:
        try:
            parse(literal.value)
        except BadDate:
            return literal.value
        return in_english(literal.value)
    return _quantity(literal.value) if literal.datatype == NEG.Quantity else literal.value


def _quantity(text: str) -> str:
    marks = (("~", "about "), (">=", "at least "), ("<=", "at most "), (">", "more than "), ("<", "less than "))
    for mark, word in marks:
        if text.startswith(mark):
            return word + text[len(mark) :].strip()
    return text.replace("..", " to ")


_CHOICE = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")


def fill(template: str, *, subject: str, obj: str = "", plural: bool = False) -> str:
    """Fill a phrase: {s}, {o} and [singular|plural].

    Names are put in last and at once, so a name that looks like a template stays as it is.

    >>> fill("{s} [was|were] cancelled", subject="the {o} talks", plural=True)
    'the {o} talks were cancelled'
    """
    chosen = _CHOICE.sub(lambda match: match[2 if plural else 1], template)
    values = {"{s}": subject, "{o}": obj}
    return re.sub(r"\{s\}|\{o\}", lambda match: values[match[0]], chosen)


def capital(text: str) -> str:
    """Start a sentence with a capital letter.

    >>> capital("the talks")
    'The talks'
    """
    return text[:1].upper() + text[1:]


def listed(items: Iterable[str], word: str = "and") -> str:
    """Join items as English does.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    found = list(items)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {word} {found[-1]}"
