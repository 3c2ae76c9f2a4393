"""The charts of the real file, whose largest fall is the United States' 220 to 39."""

import csv
import datetime as dt
from pathlib import Path

import pytest

from app.services.charts.asked import MEASURES, SCALES, ChartQuery
from app.services.charts.drawing import draw
from app.services.charts.frames import FRAMES
from app.services.charts.reading import chart_of
from app.services.rules.series import Series


@pytest.fixture
def countries(real_file: Path) -> dict[str, Series]:
    """Every country's series; of two lines for one day the last counts."""
    reports: dict[str, dict[dt.date, list[int]]] = {}
    with real_file.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            day = dt.date.fromisoformat(line["date"])
            said = [int(line[metric]) for metric in ("cases", "deaths", "recoveries")]
            reports.setdefault(line["country"], {})[day] = said
    return {
        country: Series(7, tuple(days), *zip(*days.values(), strict=True))
        for country, days in reports.items()
    }


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("scale", SCALES)
def test_every_country_is_drawn_in_few_characters(
    countries: dict[str, Series], measure: str, scale: str
) -> None:
    assert len(countries) == 37
    query = ChartQuery(measure, scale)  # type: ignore[arg-type]
    for country, series in countries.items():
        chart = chart_of(series, query)
        assert chart is not None
        for drawing in (draw(chart, frame) for frame in FRAMES):
            assert drawing or not chart.drawn, country
            shapes = (
                [shape for panel in drawing.panels for shape in panel.shapes] if drawing else []
            )
            written = sum(len(shape.line + shape.bars + shape.dots) for shape in shapes)
            assert written < 8000, country


def test_largest_fall_is_cut_and_the_rest_is_not_squashed(countries: dict[str, Series]) -> None:
    chart = chart_of(countries["United States"], ChartQuery("new"))
    assert chart is not None
    for drawing in (draw(chart, frame) for frame in FRAMES):
        assert drawing is not None
        cases = drawing.panels[0]
        cut = [fall.text for fall in cases.shapes[0].falls if fall.is_cut]
        assert cut == ["−181"]
        zero = next(tick.y for tick in cases.ticks if tick.is_zero)
        assert zero - cases.top > (cases.bottom - cases.top) / 2
