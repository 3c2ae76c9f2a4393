"""Answers that are read from the database while they are sent, whatever they list."""

from collections.abc import Callable, Iterable, Iterator

from flask import Response, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import db
from app.database import read_only

Read = Callable[[Session], Iterator[bytes]]

# What a page says above its list has no place in a file: this header says it.
LEFT_OUT = "Casebook-Warning"


def stream(
    read: Read, content_type: str, *, left_out: Iterable[str] = (), name: str = ""
) -> Response:
    """Answer with all that is read, of one state of the register, in constant memory.

    `left_out` says what of the address was not understood; `name` makes it a file to be kept.
    """
    engine = read_only(db.engine, steady=True)
    db.session.remove()
    body = () if request.method == "HEAD" else _read_and_send(engine, read)
    answer = Response(body, content_type=content_type)
    for text in left_out:
        answer.headers.add(LEFT_OUT, text.encode("ascii", "backslashreplace").decode())
    if name:
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _read_and_send(engine: Engine, read: Read) -> Iterator[bytes]:
    # The request and its session are over when this runs. An error here must not be caught: the
    # server then ends the connection before the body is whole, which the receiver sees.
    with Session(engine) as session:
        yield from read(session)
