"""The forms of a record: its values, and its deletion."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta

from flask_babel import gettext, lazy_gettext
from wtforms import ValidationError

from app.database import utc_now
from app.forms import (
    BaseForm,
    ChoiceField,
    CountField,
    DateField,
    LineField,
    NotesField,
    RevisionField,
)
from app.models import METRICS, Country
from app.services.cells import Unreadable, read_text
from app.services.states import RecordValues

_ = lazy_gettext

# The reason of a change holds the why and what was kept against warnings (changesets.MAX_REASON).
MOST_WHY = 500
MOST_KEPT = 300
# Names of the inputs that hold them begin so.
KEEP = "keep-"


class RecordForm(BaseForm):
    """A record to add."""

    date = DateField(_("Date"), needed=_("Enter the day of the report."))
    country_id = ChoiceField(_("Country"), blank=_("Choose a country"))
    cases = CountField(_("Cases"))
    deaths = CountField(_("Deaths"))
    recoveries = CountField(_("Recoveries"))
    note = NotesField(_("Note"))
    why = LineField(_("Why"), most=MOST_WHY)

    def offer(self, countries: Iterable[Country]) -> None:
        """Set the countries that may be chosen."""
        self.country_names = {country.id: country.name for country in countries}
        self.country_id.offer(self.country_names.items())

    def suggest(self, counts: Mapping[str, str]) -> bool:
        """Fill in what an address names; a blank count is "not reported"."""
        named = [name for name in (*METRICS, "country_id") if name in counts]
        for name in named:
            with suppress(ValueError):
                self[name].process_formdata([counts[name]])
        return bool(named)

    def validate_date(self, field: DateField) -> None:
        """Refuse a day that has begun nowhere on earth: the easternmost zone is 14 hours ahead."""
        if field.data and field.data > (utc_now() + timedelta(hours=14)).date():
            raise ValidationError(
                gettext("This day is in the future. Enter the day of the report.")
            )

    def validate_country_id(self, field: ChoiceField) -> None:
        """Ask for the country."""
        if field.data is None:
            raise ValidationError(gettext("Choose the country that reported."))

    def validate_cases(self, _field: CountField) -> None:
        """Ask for at least one count."""
        counts = [self[metric] for metric in METRICS]
        if all(count.data is None and not count.process_errors for count in counts):
            raise ValidationError(gettext("Enter at least one count."))

    def read(self) -> RecordValues:
        """Return the values of a form that was found valid; ValueError for any other."""
        if self.country_id.data is None or self.date.data is None:
            raise ValueError("the form was not found valid")
        return RecordValues(
            country_id=self.country_id.data,
            date=self.date.data,
            cases=self.cases.data,
            deaths=self.deaths.data,
            recoveries=self.recoveries.data,
            note=self.note.data or None,
        )


class NewRecordForm(RecordForm):
    """A record to add, perhaps of a country that the register does not know yet."""

    new_country = LineField(_("Or a new country"))

    def validate_country_id(self, field: ChoiceField) -> None:
        """Ask for one country: one that is known, or a new one."""
        typed = self.new_country is not None and self.new_country.data
        if field.data is not None and typed:
            raise ValidationError(gettext("Choose a country or type a new one, not both."))
        if not typed:
            super().validate_country_id(field)


class ChangeForm(RecordForm):
    """A record to change: the revision it began with, and the reason, are needed."""

    revision = RevisionField()
    why = LineField(
        _("Why"), most=MOST_WHY, needed=_("Say why, for whoever asks about this number later.")
    )


class DeleteForm(BaseForm):
    """A record to delete."""

    revision = RevisionField()
    why = LineField(_("Why (optional)"), most=MOST_WHY)


def read_kept(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the reasons to keep what was warned about, by the warning's key.

    A reason that cannot be read is none: the warning is asked about again.
    """
    kept = {}
    for name, text in sent.items():
        if name.startswith(KEEP):
            try:
                kept[name.removeprefix(KEEP)] = read_text(text, most=MOST_KEPT)
            except Unreadable:
                continue
    return kept
