from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import open_session
from app.models import Record, RecordVersion
from app.services import register
from app.services.register import Actor, values_of

Page = Any
Reload = Callable[[], Any]


@pytest.fixture
def record(make_record: Callable[..., Record]) -> Record:
    return make_record(cases=62, deaths=4, recoveries=46)


@pytest.fixture
def editor(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_as("editor")


@pytest.fixture
def mina_changes(database_url: str, record: Record) -> Callable[..., None]:
    """Change the record meanwhile, as Mina Park."""

    def change(**fields: Any) -> None:
        from dataclasses import replace

        with open_session(database_url) as session:
            stored = session.get_one(Record, record.id)
            values = replace(values_of(stored), **fields)
            mina = Actor("Mina Park")
            register.change_record(
                session, record.id, values, mina, revision=stored.revision, reason="by phone"
            )
            session.commit()

    return change


@pytest.fixture
def opened(editor: FlaskClient, record: Record, page: Page) -> dict[str, Any]:
    """The form as it stood before Mina's change."""
    form: dict[str, Any] = page(editor.get(f"/records/{record.id}/edit")).form("main form")
    return {**form, "why": "counted again"}


def test_change_of_the_same_field_asks_which_value(
    editor: FlaskClient, record: Record, opened: Any, mina_changes: Any, page: Page, reload: Reload
) -> None:
    mina_changes(cases=63)
    shown = page(editor.post(f"/records/{record.id}/edit", data={**opened, "cases": "64"}), 409)
    assert "Mina Park changed this record at" in shown.text("#errors")
    assert "cases 62 → 63 by phone" in shown.texts(".lines li")[0]
    row = next(row for row in shown.rows("table.conflict") if row[0] == "Cases")
    assert row == ["Cases", "62", "63", "64"]
    assert not shown.all("input[type=radio][checked]")
    assert reload().get(Record, record.id).cases == 63

    undecided = page(editor.post(f"/records/{record.id}/merge", data=shown.form(MERGE)), 422)
    assert "Choose one value" in undecided.text("#errors")
    chosen = {**undecided.form(MERGE), "take-cases": "yours"}
    assert editor.post(f"/records/{record.id}/merge", data=chosen).status_code == 303
    stored = reload().get(Record, record.id)
    assert (stored.cases, stored.revision) == (64, 3)
    assert stored.changeset.reason == "counted again"


MERGE = "main form[action$=merge]"


def test_their_value_can_be_chosen(
    editor: FlaskClient, record: Record, opened: Any, mina_changes: Any, page: Page, reload: Reload
) -> None:
    mina_changes(cases=63)
    typed = {**opened, "cases": "64", "deaths": "5"}
    shown = page(editor.post(f"/records/{record.id}/edit", data=typed), 409)
    editor.post(f"/records/{record.id}/merge", data={**shown.form(MERGE), "take-cases": "theirs"})
    stored = reload().get(Record, record.id)
    assert (stored.cases, stored.deaths) == (63, 5)


def test_changes_of_different_fields_are_merged(
    editor: FlaskClient, record: Record, opened: Any, mina_changes: Any, page: Page, reload: Reload
) -> None:
    mina_changes(cases=63)
    typed = {**opened, "recoveries": "47", "note": "seen"}
    shown = page(editor.post(f"/records/{record.id}/edit", data=typed), 409)
    rows = {row[0]: row[2:] for row in shown.rows("table.conflict")}
    assert rows["Cases"] == ["63 kept", "62"]
    assert rows["Recoveries"] == ["46", "47 kept"]
    assert not shown.all("input[type=radio]")
    answer = editor.post(f"/records/{record.id}/merge", data=shown.form(MERGE))
    assert answer.status_code == 303
    stored = reload().get(Record, record.id)
    assert (stored.cases, stored.recoveries, stored.note) == (63, 47, "seen")


def test_third_change_during_the_merge_asks_again(
    editor: FlaskClient, record: Record, opened: Any, mina_changes: Any, page: Page, reload: Reload
) -> None:
    mina_changes(cases=63)
    typed = {**opened, "deaths": "5"}
    shown = page(editor.post(f"/records/{record.id}/edit", data=typed), 409)
    mina_changes(recoveries=47)
    again = page(editor.post(f"/records/{record.id}/merge", data=shown.form(MERGE)), 409)
    editor.post(f"/records/{record.id}/merge", data=again.form(MERGE))
    stored = reload().get(Record, record.id)
    assert (stored.cases, stored.deaths, stored.recoveries) == (63, 5, 47)


def test_implausible_merge_waits_for_a_reason(
    editor: FlaskClient, record: Record, opened: Any, mina_changes: Any, page: Page, reload: Reload
) -> None:
    mina_changes(cases=51)
    typed = {**opened, "recoveries": "48"}
    shown = page(editor.post(f"/records/{record.id}/edit", data=typed), 409)
    asked = page(editor.post(f"/records/{record.id}/merge", data=shown.form(MERGE)), 422)
    assert "exceed cases (51)" in asked.text(".checks")
    assert asked.form("main form")["cases"] == "51"
    answer = editor.post(f"/records/{record.id}/edit", data=asked.form("main form"))
    assert answer.status_code == 303
    assert reload().get(Record, record.id).recoveries == 48


@pytest.mark.parametrize("revision", ["", "0", "99", "-1", "x", "9" * 30])
def test_form_that_lost_its_revision_overwrites_nothing(
    editor: FlaskClient, record: Record, opened: Any, page: Page, reload: Reload, revision: str
) -> None:
    typed = {**opened, "cases": "64", "revision": revision}
    shown = page(editor.post(f"/records/{record.id}/edit", data=typed), 409)
    assert "no longer says which version" in shown.text("#errors")
    del typed["revision"]
    page(editor.post(f"/records/{record.id}/edit", data=typed), 409)
    assert reload().get(Record, record.id).cases == 62
    chosen = {**shown.form(MERGE), "take-cases": "yours"}
    assert editor.post(f"/records/{record.id}/merge", data=chosen).status_code == 303


def test_edit_of_a_deleted_record_keeps_what_was_typed(
    editor: FlaskClient, record: Record, opened: Any, database_url: str, page: Page
) -> None:
    with open_session(database_url) as session:
        register.delete_record(session, record.id, Actor("Mina Park"), revision=1, reason="double")
        session.commit()
    typed = {**opened, "cases": "64"}
    shown = page(editor.post(f"/records/{record.id}/edit", data=typed), 409)
    assert "Mina Park deleted this record at" in shown.text("[role=alert]")
    assert "double" in shown.text("[role=alert]")
    answer = editor.post("/records/new", data=shown.form("main form[action$=new]"))
    assert "Cases 64" in page(editor.get(answer.location)).text()


def test_of_twenty_racers_one_wins(
    app: Flask, client_as: Any, record: Record, reload: Reload
) -> None:
    clients = [client_as("editor") for _ in range(20)]

    def race(number: int) -> int:
        form = {"date": "2003-04-12", "country_id": record.country_id, "cases": 100 + number}
        typed = {**form, "revision": 1, "why": "race"}
        return clients[number].post(f"/records/{record.id}/edit", data=typed).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = sorted(pool.map(race, range(20)))
    assert statuses == [303] + [409] * 19
    assert reload().get(Record, record.id).revision == 2
    assert len(reload().scalars(select(RecordVersion)).all()) == 1


def test_of_twenty_additions_one_wins(
    app: Flask, client_as: Any, record: Record, reload: Reload
) -> None:
    clients = [client_as("editor") for _ in range(20)]
    form = {"date": "2003-04-13", "country_id": record.country_id, "cases": 62}

    with ThreadPoolExecutor(20) as pool:
        answers = pool.map(lambda client: client.post("/records/new", data=form), clients)
        statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [303] + [422] * 19
    assert len(reload().scalars(select(Record)).all()) == 2
