"""Lines into rows of cells: a quote that is never closed costs its own line, no other."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat

from app.services.importing.columns import Heading
from app.services.importing.reading import LONGEST_LINE, CutLine, Lines
from app.services.messages import Message

# A quoted cell may hold so many lines; a quote open for longer was never meant to be one.
MOST_LINES = 100


@dataclass
class BrokenRow:
    """A line that cannot be taken apart into cells."""

    line: int
    text: str
    reason: Message


@dataclass
class Rows:
    """Rows as wide as the heading, column by column, with the lines they begin on."""

    lines: Sequence[int]
    columns: Sequence[Sequence[str]]
    # Rows of another width, and lines that are no rows.
    odd: list[tuple[int, list[str]]] = field(default_factory=list)
    broken: list[BrokenRow] = field(default_factory=list)


def read_rows(pieces: Iterator[Lines], heading: Heading) -> Iterator[Rows]:
    """Yield the rows of the lines that follow the heading, some hundred at a time."""
    for piece in pieces:
        if piece.ends_open or piece.has_cut:
            yield _parse_singly(piece, pieces, heading)
        else:
            yield (
                _split(piece, heading)
                or _parse(piece, heading)
                or _parse_singly(piece, pieces, heading)
            )


def _split(piece: Lines, heading: Heading) -> Rows | None:
    """Take lines without any quote apart, which needs no parser and is three times as fast."""
    mark, width = heading.delimiter, len(heading.names)
    text = mark.join(piece.texts)
    if '"' in text or set(map(str.count, piece.texts, repeat(mark))) != {width - 1}:
        return None
    cells = text.split(mark)
    columns = [cells[place::width] for place in range(width)]
    return Rows(range(piece.first, piece.first + len(piece.texts)), columns)


def _parse(piece: Lines, heading: Heading) -> Rows | None:
    """Parse lines of which each is a row; None when one is not."""
    try:
        rows = list(csv.reader(piece.texts, delimiter=heading.delimiter, strict=True))
    except csv.Error:
        return None
    if len(rows) != len(piece.texts):
        return None
    return _arrange(range(piece.first, piece.first + len(rows)), rows, heading)


def _arrange(lines: Sequence[int], rows: list[list[str]], heading: Heading) -> Rows:
    width = len(heading.names)
    odd = []
    if set(map(len, rows)) != {width}:
        numbered = list(zip(lines, rows, strict=True))
        # Blank lines are no rows.
        odd = [(line, row) for line, row in numbered if row and len(row) != width]
        lines = [line for line, row in numbered if len(row) == width]
        rows = [row for row in rows if len(row) == width]
    return Rows(lines, list(zip(*rows, strict=True)), odd)


def _parse_singly(piece: Lines, following: Iterator[Lines], heading: Heading) -> Rows:
    lines: list[int] = []
    rows: list[list[str]] = []
    broken: list[BrokenRow] = []
    place = 0
    while place < len(piece.texts):
        line, text = piece.first + place, piece.texts[place]
        cells, used = _parse_row(piece, place, following, heading)
        place += used
        if isinstance(cells, Message):
            broken.append(BrokenRow(line, text, cells))
        else:
            lines.append(line)
            rows.append(cells)
    arranged = _arrange(lines, rows, heading)
    arranged.broken = broken
    return arranged


def _parse_row(
    piece: Lines, place: int, following: Iterator[Lines], heading: Heading
) -> tuple[list[str] | Message, int]:
    """Return the row that begins at a place, or what is wrong there, and how many lines it took."""
    text = piece.texts[place]
    if isinstance(text, CutLine):
        return Message("The line is longer than %(most)s characters.", most=f"{LONGEST_LINE:,}"), 1
    used = 0

    def lines_from_here() -> Iterator[str]:
        nonlocal used
        while used < MOST_LINES:
            if place + used == len(piece.texts) and not _extend(piece, following):
                return
            used += 1
            yield piece.texts[place + used - 1] + "\n"

    try:
        cells = next(csv.reader(lines_from_here(), delimiter=heading.delimiter, strict=True))
    except csv.Error as error:
        return _explain(error), 1
    if used > 1 and not _may_span_lines(cells, heading):
        return Message("A quote is opened here and not closed on this line."), 1
    if piece.ends_open and place + used == len(piece.texts) and _seems_cut(cells, heading):
        return Message("The file ends in the middle of this line."), used
    return cells, used


def _extend(piece: Lines, following: Iterator[Lines]) -> bool:
    more = next(following, None)
    if more is None:
        return False
    piece.texts = piece.texts + more.texts
    piece.ends_open = more.ends_open
    return True


def _may_span_lines(cells: list[str], heading: Heading) -> bool:
    """Tell whether a row over several lines holds its line ends in columns not imported."""
    if len(cells) != len(heading.names):
        return False
    return not any("\n" in cells[place] for place in heading.places.values())


def _seems_cut(cells: list[str], heading: Heading) -> bool:
    return any(cells) and (len(cells) < len(heading.names) or not cells[-1])


def _explain(error: csv.Error) -> Message:
    text = str(error)
    if "unexpected end of data" in text:
        return Message("A quote is opened here and never closed.")
    if "expected after" in text:
        return Message("A quote stands in the middle of a cell.")
    if "field larger" in text:
        most = f"{csv.field_size_limit():,}"
        return Message("A cell is longer than %(most)s characters.", most=most)
    return Message("The line cannot be taken apart into cells.")
