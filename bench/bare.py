"""The practical limit: Flask routes with one prepared query each, written for speed alone."""

import csv
import gc
import io
import sqlite3
from collections.abc import Iterator

from flask import Flask, Response, request

PAGE = """<!doctype html><title>records</title><p>{{ total }} records</p>
<table>{% for row in rows %}<tr><td><a href="/records/{{ row[0] }}">{{ row[1] }}</a><td>{{ row[2] }}
<td>{{ row[3] }}<td>{{ row[4] }}<td>{{ row[5] }}</tr>{% endfor %}</table>
<a href="?after={{ rows[-1][1] }},{{ rows[-1][6] }}">next</a>"""

ROWS = """
SELECT record.id, record.date, country.name, cases, deaths, recoveries, country_id
FROM record JOIN country ON country.id = country_id
WHERE outbreak_id = 1 AND (date, country_id) < (?, ?)
ORDER BY date DESC, country_id DESC LIMIT 51
"""
TOTAL = "SELECT sum(reports) FROM daily_total WHERE outbreak_id = 1"
LOT = 2_000
IN_ORDER = """
FROM record JOIN country ON country.id = country_id
WHERE outbreak_id = 1 ORDER BY date DESC, slug
"""
# By the columns that are asked for.
CELLS = {
    "date,country,cases,deaths,recoveries": f"""
        SELECT date, country.name, cases, deaths, recoveries {IN_ORDER}
    """,
    "date,country,cases": f"SELECT date, country.name, cases {IN_ORDER}",
}
OBJECTS = f"""
SELECT json_object('id', record.id, 'date', date, 'country', country.name,
                   'cases', cases, 'deaths', deaths, 'recoveries', recoveries) {IN_ORDER}
"""


def bare_app(file: str) -> Flask:
    """Return an app with nothing but a list of the records in this SQLite file."""
    app = Flask("bare")
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, check_same_thread=False)
    connection.execute("PRAGMA cache_size=-65536")
    template = app.jinja_env.from_string(PAGE)
    gc.freeze()
    gc.set_threshold(10_000)

    @app.get("/records")
    def index() -> str:
        day, country = request.args.get("after", "9999-12-31,0").split(",")
        rows = connection.execute(ROWS, (day, country)).fetchall()
        total = connection.execute(TOTAL).fetchone()[0]
        return template.render(rows=rows, total=total)

    @app.get("/records.csv")
    def csv_file() -> Response:
        columns = request.args.get("cols", next(iter(CELLS)))
        return Response(_csv(connection, columns), content_type="text/csv; charset=utf-8")

    @app.get("/records.json")
    def json_list() -> Response:
        return Response(_json(connection), content_type="application/json")

    return app


def _csv(connection: sqlite3.Connection, columns: str) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns.split(","))
    cursor = connection.execute(CELLS[columns])
    while rows := cursor.fetchmany(LOT):
        writer.writerows(rows)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _json(connection: sqlite3.Connection) -> Iterator[bytes]:
    separator = "["
    cursor = connection.execute(OBJECTS)
    while rows := cursor.fetchmany(LOT):
        yield (separator + ",\n".join([text for (text,) in rows])).encode()
        separator = ",\n"
    yield b"]"
