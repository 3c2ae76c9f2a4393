"""Workbooks written by hand, so that tests can also write what no spreadsheet program would."""

import base64
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
OPEN = "urn:oasis:names:tc:opendocument:xmlns"


class Day(NamedTuple):
    """A cell that is a number to the workbook and a day to people."""

    serial: float


class Error(NamedTuple):
    """A cell whose formula failed."""

    text: str


class Formula(NamedTuple):
    """A cell with a formula and the value it had when the workbook was saved."""

    formula: str
    value: float


Cell = str | int | float | bool | Day | Error | Formula | None
# A sheet: rows of cells, or its XML.
Sheet = Sequence[Sequence[Cell]] | str


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Pack files into a .zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def xlsx(
    sheets: Mapping[str, Sheet],
    *,
    hidden: Sequence[str] = (),
    from_1904: bool = False,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """Write an Excel workbook; the sheets named in `hidden` are."""
    listed, links, parts, files = "", "", "", {}
    for number, (name, rows) in enumerate(sheets.items(), start=1):
        state = ' state="hidden"' if name in hidden else ""
        listed += f'<sheet name={quoteattr(name)} sheetId="{number}"{state} r:id="rId{number}"/>'
        target = f"worksheets/sheet{number}.xml"
        links += f'<Relationship Id="rId{number}" Type="{LINKS}/worksheet" Target="{target}"/>'
        parts += f'<Override PartName="/xl/{target}" ContentType="{_kind("worksheet")}"/>'
        files[f"xl/{target}"] = rows if isinstance(rows, str) else sheet_xml(rows)
    parts += f'<Override PartName="/xl/workbook.xml" ContentType="{_kind("sheet.main")}"/>'
    links += f'<Relationship Id="rIdS" Type="{LINKS}/styles" Target="styles.xml"/>'
    epoch = '<workbookPr date1904="1"/>' if from_1904 else ""
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            f'relationships+xml"/>{parts}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{epoch}'
            f"<sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
            f"{links}</Relationships>",
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
            '<xf numFmtId="14"/></cellXfs></styleSheet>',
            **files,
            **(more or {}),
        }
    )


def _kind(part: str) -> str:
    return f"application/vnd.openxmlformats-officedocument.spreadsheetml.{part}+xml"


def sheet_xml(rows: Sequence[Sequence[Cell]]) -> str:
    """Write the XML of an Excel sheet; None leaves a cell out."""
    written = ""
    for number, row in enumerate(rows, start=1):
        cells = (
            _cell(f"{chr(65 + place)}{number}", cell)
            for place, cell in enumerate(row)
            if cell is not None
        )
        written += f'<row r="{number}">{"".join(cells)}</row>'
    return f'<worksheet xmlns="{MAIN}"><sheetData>{written}</sheetData></worksheet>'


def _cell(place: str, cell: Cell) -> str:
    match cell:
        case Day():
            return f'<c r="{place}" s="1"><v>{cell.serial}</v></c>'
        case Error():
            return f'<c r="{place}" t="e"><f>NA()</f><v>{cell.text}</v></c>'
        case Formula():
            return f'<c r="{place}"><f>{escape(cell.formula)}</f><v>{cell.value}</v></c>'
        case bool():
            return f'<c r="{place}" t="b"><v>{cell:d}</v></c>'
        case str():
            text = f'<is><t xml:space="preserve">{escape(cell)}</t></is>'
            return f'<c r="{place}" t="inlineStr">{text}</c>'
    return f'<c r="{place}"><v>{cell}</v></c>'


def ods(sheets: Mapping[str, str]) -> bytes:
    """Write an OpenDocument workbook from the XML of each sheet's rows."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>{rows}</table:table>"
        for name, rows in sheets.items()
    )
    return ods_of(ods_content(tables))


def ods_of(content: str) -> bytes:
    """Pack the content of an OpenDocument workbook."""
    manifest = f'<manifest:manifest xmlns:manifest="{OPEN}:manifest:1.0"/>'
    files = {"mimetype": ODS, "content.xml": content, "META-INF/manifest.xml": manifest}
    return zipped(files)


def ods_content(tables: str, *, declared: str = "") -> str:
    """Write the content of an OpenDocument workbook."""
    spaces = "".join(f' xmlns:{name}="{OPEN}:{name}:1.0"' for name in ("office", "table", "text"))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{declared}<office:document-content{spaces}>'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )


def ods_row(*cells: str | int, attributes: str = "") -> str:
    """Write a row of an OpenDocument sheet; texts that begin with a year are days."""
    written = ""
    for cell in cells:
        if isinstance(cell, int):
            written += f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
        elif cell[:2] == "20":
            written += f'<table:table-cell office:value-type="date" office:date-value="{cell}"/>'
        else:
            written += (
                '<table:table-cell office:value-type="string">'
                f"<text:p>{escape(cell)}</text:p></table:table-cell>"
            )
    return f"<table:table-row {attributes}>{written}</table:table-row>"


def xls() -> bytes:
    """Return an old Excel workbook: a heading, and Germany's 1, 2, 3 of 2003-03-17 as a day."""
    return zlib.decompress(base64.b85decode(_XLS))


_XLS = (
    "c-rk)O=uHA6#izj`6W%0n2N1XLcv;Vdk`;P+HFPcsik^RM9^(^!BUgRCJOPO)taLqcv8F+>cLCZi$AEKHxEKZ4}u^h"
    "dh{eHcxbb}dD$&#L})+@)&0V}c|S96US{6R?CzVTL}mU#R~1bdh7UD6j6j1<Pzk$29Avj`$+~rjitS-jAsnKG4EXW1"
    "?R8MDp<M4O6x>%|5(Pd{If1j7$mh)T24X+QpbHtp5K)2Kq=})Eqe?Q(Fx|rR9=CkPbc8k6m=00fia3rXZK8jllf}oB"
    "9=63G{XXJ8A6T;o9e5?P_|kPzZ|ldXHLai7WQJ}viUrVuj+r^rl5#ulAOe&KgW2q$VN{T!#a_U7I}LnuclC?3r{7q;"
    "0O^0M)dzp0578nv>u)G3Fbn$>Z;~>i=u@Rd#R0vjFJqLqbbvK5^rA^wk;$LS6|It=IK5yN$Y_{)@pOR_#4<Da^QJXz"
    "7C3vXtez`H<hjr1M10LT(Z>5HO4L9*^9kNXaSC+#?$@{DQ<K_B*39zVP`^QT$bezvvg|>fV{B2FQbg!yemB!A>~%Zy"
    "T})HdhU(tQ4u?53$8D~%wU@@(%Xp{lY~cHdFMm1wxV!vW+eQ51SoK0`@x3;W9=g#C>MwtD7!U*E)=h~gnp+F!wE4)i"
    "^Out+q{N-rZReV7$BNu*gap&NBxgsgN{TaAb;(DPZ&gxBQXS8t$@4`e!nz~^;|jMI>{-s-b8I7CdJgc|5vDQrIIJY`"
    "kSBSh;YN?Zg9i^DJb3Wn!NdOr;XHf$>MscV94Vh3gU)xI6)H9FGs!=TBgoUQNH3KKk)zr|sipkc3cqlDiFNjIzZXgz"
    "rO_?SV2b0IX*qxC-Apw8pLKVP|G6#H>iD%*;{40w{{-{(-5v"
)
