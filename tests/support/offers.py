"""A file offered in the browser, as a person does it."""

import io
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.imports import HEADING


def offer(client: FlaskClient, rows: str | bytes, name: str = "counts.csv") -> TestResponse:
    """Send the form of the first page; a text without heading gets one."""
    content = (HEADING + rows).encode() if isinstance(rows, str) else rows
    answer = client.post("/imports/new", data={"files": (io.BytesIO(content), name)})
    # The client keeps what it sends in a file, when it is large, and leaves it open.
    answer.request.environ["wsgi.input"].close()
    return answer


def offer_number(client: FlaskClient, rows: str | bytes, name: str = "counts.csv") -> int:
    """Offer a file and return its import's number."""
    answer = offer(client, rows, name)
    assert answer.status_code == 303, answer.text
    found = re.fullmatch(r"/imports/(\d+)", str(answer.headers["Location"]))
    assert found, answer.headers["Location"]
    return int(found[1])


def decide(client: FlaskClient, number: int, **fields: str) -> TestResponse:
    """Send the form of a check page; `do` is the button."""
    return client.post(f"/imports/{number}/decide", data=fields)
