"""Review: the queue of findings, what is decided about them, and the rules."""

from flask import Blueprint

bp = Blueprint("review", __name__, url_prefix="/review")

from app.review import correcting, deciding, rules_page, views  # noqa: E402, F401
