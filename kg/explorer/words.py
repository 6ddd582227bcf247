"""Text as it is searched for: cut into words, without regard to capitals, accents and marks of direction.

Scripts without spaces between words, and pictures such as emoji, are cut into single characters. What a person
types is cut in the same way and never read as anything but words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\u2e80-\u2fff\u3005-\u3007\u3021-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
"""Characters that are words by themselves: Thai to Khmer, arrows and signs, Chinese and Japanese, pictures."""
_SIGNS_OF_VOWELS = "\u0900-\u0dff"
"""Scripts of India, whose vowels are marks behind the letter."""
_WORD = re.compile(f"(?P<alone>[{_ALONE}])|(?:(?![{_ALONE}])[^\\W_]|[{_SIGNS_OF_VOWELS}])+")
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters with a stroke and the like, which Unicode does not take apart."""
_IGNORED = frozenset({"Mn", "Me", "Cf"})
_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|(\S+)')
AROUND = 110
"""Characters shown before and after the first word found in a long text."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is searched for, and where it stands in the text."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must follow each other; the last may be only the beginning of one."""

    words: tuple[str, ...]
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text, and whether it was searched for."""

    text: str
    found: bool = False


def fold(text: str) -> str:
    """Write a text without capitals, accents and invisible characters.

    >>> fold("Łódź, STRASSE, ＡＢＣ"), fold("Straße") == fold("STRASSE")
    ('lodz, strasse, abc', True)
    """
    if text.isascii():
        return text.lower()
    return "".join(_kept(text))


def _kept(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    return (c for c in plain if c.isascii() or unicodedata.category(c) not in _IGNORED)


def words(text: str) -> list[str]:
    """Cut a text into words as they are searched for.

    >>> words("The U.S.–China talks, 北京 🚢")
    ['the', 'u', 's', 'china', 'talks', '北', '京', '🚢']
    """
    return [match.group() for match in _WORD.finditer(fold(text))]


def placed_words(text: str) -> list[Word]:
    """Cut a text into words, with their places in it.

    >>> placed_words("Zoë's")
    [Word(folded='zoe', start=0, end=3), Word(folded='s', start=4, end=5)]
    """
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for one in _kept(character):
            folded.append(one)
            places.append(place)
    whole = "".join(folded)
    return [Word(m.group(), places[m.start()], places[m.end() - 1] + 1) for m in _WORD.finditer(whole)]


def phrases(text: str) -> tuple[Phrase, ...]:
    """Read what a person types: words, each of which may be the beginning of one, and "phrases in quotes".

    >>> phrases('kudl "Preparatory Talks"')
    (Phrase(words=('kudl',), is_whole=False), Phrase(words=('preparatory', 'talks'), is_whole=True))
    >>> phrases('NEAR(*) OR -')
    (Phrase(words=('near',), is_whole=False), Phrase(words=('or',), is_whole=False))
    """
    found = []
    for quoted, plain in _QUOTED.findall(text):
        if cut := words(quoted or plain):
            found.append(Phrase(tuple(cut), bool(quoted)))
    return tuple(dict.fromkeys(found))


def marked(text: str, wanted: Sequence[Phrase]) -> list[Part]:
    """Cut a text into what was searched for and the rest; joined, the parts are the text.

    >>> [part.text for part in marked("The Talks were cancelled", phrases("talk")) if part.found]
    ['Talks']
    """
    parts: list[Part] = []
    at = 0
    for start, end in _spans(text, wanted):
        if start > at:
            parts.append(Part(text[at:start]))
        parts.append(Part(text[start:end], found=True))
        at = end
    return [*parts, Part(text[at:])] if at < len(text) else parts


def passage(text: str, wanted: Sequence[Phrase], around: int = AROUND) -> list[Part]:
    """Mark what was searched for in a long text, and show only what stands near the first place.

    >>> [part.text for part in passage("one two three four five", phrases("three"), around=5)]
    ['…', 'two ', 'three', ' four', '…']
    """
    first, last = next(_spans(text, wanted), (0, 0))
    start, end = max(0, first - around), min(len(text), last + around)
    if start and not text[start - 1].isspace() and (space := text.find(" ", start, first)) >= 0:
        start = space + 1
    if end < len(text) and not text[end].isspace() and (space := text.rfind(" ", last, end)) >= 0:
        end = space
    shown = marked(text[start:end], wanted)
    return [*([Part("…")] if start else []), *shown, *([Part("…")] if end < len(text) else [])]


def _spans(text: str, wanted: Iterable[Phrase]) -> Iterator[tuple[int, int]]:
    """Yield where phrases stand in a text, in order; those that touch are one."""
    placed = placed_words(text)
    found = sorted({(placed[at].start, placed[at + len(phrase.words) - 1].end)
                    for phrase in wanted for at in range(len(placed)) if _stands(phrase, placed, at)})  # fmt: skip
    joined: tuple[int, int] | None = None
    for start, end in found:
        if joined is not None and start <= joined[1]:
            joined = (joined[0], max(joined[1], end))
            continue
        if joined is not None:
            yield joined
        joined = (start, end)
    if joined is not None:
        yield joined


def _stands(phrase: Phrase, placed: Sequence[Word], at: int) -> bool:
    if at + len(phrase.words) > len(placed):
        return False
    *before, last = phrase.words
    here = [word.folded for word in placed[at : at + len(phrase.words)]]
    return here[:-1] == before and (here[-1] == last or (not phrase.is_whole and here[-1].startswith(last)))
