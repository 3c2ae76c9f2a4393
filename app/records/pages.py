"""What the pages of one record show, and with which status they answer."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import db
from app.addresses import own_address
from app.language import day_in_words, translate
from app.models import Record
from app.records.forms import KEEP, MOST_KEPT, DeleteForm, NewRecordForm, RecordForm
from app.services import directory, history, todos, undoing
from app.services.annotations import list_annotations
from app.services.cells import Unreadable, read_date
from app.services.findings import findings_of_day
from app.services.history import RecordChange
from app.services.neighbours import find_neighbours
from app.services.plausibility import CountWarning, Implausible
from app.services.register import DuplicateRecord, RecordValues

NEWEST = 5


def title(record: Record | RecordChange) -> str:
    """Name a record as headings and messages do: Viet Nam, 12 April 2003."""
    country = record.country if isinstance(record.country, str) else record.country.name
    return f"{country}, {day_in_words(record.date)}"


def offer_countries(form: RecordForm) -> None:
    """Let the form choose among all countries."""
    form.offer(directory.list_countries(db.session()))


def empty_form() -> NewRecordForm:
    """Return the form of a new record, of the country and day that the link to it names."""
    countries = directory.list_countries(db.session())
    named = {country.slug: country.id for country in countries}
    asked: dict[str, object] = {"country_id": named.get(request.args.get("country", ""))}
    with suppress(Unreadable):
        asked["date"] = read_date(request.args.get("date", ""))
    form = NewRecordForm(data=asked)
    if not current_user.may("admin"):
        del form.new_country
    form.offer(countries)
    return form


def add_new_country(form: NewRecordForm) -> bool:
    """Create the country that was typed, if one was; False when that cannot be."""
    if form.new_country is None or not form.new_country.data:
        return True
    try:
        form.country_id.data = directory.create_country(db.session(), form.new_country.data).id
    except (Unreadable, directory.DuplicateCountry) as refusal:
        form.new_country.errors = [translate(refusal.message)]
        return False
    return True


def fill(form: RecordForm, values: RecordValues) -> None:
    """Put values into the form in place of what was typed."""
    for name, value in asdict(values).items():
        form[name].data = value
        form[name].raw_data = None


def show_record(record: Record) -> ResponseReturnValue:
    """Answer with a record's page."""
    session = db.session()
    day = record.outbreak_id, record.country_id, record.date
    before, after = find_neighbours(session, *day)
    page = history.of_record(session, record.id, limit=NEWEST)
    changesets = [change.changeset for change in page.changes]
    return render_template(
        "records/show.html",
        record=record,
        before=before,
        after=after,
        page=page,
        todos=todos.open_todos(session, record_id=record.id),
        findings=findings_of_day(session, *day),
        annotations=list_annotations(session, *day[:2], date=record.date),
        obstacles=undoing.obstacles(session, changesets),
        form=DeleteForm(obj=record) if current_user.may("editor") else None,
    )


def show_deleted(id: int, form: RecordForm | None = None) -> ResponseReturnValue:
    """Answer that a record is gone: who deleted it, and how it comes back.

    `form` is what somebody typed to change it meanwhile; its texts are kept on the page.
    """
    session = db.session()
    deletion = history.deleted_record(session, id)
    if deletion is None:
        abort(404)
    obstacles = undoing.obstacles(session, [deletion.changeset])
    page = render_template(
        "records/deleted.html", deletion=deletion, form=form, obstacles=obstacles
    )
    return page, 410 if form is None else 409


def show_form(
    form: RecordForm, record: Record | None = None, *, suggested: bool = False
) -> ResponseReturnValue:
    """Answer with the form of a record, new or stored, and what was found wrong.

    `suggested` says that the link to it filled some counts in.
    """
    return _form_page(form, record, suggested=suggested), form.status


def way_back() -> str | None:
    """Return the page of ours that the form was opened from to come back to, if any."""
    return own_address(request.form.get("back") or request.args.get("back"))


def ask_again(
    form: RecordForm, error: DuplicateRecord | Implausible, record: Record | None = None
) -> ResponseReturnValue:
    """Answer with the form and what has to be settled before its values are stored."""
    if isinstance(error, DuplicateRecord):
        form.date.errors = [translate(error.message)]
        return _form_page(form, record, taken=error.record_id), 422
    return _form_page(form, record, warnings=error.warnings), 422


def _form_page(
    form: RecordForm,
    record: Record | None,
    *,
    taken: int | None = None,
    warnings: Sequence[CountWarning] = (),
    suggested: bool = False,
) -> str:
    session = db.session()
    before = after = None
    if record is not None:
        before, after = find_neighbours(session, record.outbreak_id, record.country_id, record.date)
    reasons = history.recent_reasons(session, current_user.id)
    return render_template(
        "records/form.html",
        form=form,
        outbreak=record.outbreak if record else directory.default_outbreak(session),
        record=record,
        before=before,
        after=after,
        taken=taken,
        warnings=warnings,
        keep=KEEP,
        most_kept=MOST_KEPT,
        reasons=reasons,
        suggested=suggested,
        back=way_back(),
    )
