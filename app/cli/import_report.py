"""The report of an import as text for a terminal."""

from collections.abc import Iterator

from app.services.importing import Report, RowLeftOut

# The lines that are printed; --json lists more and the counts tell of all.
MOST_ROWS = 100
MOST_LINES = 10

_WARNINGS = {
    "sum": "{count} with more deaths and recoveries than cases",
    "deaths": "{count} with more deaths than cases",
    "cases_fall": "{count} where cases fall below the country's report before",
    "deaths_fall": "{count} where deaths fall below the country's report before",
    "recoveries_fall": "{count} where recoveries fall below the country's report before",
    "future": "{count} with a date in the future",
    "ancient": "{count} with a date of more than a hundred years ago",
}


_UNMET = {
    ("row", "missing"): "the file has no row on line {key}",
    ("row", "changed"): "line {key} says something else than when it was decided",
    ("name", "missing"): "no row has the name {key}",
}
_STOPPED = {
    "asked": "Nothing was stored, because some rows cannot be: --on-problem abort.",
    "sums": (
        "Nothing was stored: new counts are added up only when every row is settled. Correct the "
        "rows, or leave them out with --decide."
    ),
}
_ONLY_IF_ANY = ("parts of a sum", "left out by decision")


def report_lines(report: Report, *, dry_run: bool) -> Iterator[str]:
    """Yield the report line by line: totals as a sum, rows left out, warnings, outcome."""
    yield _understood(report)
    outcomes = (
        ("added", report.added),
        ("changed", report.changed),
        ("the same", report.same),
        ("parts of a sum", report.summed),
        ("held for a decision", report.held),
        ("unreadable", report.unreadable),
        ("left out by decision", report.left_out),
    )
    for name, count in outcomes:
        if count or name not in _ONLY_IF_ANY:
            yield f"{count:>12,}  {name}"
    yield f"{report.read:>12,}  rows read"
    yield from _decided(report)
    yield from _left_out(report)
    yield from _warnings(report)
    if report.new_countries:
        yield ""
        yield f"New countries: {_some(report.new_countries, 40)}"
    yield ""
    yield _outcome(report, dry_run=dry_run)


def _understood(report: Report) -> str:
    how = report.understood
    if how["kind"] == "workbook":
        text = f"{plain(report.filename)}: sheet {plain(how['member'])}, "
    else:
        text = f"{plain(report.filename)}: {how['encoding']}, {how['delimiter']}, "
    text += f"dates as {how['date_format']}"
    if how["ignored"]:
        text += f"; columns not imported: {_some([plain(name) for name in how['ignored']], 20)}"
    return text


def _decided(report: Report) -> Iterator[str]:
    """Yield what was taken over from earlier imports, and what could not be carried out."""
    if report.recipe:
        wishes = (f"{name} {_value(value)}" for name, value in report.wishes.items())
        yield f"Settings as for import {report.recipe}: {plain(', '.join(wishes))}."
    settled: dict[int, list[str]] = {}
    for line, number in report.settled:
        settled.setdefault(number, []).append(str(line))
    for number, lines in settled.items():
        shown = _some(lines, MOST_LINES)
        yield f"Line{'s'[: len(lines) > 1]} {shown} as settled in import {number}."
    for name, country, number in report.settled_names:
        yield f"{_quote(name)} is {plain(country)} as settled in import {number}."
    for unmet in report.unmet[:MOST_ROWS]:
        yield f"Not carried out: {_UNMET[unmet.kind, unmet.why].format(key=plain(unmet.key))}."
    if len(report.unmet) > MOST_ROWS:
        yield f"Not carried out: {len(report.unmet) - MOST_ROWS:,} more decisions."


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{heading}={field}" for heading, field in value.items())
    return str(value)


def _left_out(report: Report) -> Iterator[str]:
    if not report.rows:
        return
    yield ""
    yield "Rows left out:"
    for row in report.rows[:MOST_ROWS]:
        yield from _row(row)
    rest = report.held + report.unreadable + report.left_out - min(len(report.rows), MOST_ROWS)
    if report.status != "refused" and rest > 0:
        yield f"  … and {rest:,} more"


def _row(row: RowLeftOut) -> Iterator[str]:
    for reason in row.reasons:
        parts = reason.as_dict()
        where = f"line {row.line}"
        if reason.column:
            where += f", {plain(reason.column)}"
        yield f"  {where}: {_quote(parts['value'] or '')}: {plain(parts['reason'] or '')}"
        if parts["suggestion"]:
            yield f"      {plain(parts['suggestion'])}"


def _warnings(report: Report) -> Iterator[str]:
    if not report.warnings:
        return
    yield ""
    yield "Stored, but look at them:" if report.status == "applied" else "Look at them:"
    for kind, found in report.warnings.items():
        count = found["count"]
        rows = "1 row" if count == 1 else f"{count:,} rows"
        lines = _some([str(line) for line in found["lines"]], MOST_LINES, count)
        yield f"  {_WARNINGS[kind].format(count=rows)}: line{'s'[: count != 1]} {lines}"


def _outcome(report: Report, *, dry_run: bool) -> str:
    if report.status == "refused":
        return _STOPPED[report.stopped or "asked"]
    if dry_run:
        return "Nothing was stored: this was a dry run."
    if report.changeset_id is None:
        return f"Nothing to store. This is import {report.import_id}."
    return f"Stored as import {report.import_id}, change {report.changeset_id}."


def _some(items: list[str], most: int, count: int | None = None) -> str:
    total = len(items) if count is None else count
    text = ", ".join(items[:most])
    return f"{text} and {total - most:,} more" if total > most else text


def _quote(text: str) -> str:
    return f"'{plain(text)}'"


def plain(text: str) -> str:
    """Show what a terminal would obey, and what would forge a line, as an escape."""
    return "".join(
        character if character.isprintable() else repr(character)[1:-1] for character in text
    )
