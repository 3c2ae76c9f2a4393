"""Spreadsheets as text: a sheet becomes CSV before anything else looks at it."""

import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from app.services.importing.archives import Meter, locked, read_member
from app.services.importing.questions import Choice, Question
from app.services.importing.report import ImportRefused, shorten
from app.services.messages import Message

# A full sheet of Excel, a million rows of five columns, has some 200 MiB unpacked.
MOST_UNPACKED = 400 << 20
MOST_SECONDS = 120
# What the program that reads it may use: so much, and so many times what the workbook unpacks to;
# a full sheet takes the most of it. What needs more is a small file that claims a large sheet.
LEAST_MEMORY = 160 << 20
MOST_MEMORY = 640 << 20
MEMORY_TIMES = 3

_WRITER = Path(__file__).with_name("sheet_writer.py")
_PARTS = re.compile(r"mimetype|.*\.(xml|rels|bin)", re.IGNORECASE)
_SHEETS = re.compile(r"xl/worksheets/.*\.xml", re.IGNORECASE)
# Read as a text, #N/A is told; read as an error, it would be a blank.
_ERROR_CELL = re.compile(rb'(<c\b[^<>]*\bt=)"e"')
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Tell whether an archive is a spreadsheet."""
    names = set(archive.namelist())
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return True
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return "mimetype" in names and archive.open("mimetype").read(100).startswith(kind)


def unpack_workbook(archive: zipfile.ZipFile, name: str, packed: int, stack: ExitStack) -> BinaryIO:
    """Copy the parts of a workbook that hold cells, counting what they really unpack to."""
    copy: BinaryIO = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    meter = Meter(name, packed, MOST_UNPACKED)
    parts = [part for part in archive.infolist() if _PARTS.fullmatch(part.filename)]
    meter.expect(sum(part.file_size for part in parts))
    with zipfile.ZipFile(copy, "w") as plain:
        for part in parts:
            with plain.open(part.filename, "w") as target:
                rest = b""
                for block in read_member(archive, part, meter):
                    # A tag is never cut in two.
                    whole, opening, tail = (rest + block).rpartition(b"<")
                    target.write(_harmless(whole, part.filename, name))
                    rest = opening + tail
                target.write(_harmless(rest, part.filename, name))
    return copy


def _harmless(data: bytes, part: str, name: str) -> bytes:
    if part.lower().endswith(".bin"):
        return data
    if _DECLARATION.search(data):
        text = "%(name)s declares entities, which no spreadsheet needs. Save the sheet as CSV."
        raise ImportRefused(Message(text, name=name))
    return _ERROR_CELL.sub(rb'\1"str"', data) if _SHEETS.fullmatch(part) else data


def write_sheet(
    workbook: BinaryIO, name: str, wanted: str | None, stack: ExitStack
) -> tuple[BinaryIO, str]:
    """Return a sheet as a CSV file and what it is called; ImportRefused asks which is meant."""
    output: BinaryIO = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    memory = min(LEAST_MEMORY + MEMORY_TIMES * workbook.seek(0, os.SEEK_END), MOST_MEMORY)
    workbook.seek(0)
    try:
        ended = subprocess.run(  # noqa: S603 - our own program, and nothing of the file is in it
            [sys.executable, "-P", str(_WRITER), str(memory), wanted or ""],
            stdin=workbook,
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=MOST_SECONDS,
            check=False,
        )
        answer = json.loads(ended.stderr.splitlines()[-1])
    except (subprocess.TimeoutExpired, IndexError, ValueError):
        # Ended by a limit before it could answer.
        answer = {"error": "large"}
    if "written" in answer:
        return output, answer["written"]
    raise _refusal(answer, name, wanted)


def _refusal(answer: dict[str, Any], name: str, wanted: str | None) -> ImportRefused:
    match answer.get("error"):
        case "locked":
            return ImportRefused(locked(name))
        case "large":
            text = "%(name)s is too large a workbook. Save the sheet as CSV and import that."
            return ImportRefused(Message(text, name=name))
        case "unreadable":
            text = "%(name)s cannot be read as a workbook (%(why)s). Save the sheet as CSV."
            return ImportRefused(Message(text, name=name, why=shorten(answer["why"])))
    sheets = answer["sheets"]
    if wanted is not None and not sheets:
        return _unknown_sheet(answer["names"], name, wanted)
    if not sheets:
        return ImportRefused(Message("%(name)s is empty.", name=name))
    choices = tuple(
        Choice(
            sheet["name"],
            Message("%(name)s (rows: %(rows)s)", name=sheet["name"], rows=f"{sheet['rows']:,}"),
            tuple(sheet["first"]),
        )
        for sheet in sheets
    )
    text = "%(name)s has several sheets: %(sheets)s. Say which one to import."
    listed = ", ".join(str(choice.label) for choice in choices[:20])
    return ImportRefused(Message(text, name=name, sheets=listed), Question("sheet", choices))


def _unknown_sheet(names: list[str], name: str, wanted: str) -> ImportRefused:
    text = "%(name)s has no sheet %(wanted)s with anything in it. Its sheets are %(sheets)s."
    shown = ", ".join(repr(each) for each in names[:20])
    choices = tuple(Choice(each, Message("%(name)s", name=each)) for each in names)
    message = Message(text, name=name, wanted=repr(shorten(wanted)), sheets=shown)
    return ImportRefused(message, Question("sheet", choices))
