"""The pages of one record: what it says, its history, adding, changing and deleting it."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import db
from app.auth import current_actor, requires
from app.ids import read_number
from app.messages import say
from app.records import bp, conflicts, pages
from app.records.forms import ChangeForm, DeleteForm, read_kept
from app.services import directory, editing, history, register
from app.services.plausibility import Implausible
from app.services.register import DuplicateRecord, RecordValues, StaleRecord

HISTORY_PAGE = 50


@bp.get("/records/<int:id>")
def show(id: int) -> ResponseReturnValue:
    """Show what a record says, beside its neighbours, and where that comes from."""
    record = register.get_record(db.session(), id)
    return pages.show_deleted(id) if record is None else pages.show_record(record)


@bp.get("/records/<int:id>/history")
def versions(id: int) -> ResponseReturnValue:
    """Show every version of a record, newest first, field by field."""
    below = request.args.get("below", type=read_number)
    changes = history.of_record(db.session(), id, limit=HISTORY_PAGE, below=below)
    if not changes.changes:
        abort(404)
    return render_template("records/history.html", page=changes, newest=changes.changes[0])


@bp.route("/records/new", methods=["GET", "POST"])
@requires("editor")
def create() -> ResponseReturnValue:
    """Add a record."""
    session = db.session()
    form = pages.empty_form()
    if not form.validate_on_submit() or not pages.add_new_country(form):
        return pages.show_form(form)
    outbreak = directory.default_outbreak(session)
    try:
        record = editing.add(
            session,
            outbreak,
            form.read(),
            current_actor(),
            why=form.why.data or "",
            kept=read_kept(request.form),
        )
    except (DuplicateRecord, Implausible) as error:
        return pages.ask_again(form, error)
    session.commit()
    say(_("Added %(record)s.", record=pages.title(record)), undo=record.changeset_id)
    return redirect(pages.way_back() or url_for(".show", id=record.id), code=303)


@bp.route("/records/<int:id>/edit", methods=["GET", "POST"])
@requires("editor")
def update(id: int) -> ResponseReturnValue:
    """Change a record."""
    record = register.get_record(db.session(), id)
    form = ChangeForm(obj=record)
    pages.offer_countries(form)
    if record is None:
        return pages.show_deleted(id, form)
    if not form.is_submitted():
        return pages.show_form(form, record, suggested=form.suggest(request.args))
    if not form.validate():
        return pages.show_form(form, record)
    return _save(id, form, form.read())


@bp.post("/records/<int:id>/merge")
@requires("editor")
def merge(id: int) -> ResponseReturnValue:
    """Save what was put together from two people's changes."""
    record = register.get_record(db.session(), id)
    form = ChangeForm()
    pages.offer_countries(form)
    if record is None:
        return pages.show_deleted(id, form)
    merged = conflicts.read_merged(record, form) if form.validate_on_submit() else None
    if merged is None:
        return conflicts.ask_again(record, form)
    pages.fill(form, merged)
    return _save(id, form, merged)


@bp.post("/records/<int:id>/delete")
@requires("editor")
def delete(id: int) -> ResponseReturnValue:
    """Delete a record; the message of the next page takes it back."""
    session = db.session()
    record, form = register.get_record(session, id), DeleteForm()
    if record is None or not form.validate_on_submit():
        return conflicts.show_deletion(id, form)
    try:
        deletion = register.delete_record(
            session,
            id,
            current_actor(),
            revision=form.revision.data or 0,
            reason=form.why.data or "",
        )
    except StaleRecord:
        return conflicts.show_deletion(id, form)
    session.commit()
    say(_("Deleted %(record)s.", record=pages.title(record)), undo=deletion.id)
    return redirect(url_for(".index"), code=303)


def _save(id: int, form: ChangeForm, values: RecordValues) -> ResponseReturnValue:
    session = db.session()
    try:
        record = editing.change(
            session,
            id,
            values,
            current_actor(),
            revision=form.revision.data or 0,
            why=form.why.data or "",
            kept=read_kept(request.form),
        )
    except StaleRecord as stale:
        if stale.record is None:
            return pages.show_deleted(id, form)
        return conflicts.show(stale.record, form, values)
    except (DuplicateRecord, Implausible) as error:
        return pages.ask_again(form, error, register.get_record(session, id))
    session.commit()
    if record.revision == form.revision.data:
        say(_("Nothing was changed: the record says this already."))
    else:
        say(_("Changed %(record)s.", record=pages.title(record)), undo=record.changeset_id)
    return redirect(pages.way_back() or url_for(".show", id=id), code=303)
