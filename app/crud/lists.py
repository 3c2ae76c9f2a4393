"""The list of a directory: its filters, its pages, its files."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_

from app import db
from app.crud.values import value_of
from app.forms import BaseForm, LineField
from app.models.names import fold
from app.services import keyset
from app.services.tables import csv_lines, json_lines

PER_PAGE = 50
# Parameters that every list understands beside its filters.
SIDES: tuple[keyset.Side, ...] = ("after", "before")
OTHER_PARAMETERS = (*SIDES, "tick", "bom", "lang", "theme")


@dataclass(frozen=True)
class Chip:
    """A filter in words, and the address of the list without it."""

    text: str
    address: str


class FilterForm(BaseForm):
    """What narrows a directory's list; a kind with more filters adds fields and narrows by them."""

    class Meta:
        csrf = False

    q = LineField(_l("Text"), most=100)
    # The place that the address names, when the list has none such.
    lost = False

    def order(self, usual: Sequence[Any]) -> Sequence[Any]:
        """Return the order of the list, which must be total."""
        return usual

    def narrow(self, statement: Select[Any]) -> Select[Any]:
        """Narrow the statement by the filters that the kind adds."""
        return statement

    def search(self, statement: Select[Any], columns: Sequence[Any]) -> Select[Any]:
        """Keep the entries that have the text in one of the columns, or in a folded one."""
        if not self.q.data:
            return statement
        found = [column.icontains(self.q.data, autoescape=True) for column in columns]
        keys = [column for column in columns if column.key.endswith("_key")]
        found += [column.contains(fold(self.q.data), autoescape=True) for column in keys]
        return statement.where(or_(*found))

    def warnings(self) -> list[str]:
        """Say which parameters of the address were left out, and why."""
        known = {*self.data, *OTHER_PARAMETERS}
        unknown = [name[:40] for name in request.args if name not in known]
        return [
            *(
                _("There is no filter %(name)s here. It was left out.", name=name)
                for name in unknown
            ),
            *(f"{self[name].label.text}: {errors[0]}" for name, errors in self.errors.items()),
            *([_("The list has no such place. This is its beginning.")] if self.lost else ()),
        ]

    def chips(self) -> list[Chip]:
        """Say what the list is narrowed by, and where it is without that."""
        kept = self.kept()
        chosen = [
            self[name] for name in kept if self[name].data not in (None, "", self[name].default)
        ]
        return [
            Chip(
                f"{field.label.text}: {field.shown}",
                url_for(".index", **{name: kept[name] for name in kept if name != field.name}),
            )
            for field in chosen
        ]

    def address(self, **changes: Any) -> str:
        """Return the address of this list with these filters, and other changes to it."""
        return self.to(**self.kept(), **changes)

    def to(self, **arguments: Any) -> str:
        """Return the address of this kind's list with other filters."""
        return url_for(".index", **arguments)

    def kept(self) -> dict[str, Any]:
        """Return the arguments that lead back to this list."""
        # Only filters: url_for takes words of its own, such as _scheme.
        return {name: request.args[name] for name in self.data if request.args.get(name)}

    def here(self) -> dict[str, Any]:
        """Return the arguments that lead back to this page of the list."""
        place = read_place()
        return {**self.kept(), **({place.side: place.key} if place else {})}


def read_place() -> keyset.Place | None:
    """Read from the address where in the list the page is."""
    for side in SIDES:
        if request.args.get(side):
            return keyset.Place(side, request.args[side])
    return None


def read_page(
    filters: FilterForm, statement: Select[Any], order: Sequence[Any], loads: Sequence[Any]
) -> keyset.Page:
    """Read the page that the address asks for; a place that is none is the list's beginning."""
    session = db.session()
    place = read_place()
    if place is not None:
        with suppress(keyset.UnreadableKey):
            page = keyset.read_page(
                session, statement, order, size=PER_PAGE, place=place, options=loads
            )
            if page.entries:
                return page
        filters.lost = True
    return keyset.read_page(session, statement, order, size=PER_PAGE, options=loads)


def as_file(kind: str, statement: Select[Any], columns: Sequence[str], form: str) -> Response:
    """Answer all entries of the statement as a file."""
    names = ["id", *(column.removesuffix("_id") for column in columns)]
    entries = db.session.scalars(statement).unique()
    rows = ([entry.id, *(value_of(entry, column) for column in columns)] for entry in entries)
    return file_of(kind, names, rows, form)


def file_of(kind: str, names: Sequence[str], rows: Iterable[Sequence[Any]], form: str) -> Response:
    """Answer rows as CSV, with a byte-order mark unless bom=0, or as a JSON list."""
    if form != "csv":
        lines = json_lines(dict(zip(names, row, strict=True)) for row in rows)
        return Response("".join(lines), mimetype="application/json", headers={"Vary": "Accept"})
    text = "".join(csv_lines(names, rows, bom=request.args.get("bom") != "0"))
    answer = Response(text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return answer
