"""At which grain a bare kernel counts: single claims, or positions with the claims on their side."""

from __future__ import annotations

from enum import Enum


class Level(Enum):
    """What the rows of a result stand for."""

    CLAIMS = "claims"
    POSITIONS = "positions"
