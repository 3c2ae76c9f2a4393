"""What an import says, in words: problems, sums, sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext, ngettext

from app.models import METRICS, Import, ImportRow

_ = lazy_gettext

STATUSES = {
    "receiving": _("not received whole"),
    "checking": _("being checked"),
    "checked": _("waits for you"),
    "applying": _("being imported"),
    "applied": _("imported"),
    "refused": _("nothing stored"),
    "discarded": _("put away"),
    "expired": _("forgotten"),
}
PROBLEMS = {
    "broken": _("Lines that cannot be taken apart into cells"),
    "width": _("Rows with more or fewer cells than the heading"),
    "date": _("Dates that cannot be read"),
    "name": _("Rows without a country’s name"),
    "number": _("Counts that cannot be read"),
    "conflict": _("Two rows for one country and day"),
    "near_name": _("Names that come close to a known country’s"),
    "part": _("Rows that are parts of a country"),
    "exists": _("Records that say something else"),
    "left_out": _("Rows left out by decision"),
    "changed": _("Records that will change"),
    "cases_fall": _("Cases fall from one report to the next"),
    "deaths_fall": _("Deaths fall from one report to the next"),
    "recoveries_fall": _("Recoveries fall from one report to the next"),
    "sum": _("Deaths and recoveries together exceed cases"),
    "deaths": _("Deaths exceed cases"),
    "future": _("The day is in the future"),
    "ancient": _("The day is more than a hundred years ago"),
}
OUTCOMES = {
    "added": _("Added"),
    "changed": _("Changed"),
    "same": _("The same as in the register"),
    "summed": _("Added up to another row"),
    "held": _("Held for a decision"),
    "unreadable": _("Cannot be read"),
    "left_out": _("Left out by decision"),
    "read": _("Rows read"),
}
QUESTIONS = {
    "date_format": _("How are the dates written?"),
    "columns": _("Which column is what?"),
    "encoding": _("In which of these do the names look right?"),
    "sheet": _("Which sheet?"),
    "delimiter": _("What stands between the cells?"),
    "counting": _("What do the counts tell?"),
}
FIELDS = {
    "date": _("Date"),
    "country": _("Country"),
    "cases": _("Cases"),
    "deaths": _("Deaths"),
    "recoveries": _("Recoveries"),
}
DELIMITERS = {
    "comma": _("commas"),
    "semicolon": _("semicolons"),
    "tab": _("tabs"),
    "pipe": _("pipes"),
}
# How a thousand is written with each sign.
NUMBERS = {"comma": "1,234", "dot": "1.234", "blank": "1 234", "apostrophe": "1’234"}
COUNTINGS = {
    "cumulative": _("totals so far"),
    "new": _("new counts, added up"),
    "daily": _("what is new each day"),
}
FALLS = tuple(f"{metric}_fall" for metric in METRICS)


@dataclass(frozen=True)
class Guess:
    """Something that was found out about the file, and the option that says otherwise."""

    option: str
    text: str


def ready(offer: Import) -> int:
    """Return how many rows of a checked file would be, or are, settled in the register."""
    return offer.added + offer.changed + offer.same + offer.summed


def waiting(offer: Import) -> int:
    """Return how many rows are kept out until somebody decides or mends them."""
    return offer.held + offer.unreadable


def outcomes(offer: Import) -> dict[str, int]:
    """Return how many rows have each outcome."""
    return {name: getattr(offer, name) for name in OUTCOMES}


def problem_name(problem: str) -> str:
    """Return what a problem is called."""
    known = PROBLEMS.get(problem)
    return str(known) if known else problem.replace("_", " ").capitalize()


def field_name(name: str) -> str:
    """Return what a field, or the whole text of a line, is called."""
    known = FIELDS.get(name)
    return str(known) if known else gettext("Text")


def matter_heading(outcome: str) -> str:
    """Return what stands above what is said of each row."""
    known = {"changed": gettext("What changes"), "left_out": gettext("Why")}
    return str(known.get(outcome) or gettext("What is the matter"))


def matter(row: ImportRow) -> str:
    """Say what is odd about a row that could be read: "2 + 6 > 7"."""
    if row.outcome != "warning":
        return ""
    if row.problem == "sum":
        return f"{row.deaths or 0:,} + {row.recoveries or 0:,} > {row.cases or 0:,}"
    if row.problem == "deaths":
        return f"{row.deaths or 0:,} > {row.cases or 0:,}"
    known = {
        "future": gettext("This day has not come yet."),
        "ancient": gettext("This is more than a hundred years ago."),
    }
    return str(known.get(row.problem, ""))


def has_grounds(row: ImportRow) -> bool:
    """Tell whether a contradicting line says more than that it contradicts."""
    return bool(row.candidates)


def remembered(offer: Import) -> list[tuple[int, list[int]]]:
    """Return the lines that are settled as they were in earlier imports, by import."""
    found: dict[int, list[int]] = {}
    for line, number in offer.options.get("settled") or ():
        found.setdefault(number, []).append(line)
    return sorted(found.items())


def sum_parts(offer: Import) -> list[tuple[str, int]]:
    """Return the outcomes of a checked file, which add up to the rows read."""
    parts = [
        (gettext("ready"), ready(offer)),
        (ngettext("needs a decision", "need a decision", offer.held), offer.held),
        (gettext("cannot be read"), offer.unreadable),
    ]
    return [*parts, (gettext("left out"), offer.left_out)] if offer.left_out else parts


def guesses(offer: Import) -> list[Guess]:
    """Say how the file was read, each guess with the option that corrects it."""
    understood, found = offer.options, []
    if understood.get("kind") == "workbook":
        text = gettext("sheet “%(sheet)s”", sheet=understood.get("member"))
        found.append(Guess("sheet", text))
    elif understood.get("encoding"):
        found.append(Guess("encoding", str(understood["encoding"])))
    delimiter = understood.get("delimiter")
    if delimiter:
        found.append(Guess("delimiter", str(DELIMITERS.get(delimiter, repr(delimiter)))))
    text = gettext("heading in line %(line)s", line=understood.get("heading_line", 1))
    found.append(Guess("heading_line", text))
    if understood.get("date_format"):
        example = date_example(str(understood["date_format"]))
        found.append(Guess("date_format", gettext("dates as %(example)s", example=example)))
    marks = sorted(set((understood.get("thousands") or {}).values()) & set(NUMBERS))
    for example in [NUMBERS[mark] for mark in marks] or ["1234"]:
        found.append(Guess("thousands", gettext("numbers as %(example)s", example=example)))
    found.append(Guess("columns", _columns(understood)))
    found.append(Guess("counting", str(COUNTINGS[_counting(offer)])))
    return found


def _columns(understood: Mapping[str, Any]) -> str:
    read, ignored = len(understood.get("columns") or ()), len(understood.get("ignored") or ())
    text = str(ngettext("%(num)s column", "%(num)s columns", read))
    return f"{text}, {gettext('ignored: %(number)s', number=ignored)}" if ignored else text


def _counting(offer: Import) -> str:
    if offer.outbreak.counting == "daily":
        return "daily"
    told = offer.wishes.get("counting") or offer.options.get("counting")
    return "new" if told == "new" else "cumulative"


def date_example(name: str) -> str:
    """Write a day in a date format: 17/03/2003 for dd/mm/yyyy."""
    for part, text in (("yyyy", "2003"), ("yy", "03"), ("mm", "03"), ("dd", "17")):
        name = name.replace(part, text)
    return name


def warnings_line(offer: Import, fallen_rows: int) -> str:
    """Say what looks odd: "96 warnings: counts fall in 79 rows (cases 70, recoveries 23)"."""
    counts = {kind: found.get("count", 0) for kind, found in offer.warnings.items()}
    total = sum(counts.values())
    if not total:
        return ""
    parts = []
    fallen = [kind for kind in FALLS if counts.get(kind)]
    if fallen:
        each = ", ".join(
            f"{FIELDS[kind.removesuffix('_fall')].lower()} {counts.pop(kind):,}"
            for kind in sorted(fallen, key=lambda kind: -counts[kind])
        )
        text = ngettext(
            "counts fall in %(num)s row (%(each)s)",
            "counts fall in %(num)s rows (%(each)s)",
            fallen_rows,
            each=each,
        )
        parts.append(text)
    for kind, count in counts.items():
        rows = ngettext("%(num)s row", "%(num)s rows", count)
        parts.append(f"{_in_line(kind)}: {rows}")
    head = ngettext("%(num)s warning", "%(num)s warnings", total)
    return f"{head}: {' · '.join(parts)}"


def _in_line(kind: str) -> str:
    known = {
        "sum": gettext("deaths + recoveries above cases"),
        "deaths": gettext("deaths above cases"),
        "future": gettext("day in the future"),
        "ancient": gettext("day a hundred years ago"),
    }
    return known.get(kind, problem_name(kind))


def import_button(offer: Import) -> str:
    """Say what the button does: "Import 2,538 rows", "Import the 2,536 settled rows"."""
    number = ready(offer)
    if waiting(offer) or offer.left_out:
        text = ngettext("Import the %(num)s settled row", "Import the %(num)s settled rows", number)
    else:
        text = ngettext("Import %(num)s row", "Import %(num)s rows", number)
    return text.replace(str(number), f"{number:,}", 1)
