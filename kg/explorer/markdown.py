"""Fill the Markdown templates of the pages: as `kg.views.markdown` does, whose macros they may import."""

from __future__ import annotations

import re
from functools import lru_cache

from jinja2 import ChoiceLoader, Environment, PackageLoader

from kg.views import markdown


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the environment of the views with the templates of the pages before theirs; every value is escaped."""
    loader = ChoiceLoader([PackageLoader("kg.explorer", "templates"), PackageLoader("kg.views", "templates")])
    return markdown.environment().overlay(loader=loader)


def render(template: str, **values: object) -> str:
    """Fill a Markdown template; runs of blank lines become one."""
    text = environment().get_template(template).render(**values)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
