"""Warnings: counts that can be stored but look implausible beside their neighbours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models import METRICS, Outbreak, Record
from app.services.messages import Message, ServiceError
from app.services.neighbours import Report, Surroundings, find_surroundings
from app.services.states import RecordValues, values_of


@dataclass(frozen=True)
class CountWarning:
    """Something implausible about a record: what, its grounds in numbers, and how to keep it.

    `key` names the rule, the metric and the numbers: what a person kept is asked again when one
    of them differs.
    """

    key: str
    metric: str
    count: int
    message: Message
    # Half a sentence for the reason of the change: "cases fall from 250 to 245".
    grounds: str


class Implausible(ServiceError):
    """The values look wrong; they are stored once each warning is kept with a reason."""

    def __init__(self, warnings: Sequence[CountWarning]) -> None:
        super().__init__(Message("These values look wrong. Say why they are to be kept."))
        self.warnings = warnings


def find_warnings(
    values: RecordValues, around: Surroundings, *, cumulative: bool
) -> list[CountWarning]:
    """Say what is implausible about values beside the reports around them."""
    warnings = []
    if cumulative:
        for metric in METRICS:
            count = getattr(values, metric)
            if count is not None:
                warnings += _out_of_order(metric, count, around)
    return warnings + _more_than_cases(values)


def check_record(
    session: Session, outbreak: Outbreak, values: RecordValues, stored: Record | None = None
) -> list[CountWarning]:
    """List the warnings that these values bring; those the stored record had are settled."""
    found = _warnings_of(session, outbreak, values, stored)
    if stored is None or not found:
        return found
    settled = {
        warning.key for warning in _warnings_of(session, outbreak, values_of(stored), stored)
    }
    return [warning for warning in found if warning.key not in settled]


def keep_with_reasons(why: str, warnings: Sequence[CountWarning], kept: Mapping[str, str]) -> str:
    """Return the reason of a change that keeps these warnings, naming each.

    `kept` gives a reason by the warning's key; Implausible unless each warning has one.
    """
    if not all(kept.get(warning.key, "").strip() for warning in warnings):
        raise Implausible(warnings)
    parts = []
    for warning in warnings:
        because = kept[warning.key].strip()
        parts.append(
            warning.grounds if because == why.strip() else f"{warning.grounds}, because {because}"
        )
    return f"{why.strip()} (kept: {'; '.join(parts)})".strip() if parts else why


def _warnings_of(
    session: Session, outbreak: Outbreak, values: RecordValues, stored: Record | None
) -> list[CountWarning]:
    around = find_surroundings(
        session, outbreak.id, *values.key, leaving_out=stored.id if stored else None
    )
    return find_warnings(values, around, cumulative=outbreak.counting == "cumulative")


def _out_of_order(metric: str, count: int, around: Surroundings) -> list[CountWarning]:
    """Compare a cumulative count with the reports on both sides of it."""
    warnings = []
    before, after = around.before.get(metric), around.after.get(metric)
    if before is not None and count < before.count:
        warnings.append(_fall(metric, before, count))
    if after is not None and count > after.count:
        warnings.append(_excess(metric, count, after))
    return warnings


_FALLS = {
    "cases": "Cases fall from %(before)s on %(date)s to %(count)s.",
    "deaths": "Deaths fall from %(before)s on %(date)s to %(count)s.",
    "recoveries": "Recoveries fall from %(before)s on %(date)s to %(count)s.",
}
_EXCESSES = {
    "cases": "Cases are %(count)s here and fall to %(after)s on %(date)s.",
    "deaths": "Deaths are %(count)s here and fall to %(after)s on %(date)s.",
    "recoveries": "Recoveries are %(count)s here and fall to %(after)s on %(date)s.",
}


def _fall(metric: str, before: Report, count: int) -> CountWarning:
    return CountWarning(
        key=f"fall-{metric}-{before.count}-{count}",
        metric=metric,
        count=count,
        message=Message(
            _FALLS[metric], before=f"{before.count:,}", date=before.date, count=f"{count:,}"
        ),
        grounds=f"{metric} fall from {before.count:,} to {count:,}",
    )


def _excess(metric: str, count: int, after: Report) -> CountWarning:
    return CountWarning(
        key=f"excess-{metric}-{count}-{after.count}",
        metric=metric,
        count=count,
        message=Message(
            _EXCESSES[metric], count=f"{count:,}", after=f"{after.count:,}", date=after.date
        ),
        grounds=f"{metric} fall from {count:,} to {after.count:,} in the next report",
    )


def _more_than_cases(values: RecordValues) -> list[CountWarning]:
    closed = (values.deaths or 0) + (values.recoveries or 0)
    if values.cases is None or closed <= values.cases:
        return []
    return [
        CountWarning(
            key=f"sum-{values.cases}-{values.deaths}-{values.recoveries}",
            metric="cases",
            count=values.cases,
            message=Message(
                "Deaths and recoveries together (%(closed)s) exceed cases (%(cases)s).",
                closed=f"{closed:,}",
                cases=f"{values.cases:,}",
            ),
            grounds=f"deaths + recoveries {closed:,} exceed cases {values.cases:,}",
        )
    ]
