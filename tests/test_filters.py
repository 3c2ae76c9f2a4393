import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask

from app.filters import count, day, moment, percent, signed
from app.language import day_in_words

MISSING = '<span aria-hidden="true">–</span><span class="hidden">no value</span>'


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (lambda: count(1309), "1,309"),
        (lambda: count(0), "0"),
        (lambda: count(-1181), "−1,181"),
        (lambda: count(None), MISSING),
        (lambda: signed(3), "+3"),
        (lambda: signed(0), "0"),
        (lambda: signed(-2), "−2"),
        (lambda: percent(0.1523), "15.2\u00a0%"),
        (lambda: percent(-0.001), "−0.1\u00a0%"),
        (lambda: percent(None), MISSING),
        (lambda: day(dt.date(2003, 4, 12)), "2003-04-12"),
        (lambda: day(None), MISSING),
        (lambda: day_in_words(dt.date(2003, 4, 2)), "2 April 2003"),
    ],
)
def test_values_are_written_alike_everywhere(
    app: Flask, written: Callable[[], str], expected: str
) -> None:
    with app.test_request_context():
        assert written() == expected


def test_moment_tells_its_zone(app: Flask) -> None:
    with app.test_request_context():
        written = moment(dt.datetime(2003, 5, 3, 10, 12, tzinfo=dt.UTC))
    assert written == (
        '<time datetime="2003-05-03T10:12:00+00:00" title="2003-05-03 10:12:00 UTC">'
        "3 May 2003, 10:12</time>"
    )
