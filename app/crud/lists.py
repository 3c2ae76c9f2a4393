"""The list of a directory: its filters, its pages, its files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, or_, select

from app import db
from app.crud.values import value_of
from app.forms import BaseForm, LineField
from app.models.names import fold
from app.services.tables import csv_lines, json_lines

PER_PAGE = 50
# Parameters that every list understands beside its filters.
OTHER_PARAMETERS = ("page", "bom", "lang", "theme")


class FilterForm(BaseForm):
    """What narrows a directory's list; a kind with more filters adds fields and narrows by them."""

    class Meta:
        csrf = False

    q = LineField(_l("Text"), most=100)

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
        ]

    def address(self, **changes: Any) -> str:
        """Return the address of this list with these filters, and other changes to it."""
        return url_for(".index", **self.kept(), **changes)

    def kept(self, page: int = 1) -> dict[str, Any]:
        """Return the arguments that lead back to this list."""
        # Only filters: url_for takes words of its own, such as _scheme.
        kept = {name: request.args[name] for name in self.data if request.args.get(name)}
        return kept if page == 1 else {**kept, "page": page}


@dataclass(frozen=True)
class Page:
    """One page of a list, and its place in the whole."""

    entries: Sequence[Any]
    total: int
    number: int

    @property
    def first(self) -> int:
        """Return the place of the page's first entry."""
        return (self.number - 1) * PER_PAGE + 1

    @property
    def last(self) -> int:
        """Return the place of the page's last entry."""
        return self.first + len(self.entries) - 1

    @property
    def last_number(self) -> int:
        """Return the number of the last page."""
        return max(1, -(-self.total // PER_PAGE))


def read_page(statement: Select[Any]) -> Page:
    """Run the statement for the page that the address asks for, or the nearest there is."""
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
    text = request.args.get("page", "1")
    # Longer numbers are beyond any list; the database never sees them.
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    number = min(max(asked, 1), Page((), total or 0, 1).last_number)
    rows = db.session.scalars(statement.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return Page(rows.unique().all(), total or 0, number)


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
