"""What the page of a checked file shows: its rows, its choices, and what stands in each of them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.imports import choices, decided_words, found_words, words
from app.models import METRICS, Import, ImportDecision, ImportRow
from app.services import ledger, undoing
from app.services.importing import choosing, groups, offers
from app.services.importing.groups import Group
from app.services.importing.options import FIELDS
from app.services.importing.questions import read_question
from app.services.messages import Message
from app.services.rules import listing

# Cells of these rows can be mended where they stand.
MENDABLE = ("date", "name", "number")
# The newest decisions are listed; all can be downloaded.
MOST_DECISIONS = 10
# Columns that can be told anew here; a wider file is for the command line.
MOST_COLUMNS = 60

Decided = Mapping[tuple[str, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Line:
    """A line of the file as the page shows it."""

    row: ImportRow
    # Field -> what stands in its input.
    inputs: Mapping[str, str]
    choice: str
    # A blank cell leaves the register's count.
    blanks_keep: bool = True

    def text(self, name: str) -> str:
        """Return what a cell says; of lines that could be read, only what was read is kept."""
        value = self.row.cells.get(name)
        if value is None:
            value = getattr(self.row, name, None)
        return f"{value:,}" if isinstance(value, int) else str(value or "")

    @property
    def changes(self) -> Iterator[tuple[str, int | None, int | None]]:
        """Yield each count with what it is compared with, where they differ."""
        of_register = self.row.outcome == "changed" or self.row.problem == "exists"
        for metric in METRICS:
            count, before = getattr(self.row, metric), getattr(self.row, f"{metric}_before")
            kept = count is None and self.blanks_keep
            if count != before and not kept and (of_register or before is not None):
                yield metric, before, count


@dataclass
class Desk:
    """What was decided about a file, and what the page's controls show of it."""

    offer: Import
    decisions: Sequence[ImportDecision]
    shown: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._decided: Decided = {(one.kind, one.key): one.value for one in self.decisions}
        columns = self.offer.options.get("columns", {})
        self._field_of = {heading: name for name, heading in columns.items()}

    @property
    def open(self) -> bool:
        """Tell whether anything can be decided still."""
        return self.offer.status == "checked"

    @property
    def as_of(self) -> str:
        """The moment of the newest decision shown here."""
        moments = [one.decided_at for one in self.decisions]
        return max(moments).isoformat() if moments else ""

    @property
    def newer(self) -> int:
        """How many decisions were made since the file was checked."""
        checked = self.offer.checked_at
        return sum(1 for one in self.decisions if checked is None or one.decided_at > checked)

    @property
    def newest(self) -> list[ImportDecision]:
        """The decisions that are listed."""
        return list(reversed(self.decisions[-MOST_DECISIONS:]))

    @property
    def remembered(self) -> str:
        """What the controls show, to be sent along: only what differs from it was meant."""
        return json.dumps(self.shown, ensure_ascii=False, separators=(",", ":"))

    def lines(self, rows: Sequence[ImportRow]) -> list[Line]:
        """Return rows with what stands in their controls."""
        return [self._line(row) for row in rows]

    def problem(self, problem: str) -> str:
        """Return what was decided about all rows of a problem."""
        return self._show(f"problem:{problem}", self._value("problem", problem).get("choice", ""))

    def name(self, spelling: str) -> str:
        """Return what was decided about a name."""
        value = self._value("name", spelling)
        choice = "new" if value.get("new") else f"as:{value['country']}" if value else ""
        return self._show(f"name:{spelling}", choice)

    def wish(self, name: str, default: str = "") -> str:
        """Return what was wished for."""
        return self._show(f"wish:{name}", str(self.offer.wishes.get(name) or default))

    def columns(self) -> dict[str, str]:
        """Return the field that each heading is taken for, "ignore" where it is for none."""
        headings = [*self._field_of, *self.offer.options.get("ignored", ())]
        return {
            heading: self._show(f"column:{heading}", self._field_of.get(heading, "ignore"))
            for heading in headings[:MOST_COLUMNS]
        }

    def _line(self, row: ImportRow) -> Line:
        value = self._value("row", str(row.line))
        choice = "leave_out" if value.get("leave_out") else value.get("existing", "")
        shown = self._show(f"row:{row.line}", choice)
        blanks_keep = self.offer.wishes.get("blanks") != "overwrite"
        return Line(row, dict(self._inputs(row, value)), shown, blanks_keep)

    def _inputs(self, row: ImportRow, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if not self.open or row.outcome != "unreadable" or row.problem not in MENDABLE:
            return
        wrong = {self._field_of.get(reason["column"], "") for reason in row.reasons}
        for name in FIELDS:
            if name in wrong:
                text = str(value.get(name, row.cells.get(name, "")))
                yield name, self._show(f"cell:{row.line}:{name}", text.strip())

    def _value(self, kind: str, key: str) -> Mapping[str, Any]:
        return self._decided.get((kind, key), {})

    def _show(self, control: str, text: str) -> str:
        if text:
            self.shown[control] = text
        return text


def context(session: Session, offer: Import, change: str = "") -> dict[str, Any]:
    """Return what the check page shows; `change` is the guess about the file to correct."""
    found = groups.find_groups(session, offer)
    return {
        "offer": offer,
        "desk": Desk(offer, choosing.list_decisions(session, offer.id)),
        "groups": found,
        "fallen": groups.count_fallen(session, offer),
        "change": change,
        "encodings": offers.preview_encodings(session, offer) if change == "encoding" else (),
        "words": words,
        "choices": choices,
        "told": decided_words,
    }


def question_context(session: Session, offer: Import) -> dict[str, Any]:
    """Return why a file cannot be read as it stands, and what can be answered."""
    asked = offer.question or {}
    return {
        "offer": offer,
        "desk": Desk(offer, choosing.list_decisions(session, offer.id)),
        "message": Message(asked["message"]["text"], **asked["message"]["values"]),
        "question": read_question(asked) if asked["kind"] else None,
        "choices": choices,
        "words": words,
        "told": decided_words,
    }


def report_context(session: Session, offer: Import) -> dict[str, Any]:
    """Return what the report of an import shows."""
    found = groups.find_groups(session, offer)
    changeset = ledger.find_changeset(session, offer.id)
    standing = undoing.in_effect(session, [changeset.id])[changeset.id] if changeset else None
    return {
        "offer": offer,
        "groups": found,
        "fallen": groups.count_fallen(session, offer),
        "decided": choosing.list_decisions(session, offer.id),
        "changeset": changeset,
        "undone": changeset is not None and standing is None,
        "made": listing.count_made(session, changeset.id) if changeset else {},
        "unchecked": changeset is not None and listing.is_unchecked(session, changeset.id),
        "found_words": found_words,
        "undo_address": url_for("activity.preview", id=standing) if standing else "",
        "words": words,
        "told": decided_words,
    }


def rows_context(session: Session, offer: Import, group: Group) -> dict[str, Any]:
    """Return what the page of one problem's rows shows."""
    return {
        "offer": offer,
        "desk": Desk(offer, choosing.list_decisions(session, offer.id)),
        "group": group,
        "words": words,
        "choices": choices,
        "told": decided_words,
    }
