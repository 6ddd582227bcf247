"""Well-formed records: SHACL shapes in, plain sentences out; plainly good records are judged in columns."""

import pyshacl

from kg.validate.records import (
    PLAIN_FROM,
    Violation,
    focus_node,
    shacl,
    sub_classes,
    suspicious,
    told_violation,
    validate,
)

__all__ = [
    "PLAIN_FROM",
    "Violation",
    "focus_node",
    "pyshacl",
    "shacl",
    "sub_classes",
    "suspicious",
    "told_violation",
    "validate",
]
