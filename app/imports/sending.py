"""What was sent from a check page, as decisions and wishes."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.imports import decided_words, naming
from app.imports.forms import RowSent, Sent
from app.models import Import
from app.services.changesets import Actor
from app.services.importing import choosing, groups
from app.services.importing.choosing import Change
from app.services.importing.report import shorten

# Cells of lines, by line and field, as the page shows them.
Cells = Mapping[int, Mapping[str, str]]
MOST_TOLD = 3


def keep(session: Session, offer: Import, sent: Sent, actor: Actor, as_of: str | None) -> list[str]:
    """Keep everything that was decided or wished; return what is to be said about it."""
    _press(sent)
    choosing.expect(len(sent.rows) + len(sent.names))
    if sent.act == "forget":
        sent.wishes = dict.fromkeys(offer.wishes)
    if sent.wishes:
        choosing.wish(session, offer.id, sent.wishes)
    told: list[str] = []
    if sent.act == "back":
        changes = _taken_back(session, offer, sent.of)
    elif sent.act == "anew":
        changes = list(_as_they_are(offer, sent.of))
    else:
        changes = list(_changes(session, offer, sent, told))
    if changes:
        overtaken = choosing.decide(session, offer.id, actor, changes, _moment(as_of))
        told += map(decided_words.overtaken, overtaken)
    # They travel in a cookie, which browsers drop when it is large.
    return [shorten(text) for text in told[:MOST_TOLD]]


def _moment(text: str | None) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _press(sent: Sent) -> None:
    """Put what the pressed button says into the rows it is about."""
    if sent.act == "use":
        line, _colon, country = sent.of.partition(":")
        for number in _lines(line):
            sent.rows[number] = RowSent("", {"country": country})
    elif sent.act == "sum":
        sent.wishes["parts"] = "sum"
    elif sent.act in ("keep", "leave"):
        kept, _colon, others = sent.of.rpartition(":")
        for number in _lines(others):
            sent.rows[number] = RowSent("" if str(number) == kept else "leave_out")


def _lines(text: str) -> list[int]:
    parts = (part for part in text.split(",") if part.isascii() and part.isdigit())
    return [int(part) for part in parts if len(part) < 10]


def _changes(session: Session, offer: Import, sent: Sent, told: list[str]) -> Iterator[Change]:
    decided = {(one.kind, one.key): one.value for one in choosing.list_decisions(session, offer.id)}
    cells = groups.cells_of(session, offer.id, sent.rows)
    for line, row in sent.rows.items():
        before = decided.get(("row", str(line)), {})
        yield Change("row", str(line), _row(row, before, cells.get(line, {})) or None)
    meant = naming.read_meant(session, sent.names)
    told += meant.told
    for name, value in meant.values.items():
        yield Change("name", name, value)
    for problem, group in sent.problems.items():
        yield Change("problem", problem, {"choice": group} if group else None)


def _row(sent: RowSent, before: Mapping[str, Any], cells: Mapping[str, str]) -> dict[str, Any]:
    value = dict(before)
    if sent.choice is not None:
        value.pop("leave_out", None)
        value.pop("existing", None)
        if sent.choice == "leave_out":
            value["leave_out"] = True
        elif sent.choice:
            value["existing"] = sent.choice
    for name, text in sent.cells.items():
        if text == cells.get(name, "").strip():
            value.pop(name, None)
        else:
            value[name] = text
    return value


def _taken_back(session: Session, offer: Import, of: str) -> list[Change]:
    kind, _colon, key = of.partition(":")
    return [
        Change(one.kind, one.key, None)
        for one in choosing.list_decisions(session, offer.id)
        if of == "all" or (one.kind, one.key) == (kind, key)
    ]


def _as_they_are(offer: Import, number: str) -> Iterator[Change]:
    """Yield that lines settled in an earlier import are as the file has them."""
    for line, import_id in offer.options.get("settled") or ():
        if str(import_id) == number:
            yield Change("row", str(line), {})
