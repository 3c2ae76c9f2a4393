from contextlib import suppress
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import db
from app.annotations import bp
from app.annotations.forms import KINDS, MEANINGS, AnnotationForm
from app.auth import current_actor, requires
from app.crud.finding import get_entry
from app.ids import read_number
from app.language import day_in_words, translate
from app.messages import say, warn
from app.models import Annotation, Country
from app.services import annotations, deletions
from app.services.cells import Unreadable, read_date
from app.services.directory import default_outbreak
from app.services.entries import StaleEntry

MOST_DELETIONS = 100

bp.add_app_template_filter(KINDS.get, "annotation_kind")


@bp.get("/countries/<slug>/annotations")
def index(slug: str) -> ResponseReturnValue:
    """List a country's annotations."""
    country = get_entry(Country, "slug")
    session = db.session()
    outbreak = default_outbreak(session)
    found = annotations.list_annotations(session, outbreak.id, country.id)
    page = "annotations/index.html"
    return render_template(page, country=country, outbreak=outbreak, annotations=found[::-1])


@bp.route("/countries/<slug>/annotations/new", methods=["GET", "POST"])
@requires("editor")
def create(slug: str) -> ResponseReturnValue:
    """Add an annotation to a country's day."""
    country = get_entry(Country, "slug")
    session = db.session()
    form = AnnotationForm(data=_asked())
    if not form.validate_on_submit():
        return _form(form, country)
    outbreak = default_outbreak(session)
    added = annotations.add_annotation(
        session, outbreak.id, country.id, form.read(), current_actor()
    )
    session.commit()
    say(_("Added to %(where)s.", where=_where(added)))
    return _go_back(added)


@bp.route("/annotations/<int:id>/edit", methods=["GET", "POST"])
@requires("editor")
def update(id: int) -> ResponseReturnValue:
    """Change an annotation."""
    session = db.session()
    annotation = _get(id)
    form = AnnotationForm(obj=annotation)
    if not form.validate_on_submit():
        return _form(form, annotation.country, annotation)
    try:
        annotations.change_annotation(session, annotation, form.read(), revision=form.revision.data)
    except StaleEntry:
        # Saving again is then meant: the person has seen what is stored now.
        form.revision.data = annotation.revision
        return _form(form, annotation.country, annotation, status=409)
    session.commit()
    say(_("Saved for %(where)s.", where=_where(annotation)))
    return _go_back(annotation)


@bp.post("/annotations/<int:id>/delete")
@requires("editor")
def delete(id: int) -> ResponseReturnValue:
    """Delete an annotation; the message of the next page takes it back."""
    session = db.session()
    annotation = _get(id)
    answer, where = _go_back(annotation), _where(annotation)
    revision = AnnotationForm().revision.data
    try:
        deletion = annotations.delete_annotation(
            session, annotation, current_actor(), revision=revision
        )
    except StaleEntry as error:
        warn(_("%(what)s Look at it before you delete it.", what=translate(error.message)))
        return answer
    session.commit()
    undo_at = url_for(".restore", id=deletion.id, **_came_from())
    say(_("Deleted from %(where)s.", where=where), undo_at=undo_at)
    return answer


@bp.get("/annotations/deleted")
def deleted() -> ResponseReturnValue:
    """List the annotations that were deleted and can come back."""
    gone = deletions.list_deletions(db.session(), Annotation, MOST_DELETIONS)
    return render_template("annotations/deleted.html", gone=gone)


@bp.post("/annotations/deleted/<int:id>")
@requires("editor")
def restore(id: int) -> ResponseReturnValue:
    """Bring a deleted annotation back."""
    session = db.session()
    try:
        annotation = annotations.restore_annotation(session, id)
    except deletions.CannotRestore as error:
        warn(translate(error.message))
        return redirect(url_for(".deleted"), code=303)
    session.commit()
    say(_("It is back on %(where)s.", where=_where(annotation)))
    return _go_back(annotation)


def _get(id: int) -> Annotation:
    found = annotations.find_annotation(db.session(), id, lock=request.method == "POST")
    return found or abort(404)


def _asked() -> dict[str, object]:
    """Return the day and the kind that the link to the form names."""
    kind = request.args.get("kind", "")
    asked: dict[str, object] = {"kind": kind if kind in KINDS else "note"}
    with suppress(Unreadable):
        asked["date"] = read_date(request.args.get("date", ""))
    return asked


def _where(annotation: Annotation) -> str:
    return f"{annotation.country.name}, {day_in_words(annotation.date)}"


def _came_from() -> dict[str, Any]:
    """Return the record from whose page somebody came, as an address names it."""
    record = request.args.get("record", 0, type=read_number)
    return {"record": record} if record else {}


def _go_back(annotation: Annotation) -> ResponseReturnValue:
    came_from = _came_from()
    if came_from:
        return redirect(url_for("records.show", id=came_from["record"]), code=303)
    return redirect(url_for("countries.show", slug=annotation.country.slug), code=303)


def _form(
    form: AnnotationForm,
    country: Country,
    annotation: Annotation | None = None,
    status: int | None = None,
) -> ResponseReturnValue:
    came_from = _came_from()
    back = (
        url_for("records.show", id=came_from["record"])
        if came_from
        else url_for("countries.show", slug=country.slug)
    )
    context = {"form": form, "country": country, "annotation": annotation, "back": back}
    status = status or form.status
    page = "annotations/form.html"
    return render_template(page, **context, meanings=MEANINGS, status=status), status
