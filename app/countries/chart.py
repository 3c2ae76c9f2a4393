"""The chart of a country: on its page, and as a picture to take along."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from app import db
from app.countries import bp
from app.countries.chart_words import MEASURES, SCALES, Words
from app.crud.finding import get_entry
from app.models import Country, Outbreak
from app.services.charts.asked import ChartQuery, read_address, without_usual
from app.services.charts.drawing import Drawing, draw
from app.services.charts.frames import FRAMES, WIDE
from app.services.charts.reading import Chart, chart_of
from app.services.directory import default_outbreak
from app.services.marks import Mark, list_marks
from app.services.messages import Message
from app.services.rules.series import Series
from app.services.rules.series_reader import read_series

# Beneath a picture; the page has them all.
MOST_FOOTNOTES = 12


@dataclass(frozen=True)
class ChartView:
    """What the page of a country shows of its chart."""

    query: ChartQuery
    warnings: list[Message]
    chart: Chart | None
    drawings: list[Drawing]
    words: Words | None

    measures = MEASURES
    scales = SCALES

    @property
    def chosen(self) -> dict[str, str]:
        """What an address says of this chart."""
        return dict(self.query.pairs())

    @property
    def days(self) -> dict[str, str]:
        """What an address says of its days."""
        return dict(self.query.days())


def tidy_address() -> str | None:
    """Return the address without what goes without saying; None when it is so already.

    A form also sends what was left empty.
    """
    given = list(request.args.items(multi=True))
    kept = without_usual(given)
    if kept == given:
        return None
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def view_chart(
    outbreak: Outbreak, country: Country, series: Series, marks: list[Mark]
) -> ChartView:
    """Make the chart that the address asks for."""
    query, warnings = read_address(request.args.items(multi=True))
    chart = chart_of(series, query, marks, daily=outbreak.counting == "daily")
    drawn = [draw(chart, frame) for frame in FRAMES] if chart else []
    return ChartView(
        query,
        warnings,
        chart,
        [drawing for drawing in drawn if drawing],
        Words(chart, country.name) if chart else None,
    )


@bp.get("/countries/<slug>/chart.json")
def readings(slug: str) -> ResponseReturnValue:
    """Say what the chart shows on each of its days, for the line that reads it."""
    country = get_entry(Country, "slug")
    _outbreak, _marks, view = _find_chart(country)
    return {"readings": view.words.readings() if view.words else []}


@bp.get("/countries/<slug>.svg")
def picture(slug: str) -> ResponseReturnValue:
    """Answer the chart as a picture that stands for itself; 404 where nothing is to be drawn."""
    country = get_entry(Country, "slug")
    outbreak, marks, view = _find_chart(country)
    drawing = draw(view.chart, WIDE) if view.chart else None
    if drawing is None or view.chart is None:
        abort(404)
    numbers = {mark.number for mark in view.chart.marks}
    footnotes = [mark for mark in marks if mark.number in numbers][:MOST_FOOTNOTES]
    drawn = render_template(
        "countries/chart.svg",
        drawing=drawing,
        words=view.words,
        outbreak=outbreak,
        footnotes=footnotes,
        more=len(numbers) - len(footnotes),
        today=dt.datetime.now(dt.UTC).date(),
    )
    answer = Response(drawn, mimetype="image/svg+xml")
    name = "-".join([country.slug, *view.chosen.values()])
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.svg"'
    return answer


def _find_chart(country: Country) -> tuple[Outbreak, list[Mark], ChartView]:
    session = db.session()
    outbreak = default_outbreak(session)
    series = read_series(session, outbreak.id, country.id)
    marks = marks_of(outbreak, country, series)
    return outbreak, marks, view_chart(outbreak, country, series, marks)


def marks_of(outbreak: Outbreak, country: Country, series: Series) -> list[Mark]:
    """Number what is said about the country's days, on the chart as in the list."""
    since = series.dates[0] if series.dates else None
    return list_marks(db.session(), outbreak.id, country.id, since=since)
