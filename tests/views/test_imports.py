import csv
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.services import ledger
from app.services.importing import Report
from tests.support.imports import import_now, outcomes
from tests.support.offers import offer

Page = Any
ROWS = (
    "2003-04-11,Viet Nam,60,4,43\n"
    "2003-04-12,China,1309,64,1037\n"
    "2003-04-12,China,62,4,46\n"
    "2003-04-13,Viet Nam,n.b.,4,46\n"
    "2003-04-14,Viet Nam,59,4,60\n"
)


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


@pytest.fixture
def report(session: Session) -> Report:
    return import_now(session, ROWS)


def test_outcomes_add_up_to_the_rows_read(editor: FlaskClient, report: Report, page: Page) -> None:
    shown = page(editor.get(f"/imports/{report.import_id}"))
    numbers = [int(row[1]) for row in shown.rows("table.sum")]
    assert numbers == list(outcomes(report))
    assert shown.texts("table.sum tfoot td") == ["5"]
    assert sum(numbers) == report.read == 5


def test_rows_left_out_stand_by_cause_with_reasons(
    editor: FlaskClient, report: Report, page: Page
) -> None:
    shown = page(editor.get(f"/imports/{report.import_id}"))
    assert "Rows left out: 3" in shown.texts("h2")
    listed = shown.text("#left-out + .lines")
    assert "lines 3, 4: China, 2003-04-12" in listed
    assert "line 5, cases: " in listed
    unreadable = page(editor.get(shown.link("Counts that cannot be read")))
    assert unreadable.rows()[0][:5] == ["5", "2003-04-13", "Viet Nam", "n.b.", "4"]
    assert not unreadable.all("main input:not([type=hidden]), main select")


def test_report_says_which_file_it_was(editor: FlaskClient, report: Report, page: Page) -> None:
    shown = page(editor.get(f"/imports/{report.import_id}"))
    facts = shown.texts(".facts dd")
    assert facts[0] == "Mina Park"
    assert report.sha256 in facts
    assert any(fact.startswith("change ") for fact in facts)
    assert shown.link("Undo this import") == f"/activity/{report.changeset_id}/undo"


def test_warnings_are_told_with_their_lines(
    editor: FlaskClient, report: Report, page: Page
) -> None:
    text = page(editor.get(f"/imports/{report.import_id}")).text("#warnings ~ .lines")
    assert "Cases fall from one report to the next 1 line 6" in text
    assert "Deaths and recoveries together exceed cases 1 line 6" in text


def test_many_rows_are_paged(editor: FlaskClient, session: Session, page: Page) -> None:
    report = import_now(session, "".join(f"2003-04-12,Viet Nam,x{n},0,0\n" for n in range(60)))
    address = f"/imports/{report.import_id}/rows?problem=number"
    first = page(editor.get(address))
    second = page(editor.get(first.link("Next")))
    assert [len(part.rows()) for part in (first, second)] == [50, 10]


def test_report_asks_a_constant_number_of_queries(
    editor: FlaskClient, report: Report, page: Page, query_counter: Any
) -> None:
    page(editor.get(f"/imports/{report.import_id}"))
    with query_counter() as queries:
        page(editor.get(f"/imports/{report.import_id}"))
    # Who asks; the menu's count; the import; examples of its problems; the days of its
    # conflicts, their lines, and whether there are more; its changeset; what undid that; what was
    # decided; what the rules found, and whether they are done; its outbreak.
    assert len(queries) == 13, "\n".join(queries)


def test_ledger_lists_every_import(
    editor: FlaskClient, report: Report, session: Session, page: Page
) -> None:
    import_now(session, "2003-04-11,Viet Nam,60,4,43\n")
    shown = page(editor.get("/imports"))
    assert [row[3:] for row in shown.rows()] == [
        ["1", "0", "0", "1", "0", "all stored"],
        ["5", "2", "0", "0", "3", "rows left out"],
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("q=UPLOAD", 2),
        ("q=%25", 0),
        ("status=checked", 1),
        ("status=applied&who=Mina+Park", 2),
        ("who=edo", 1),
        ("from=2003-01-01", 3),
        ("to=2003-01-01", 0),
        ("from=2999-01-01&to=2003-01-01", 3),
        ("outbreak=outbreak", 3),
    ],
)
def test_ledger_is_narrowed_by_its_address(
    editor: FlaskClient, report: Report, session: Session, page: Page, query: str, found: int
) -> None:
    import_now(session, "2003-04-11,Viet Nam,60,4,43\n")
    offer(editor, ROWS)
    shown = page(editor.get(f"/imports?{query}"))
    assert len(shown.all("tbody tr")) == found
    assert len(shown.all(".notice")) == (1 if "2999" in query else 0)


def test_ledger_finds_a_file_by_its_hash(editor: FlaskClient, report: Report, page: Page) -> None:
    shown = page(editor.get(f"/imports?q={report.sha256[:12].upper()}"))
    assert len(shown.rows()) == 1


def test_what_the_ledger_cannot_read_is_told(
    editor: FlaskClient, report: Report, page: Page
) -> None:
    shown = page(editor.get("/imports?status=lost&from=soon&page=2&who=%00&below=x"))
    assert len(shown.all(".notice.warning")) == 3
    assert len(shown.rows()) == 1
    nothing = page(editor.get("/imports?q=nothing"))
    assert "No import matches these filters." in nothing.text(".empty")


def test_ledger_is_paged_with_its_filters(
    editor: FlaskClient, session: Session, page: Page, query_counter: Any
) -> None:
    for _ in range(52):
        import_now(session, "2003-04-11,Viet Nam,60,4,43\n")
    first = page(editor.get("/imports?q=upload"))
    with query_counter() as queries:
        second = page(editor.get(first.link("Older")))
    # Who asks; the menu's count; the outbreaks; the imports; who imported; what they wrote; what
    # undid that.
    assert len(queries) == 7, "\n".join(queries)
    assert [len(part.rows()) for part in (first, second)] == [50, 2]
    assert second.link("Newest") == "/imports?q=upload"


def test_ledger_downloads_as_the_imports_its_filters_leave(
    editor: FlaskClient, report: Report, session: Session, page: Page
) -> None:
    import_now(session, "2003-04-11,Viet Nam,60,4,43\n")
    offer(editor, ROWS)
    shown = page(editor.get("/imports?status=applied&below=2"))
    (csv_link,) = (link.get("href") for link in shown.all(".toolbar a[download]"))
    assert csv_link == "/imports.csv?status=applied"
    answer = editor.get(csv_link)
    assert answer.headers["Content-Disposition"] == "attachment; filename=imports.csv"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    listed = json.loads(editor.get(shown.link("JSON")).data)
    assert [
        row == {name: str(value) for name, value in told.items()}
        for row, told in zip(rows, listed, strict=True)
    ] == [True, True]
    assert [row["id"] for row in listed] == [2, 1]
    told = listed[1]
    assert told["created_at"].endswith("+00:00")
    assert (told["status"], told["read"], told["added"], told["held"]) == ("applied", 5, 2, 2)
    assert told["sha256"] == report.sha256


def test_undone_import_says_by_whom_and_in_which_change(
    editor: FlaskClient, report: Report, page: Page
) -> None:
    shown = page(editor.get(f"/imports/{report.import_id}"))
    editor.post(shown.link("Undo this import"), data={"kept": "0"})
    shown = page(editor.get(f"/imports/{report.import_id}"))
    notice = shown.text(".notice.warning")
    assert notice.startswith("This import was undone by edo, ")
    assert f"in change {report.changeset_id + 1}." in notice
    assert "Undo this import" not in shown.texts(".button")
    assert page(editor.get("/imports")).rows()[0][-1] == "undone"
    assert json.loads(editor.get("/imports.json").data)[0]["status"] == "undone"


def test_empty_ledger_offers_the_first_import(editor: FlaskClient, page: Page) -> None:
    shown = page(editor.get("/imports"))
    assert "No file was imported yet." in shown.text(".empty")
    assert shown.link("Import a file") == "/imports/new"


def test_record_leads_to_its_import_and_line(
    editor: FlaskClient, report: Report, page: Page
) -> None:
    shown = page(editor.get("/records/1"))
    assert "line 2" in " ".join(shown.texts(".facts dd"))
    assert f"/imports/{report.import_id}" in [link.get("href") for link in shown.all(".facts a")]


def test_long_ledger_is_sent_in_parts(
    editor: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "MOST_AT_ONCE", 2)
    for _ in range(5):
        import_now(session, "2003-04-11,Viet Nam,60,4,43\n")
    listed = json.loads(editor.get("/imports.json?q=upload&below=3").data)
    assert [row["id"] for row in listed] == [5, 4, 3, 2, 1]


def test_file_of_the_ledger_says_what_it_could_not_read(
    editor: FlaskClient, report: Report
) -> None:
    answer = editor.get("/imports.csv?status=lost&bom=0&page=2")
    assert len(answer.headers.getlist("Casebook-Warning")) == 2
    assert answer.data.startswith(b"id,filename,")
    assert editor.get("/imports.json?q=nothing").data == b"[]\n"


@pytest.mark.parametrize(
    "path", ["/imports", "/imports.csv", "/imports.json", "/imports/1", "/imports/new"]
)
def test_imports_are_for_editors(client_as: Any, report: Report, path: str) -> None:
    assert client_as("reader").get(path).status_code == 403


def test_unknown_import_is_not_found(editor: FlaskClient, page: Page) -> None:
    page(editor.get("/imports/7"), 404)


def test_cells_are_escaped(editor: FlaskClient, session: Session, page: Page) -> None:
    report = import_now(session, "2003-04-12,Viet Nam,<script>,0,0\n")
    assert "<script>,0" not in editor.get(f"/imports/{report.import_id}").text
    assert "<script>" in page(editor.get(f"/imports/{report.import_id}")).text()
