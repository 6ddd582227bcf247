"""What a reader is told about one claim: who, in what capacity, in which words, on what terms, where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.model import Claim, Polarity, Quote
from kg.prose import Prose, claim_name, is_unnamed_source
from kg.terms import Literal, Node, local_name
from kg.vocab import NEG
from kg.wording import capital, listed

Places = Mapping[Node, str]
"""Where a record stands in the files read: `file:line` by its node."""
Orphans = frozenset[tuple[Node, Quote]]
"""Quotes that do not stand where their claim says, by the claim."""


@dataclass(frozen=True, slots=True)
class QuoteView:
    """Words as they stand in a document, with the words around them; orphaned: they no longer stand there."""

    exact: str
    prefix: str
    suffix: str
    document: str
    orphaned: bool = False


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim in words; an empty text is something the record does not say."""

    name: str
    speaker: str
    capacity: str
    unnamed: bool
    terms: str
    said: str
    medium: str
    via: str
    quotes: tuple[QuoteView, ...]
    documents: str
    reading: str
    notes: tuple[str, ...]
    place: str

    @property
    def facts(self) -> tuple[str, ...]:
        """The short facts of the last line of a claim, those that are known."""
        return tuple(fact for fact in (self.terms, self.medium, self.said, self.via) if fact)

    @property
    def line(self) -> str:
        """The claim on one line."""
        capacity = f", {self.capacity}" if self.capacity else ""
        facts = [*(["unnamed source"] if self.unnamed else []), *self.facts, f"claim {self.name}"]
        return f"{self.speaker}{capacity} ({', '.join(facts)})"


def claim_view(claim: Claim, prose: Prose, places: Places, orphans: Orphans = frozenset()) -> ClaimView:
    """Say a claim in words."""
    unnamed = is_unnamed_source(prose.wording, claim.speaker)
    return ClaimView(
        name=claim_name(claim),
        speaker=capital(prose.speaker(claim)),
        capacity=_capacity(claim, prose) or (_about_unnamed(claim, prose) if unnamed else ""),
        unnamed=unnamed,
        terms=prose.name(claim.attribution) if claim.attribution else "",
        said=prose.name(claim.said_on) if claim.said_on else "date not known",
        medium=prose.name(claim.medium) if claim.medium else "",
        via=f"as reported by {_chain(claim, prose)}" if claim.chain else "",
        quotes=_quotes(claim, prose, orphans),
        documents=listed(dict.fromkeys(prose.name(mention.document) for mention in claim.mentions)),
        reading=claim.reading or "",
        notes=tuple(_notes(claim, prose)),
        place=places.get(claim.iri, ""),
    )


def _chain(claim: Claim, prose: Prose) -> str:
    return ", then ".join(prose.name(reporter) for reporter in claim.chain)


def _capacity(claim: Claim, prose: Prose) -> str:
    if claim.capacity is None:
        return ""
    # Spoken in a membership of a post: the post is what people call it.
    posts = [o for p, o in prose.wording.properties.get(claim.capacity, ()) if p == NEG.post]
    return prose.name(posts[0] if posts else claim.capacity)


def _about_unnamed(claim: Claim, prose: Prose) -> str:
    """Say how many an unnamed source is at least, and how they know, where it is recorded."""
    facts = prose.wording.properties.get(claim.speaker, ())
    sizes = [f"at least {o.value}" for p, o in facts if p == NEG.minSize and isinstance(o, Literal)]
    access = [f"access: {prose.name(o)}" for p, o in facts if p == NEG.accessBasis]
    return ", ".join([*sizes[:1], *access[:1]])


def _quotes(claim: Claim, prose: Prose, orphans: Orphans) -> tuple[QuoteView, ...]:
    return tuple(
        QuoteView(
            exact=mention.quote.exact,
            prefix=mention.quote.prefix,
            suffix=mention.quote.suffix,
            document=prose.name(mention.document),
            orphaned=(claim.iri, mention.quote) in orphans,
        )
        for mention in claim.mentions
        if mention.quote is not None
    )


def _notes(claim: Claim, prose: Prose) -> Iterable[str]:
    """Say what else is recorded: the four kinds of uncertainty stay apart, each by its own name."""
    if claim.certainty is not None:
        yield f"the speaker’s certainty: {prose.name(claim.certainty)}"
    for predicate, value in claim.assessments:
        yield (f"{prose.name(predicate)}: {prose.name(value)}" if prose.name(predicate) else local_name(predicate))


def best_first(claims: Iterable[Claim], prose: Prose) -> list[Claim]:
    """Order the claims of one side: with their words first, then from named speakers, then by date."""

    def order(claim: Claim) -> tuple[bool, bool, str, str]:
        quoted = any(mention.quote for mention in claim.mentions)
        unnamed = is_unnamed_source(prose.wording, claim.speaker)
        return not quoted, unnamed, claim.said_on.value if claim.said_on else "~", claim.iri

    return sorted(claims, key=order)


def contents(claim: Claim, prose: Prose) -> str:
    """Say all that a claim commits its speaker to."""
    said = ((one.proposition.triple, one.polarity is Polarity.DENIES) for one in claim.commitments)
    return listed(prose.sentence(triple, denied=denied) for triple, denied in said)
