"""What would mend a report: digits or columns that were exchanged, if only one reading fits."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from app.models import METRICS
from app.services.rules.series import Count, Counts, Series

# {"kind": "set" or "swap", "date": whose record, "values": what it would say}
Suggestion = dict[str, Any]


def exchange(series: Series, place: int, *, surrounded: bool = False) -> Suggestion | None:
    """Suggest to exchange two columns of a report, if exactly one pair makes it fit.

    With `surrounded` only where both are reported before and after, too.
    """
    said = {metric: series.counts(metric)[place] for metric in METRICS}
    near = brackets(series, place)
    found = []
    for one, other in combinations(METRICS, 2):
        exchanged = {**said, one: said[other], other: said[one]}
        known = [said[one], said[other]]
        if surrounded:
            known += [*near[one], *near[other]]
        if None not in known and fits(exchanged, near):
            found.append({one: said[other], other: said[one]})
    if len(found) != 1:
        return None
    return {"kind": "swap", "date": series.dates[place].isoformat(), "values": found[0]}


def retype(series: Series, place: int, metric: str) -> Suggestion | None:
    """Suggest another count for a metric, if exactly one slip of the fingers explains it."""
    said = {each: series.counts(each)[place] for each in METRICS}
    count = said[metric]
    near = brackets(series, place)
    low, high = near[metric]
    # Without a report on both sides nearly anything fits.
    if count is None or low is None or high is None:
        return None
    meant = {other for other in _slips(count) if fits({**said, metric: other}, near)} - {count}
    if len(meant) != 1:
        return None
    values = {metric: meant.pop()}
    return {"kind": "set", "date": series.dates[place].isoformat(), "values": values}


def fits(said: Mapping[str, Count], near: Mapping[str, tuple[Count, Count]]) -> bool:
    """Tell whether a report that says this contradicts neither itself nor those around it."""
    cases = said["cases"]
    closed = (said["deaths"] or 0) + (said["recoveries"] or 0)
    if cases is not None and closed > cases:
        return False
    return all(_is_between(said[metric], *near[metric]) for metric in METRICS)


def brackets(series: Series, place: int) -> dict[str, tuple[Count, Count]]:
    """Return by metric what is reported next before and next after a place."""
    return {metric: _bracket(series, place, metric) for metric in METRICS}


def _bracket(series: Series, place: int, metric: str) -> tuple[Count, Count]:
    counts = series.counts(metric)
    before, after = range(place - 1, -1, -1), range(place + 1, len(counts))
    return _first_stated(counts, before), _first_stated(counts, after)


def _first_stated(counts: Counts, places: Iterable[int]) -> Count:
    return next((counts[place] for place in places if counts[place] is not None), None)


def _is_between(count: Count, low: Count, high: Count) -> bool:
    if count is None:
        return True
    return (low is None or low <= count) and (high is None or count <= high)


def _slips(count: int) -> Iterator[int]:
    """Yield the numbers that are written like this one by a slip: a digit moved or doubled."""
    digits = str(count)
    for place in range(len(digits) - 1):
        yield int(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])
    for place, digit in enumerate(digits):
        yield int(digits[:place] + digit + digits[place:])
        if len(digits) > 1:
            yield int(digits[:place] + digits[place + 1 :])
