"""`flask import-csv`."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TextIO

import click
from flask.cli import with_appcontext

from app import db
from app.checking import check_what_changed
from app.cli.actors import shell_actor
from app.cli.import_report import report_lines
from app.cli.import_undo import undo_import
from app.cli.running import NOTHING_DONE, finish, in_words, stoppable
from app.services import directory
from app.services.importing import (
    FIELDS,
    IGNORED,
    THOUSANDS,
    DecisionFile,
    Decisions,
    ImportOptions,
    ImportRefused,
    Progress,
    Report,
    check_file,
    check_options,
    import_file,
    read_decision_file,
    read_options,
)
from app.services.rules import listing, wording


@dataclass(frozen=True)
class Task:
    """What the command is asked to import, and how."""

    file: str
    outbreak: str | None
    wishes: ImportOptions
    decisions: Decisions


STORED, SOME_LEFT_OUT = 0, 3
_NOTHING = ("read", "added", "changed", "same", "summed", "held", "unreadable", "left_out")


def _decided(file: TextIO | None) -> DecisionFile:
    if file is None:
        return DecisionFile()
    try:
        with file:
            return read_decision_file(file.read(), file.name)
    except UnicodeError as error:
        raise click.BadParameter(f"{file.name} is no UTF-8 text") from error
    except ImportRefused as error:
        raise click.BadParameter(str(error)) from error


def _columns(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    columns = {}
    for value in values:
        heading, equals, field = value.rpartition("=")
        if not equals or not heading or field not in (*FIELDS, IGNORED):
            known = ", ".join((*FIELDS, IGNORED))
            raise click.BadParameter(f"write HEADING=FIELD, with FIELD one of {known}")
        columns[heading] = field
    return columns


@click.command("import-csv")
@click.argument("file", required=False)
@click.option("--dry-run", is_flag=True, help="Report, and store nothing.")
@click.option(
    "--on-problem",
    type=click.Choice(["hold", "abort"]),
    help="Hold back the rows that cannot be stored (if not said), or store nothing at all.",
)
@click.option(
    "--outbreak", metavar="SLUG", help="The outbreak that is counted, if not the default."
)
@click.option("--date-format", metavar="F", help="How dates are written, such as dd/mm/yyyy.")
@click.option(
    "--map",
    "columns",
    metavar="HEADING=FIELD",
    multiple=True,
    callback=_columns,
    help="Which column is the date, country, cases, deaths or recoveries; or ignore.",
)
@click.option("--encoding", metavar="E", help="The encoding, such as cp1252, if not UTF-8.")
@click.option(
    "--delimiter", metavar="D", help="What stands between cells, such as semicolon or tab."
)
@click.option(
    "--heading-line",
    type=click.IntRange(1),
    metavar="N",
    help="The line of the heading, if not the first that names columns.",
)
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook, if several hold rows.")
@click.option(
    "--thousands",
    type=click.Choice(list(THOUSANDS)),
    help="What separates thousands, where the file leaves that open.",
)
@click.option(
    "--decide",
    "decisions",
    type=click.File(encoding="utf-8"),
    callback=lambda *given: _decided(given[2]),
    help="What was decided about lines, names and problems: a JSON file (docs/importing.md).",
)
@click.option(
    "--sum-parts",
    "parts",
    flag_value="sum",
    help="Add up rows of one country and day that are parts of it, such as provinces.",
)
@click.option(
    "--new-counts",
    "counting",
    flag_value="new",
    help="The file tells what is new each day: add it up to totals.",
)
@click.option(
    "--take",
    "existing",
    type=click.Choice(["file", "register"]),
    help="Whose counts stand where the register says something else; the file's if not said.",
)
@click.option(
    "--afresh",
    is_flag=True,
    help="Take over no settings from the last file with the same heading row.",
)
@click.option("--undo", type=int, metavar="N", help="Undo import N; no FILE then.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@with_appcontext
def import_csv(
    file: str | None,
    *,
    dry_run: bool,
    outbreak: str | None,
    undo: int | None,
    afresh: bool,
    decisions: DecisionFile,
    as_json: bool,
    **options: Any,
) -> None:
    """Import the rows of FILE: a path, - for standard input, or an http(s) address.

    It may be a CSV file, also as .gz or .zip, or a workbook (.xlsx, .xls, .ods). What is not said
    is as it was for the last file with the same heading row, else found out.

    Exits with 0 when all rows are stored, 3 when some are left out, 1 when nothing is stored and
    2 when the command is not understood; with --undo, 3 when records that people changed since
    are kept.
    """
    if (file is None) == (undo is None):
        raise click.UsageError("Name a FILE to import, or with --undo an import to undo.")
    if file is None:
        code = undo_import(undo or 0, dry_run=dry_run, as_json=as_json)
    else:
        asked = {name: value for name, value in options.items() if value not in (None, {})}
        wishes = _wishes({**decisions.options, **asked}, as_before=not afresh)
        task = Task(file, outbreak, wishes, decisions.decisions)
        code = _import(task, dry_run=dry_run, as_json=as_json)
    click.get_current_context().exit(code)


def _wishes(options: dict[str, Any], *, as_before: bool) -> ImportOptions:
    try:
        wishes = read_options(options)
        check_options(wishes)
    except ImportRefused as error:
        raise click.UsageError(str(error)) from error
    return replace(wishes, said=frozenset(options) if as_before else None)


def _import(task: Task, *, dry_run: bool, as_json: bool) -> int:
    """Import a file, or check it only, show the report, and return the command's exit code."""
    with (
        in_words("Nothing was stored.", dict.fromkeys(_NOTHING, 0), as_json=as_json),
        stoppable(),
        _progress(quiet=as_json) as progress,
    ):
        outbreak_id = _outbreak_id(task.outbreak)
        session = db.session()
        told = (task.wishes, task.decisions)
        if dry_run:
            report = check_file(session, task.file, outbreak_id, *told, progress=progress)
            report.foretell()
        else:
            actor = shell_actor()
            report = import_file(session, task.file, outbreak_id, actor, *told, progress=progress)
        finish(session.rollback if dry_run else session.commit)
        if not dry_run:
            check_what_changed(session)
        changeset_id = None if dry_run else report.changeset_id
        made = listing.count_made(session, changeset_id) if changeset_id else {}
    _show(report, made, dry_run=dry_run, as_json=as_json)
    return _exit_code(report)


def _outbreak_id(slug: str | None) -> int:
    session = db.session()
    outbreak = (
        directory.get_outbreak(session, slug) if slug else directory.outbreak_to_fill(session)
    )
    if outbreak is None:
        raise click.UsageError(f"There is no outbreak {slug!r}.")
    outbreak_id = outbreak.id
    # The import begins afresh, without the write lock.
    session.commit()
    return outbreak_id


def _show(report: Report, made: dict[str, int], *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        told = {**report.as_dict(), "findings": made, "dry_run": dry_run}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for line in report_lines(report, dry_run=dry_run):
        click.echo(line)
    if made:
        each = ", ".join(f"{count:,} × {wording.rule_title(rule)}" for rule, count in made.items())
        click.echo(f"Findings made: {sum(made.values()):,} ({each}).")


def _exit_code(report: Report) -> int:
    if report.status == "refused" or (report.read and not report.stored):
        return NOTHING_DONE
    return SOME_LEFT_OUT if report.held or report.unreadable else STORED


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress | None]:
    """Show a bar while the file is read, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label="Reading", file=sys.stderr, width=0) as bar:

        def show(done: int, size: int) -> None:
            bar.length = max(size, 1)
            bar.update(done - bar.pos)
            if done == size:
                bar.label = "Storing"

        yield show
