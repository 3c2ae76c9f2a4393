"""Who may sign in, in which role: the admins' pages."""

from flask import Blueprint

bp = Blueprint("users", __name__, url_prefix="/users")

from app.users import views  # noqa: E402, F401
