"""Where a file comes from: a path, standard input, an address or an upload."""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.services.importing.addresses import copy, fetch, without_secrets
from app.services.importing.contents import Content, open_content
from app.services.importing.report import ImportRefused
from app.services.messages import Message


@dataclass
class Source:
    """A file, whichever way it came; it can be read more than once, and by several readers."""

    name: str
    # Of the file as it arrived, be it packed or a workbook.
    size: int
    sha256: str
    content: Content

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes of its text from the beginning, in blocks."""
        return self.content.blocks(self.name)

    def place(self) -> int:
        """Say how many of its `size` bytes have been read, for a progress bar."""
        return self.content.handle.tell() * self.size // max(self.content.size, 1)


@contextmanager
def open_source(
    where: str | Path | BinaryIO, name: str | None = None, *, sheet: str | None = None
) -> Iterator[Source]:
    """Open a path, "-" for standard input, an http(s) address, or a binary file object.

    What cannot be read twice is first copied to a temporary file, so that a broken connection
    is noticed before anything is checked. `sheet` names the sheet of a workbook that is meant.
    Raises ImportRefused when there is nothing to read.
    """
    with ExitStack() as stack:
        handle, name = _open(where, name, stack)
        size, sha256 = _measure(handle)
        yield Source(name, size, sha256, open_content(handle, name, sheet, stack))


def _open(where: str | Path | BinaryIO, name: str | None, stack: ExitStack) -> tuple[BinaryIO, str]:
    if not isinstance(where, str | Path):
        name = name or "upload"
        return where if where.seekable() else copy(where, name, stack), name
    if str(where) == "-":
        name = name or "standard input"
        return copy(sys.stdin.buffer, name, stack), name
    if str(where).lower().startswith(("http://", "https://")):
        name = name or without_secrets(str(where))
        return fetch(str(where), name, stack), name
    return _open_path(Path(where), stack), name or Path(where).name


def _measure(handle: BinaryIO) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    handle.seek(0)
    while block := handle.read(1 << 20):
        digest.update(block)
        size += len(block)
    return size, digest.hexdigest()


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
        return handle if handle.seekable() else copy(handle, path.name, stack)
    raise ImportRefused(Message(text, path=str(path).replace("\0", "")))
