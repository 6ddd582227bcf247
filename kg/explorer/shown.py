"""The SPARQL that stands in the fold of a page: a named query with its parameters filled in, ready to be run."""

from __future__ import annotations

from kg.errors import QueryError
from kg.explorer.page import ShownQuery
from kg.queries import named_queries
from kg.store import sparql
from kg.terms import Term


def shown(name: str, title: str = "", /, **params: Term) -> ShownQuery:
    """Show a query of `queries/` with terms for its parameters; raises `QueryError` for a name that there is not.

    >>> shown("officials-and-posts").name
    'officials-and-posts'
    """
    queries = named_queries()
    if name not in queries:
        raise QueryError(f'no query is called "{name}"')
    query = queries[name]
    filled = sparql.bind(query.text, params, name).text if params else query.text
    return ShownQuery(title or query.title, filled, name)
