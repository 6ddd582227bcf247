"""A real browser before a real server: every request and every error is noted."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kg.explorer.explorer import Explorer
from kg.explorer.routes import addresses
from kg.explorer.site import Address
from tests.conftest import CASE
from tests.explorer.conftest import CASES
from tests.explorer.conftest import explorer as explorer  # noqa: PLC0414  # a fixture
from tests.explorer.conftest import nasty as nasty  # noqa: PLC0414  # a fixture

KG = (sys.executable, "-c", "from kg.cli import main; main()")
_READY = re.compile(r"http://127\.0\.0\.1:\d+")
LOOKS = [(1200, "light"), (390, "light"), (1200, "dark"), (390, "dark")]
"""Widths and themes in which pages are looked at."""


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


Open = Callable[..., Any]


@contextmanager
def serving(*paths: str | Path) -> Iterator[str]:
    """Run `kg serve` on a free port, and give its address."""
    command = [*KG, "serve", *map(str, paths), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        said = []
        for line in process.stdout or ():
            said.append(line)
            if found := _READY.search(line):
                yield found[0]
                return
        pytest.fail(f"kg serve did not start: {''.join(said)}")
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The first case on a server."""
    copy = tmp_path_factory.mktemp("served") / "talks"
    shutil.copytree(CASE, copy)
    with serving(copy) as address:
        yield address


@pytest.fixture(scope="session")
def served_nasty() -> Iterator[str]:
    """The dossier of hostile text on a server."""
    with serving(CASES / "nasty.yaml") as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium, started once."""
    sync_api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("NO CHROMIUM: this browser test did not run")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def look(chromium: Any) -> Iterator[Callable[..., Look]]:
    """Open a browser window of a width and theme; requests to any other origin are noted and refused."""
    contexts: list[Any] = []

    def opened(origin: str, width: int = 1200, scheme: str = "light", *, scripts: bool = True) -> Look:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        seen = Look(context.new_page())
        own = origin if origin.startswith("http") else "file://"

        def noted(route: Any) -> None:
            if route.request.url.startswith((own, "data:", "blob:")):
                route.continue_()
            else:
                seen.elsewhere.append(route.request.url)
                route.abort()

        context.route("**/*", noted)
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        seen.page.on("console", lambda message: seen.errors.append(message.text) if message.type == "error" else None)
        return seen

    yield opened
    for context in contexts:
        context.close()


def one_of_each(explorer: Explorer) -> list[Address]:
    """Return the addresses of one page of each kind; for things the one that most is said about."""
    chosen: dict[tuple[str, int, bool], Address] = {}
    for address in addresses(explorer):
        chosen.setdefault((address.parts[0] if address.parts else "", len(address.parts), bool(address.query)), address)
    return list(chosen.values())
