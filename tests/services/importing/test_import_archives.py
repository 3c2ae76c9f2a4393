"""Packed files: the one file in them is read, and nothing else is guessed."""

import gzip
import io
import struct
import zipfile

import pytest
from sqlalchemy.orm import Session

from app.services.importing import ImportRefused
from tests.support.imports import HEADING, import_now, stored
from tests.support.spreadsheets import xls, xlsx, zipped

FILE = (HEADING + "2003-03-17,Germany,1,2,3\n").encode()
STORED = {("Germany", "2003-03-17"): (1, 2, 3)}


@pytest.fixture
def engine_name() -> str:
    """One engine is enough: nothing here is the database's work."""
    return "sqlite"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(zipped({"sars.csv": FILE}), id="zip"),
        pytest.param(zipped({"data/": b"", "data/sars.csv": FILE}), id="in a folder"),
        pytest.param(
            zipped({"sars.csv": FILE, "__MACOSX/._sars.csv": b"\0", ".DS_Store": b"\0"}), id="mac"
        ),
        pytest.param(zipped({"../../etc/passwd": FILE}), id="name that climbs"),
        pytest.param(zipped({"sars.csv": FILE.decode().encode("utf-16")}), id="utf-16 in a zip"),
        pytest.param(zipped({"sars.xls": xls()}), id="old workbook in a zip"),
        pytest.param(
            zipped(
                {"sars.xlsx": xlsx({"Data": [line.split(",") for line in FILE.decode().split()]})}
            ),
            id="workbook in a zip",
        ),
    ],
)
def test_one_file_of_an_archive_is_read(session: Session, content: bytes) -> None:
    import_now(session, content)
    assert stored(session) == STORED


def test_encoding_and_delimiter_concern_the_file_inside(session: Session) -> None:
    inside = "date;country;cases;deaths\n2003-03-17;베트남;1;2\n".encode("cp949")
    import_now(session, zipped({"sars.csv": inside}), encoding="cp949", delimiter="semicolon")
    assert stored(session) == {("베트남", "2003-03-17"): (1, 2, None)}


def encrypted() -> bytes:
    """Set the flag that says a file of an archive is encrypted, in both of its places."""
    content = bytearray(zipped({"sars.csv": FILE}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(mark) + offset
        struct.pack_into("<H", content, place, 1)
    return bytes(content)


def by_lzma() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("sars.csv", FILE)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (zipped({}), "is empty"),
        (zipped({"a.csv": FILE, "b.csv": FILE}), "holds 2 files: 'a.csv', 'b.csv'"),
        (zipped({f"{number}.csv": b"" for number in range(50)}), "and others"),
        (zipped({"inner.zip": zipped({"sars.csv": FILE})}), "holds another archive, inner.zip"),
        (zipped({"sars.csv.gz": gzip.compress(FILE)}), "holds another archive, sars.csv.gz"),
        (gzip.compress(zipped({"sars.csv": FILE})), "a ZIP archive or an Excel workbook"),
        (zipped({"word/document.xml": "<x/>", "x.xml": "<x/>"}), "holds 2 files"),
        (encrypted(), "is locked with a password"),
        (by_lzma(), "is packed in an unusual way"),
        (zipped({"sars.csv": FILE})[:-30], "cut off or damaged"),
        (b"PK\x03\x04" + b"\0" * 500, "cut off or damaged"),
        (b"\x1f\x8b" + b"\0" * 500, "cut off or damaged"),
    ],
)
def test_archive_is_refused_in_words(session: Session, content: bytes, said: str) -> None:
    with pytest.raises(ImportRefused, match=said):
        import_now(session, content)
