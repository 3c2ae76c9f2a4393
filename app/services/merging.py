"""Two people's edits of one record, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from app.services.states import RecordValues

Side = Literal["neither", "theirs", "yours", "both"]


@dataclass(frozen=True)
class FieldMerge:
    """One field in three states, and whose change it is.

    `side` says who changed it since: neither, one side only, or both to different values.
    """

    field: str
    began: Any
    stored: Any
    yours: Any
    side: Side


def compare(
    began: RecordValues | None, stored: RecordValues, yours: RecordValues
) -> list[FieldMerge]:
    """Compare what was stored with what was typed, from the state the typing began with.

    When that state is not known, every field that differs counts as changed by both.
    """
    merges = []
    for field in fields(RecordValues):
        name = field.name
        start = None if began is None else getattr(began, name)
        theirs, mine = getattr(stored, name), getattr(yours, name)
        side = side_of(start, theirs, mine, known=began is not None)
        merges.append(FieldMerge(name, start, theirs, mine, side))
    return merges


def merged(
    merges: list[FieldMerge], stored: RecordValues, chosen: Mapping[str, str]
) -> RecordValues | None:
    """Return the merged values, or None while a field changed by both waits for a choice.

    `chosen` says "theirs" or "yours" for each of those fields.
    """
    taken: dict[str, Any] = {}
    for merge in merges:
        if merge.side == "both" and chosen.get(merge.field) not in ("theirs", "yours"):
            return None
        if merge.side == "yours" or (chosen.get(merge.field) == "yours" and merge.side == "both"):
            taken[merge.field] = merge.yours
    return replace(stored, **taken)


def side_of(start: Any, theirs: Any, mine: Any, *, known: bool) -> Side:
    """Say who changed a value since the start; where that is not known, both did."""
    if theirs == mine:
        return "neither" if theirs == start or not known else "theirs"
    if known and theirs == start:
        return "yours"
    if known and mine == start:
        return "theirs"
    return "both"
