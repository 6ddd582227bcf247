"""The processes that answer for what is shown now; a new one is asked where the data was read again meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.store.protocol import Bounds
from kg.web.asking import AskingProcesses
from kg.web.asking.jobs import Job
from kg.web.asking.verdicts import Closed
from kg.web.refusals import Refused

if TYPE_CHECKING:
    from kg.web.state import State


def processes(state: State) -> AskingProcesses:
    """Return the processes that answer now."""
    found = state.answering
    if not isinstance(found, AskingProcesses):
        raise Refused(503, "this server was started without processes that answer queries")
    return found


async def fetch(state: State, job: Job, bounds: Bounds) -> bytes:
    """Have something done with the data that is shown."""
    asked = processes(state)
    try:
        return await asked.fetch(job, bounds)
    except Closed:
        if processes(state) is asked:
            raise
    return await processes(state).fetch(job, bounds)
