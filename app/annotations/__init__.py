"""Annotations: notes, and breaks in a series, on a country's day."""

from flask import Blueprint

bp = Blueprint("annotations", __name__)

from app.annotations import views  # noqa: E402, F401
