"""The pages that all directories share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload

from app import db
from app.auth import current_actor, requires
from app.crud import conflicts
from app.crud.finding import get_entry
from app.crud.lists import FilterForm, as_file, read_page
from app.crud.values import value_of, written
from app.errors import wants_json
from app.forms import NOT_VALUES, BaseForm
from app.language import translate
from app.messages import say, warn
from app.models import Deletion
from app.services import deletions, entries

MOST_DELETIONS = 100


@dataclass(frozen=True)
class Words:
    """What the pages of a directory say: its name, the button that adds, what belongs there."""

    title: Any
    add: Any
    empty: Any


@dataclass(frozen=True)
class Directory:
    """The views of one kind of thing.

    `columns` are those of the list and its files, `search` those that the text filter reads,
    `order` a total order. Only people who signed in see and search the `private` columns.
    `prepare` offers a form its choices; `about` adds what an entry's page shows beside the entry,
    `beside` what the list shows beside those of a page.
    A page is templates/<kind>/<page>.html, or else crud/<page>.html.
    """

    kind: str
    model: type[Any]
    form: type[BaseForm]
    words: Words
    columns: tuple[str, ...]
    search: tuple[Any, ...]
    order: tuple[Any, ...]
    private: tuple[str, ...] = ()
    filters: type[FilterForm] = FilterForm
    prepare: Callable[[BaseForm], None] = lambda form: None
    about: Callable[[Any], dict[str, Any]] = lambda entry: {}
    beside: Callable[[Sequence[Any]], dict[str, Any]] = lambda entries: {}

    def index(self, form: str = "html") -> ResponseReturnValue:
        """List the entries that match the filters, as a page or as a file."""
        filters = self.filters(request.args)
        self.prepare(filters)
        filters.validate()
        statement = filters.narrow(filters.search(select(self.model), self._searched()))
        order = filters.order(self.order)
        if form != "html" or wants_json():
            ordered = statement.options(*self._loads()).order_by(*order)
            return as_file(self.kind, ordered, self.shown_columns, form)
        page = read_page(filters, statement, order, self._loads())
        beside = self.beside(page.entries)
        html = self._page("index", filters=filters, page=page, form=self.form(), **beside)
        return html, {"Vary": "Accept"}

    def show(self, key: str) -> ResponseReturnValue:
        """Show one entry."""
        entry = get_entry(self.model)
        return self._page("show", entry=entry, form=self.form(), **self.about(entry))

    @requires("editor")
    def create(self) -> ResponseReturnValue:
        """Add an entry."""
        form = self.form(request.form or request.args)
        self.prepare(form)
        if request.method == "POST" and form.validate():
            try:
                entry = self._add(form)
            except entries.DuplicateEntry as error:
                return self._duplicate(form, error)
            return self._done(_("%(name)s is added.", name=entries.name_of(entry)), entry)
        return self._page("form", form=form), form.status

    @requires("editor")
    def update(self, key: str) -> ResponseReturnValue:
        """Save an edited entry; one that somebody else changed meanwhile shows both states."""
        if request.method == "POST" and (gone := self._find_deleted(key)):
            return self._edit_of_deleted(gone)
        entry = get_entry(self.model)
        form = self.form(obj=entry)
        self.prepare(form)
        if not form.validate_on_submit():
            began = conflicts.read_began(self._fields(form))
            return self._page("form", form=form, entry=entry, began=began), form.status
        try:
            self._save(entry, form)
        except entries.DuplicateEntry as error:
            return self._duplicate(form, error, entry=entry)
        except entries.StaleEntry:
            return self._overtaken(form, entry)
        return self._done(_("%(name)s is saved.", name=entries.name_of(entry)), entry)

    @requires("editor")
    def delete(self, key: str) -> ResponseReturnValue:
        """Delete an entry, unless somebody changed it since it was shown."""
        entry = get_entry(self.model)
        revision = self.form().revision.data
        try:
            deletion = deletions.delete_entry(
                db.session(), entry, current_actor(), revision=revision
            )
        except entries.StaleEntry as error:
            warn(_("%(what)s Look at it before you delete it.", what=translate(error.message)))
            return self._page("show", entry=entry, form=self.form(), **self.about(entry)), 409
        db.session.commit()
        say(
            _("%(name)s is deleted.", name=deletion.name),
            undo_at=url_for(".restore", id=deletion.id),
        )
        return redirect(url_for(".index"), code=303)

    def deleted(self) -> ResponseReturnValue:
        """List what was deleted and can come back."""
        gone = deletions.list_deletions(db.session(), self.model, MOST_DELETIONS)
        return self._page("deleted", gone=gone)

    @requires("editor")
    def restore(self, id: int) -> ResponseReturnValue:
        """Bring a deleted entry back."""
        try:
            entry = deletions.restore_entry(db.session(), self.model, id, current_actor())
        except deletions.CannotRestore as error:
            warn(translate(error.message))
            return redirect(url_for(".index"), code=303)
        return self._done(_("%(name)s is back.", name=entries.name_of(entry)), entry)

    def _add(self, form: BaseForm) -> Any:
        return entries.add_entry(db.session(), self.model, form.values(), actor=current_actor())

    def _save(self, entry: Any, form: BaseForm) -> None:
        values, revision = form.values(), form.revision.data
        entries.save_entry(db.session(), entry, values, revision=revision, actor=current_actor())

    def _loads(self) -> list[Any]:
        named = {column.removesuffix("_id") for column in self.columns}
        relations = [link for link in inspect(self.model).relationships if link.key in named]
        return [joinedload(link.class_attribute) for link in relations]

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """Return the columns that whoever asks may see."""
        return tuple(column for column in self.columns if self._may_see(column))

    def _searched(self) -> tuple[Any, ...]:
        return tuple(column for column in self.search if self._may_see(column.key))

    def _may_see(self, column: str) -> bool:
        return column not in self.private or current_user.is_authenticated

    def key_of(self, entry: Any) -> str:
        """Return an entry's part of the address."""
        return str(getattr(entry, "slug", entry.id))

    def _done(self, text: str, entry: Any) -> ResponseReturnValue:
        db.session.commit()
        say(text)
        return redirect(url_for(".show", key=self.key_of(entry)), code=303)

    def _find_deleted(self, key: str) -> Deletion | None:
        session = db.session()
        if entries.find_entry(session, self.model, key):
            return None
        return deletions.find_deletion(session, self.model, key)

    def _edit_of_deleted(self, gone: Deletion) -> ResponseReturnValue:
        """Give what was typed back, to be added anew or copied once the entry is back."""
        form = self.form()
        self.prepare(form)
        return self._page("form", form=form, gone=gone), 409

    def _overtaken(self, form: BaseForm, entry: Any) -> ResponseReturnValue:
        """Show what both people wrote; saving again is then meant."""
        form["revision"].data = entry.revision
        stored = self.form(None, obj=entry)
        self.prepare(stored)
        merges = conflicts.merge(form, stored, self._fields(form))
        began = {merge.field: stored[merge.field].shown for merge in merges}
        return self._page("form", form=form, entry=entry, merges=merges, began=began), 409

    def _duplicate(
        self, form: BaseForm, error: entries.DuplicateEntry, **context: Any
    ) -> ResponseReturnValue:
        name = next(field.name for field in self._fields(form))
        form[name].errors = [*form[name].errors, translate(error.message)]
        began = conflicts.read_began(self._fields(form))
        page = self._page("form", form=form, existing=error.existing, began=began, **context)
        return page, 422

    def _fields(self, form: BaseForm) -> list[Any]:
        return [
            field for field in form if field.name not in NOT_VALUES and self._may_see(field.name)
        ]

    def _page(self, name: str, /, **context: Any) -> str:
        if "form" in context:
            context["fields"] = self._fields(context["form"])
        return render_template(
            [f"{self.kind}/{name}.html", f"crud/{name}.html"],
            directory=self,
            name_of=entries.name_of,
            value_of=value_of,
            written=written,
            **context,
        )
