"""A browser window in a test: what it asked for elsewhere and what went wrong is noted, and axe looks at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from axe_playwright_python.sync_playwright import Axe

LOOKS = [(1200, "light"), (390, "light"), (1200, "dark"), (390, "dark")]
"""Widths and themes in which pages are looked at."""
FARTHEST = [LOOKS[0], LOOKS[3]]
"""The two of them that share neither."""
ARGUMENTS = ("--no-sandbox", "--disable-gpu")
NOT_FOUND = "Failed to load resource"
"""How a browser begins what it says of an answer that is no 200, which some tests want."""

COLOURS = "color-contrast", "link-in-text-block"
"""The rules of axe about what a theme may change."""
_OPTIONS: dict[str, object] = {"resultTypes": ["violations"], "preload": False}
"""Style sheets are not fetched a second time: the one experimental rule that asks for that is not used."""


class Answer(NamedTuple):
    """What stands for the answer of a server."""

    body: str | bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012  # nobody changes it


Answering = Callable[[str], Answer]
"""From the path and query that a page asks for to the answer."""


@dataclass
class Look:
    """A page in the browser, what it asked for elsewhere, and what went wrong."""

    page: Any
    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def fits(self) -> bool:
        """Whether nothing sticks out sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))

    @property
    def faults(self) -> list[str]:
        """What went wrong beside answers that are meant to be no 200."""
        return [error for error in self.errors if NOT_FOUND not in error]

    def objections(self, *rules: str) -> list[str]:
        """What axe has against the page as it stands, by all of its rules or by some."""
        options = _OPTIONS | ({"runOnly": rules} if rules else {})
        found = Axe().run(self.page, options=options).response["violations"]
        return [f"{one['id']}: {one['help']}: {node['html'][:200]}" for one in found for node in one["nodes"][:3]]


def chromium_here() -> str | None:
    """Return the path of the Chromium of this machine."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def window(
    browser: Any, origin: str, width: int, scheme: str, *, scripts: bool = True, answering: Answering | None = None
) -> Look:
    """Open a window that may ask its own origin only (a server, or `file://`); `answering` stands for the server."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
    )
    seen = Look(context.new_page())

    def asked(route: Any) -> None:
        url = route.request.url
        if not url.startswith((origin, "data:", "blob:")):
            seen.elsewhere.append(url)
            route.abort()
        elif answering is not None and url.startswith(origin):
            answer = answering(url.removeprefix(origin).partition("#")[0])
            headers = {"Content-Type": answer.kind, **answer.headers}
            route.fulfill(status=answer.status, headers=headers, body=answer.body)
        else:
            route.continue_()

    def dialog(one: Any) -> None:
        seen.errors.append(f"a dialog opened: {one.message}")
        one.dismiss()

    context.route("**/*", asked)
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    seen.page.on("console", lambda said: seen.errors.append(said.text) if said.type in ("error", "warning") else None)
    seen.page.on("dialog", dialog)
    return seen
