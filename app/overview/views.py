from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import text

from app import db
from app.auth import current_actor, requires
from app.checking import check_what_changed
from app.filters import count
from app.language import translate
from app.messages import say, warn
from app.overview import bp
from app.services import overview
from app.services.example import ExampleLoaded, load_example

# More would make the page long; the list of countries has them all.
COUNTRIES_SHOWN = 50
CHANGES_SHOWN = 5


@bp.get("/")
def index() -> str:
    """Show where the outbreak stands."""
    shown = overview.describe(db.session(), changes=CHANGES_SHOWN)
    if shown.standing is None:
        return render_template("overview/empty.html")
    return render_template(
        "overview/index.html",
        shown=shown,
        standing=shown.standing,
        countries=shown.countries[:COUNTRIES_SHOWN],
    )


@bp.post("/example")
@requires("editor")
def example() -> ResponseReturnValue:
    """Load the example outbreak."""
    try:
        loaded = load_example(db.session(), current_actor())
    except ExampleLoaded as refusal:
        warn(translate(refusal.message))
    else:
        db.session.commit()
        check_what_changed(db.session())
        report = loaded.report
        said = gettext("Loaded the example outbreak: %(rows)s records.", rows=count(report.added))
        say(said, undo=report.changeset_id)
    return redirect(url_for(".index"), code=303)


@bp.get("/healthz")
def health() -> ResponseReturnValue:
    """Say that this process and its database answer."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}
