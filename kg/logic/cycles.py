"""Which edges of a relation can matter when only its cycles, or certain paths, are asked for.

A transitive relation of n edges has up to n² pairs. But if nothing is asked of it except whether something
stands before itself, only edges within a strongly connected component count; and if certain pairs are denied,
also those on a path between them (Tarjan 1972; here by scipy).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from kg.logic.tables import Flags, Ints


def relevant_edges(tail: Ints, head: Ints, froms: Ints, tos: Ints) -> Flags:
    """Say which edges lie on a cycle, or on a path from one of `froms` to one of `tos`.

    >>> edges = np.array([[1, 2], [2, 3], [3, 2], [3, 4], [4, 5]], np.int32)
    >>> relevant_edges(edges[:, 0], edges[:, 1], np.array([3], np.int32), np.array([4], np.int32)).tolist()
    [False, True, True, True, False]
    """
    nodes, codes = np.unique(np.concatenate([tail, head]), return_inverse=True)
    low, high = codes[: len(tail)], codes[len(tail) :]
    size = len(nodes)
    if not size:
        return np.zeros(0, np.bool_)
    graph = csr_array((np.ones(len(low), np.int8), (low, high)), shape=(size, size))
    _, component = connected_components(graph, directed=True, connection="strong")
    on_cycle = component[low] == component[high]
    if not len(froms) or not len(tos):
        return np.asarray(on_cycle)
    ahead = _reached(low, high, _among(nodes, froms), size)
    behind = _reached(high, low, _among(nodes, tos), size)
    return np.asarray(on_cycle | (ahead[low] & behind[high]))


def _among(nodes: Ints, wanted: Ints) -> npt.NDArray[np.intp]:
    return np.flatnonzero(np.isin(nodes, wanted))


def _reached(low: npt.NDArray[np.intp], high: npt.NDArray[np.intp], starts: npt.NDArray[np.intp], size: int) -> Flags:
    """Say which nodes can be reached from the starts, themselves included."""
    found = np.zeros(size, np.bool_)
    if len(starts):
        # One more node, with an edge to every start, makes one search of many.
        tails = np.concatenate([low, np.full(len(starts), size)])
        heads = np.concatenate([high, starts])
        graph = csr_array((np.ones(len(tails), np.int8), (tails, heads)), shape=(size + 1, size + 1))
        order = breadth_first_order(graph, size, directed=True, return_predecessors=False)
        found[order[order < size]] = True
    return found
