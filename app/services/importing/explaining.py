"""Why rows are held, in words and with what may be done."""

from collections import defaultdict
from collections.abc import Sequence

from app.models import METRICS
from app.services.importing.columns import Heading
from app.services.importing.naming import Naming
from app.services.importing.report import Reason, RowLeftOut
from app.services.messages import Message

# So many lines are named together.
_MOST_LINES = 10


def explain_conflicts(
    rows: Sequence[RowLeftOut], spellings: Sequence[str], naming: Naming, heading: Heading
) -> None:
    """Say of rows with one key and different counts which lines they are."""
    lines: dict[tuple[object, object], list[int]] = defaultdict(list)
    for row in rows:
        _complete(row, spellings, naming)
        lines[row.name, row.date].append(row.line)
    column = f"{heading.name_of('date')}, {heading.name_of('country')}"
    for row in rows:
        value = f"{row.cells['date']}, {row.cells['country']}"
        text = "Lines %(lines)s give this country and day different counts."
        reason = Message(text, lines=_list(lines[row.name, row.date]))
        suggestion = Message("Keep one of the lines, or correct its date or country.")
        row.reasons = [Reason(column, value, reason, suggestion, "conflict")]


def explain_names(
    rows: Sequence[RowLeftOut], spellings: Sequence[str], naming: Naming, heading: Heading
) -> None:
    """Say of rows whose country's name comes close to known ones which those are."""
    for row in rows:
        _complete(row, spellings, naming)
        near = naming.near.get(row.name or 0, ())
        reason = Message("No country of this name is known, but one much like it.")
        text = "Did you mean %(names)s? Correct the name, or add it as a country if it is one."
        suggestion = Message(text, names=" or ".join(near))
        column = heading.name_of("country")
        row.reasons = [Reason(column, row.cells["country"], reason, suggestion, "near_name")]


def _complete(row: RowLeftOut, spellings: Sequence[str], naming: Naming) -> None:
    number = row.name or 0
    row.name = naming.merged.get(number, number)
    row.country_id = naming.countries.get(number)
    counts = ("" if count is None else str(count) for count in row.counts)
    row.cells = {
        "date": str(row.date),
        "country": spellings[number],
        **dict(zip(METRICS, counts, strict=True)),
    }


def _list(lines: list[int]) -> str:
    shown = [str(line) for line in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES:
        return f"{', '.join(shown)} and {len(lines) - _MOST_LINES} more"
    *most, last = shown
    return f"{', '.join(most)} and {last}" if most else last
