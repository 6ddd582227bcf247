"""Fill Markdown templates: untrusted text is escaped, so that no markup in a quote or a name takes effect."""

from __future__ import annotations

import re
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kg.views.page import clean

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~&#$!^])")
_AT_START = re.compile(r"^(?:([-+=])|(\d{1,9})([.)]))")
_LINKS = re.compile(r"(?i)(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)|(\S)(@)")


def escape(value: str) -> str:
    r"""Write text so that Markdown shows it as it is, on one line.

    >>> print(escape("1. <b>*no*</b> | x"))
    1\. \<b\>\*no\*\</b\> \| x
    """
    flat = " ".join(clean(value).split())
    special = _SPECIAL.sub(r"\\\1", flat)
    # Some dialects turn bare addresses into links; an escaped sign keeps them text.
    special = _LINKS.sub(lambda m: f"{m[1] or m[3] or m[5]}\\{m[2] or m[4] or m[6]}", special)
    return _AT_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", special)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the Jinja environment for Markdown; every value is escaped unless it is `Markup`."""
    made = Environment(  # HTML escaping is not what Markdown needs; `finalize` escapes instead
        loader=PackageLoader("kg.views", "templates"),
        autoescape=False,  # noqa: S701  # Markdown needs its own escaping: `finalize` does it
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    made.filters["markup"] = Markup  # for text that a macro has already made, and for signs of our own
    made.filters["anchor"] = anchor
    return made


def anchor(identifier: str) -> Markup:
    """Return an id as it may stand in a link: letters, digits and dashes only."""
    return Markup(re.sub(r"[^A-Za-z0-9-]", "", identifier))  # noqa: S704  # nothing else is left in it


def _finalize(value: object) -> object:
    return escape(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def render(template: str, **values: object) -> str:
    """Fill a packaged Markdown template; runs of blank lines become one."""
    text = environment().get_template(template).render(**values)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
