"""The practical limit: a Flask route with one prepared query, a total and a small template."""

import sqlite3

from flask import Flask, request

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


def bare_app(file: str) -> Flask:
    """Return an app with nothing but a list of the records in this SQLite file."""
    app = Flask("bare")
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, check_same_thread=False)
    connection.execute("PRAGMA cache_size=-65536")
    template = app.jinja_env.from_string(PAGE)

    @app.get("/records")
    def index() -> str:
        day, country = request.args.get("after", "9999-12-31,0").split(",")
        rows = connection.execute(ROWS, (day, country)).fetchall()
        total = connection.execute(TOTAL).fetchone()[0]
        return template.render(rows=rows, total=total)

    return app
