"""What an address says of a chart, and what cannot be understood of it."""

import datetime as dt

import pytest

from app.services.charts.asked import ChartQuery, read_address, without_usual

Pairs = list[tuple[str, str]]


def test_address_is_read_and_written_back() -> None:
    pairs = [("measure", "new"), ("scale", "log"), ("from", "2003-04-01"), ("to", "2003-04-30")]
    query, warnings = read_address(pairs)
    assert query == ChartQuery("new", "log", dt.date(2003, 4, 1), dt.date(2003, 4, 30))
    assert (query.pairs(), warnings) == (pairs, [])


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([("measure", "speed")], "measure='speed' is left out."),
        ([("scale", "square")], "scale='square' is left out."),
        ([("from", "3/4/2003")], "from is left out: '3/4/2003' could be two days."),
        ([("to", "\0")], "to is left out: '\\x00' is not a date."),
        ([("sort", "date")], "'sort' is left out: the chart knows no such word."),
        ([("x" * 90, "")], f"'{'x' * 37}...' is left out: the chart knows no such word."),
    ],
)
def test_what_cannot_be_read_is_told_and_left_out(pairs: Pairs, told: str) -> None:
    query, (warning,) = read_address(pairs)
    assert query == ChartQuery()
    assert str(warning).startswith(told)


def test_last_of_a_word_counts_and_days_are_put_in_order() -> None:
    query, warnings = read_address(
        [("from", "2003-05-01"), ("to", "2003-04-01"), ("scale", "log"), ("scale", "LINEAR")]
    )
    assert (query.first, query.last) == (dt.date(2003, 4, 1), dt.date(2003, 5, 1))
    assert (query.scale, len(warnings)) == ("linear", 2)


def test_warnings_end_somewhere() -> None:
    _query, warnings = read_address([(f"word{number}", "1") for number in range(50)])
    assert len(warnings) == 10


def test_language_and_blanks_are_nothing_to_warn_of() -> None:
    assert read_address([("lang", "en"), ("from", " ")]) == (ChartQuery(), [])


def test_what_goes_without_saying_is_left_out_of_an_address() -> None:
    given = [("measure", "cumulative"), ("scale", "log"), ("from", ""), ("lang", "en")]
    assert without_usual(given) == [("scale", "log"), ("lang", "en")]
