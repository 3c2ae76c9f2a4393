"""The first page: where the outbreak stands."""

from flask import Blueprint

bp = Blueprint("overview", __name__)

from app.overview import views  # noqa: E402, F401
