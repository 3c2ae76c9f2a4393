"""Activity: the changesets, what each did, and taking them back."""

from flask import Blueprint

bp = Blueprint("activity", __name__, url_prefix="/activity")

from app.activity import undo_page, views  # noqa: E402, F401
