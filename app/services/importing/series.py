"""The counts of each country as the file tells them, row after row."""

from collections.abc import Iterable, Sequence, Set

from app.models import METRICS

Count = int | None
# Line, number of the name, day as yyyy-mm-dd, cases, deaths, recoveries.
Row = tuple[int, int, str, Count, Count, Count]
# Line, number of the name, metric, its count and the one before.
Fall = tuple[int, int, str, int, int]


class Series:
    """Follows each country's counts from its first row to its last.

    One state per country is kept, however long the file is. As long as a country's days rise, no
    day can come twice and each count has its predecessor at hand. A country whose days do not
    rise is `unsettled`: it is looked at again once all rows are staged and can be put in order.
    """

    def __init__(self) -> None:
        # By name number: last day, and the last count reported of each metric.
        self._last: dict[int, tuple[str, int, int, int]] = {}
        # Line, day and counts of each country's first row.
        self._first: dict[int, tuple[int, str, tuple[Count, ...]]] = {}
        # Falls noted since somebody took them from here.
        self.falls: list[Fall] = []
        self.unsettled: set[int] = set()
        # Rows of which deaths and recoveries, or deaths alone, exceed cases.
        self.contradicting = 0
        # By day: the columns of daily_total, if the file is all there is.
        self._days: dict[str, list[int]] = {}

    @property
    def days(self) -> dict[str, list[int]]:
        """Return the totals of the rows taken in, by day."""
        return {day: total for day, total in self._days.items() if total[0]}

    @property
    def rows(self) -> int:
        """Return how many rows were taken in, all those on the stage once it is settled."""
        return sum(total[0] for total in self._days.values())

    @property
    def names(self) -> Set[int]:
        """Return the numbers of the names of which rows were taken in."""
        return self._last.keys()

    def follow(self, rows: Iterable[Row]) -> None:
        """Take rows in, in the order of the file."""
        last = self._last
        days = self._days
        get = last.get
        nothing = ("", 0, 0, 0)
        for line, name, day, cases, deaths, recoveries in rows:
            day_before, cases_before, deaths_before, recoveries_before = get(name, nothing)
            if day <= day_before:
                self.unsettled.add(name)
                continue
            if not day_before:
                self._first[name] = line, day, (cases, deaths, recoveries)
            total = days.get(day)
            if total is None:
                total = days[day] = [0] * 7
            if cases is None or deaths is None or recoveries is None:
                before = (cases_before, deaths_before, recoveries_before)
                cases, deaths, recoveries = self._fill(cases, deaths, recoveries, before, total)
            elif deaths + recoveries > cases:
                self.contradicting += 1
            if cases < cases_before or deaths < deaths_before or recoveries < recoveries_before:
                before = (cases_before, deaths_before, recoveries_before)
                self._note_falls(line, name, (cases, deaths, recoveries), before)
            last[name] = (day, cases, deaths, recoveries)
            total[0] += 1
            total[1] += cases
            total[2] += deaths
            total[3] += recoveries
            total[4] += cases - cases_before
            total[5] += deaths - deaths_before
            total[6] += recoveries - recoveries_before

    def _fill(
        self,
        cases: Count,
        deaths: Count,
        recoveries: Count,
        before: tuple[int, int, int],
        total: list[int],
    ) -> tuple[int, int, int]:
        """Let what was not reported stay as it was; it is no part of the day's sum."""
        if cases is None:
            cases = before[0]
            total[1] -= cases
        elif (deaths or 0) + (recoveries or 0) > cases:
            self.contradicting += 1
        if deaths is None:
            deaths = before[1]
            total[2] -= deaths
        if recoveries is None:
            recoveries = before[2]
            total[3] -= recoveries
        return cases, deaths, recoveries

    def begins_after(self, name: int, day: str) -> bool:
        """Tell whether a country's first row is of a later day."""
        return name in self._first and self._first[name][1] > day

    def compare_first(self, name: int, before: Sequence[Count]) -> None:
        """Note where a country's first row falls below what was reported last before the file."""
        line, _, counts = self._first[name]
        self._note_falls(line, name, counts, before)

    def _note_falls(
        self, line: int, name: int, counts: Sequence[Count], before: Sequence[Count]
    ) -> None:
        for metric, count, earlier in zip(METRICS, counts, before, strict=True):
            if count is not None and earlier is not None and count < earlier:
                self.falls.append((line, name, metric, count, earlier))

    def take_back(self, parts: Iterable[Sequence[Row]]) -> None:
        """Forget countries, given all of their rows in the order in which they were taken in."""
        gone = Series()
        for rows in parts:
            gone.follow(rows)
            gone.falls.clear()
        names = gone._last.keys()
        for day, total in gone._days.items():
            kept = self._days[day]
            self._days[day] = [one - other for one, other in zip(kept, total, strict=True)]
        for name in names:
            self._last.pop(name, None)
            self._first.pop(name, None)
        self.unsettled -= names
        self.contradicting -= gone.contradicting
