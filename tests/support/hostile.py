"""Files that nobody means well with, made when they are needed; each as one function."""

import gzip
import io
import struct
import zipfile
from collections.abc import Iterator

from tests.support.imports import HEADING
from tests.support.spreadsheets import (
    LINKS,
    MAIN,
    ods,
    ods_content,
    ods_of,
    ods_row,
    sheet_xml,
    xlsx,
    zipped,
)

FIELDS = HEADING.strip().split(",")
ROW = "2003-03-17,Germany,1,2,3\n"
LARGE = 70 << 20
# Ten to the power of nine laughs.
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY lol0 "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY lol9 SYSTEM "file:///etc/passwd">]>'


def zip_bomb() -> bytes:
    """Return a small archive of 70 MiB of zeros."""
    return zipped({"sars.csv": b"\0" * LARGE})


def gzip_bomb() -> bytes:
    """Return the same as a .gz."""
    return gzip.compress(b"\0" * LARGE)


def lying_zip(size: int) -> bytes:
    """Return an archive that says its file unpacks to another size than it does."""
    content = bytearray(zipped({"sars.csv": (HEADING + ROW * 1000).encode()}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.index(mark) + offset, size)
    return bytes(content)


def nested_zips() -> bytes:
    """Return an archive in an archive, twenty deep."""
    content = (HEADING + ROW).encode()
    for _ in range(20):
        content = zipped({"inner.zip": content})
    return content


def zip_of_many() -> bytes:
    """Return an archive of three thousand files."""
    return zipped({f"{number}.csv": b"" for number in range(3000)})


def zip_of_overlapping() -> bytes:
    """Return an archive whose entries all lead to the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.csv", b"\0" * (1 << 20))
        for number in range(1, 500):
            info = zipfile.ZipInfo(f"{number}.csv")
            first = archive.filelist[0]
            info.header_offset, info.CRC = first.header_offset, first.CRC
            info.compress_size, info.file_size = first.compress_size, first.file_size
            archive.filelist.append(info)
    return buffer.getvalue()


def _with_heading(rows: str) -> str:
    heading = sheet_xml([FIELDS]).partition("<sheetData>")[2].partition("</sheetData>")[0]
    return f'<worksheet xmlns="{MAIN}"><sheetData>{heading}{rows}</sheetData></worksheet>'


def xlsx_with_cell(place: str) -> bytes:
    """Return a workbook with a heading and one more cell."""
    row = "".join(filter(str.isdigit, place))
    cell = f'<row r="{row}"><c r="{place}"><v>1</v></c></row>'
    return xlsx({"Data": _with_heading(cell)})


def xlsx_laughing(declared: str) -> bytes:
    """Return a workbook that declares entities and uses one."""
    cell = '<row r="2"><c r="A2" t="inlineStr"><is><t>&lol9;</t></is></c></row>'
    return xlsx({"Data": declared + _with_heading(cell)})


def ods_laughing() -> bytes:
    """Return the same as an OpenDocument workbook."""
    rows = ods_row(*FIELDS).replace("date<", "&lol9;<")
    return ods_of(ods_content(f'<table:table table:name="D">{rows}</table:table>', declared=LAUGHS))


def ods_repeating(rows: int, columns: int) -> bytes:
    """Return a workbook of one cell that says it stands there many times."""
    cell = (
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell office:value="1" '
        f'office:value-type="float" table:number-columns-repeated="{columns}"/></table:table-row>'
    )
    return ods({"Data": ods_row(*FIELDS) + cell})


def xlsx_with_padding() -> bytes:
    """Return a workbook with 70 MiB of blanks in a part that nobody needs."""
    return xlsx({"Data": [FIELDS]}, more={"xl/theme/theme1.xml": b" " * LARGE})


def xlsx_of_one_long_text() -> bytes:
    """Return a workbook in which two hundred thousand cells are one text of 30,000 letters."""
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(2, 200_000)
    )
    strings = f'<sst xmlns="{MAIN}"><si><t>{"x" * 30_000}</t></si></sst>'
    plain = xlsx({"Data": _with_heading(cells)}, more={"xl/sharedStrings.xml": strings})
    link = f'<Relationship Id="rIdT" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    links = "xl/_rels/workbook.xml.rels"
    files[links] = files[links].replace(b"</Rel", link.encode() + b"</Rel")
    return zipped(files)


def cut_off(content: bytes) -> Iterator[bytes]:
    """Yield a file cut off at some hundred places."""
    step = max(len(content) // 100, 1)
    yield from (content[:length] for length in range(0, len(content), step))
