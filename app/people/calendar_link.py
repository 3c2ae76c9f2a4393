"""The secret link by which somebody subscribes to a person's to-dos."""

import hashlib

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer

from app import db
from app.auth import requires
from app.crud.finding import get_entry
from app.messages import say
from app.models import Person
from app.people import bp
from app.services import calendars

# Longer ones are none of ours; nothing is made of them.
LONGEST_TOKEN = 200


@bp.route("/people/<key>/calendar", methods=["GET", "POST"])
@requires("reader")
def calendar(key: str) -> ResponseReturnValue:
    """Show a person's calendar link to themselves and to editors; renew it when asked to."""
    own = current_user.person
    if not current_user.may("editor") and (own is None or own.slug != key):
        abort(403, description="editor")
    person = get_entry(Person)
    if request.method == "POST":
        calendars.renew_link(db.session(), person)
        db.session.commit()
        say(_("There is a new link. Those given out before show nothing any more."))
        return redirect(url_for(".calendar", key=person.slug), code=303)
    link = url_for(".calendar_feed", token=_sign(person), _external=True)
    return render_template(
        "people/calendar.html", person=person, link=link if person.calendar else None
    )


@bp.get("/calendar/<token>.ics")
def calendar_feed(token: str) -> ResponseReturnValue:
    """Answer a person's open to-dos as a calendar; whoever has the link need not sign in."""
    person = _find_owner(token) or abort(404)
    written = calendars.write_calendar(
        db.session(), person, lambda todo: url_for("todos.show", key=todo.id, _external=True)
    )
    answer = Response(written, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="to-dos.ics"'
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    # The address is a secret: nobody who is led on from here may learn it.
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.add_etag()
    return answer.make_conditional(request)


def _signer() -> URLSafeSerializer:
    key = current_app.config["SECRET_KEY"]
    strength = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(key, salt="calendar", signer_kwargs=strength)


def _sign(person: Person) -> str:
    token = _signer().dumps([person.id, person.calendar])
    return token.decode() if isinstance(token, bytes) else token


def _find_owner(token: str) -> Person | None:
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        # Compared in constant time; only what we signed is read at all.
        person_id, number = _signer().loads(token)
    except BadSignature:
        return None
    return calendars.find_owner(db.session(), person_id, number)
