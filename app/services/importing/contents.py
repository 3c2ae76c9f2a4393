"""What a file really is, told by its bytes, and the text inside it."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO, Literal

from app.services.importing.archives import (
    BLOCK,
    Reading,
    locked,
    open_zip,
    unpack_gzip,
    unpack_only_member,
)
from app.services.importing.report import ImportRefused
from app.services.importing.workbooks import is_workbook, unpack_workbook, write_sheet
from app.services.messages import Message

GZIP = b"\x1f\x8b"
# The second is how an archive without any file begins.
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_MOST_OLD_OFFICE = 200 << 20


@dataclass(frozen=True)
class Content:
    """The text of a file, unpacked; of an archive or workbook, which member of it."""

    handle: BinaryIO
    size: int
    kind: Literal["text", "gzip", "zip", "workbook"] = "text"
    member: str | None = None

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes from the beginning, in blocks; several may read at the same time."""
        if self.kind == "gzip":
            yield from unpack_gzip(self.handle, name, self.size)
            return
        reading = Reading(self.handle)
        yield from iter(lambda: reading.read(BLOCK), b"")


def is_packed(start: bytes) -> bool:
    """Tell whether a file that begins with these bytes unfolds to a larger one."""
    return start.startswith((GZIP, *ZIP, OLD_OFFICE))


def open_content(handle: BinaryIO, name: str, sheet: str | None, stack: ExitStack) -> Content:
    """Look into a file; its first bytes tell what it is, whatever its name says."""
    size = _size(handle)
    start = Reading(handle).read(8)
    if start.startswith(GZIP):
        return Content(handle, size, "gzip")
    if start == OLD_OFFICE:
        return _open_sheet(_old_workbook(handle, name, size, stack), name, sheet, stack)
    if not start.startswith(ZIP):
        return Content(handle, size)
    with open_zip(handle, name) as archive:
        if is_workbook(archive):
            workbook = unpack_workbook(archive, name, size, stack)
            return _open_sheet(workbook, name, sheet, stack)
        member, part = unpack_only_member(archive, name, size, stack)
    return _open_member(member, part, name, sheet, stack)


def _open_member(
    member: BinaryIO, part: str, name: str, sheet: str | None, stack: ExitStack
) -> Content:
    start = Reading(member).read(8)
    if start == OLD_OFFICE:
        return open_content(member, name, sheet, stack)
    if start.startswith(ZIP):
        with open_zip(member, name) as archive:
            if is_workbook(archive):
                return open_content(member, name, sheet, stack)
    if start.startswith((*ZIP, GZIP)):
        text = "%(name)s holds another archive, %(part)s. Unpack it first."
        raise ImportRefused(Message(text, name=name, part=part))
    return Content(member, _size(member), "zip", part)


def _open_sheet(workbook: BinaryIO, name: str, sheet: str | None, stack: ExitStack) -> Content:
    text, written = write_sheet(workbook, name, sheet, stack)
    return Content(text, _size(text), "workbook", written)


def _old_workbook(handle: BinaryIO, name: str, size: int, stack: ExitStack) -> BinaryIO:
    """Copy an old workbook, which the program that reads it needs as a file."""
    if size > _MOST_OLD_OFFICE:
        text = "%(name)s is too large a workbook. Save the sheet as CSV and import that."
        raise ImportRefused(Message(text, name=name))
    copy: BinaryIO = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    reading, rest = Reading(handle), b""
    while block := reading.read(1 << 20):
        if _LOCKED_OFFICE in rest + block:
            raise ImportRefused(locked(name))
        rest = block[-len(_LOCKED_OFFICE) :]
        copy.write(block)
    return copy


def _size(handle: BinaryIO) -> int:
    return handle.seek(0, 2)
