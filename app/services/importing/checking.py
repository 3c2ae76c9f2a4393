"""Rows into values: whole columns at once, and row by row only where something is wrong."""

from collections.abc import Callable, Iterable, Sequence

from app.models import METRICS
from app.models.record import MAX_COUNT
from app.services.importing.columns import Heading
from app.services.importing.dates import DateFormat
from app.services.importing.exact import RowReader
from app.services.importing.names import Names
from app.services.importing.report import RowLeftOut, RowsLeftOut
from app.services.importing.rows import Rows
from app.services.importing.series import Count, Row

# Rows that fail together are cut into eighths, and so few are read one by one.
_FEWEST = 32
_MOST_DAYS = 100_000


class Checker:
    """Reads the rows of a file; hands the good ones on and keeps the others with their reasons."""

    def __init__(
        self,
        heading: Heading,
        date_format: DateFormat,
        keep: Callable[[Sequence[Row]], None],
    ) -> None:
        self.names = Names()
        self.unreadable = RowsLeftOut()
        self.read = 0
        self._heading = heading
        self._keep = keep
        self._reader = RowReader(heading, date_format, self.names)
        # As written -> as yyyy-mm-dd.
        self._days: dict[str, str] = {}

    def check(self, rows: Rows) -> None:
        """Check some rows of the file; they come in its order."""
        if rows.cells:
            self._check(rows.lines, rows.cells)
        for broken in rows.broken:
            self.read += 1
            self.unreadable.add(self._reader.explain(broken))

    def _check(self, lines: Sequence[int], cells: list[list[str]]) -> None:
        rows = self._read_columns(lines, cells)
        if rows is not None:
            self.read += len(rows)
            self._keep(rows)
        elif len(cells) <= _FEWEST:
            self._read_singly(lines, cells)
        else:
            step = max(_FEWEST, -(-len(cells) // 8))
            for start in range(0, len(cells), step):
                self._check(lines[start : start + step], cells[start : start + step])

    def _read_columns(self, lines: Sequence[int], cells: list[list[str]]) -> list[Row] | None:
        """Read rows of which none needs a second look, in loops that run in C."""
        if set(map(len, cells)) != {len(self._heading.names)}:
            return None
        columns = list(zip(*cells, strict=True))
        places = self._heading.places
        names, days = columns[places["country"]], columns[places["date"]]
        if not (self._know_names(names) and self._know_days(days)):
            return None
        counts = []
        for metric in METRICS:
            column = columns[places[metric]] if metric in places else ("",) * len(cells)
            values = _read_counts(column)
            if values is None:
                return None
            counts.append(values)
        numbers = map(self.names.numbers.__getitem__, names)
        return list(zip(lines, numbers, map(self._days.__getitem__, days), *counts, strict=True))

    def _know_names(self, cells: Iterable[str]) -> bool:
        new = set(cells) - self.names.numbers.keys()
        if new:
            self.names.learn(sorted(new))
        return new <= self.names.numbers.keys()

    def _know_days(self, cells: Iterable[str]) -> bool:
        if len(self._days) > _MOST_DAYS:
            self._days.clear()
        for cell in set(cells) - self._days.keys():
            day = self._reader.date_format.read(cell)
            if day is None:
                return False
            self._days[cell] = day
        return True

    def _read_singly(self, lines: Sequence[int], rows: list[list[str]]) -> None:
        good: list[Row] = []
        for line, cells in zip(lines, rows, strict=True):
            if not any(map(str.strip, cells)):
                continue
            self.read += 1
            row = self._reader.read(line, cells)
            if isinstance(row, RowLeftOut):
                self.unreadable.add(row)
            else:
                good.append(row)
        self._keep(good)


def _read_counts(cells: Sequence[str]) -> Sequence[Count] | None:
    """Read a column of plain digits and blanks; None when a cell is anything else."""
    digits = "".join(cells)
    if not digits:
        return [None] * len(cells)
    # int() alone would let "1_000", " 5 " and the digits of other scripts in.
    if not (digits.isascii() and digits.isdigit()) or max(map(len, cells)) > 10:
        return None
    if "" not in cells:
        numbers = list(map(int, cells))
        return numbers if max(numbers) <= MAX_COUNT else None
    counts = [int(cell) if cell else None for cell in cells]
    return counts if max(filter(None, counts), default=0) <= MAX_COUNT else None
