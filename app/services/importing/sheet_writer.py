"""Writes a sheet of a workbook as CSV: a program of its own, under limits that end it alone.

Workbooks are read by foreign code that builds the whole sheet in memory; what a hostile one makes
it do ends here and not in the server. The arguments are the bytes of memory it may use and the
sheet that is wanted or nothing. Standard input is the workbook, standard output the CSV, one line a
row and numbered as in the sheet. The last line of standard error is the answer as JSON: what sheets
there are, and which was written.
"""

import csv
import datetime as dt
import json
import resource
import sys
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
)
from python_calamine import SheetVisibleEnum as Visible

MOST_SECONDS = 60
MOST_OUTPUT = 1 << 30
MOST_SHEETS = 200
# Of a sheet's first row, so many cells of so many characters are told.
SHOWN_CELLS, SHOWN_LENGTH = 6, 40


def main() -> None:
    """Write the wanted sheet, or the only one that holds anything, and answer."""
    _limit(resource.RLIMIT_AS, int(sys.argv[1]))
    _limit(resource.RLIMIT_CPU, MOST_SECONDS)
    _limit(resource.RLIMIT_FSIZE, MOST_OUTPUT)
    _limit(resource.RLIMIT_CORE, 0)
    try:
        answer = convert(sys.argv[2])
        sys.stdout.flush()
    except PasswordError:
        answer = {"error": "locked"}
    except (MemoryError, OSError):
        answer = {"error": "large"}
    except CalamineError as error:
        answer = {"error": "unreadable", "why": str(error)[:200]}
    sys.stderr.write("\n" + json.dumps(answer))


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    # Whoever runs the server may allow less.
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def convert(wanted: str) -> dict[str, Any]:
    """Write the sheet that is wanted, or the only one that holds rows; tell what sheets hold."""
    workbook = CalamineWorkbook.from_path("/dev/fd/0")
    listed = [
        sheet
        for sheet in workbook.sheets_metadata[:MOST_SHEETS]
        if sheet.typ in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet)
    ]
    # What its author hid is not what its author sends, unless it is asked for or all there is.
    shown = [sheet for sheet in listed if sheet.visible is Visible.Visible] or listed
    if wanted:
        shown = [sheet for sheet in listed if sheet.name == wanted]
    found = [_describe(workbook, sheet.name) for sheet in shown]
    filled = [sheet for sheet in found if sheet["rows"]]
    if len(filled) != 1:
        return {"sheets": filled, "names": [sheet.name for sheet in listed]}
    name = filled[0]["name"]
    _write(workbook.get_sheet_by_name(name))
    return {"written": name}


def _describe(workbook: CalamineWorkbook, name: str) -> dict[str, Any]:
    rows = 0
    first: list[str] = []
    sheet = workbook.get_sheet_by_name(name)
    blank = [""] * sheet.width
    for row in sheet.iter_rows():
        if row != blank:
            rows += 1
            first = first or [text(cell)[:SHOWN_LENGTH] for cell in row[:SHOWN_CELLS]]
    return {"name": name, "rows": rows, "first": first}


def _write(sheet: CalamineSheet) -> None:
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    blank = [""] * sheet.width
    for row in sheet.iter_rows():
        # Lines are numbered as in the sheet, so a blank row is a blank line.
        writer.writerow([] if row == blank else map(text, row))


def text(cell: Any) -> str:
    """Return what a cell says as a CSV file would."""
    if isinstance(cell, str):
        return " ".join(cell.splitlines()) if not cell.isprintable() else cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ", "seconds").removesuffix(" 00:00:00")
    return str(cell)


if __name__ == "__main__":
    main()
