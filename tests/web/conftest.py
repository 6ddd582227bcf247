"""The first case in an application that is asked directly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from kg.web.state import State
from tests.conftest import CASE
from tests.web.served import client_of, state_of


@pytest.fixture(scope="module")
def state() -> Iterator[State]:
    made = state_of(CASE)
    yield made
    made.close()


@pytest.fixture
def client(state: State) -> Iterator[TestClient]:
    with client_of(state) as made:
        yield made
