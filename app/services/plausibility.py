"""Warnings: what the rules would see in a record that somebody is about to write."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models import Outbreak, Record
from app.services.changesets import Actor
from app.services.messages import Message, ServiceError
from app.services.rules import Sighting, wording
from app.services.rules.accepting import accept_seen
from app.services.rules.foreseeing import foresee
from app.services.states import RecordValues, values_of

_EXCESSES = {
    "cases": "Cases are %(count)s here and fall to %(after)s on %(date)s.",
    "deaths": "Deaths are %(count)s here and fall to %(after)s on %(date)s.",
    "recoveries": "Recoveries are %(count)s here and fall to %(after)s on %(date)s.",
}


@dataclass(frozen=True)
class CountWarning:
    """Something implausible about a record, and the count that can be kept with a reason.

    `key` names the rule, the metric and the numbers: what a person kept is asked again when one
    of them differs.
    """

    key: str
    metric: str
    count: int
    message: Message
    sighting: Sighting


class Implausible(ServiceError):
    """The values look wrong; they are stored once each warning is kept with a reason."""

    def __init__(self, warnings: Sequence[CountWarning]) -> None:
        super().__init__(Message("These values look wrong. Say why they are to be kept."))
        self.warnings = warnings


def check_record(
    session: Session, outbreak: Outbreak, values: RecordValues, stored: Record | None = None
) -> list[CountWarning]:
    """List the warnings that these values bring; those the stored record had are settled."""
    before = None if stored is None else values_of(stored)
    return [
        _as_warning(sighting, values)
        for sighting in foresee(session, outbreak, values, before)
        if _is_about(sighting, values.date)
    ]


def refuse_unexplained(warnings: Sequence[CountWarning], kept: Mapping[str, str]) -> None:
    """Raise Implausible unless each warning is kept with a reason; `kept` has them by key."""
    if not all(kept.get(warning.key, "").strip() for warning in warnings):
        raise Implausible(warnings)


def reason_of(why: str, warnings: Sequence[CountWarning], kept: Mapping[str, str]) -> str:
    """Return the reason of a change: what was said, else why the warnings are kept."""
    because = dict.fromkeys(kept[warning.key].strip() for warning in warnings)
    return why.strip() or "; ".join(because)


def accept_kept(
    session: Session,
    outbreak_id: int,
    warnings: Sequence[CountWarning],
    kept: Mapping[str, str],
    actor: Actor,
) -> None:
    """Accept the findings of what was kept, each with its reason, so that nobody asks again."""
    reasons = {warning.sighting.key: kept[warning.key].strip() for warning in warnings}
    accept_seen(session, outbreak_id, reasons, actor)


def _is_about(sighting: Sighting, date: dt.date) -> bool:
    """Tell whether it is asked about: something at this day, or a fall right after it."""
    if sighting.level == "notice":
        return False
    return sighting.date == date or sighting.values.get("since") == date.isoformat()


def _as_warning(sighting: Sighting, values: RecordValues) -> CountWarning:
    metric = sighting.metric or "cases"
    numbers = [str(value) for value in sighting.values.values()]
    return CountWarning(
        key="-".join((sighting.rule, metric, *numbers)),
        metric=metric,
        count=getattr(values, metric) or 0,
        message=_say(sighting, values.date),
        sighting=sighting,
    )


def _say(sighting: Sighting, date: dt.date) -> Message:
    if sighting.date == date or sighting.metric is None:
        return wording.headline(sighting)
    return Message(
        _EXCESSES[sighting.metric],
        count=f"{sighting.values['before']:,}",
        after=f"{sighting.values['count']:,}",
        date=sighting.date,
    )
