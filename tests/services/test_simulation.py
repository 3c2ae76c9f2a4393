"""The simulated outbreak and the large files."""

import csv
import datetime as dt
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.services.directory import resolve_names
from app.services.simulation import (
    FAULT_KINDS,
    Row,
    Simulation,
    simulate,
    simulate_outbreak,
    write_csv,
)
from app.services.simulation.names import country_names

KINDS = {
    "columns swapped": 2,
    "day copied forward": 1,
    "fall": 2,
    "gap": 2,
    "mislabelled": 2,
    "sum": 2,
}


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return simulate_outbreak(countries=24, days=120, seed=1)


def series(rows: list[Row], country: str) -> dict[dt.date, Row]:
    return {row.date: row for row in rows if row.country == country}


def read(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        assert next(lines) == ["date", "country", "cases", "deaths", "recoveries"]
        return [
            Row(dt.date.fromisoformat(day), name, *map(int, rest)) for day, name, *rest in lines
        ]


def test_seed_decides_everything(simulation: Simulation) -> None:
    assert list(simulate(24, 120, 1)) == simulation.rows
    assert list(simulate(24, 120, 2)) != simulation.rows


def test_rows_are_in_date_order_and_never_negative(simulation: Simulation) -> None:
    assert len(simulation.rows) > 1_500
    dates = [row.date for row in simulation.rows]
    assert dates == sorted(dates)
    assert all(min(row[2:]) >= 0 for row in simulation.rows)
    assert len({row.country for row in simulation.rows}) == 24


def test_outbreak_grows_and_people_die_and_recover(simulation: Simulation) -> None:
    last = {row.country: row for row in simulation.rows}
    cases, deaths, recoveries = (sum(row[n] for row in last.values()) for n in (2, 3, 4))
    assert 5_000 < cases < 500_000
    assert 0.02 < deaths / cases < 0.2
    assert recoveries > deaths


def test_some_countries_are_silent_at_weekends(simulation: Simulation) -> None:
    sundays = Counter(row.country for row in simulation.rows if row.date.weekday() == 6)
    mondays = Counter(row.country for row in simulation.rows if row.date.weekday() == 0)
    silent = [country for country in mondays if not sundays[country]]
    assert 0 < len(silent) < 16


def test_a_few_faults_of_each_kind_are_planted(simulation: Simulation) -> None:
    assert Counter(fault.kind for fault in simulation.faults) == KINDS


def test_each_planted_fault_is_in_the_rows(simulation: Simulation) -> None:
    keys = Counter((row.date, row.country) for row in simulation.rows)
    for fault in simulation.faults:
        of_country = series(simulation.rows, fault.country)
        row = of_country.get(fault.date)
        before = max((day for day in of_country if day < fault.date), default=None)
        if fault.kind == "gap":
            assert row is None
            assert not any(fault.date + dt.timedelta(days=n) in of_country for n in range(8))
            continue
        assert row is not None
        assert before is not None
        if fault.kind == "mislabelled":
            assert keys[fault.date, fault.country] == 2
        if fault.kind == "sum":
            assert row.deaths + row.recoveries > row.cases
        if fault.kind == "fall":
            assert row.cases < of_country[before].cases
        if fault.kind == "columns swapped":
            assert row.deaths > row.recoveries
    twice = [key for key, count in keys.items() if count > 1]
    assert len(twice) == KINDS["mislabelled"]


def test_day_copied_forward_says_what_the_day_before_said(simulation: Simulation) -> None:
    day = next(fault.date for fault in simulation.faults if fault.kind == "day copied forward")
    before = {row.country: row for row in simulation.rows if row.date == day - dt.timedelta(1)}
    copied = [row for row in simulation.rows if row.date == day and row.country in before]
    assert sum(row[2:] == before[row.country][2:] for row in copied) >= len(copied) - 3


def test_counts_are_sometimes_corrected_downwards(simulation: Simulation) -> None:
    falls = sum(
        later.cases < earlier.cases
        for country in {row.country for row in simulation.rows}
        for earlier, later in pairwise(series(simulation.rows, country).values())
    )
    assert falls > KINDS["fall"] + KINDS["mislabelled"]


@pytest.mark.parametrize(("countries", "days"), [(1, 1), (1, 40), (3, 5), (200, 30)])
def test_any_size_can_be_simulated(countries: int, days: int) -> None:
    rows = list(simulate(countries, days, 7))
    assert len({row.date for row in rows}) <= days


@pytest.mark.parametrize(("countries", "days"), [(0, 10), (10, 0), (1_001, 10), (10, 1_001)])
def test_sizes_out_of_range_are_refused(countries: int, days: int) -> None:
    with pytest.raises(ValueError, match="must be 1 to 1,000"):
        list(simulate(countries, days))


def test_ten_thousand_names_are_distinct_and_near_no_real_one(session: Session) -> None:
    names = country_names(10_000)
    resolution = resolve_names(session, names, create=True)
    assert resolution.new == {name: name for name in names}
    # Nor is one near another, so that a second file's countries are not slips for the first's.
    further = country_names(11_000)[10_000:]
    assert resolve_names(session, further, create=False).near == {}


def test_large_file_is_clean_where_nothing_was_planted(tmp_path: Path) -> None:
    path = tmp_path / "clean.csv"
    assert write_csv(path, rows=20_005) == []
    rows = read(path)
    assert len(rows) == 20_005
    assert len({(row.date, row.country) for row in rows}) == 20_005
    last: dict[str, Row] = {}
    for row in rows:
        before = last.get(row.country)
        assert row.deaths + row.recoveries <= row.cases
        if before:
            assert row.date - before.date == dt.timedelta(1)
            assert row.cases > before.cases
            assert (row.deaths, row.recoveries) >= (before.deaths, before.recoveries)
        last[row.country] = row


def test_planted_faults_of_a_large_file_are_told_by_line(tmp_path: Path) -> None:
    path = tmp_path / "faulty.csv"
    clean = tmp_path / "clean.csv"
    planted = write_csv(path, rows=20_000, faults=dict.fromkeys(FAULT_KINDS, 5))
    write_csv(clean, rows=20_000)
    lines, before = (file.read_text().splitlines() for file in (path, clean))
    changed = {n for n, pair in enumerate(zip(lines, before, strict=True), 1) if pair[0] != pair[1]}
    kinds = Counter(fault.kind for fault in planted)
    # Each planted sum is followed by a fall of the recoveries.
    assert kinds == {**dict.fromkeys(FAULT_KINDS, 5), "fall": 10}
    after_sums = {fault.line for fault in planted if fault.column == "recoveries"} - changed
    assert len(after_sums) == 5
    assert changed == {fault.line for fault in planted} - after_sums
    for fault in planted:
        if fault.other_line:
            one, other = lines[fault.line - 1], lines[fault.other_line - 1]
            assert one.split(",")[:2] == other.split(",")[:2]
            assert one != other


def test_faults_that_are_unknown_or_too_many_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such kind"):
        write_csv(tmp_path / "x.csv", rows=1_000, faults={"flood": 1})
    with pytest.raises(ValueError, match="too few rows"):
        write_csv(tmp_path / "x.csv", rows=1_000, faults={"fall": 500})
