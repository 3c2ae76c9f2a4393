"""Two people at one record: what each of them wrote, and what is to be kept."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app import db
from app.ids import read_number
from app.models import Record
from app.records import pages
from app.records.forms import ChangeForm, DeleteForm
from app.services import history, merging, register
from app.services.history import RecordChange
from app.services.register import RecordValues, values_of

MOST_OTHERS = 20
# Names of the choices between two values begin so.
TAKE = "take-"


def show(record: Record, form: ChangeForm, yours: RecordValues) -> ResponseReturnValue:
    """Answer a change of a record that others changed meanwhile, nothing typed being lost."""
    return _page(record, form, yours, began=form.revision.data or 0), 409


def read_merged(record: Record, form: ChangeForm) -> RecordValues | None:
    """Put together what the conflict page showed; None while a choice is missing."""
    session = db.session()
    # What the page showed as stored; when it is so no longer, saving finds that out.
    stored = history.state_at(session, record.id, form.revision.data)
    if stored is None:
        return None
    began = history.state_at(session, record.id, _began())
    merges = merging.compare(began, stored, form.read())
    return merging.merged(merges, stored, _choices())


def ask_again(record: Record, form: ChangeForm) -> ResponseReturnValue:
    """Answer a merge in which something is still to be chosen or said."""
    if set(form.errors) - {"why"}:
        # The values come from our own page, where they were read once.
        abort(400)
    return _page(record, form, form.read(), began=_began(), asked=True), 422


def show_deletion(id: int, form: DeleteForm) -> ResponseReturnValue:
    """Answer a deletion that did not happen: others changed the record, or the form is wrong."""
    record = register.get_record(db.session(), id)
    if record is None:
        return pages.show_deleted(id)
    others = _changes_since(record, form.revision.data or 0)
    status = 422 if form.errors else 409
    page = render_template("records/deletion.html", record=record, form=form, others=others)
    return page, status


def _page(
    record: Record, form: ChangeForm, yours: RecordValues, *, began: int, asked: bool = False
) -> str:
    session = db.session()
    start = history.state_at(session, record.id, began)
    return render_template(
        "records/conflict.html",
        record=record,
        form=form,
        yours=yours,
        merges=merging.compare(start, values_of(record), yours),
        began=began,
        known=start is not None,
        others=_changes_since(record, began),
        names=form.country_names,
        take=TAKE,
        choices=_choices(),
        asked=asked,
        back=pages.way_back(),
    )


def _changes_since(record: Record, revision: int) -> list[RecordChange]:
    page = history.of_record(db.session(), record.id, limit=MOST_OTHERS)
    return [change for change in page.changes if change.revision > revision]


def _began() -> int:
    return request.form.get("began", 0, type=read_number)


def _choices() -> dict[str, str]:
    return {
        name.removeprefix(TAKE): side
        for name, side in request.form.items()
        if name.startswith(TAKE)
    }
