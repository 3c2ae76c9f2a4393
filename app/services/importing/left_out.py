"""Rows that are not stored, on their way to whoever looks at them: all are kept, some listed."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.models import METRICS
from app.models.names import fold_country
from app.services.importing.options import FIELDS
from app.services.importing.report import (
    LEFT_OUT,
    MOST_LISTED,
    UNREADABLE,
    Outcome,
    RowLeftOut,
)
from app.services.importing.staging import looked_at

_TOGETHER = 500


class RowsLeftOut:
    """Puts rows that are not stored into their table; the first of each outcome are listed too."""

    def __init__(
        self, session: Session, choices: Mapping[str, str], fingerprints: Mapping[int, str]
    ) -> None:
        """Take what was decided of all rows of a problem, and what decided lines said before."""
        self._choices = choices
        self._fingerprints = fingerprints
        self.listed: dict[str, list[RowLeftOut]] = {"held": [], "unreadable": [], "left_out": []}
        self._session = session
        self._waiting: list[RowLeftOut] = []

    @property
    def is_full(self) -> bool:
        """Tell whether `flush` should come before more rows do."""
        return len(self._waiting) >= _TOGETHER

    def add(self, row: RowLeftOut) -> None:
        """Take a row; it may wait until `flush`, which needs the database."""
        if row.outcome == UNREADABLE and self._choices.get(row.problem) == "leave_out":
            row.outcome = LEFT_OUT
        self._waiting.append(row)
        listed = self.listed[row.outcome]
        if len(listed) < MOST_LISTED:
            listed.append(row)

    def add_all(self, rows: Iterable[RowLeftOut]) -> None:
        """Take rows and put them into the table."""
        for row in rows:
            self.add(row)
            if self.is_full:
                self.flush()
        self.flush()

    def flush(self) -> None:
        """Put the rows that wait into the table."""
        if self._waiting:
            self._session.execute(insert(looked_at), [self._values(row) for row in self._waiting])
            self._waiting.clear()

    def _values(self, row: RowLeftOut) -> dict[str, object]:
        return {
            "line": row.line,
            "problem": row.problem,
            "outcome": row.outcome,
            "cells": row.cells,
            "fingerprint": self._fingerprints.get(row.line) or fingerprint(row.cells),
            "name": row.name,
            "date": row.date,
            **dict(zip(METRICS, row.counts, strict=True)),
            "reasons": [reason.as_dict() for reason in row.reasons],
            "candidates": list(row.candidates),
        }

    def in_order(self) -> list[RowLeftOut]:
        """Return the rows that are listed, by line."""
        rows = (row for listed in self.listed.values() for row in listed)
        return sorted(rows, key=lambda row: row.line)

    def count(self) -> dict[tuple[Outcome, str], int]:
        """Count the rows by outcome and problem."""
        statement = select(looked_at.c.outcome, looked_at.c.problem, func.count())
        groups = statement.group_by(looked_at.c.outcome, looked_at.c.problem)
        found = self._session.execute(groups.order_by(looked_at.c.problem))
        return {(outcome, problem): count for outcome, problem, count in found}


def fingerprint(cells: Mapping[str, str]) -> str:
    """Name what a line says, so that a decision about it is known again in a later file."""
    texts = [cells.get(field, "").strip() for field in FIELDS]
    texts[FIELDS.index("country")] = fold_country(cells.get("country", ""))
    return hashlib.sha256(json.dumps([*texts, cells.get("text", "")]).encode()).hexdigest()
