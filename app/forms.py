"""What every form has in common, and the fields that read a text as the services do."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField
from wtforms import PasswordField as WTPasswordField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation
from wtforms.widgets import TextArea

from app.language import translate
from app.models.names import fold
from app.services import cells
from app.services.messages import Message
from app.services.passwords import LEAST_LENGTH

NOT_VALUES = ("csrf_token", "submit", "revision")
# Longest note or description: some two printed pages.
MOST_NOTES = 5000
A_DAY = lazy_gettext("For example 2003-07-11 or 11 July 2003.")


class BaseForm(FlaskForm):
    """A form that hands its values to a service."""

    class Meta(FlaskForm.Meta):
        """Where the fields come from."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Read forms only: Flask-WTF would take JSON too, of any shape and depth."""
            return None if request.is_json else super().wrap_formdata(form, formdata)

    def values(self) -> dict[str, Any]:
        """Return what was typed, by field, without the token, the revision and the buttons."""
        return {name: value for name, value in self.data.items() if name not in NOT_VALUES}

    @property
    def status(self) -> int:
        """Return the status to answer with: 422 when something must be mended, else 200."""
        return 422 if self.errors else 200


class ReadField(StringField):
    """An input whose text is read into a value; a blank is None, `needed` says it must not be.

    Text that cannot be read stays in the input, with the reason beside it.
    """

    keyboard = ""
    render_kw: dict[str, Any] | None = None

    def __init__(self, label: Any = None, *, needed: Any = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.needed = needed
        if self.keyboard:
            self.render_kw = {"inputmode": self.keyboard, **(self.render_kw or {})}

    def read(self, text: str) -> Any:
        """Turn the text into the value, or raise Unreadable."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """Turn the value into the text that stands in the input."""
        return str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent; a field that was not sent keeps its value."""
        if not valuelist:
            return
        self.data = None
        if valuelist[0].strip():
            try:
                self.data = self.read(valuelist[0])
            except cells.Unreadable as unreadable:
                raise ValueError(translate(unreadable.message)) from None

    def pre_validate(self, form: BaseForm) -> None:
        """Ask for the value where one is needed."""
        if self.needed and self.data is None and not self.process_errors:
            raise StopValidation(str(self.needed))

    @property
    def shown(self) -> str:
        """Return the text that stands in the input."""
        return str(self._value())

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.write(self.data)


class LineField(ReadField):
    """A text of one line."""

    def __init__(self, label: Any = None, *, most: int = 200, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.most = most

    def read(self, text: str) -> str | None:
        """Read the line; one that holds nothing visible is blank."""
        return cells.read_text(text, most=self.most) or None


class NameField(LineField):
    """A name that others are compared with."""

    def read(self, text: str) -> str | None:
        """Read the name; its folded form must fit as well."""
        name = super().read(text)
        if name and len(fold(name)) > self.most:
            raise cells.Unreadable(
                Message("The name is too long once its characters are spelt out.")
            )
        return name


class NotesField(ReadField):
    """A text of several lines."""

    widget = TextArea()

    def read(self, text: str) -> str:
        """Read the lines."""
        return cells.read_text(text, most=MOST_NOTES, lines=True)


class DateField(ReadField):
    """A day, typed in any of the ways services.cells reads."""

    render_kw: dict[str, Any] | None = {"class": "day"}  # noqa: RUF012  (never written to)

    def read(self, text: str) -> Any:
        """Read the day."""
        return cells.read_date(text)


class CountField(ReadField):
    """A count; a blank is "not reported"."""

    keyboard = "numeric"

    def read(self, text: str) -> int | None:
        """Read the count."""
        return cells.read_count(text)


class LinkField(ReadField):
    """The address of a page elsewhere."""

    keyboard = "url"

    def read(self, text: str) -> str:
        """Read the link."""
        return cells.read_link(text)


class EmailField(ReadField):
    """An email address."""

    keyboard = "email"

    def read(self, text: str) -> str:
        """Read the address."""
        return cells.read_email(text)


class ChoiceField(SelectField):
    """One of the choices that the view gives, by number; with `blank`, also none of them."""

    def __init__(
        self, label: Any = None, *, blank: Any = "", needed: Any = "", **kwargs: Any
    ) -> None:
        super().__init__(label, coerce=_number_or_none, choices=[], **kwargs)
        self.blank = blank
        self.needed = needed or lazy_gettext("Choose one of the list.")

    def offer(self, choices: Iterable[tuple[int, str]]) -> None:
        """Set what may be chosen."""
        first = [("", self.blank)] if self.blank or self.data is None else []
        self.choices = [SelectChoice(value, text) for value, text in (*first, *choices)]

    @property
    def shown(self) -> str:
        """Return the text of what is chosen."""
        return next((str(choice.label) for choice in self.choices if choice.value == self.data), "")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the number that was sent."""
        if valuelist:
            self.data = _number_or_none(valuelist[0])

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what was not offered."""
        if self.data is None and self.blank:
            return
        if self.data is None or self.data not in [choice.value for choice in self.choices]:
            raise StopValidation(str(self.needed))


class WordField(SelectField):
    """One of a few words of an address, such as ?state=done; any other is the default."""

    def __init__(self, label: Any = None, *, words: Iterable[tuple[str, Any]] = (), **kwargs: Any):
        super().__init__(label, choices=[], **{"default": "", **kwargs})
        self.offer(words)

    def offer(self, words: Iterable[tuple[str, Any]]) -> None:
        """Set the words and their texts."""
        self.choices = [SelectChoice(word, text) for word, text in words]

    @property
    def shown(self) -> str:
        """Return the text of the word that is chosen."""
        return next((str(choice.label) for choice in self.choices if choice.value == self.data), "")

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what was not offered, and go on with the default."""
        if self.data not in [choice.value for choice in self.choices]:
            self.data: Any = self.default
            raise StopValidation(gettext("There is no such choice. It was left out."))


class RevisionField(HiddenField):
    """The revision of the thing that the person saw; 0, which nothing has, when it is missing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the revision; a form that lost it is stale, whatever it was filled with before."""
        text = valuelist[0] if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class EntryForm(BaseForm):
    """A form about an entry of a directory; its first field is the entry's name."""

    revision = RevisionField()


def _number_or_none(value: Any) -> int | None:
    text = "" if value is None else str(value)
    if not text:
        return None
    # Ids have 32 bits; anything longer, or no number at all, was never offered.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else -1


class PasswordField(WTPasswordField):
    """A password, which password managers know as a new or a present one; never shown again."""

    def __init__(self, label: Any = None, *, new: bool = False, **kwargs: Any) -> None:
        hint = lazy_gettext(
            "%(least)s characters or more; several words do well.", least=LEAST_LENGTH
        )
        super().__init__(
            label,
            [InputRequired(lazy_gettext("Enter a password."))],
            description=hint if new else "",
            render_kw={"autocomplete": "new-password" if new else "current-password"},
            **kwargs,
        )
