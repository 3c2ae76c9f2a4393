import datetime as dt

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.forms import (
    BaseForm,
    ChoiceField,
    CountField,
    DateField,
    EmailField,
    LineField,
    LinkField,
    NotesField,
    RevisionField,
)


class PageForm(BaseForm):
    name = LineField("Name", most=10, needed="Give a name.")
    notes = NotesField("Notes")
    day = DateField("Day")
    cases = CountField("Cases")
    link = LinkField("Link")
    email = EmailField("Email")
    country = ChoiceField("Country", blank="No country")
    revision = RevisionField()


def send(app: Flask, **texts: str) -> PageForm:
    with app.test_request_context("/", method="POST"):
        form = PageForm(MultiDict({"name": "Mina", **texts}))
        form.country.offer([(1, "Viet Nam"), (2, "Canada")])
        form.validate()
        # Fields render in the request's language.
        form.rendered = {field.name: str(field()) for field in form}
    return form


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("name", "  Mina\u00a0 Park ", "Mina Park"),
        ("name", "Jose\u0301", "José"),
        ("notes", "one\r\n\r\ntwo  ", "one\n\ntwo"),
        ("notes", "   ", None),
        ("day", "12 Apr 2003", dt.date(2003, 4, 12)),
        ("cases", "1,309", 1309),
        ("cases", "", None),
        ("link", "https://example.org/a?b=1", "https://example.org/a?b=1"),
        ("email", "mina@example.org", "mina@example.org"),
        ("country", "2", 2),
        ("country", "", None),
        ("revision", "3", 3),
        ("revision", "3 or more", 0),
    ],
)
def test_text_is_read_into_its_value(app: Flask, field: str, text: str, value: object) -> None:
    form = send(app, **{field: text})
    assert form.errors == {}
    assert form[field].data == value


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("name", " \u200b ", "Give a name."),
        ("name", "Mina\x00", "U+0000"),
        ("name", "Mina\nPark", "U+000A"),
        ("name", "Mina\u202ekraP", "U+202E"),
        ("name", "a" * 11, "11 characters are too many. Write 10 at most."),
        ("notes", "a\x1bb", "U+001B"),
        ("notes", "a" * 5001, "5,001 characters"),
        ("day", "3/4/2003", "could be two days"),
        ("cases", "-1", "below zero"),
        ("cases", "1" * 5000, "larger than"),
        ("link", "javascript:alert(1)", "not a link"),
        ("link", "https://[", "not a link"),
        ("link", "//example.org", "not a link"),
        ("email", "mina", "not an email address"),
        ("country", "3", "Choose one of the list."),
        ("country", "9" * 30, "Choose one of the list."),
    ],
)
def test_unreadable_text_is_refused_and_kept(
    app: Flask, field: str, text: str, reason: str
) -> None:
    form = send(app, **{field: text})
    assert reason in form.errors[field][0]
    assert form.status == 422
    assert field == "country" or form[field]._value() == text


def test_missing_revision_is_never_taken_from_the_thing_itself(app: Flask) -> None:
    with app.test_request_context("/", method="POST"):
        form = PageForm(MultiDict({"name": "Mina"}), revision=7)
    assert form.revision.data == 0
