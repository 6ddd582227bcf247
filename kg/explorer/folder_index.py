"""Search in a folder without a server: an index as a script, and everything from A to Z where scripts are off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.explorer.explorer import Explorer
from kg.explorer.indexing import KINDS, TEXT, entries, ref_of
from kg.explorer.page import Ref
from kg.explorer.searching import Entry
from kg.explorer.site import Address, FolderSite
from kg.explorer.words import words
from kg.views.page import clean, script_json

FILE = "search-index.js"
"""The name that the script has among the assets of a folder."""
_LONGEST = 400
"""Characters of a text that is shown; all of it is searched."""
_HEADINGS = {kind: heading for kind, heading, _ in KINDS}


@dataclass(frozen=True, slots=True)
class Letter:
    """What begins with a letter."""

    letter: str
    refs: tuple[Ref, ...]


def folder_index(explorer: Explorer, known: Iterable[Address]) -> str:
    r"""Write the index as a script: `window.PARLEY_INDEX = [[kind, name, text, words, link], …]`.

    Links are those of the page for searching; what has no page in the folder (`known`) is left out. The words are
    folded as the browser folds what is typed. Nothing in the script can end it: `<`, `>`, `&` are escaped, and all
    that is not ASCII.
    """
    site = FolderSite(Address.of("search"), known)
    rows = [
        [_HEADINGS[entry.kind], clean(entry.name), clean(entry.text[:_LONGEST]), _words(entry), link]
        for entry, link in _linked(explorer, site)
    ]
    return f"window.PARLEY_INDEX = {script_json(rows)};\n"


def _linked(explorer: Explorer, site: FolderSite) -> Iterator[tuple[Entry, str]]:
    for entry in entries(explorer):
        address = ref_of(explorer, entry).address
        if address is not None and (link := site.href(address)):
            yield entry, link


def _words(entry: Entry) -> str:
    return " ".join(words(f"{entry.name} {entry.text} {entry.hidden}"))


def letters(explorer: Explorer) -> list[Letter]:
    """Return everything by the first letter of its name; texts of documents stand under the documents."""
    found: dict[str, list[tuple[list[str], Ref]]] = {}
    for entry in entries(explorer):
        if entry.kind != TEXT:
            cut = words(entry.name)
            first = cut[0][0].upper() if cut and cut[0][0].isalpha() else "#"
            found.setdefault(first, []).append((cut, ref_of(explorer, entry)))
    return [
        Letter(letter, tuple(ref for _, ref in sorted(refs, key=lambda pair: (pair[0], pair[1].text))))
        for letter, refs in sorted(found.items())
    ]
