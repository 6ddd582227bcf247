"""The pages of things in Chromium: axe finds nothing, nothing scrolls sideways, nothing is asked of anybody else."""

from __future__ import annotations

import pytest

from tests.explorer.conftest import ORIGIN, Visit
from tests.explorer.things import MILL, opened
from tests.windows import FARTHEST

pytestmark = pytest.mark.browser
PAGES = ("meeting/first-meeting", "actor/ben", "institution/mill", "issue/pay", "thing/five-pence")


@pytest.mark.parametrize(("width", "scheme"), FARTHEST)
def test_pages_are_sound(visit: Visit, width: int, scheme: str) -> None:
    mill = opened(MILL)
    seen = visit(mill, width=width, scheme=scheme)
    for at in PAGES:
        seen.page.goto(f"{ORIGIN}/{at}")
        assert seen.fits, at
        assert seen.objections() == [], at
