from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app import db
from app.overview import bp


@bp.get("/")
def index() -> str:
    """Show where the outbreak stands."""
    return render_template("overview/index.html")


@bp.get("/healthz")
def health() -> ResponseReturnValue:
    """Say that this process and its database answer."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}
