"""What may be asked of the list of changesets by its address, and the why of an undo."""

import datetime as dt
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from app.forms import BaseForm, LineField
from app.ids import read_number
from app.language import translate
from app.models.changeset import KINDS
from app.services.activity import Filter
from app.services.cells import Unreadable, read_date

KIND_NAMES = {
    "add": lazy_gettext("Additions"),
    "edit": lazy_gettext("Edits"),
    "delete": lazy_gettext("Deletions"),
    "bulk": lazy_gettext("Bulk changes"),
    "import": lazy_gettext("Imports"),
    "undo": lazy_gettext("Undone changes"),
    "example": lazy_gettext("Example data"),
}
MOST_WHY = 500
KNOWN = ("kind", "changed_by", "country", "from", "to", "below", "above", "lang")


Choice = TypeVar("Choice")


class UndoForm(BaseForm):
    """Why a change is undone."""

    why = LineField(lazy_gettext("Why"), most=MOST_WHY)


class Asked:
    """A question to the list; what could not be read is ignored, and `ignored` says why."""

    def __init__(self, arguments: MultiDict[str, str], countries: dict[str, int]) -> None:
        self.arguments = arguments
        self.ignored: list[str] = []
        for name in arguments:
            if name not in KNOWN:
                self.ignored.append(_("%(name)s is not known here.", name=repr(name[:40])))
        self.filter = Filter(
            kind=self._one_of("kind", {kind: kind for kind in KINDS}),
            actor=self._text("changed_by"),
            country_id=self._one_of("country", countries),
            first_day=self._day("from"),
            last_day=self._day("to"),
        )
        self.below = arguments.get("below", type=read_number)
        self.above = arguments.get("above", type=read_number)

    def kept(self) -> dict[str, str]:
        """Return the parameters that narrow the list, to keep them in other addresses."""
        names = ("kind", "changed_by", "country", "from", "to")
        return {name: self._text(name) or "" for name in names if self._text(name)}

    def _text(self, name: str) -> str | None:
        # NUL can be in no name, and PostgreSQL refuses to look for it.
        return self.arguments.get(name, "").replace("\0", "").strip()[:200] or None

    def _one_of(self, name: str, choices: dict[str, Choice]) -> Choice | None:
        text = self._text(name)
        if text is not None and text not in choices:
            self.ignored.append(
                _("%(name)s=%(value)s is not known here.", name=name, value=repr(text[:40]))
            )
        return choices.get(text) if text else None

    def _day(self, name: str) -> dt.date | None:
        text = self._text(name)
        try:
            return read_date(text) if text else None
        except Unreadable as unreadable:
            self.ignored.append(translate(unreadable.message))
            return None
