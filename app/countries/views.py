import datetime as dt
from urllib.parse import urlencode

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import db
from app.countries import bp, chart
from app.countries.forms import AliasForm, CountryFilter
from app.crud.finding import get_entry
from app.crud.lists import file_of
from app.errors import wants_json
from app.models import Country
from app.services import countries, todos
from app.services.annotations import list_annotations
from app.services.charts.measures import count_falls
from app.services.directory import default_outbreak
from app.services.findings import findings_of_day, open_findings
from app.services.neighbours import find_neighbours
from app.services.register import find_record
from app.services.rules.series_reader import read_series

NEWEST = 30
COLUMNS = ("country", "code", "cases", "deaths", "recoveries", "reports", "first", "last")

bp.add_app_template_filter(countries.fatality)
bp.add_app_template_filter(countries.closed_fatality)


@bp.get("/countries")
@bp.get("/countries.<any(csv, json):form>")
def index(form: str = "html") -> ResponseReturnValue:
    """List the countries that reported, with their latest counts."""
    session = db.session()
    filters = CountryFilter(request.args)
    filters.validate()
    outbreak = default_outbreak(session)
    standings = countries.list_standings(session, outbreak.id, filters.q.data)
    if form == "html" and not wants_json():
        page = render_template(
            "countries/index.html", outbreak=outbreak, standings=standings, filters=filters
        )
        return page, {"Vary": "Accept"}
    rows = [
        (
            *(country.name, country.code, total.cases, total.deaths, total.recoveries),
            *(total.reports, total.first_date, total.last_date),
        )
        for country, total in standings
    ]
    return file_of("countries", COLUMNS, rows, form)


@bp.get("/countries/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """Show where a country stands, its curve and what it reported last."""
    session = db.session()
    country = get_entry(Country, "slug")
    if (tidied := chart.tidy_address()) is not None:
        return redirect(tidied, code=302)
    outbreak = default_outbreak(session)
    series = read_series(session, outbreak.id, country.id)
    marks = chart.marks_of(outbreak, country, series)
    return render_template(
        "countries/show.html",
        country=country,
        outbreak=outbreak,
        total=countries.find_total(session, outbreak.id, country.id),
        falls=0 if outbreak.counting == "daily" else count_falls(series.cases),
        reports=countries.latest_reports(session, outbreak.id, country.id, NEWEST),
        todos=todos.open_todos(session, country_id=country.id),
        videos=countries.videos_of(session, country.id),
        findings=open_findings(session, outbreak.id, country.id),
        marks=marks,
        view=chart.view_chart(outbreak, country, series, marks),
        alias_form=AliasForm(None),
    )


@bp.get("/countries/<slug>.<any(csv, json):form>")
def file(slug: str, form: str) -> ResponseReturnValue:
    """Lead to the file of a country's records, or of those from one day to another."""
    country = get_entry(Country, "slug")
    days = {name: request.args[name] for name in ("from", "to") if request.args.get(name)}
    address = url_for("records.csv_file" if form == "csv" else "records.json_list")
    return redirect(f"{address}?{urlencode({'country': country.slug, **days})}", code=302)


@bp.get("/countries/<slug>/<day>")
def report(slug: str, day: str) -> ResponseReturnValue:
    """Lead to the record of a country and day, or offer to add it."""
    session = db.session()
    country = get_entry(Country, "slug")
    try:
        date = dt.date.fromisoformat(day)
    except ValueError:
        abort(404)
    outbreak = default_outbreak(session)
    record = find_record(session, outbreak.id, country.id, date)
    if record is not None:
        return redirect(url_for("records.show", id=record.id), code=302)
    before, after = find_neighbours(session, outbreak.id, country.id, date)
    about = outbreak.id, country.id
    return render_template(
        "countries/no_report.html",
        country=country,
        date=date,
        before=before,
        after=after,
        findings=findings_of_day(session, *about, date),
        annotations=list_annotations(session, *about, date=date),
    )
