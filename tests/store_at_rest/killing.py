"""Kill a writer at random moments, many times, and look at what it has left. Run as a program, by `test_killed.py`.

    python -m tests.store_at_rest.killing FOLDER TIMES SEED

Each writer and each look is a copy of this process (`fork`), which itself never opens a store, so that none of the
engine's threads is there to be copied.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kg.store import OxigraphStore, generations, oxigraph, replacing
from kg.terms import Iri, Literal, Triple
from tests.store_at_rest.conftest import G, H, K, lines, versions

COUNT = 1500
_BETWEEN = 0.2, 1.2
"""Parts of the time that a whole write takes, between which it is killed: most of what happens does so late."""


def put(store: OxigraphStore, version: str) -> None:
    """Replace both graphs through `put_all`."""
    value = Iri("http://e/v")
    store.put_all({g: [Triple(Iri(f"http://e/{n}"), value, Literal(version)) for n in range(COUNT)] for g in (G, H)})


def put_in_bulk(store: OxigraphStore, version: str) -> None:
    oxigraph.BULK = 1
    put(store, version)


def load_at_once(store: OxigraphStore, version: str) -> None:
    """Replace both graphs by a file, in one transaction."""
    files = [Path(store.place).with_name(f"{graph.rpartition('/')[2]}-{version}.nq") for graph in (G, H)]
    for graph, file in zip((G, H), files, strict=True):
        file.write_text("".join(lines(graph, version, COUNT + 3)))
    store.load_files([G, H], files)
    for file in files:
        file.unlink()


def load_unseen(store: OxigraphStore, version: str) -> None:
    """Replace both graphs by a file in a copy of the store."""
    oxigraph.SMALL = 0
    load_at_once(store, version)


def load_with_links(store: OxigraphStore, version: str) -> None:
    """The same, with the copy made of links."""
    replacing.COSTS_OF_REMOVAL = 0
    load_unseen(store, version)


WAYS = (put, put_in_bulk, load_at_once, load_unseen, load_with_links)


def in_a_copy(work: Callable[[], object]) -> int:
    """Do something in a copy of this process; return its id."""
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        work()
        status = 0
    except AssertionError as error:
        print(error, file=sys.stderr, flush=True)
    finally:
        os._exit(status)


def write(folder: Path, way: Callable[[OxigraphStore, str], None], version: str) -> None:
    with OxigraphStore.at(folder) as store:
        way(store, version)


def look(folder: Path, known: set[str], out: int) -> None:
    """Check that a folder holds one whole version of what is known, and nothing that was left; tell which."""
    with OxigraphStore.at(folder) as store:
        found = versions(store, G), versions(store, H)
        assert len(found[0]) in (0, COUNT) and len(found[0]) == len(found[1]), [len(one) for one in found]
        both = {*found[0], *found[1]}
        assert len(both) <= 1 and both <= known, (both, known)
        assert not found[0] or len(versions(store, K)) == 1, "the graph that nobody touched"
    files = {path.name for path in folder.rglob("*")}
    assert not any(name.startswith("bulk-") or name.endswith(".part") for name in files), files
    data = generations.data_folder(folder)
    others = [path.name for path in folder.iterdir() if path.is_dir() and path != data]
    assert others in ([], ["readers"]), others
    os.write(out, (both.pop() if both else "").encode())


def looked(folder: Path, known: set[str]) -> str:
    source, sink = os.pipe()
    process = in_a_copy(partial(look, folder, known, sink))
    os.close(sink)
    _, status = os.waitpid(process, 0)
    with os.fdopen(source) as answer:
        version = answer.read()
    if status:
        sys.exit(f"found damage after a kill; see above (status {status})")
    return version


def main() -> None:
    folder, times, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)  # noqa: S311  # not for secrets
    takes: dict[str, float] = {}
    before = after = 0
    version = ""

    def begin(store: OxigraphStore) -> None:
        store.put(K, [Triple(K, Iri("http://e/v"), Literal("kept"))])
        put(store, "first")

    os.waitpid(in_a_copy(lambda: write(folder, lambda store, _: begin(store), "first")), 0)
    version = looked(folder, {"first"})
    assert version == "first"
    for number in range(times):
        way = WAYS[number % len(WAYS)]
        start = time.monotonic()
        if way.__name__ not in takes:  # the first of each kind may finish, to know how long it takes
            os.waitpid(in_a_copy(partial(write, folder, way, str(number))), 0)
            takes[way.__name__] = time.monotonic() - start
            version = looked(folder, {str(number)})
            assert version == str(number), f"{way.__name__} does not work"
            continue
        writer = in_a_copy(partial(write, folder, way, str(number)))
        time.sleep(takes[way.__name__] * chance.uniform(*_BETWEEN))
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        was, version = version, looked(folder, {version, str(number)})
        before, after = before + (version == was), after + (version != was)
    print(f"{before} {after}")


if __name__ == "__main__":
    main()
