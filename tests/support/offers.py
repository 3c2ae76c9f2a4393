"""A file offered in the browser, as a person does it."""

import io
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.imports import HEADING

# Lines 3 and 4 contradict each other, of which 4 fits Viet Nam; a cell of line 5 cannot be read.
ROWS = (
    "2003-04-11,Viet Nam,62,4,43\n"
    "2003-04-12,China,1309,60,1037\n"
    "2003-04-12,China,62,4,46\n"
    "2003-04-13,China,1320,60,x\n"
    "2003-04-14,Viet Nam,63,5,46\n"
)


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
