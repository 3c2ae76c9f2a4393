"""What a file is, found out before its rows are checked: encoding, heading and date format."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from app.services.importing.columns import (
    DELIMITERS,
    Heading,
    NoHeading,
    read_delimiter,
    read_heading,
)
from app.services.importing.dates import DateFormat, find_format, read_format
from app.services.importing.numbers import Numbers, read_thousands
from app.services.importing.options import ImportOptions
from app.services.importing.questions import Choice, Question
from app.services.importing.reading import CutLine, Lines, check_encoding, read_lines
from app.services.importing.report import ImportRefused
from app.services.importing.rows import Rows, read_rows
from app.services.importing.source import Source
from app.services.messages import Message

# Titles and remarks above the heading; a file without any heading is not read for ever.
MOST_LINES_ABOVE = 20


@dataclass(frozen=True)
class Understanding:
    """How a file is read; the heading stands on `line`."""

    encoding: str
    heading: Heading
    line: int
    date_format: DateFormat
    # What the text was taken out of, and which member of that: a sheet, a file of an archive.
    kind: str = "text"
    member: str | None = None
    numbers: Numbers = field(default_factory=Numbers, compare=False)

    def as_dict(self) -> dict[str, Any]:
        """Return it in the words of a report."""
        heading = self.heading
        # A workbook's text was written by us.
        written = self.kind != "workbook"
        delimiter = DELIMITERS.get(heading.delimiter, heading.delimiter)
        return {
            "kind": self.kind,
            "member": self.member,
            "encoding": self.encoding.removesuffix("-sig").upper() if written else None,
            "delimiter": delimiter if written else None,
            "heading_line": self.line,
            "date_format": self.date_format.name,
            "columns": {field: heading.names[place] for field, place in heading.places.items()},
            "ignored": heading.ignored,
            "parts": [heading.names[place] for place in heading.parts],
            "counting": heading.counting,
            "thousands": self.numbers.as_dict(),
        }


def understand(source: Source, options: ImportOptions) -> Understanding:
    """Find out how to read a file, as far as the options do not say; ImportRefused if in doubt."""
    encoding, pieces = read_lines(source, options.encoding)
    heading, line = _find_heading(source, pieces, options)
    if options.date_format:
        date_format = read_format(options.date_format)
    else:
        date_format = find_format(_date_cells(source, encoding, heading, line))
    numbers = Numbers(
        heading.places,
        lambda: _rows_below(source, encoding, heading, line),
        options.thousands,
    )
    kind, member = source.content.kind, source.content.member
    return Understanding(encoding, heading, line, date_format, kind, member, numbers)


def check_options(options: ImportOptions) -> None:
    """Raise ImportRefused for an encoding, delimiter or date format that there is not."""
    if options.encoding:
        check_encoding(options.encoding)
    if options.delimiter:
        read_delimiter(options.delimiter)
    if options.date_format:
        read_format(options.date_format)
    if options.thousands:
        read_thousands(options.thousands)


def refuse_other_counting(understanding: Understanding, counting: str) -> None:
    """Raise ImportRefused where a file tells new counts and the outbreak totals, or the reverse."""
    told = understanding.heading.counting
    if told == "new" and counting == "cumulative":
        text = (
            "The file tells what is new each day, and the outbreak counts totals. Say that these "
            "are new counts, to have them added up, or import a file of totals."
        )
        label = Message("These are new counts: add them up, day by day")
        question = Question("counting", (Choice("new", label),))
        raise ImportRefused(Message(text), question)
    if told == "cumulative" and counting == "daily":
        text = (
            "The file tells totals, and the outbreak counts what is new each day. Import a file of "
            "new counts."
        )
        raise ImportRefused(Message(text))


def _date_cells(source: Source, encoding: str, heading: Heading, line: int) -> Iterator[str]:
    for rows in _rows_below(source, encoding, heading, line):
        if rows.lines:
            yield from rows.columns[heading.places["date"]]
        # No cell can be told to be the date, but there are rows to report.
        yield from ("" for _ in (*rows.odd, *rows.broken))


def rows_of(source: Source, understanding: Understanding) -> Iterator[Rows]:
    """Read the file from its beginning and yield the rows under the heading."""
    how = understanding
    return _rows_below(source, how.encoding, how.heading, how.line)


def _rows_below(source: Source, encoding: str, heading: Heading, line: int) -> Iterator[Rows]:
    _, pieces = read_lines(source, encoding)
    return read_rows(_below(pieces, line), heading)


def _below(pieces: Iterator[Lines], line: int) -> Iterator[Lines]:
    for piece in pieces:
        skipped = max(0, line + 1 - piece.first)
        texts = piece.texts[skipped:] if skipped else piece.texts
        if texts:
            yield Lines(piece.first + skipped, texts, piece.ends_open)


def _find_heading(
    source: Source, pieces: Iterator[Lines], options: ImportOptions
) -> tuple[Heading, int]:
    """Read the first line that names columns we know; ImportRefused for what the first lacks."""
    delimiter = "," if source.content.kind == "workbook" else options.delimiter
    wished = options.heading_line
    refusal = ImportRefused(Message("%(name)s is empty.", name=source.name))
    for line, text in islice(_filled(pieces), MOST_LINES_ABOVE):
        # What Excel writes above the heading: its delimiter.
        mark = re.fullmatch(r"sep=(.)", text.strip("\r\n"))
        if mark and line == 1:
            delimiter = delimiter or mark[1]
            continue
        if wished is not None and line != wished:
            text = "Line %(line)s, which was to be the heading, is blank or not among the first."
            refusal = ImportRefused(Message(text, line=wished))
            continue
        try:
            return read_heading(text, options.columns, delimiter, options.counting), line
        except NoHeading as error:
            # It may be a title.
            refusal = error if not isinstance(refusal, NoHeading) else refusal
        except ImportRefused:
            if isinstance(refusal, NoHeading):
                break
            raise
    raise refusal


def _filled(pieces: Iterator[Lines]) -> Iterator[tuple[int, str]]:
    for piece in pieces:
        for line, text in enumerate(piece.texts, start=piece.first):
            if isinstance(text, CutLine):
                raise ImportRefused(Message("The first line is too long to be a heading."))
            if text.strip():
                yield line, text
