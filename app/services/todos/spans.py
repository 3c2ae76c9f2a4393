"""Words of a line that mean something, and where they stand in it."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["due", "priority", "person", "country", "repeat"]

# A word begins after a blank and ends before one, or before a mark that ends a sentence.
_BEGIN = r"(?<!\S)"
_END = r"(?=$|\s|[,;:!?)](?:\s|$)|\.(?:\s|$))"


@dataclass(frozen=True)
class Span:
    """Words that were understood; `last` are meant so only where no plain words follow."""

    start: int
    end: int
    kind: Kind
    value: Any
    last: bool = False


@dataclass(frozen=True)
class Pattern:
    """What words look like, and what they mean; None where these do not mean it after all."""

    words: str
    meaning: Callable[[re.Match[str]], Any]
    last: bool = False


def find_words(words: str, text: str) -> Iterator[re.Match[str]]:
    """Find these words, and no part of others, however they are cased.

    The expression is compiled here, once, and not where it stands: most processes read no line.
    """
    return re.finditer(_BEGIN + words + _END, text, re.IGNORECASE)


def find_spans(text: str, kind: Kind, patterns: Iterable[Pattern]) -> list[Span]:
    """Find what the patterns understand, in order; of two that overlap the longer."""
    found = sorted(_matches(text, kind, patterns), key=lambda span: (span.start, -span.end))
    spans: list[Span] = []
    for span in found:
        if not spans or span.start >= spans[-1].end:
            spans.append(span)
    return spans


def blank_out(text: str, places: Iterable[tuple[int, int]], mark: str = "\0") -> str:
    """Return the text with these places taken by a mark that is no word and no blank."""
    for start, end in places:
        text = text[:start] + mark * (end - start) + text[end:]
    return text


def _matches(text: str, kind: Kind, patterns: Iterable[Pattern]) -> Iterator[Span]:
    for one in patterns:
        for match in find_words(one.words, text):
            try:
                value = one.meaning(match)
            except (ValueError, OverflowError):
                # A day or a number that there is not.
                continue
            if value is not None:
                yield Span(match.start(), match.end(), kind, value, one.last)
