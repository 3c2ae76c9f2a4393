"""What a file is, found out before its rows are checked: encoding, heading and date format."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.services.importing.columns import DELIMITERS, Heading, read_delimiter, read_heading
from app.services.importing.dates import DateFormat, find_format, read_format
from app.services.importing.options import ImportOptions
from app.services.importing.reading import CutLine, Lines, check_encoding, read_lines
from app.services.importing.report import ImportRefused
from app.services.importing.rows import Rows, read_rows
from app.services.importing.source import Source
from app.services.messages import Message


@dataclass(frozen=True)
class Understanding:
    """How a file is read; the heading stands on `line`."""

    encoding: str
    heading: Heading
    line: int
    date_format: DateFormat
    # What the text was taken out of, and which part of that: a sheet, a file of an archive.
    kind: str = "text"
    part: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it in the words of a report."""
        heading = self.heading
        # A workbook's text was written by us.
        written = self.kind != "workbook"
        delimiter = DELIMITERS.get(heading.delimiter, heading.delimiter)
        return {
            "kind": self.kind,
            "part": self.part,
            "encoding": self.encoding.removesuffix("-sig").upper() if written else None,
            "delimiter": delimiter if written else None,
            "heading_line": self.line,
            "date_format": self.date_format.name,
            "columns": {field: heading.names[place] for field, place in heading.places.items()},
            "ignored": heading.ignored,
        }


def understand(source: Source, options: ImportOptions) -> Understanding:
    """Find out how to read a file, as far as the options do not say; ImportRefused if in doubt."""
    encoding, pieces = read_lines(source, options.encoding)
    heading, line = _find_heading(source, pieces, options)
    if options.date_format:
        date_format = read_format(options.date_format)
    else:
        date_format = find_format(_date_cells(source, encoding, heading, line))
    content = source.content
    return Understanding(encoding, heading, line, date_format, content.kind, content.part)


def check_options(options: ImportOptions) -> None:
    """Raise ImportRefused for an encoding, delimiter or date format that there is not."""
    if options.encoding:
        check_encoding(options.encoding)
    if options.delimiter:
        read_delimiter(options.delimiter)
    if options.date_format:
        read_format(options.date_format)


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
    delimiter = options.delimiter
    if source.content.kind == "workbook":
        delimiter = ","
    for piece in pieces:
        for line, text in enumerate(piece.texts, start=piece.first):
            # What Excel writes above the heading: its delimiter.
            mark = re.fullmatch(r"sep=(.)", text.strip("\r\n"))
            if mark and line == 1:
                delimiter = delimiter or mark[1]
            elif isinstance(text, CutLine):
                raise ImportRefused(Message("The first line is too long to be a heading."))
            elif text.strip():
                return read_heading(text, options.columns, delimiter), line
    raise ImportRefused(Message("%(name)s is empty.", name=source.name))
