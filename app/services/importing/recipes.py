"""Files that look alike are read alike: what was wished of one is remembered by its heading."""

import hashlib
from contextlib import suppress
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Import
from app.services.importing.report import ImportRefused
from app.services.importing.source import open_source

_MARKS = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"
_LONGEST = 1 << 16


def heading_of(handle: BinaryIO, name: str) -> str | None:
    """Name the first line of a file that says something; None where there is none to be had."""
    with suppress(ImportRefused), open_source(handle, name) as source:
        for block in source.blocks():
            lines = block[:_LONGEST].strip(_MARKS).replace(b"\r", b"\n").split(b"\n")
            # What Excel writes above the heading: its delimiter.
            first = lines[1] if lines[0].startswith(b"sep=") and len(lines) > 1 else lines[0]
            return hashlib.sha256(first.strip(_MARKS).lower()).hexdigest() if first else None
    return None


def find_recipe(session: Session, outbreak_id: int, heading: str) -> Import | None:
    """Return the last import of a file with this heading, if anything was wished of it."""
    last = session.scalar(
        select(Import)
        .where(
            Import.outbreak_id == outbreak_id, Import.heading == heading, Import.status == "applied"
        )
        .order_by(Import.id.desc())
        .limit(1)
    )
    return last if last is not None and last.wishes else None
