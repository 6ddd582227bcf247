"""Questions answered in this process, over the graph that the pages show."""

from __future__ import annotations

from kg.contradiction.answers import Answers
from kg.errors import QueryError, did_you_mean
from kg.explorer.answering import ASSERTED, SENSES, Answered, Question
from kg.graph import KnowledgeGraph
from kg.queries import NamedQuery, named_queries, prepare
from kg.store import sparql
from kg.store.protocol import Answer, Bounds, Rows
from kg.views.answers import answers_json, summary
from kg.wording import listed

UNNAMED = "query"
"""What error messages call a query that has no name."""


class Direct:
    """Answers over one graph. What is asserted includes the computed conflicts, unless the graph is large.

    An answer holds plain values only, so that it can be sent from one process to another.

    >>> from kg.resources import folder
    >>> graph = KnowledgeGraph.load(folder("examples") / "us-china-2019")
    >>> Direct(graph).answer(Question("ASK { ?claim a neg:Claim }"), Bounds()).answer
    True
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.graph = graph

    def answer(self, question: Question, bounds: Bounds) -> Answered:
        """Answer a question; raises `QueryError` with line and column, or with the bound that was reached."""
        if question.under not in SENSES:
            near = did_you_mean(question.under, SENSES)
            raise QueryError(f'under is {listed(SENSES, "or")}, not "{question.under}"{near}')
        named = _named(question.name) if question.name else None
        if question.under != ASSERTED:
            return self._believed(question, named, bounds)
        if named is None:
            return Answered(self.graph.everything.query(question.text, name=UNNAMED, bounds=bounds))
        if named.needs_conflicts:
            self.graph.small_only(f"{named.name}: the computed conflicts that this query needs")
        return Answered(self.graph.run_query(named, dict(question.params), bounds=bounds))

    def _believed(self, question: Question, named: NamedQuery | None, bounds: Bounds) -> Answered:
        text, name = question.text, UNNAMED
        if named is not None:
            bindings = prepare(named, dict(question.params), self.graph.resolve)
            text, name = sparql.bind(named.text, bindings, named.name).text, named.name
        answers = self.graph.ask(text, under=question.under, at=question.at, name=name, seconds=bounds.seconds)
        if bounds.rows is not None and len(answers) > bounds.rows:
            raise QueryError(f"{name}: the answer has more than {bounds.rows:,} rows; ask for less, or allow more")
        written = answers_json(answers, self.graph.prose, self.graph.places)
        said = summary(answers)
        notes = (*([said] if said else []), *answers.warnings, *(f"Incomplete: {one}" for one in answers.incomplete))
        return Answered(_plain(answers), tuple(written["answers"]), notes)


def _named(name: str) -> NamedQuery:
    queries = named_queries()
    if name not in queries:
        raise QueryError(f'no query is called "{name}"{did_you_mean(name, queries)}')
    return queries[name]


def _plain(answers: Answers) -> Answer:
    if answers.asks:
        return answers.yes
    return Rows(answers.variables, tuple(row.values for row in answers.rows))
