"""Answers in words, as JSON and as Markdown: each group of rows with what supports it and what rules it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from kg.contradiction.answers import AnswerRow, Answers, Basis
from kg.contradiction.results import Position, Side
from kg.contradiction.sat import Under
from kg.prose import Prose, claim_name
from kg.terms import Blank, Iri, Literal, Term
from kg.times import ALWAYS, as_text, in_english
from kg.views.contract import Json, Places, position_name
from kg.views.markdown import render
from kg.views.page import clean
from kg.wording import capital, listed

MOST_SUPPORTS = 3
"""How many ways to an answer are shown to people; JSON has all."""

HEADINGS = {
    Under.UNDISPUTED: ("Undisputed", "nobody contradicts what this rests on"),
    Under.EVERY: ("In every account", "however the contradictions are settled, this follows"),
    Under.SOME: ("In some accounts only", "one account keeps this, and another rules it out"),
}
"""What each sense is called, and what it means."""

_NONE = {
    Under.UNDISPUTED: "Nothing of the kind is undisputed.",
    Under.EVERY: "Nothing of the kind holds in every account.",
    Under.SOME: "Nothing of the kind holds in any account.",
}
_MORE = {
    Under.UNDISPUTED: "undisputed",
    Under.EVERY: "in every account (--under every)",
    Under.SOME: "in some accounts only (--under some)",
}


# -- in words ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A claim by its short name, and its place in the files read (empty if unknown)."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class ShownSupport:
    """One way to an answer: who says what, when it then holds (empty: always), and the claims."""

    says: str
    when: str
    claims: tuple[ShownClaim, ...]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """An answer, when it holds (if all ways to it agree on that), the ways, that there are more, what rules it out."""

    title: str
    when: str
    supports: tuple[ShownSupport, ...]
    more: str
    unless: str


@dataclass(frozen=True, slots=True)
class Group:
    """The answers of one sense."""

    heading: str
    meaning: str
    rows: tuple[ShownRow, ...]


def groups(answers: Answers, prose: Prose, places: Places) -> list[Group]:
    """Put the answers in words, those of one sense together."""
    found = []
    for sense, (heading, meaning) in HEADINGS.items():
        rows = tuple(_shown(answers, row, prose, places) for row in answers.rows if row.under is sense)
        if rows:
            found.append(Group(heading, meaning, rows))
    return found


def summary(answers: Answers) -> str:
    """Say what was not found, or is not shown: nothing, or more in a weaker sense."""
    hidden = [
        f"{answers.counts[sense]} {_MORE[sense]}"
        for sense in Under
        if answers.counts[sense] and not answers.under.includes(sense)
    ]
    none = "" if answers.rows else (_NO[answers.under] if answers.asks else _NONE[answers.under])
    if answers.asks and hidden:
        weaker = next(sense for sense in Under if answers.counts[sense])
        return f"{none} Yes, but {_MORE[weaker]}."
    return " ".join(part for part in (none, f"More: {listed(hidden)}." if hidden else "") if part)


_NO = {
    Under.UNDISPUTED: "No: it is not undisputed.",
    Under.EVERY: "No: it does not hold in every account.",
    Under.SOME: "No: it holds in no account.",
}


def _shown(answers: Answers, row: AnswerRow, prose: Prose, places: Places) -> ShownRow:
    supports = row.causes if row.under is Under.SOME else row.because
    most = len(supports) if row.under is Under.EVERY else MOST_SUPPORTS  # a cover with a gap covers nothing
    shown = [_support(one, prose, places) for one in supports[:most]]
    times = {one.when for one in shown}
    together = times.pop() if len(times) == 1 else ""
    return ShownRow(
        title=title(answers, row, prose),
        when=together,
        supports=tuple(replace(one, when="") if together else one for one in shown),
        more=_more(len(row.causes) - len(shown)),
        unless=_unless(row.counter, prose),
    )


def title(answers: Answers, row: AnswerRow, prose: Prose) -> str:
    """Name an answer: its value, or each column with its value.

    >>> from kg.wording import build_wording
    >>> row = AnswerRow((Iri("http://e/liu-he"), None), Under.SOME, (), ())
    >>> title(Answers(False, ("who", "post"), Under.SOME, (row,), {}), row, Prose(build_wording([], {}, (), {})))
    'who: liu he · post: –'
    """
    if answers.asks:
        return "Yes"
    names = ["–" if term is None else prose.name(term) for term in row.values]
    if len(names) == 1:
        return capital(names[0])
    columns = (variable.replace("_", " ") for variable in answers.variables)
    return " · ".join(f"{column}: {name}" for column, name in zip(columns, names, strict=True))


def _support(basis: Basis, prose: Prose, places: Places) -> ShownSupport:
    if not basis.positions:
        says = "nobody's word is needed: it follows from the background"
    else:
        says = listed(prose.side(_side(position)) for position in basis.positions)
    when = "" if basis.span == ALWAYS else in_english(as_text(basis.span))
    claims = [claim for position in basis.positions for claim in position.claims]
    return ShownSupport(says, when, tuple(ShownClaim(claim_name(c), places.get(c.iri, "")) for c in claims))


def _side(position: Position) -> Side:
    return Side(position, position.claims)


def _more(count: int) -> str:
    return f"and {count} more {'way' if count == 1 else 'ways'} to it" if count else ""


def _unless(counter: Iterable[Position], prose: Prose) -> str:
    parts = []
    for position in counter:
        who, several = prose.speakers(position.claims)
        parts.append(f"{who} {'are' if several else 'is'} right that {prose.position(position)}")
    return f"unless {listed(parts)}" if parts else ""


# -- JSON ----------------------------------------------------------------------------------------


def answers_json(answers: Answers, prose: Prose, places: Places) -> Json:
    """Write answers as one JSON object; terms as in the SPARQL 1.1 results format, with their English name."""
    return {
        "form": "ask" if answers.asks else "select",
        "under": answers.under.value,
        **({"answer": answers.yes} if answers.asks else {}),
        "variables": list(answers.variables),
        "answers": [_row_json(answers, row, prose, places) for row in answers.rows],
        "counts": {sense.value: answers.counts[sense] for sense in Under},
        "warnings": list(answers.warnings),
        "complete": answers.complete,
        "incomplete": list(answers.incomplete),
    }


def _row_json(answers: Answers, row: AnswerRow, prose: Prose, places: Places) -> Json:
    return {
        "values": {
            name: {**term_json(term), "name": prose.name(term)}
            for name, term in zip(answers.variables, row.values, strict=True)
            if term is not None
        },
        "under": row.under.value,
        "causes": [_basis_json(basis, prose, places) for basis in row.causes],
        "because": [_basis_json(basis, prose, places) for basis in row.because],
        "counter_account": [_position_json(position, prose, places) for position in row.counter],
        "roots": list(row.roots),
    }


def _basis_json(basis: Basis, prose: Prose, places: Places) -> Json:
    return {
        "interval": as_text(basis.span),
        "positions": [_position_json(position, prose, places) for position in basis.positions],
    }


def _position_json(position: Position, prose: Prose, places: Places) -> Json:
    return {
        "position": position_name(position),
        "says": prose.position(position),
        "speakers": list(dict.fromkeys(prose.speaker(claim) for claim in position.claims)),
        "claims": [claim.iri for claim in position.claims],
        "places": [places[claim.iri] for claim in position.claims if claim.iri in places],
    }


def term_json(term: Term) -> dict[str, str]:
    """Write a term as in the SPARQL 1.1 results format.

    >>> term_json(Iri("http://e/x"))
    {'type': 'uri', 'value': <http://e/x>}
    """
    if isinstance(term, Iri):
        return {"type": "uri", "value": term}
    if isinstance(term, Blank):
        return {"type": "bnode", "value": term.removeprefix("_:")}
    assert isinstance(term, Literal)  # noqa: S101  # for the type checker: there are three kinds of term
    tagged = {"xml:lang": term.language} if term.language else {"datatype": str(term.datatype)}
    return {"type": "literal", "value": term.value, **tagged}


# -- text that others read -----------------------------------------------------------------------


def answers_table(answers: Answers) -> tuple[list[str], list[list[str]]]:
    """Return columns and rows for a table: the values, the sense, and the claims of all causes."""
    rows = []
    for row in answers.rows:
        claims = [claim_name(c) for cause in row.causes for position in cause.positions for c in position.claims]
        cells = ["" if term is None else str(term) for term in row.values]
        rows.append([*cells, row.under.value, " ".join(dict.fromkeys(claims))])
    columns = [] if answers.asks else list(answers.variables)
    return [*columns, "under", "claims"], rows


def answers_markdown(answers: Answers, question: str, prose: Prose, places: Places) -> str:
    """Write answers as a Markdown page, under the question they answer."""
    # An indented block is code whatever stands in it, so a question cannot pass for markup.
    lines = [f"    {clean(line)}" for line in question.strip().splitlines()]
    return render(
        "answers.md.j2",
        question=Markup("\n".join(lines)),  # noqa: S704  # see above
        groups=groups(answers, prose, places),
        summary=summary(answers),
        warnings=answers.warnings,
        incomplete=answers.incomplete,
    )
