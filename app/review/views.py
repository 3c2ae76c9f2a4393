"""The queue of findings, and one finding."""

from urllib.parse import urlencode

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import db
from app.ids import read_number
from app.review import bp, queue_page, words
from app.services import directory
from app.services.review import story
from app.services.review.asked import of_one
from app.services.review.grammar import MOST_TEXT, read_address
from app.services.review.log import list_decisions
from app.services.review.queue import find_records

for function in (
    words.rule_name,
    words.group_name,
    words.findings_in_words,
    words.place_of,
    words.days_around,
    words.headline,
    words.grounds,
    words.suggestion,
):
    bp.add_app_template_filter(function)


@bp.get("")
def index() -> ResponseReturnValue:
    """List the findings that the address asks for, in groups or one by one."""
    if any(not value for _name, value in request.args.items(multi=True)):
        asked = [(name, value) for name, value in request.args.items(multi=True) if value]
        return redirect(f"{request.path}?{urlencode(asked)}" if asked else request.path, code=302)
    session = db.session()
    outbreak = directory.default_outbreak(session)
    person_id = current_user.person_id if current_user.is_authenticated else None
    pairs = request.args.items(multi=True)
    query, warnings = read_address(session, outbreak.id, pairs, person_id)
    context = queue_page.context(session, query, request.args)
    return render_template("review/index.html", outbreak=outbreak, warnings=warnings, **context)


@bp.get("/decisions")
def log() -> ResponseReturnValue:
    """List what was decided about findings."""
    session = db.session()
    outbreak = directory.default_outbreak(session)
    below = request.args.get("below", type=read_number)
    # NUL is in no name, and PostgreSQL refuses to look for it.
    decided_by = request.args.get("decided_by", "").replace("\0", "").strip()[:MOST_TEXT]
    return render_template(
        "review/decisions.html",
        outbreak=outbreak,
        page=list_decisions(session, outbreak.id, actor=decided_by, below=below),
        below=below,
        decided_by=decided_by,
        acts=words.ACTS,
    )


@bp.get("/<int:id>")
def show(id: int) -> ResponseReturnValue:
    """Show one finding with all that happened to it."""
    session = db.session()
    finding = story.get_finding(session, id) or abort(404)
    steps = story.read_story(session, finding)
    records = find_records(session, finding.outbreak_id, [finding])
    return render_template(
        "review/show.html",
        finding=finding,
        outbreak=finding.outbreak,
        query=of_one(finding),
        steps=steps,
        undoable=story.list_undoable(session, steps),
        record_id=records.get(id),
        level_icons=words.LEVEL_ICONS,
        levels=words.LEVELS,
        states=words.STATES,
    )
