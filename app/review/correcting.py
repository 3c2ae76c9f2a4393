"""Correcting what a finding is about: the record's own form, filled in as the rules suggest."""

import datetime as dt
from typing import Any

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from app import db
from app.auth import requires
from app.models import Finding
from app.review import bp
from app.review.addresses import way_back
from app.services.register import find_record
from app.services.review.story import get_finding


@bp.get("/<int:id>/correct")
@requires("editor")
def correct(id: int) -> ResponseReturnValue:
    """Lead to the form of the finding's record, and from there back to the queue."""
    finding = get_finding(db.session(), id) or abort(404)
    if finding.country is None or finding.date is None:
        return redirect(url_for(".show", id=id))
    suggested = _suggested(finding) if finding.state == "open" else {}
    day = suggested.pop("date", finding.date)
    record = find_record(db.session(), finding.outbreak_id, finding.country.id, day)
    if record is None:
        where = {"country": finding.country.slug, "date": day.isoformat()}
        return redirect(url_for("records.create", **where, back=way_back()))
    return redirect(url_for("records.update", id=record.id, **suggested, back=way_back()))


def _suggested(finding: Finding) -> dict[str, Any]:
    """Return the day and the counts that would mend it; a blank count is "not reported"."""
    suggestion = finding.details.get("suggestion")
    if not suggestion or "values" not in suggestion:
        return {}
    values = {name: "" if count is None else count for name, count in suggestion["values"].items()}
    day = suggestion.get("date")
    return values | ({"date": dt.date.fromisoformat(day)} if day else {})
