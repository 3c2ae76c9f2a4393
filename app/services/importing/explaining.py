"""Why rows are held, in words and with what may be done."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.models import METRICS
from app.services.importing.columns import Heading
from app.services.importing.naming import Naming
from app.services.importing.report import Reason, RowLeftOut
from app.services.importing.staging import held, raws
from app.services.importing.suggesting import Suggestion
from app.services.messages import Message

# So many lines are named together.
_MOST_LINES = 10
_PART = 1000

_LOOKS_ODD = Message("Left out, as was decided of all rows like it.")
_TEXTS = {
    "exists": (
        Message("The register says something else of this country and day."),
        Message("Decide whether the file's counts or the register's stand."),
    ),
    "sum": (Message("There are more deaths and recoveries than cases."), _LOOKS_ODD),
    "deaths": (Message("There are more deaths than cases."), _LOOKS_ODD),
    "future": (Message("The date lies in the future."), _LOOKS_ODD),
    "ancient": (Message("The date lies more than a hundred years ago."), _LOOKS_ODD),
    "cases_fall": (Message("Cases fall below the country's report before."), _LOOKS_ODD),
    "deaths_fall": (Message("Deaths fall below the country's report before."), _LOOKS_ODD),
    "recoveries_fall": (Message("Recoveries fall below the country's report before."), _LOOKS_ODD),
}

Held = Row[Any]


class Explainer:
    """Says of each row that is held what is wrong with it."""

    def __init__(
        self,
        spellings: Sequence[str],
        naming: Naming,
        heading: Heading,
        suggestions: Mapping[int, Suggestion],
    ) -> None:
        self._spellings = spellings
        self._naming = naming
        self._heading = heading
        self._suggestions = suggestions

    def explain_all(self, session: Session) -> Iterator[RowLeftOut]:
        """Yield the rows that are held, those of one country and day together."""
        count = func.count().over(partition_by=(held.c.problem, held.c.name, held.c.date))
        said = [raws.c[metric].label(f"{metric}_said") for metric in METRICS]
        rows = select(held, count.label("together"), raws.c.line.label("said"), *said)
        rows = rows.outerjoin_from(held, raws, raws.c.line == held.c.line)
        rows = rows.order_by(held.c.problem, held.c.name, held.c.date, held.c.line)
        answer = session.execute(rows, execution_options={"yield_per": _PART})
        for _, group in groupby(answer, key=lambda row: (row.problem, row.name, row.date)):
            # Many lines of one day need not be in memory together.
            first = list(islice(group, _MOST_LINES))
            lines = _list([row.line for row in first], first[0].together)
            for part in (first, group):
                for row in part:
                    yield self._explain(row, lines)

    def _explain(self, row: Held, lines: str) -> RowLeftOut:
        spelling = self._spellings[row.name]
        counts = (row.cases, row.deaths, row.recoveries)
        said = (
            counts if row.said is None else (row.cases_said, row.deaths_said, row.recoveries_said)
        )
        texts = ("" if count is None else str(count) for count in said)
        cells = {
            "date": str(row.date),
            "country": spelling,
            **dict(zip(METRICS, texts, strict=True)),
        }
        explained = RowLeftOut(
            row.line,
            row.outcome,
            cells,
            [],
            name=row.name,
            country_id=self._naming.countries.get(row.name),
            date=row.date,
            counts=counts,
        )
        if row.problem == "near_name":
            self._explain_name(explained)
        elif row.problem == "conflict":
            self._explain_conflict(explained, lines)
        else:
            text, suggestion = _TEXTS[row.problem]
            reason = Reason("", "", text, suggestion, row.problem)
            explained.reasons = [reason]
        return explained

    def _explain_name(self, row: RowLeftOut) -> None:
        row.candidates = self._naming.near.get(row.name or 0, ())
        reason = Message("No country of this name is known, but one much like it.")
        text = "Did you mean %(names)s? Correct the name, or add it as a country if it is one."
        suggestion = Message(text, names=" or ".join(row.candidates))
        column = self._heading.name_of("country")
        row.reasons = [Reason(column, row.cells["country"], reason, suggestion, "near_name")]

    def _explain_conflict(self, row: RowLeftOut, lines: str) -> None:
        column = f"{self._heading.name_of('date')}, {self._heading.name_of('country')}"
        value = f"{row.cells['date']}, {row.cells['country']}"
        text = "Lines %(lines)s give this country and day different counts."
        reason = Message(text, lines=lines)
        suggestion = Message("Keep one of the lines, or correct its date or country.")
        found = self._suggestions.get(row.line)
        if found:
            suggestion, row.candidates = found.text, found.candidates
        row.reasons = [Reason(column, value, reason, suggestion, "conflict")]


def _list(lines: list[int], count: int) -> str:
    shown = [str(line) for line in lines]
    if count > len(lines):
        return f"{', '.join(shown)} and {count - len(lines)} more"
    *most, last = shown
    return f"{', '.join(most)} and {last}" if most else last
