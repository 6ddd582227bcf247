"""Workloads written to disk once, so that every engine reads the same data in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from benchmarks.peers.data import Files
from benchmarks.workload import texts
from benchmarks.workload.claims import Claims, Workload
from benchmarks.workload.six_rules import six_rules

DATA = Path(__file__).resolve().parent.parent / "out" / "data"
LARGEST_TEXT = 1_000_000
"""Beyond so many claims no file is written for engines that read text."""


def saved(claims: int, seed: int = 1) -> Path:
    """Write the six-rule workload to a folder, unless it is there; return the folder."""
    folder = DATA / f"six-rules-{claims}-{seed}"
    if (folder / "done").exists():
        return folder
    workload = six_rules(claims, seed)
    workload.claims.save(folder)
    np.savez(folder / "planted.npz", position=workload.position, copies=workload.copies, **workload.planted)  # type: ignore[arg-type]  # a table by each name
    (folder / "entities").write_text(str(workload.entities), encoding="utf-8")
    if claims <= LARGEST_TEXT:
        files = files_in(folder)
        texts.write_triples(workload.claims, files.triples)
        texts.write_csv(workload.claims, files.csv)
        texts.write_facts(workload.claims, files.facts)
        day = busiest_day(workload)
        held = texts.write_day(workload.claims, day, files.day)
        (folder / "day.json").write_text(json.dumps({"day": day, "claims": held}), encoding="utf-8")
    (folder / "done").touch()
    return folder


def files_in(folder: Path) -> Files:
    """Return where the text forms are."""
    return Files(folder / "claims.nt", folder / "claims.csv", folder / "claims.lp", folder / "day.ttl")


def columns_in(folder: Path) -> Claims:
    """Read the claims alone, as columns."""
    return Claims.load(folder)


def entities_in(folder: Path) -> int:
    """Read how many entities there are."""
    return int((folder / "entities").read_text(encoding="utf-8"))


def workload_in(folder: Path) -> Workload:
    """Read everything, with what was planted."""
    with np.load(folder / "planted.npz") as truth:
        arrays = dict(truth.items())
    position, copies = arrays.pop("position"), arrays.pop("copies")
    return Workload(Claims.load(folder), position, entities_in(folder), arrays, copies)


def busiest_day(workload: Workload) -> int:
    """Return the day on which most of the planted conflicts are live."""
    first = np.zeros(len(workload.copies), np.int64)
    first[workload.position] = np.arange(len(workload.position))
    begun, ended = [], []
    for members in workload.planted.values():
        rows = first[members]
        begun.append(workload.claims.start[rows].max(axis=1))
        ended.append(workload.claims.end[rows].min(axis=1) + 1)
    change = np.zeros(int(max(e.max() for e in ended)) + 1, np.int64)
    np.add.at(change, np.concatenate(begun), 1)
    np.add.at(change, np.concatenate(ended), -1)
    return int(change.cumsum().argmax())
