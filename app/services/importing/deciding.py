"""What people decide about a file: about a line, a name, or all lines of one problem."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from app.models.names import fold_country
from app.services.importing.options import FIELDS
from app.services.importing.report import ImportRefused, Problem
from app.services.messages import Message

# What can be done with all lines of a problem: wait for a decision on each, leave them out, of
# lines of one key keep the first or the last, use the country that fits.
GroupChoice = Literal["hold", "leave_out", "first", "last", "suggestion"]
GROUP_CHOICES: tuple[GroupChoice, ...] = get_args(GroupChoice)
# What a line does where the register says something else.
ExistingChoice = Literal["file", "register"]

_PARTS = ("rows", "names", "problems", "options")
_OF_ROW = (*FIELDS, "leave_out", "existing", "fingerprint")
# All but what somebody decided about a single line.
_PROBLEMS = tuple(problem for problem in get_args(Problem) if problem != "decided")
_OF_ANY: tuple[GroupChoice, ...] = ("hold", "leave_out")


@dataclass(frozen=True)
class RowDecision:
    """What becomes of one line: left out, read with other cells, or who is right about it."""

    leave_out: bool = False
    # Field -> what stands there instead, as if the file said so.
    cells: Mapping[str, str] = field(default_factory=dict)
    existing: ExistingChoice | None = None
    # Names what the line said when it was decided; a line that says something else is as it is.
    fingerprint: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as decisions are exported: {"leave_out": true}, {"country": "Viet Nam"}, …"""
        found: dict[str, Any] = dict(self.cells)
        if self.leave_out:
            found["leave_out"] = True
        if self.existing:
            found["existing"] = self.existing
        if self.fingerprint:
            found["fingerprint"] = self.fingerprint
        return found


@dataclass(frozen=True)
class NameDecision:
    """Which country a name of the file stands for; None makes it a country of its own."""

    country: str | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as decisions are exported: {"country": "United States"} or {"new": true}."""
        return {"new": True} if self.country is None else {"country": self.country}


@dataclass(frozen=True)
class Decisions:
    """All that was decided about a file; what is not in it waits."""

    rows: Mapping[int, RowDecision] = field(default_factory=dict)
    # By the name as the file spells it.
    names: Mapping[str, NameDecision] = field(default_factory=dict)
    # By problem: a Problem of the report, or a kind of warning.
    problems: Mapping[str, GroupChoice] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return them as `--decide` reads them."""
        return {
            "rows": {str(line): choice.as_dict() for line, choice in sorted(self.rows.items())},
            "names": {name: choice.as_dict() for name, choice in sorted(self.names.items())},
            "problems": dict(sorted(self.problems.items())),
        }


def read_decisions(found: Any) -> Decisions:
    """Read decisions from the object a JSON file holds; ImportRefused names what is not one."""
    parts = _mapping(found, "the beginning")
    for part in parts:
        if part not in _PARTS:
            raise _refusal(part, _one_of(_PARTS))
    rows: dict[int, RowDecision] = {}
    for text, value in _mapping(parts.get("rows", {}), "rows").items():
        line = _line(text)
        if line in rows:
            raise _refusal(f"rows, {text}", "the only decision on this line")
        rows[line] = _row(value, f"rows, {text}")
    problems = _mapping(parts.get("problems", {}), "problems")
    return Decisions(
        rows, _names(parts), {key: _group(choice, key) for key, choice in problems.items()}
    )


def _row(value: Any, where: str) -> RowDecision:
    parts = dict(_mapping(value, where))
    leave_out, existing = parts.pop("leave_out", False), parts.pop("existing", None)
    fingerprint = parts.pop("fingerprint", None)
    if leave_out is not True and leave_out is not False:
        raise _refusal(f"{where}, leave_out", "true or false")
    if existing not in (None, "file", "register"):
        raise _refusal(f"{where}, existing", '"file" or "register"')
    if fingerprint is not None and not isinstance(fingerprint, str):
        raise _refusal(f"{where}, fingerprint", "a text, or left away")
    return RowDecision(leave_out, _cells(parts, where), existing, fingerprint)


def _cells(parts: Mapping[str, Any], where: str) -> dict[str, str]:
    cells = {}
    for name, cell in parts.items():
        if name not in FIELDS:
            raise _refusal(f"{where}, {name}", _one_of(_OF_ROW))
        if type(cell) not in (str, int, type(None)):
            raise _refusal(f"{where}, {name}", 'what the cell is to say, such as "Viet Nam" or 62')
        cells[name] = "" if cell is None else str(cell)
    return cells


def _names(parts: Mapping[str, Any]) -> dict[str, NameDecision]:
    names: dict[str, NameDecision] = {}
    known: dict[str, NameDecision] = {}
    for name, value in _mapping(parts.get("names", {}), "names").items():
        names[name] = decision = _name(value, f"names, {name}")
        # Two spellings of one name are one name.
        if known.setdefault(fold_country(name), decision) != decision:
            raise _refusal(f"names, {name}", "what the other spelling of this name is, too")
    return names


def _name(value: Any, where: str) -> NameDecision:
    parts = _mapping(value, where)
    country = parts.get("country")
    if parts == {"new": True}:
        return NameDecision(None)
    if set(parts) != {"country"} or not isinstance(country, str) or not country.strip():
        raise _refusal(where, '{"country": "its name"} or {"new": true}')
    return NameDecision(country)


def _group(value: Any, problem: str) -> GroupChoice:
    if problem not in _PROBLEMS:
        raise _refusal(f"problems, {problem}", _one_of(_PROBLEMS))
    choices = GROUP_CHOICES if problem == "conflict" else _OF_ANY
    for choice in choices:
        if value == choice:
            return choice
    raise _refusal(f"problems, {problem}", _one_of(choices))


def _line(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise _refusal(f"rows, {text}", "the number of a line, the file's first line being 1")
    return int(text)


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _refusal(where, "an object in braces")
    return value


def _one_of(words: tuple[str, ...]) -> str:
    return f"one of {', '.join(words)}"


def _refusal(where: str, wanted: str) -> ImportRefused:
    text = (
        "The decisions cannot be read at: %(where)s. It must be %(wanted)s. docs/importing.md "
        "shows how they look."
    )
    return ImportRefused(Message(text, where=where, wanted=wanted))
