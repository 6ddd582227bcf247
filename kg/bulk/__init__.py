"""Files of any size into a store: streamed, judged set at a time, and put in a file at a time."""

from kg.bulk.feeding import Progress
from kg.bulk.loading import SMALL, Loaded, LoadedGraph, load

__all__ = ["SMALL", "Loaded", "LoadedGraph", "Progress", "load"]
