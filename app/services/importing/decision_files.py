"""Decisions as a JSON file: exported from the page of an import, read by `--decide`."""

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.models import Import
from app.services.importing.choosing import list_decisions, read_decided
from app.services.importing.deciding import Decisions, read_decisions
from app.services.importing.report import ImportRefused
from app.services.importing.wishing import read_options
from app.services.messages import Message


@dataclass(frozen=True)
class DecisionFile:
    """What such a file holds: decisions, and how the file they are about is read."""

    decisions: Decisions = field(default_factory=Decisions)
    options: dict[str, Any] = field(default_factory=dict)


def write_decisions(session: Session, offer: Import) -> str:
    """Return what was decided about a file, and wished of it, as JSON text."""
    decided = read_decided(list_decisions(session, offer.id)).as_dict()
    return json.dumps({**decided, "options": offer.wishes}, ensure_ascii=False, indent=2) + "\n"


def read_decision_file(text: str, name: str) -> DecisionFile:
    """Read such a file; ImportRefused says where it cannot be read, and what belongs there."""
    try:
        found = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_without_doubles)
    except json.JSONDecodeError as error:
        message = "%(name)s is no JSON file: line %(line)s, column %(column)s: %(why)s."
        values = {"line": error.lineno, "column": error.colno, "why": error.msg}
        raise ImportRefused(Message(message, name=name, **values)) from error
    except RecursionError as error:
        raise ImportRefused(Message("%(name)s is nested too deeply.", name=name)) from error
    decisions = read_decisions(found)
    options = found.get("options", {})
    read_options(options)
    return DecisionFile(decisions, options)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        text = "The decisions hold %(key)s twice. Keep one of them."
        raise ImportRefused(Message(text, key=repr(twice)))
    return found
