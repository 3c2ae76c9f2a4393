"""The beginning of a file as it is understood, to be looked at before anything is checked."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from app.services.importing.options import ImportOptions
from app.services.importing.report import shorten
from app.services.importing.source import Source, open_source
from app.services.importing.understanding import Understanding, rows_of, understand

SHOWN_ROWS = 3


@dataclass(frozen=True)
class Preview:
    """The headings of a file, its first rows as wide as them, and what was understood."""

    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]
    understood: dict[str, Any]


def preview(
    where: str | Path | BinaryIO, options: ImportOptions, name: str | None = None
) -> Preview:
    """Look at the beginning of a file; raises ImportRefused as import_file does."""
    with open_source(where, name, sheet=options.sheet) as source:
        return preview_source(source, understand(source, options))


def preview_source(source: Source, understanding: Understanding) -> Preview:
    """Return the beginning of a file that is open and understood."""
    wide = (
        tuple(map(shorten, row))
        for rows in rows_of(source, understanding)
        for row in zip(*rows.columns, strict=True)
    )
    filled = (row for row in wide if any(map(str.strip, row)))
    shown = list(islice(filled, SHOWN_ROWS))
    return Preview(understanding.heading.names, shown, understanding.as_dict())
