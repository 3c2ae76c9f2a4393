"""Rows into values: whole columns at once, and row by row only where something is wrong."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

from app.models import METRICS
from app.models.record import MAX_COUNT
from app.services.cells import Unreadable
from app.services.importing.columns import Heading
from app.services.importing.dates import DateFormat
from app.services.importing.exact import RowReader
from app.services.importing.names import Names
from app.services.importing.numbers import Numbers
from app.services.importing.patching import Patcher, Patches
from app.services.importing.report import RowLeftOut
from app.services.importing.rows import Rows
from app.services.importing.series import Count, Row

# Rows that fail together are cut into eighths, and so few are read one by one.
_FEWEST = 32
# Spellings of days, and of counts, that are remembered.
_MOST_SPELLINGS = 100_000


class Checker:
    """Reads the rows of a file; hands the good ones on and keeps the others with their reasons."""

    def __init__(
        self,
        heading: Heading,
        date_format: DateFormat,
        keep: Callable[[Sequence[Row]], None],
        leave_out: Callable[[RowLeftOut], None],
        numbers: Numbers | None = None,
        patches: Patches | None = None,
    ) -> None:
        self.patches = patches or Patches({})
        self.names = Names()
        self.read = 0
        self._heading = heading
        self._keep = keep
        self._reader = RowReader(heading, date_format, self.names, numbers or Numbers())
        self._patcher = Patcher(self._reader)
        self._leave_out = leave_out
        # As written -> as yyyy-mm-dd.
        self._days: dict[str, str] = {}
        # As written, where that is not digits alone -> the count.
        self._counts: dict[str, dict[str, Count]] = {metric: {} for metric in METRICS}

    def check(self, rows: Rows) -> None:
        """Check some rows of the file; they come in its order."""
        if self.patches.among(rows):
            rows = self._check_around(rows)
        if rows.lines:
            self._check(rows.lines, rows.columns)
        for line, cells in rows.odd:
            if any(map(str.strip, cells)):
                self.read += 1
                self._leave_out(self._reader.explain_width(line, cells))
        for broken in rows.broken:
            self.read += 1
            self._leave_out(self._reader.explain(broken))

    def _check_around(self, rows: Rows) -> Rows:
        """Check the rows in their order, decided ones among them; return what is left to check."""
        reader, decided = self._reader, self.patches.rows
        # A line without any cell is none, whatever was decided about it.
        filled = ((line, cells) for line, cells in rows.odd if any(map(str.strip, cells)))
        texts = {line: reader.explain_width(line, cells) for line, cells in filled}
        texts |= {broken.line: reader.explain(broken) for broken in rows.broken}
        columns, start = rows.columns, 0
        for line in self.patches.among(rows):
            place = bisect_left(rows.lines, line)
            if place > start:
                part = slice(start, place)
                self._check(rows.lines[part], [column[part] for column in columns])
            start = place
            if line in texts:
                self._read_decided(line, texts[line])
            elif place < len(rows.lines) and rows.lines[place] == line:
                cells = [column[place] for column in columns]
                if any(map(str.strip, cells)):
                    self._read_decided(line, self._patcher.read_original(line, cells))
                start = place + 1
        return Rows(
            rows.lines[start:],
            [column[start:] for column in columns],
            [(line, cells) for line, cells in rows.odd if line not in decided],
            [broken for broken in rows.broken if broken.line not in decided],
        )

    def _read_decided(self, line: int, original: Row | RowLeftOut) -> None:
        self.read += 1
        row = self.patches.apply(line, original, self._patcher)
        if isinstance(row, RowLeftOut):
            self._leave_out(row)
        else:
            self._keep([row])

    def _check(self, lines: Sequence[int], columns: Sequence[Sequence[str]]) -> None:
        rows = self._read_columns(lines, columns)
        if rows is not None:
            self.read += len(rows)
            self._keep(rows)
        elif len(lines) <= _FEWEST:
            self._read_singly(lines, columns)
        else:
            step = max(_FEWEST, -(-len(lines) // 8))
            for start in range(0, len(lines), step):
                part = slice(start, start + step)
                self._check(lines[part], [column[part] for column in columns])

    def _read_columns(
        self, lines: Sequence[int], columns: Sequence[Sequence[str]]
    ) -> list[Row] | None:
        """Read rows of which none needs a second look, in loops that run in C."""
        places = self._heading.places
        names, days = columns[places["country"]], columns[places["date"]]
        if not (self._know_names(names) and self._know_days(days)):
            return None
        counts = []
        for metric in METRICS:
            column = columns[places[metric]] if metric in places else ("",) * len(lines)
            values = _read_counts(column) or self._read_odd_counts(metric, column)
            if values is None:
                return None
            counts.append(values)
        numbers = map(self.names.numbers.__getitem__, names)
        return list(zip(lines, numbers, map(self._days.__getitem__, days), *counts, strict=True))

    def _know_names(self, cells: Iterable[str]) -> bool:
        numbers = self.names.numbers
        new = set(cells).difference(numbers)
        if new:
            # In the file's order: so new countries get their ids, and the unique index of records,
            # by day and country, grows at its end.
            self.names.learn(cell for cell in dict.fromkeys(cells) if cell in new)
        return not new.difference(numbers)

    def _know_days(self, cells: Iterable[str]) -> bool:
        if len(self._days) > _MOST_SPELLINGS:
            self._days.clear()
        for cell in set(cells).difference(self._days):
            day = self._reader.date_format.read(cell)
            if day is None:
                return False
            self._days[cell] = day
        return True

    def _read_odd_counts(self, metric: str, cells: Sequence[str]) -> Sequence[Count] | None:
        """Read a column that is written with thousands signs, fractions of zeros or blanks."""
        known = self._counts[metric]
        if len(known) > _MOST_SPELLINGS:
            known.clear()
        for cell in set(cells).difference(known):
            try:
                known[cell] = self._reader.read_cell(metric, cell)
            except Unreadable:
                return None
        return list(map(known.__getitem__, cells))

    def _read_singly(self, lines: Sequence[int], columns: Sequence[Sequence[str]]) -> None:
        good: list[Row] = []
        for line, *cells in zip(lines, *columns, strict=True):
            if not any(map(str.strip, cells)):
                continue
            self.read += 1
            row = self._reader.read(line, cells)
            if isinstance(row, RowLeftOut):
                self._leave_out(row)
            else:
                good.append(row)
        self._keep(good)


def _read_counts(cells: Sequence[str]) -> Sequence[Count] | None:
    """Read a column of plain digits and blanks; None when a cell is anything else."""
    digits = "".join(cells)
    if not digits:
        return [None] * len(cells)
    # int() alone would let "1_000", " 5 " and the digits of other scripts in.
    if not (digits.isascii() and digits.isdigit()):
        return None
    try:
        if "" not in cells:
            numbers = list(map(int, cells))
            return numbers if max(numbers) <= MAX_COUNT else None
        counts = [int(cell) if cell else None for cell in cells]
    except ValueError:
        # Python reads no number of more than 4,300 digits.
        return None
    return counts if max(filter(None, counts), default=0) <= MAX_COUNT else None
