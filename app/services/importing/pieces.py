"""An offered file in the database, in pieces: any web process or worker can read it again."""

import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.database import read_only
from app.models import Import, ImportPiece

PIECE = 256 * 1024
# Level 1 packs counts to a third at the speed of the disk; the best level takes ten times as long.
_LEVEL = 1


def keep_pieces(session: Session, import_id: int, stream: BinaryIO) -> Iterator[int]:
    """Store what a stream holds, and the file's size and SHA-256 at its end.

    Yields how many bytes are stored whenever that is a moment to commit: the pieces of a large
    file are many short transactions, so that nobody waits for the lock while it is read. Services
    never commit, hence the caller does.
    """
    digest = hashlib.sha256()
    size = number = 0
    while data := stream.read(PIECE):
        digest.update(data)
        size += len(data)
        packed = zlib.compress(data, _LEVEL)
        session.execute(
            insert(ImportPiece), {"import_id": import_id, "number": number, "data": packed}
        )
        number += 1
        yield size
    session.execute(
        update(Import).where(Import.id == import_id).values(sha256=digest.hexdigest(), size=size)
    )
    yield size


@contextmanager
def open_pieces(session: Session, import_id: int, most: int | None = None) -> Iterator[BinaryIO]:
    """Open an offered file, or at most so many of its pieces; it can be read more than once.

    The pieces are put together in a temporary file, read in a session of their own: the caller's
    must not have begun when a file is checked (see database.begin_unlocked).
    """
    with tempfile.TemporaryFile() as whole:
        with reading_beside(session) as reader:
            for data in islice(_pieces(reader, import_id), most):
                whole.write(zlib.decompress(data))
        whole.seek(0)
        yield whole


@contextmanager
def reading_beside(session: Session) -> Iterator[Session]:
    """Open a session on the same database that reads what is committed, and nothing else."""
    engine = session.get_bind().engine
    with Session(read_only(engine), expire_on_commit=False) as reader:
        yield reader


def _pieces(session: Session, import_id: int) -> Iterator[bytes]:
    number = 0
    while True:
        # One at a time: whole results of either driver stand in memory.
        data = session.scalar(
            select(ImportPiece.data).where(
                ImportPiece.import_id == import_id, ImportPiece.number == number
            )
        )
        if data is None:
            return
        yield data
        number += 1
