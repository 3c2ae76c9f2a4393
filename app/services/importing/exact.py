"""One row read cell by cell: what is wrong, and where."""

import unicodedata
from dataclasses import dataclass

from app.models import METRICS
from app.models.record import MAX_COUNT
from app.services.cells import Unreadable, read_count
from app.services.importing.columns import Heading
from app.services.importing.dates import DateFormat
from app.services.importing.names import Names
from app.services.importing.numbers import Numbers
from app.services.importing.options import FIELDS
from app.services.importing.report import UNREADABLE, Reason, RowLeftOut, shorten
from app.services.importing.rows import BrokenRow
from app.services.importing.series import Count, Row
from app.services.messages import Message

# A number of fewer digits is below the largest count.
_SURELY_SMALL = len(str(MAX_COUNT))


@dataclass(frozen=True)
class RowReader:
    """Reads single rows under one heading and one date format."""

    heading: Heading
    date_format: DateFormat
    names: Names
    numbers: Numbers

    def read(self, line: int, cells: list[str]) -> Row | RowLeftOut:
        """Return what a row as wide as the heading says, or every reason why it cannot be read."""
        reasons: list[Reason] = []
        day = self._read_day(self._cell(cells, "date"), reasons)
        name = self._read_name(self._cell(cells, "country"), reasons)
        cases, deaths, recoveries = (self._read_count(of, cells, reasons) for of in METRICS)
        if reasons:
            return self._leave_out(line, cells, reasons)
        return line, name, day, cases, deaths, recoveries

    def explain(self, broken: BrokenRow) -> RowLeftOut:
        """Say what is wrong with a line that could not be taken apart."""
        suggestion = Message("Look at the quotes of this line.")
        reason = Reason("", shorten(broken.text), broken.reason, suggestion)
        return RowLeftOut(broken.line, UNREADABLE, {"text": shorten(broken.text)}, [reason])

    def _cell(self, cells: list[str], field: str) -> str:
        return cells[self.heading.places[field]]

    def _read_day(self, cell: str, reasons: list[Reason]) -> str:
        day = self.date_format.read(cell)
        if day is None:
            column = self.heading.name_of("date")
            reasons.append(Reason(column, cell, *self._explain_day(cell), problem="date"))
        return day or ""

    def _explain_day(self, cell: str) -> tuple[Message, Message]:
        form = self.date_format.name
        if not cell.strip():
            return Message("There is no date."), Message("Write it as %(form)s.", form=form)
        if self.date_format.matches(cell):
            reason = Message("This is not a day of the calendar.")
            return reason, Message("Check the day and the month.")
        reason = Message("This is not a date written as %(form)s.", form=form)
        return reason, Message("Write all dates as %(form)s.", form=form)

    def _read_name(self, cell: str, reasons: list[Reason]) -> int:
        if cell not in self.names.numbers:
            self.names.learn([cell])
        number = self.names.numbers.get(cell)
        if number is not None:
            return number
        suggestion = Message("Write the country's name.")
        column = self.heading.name_of("country")
        reasons.append(Reason(column, cell, self.names.refused[cell], suggestion, "name"))
        return -1

    def _read_count(self, metric: str, cells: list[str], reasons: list[Reason]) -> Count:
        if metric not in self.heading.places:
            return None
        cell = self._cell(cells, metric)
        try:
            return self.read_cell(metric, cell)
        except Unreadable as error:
            suggestion = Message("Write a whole number, or leave the cell empty.")
            column = self.heading.name_of(metric)
            reasons.append(Reason(column, cell, error.message, suggestion, "number"))
            return None

    def read_cell(self, metric: str, cell: str) -> Count:
        """Read a cell of a column of counts; Unreadable says why it is none."""
        # As nearly all cells are; the rest takes twenty times as long.
        if cell.isascii() and cell.isdigit() and len(cell) < _SURELY_SMALL:
            return int(cell)
        if any(unicodedata.category(character) == "Cc" for character in cell):
            raise Unreadable(Message("A control character stands in the number."))
        return read_count(cell, self.numbers.mark(metric))

    def explain_width(self, line: int, cells: list[str]) -> RowLeftOut:
        """Say that a row has more or fewer cells than the heading."""
        width = len(self.heading.names)
        text = "The row has %(cells)s cells, the heading %(columns)s."
        reason = Message(text, cells=len(cells), columns=width)
        if len(cells) > width:
            suggestion = Message("Put quotes around a cell that holds the delimiter.")
        else:
            suggestion = Message("Complete the row.")
        value = shorten(self.heading.delimiter.join(cells))
        return self._leave_out(line, cells, [Reason("", value, reason, suggestion, "width")])

    def _leave_out(self, line: int, cells: list[str], reasons: list[Reason]) -> RowLeftOut:
        places = self.heading.places
        named = {
            field: shorten(cells[places[field]])
            for field in FIELDS
            if field in places and places[field] < len(cells)
        }
        return RowLeftOut(line, UNREADABLE, named, reasons)
