"""A file on its way into the register, page by page."""

import gzip
import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.models import Changeset, Import, ImportPiece, ImportRow, Record
from app.services.importing.pieces import PIECE
from tests.support.imports import HEADING
from tests.support.offers import decide, offer, offer_number

Page = Any
CLEAN = "2003-04-11,Viet Nam,62,4,43\n2003-04-12,Viet Nam,62,4,46\n"
# A dash, and what is heard in its place.
NOTHING = "–no value"
ODD = CLEAN + "2003-04-14,Viet Nam,63,5,x\n2003-04-11,Canada,274,10,81\n2003-04-12,Canada,9,10,81\n"


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


def count(session: Any, table: type) -> int:
    found: int = session.scalar(select(func.count()).select_from(table))
    return found


def test_clean_file_goes_in_with_two_buttons(editor: FlaskClient, page: Page, reload: Any) -> None:
    answer = offer(editor, CLEAN)
    assert answer.status_code == 303
    shown = page(editor.get(answer.headers["Location"]))
    assert shown.text("#sum") == "2 ready · 0 need a decision · 0 cannot be read = 2"
    assert "2 new · 0 changed · 0 the same" in shown.text(".sums")
    read = (
        "2 rows read from counts.csv (UTF-8, commas, heading in line 1, dates as 2003-03-17, "
        "numbers as 1234, 5 columns, totals so far)"
    )
    assert read in shown.text(".lead")
    assert count(reload(), Record) == 0
    assert shown.texts("button.primary") == ["Import 2 rows"]
    assert decide(editor, 1, do="apply").status_code == 303
    report = page(editor.get("/imports/1"))
    assert report.rows("table.sum")[0] == ["Added", "2"]
    assert count(reload(), Record) == 2
    assert reload().scalars(select(Changeset.import_id)).all() == [1]


def test_file_is_kept_in_pieces_until_it_is_imported(
    editor: FlaskClient, reload: Any, page: Page
) -> None:
    rows = "".join(f"2003-04-11,Viet Nam,{n},0,0\n" for n in range(20_000)).encode()
    content = HEADING.encode() + rows
    number = offer_number(editor, content)
    assert count(reload(), ImportPiece) == -(-len(content) // PIECE) > 1
    source = reload().get(Import, number)
    assert (source.size, source.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    number = offer_number(editor, CLEAN)
    decide(editor, number, do="apply")
    pieces = select(func.count()).where(ImportPiece.import_id == number)
    assert reload().scalar(pieces) == 0


def test_packed_file_is_read(editor: FlaskClient, page: Page) -> None:
    number = offer_number(editor, gzip.compress((HEADING + CLEAN).encode()), "counts.csv.gz")
    assert page(editor.get(f"/imports/{number}")).text("#sum").startswith("2 ready")


def test_pasted_rows_are_a_file(editor: FlaskClient, page: Page) -> None:
    answer = editor.post("/imports/new", data={"text": HEADING + CLEAN})
    shown = page(editor.get(answer.headers["Location"]))
    assert shown.heading == "Check pasted.csv"
    assert shown.text("#sum").startswith("2 ready")


def test_nothing_chosen_is_asked_for(editor: FlaskClient, page: Page) -> None:
    shown = page(editor.post("/imports/new", data={}), 422)
    assert "Choose a file, or paste its rows." in shown.text("#errors")
    assert shown.error_of("files") == "Choose a file, or paste its rows."


def test_file_and_text_together_are_refused(editor: FlaskClient, page: Page) -> None:
    data = {"text": CLEAN, "files": (io.BytesIO(b"x"), "x.csv")}
    shown = page(editor.post("/imports/new", data=data), 422)
    assert "Send one of them." in shown.text("#errors")
    assert "Viet Nam" in shown.text("textarea")


def test_limit_is_told_before_and_after(app: Flask, editor: FlaskClient, page: Page) -> None:
    assert "At most 64 MB" in page(editor.get("/imports/new")).text("#files-hint")
    app.config["MAX_CONTENT_LENGTH"] = 1 << 20
    shown = page(offer(editor, b"x" * (3 << 20)), 413)
    assert "At most 1 MB" in shown.text()
    assert "This was 3.1 MB." in shown.text()


def test_template_and_example_import_cleanly(editor: FlaskClient, page: Page) -> None:
    shown = page(editor.get("/imports/new"))
    for link, rows in (("Get a template", 1), ("See an example", 6)):
        content = editor.get(shown.link(link)).data
        number = offer_number(editor, content)
        sum_line = page(editor.get(f"/imports/{number}")).text("#sum")
        assert sum_line == f"{rows} ready · 0 need a decision · 0 cannot be read = {rows}"


def test_problems_stand_by_cause_with_examples(editor: FlaskClient, page: Page) -> None:
    number = offer_number(editor, ODD)
    shown = page(editor.get(f"/imports/{number}"))
    assert shown.text("#sum") == "4 ready · 0 need a decision · 1 cannot be read = 5"
    assert [head.split(" ")[0] for head in shown.texts(".problem h2")] == [
        "Counts",
        "Cases",
        "Deaths",
    ]
    assert shown.one("input[name='cell:4:recoveries']").get("value") == "x"
    assert "2 warnings: counts fall in 1 row (cases 1)" in shown.text(".sums")
    assert shown.texts("button.primary") == ["Import the 4 settled rows"]


def test_three_rows_of_a_problem_lead_to_all_of_them(editor: FlaskClient, page: Page) -> None:
    falling = "".join(f"2003-04-{day:02},Viet Nam,{60 - day},0,0\n" for day in range(1, 6))
    number = offer_number(editor, falling)
    shown = page(editor.get(f"/imports/{number}"))
    assert [row[0] for row in shown.rows("section.problem table")] == ["3", "4", "5"]
    link = shown.tree.find(".//section/p/a")
    assert link.text == "Show all 4"
    listed = page(editor.get(link.get("href")))
    assert [row[0] for row in listed.rows("table")] == ["3", "4", "5", "6"]


def test_odd_rows_say_what_is_the_matter(editor: FlaskClient, page: Page) -> None:
    number = offer_number(editor, ODD + "2003-04-18,Thailand,7,2,6\n2003-04-19,Thailand,6,,\n")
    shown = page(editor.get(f"/imports/{number}"))
    cells = "2003-04-18", "Thailand", "7", "2", "6", "2 + 6 > 7"
    assert shown.rows("#problem-sum table")[0][1:7] == list(cells)
    assert shown.rows("#problem-cases_fall table")[1][3:7] == ["6", NOTHING, NOTHING, "cases 7 → 6"]


def test_settled_rows_go_in_and_the_others_are_a_file(
    editor: FlaskClient, page: Page, reload: Any
) -> None:
    number = offer_number(editor, ODD)
    decide(editor, number, do="apply")
    report = page(editor.get(f"/imports/{number}"))
    assert "Rows left out: 1" in report.texts("h2")
    answer = editor.get(report.link("Download them as CSV"))
    assert answer.mimetype == "text/csv"
    again = offer_number(editor, answer.data.replace(b",5,x,", b",5,46,"))
    assert page(editor.get(f"/imports/{again}")).text("#sum").startswith("1 ready · 0 need")
    decide(editor, again, do="apply")
    assert count(reload(), Record) == 5


def test_same_file_again_has_nothing_to_import(editor: FlaskClient, page: Page) -> None:
    decide(editor, offer_number(editor, CLEAN), do="apply")
    number = offer_number(editor, CLEAN)
    shown = page(editor.get(f"/imports/{number}"))
    assert "0 new · 0 changed · 2 the same" in shown.text(".sums")
    assert "Nothing to import" in shown.text("main")
    assert "Import 2 rows" not in shown.texts("button")


def test_file_put_away_leaves_nothing(editor: FlaskClient, page: Page, reload: Any) -> None:
    number = offer_number(editor, ODD)
    answer = editor.post(f"/imports/{number}/discard")
    assert answer.headers["Location"] == "/imports"
    assert "put away" in page(editor.get("/imports")).text(".message")
    assert [count(reload(), table) for table in (ImportPiece, ImportRow, Record)] == [0, 0, 0]
    assert "put away" in page(editor.get(f"/imports/{number}")).text("main")
    assert decide(editor, number, do="apply").status_code == 303
    assert "This import is over" in page(editor.get(f"/imports/{number}")).text(".message")


def test_real_file_fits_a_small_page(
    editor: FlaskClient, page: Page, real_file: Path, reload: Any, query_counter: Any
) -> None:
    number = offer_number(editor, real_file.read_bytes(), "sars.csv")
    with query_counter() as queries:
        shown = page(editor.get(f"/imports/{number}"))
    # Who asks; the menu's count; the import; examples of its problems; the days of its
    # conflicts, their lines, and whether there are more; what was decided; its job; its outbreak.
    assert len(queries) == 10, "\n".join(queries)
    sum_line = "2,536 ready · 2 need a decision · 0 cannot be read = 2,538"
    assert shown.text("#sum") == sum_line
    assert (
        "96 warnings: counts fall in 79 rows (cases 70, recoveries 23, deaths 1) · "
        "deaths + recoveries above cases: 2 rows"
    ) in shown.text(".sums")
    assert "2,536 new · 0 changed · 0 the same" in shown.text(".sums")
    assert "Use Viet Nam" in shown.texts("button.primary")[1]
    all_of_them = [text for text in shown.texts("section.problem a") if text.startswith("Show all")]
    assert [text.partition(":")[0] for text in all_of_them] == ["Show all 70", "Show all 23"]
    assert len(gzip.compress(shown.response.data)) < 12 * 1024
    assert len(list(shown.tree.iter())) < 900
