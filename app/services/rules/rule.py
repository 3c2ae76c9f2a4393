"""What a rule is, and what it says it saw."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from app.services.messages import Message
from app.services.rules.facts import Facts
from app.services.rules.series import Series

Level = Literal["error", "warning", "notice"]
# A threshold's value by its name.
Thresholds = Mapping[str, int]


@dataclass(frozen=True)
class Threshold:
    """A number that a rule goes by: what it is if not said, what it may be, what it means."""

    default: int
    least: int
    most: int
    about: Message


@dataclass(frozen=True)
class Sighting:
    """Something a rule saw; `details` is all that is told about it.

    details["values"] are the numbers it rests on: what was accepted opens again when one of them
    differs. details["around"] are the reports of the days around, details["suggestion"] says what
    would mend it, or is None.
    """

    rule: str
    level: Level
    country_id: int | None
    date: dt.date | None
    metric: str | None
    size: int | None
    # What findings that are decided alike have in common, beside rule and metric.
    bucket: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return what it is about: the same seen again is the same finding."""
        about = (self.rule, self.metric, self.country_id, self.date)
        return ":".join("" if part is None else str(part) for part in about)

    @property
    def grouping(self) -> str:
        """Return what the findings that are decided alike have in common."""
        return f"{self.rule}:{self.metric or ''}:{self.bucket}"

    @property
    def values(self) -> dict[str, Any]:
        """Return the numbers it rests on."""
        values: dict[str, Any] = self.details["values"]
        return values


class Seen(Protocol):
    """What was seen, be it a sighting or a stored finding."""

    @property
    def rule(self) -> str:
        """Return the rule's id."""
        ...

    @property
    def country_id(self) -> int | None:
        """Return whose series it is in."""
        ...

    @property
    def date(self) -> dt.date | None:
        """Return the day it is about."""
        ...

    @property
    def metric(self) -> str | None:
        """Return the metric it is about."""
        ...

    @property
    def size(self) -> int | None:
        """Return how large it is, in the rule's own unit."""
        ...

    @property
    def details(self) -> dict[str, Any]:
        """Return all that is told about it."""
        ...


class Rule(ABC):
    """Looks for one kind of implausible counts in a country's series.

    `check` goes by the series, the outbreak's facts and the thresholds alone, so that it needs no
    database; it never raises, and says the same of the same. `title` names the rule and `about`
    says in a sentence what it looks for.
    """

    id: ClassVar[str]
    level: ClassVar[Level]
    title: ClassVar[Message]
    about: ClassVar[Message]
    thresholds: ClassVar[Mapping[str, Threshold]] = {}
    # Goes by the outbreak's facts alone, and does not look at series: see `survey`.
    about_outbreak: ClassVar[bool] = False
    compares_names: ClassVar[bool] = False
    # Daily counts go up and down, and need not add up.
    cumulative_only: ClassVar[bool] = True

    def check(self, series: Series, facts: Facts, thresholds: Thresholds) -> Iterator[Sighting]:
        """Yield what is implausible in a series."""
        return iter(())

    def survey(self, facts: Facts, thresholds: Thresholds) -> Iterator[Sighting]:
        """Yield what is implausible in the outbreak as a whole."""
        return iter(())

    @abstractmethod
    def headline(self, seen: Seen) -> Message:
        """Say in a sentence what was seen."""

    def grounds(self, seen: Seen) -> list[Message]:
        """Say what makes it implausible, beside the numbers of the days around."""
        return []

    @abstractmethod
    def group_title(self, metric: str, bucket: str, count: int, countries: int) -> Message:
        """Name findings that are decided alike."""

    def sighting(
        self,
        series: Series,
        place: int,
        *,
        metric: str | None = None,
        size: int | None = None,
        bucket: str = "",
        values: Mapping[str, Any],
        **details: Any,
    ) -> Sighting:
        """Return what this rule saw at a place of a series."""
        told = {"values": dict(values), "around": series.around(place), "suggestion": None}
        return Sighting(
            rule=self.id,
            level=self.level,
            country_id=series.country_id,
            date=series.dates[place],
            metric=metric,
            size=size,
            bucket=bucket,
            details=told | details,
        )
