"""Undoing a change: what becomes of its records, first; then the act."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import db
from app.activity import bp, undo_job
from app.activity.forms import UndoForm
from app.auth import current_actor, requires
from app.checking import check_what_changed
from app.ids import read_number
from app.language import translate
from app.messages import say, warn
from app.models import Changeset
from app.services import activity, history, undoing
from app.services.messages import Message
from app.services.undoing import CannotUndo, KeepsRecords, NothingLeft

KEPT_PER_PAGE = 20


@bp.get("/<int:id>/undo")
@requires("editor")
def preview(id: int) -> ResponseReturnValue:
    """Show what undoing a changeset would do, or how far it is where that takes long."""
    changeset = activity.get_changeset(db.session(), id) or abort(404)
    standing = undo_job.find(changeset)
    if standing and not standing.is_finished:
        return undo_job.follow(changeset, standing)
    if standing and standing.job.status == "done" and changeset.undone_by:
        # Whoever followed the job sees what it did.
        return redirect(url_for(".show", id=changeset.undone_by[-1].id))
    return _show_preview(changeset, UndoForm(), failed=standing.error if standing else None)


@bp.post("/<int:id>/undo")
@requires("editor")
def undo(id: int) -> ResponseReturnValue:
    """Take a changeset back, and lead to what it was about.

    A large one, or one that others built upon, is taken back from its preview only.
    """
    session = db.session()
    changeset = activity.get_changeset(session, id) or abort(404)
    form = UndoForm()
    agreed = request.form.get("kept", type=read_number)
    if agreed is None and undoing.is_large(changeset):
        return redirect(url_for(".preview", id=id), code=303)
    if not form.validate():
        return _show_preview(changeset, form)
    if undo_job.is_work(changeset):
        return undo_job.start(changeset, form.why.data or "", agreed or 0)
    try:
        undone = undoing.undo(
            session, id, current_actor(), form.why.data or "", most_kept=agreed or 0
        )
    except (KeepsRecords, NothingLeft):
        if agreed is None:
            return redirect(url_for(".preview", id=id), code=303)
        return _show_preview(changeset, form, overtaken=True)
    except CannotUndo as refusal:
        return _refuse(id, refusal)
    session.commit()
    check_what_changed(session)
    return _lead_on(undone)


def _show_preview(
    changeset: Changeset,
    form: UndoForm,
    *,
    overtaken: bool = False,
    failed: Message | None = None,
) -> ResponseReturnValue:
    session = db.session()
    try:
        found = undoing.preview_undo(session, changeset.id)
    except CannotUndo as refusal:
        return _refuse(changeset.id, refusal)
    after = request.args.get("after", 0, type=read_number)
    page = render_template(
        "activity/undo.html",
        changeset=changeset,
        preview=found,
        kept=undoing.list_kept(session, changeset.id, limit=KEPT_PER_PAGE, after=after),
        after=after,
        form=form,
        overtaken=overtaken,
        failed=failed,
    )
    return page, 409 if overtaken else form.status


def _refuse(id: int, refusal: CannotUndo) -> ResponseReturnValue:
    warn(translate(refusal.message))
    return redirect(url_for(".show", id=id), code=303)


def _lead_on(undone: Changeset) -> ResponseReturnValue:
    """Say what was undone, and lead to its record, or to all that it wrote."""
    text = _("Undid change %(number)s.", number=undone.undoes_id)
    kept = undoing.count_kept(undone)
    if kept:
        text += " " + ngettext(
            "%(num)s record that was changed since is kept.",
            "%(num)s records that were changed since are kept.",
            kept,
        )
    say(text, undo=undone.id)
    change = history.of_single(db.session(), [undone]).get(undone.id)
    if change is None or kept:
        return redirect(url_for(".show", id=undone.id), code=303)
    return redirect(url_for("records.show", id=change.record_id), code=303)
