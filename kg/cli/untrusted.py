"""Text that others wrote, made safe to print on a terminal."""

from __future__ import annotations

LONGEST_LINE = 2_000
"""Characters of a message; a file may put any number of its own into one."""


def visible(text: str) -> str:
    """Put a sign in place of what a terminal would obey or hide: escape sequences, marks that turn text round.

    >>> visible("a\\x1b[31mb\\u202e")
    'a�[31mb�'
    """
    return "".join(char if char.isprintable() or char in "\n\t" else "�" for char in text)


def one_line(text: str) -> str:
    """Make untrusted text one line for a terminal, and not endless.

    >>> one_line("ft.yaml: unknown actor\\n" + "x" * 5_000)[:30]
    'ft.yaml: unknown actor xxxxxxx'
    """
    line = visible(" ".join(text.splitlines()))
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}… ({len(line):,} characters)"
