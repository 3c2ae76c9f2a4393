"""People who leave, and come back."""

import re

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import db
from app.auth import current_actor, requires
from app.crud.finding import get_entry
from app.language import translate
from app.messages import say, warn
from app.models import Person
from app.people import bp
from app.people.finding import get_person
from app.people.forms import LeavingForm
from app.services import people, people_leaving
from app.services.entries import StaleEntry
from app.services.people_leaving import CannotTakeOver, Handover


@bp.route("/people/<key>/deactivate", methods=["GET", "POST"])
@requires("editor")
def deactivate(key: str) -> ResponseReturnValue:
    """Ask who takes a person's open to-dos over, and offer the person for no more work."""
    session, person = db.session(), get_person(key)
    if not person.active:
        return redirect(url_for(".show", key=person.slug), code=303)
    form = LeavingForm(obj=person)
    others = [other for other in people.people_for_work(session) if other.id != person.id]
    form.heir_id.offer((other.id, other.name) for other in others)
    if not form.validate_on_submit():
        return _ask(person, form, form.status)
    try:
        handover = people_leaving.deactivate(
            session, person, form.heir_id.data, current_actor(), revision=form.revision.data
        )
    except (StaleEntry, CannotTakeOver) as refusal:
        session.rollback()
        warn(translate(refusal.message))
        return redirect(url_for(".deactivate", key=key), code=303)
    session.commit()
    handed = f"{handover.first}-{handover.last}" if handover.count else None
    undo_at = url_for(".activate", key=person.slug, handed=handed)
    say(_told(person, handover, form.heir_id.shown), undo_at=undo_at)
    return redirect(url_for(".show", key=person.slug), code=303)


@bp.post("/people/<key>/activate")
@requires("editor")
def activate(key: str) -> ResponseReturnValue:
    """Offer a person for work again; undoing that they left also gives them their work back."""
    session, person = db.session(), get_entry(Person)
    handed = re.fullmatch(r"(\d{1,9})-(\d{1,9})", request.args.get("handed", ""), re.ASCII)
    handover = Handover(0, int(handed[1]), int(handed[2])) if handed else Handover()
    back = people_leaving.activate(session, person, current_actor(), handover)
    session.commit()
    text = _("%(name)s is active again.", name=person.name)
    if back.count:
        text += " " + ngettext(
            "%(num)s to-do is theirs again.", "%(num)s to-dos are theirs again.", back.count
        )
    say(text)
    return redirect(url_for(".show", key=person.slug), code=303)


def _ask(person: Person, form: LeavingForm, status: int) -> ResponseReturnValue:
    session = db.session()
    user = people.find_user(session, person.id)
    work = people.count_work(session, person.id, user.id if user else None)
    html = render_template("people/deactivate.html", person=person, form=form, work=work, user=user)
    return html, status


def _told(person: Person, handover: Handover, heir: str) -> str:
    text: str = _("%(name)s is not active any more.", name=person.name)
    if not handover.count:
        return text
    moved = ngettext(
        "%(num)s to-do went to: %(heir)s.",
        "%(num)s to-dos went to: %(heir)s.",
        handover.count,
        heir=heir,
    )
    return f"{text} {moved}"
