"""What an import tells: totals that add up, every row left out with its reasons, warnings."""

import datetime as dt
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Literal

from app.services.importing.questions import Question
from app.services.messages import Message, ServiceError

# Rows left out and lines warned of are listed up to this many of each sort; all are counted.
MOST_LISTED = 10_000
# A cell is quoted up to this many characters.
LONGEST_CELL = 200

HELD: Final = "held"
UNREADABLE: Final = "unreadable"
LEFT_OUT: Final = "left_out"
Outcome = Literal["held", "unreadable", "left_out"]
# Why a row is not stored: two lines of one key, a name close to another, a record that says
# something else; a cell that is no date, number or name, a row of another width, a broken quote;
# nothing, but it was decided so; it looks odd, and such rows are to be left out.
Problem = Literal[
    "conflict",
    "near_name",
    "exists",
    "date",
    "number",
    "name",
    "width",
    "broken",
    "decided",
    "sum",
    "deaths",
    "future",
    "ancient",
    "cases_fall",
    "deaths_fall",
    "recoveries_fall",
]
# A line that cannot be told to be a row of this file.
NO_ROWS: tuple[Problem, ...] = ("width", "broken")
Status = Literal["checked", "applied", "refused"]
# Why nothing is stored although the file can be read: all rows or none were asked for, or totals
# of new counts would lack the counts of rows that wait.
Stopped = Literal["asked", "sums"]


class ImportRefused(ServiceError):
    """The file as a whole cannot be imported; `message` says why and how to go on.

    Where an answer would help, `question` holds what can be answered.
    """

    def __init__(self, message: Message, question: Question | None = None) -> None:
        super().__init__(message)
        self.question = question


@dataclass(frozen=True)
class Reason:
    """What is wrong with a row: in which column, with which value, and how to go on."""

    column: str
    value: str
    reason: Message
    suggestion: Message | None = None
    # What sort of problem it is, by which rows are grouped.
    problem: Problem = "broken"

    def suggesting(self, suggestion: Message) -> "Reason":
        """Return the same reason with a suggestion."""
        return replace(self, suggestion=suggestion)

    def as_dict(self) -> dict[str, str | None]:
        """Return the reason as texts."""
        suggestion = str(self.suggestion) if self.suggestion else None
        return {
            "column": self.column,
            "value": shorten(self.value),
            "reason": str(self.reason),
            "suggestion": suggestion,
        }


@dataclass
class RowLeftOut:
    """A line that is not stored; what could be read of it, and why it is left out."""

    line: int
    outcome: Outcome
    cells: dict[str, str]
    reasons: list[Reason]
    # The number of its name in the file, until that is known as a country.
    name: int | None = None
    country_id: int | None = None
    date: dt.date | None = None
    counts: tuple[int | None, int | None, int | None] = (None, None, None)
    # Names of countries that may be meant, best first.
    candidates: tuple[str, ...] = ()

    @property
    def problem(self) -> Problem:
        """Name the sort of problem it is, by the first of its reasons."""
        return self.reasons[0].problem


@dataclass(frozen=True)
class Unmet:
    """A decision that was not carried out: its line or name is not there, or says something else.

    A line that says something else is treated as the file has it.
    """

    kind: Literal["row", "name"]
    key: str
    why: Literal["missing", "changed"]


@dataclass
class Report:
    """What became of a file, or would become of it.

    read = added + changed + same + summed + held + unreadable + left_out.
    """

    filename: str
    sha256: str
    size: int
    status: Status = "checked"
    read: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    # Parts of a country that went into the sum of another line.
    summed: int = 0
    held: int = 0
    unreadable: int = 0
    # Lines that a decision keeps out.
    left_out: int = 0
    # By problem: how many rows are not stored because of it.
    problems: dict[str, int] = field(default_factory=dict)
    # The same by problem and outcome.
    groups: list[tuple[str, str, int]] = field(default_factory=list)
    # How many rows have a count that falls.
    fallen: int = 0
    # By kind: how many lines, and the first of them.
    warnings: dict[str, dict[str, Any]] = field(default_factory=dict)
    # The rows that are not stored, by line; `problems` counts those that are not listed too.
    rows: list[RowLeftOut] = field(default_factory=list)
    # Lines that are decided as they were in an earlier import, with its number.
    settled: list[tuple[int, int]] = field(default_factory=list)
    # Names that mean another country, as they did in an earlier import, with its number.
    settled_names: list[tuple[str, str, int]] = field(default_factory=list)
    # Decisions that were not carried out.
    unmet: list[Unmet] = field(default_factory=list)
    stopped: Stopped | None = None
    # What was asked for, apart from what is usual.
    wishes: dict[str, Any] = field(default_factory=dict)
    # The import whose settings were taken over, since its file has the same heading.
    recipe: int | None = None
    # What was understood of the file: encoding, delimiter, date format, columns.
    understood: dict[str, Any] = field(default_factory=dict)
    new_countries: list[str] = field(default_factory=list)
    import_id: int | None = None
    changeset_id: int | None = None

    @property
    def stored(self) -> int:
        """Return how many of the file's rows the register now says."""
        return self.added + self.changed + self.same + self.summed

    def refuse(self) -> None:
        """Turn it into the report of an import that stores nothing because of its problems."""
        self.status = "refused"
        self.added = self.changed = self.same = self.summed = 0
        self.held = self.read - self.unreadable - self.left_out
        self.new_countries = []

    def foretell(self) -> None:
        """Turn the report of a check into what an import would say that is stopped by problems."""
        if self.stopped:
            self.refuse()

    def add_up(self) -> None:
        """Make sure that every row read has one outcome."""
        outcomes = self.stored + self.held + self.unreadable + self.left_out
        if self.read != outcomes:
            raise AssertionError(f"{self.read} rows read, but {outcomes} have an outcome")

    def as_dict(self) -> dict[str, Any]:
        """Return the report as `flask import-csv --json` prints it."""
        return {
            "read": self.read,
            "added": self.added,
            "changed": self.changed,
            "same": self.same,
            "summed": self.summed,
            "held": self.held,
            "unreadable": self.unreadable,
            "left_out": self.left_out,
            "problems": self.problems,
            "warnings": self.warnings,
            "held_rows": [
                {"line": row.line, "outcome": row.outcome, **reason.as_dict()}
                for row in self.rows
                for reason in row.reasons
            ],
            "settled": [{"line": line, "import": number} for line, number in self.settled],
            "settled_names": [
                {"name": name, "country": country, "import": number}
                for name, country, number in self.settled_names
            ],
            "unmet": [asdict(unmet) for unmet in self.unmet],
            "options": self.wishes,
            "recipe": self.recipe,
            "import": self.import_id,
            "changeset": self.changeset_id,
            "status": self.status,
            "stopped": self.stopped,
            "file": self.filename,
            "sha256": self.sha256,
            "understood": self.understood,
            "new_countries": self.new_countries,
        }


def shorten(text: str) -> str:
    """Cut a cell to a length that fits a report."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
