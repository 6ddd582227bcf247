"""The explorer as a folder of files that opens from disk and can be mailed."""

from kg.publishing.archive import publish_archive
from kg.publishing.folder import Published, publish

__all__ = ["Published", "publish", "publish_archive"]
