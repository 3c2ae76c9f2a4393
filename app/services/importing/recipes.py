"""Files that look alike are read alike: what was wished of one is remembered by its heading."""

import hashlib
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Import
from app.services import ledger
from app.services.importing.options import ImportOptions
from app.services.importing.pieces import reading_beside
from app.services.importing.report import ImportRefused
from app.services.importing.source import Source, open_source

_MARKS = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"
_LONGEST = 1 << 16
# Imports that are looked at until one is found that stands.
_MOST_IMPORTS = 100
# What is said of one import alone.
_NOT_WISHED = ("kind", "reason", "said")


@dataclass(frozen=True)
class Recipe:
    """What was wished of the last file with some heading, in which import."""

    import_id: int
    wishes: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What is asked of a file, what its heading is called, and whose settings were taken over."""

    options: ImportOptions
    heading: str | None = None
    # The number of the import that had them.
    recipe: int | None = None


def heading_of(handle: BinaryIO, name: str) -> str | None:
    """Name the first line of a file that says something; None where there is none to be had."""
    with suppress(ImportRefused), open_source(handle, name) as source:
        return name_heading(source)
    return None


def name_heading(source: Source) -> str | None:
    """Name the first line of a source that says something."""
    for block in source.blocks():
        lines = block[:_LONGEST].strip(_MARKS).replace(b"\r", b"\n").split(b"\n")
        # What Excel writes above the heading: its delimiter.
        first = lines[1] if lines[0].startswith(b"sep=") and len(lines) > 1 else lines[0]
        return hashlib.sha256(first.strip(_MARKS).lower()).hexdigest() if first else None
    return None


def find_recipe(session: Session, outbreak_id: int, heading: str) -> Recipe | None:
    """Return what was wished of the last file with this heading, if its import stands."""
    found = session.execute(
        select(Import.id, Import.wishes)
        .where(
            Import.outbreak_id == outbreak_id, Import.heading == heading, Import.status == "applied"
        )
        .order_by(Import.id.desc())
        .limit(_MOST_IMPORTS)
    ).all()
    undone = ledger.find_undone(session, [import_id for import_id, _ in found]) if found else set()
    last = next((row for row in found if row.id not in undone), None)
    return Recipe(last.id, last.wishes) if last is not None and last.wishes else None


def fill_in(session: Session, source: Source, outbreak_id: int, options: ImportOptions) -> Asked:
    """Return what is asked of a file; what `options.said` does not name as for the last like it.

    The session need not have begun.
    """
    heading = name_heading(source)
    if heading is None or options.said is None:
        return Asked(options, heading)
    with reading_beside(session) as reader:
        recipe = find_recipe(reader, outbreak_id, heading)
    if recipe is None:
        return Asked(options, heading)
    # The sheet is open already.
    known = {*options.said, "sheet"}
    taken = {name: value for name, value in recipe.wishes.items() if name not in known}
    return Asked(replace(options, **taken), heading, recipe.import_id if taken else None)


def as_wishes(options: ImportOptions) -> dict[str, Any]:
    """Return what was wished for, as it is kept with an import."""
    usual = ImportOptions()
    wished = [one.name for one in fields(options) if one.name not in _NOT_WISHED]
    values = asdict(options)
    return {name: values[name] for name in wished if values[name] != getattr(usual, name)}
