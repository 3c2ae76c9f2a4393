"""What the address of the ledger asks for: which imports, and from which on."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import TypeVar

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.ids import read_number
from app.imports.words import STATUSES
from app.language import translate
from app.models import Outbreak
from app.services.cells import Unreadable, read_date
from app.services.ledger import Wanted

FILTERS = ("q", "status", "who", "outbreak", "from", "to")
KNOWN = (*FILTERS, "below", "bom", "lang", "theme")
LONGEST = 200

Choice = TypeVar("Choice")


class Asked:
    """A question to the ledger; what could not be read is left out, and `ignored` says why."""

    def __init__(self, arguments: MultiDict[str, str], outbreaks: Collection[Outbreak]) -> None:
        self.arguments = arguments
        self.ignored = [
            _("There is no filter %(name)s here. It was left out.", name=repr(name[:40]))
            for name in arguments
            if name not in KNOWN
        ]
        first, last = self._day("from"), self._day("to")
        if first and last and first > last:
            self.ignored.append(_("The first and the last day are exchanged."))
            first, last = last, first
        self.wanted = Wanted(
            status=self._one_of("status", {status: status for status in STATUSES}),
            actor=self.text("who"),
            text=self.text("q"),
            outbreak_id=self._one_of("outbreak", {one.slug: one.id for one in outbreaks}),
            first_day=first,
            last_day=last,
        )
        self.below = arguments.get("below", type=read_number)

    @property
    def kept(self) -> dict[str, str]:
        """The parameters that narrow the ledger, to keep them in other addresses."""
        return {name: text for name in FILTERS if (text := self.text(name))}

    def text(self, name: str) -> str | None:
        """Return a parameter as it was typed."""
        # NUL can be in no name, and PostgreSQL refuses to look for it.
        return self.arguments.get(name, "").replace("\0", "").strip()[:LONGEST] or None

    def _one_of(self, name: str, choices: Mapping[str, Choice]) -> Choice | None:
        text = self.text(name)
        if text is not None and text not in choices:
            said = _("%(name)s=%(value)s is not known here.", name=name, value=repr(text[:40]))
            self.ignored.append(said)
        return choices.get(text) if text else None

    def _day(self, name: str) -> dt.date | None:
        text = self.text(name)
        try:
            return read_date(text) if text else None
        except Unreadable as unreadable:
            self.ignored.append(translate(unreadable.message))
            return None
