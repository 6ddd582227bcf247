"""The published folder as one file to mail."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from kg.explorer.explorer import Explorer
from kg.publishing.folder import MOST_PAGES, Published, Told, publish

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that the format knows: the same pages give the same bytes."""


def publish_archive(explorer: Explorer, file: Path, *, told: Told | None = None, most: int = MOST_PAGES) -> Published:
    """Write the pages into a ZIP file, in one folder that bears its name; the file is replaced at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{file.name}-", dir=file.parent) as room:
        folder, draft = Path(room) / file.stem, Path(room) / file.name
        published = publish(explorer, folder, told=told, most=most)
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    entry = zipfile.ZipInfo(path.relative_to(room).as_posix(), _EPOCH)
                    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                    archive.writestr(entry, path.read_bytes())
        draft.replace(file)
    return published
