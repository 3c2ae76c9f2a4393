"""What people decide about a file: about a line, a name, or all lines of one problem."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.services.importing.options import FIELDS
from app.services.importing.report import ImportRefused
from app.services.messages import Message

# What can be done with all lines of a problem: wait for a decision on each, leave them out, of
# lines of one key keep the first or the last, use the country that fits.
GroupChoice = Literal["hold", "leave_out", "first", "last", "suggestion"]
GROUP_CHOICES: tuple[GroupChoice, ...] = ("hold", "leave_out", "first", "last", "suggestion")
# What a line does where the register says something else.
ExistingChoice = Literal["file", "register"]


@dataclass(frozen=True)
class RowDecision:
    """What becomes of one line: left out, read with other cells, or who is right about it."""

    leave_out: bool = False
    # Field -> what stands there instead, as if the file said so.
    cells: Mapping[str, str] = field(default_factory=dict)
    existing: ExistingChoice | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as decisions are exported: {"leave_out": true}, {"country": "Viet Nam"}, …"""
        found: dict[str, Any] = dict(self.cells)
        if self.leave_out:
            found["leave_out"] = True
        if self.existing:
            found["existing"] = self.existing
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
    parts = _mapping(found, "the decisions")
    return Decisions(
        rows={
            _line(line): _row(value, line)
            for line, value in _mapping(parts.get("rows", {}), "rows").items()
        },
        names={
            name: _name(value, name)
            for name, value in _mapping(parts.get("names", {}), "names").items()
        },
        problems={
            problem: _group(value, problem)
            for problem, value in _mapping(parts.get("problems", {}), "problems").items()
        },
    )


def _row(value: Any, line: str) -> RowDecision:
    where = f"rows, {line}"
    parts = dict(_mapping(value, where))
    leave_out, existing = parts.pop("leave_out", False), parts.pop("existing", None)
    fits = leave_out in (True, False) and existing in (None, "file", "register")
    if not fits or any(name not in FIELDS or type(cell) is not str for name, cell in parts.items()):
        raise _refusal(where)
    return RowDecision(leave_out, parts, existing)


def _name(value: Any, name: str) -> NameDecision:
    parts = _mapping(value, f"names, {name}")
    country = parts.get("country")
    if parts == {"new": True}:
        return NameDecision(None)
    if set(parts) != {"country"} or not isinstance(country, str) or not country.strip():
        raise _refusal(f"names, {name}")
    return NameDecision(country)


def _group(value: Any, problem: str) -> GroupChoice:
    for choice in GROUP_CHOICES:
        if value == choice:
            return choice
    raise _refusal(f"problems, {problem}")


def _line(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise _refusal(f"rows, {text}")
    return int(text)


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _refusal(where)
    return value


def _refusal(where: str) -> ImportRefused:
    text = "The decisions cannot be read at: %(where)s. docs/importing.md shows how they look."
    return ImportRefused(Message(text, where=where))
