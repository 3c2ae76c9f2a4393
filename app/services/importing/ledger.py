"""The rows an import left out, kept with it."""

from collections.abc import Iterable

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.models import METRICS, ImportRow
from app.services.importing.report import RowLeftOut


def keep_rows(session: Session, import_id: int, rows: Iterable[RowLeftOut]) -> None:
    """Store the listed rows with their cells and reasons."""
    values = [
        {
            "import_id": import_id,
            "line": row.line,
            "cells": row.cells,
            "country_id": row.country_id,
            "date": row.date,
            **dict(zip(METRICS, row.counts, strict=True)),
            "problem": row.problem,
            "outcome": row.outcome,
            "reasons": [reason.as_dict() for reason in row.reasons],
        }
        for row in rows
    ]
    if values:
        session.execute(insert(ImportRow), values)
