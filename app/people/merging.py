"""Two entries of one person: what merging them moves, first; then the act."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import db
from app.auth import current_actor, requires
from app.language import translate
from app.messages import say, warn
from app.models import Person
from app.people import bp
from app.people.finding import get_person
from app.people.forms import MergeForm
from app.services import people, people_merging
from app.services.entries import StaleEntry, find_entry
from app.services.people_merging import CannotMerge


@bp.get("/people/<key>/merge")
@requires("editor")
def merge_preview(key: str) -> ResponseReturnValue:
    """Ask whom a person is merged into, and show what that moves."""
    person = get_person(key)
    form = MergeForm(request.args, meta={"csrf": False})
    _offer(form)
    form.validate()
    return _show(person, form)


@bp.post("/people/<key>/merge")
@requires("editor")
def merge(key: str) -> ResponseReturnValue:
    """Merge a person into another, as both were shown."""
    session, person = db.session(), get_person(key)
    form = MergeForm()
    _offer(form)
    into = find_entry(session, Person, form.into.data) if form.validate() else None
    if into is None:
        return _show(person, form, 422)
    revisions = form.revision.data, form.into_revision.data
    try:
        merged = people_merging.merge_people(
            session, person, into, current_actor(), revisions=revisions
        )
    except CannotMerge:
        return _show(person, form, 422)
    except StaleEntry as error:
        warn(_("%(what)s Look again at what is merged.", what=translate(error.message)))
        return redirect(url_for(".merge_preview", key=key, into=into.slug), code=303)
    session.commit()
    text = _("%(name)s is merged into %(into)s.", name=merged.name, into=into.name)
    say(text, undo_at=url_for(".restore", id=merged.id))
    return redirect(url_for(".show", key=into.slug), code=303)


def _offer(form: MergeForm) -> None:
    everybody = [(person.slug, person.name) for person in people.list_people(db.session())]
    form.into.offer([("", _("Choose")), *everybody])


def _show(person: Person, form: MergeForm, status: int = 200) -> ResponseReturnValue:
    session = db.session()
    into = find_entry(session, Person, form.into.data) if form.into.data else None
    merger = None
    if into is not None:
        try:
            merger = people_merging.preview_merge(session, person, into)
        except CannotMerge as refusal:
            form.into.errors = [translate(refusal.message)]
            status = 422
    html = render_template("people/merge.html", person=person, into=into, merger=merger, form=form)
    return html, status
