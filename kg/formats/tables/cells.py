"""Texts to cells and back, so that no spreadsheet runs a text as a formula.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and a quote may begin with any of them.
Such a cell is written with an apostrophe before it, which is how a spreadsheet itself marks a text, and the
apostrophe is taken away in reading. Nothing is lost: a text that begins with apostrophes and then such a sign gets one
more.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_MARKED = re.compile(r"'+[=+\-@\t\r]")
MARKED = r"^'+[=+\-@\t\r]"
"""Matches a cell whose first apostrophe is no part of the text, also in the syntax of the columnar engine."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def as_cell(text: str) -> str:
    """Write a text so that no spreadsheet takes it for a formula; a number is none.

    >>> as_cell("=1+1"), as_cell("'=1"), as_cell("-5"), as_cell("it's")
    ("'=1+1", "''=1", '-5', "it's")
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def from_cell(cell: str) -> str:
    """Read a cell that `as_cell` may have marked.

    >>> from_cell("'=1+1"), from_cell("''=1"), from_cell("-5"), from_cell("'tis")
    ('=1+1', "'=1", '-5', "'tis")
    """
    return cell[1:] if _MARKED.match(cell) else cell
