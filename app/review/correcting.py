"""Correcting what a finding is about: the record's own form, filled in as the rules suggest."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import db
from app.auth import current_actor, requires
from app.language import ngettext
from app.messages import say
from app.models import Finding
from app.review import bp, scope, words
from app.review.addresses import queue_address, way_back
from app.review.forms import WhyForm
from app.services.register import find_record
from app.services.review import correcting, decisions, queue
from app.services.review.asked import FindingQuery
from app.services.review.decisions import FindingsMoved
from app.services.review.story import get_finding


@bp.get("/<int:id>/correct")
@requires("editor")
def correct(id: int) -> ResponseReturnValue:
    """Lead to the form of the finding's record, and from there back to the queue."""
    finding = get_finding(db.session(), id) or abort(404)
    if finding.country is None or finding.date is None:
        return redirect(url_for(".show", id=id))
    suggestion = finding.details.get("suggestion") if finding.state == "open" else None
    if suggestion and suggestion.get("through", suggestion["date"]) != suggestion["date"]:
        # Several records of one country: they are corrected alike.
        return redirect(url_for(".correct_all", finding=id))
    suggested = _suggested(suggestion or {})
    day = suggested.pop("date", finding.date)
    record = find_record(db.session(), finding.outbreak_id, finding.country.id, day)
    if record is None:
        where = {"country": finding.country.slug, "date": day.isoformat()}
        return redirect(url_for("records.create", **where, back=way_back()))
    return redirect(url_for("records.update", id=record.id, **suggested, back=way_back()))


def _suggested(suggestion: Mapping[str, Any]) -> dict[str, Any]:
    """Return the day, the counts and the country that would mend it; blank: "not reported"."""
    counts = suggestion.get("values", {})
    values: dict[str, Any] = {
        name: "" if count is None else count for name, count in counts.items()
    }
    if suggestion.get("country_id"):
        values["country_id"] = suggestion["country_id"]
    if suggestion.get("date"):
        values["date"] = dt.date.fromisoformat(suggestion["date"])
    return values


@bp.route("/correct", methods=["GET", "POST"])
@requires("editor")
def correct_all() -> ResponseReturnValue:
    """Correct many records as their findings suggest, once it was shown which."""
    query, form = scope.read_query("open"), WhyForm()
    if not form.validate_on_submit():
        return _preview(query, form)
    session = db.session()
    try:
        changeset = correcting.correct(
            session, query, current_actor(), reason=form.reason, seen=form.seen.data
        )
    except (FindingsMoved, correcting.NoSharedSuggestion) as refusal:
        session.rollback()
        return _preview(query, form, moved=getattr(refusal, "moved", []))
    session.commit()
    text = ngettext("Corrected 1 record.", "Corrected %(number)s records.", changeset.changed)
    say(text, undo=changeset.id)
    # Those beyond what is corrected at once are still to come.
    is_gone = not queue.count(session, query)
    return redirect(queue_address(replace(query, group="") if is_gone else query), code=303)


def _preview(
    query: FindingQuery, form: WhyForm, moved: list[Finding] | None = None
) -> ResponseReturnValue:
    session = db.session()
    found = correcting.find_correction(session, query)
    html = render_template(
        "review/correct.html",
        correction=found,
        title=_title(found.records if found else 0),
        told=words.correction_in_words(found) if found else "",
        form=form,
        seen=decisions.mark(session, query),
        back=way_back(),
        moved=moved,
        action=request.full_path,
        queue_at=queue_address(query),
    )
    return html, 409 if moved is not None else form.status


def _title(count: int) -> str:
    if not count:
        return gettext("Nothing to correct")
    return ngettext("Correct 1 record", "Correct %(number)s records", count)
