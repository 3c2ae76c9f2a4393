"""The first page of an import: a file of any kind, in bounded memory, within the limit."""

import gc
import gzip
import io
import random
import tracemalloc
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.models import Import
from tests.support.imports import HEADING
from tests.support.offers import decide, offer, offer_number
from tests.support.spreadsheets import xlsx, zipped

Page = Any
ROWS = HEADING + "2003-04-11,Viet Nam,62,4,43\n"
PART = b"2003-04-11,Viet Nam,62,4,43\n" * 2000
FORM = "multipart/form-data"
BOUNDARY = "part"
BEGINNING = (
    f"--{BOUNDARY}\r\n"
    'Content-Disposition: form-data; name="files"; filename="large.csv"\r\n'
    "Content-Type: text/csv\r\n\r\n"
).encode() + HEADING.encode()
END = f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


class Body(io.RawIOBase):
    """A body that comes part by part and was never whole."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._rest = b""
        self.read_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._rest = self._rest or next(self._parts, b"")
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        self.read_bytes += len(part)
        return len(part)


def body(parts: int) -> tuple[Body, int]:
    """Return a form with one file of so many parts, and its length."""

    def pieces() -> Iterator[bytes]:
        yield BEGINNING
        for _ in range(parts):
            yield PART
        yield END

    return Body(pieces()), len(BEGINNING) + parts * len(PART) + len(END)


def send_body(client: FlaskClient, stream: Body, length: int | None) -> TestResponse:
    environ: dict[str, Any] = {
        "wsgi.input": io.BufferedReader(stream),
        "CONTENT_TYPE": f"{FORM}; boundary={BOUNDARY}",
    }
    if length is None:
        # As servers tell of a chunked body.
        environ |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    else:
        environ["CONTENT_LENGTH"] = str(length)
    return client.post("/imports/new", environ_overrides=environ)


def test_large_file_is_never_whole_in_memory(editor: FlaskClient, reload: Any) -> None:
    stream, length = body(parts=600)
    assert length > 32 << 20
    editor.get("/imports/new")
    tracemalloc.start()
    answer = send_body(editor, stream, length)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 303
    assert most < 8 << 20
    source = reload().scalars(select(Import)).one()
    assert (source.size, source.status) == (len(HEADING) + 600 * len(PART), "checking")


def test_packed_file_is_work_for_a_worker_whatever_its_name_says(
    editor: FlaskClient, reload: Any
) -> None:
    packed = gzip.compress(HEADING.encode() + random.Random(1).randbytes(700_000))
    number = offer_number(editor, packed, "counts.csv")
    assert reload().get_one(Import, number).status == "checking"


def test_file_over_the_limit_is_refused_before_it_is_read(
    app: Flask, editor: FlaskClient, page: Page
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1 << 20
    stream, length = body(parts=300)
    shown = page(send_body(editor, stream, length), 413)
    assert "At most 1 MB can be sent at once" in shown.text()
    assert "This was 16.1 MB." in shown.text()
    assert stream.read_bytes < 1 << 20


def test_body_of_untold_length_is_read_up_to_the_limit(
    app: Flask, editor: FlaskClient, page: Page, reload: Any
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1 << 20
    stream, _length = body(parts=300)
    with warnings.catch_warnings():
        # The parser leaves its file to the collector.
        warnings.simplefilter("ignore", ResourceWarning)
        shown = page(send_body(editor, stream, None), 413)
        gc.collect()
    assert "At most 1 MB can be sent at once" in shown.text()
    assert stream.read_bytes < 2 << 20
    assert reload().scalars(select(Import)).all() == []


def test_body_of_untold_length_within_the_limit_is_taken(editor: FlaskClient) -> None:
    stream, _length = body(parts=1)
    assert send_body(editor, stream, None).status_code == 303


def test_text_too_long_for_a_form_is_told(editor: FlaskClient, page: Page) -> None:
    long = {"text": "x" * (3 << 20)}
    answer = editor.post("/imports/new", data=long, content_type=FORM)
    # The client keeps what it sends in a file, and leaves it open.
    answer.request.environ["wsgi.input"].close()
    shown = page(answer, 413)
    assert "Text in a form can have at most 2 MB" in shown.text()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("counts.tsv", ROWS.replace(",", "\t").encode()),
        ("counts.csv", ROWS.replace(",", ";").encode()),
        ("counts.txt", ROWS.replace(",", "|").encode("utf-16")),
        ("counts.zip", zipped({"counts.csv": ROWS})),
        (
            "counts.xlsx",
            xlsx({"Counts": [HEADING.strip().split(","), ["2003-04-11", "Viet Nam", 62, 4, 43]]}),
        ),
    ],
)
def test_file_of_any_kind_is_read(
    editor: FlaskClient, page: Page, name: str, content: bytes
) -> None:
    number = offer_number(editor, content, name)
    sum_line = page(editor.get(f"/imports/{number}")).text("#sum")
    assert sum_line == "1 ready · 0 need a decision · 0 cannot be read = 1"


def test_sheet_is_asked_for_and_can_be_changed(editor: FlaskClient, page: Page) -> None:
    row = ["2003-04-11", "Viet Nam", 62, 4, 43]
    heading = HEADING.strip().split(",")
    both = xlsx({"April": [heading, row], "May": [heading, row, ["2003-05-01", *row[1:]]]})
    number = offer_number(editor, both, "counts.xlsx")
    asked = page(editor.get(f"/imports/{number}"))
    assert asked.text("legend") == "Which sheet?"
    assert asked.texts(".choice label") == ["April (rows: 2)", "May (rows: 3)"]
    decide(editor, number, **{"wish:sheet": "April", "do": "read"})
    shown = page(editor.get(f"/imports/{number}"))
    assert "1 ready" in shown.text("#sum")
    change = page(editor.get(shown.link("sheet “April”").partition("#")[0]))
    assert change.texts("#wish-sheet option") == ["ask again", "April", "May"]
    decide(editor, number, **{"wish:sheet": "May", "shown": '{"wish:sheet":"April"}', "do": "read"})
    assert "2 ready" in page(editor.get(f"/imports/{number}")).text("#sum")


def test_several_files_are_an_import_each(editor: FlaskClient, page: Page) -> None:
    files = [(io.BytesIO(ROWS.encode()), f"{name}.csv") for name in ("april", "may")]
    answer = editor.post("/imports/new", data={"files": files})
    assert answer.headers["Location"] == "/imports"
    shown = page(editor.get("/imports"))
    assert "2 files are here" in shown.text(".message")
    assert [row[0] for row in shown.rows()] == ["may.csv import 2", "april.csv import 1"]


def test_signed_out_upload_is_told_to_be_sent_again(client: FlaskClient, page: Page) -> None:
    answer = offer(client, ROWS)
    assert answer.headers["Location"] == "/sign-in?next=/imports/new"
    assert "Choose your file again" in page(client.get(answer.headers["Location"])).text(".message")
