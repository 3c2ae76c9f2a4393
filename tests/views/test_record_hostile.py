"""Forged forms, and texts that are meant to be more than text."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.models import Changeset, Record

Page = Any
Reload = Callable[[], Any]
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{ 7 * 7 }}${7*7}<%= 7*7 %>",
    "%(who)s %s %n {0.__class__}",
    "'; DROP TABLE record; --",
    "</textarea><svg onload=alert(1)>",
)


@pytest.fixture
def record(make_record: Callable[..., Record]) -> Record:
    return make_record(cases=62)


@pytest.mark.parametrize("token", [None, "", "nonsense"])
def test_forged_posts_change_nothing(
    app: Flask, client_as: Any, record: Record, reload: Reload, token: str | None
) -> None:
    editor = client_as("editor")
    app.config["WTF_CSRF_ENABLED"] = True
    form = {"date": "2003-04-13", "country_id": record.country_id, "cases": "63", "why": "x"}
    if token is not None:
        form["csrf_token"] = token
    for path in ("new", f"{record.id}/edit", f"{record.id}/merge", f"{record.id}/delete"):
        answer = editor.post(f"/records/{path}", data={**form, "revision": 1})
        assert 400 <= answer.status_code < 500
    assert editor.post(f"/activity/{record.changeset_id}/undo", data=form).status_code == 400
    assert reload().scalar(select(func.count()).select_from(Changeset)) == 1


def test_pages_carry_the_token_their_forms_need(
    app: Flask, client_as: Any, record: Record, page: Page
) -> None:
    editor = client_as("editor")
    app.config["WTF_CSRF_ENABLED"] = True
    form = page(editor.get(f"/records/{record.id}/edit")).form("main form")
    path = f"/records/{record.id}/edit"
    answer = editor.post(path, data={**form, "cases": "63", "why": "late"})
    undo = page(editor.get(answer.location)).form("[role=status] form")
    assert editor.post("/activity/2/undo", data=undo).status_code == 303
    stale = page(editor.post(path, data={**form, "cases": "64", "why": "late"}), 409)
    chosen = {**stale.form("main form[action$=merge]"), "take-cases": "yours"}
    assert editor.post(f"/records/{record.id}/merge", data=chosen).status_code == 303


@pytest.mark.parametrize("payload", PAYLOADS)
def test_texts_stay_texts(
    client_as: Any, record: Record, page: Page, reload: Reload, payload: str
) -> None:
    editor = client_as("editor")
    path = f"/records/{record.id}/edit"
    form = {"date": "2003-04-12", "country_id": record.country_id, "cases": "63", "revision": 1}
    assert editor.post(path, data={**form, "note": payload, "why": payload}).status_code == 303
    stored = reload().get(Record, record.id)
    assert (stored.note, stored.changeset.reason) == (payload, payload)
    pages = ("", "/history", "/edit")
    for shown in (*(f"/records/{record.id}{tail}" for tail in pages), "/activity", "/activity/2"):
        assert payload in page(editor.get(shown)).tree.text_content() or shown.endswith("edit")
    stale = page(editor.post(path, data={**form, "note": payload + "2", "why": payload}), 409)
    assert payload + "2" in stale.text()
    wrong = page(editor.post(path, data={**form, "cases": payload, "date": payload}), 422)
    assert wrong.form("main form")["cases"] == payload


@pytest.mark.parametrize("name", ["date", "country_id", "cases", "note", "why", "revision"])
@pytest.mark.parametrize("text", ["\0", "9" * 6000, "\ud7ff\uffff", "[]", " " * 5000 + "x"])
def test_nonsense_is_answered_in_words(
    client_as: Any, record: Record, name: str, text: str, reload: Reload
) -> None:
    editor: FlaskClient = client_as("editor")
    form = {"date": "2003-04-12", "country_id": record.country_id, "cases": "63", "revision": 1}
    sent = {**form, "why": "x", name: text}
    for path in (f"/records/{record.id}/edit", "/records/new", f"/records/{record.id}/merge"):
        answer = editor.post(path, data={**sent, "began": text, "keep-x": text, "take-cases": text})
        assert answer.status_code in (303, 400, 409, 422)
