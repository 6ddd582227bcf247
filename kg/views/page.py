"""Put values into the packaged HTML templates: text escaped, scripts and styles named by their hash.

Everything a page needs is inside it, so it opens from disk and can be mailed. Its content security
policy allows the styles and scripts that this module put there, by hash, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that XML or HTML does not allow, and halves of surrogate pairs, which no file can hold."""


def clean(text: str) -> str:
    r"""Replace what a page cannot hold; all else, markup included, stays as it is.

    >>> clean("a\x00b\ud800")
    'a�b�'
    """
    return _UNFIT.sub("\ufffd", text)


def script_json(value: object) -> Markup:
    r"""Write data for a `<script type="application/json">`: nothing in it can end the element.

    >>> str(script_json("</script>\u2028"))
    '"\\u003c/script\\u003e\\u2028"'
    """
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    for character in "<>&'":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704  # every character that means something in HTML is escaped above


@lru_cache(maxsize=32)
def asset(name: str) -> str:
    """Return the text of a packaged style sheet or script."""
    return files("kg.views").joinpath("assets", name).read_text(encoding="utf-8")


def policy(styles: Iterable[str] = (), scripts: Iterable[str] = (), extra: str = "") -> str:
    """Write a content security policy that allows these inline texts and no request at all.

    >>> policy()
    "default-src 'none'; base-uri 'none'; form-action 'none'"
    """
    rules = ["default-src 'none'", "base-uri 'none'", "form-action 'none'"]
    for directive, texts in (("style-src", styles), ("script-src", scripts)):
        hashes = " ".join(f"'sha256-{_hash(text)}'" for text in texts)
        if hashes:
            rules.append(f"{directive} {hashes}")
    return "; ".join([*rules, *([extra] if extra else [])])


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the Jinja environment of the views; every value is escaped unless it is `Markup`."""
    return html_environment(PackageLoader("kg.views", "templates"))


def html_environment(loader: BaseLoader) -> Environment:
    """Make an environment for HTML: values are escaped unless they are `Markup`, and must be there."""
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        finalize=_finalize,
    )
    made.filters["script_json"] = script_json
    return made


def _finalize(value: object) -> object:
    if isinstance(value, Markup):
        return value
    return clean(value) if isinstance(value, str) else value


def trusted(text: str) -> Markup:
    """Mark text that this package made as HTML or SVG, so that a template does not escape it again."""
    return Markup(clean(text))  # noqa: S704  # callers pass packaged assets and the output of kg.views.svg


def render(template: str, **values: object) -> str:
    """Fill a packaged template."""
    return environment().get_template(template).render(**values)
