"""What all tests share: the first case, and loud skips where the machine lacks something."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from kg.graph import KnowledgeGraph

ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "examples" / "us-china-2019"

settings.register_profile("calm", deadline=None)  # a busy machine makes no test wrong
settings.load_profile("calm")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("chromium") or shutil.which("google-chrome"):
        return
    if os.environ.get("PARLEY_REQUIRE_BROWSER"):
        raise pytest.UsageError("PARLEY_REQUIRE_BROWSER is set, and there is no Chromium")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="NO CHROMIUM: browser tests did not run (make test-all)"))


@pytest.fixture(scope="session")
def first_case() -> KnowledgeGraph:
    """The first case, loaded and checked once."""
    return KnowledgeGraph.load(CASE)
