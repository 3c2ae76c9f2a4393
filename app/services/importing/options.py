"""What may be asked for when a file is imported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# The columns of a file that the register stores.
FIELDS = ("date", "country", "cases", "deaths", "recoveries")
# What a heading is mapped to when its column is not to be imported.
IGNORED = "ignore"
# What separates thousands in counts.
THOUSANDS = {"comma": ",", "dot": ".", "blank": " ", "apostrophe": "'", "none": ""}


@dataclass(frozen=True)
class ImportOptions:
    """How to read a file and what to do with it; what is None is found out."""

    # "abort" stores nothing when a single row cannot be stored.
    on_problem: Literal["hold", "abort"] = "hold"
    # Whose counts stand where the register says something else; "ask" holds such rows.
    existing: Literal["file", "register", "ask"] = "file"
    # A blank cell says nothing, or that nothing was reported after all.
    blanks: Literal["keep", "overwrite"] = "keep"
    # Rows of one country and day that are parts of it are held, or summed.
    parts: Literal["hold", "sum"] = "hold"
    encoding: str | None = None
    delimiter: str | None = None
    # The line of the heading; the first is 1.
    heading_line: int | None = None
    # Such as "dd/mm/yyyy" or "%d/%m/%Y".
    date_format: str | None = None
    # The file's heading -> one of FIELDS or IGNORED, where the heading does not say it.
    columns: Mapping[str, str] = field(default_factory=dict)
    # Whether the file tells totals so far or what is new each day.
    counting: Literal["cumulative", "new"] | None = None
    # The sheet of a spreadsheet.
    sheet: str | None = None
    # One of THOUSANDS.
    thousands: str | None = None
    # Names those of these that were said, where the others are to be as they were for the last
    # file with the same heading; None where they are not.
    said: frozenset[str] | None = None
    # The changeset's kind and reason.
    kind: str = "import"
    reason: str = ""
