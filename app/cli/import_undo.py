"""`flask import-csv --undo`: an import taken back."""

import json
from collections.abc import Iterator
from typing import Any

import click
from sqlalchemy.orm import Session

from app import db
from app.checking import check_what_changed
from app.cli.actors import shell_actor
from app.cli.import_report import plain
from app.cli.running import NOTHING_DONE, finish, in_words, stoppable
from app.models import Import
from app.services import ledger, undoing
from app.services.messages import Message
from app.services.undoing import CannotUndo, KeptRow, NothingLeft

UNDONE, SOME_KEPT = 0, 3
# Kept records that are printed, and that --json lists; all are counted.
MOST_PRINTED = 100
MOST_LISTED = 10_000
_OUTCOMES = {
    "removed": "removed: the import added them",
    "set_back": "set back to what they said before",
    "put_back": "put back",
    "kept": "kept: changed since",
}
_WRITTEN = ("removed", "set_back", "put_back")
_WHY = {
    "changed": "changed since",
    "deleted": "deleted since",
    "taken": "another record has this day now",
}


def undo_import(number: int, *, dry_run: bool, as_json: bool) -> int:
    """Undo an import, or tell what that would do, and return the command's exit code."""
    empty = dict.fromkeys(_OUTCOMES, 0) | {"import": number}
    with in_words("Nothing was undone.", empty, as_json=as_json), stoppable():
        session = db.session()
        told = _undo(session, number, dry_run=dry_run)
        finish(session.rollback if dry_run else session.commit)
        if not dry_run:
            check_what_changed(session)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for line in _lines(told):
            click.echo(line)
    if not any(told[name] for name in _WRITTEN):
        return NOTHING_DONE
    return SOME_KEPT if told["kept"] else UNDONE


def _undo(session: Session, number: int, *, dry_run: bool) -> dict[str, Any]:
    source = session.get(Import, number)
    if source is None:
        raise click.UsageError(f"There is no import {number}.")
    standing = ledger.standing_changeset(session, number)
    if standing is None:
        raise CannotUndo(
            Message("Import %(number)s wrote nothing, or was undone already.", number=number)
        )
    undoes = standing.id
    told = {"import": number, "file": source.filename, "undoes": undoes, "dry_run": dry_run}
    if dry_run:
        return told | _foretell(session, undoes)
    # In a transaction of its own, so that nobody waits while it is found out what goes back.
    session.rollback()
    return told | _carry_out(session, undoes)


def _foretell(session: Session, changeset_id: int) -> dict[str, Any]:
    preview = undoing.preview_undo(session, changeset_id)
    kept = undoing.list_kept(session, changeset_id, limit=MOST_LISTED).rows
    counts = {name: getattr(preview, name) for name in _OUTCOMES}
    return {"changeset": None, **counts, "kept_records": list(map(_as_dict, kept))}


def _carry_out(session: Session, changeset_id: int) -> dict[str, Any]:
    try:
        changeset = undoing.undo(session, changeset_id, shell_actor())
    except NothingLeft as refusal:
        session.rollback()
        return _foretell(session, changeset_id) | {"error": str(refusal)}
    kept = undoing.list_kept_by(session, changeset, limit=MOST_LISTED).rows
    return {
        "changeset": changeset.id,
        "removed": changeset.removed,
        "set_back": changeset.changed,
        "put_back": changeset.added,
        "kept": undoing.count_kept(changeset),
        "kept_records": list(map(_as_dict, kept)),
    }


def _as_dict(row: KeptRow) -> dict[str, Any]:
    by = row.changeset
    return {
        "record": row.record_id,
        "country": row.country,
        "date": row.date.isoformat(),
        "why": row.why,
        "changeset": by.id if by else None,
        "who": by.actor if by else None,
        "when": by.created_at.isoformat(timespec="seconds") if by else None,
    }


def _lines(told: dict[str, Any]) -> Iterator[str]:
    yield f"{plain(told['file'])}: import {told['import']}, change {told['undoes']}"
    for name, label in _OUTCOMES.items():
        yield f"{told[name]:>12,}  {label}"
    yield f"{sum(told[name] for name in _OUTCOMES):>12,}  records of the import"
    if told["kept"]:
        yield ""
        yield "Kept as they are:"
    for row in told["kept_records"][:MOST_PRINTED]:
        by = f", {plain(row['who'])}, change {row['changeset']}" if row["changeset"] else ""
        yield f"  {plain(row['country'])}, {row['date']}: {_WHY[row['why']]}{by}"
    if told["kept"] > MOST_PRINTED:
        yield f"  … and {told['kept'] - MOST_PRINTED:,} more"
    yield ""
    if "error" in told:
        yield f"{told['error']} Nothing was undone."
    elif told["dry_run"]:
        yield "Nothing was undone: this was a dry run."
    else:
        yield f"Undone by change {told['changeset']}, which can be undone in the browser."
