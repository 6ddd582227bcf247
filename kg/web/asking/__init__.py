"""Queries answered by other processes, so that one that never ends, or wants all memory, harms nobody.

The engine cannot stop a query once it runs, and a server with threads cannot safely copy itself (`fork`). So the
server starts a process afresh that has one thread and the same data, and that copies itself for each question:

    server  --control-->  asking process  --fork-->  one process for each question
       ^---------------- answer, verdict ------------------'

`control` carries two sockets for each question. Over the second (`verdict`) the question comes in, and one line of
JSON that says how it went comes back; the bytes of the answer come over the first. Whoever closes them, or dies,
ends the question: the process that works on it is killed. A process that ends without a verdict gets one from the
asking process, which keeps the time and says why. If that process itself is lost, a new one is started.
"""

from __future__ import annotations

from kg.web.asking.jobs import Dump, Serialised
from kg.web.asking.processes import AskingProcess, AskingProcesses
from kg.web.asking.verdicts import BrokeDown, Busy

__all__ = ["AskingProcess", "AskingProcesses", "BrokeDown", "Busy", "Dump", "Serialised"]
