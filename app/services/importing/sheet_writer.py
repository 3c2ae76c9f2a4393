"""Writes a sheet of a workbook as CSV: a program of its own, under limits that end it alone.

Workbooks are read by foreign code that builds the whole sheet in memory; what a hostile one makes
it do ends here and not in the server. Standard input is the workbook, the only argument the sheet
that is wanted or nothing, standard output the CSV, one line a row and numbered as in the sheet. The
last line of standard error is the answer as JSON: what sheets there are, and which was written.
"""

import csv
import datetime as dt
import json
import resource
import sys
from collections.abc import Iterable
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum
from python_calamine import SheetVisibleEnum as Visible

MOST_MEMORY = 512 << 20
MOST_SECONDS = 60
MOST_OUTPUT = 1 << 30
MOST_SHEETS = 200
# Of a sheet's first row, so many cells of so many characters are told.
SHOWN_CELLS, SHOWN_LENGTH = 6, 40


def main() -> None:
    """Write the wanted sheet, or the only one that holds anything, and answer."""
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    try:
        answer = convert(sys.argv[1])
        sys.stdout.flush()
    except PasswordError:
        answer = {"error": "locked"}
    except (MemoryError, OSError):
        answer = {"error": "large"}
    except CalamineError as error:
        answer = {"error": "unreadable", "why": str(error)[:200]}
    sys.stderr.write("\n" + json.dumps(answer))


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
    _write(workbook.get_sheet_by_name(name).iter_rows())
    return {"written": name}


def _describe(workbook: CalamineWorkbook, name: str) -> dict[str, Any]:
    rows = 0
    first: list[str] = []
    for row in workbook.get_sheet_by_name(name).iter_rows():
        if any(cell != "" for cell in row):
            rows += 1
            first = first or [text(cell)[:SHOWN_LENGTH] for cell in row[:SHOWN_CELLS]]
    return {"name": name, "rows": rows, "first": first}


def _write(rows: Iterable[list[Any]]) -> None:
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for row in rows:
        cells = list(map(text, row))
        writer.writerow(cells if any(cells) else [])


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
