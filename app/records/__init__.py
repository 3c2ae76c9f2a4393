"""Records: what each country reported on each day."""

from flask import Blueprint

# No prefix: it would make /records/.csv of /records.csv.
bp = Blueprint("records", __name__)

from app.records import listing, views  # noqa: E402, F401
