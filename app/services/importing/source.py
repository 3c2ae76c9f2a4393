"""Where a file comes from: a path, standard input, an address or an upload."""

import gzip
import hashlib
import math
import os
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.services.importing.report import ImportRefused
from app.services.messages import Message

BLOCK = 1 << 15
# A file from an address or packed in a .gz may be this long.
MOST_BYTES = 4 << 30
# An address must answer within, and have sent the whole file within.
ANSWER_SECONDS = 30
ADDRESS_SECONDS = 600

_TOO_LONG = "%(name)s is longer than %(most)s GiB. Import it in parts."


@dataclass
class Source:
    """A file on disk, whichever way it came there; it can be read more than once."""

    name: str
    handle: BinaryIO
    size: int
    sha256: str
    packed: bool = False

    def blocks(self) -> Iterator[bytes]:
        """Yield the file's bytes from its beginning, unpacked, in blocks."""
        self.handle.seek(0)
        if not self.packed:
            yield from iter(lambda: self.handle.read(BLOCK), b"")
            return
        total = 0
        try:
            with gzip.GzipFile(fileobj=self.handle) as unpacked:
                while block := unpacked.read(BLOCK):
                    total += len(block)
                    _refuse_too_long(self.name, total)
                    yield block
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            text = "%(name)s is cut off, or is no .gz file. Get a whole copy of it."
            raise ImportRefused(Message(text, name=self.name)) from error

    def place(self) -> int:
        """Say how many of the file's bytes have been read, for a progress bar."""
        return self.handle.tell()


@contextmanager
def open_source(where: str | Path | BinaryIO, name: str | None = None) -> Iterator[Source]:
    """Open a path, "-" for standard input, an http(s) address, or a binary file object.

    What cannot be read twice is first copied to a temporary file, so that a broken connection
    is noticed before anything is checked. Raises ImportRefused when there is nothing to read.
    """
    with ExitStack() as stack:
        if not isinstance(where, str | Path):
            handle, name = where, name or "upload"
            if not handle.seekable():
                handle = _copy(handle, name, stack)
        elif str(where) == "-":
            name = name or "standard input"
            handle = _copy(sys.stdin.buffer, name, stack)
        elif str(where).lower().startswith(("http://", "https://")):
            name = name or _without_secrets(str(where))
            handle = _fetch(str(where), name, stack)
        else:
            name = name or Path(where).name
            handle = _open_path(Path(where), stack)
        sha256 = _sha256(handle)
        size = handle.seek(0, os.SEEK_END)
        yield Source(name, handle, size, sha256, packed=name.lower().endswith(".gz"))


def _sha256(handle: BinaryIO) -> str:
    digest = hashlib.sha256()
    handle.seek(0)
    while block := handle.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _open_path(path: Path, stack: ExitStack) -> BinaryIO:
    try:
        handle = stack.enter_context(path.open("rb"))
    except FileNotFoundError:
        text = "There is no file %(path)s. Check the name."
    except IsADirectoryError:
        text = "%(path)s is a folder. Name one file in it."
    except PermissionError:
        text = "%(path)s may not be read. Change its permissions, or copy it."
    except (OSError, ValueError):
        text = "%(path)s cannot be opened. Check the name."
    else:
        # A pipe or a device can be read only once.
        return handle if handle.seekable() else _copy(handle, path.name, stack)
    raise ImportRefused(Message(text, path=str(path).replace("\0", "")))


def _copy(stream: BinaryIO, name: str, stack: ExitStack, *, deadline: float = math.inf) -> BinaryIO:
    copy = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    while block := stream.read(1 << 20):
        copy.write(block)
        _refuse_too_long(name, copy.tell())
        if time.monotonic() > deadline:
            raise TimeoutError(f"it took longer than {ADDRESS_SECONDS // 60} minutes")
    return copy


def _refuse_too_long(name: str, length: int) -> None:
    if length > MOST_BYTES:
        raise ImportRefused(Message(_TOO_LONG, name=name, most=MOST_BYTES >> 30))


def _fetch(address: str, name: str, stack: ExitStack) -> BinaryIO:
    # Built from its parts because the usual opener also follows redirects to ftp.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    try:
        answer = opener.open(address, timeout=ANSWER_SECONDS)
        if answer is None:
            raise urllib.error.URLError("it leads to no http address")
        stack.enter_context(answer)
        return _copy(answer, name, stack, deadline=time.monotonic() + ADDRESS_SECONDS)
    except urllib.error.HTTPError as error:
        why = f"it answers {error.code}"
    except (OSError, ValueError, urllib.error.URLError) as error:
        why = str(getattr(error, "reason", error)) or type(error).__name__
    text = "%(name)s cannot be fetched: %(why)s."
    raise ImportRefused(Message(text, name=name, why=why))


def _without_secrets(address: str) -> str:
    """Return the address without user, password and query, which may hold keys."""
    parts = urllib.parse.urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
