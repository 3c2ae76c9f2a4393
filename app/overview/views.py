from urllib.parse import urlencode

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from sqlalchemy import text

from app import db
from app.overview import bp
from app.services import overview

COUNTRIES_SHOWN = 50
CHANGES_SHOWN = 5

# What a changeset did, by its kind.
ACTS = {
    "add": _("added a record"),
    "edit": _("changed a record"),
    "delete": _("deleted a record"),
    "bulk": _("changed many records"),
    "import": _("imported a file"),
    "undo": _("undid a change"),
    "example": _("loaded the example outbreak"),
}


@bp.get("/")
def index() -> str:
    """Show where the outbreak stands."""
    shown = overview.describe(db.session(), countries=COUNTRIES_SHOWN, changes=CHANGES_SHOWN)
    page = "overview/index.html" if shown.standing else "overview/empty.html"
    return render_template(
        page,
        shown=shown,
        standing=shown.standing,
        acts=ACTS,
        country_address=_country_address,
    )


def _country_address(slug: str) -> str:
    if "countries.show" in current_app.view_functions:
        return url_for("countries.show", slug=slug)
    return "/records?" + urlencode({"country": slug})


@bp.get("/healthz")
def health() -> ResponseReturnValue:
    """Say that this process and its database answer."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}
