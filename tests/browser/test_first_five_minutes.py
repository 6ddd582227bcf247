"""The first five minutes of a new user, from the command line to the browser and back."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.web.served import KG, running
from tests.windows import Look

pytestmark = pytest.mark.browser

ANOTHER_CLAIM = """
  lighthizer-trip-made:
    by: robert-lighthizer
    on: 2019-01-23
    attribution: on-record
    affirms: [preparatory-talks, is, Held]
    holds: 2019-01-21/2019-01-25
    reading: Made up for a test.
"""


def kg(*words: str | Path, folder: Path) -> str:
    """Run the command as a user does."""
    done = subprocess.run(
        [*KG, *map(str, words)],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_five_minutes(look: Callable[..., Look], tmp_path: Path) -> None:
    kg("init", "talks", folder=tmp_path)
    dossier = tmp_path / "talks" / "us-china-2019.yaml"

    said = kg("check", "talks", folder=tmp_path)
    assert "Kudlow" in said
    identifier = re.search(r"^✕ .*  ([a-z2-7]{10})$", said, re.MULTILINE)[1]  # type: ignore[index]
    assert len(re.findall(r"us-china-2019\.yaml:\d+", said)) >= 4

    proof = kg("explain", identifier, "talks", folder=tmp_path)
    assert len(re.findall(r"^ *\d+\. ", proof, re.MULTILINE)) >= 3

    with running(tmp_path / "talks") as server:
        address = server.url.rstrip("/")
        seen = look(address)
        seen.page.goto(address)
        seen.page.wait_for_load_state()
        before = {row.get_attribute("data-dispute") for row in seen.page.locator("[data-dispute]").all()}
        assert identifier in before
        seen.page.goto(f"{address}/dispute/{identifier}")
        assert seen.page.locator("h1").inner_text().endswith("?")
        assert seen.page.get_by_text("cannot both be true").first.is_visible()

        seen.page.goto(address)
        with dossier.open("a", encoding="utf-8") as file:
            file.write(ANOTHER_CLAIM)
        seen.page.locator("[data-dispute]").nth(len(before)).wait_for(timeout=20_000)
        new = {row.get_attribute("data-dispute") for row in seen.page.locator("[data-dispute]:has(.new)").all()}
        after = {row.get_attribute("data-dispute") for row in seen.page.locator("[data-dispute]").all()}
        assert new == after - before
        assert new

        wrong = dossier.read_text(encoding="utf-8")
        dossier.write_text(wrong.replace("by: robert-lighthizer", "by: robert-lighthiser"), encoding="utf-8")
        banner = seen.page.get_by_text('did you mean "robert-lighthizer"?')
        banner.wait_for(timeout=20_000)
        dossier.write_text(wrong, encoding="utf-8")
        banner.wait_for(state="hidden", timeout=20_000)
        assert seen.elsewhere == []
        assert seen.errors == []

    question = tmp_path / "scheduled.rq"
    question.write_text("SELECT ?m { ?m a <https://w3id.org/parley/ns#Scheduled> }", encoding="utf-8")
    every = kg("ask", question, "talks", "--under", "every", folder=tmp_path)
    some = kg("ask", question, "talks", "--under", "some", folder=tmp_path)
    assert every != some

    kg("publish", "talks", "public", folder=tmp_path)
    seen = look("file://")
    seen.page.goto((tmp_path / "public" / "index.html").as_uri())
    seen.page.locator(f'[data-dispute="{identifier}"] a').first.click()
    assert seen.page.locator("h1").inner_text().endswith("?")
    assert seen.elsewhere == []
    assert seen.errors == []
