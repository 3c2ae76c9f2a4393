"""Review: the queue of findings, and what is decided about them."""

from flask import Blueprint

bp = Blueprint("review", __name__, url_prefix="/review")

from app.review import correcting, deciding, keys, views  # noqa: E402, F401
