"""Countries: where each stands, what it reported, what it is called."""

from flask import Blueprint

bp = Blueprint("countries", __name__)

from app.countries import chart, naming, views  # noqa: E402, F401
