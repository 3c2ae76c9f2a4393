""".gz and .zip: unpacked block by block, and given up as soon as they hold too much."""

import gzip
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO

from app.services.importing.report import ImportRefused, shorten
from app.services.messages import Message

BLOCK = 1 << 15
# A file that was packed, or comes from an address, may be this long.
MOST_BYTES = 4 << 30
# Counts pack to a tenth or twentieth. What packs to less than this is made to fill a disk.
MOST_TIMES = 200
_SUSPICIOUS_FROM = 64 << 20
_MOST_MEMBERS = 2000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
# What the standard library raises for bytes that make no sense.
_FAULTS = (EOFError, zlib.error, ValueError, struct.error, NotImplementedError, RuntimeError)
# What the Mac's and Windows' own programs put beside the files.
_BESIDE = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class Meter:
    """Counts what a file unpacks to; ImportRefused when it is more than any register."""

    def __init__(self, name: str, packed: int, most: int = MOST_BYTES) -> None:
        self.name = name
        self.total = 0
        self._packed = packed
        self._most = most

    def count(self, length: int) -> None:
        """Count some bytes that were unpacked."""
        self.total += length
        self.expect(self.total)

    def expect(self, total: int) -> None:
        """Refuse a file that holds, or says that it holds, too many bytes."""
        if total > self._most:
            text = "%(name)s is longer than %(most)s MiB. Import it in parts."
            raise ImportRefused(Message(text, name=self.name, most=f"{self._most >> 20:,}"))
        if total > _SUSPICIOUS_FROM and total > MOST_TIMES * self._packed:
            text = (
                "%(name)s unpacks to more than %(times)s times its size, as no file of counts does."
            )
            raise ImportRefused(Message(text, name=self.name, times=MOST_TIMES))


class Reading:
    """Reads a file from its beginning, wherever others who read it are."""

    def __init__(self, handle: BinaryIO) -> None:
        self._handle = handle
        self._place = 0

    def read(self, length: int = -1) -> bytes:
        """Return the next bytes."""
        self._handle.seek(self._place)
        data = self._handle.read(length)
        self._place += len(data)
        return data

    def seek(self, place: int) -> None:
        """Read on from a place."""
        self._place = place


def unpack_gzip(handle: BinaryIO, name: str, size: int) -> Iterator[bytes]:
    """Yield what a .gz holds, in blocks."""
    meter = Meter(name, size)
    try:
        with gzip.GzipFile(mode="rb", fileobj=Reading(handle)) as unpacked:
            while block := unpacked.read(BLOCK):
                meter.count(len(block))
                yield block
    except (gzip.BadGzipFile, *_FAULTS) as error:
        raise _broken(name) from error


@contextmanager
def open_zip(handle: BinaryIO, name: str) -> Iterator[zipfile.ZipFile]:
    """Open a .zip archive; ImportRefused when it is broken or holds thousands of files."""
    _refuse_many_members(handle, name)
    try:
        with zipfile.ZipFile(handle) as archive:
            yield archive
    except (*_FAULTS, zipfile.BadZipFile) as error:
        raise _broken(name) from error


def _refuse_many_members(handle: BinaryIO, name: str) -> None:
    # Counted by the marks of its list, before that list is taken into memory.
    reading, marks, rest = Reading(handle), 0, b""
    while block := reading.read(1 << 20):
        marks += (rest + block).count(b"PK\x01\x02")
        rest = block[-3:]
    if marks > _MOST_MEMBERS:
        text = "%(name)s holds more than %(most)s files. Import them one by one."
        raise ImportRefused(Message(text, name=name, most=f"{_MOST_MEMBERS:,}"))


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, meter: Meter) -> Iterator[bytes]:
    """Yield the bytes of one file of an archive, counting what it really unpacks to."""
    if member.flag_bits & _ENCRYPTED:
        raise ImportRefused(locked(meter.name))
    if member.compress_type not in _METHODS:
        text = "%(name)s is packed in an unusual way. Pack it as an ordinary .zip."
        raise ImportRefused(Message(text, name=meter.name))
    with archive.open(member) as unpacked:
        while block := unpacked.read(BLOCK):
            meter.count(len(block))
            yield block


def only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """Return the one file of an archive; ImportRefused names them when there are several."""
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir()
        and not member.filename.startswith(_BESIDE[0])
        and member.filename.rpartition("/")[2] not in _BESIDE
    ]
    if len(members) == 1:
        return members[0]
    if not members:
        raise ImportRefused(Message("%(name)s is empty.", name=name))
    text = "%(name)s holds %(count)s files: %(files)s. Import them one by one."
    files = ", ".join(repr(shorten(member.filename)) for member in members[:10])
    if len(members) > 10:
        files += " and others"
    raise ImportRefused(Message(text, name=name, count=len(members), files=files))


def unpack_only_member(
    archive: zipfile.ZipFile, name: str, packed: int, stack: ExitStack
) -> tuple[BinaryIO, str]:
    """Copy the one file of an archive to a temporary file; return that and the file's name."""
    member = only_member(archive, name)
    meter = Meter(name, packed)
    meter.expect(member.file_size)
    copy: BinaryIO = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    for block in read_member(archive, member, meter):
        copy.write(block)
    return copy, member.filename.rpartition("/")[2]


def _broken(name: str) -> ImportRefused:
    text = "%(name)s is cut off or damaged. Get a whole copy of it."
    return ImportRefused(Message(text, name=name))


def locked(name: str) -> Message:
    """Say that a file is encrypted."""
    return Message("%(name)s is locked with a password. Save it without one.", name=name)
