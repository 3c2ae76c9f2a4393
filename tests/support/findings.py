"""Findings written by hand, as the rules would keep them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models import Finding
from tests.support.clients import Begin, default_outbreak, find_or_add_country


@pytest.fixture
def make_finding(begin: Begin) -> Callable[..., Finding]:
    """Keep a fall of cases, or whatever else the values say."""

    def make(
        country: str | None = "Canada",
        date: str | None = "2003-04-12",
        size: int = 1,
        **values: Any,
    ) -> Finding:
        with begin() as session:
            where = find_or_add_country(session, country) if country else None
            day = dt.date.fromisoformat(date) if date else None
            rule, metric = values.pop("rule", "decline"), values.pop("metric", "cases")
            finding = Finding(
                **{
                    "outbreak_id": default_outbreak(session).id,
                    "rule": rule,
                    "level": "warning",
                    "country_id": where and where.id,
                    "date": day,
                    "metric": metric,
                    "size": size,
                    "key": f"{rule}:{metric}:{where and where.id}:{day}",
                    "grouping": f"{rule}:{metric}:{size}",
                    "details": details_of_fall(day, size),
                    **values,
                }
            )
            session.add(finding)
            session.commit()
            return finding

    return make


def details_of_fall(day: dt.date | None, size: int) -> dict[str, Any]:
    """Return what the rules keep of a fall from 250."""
    day = day or dt.date(2003, 4, 12)
    counts = {-1: 250, 0: 250 - size, 1: 252}
    around = [
        {
            "date": (day + dt.timedelta(days=distance)).isoformat(),
            "cases": cases,
            "deaths": 10,
            "recoveries": 30,
        }
        for distance, cases in counts.items()
    ]
    values = {"before": 250, "since": around[0]["date"], "count": 250 - size}
    return {"values": values, "around": around, "suggestion": None}


def decide(
    client: FlaskClient, page: Callable[..., Any], address: str, referrer: str = "", **typed: Any
) -> TestResponse:
    """Open a decision's page and send its form with what is typed."""
    headers = {"Referer": f"http://localhost{referrer}"} if referrer else {}
    form = page(client.get(address, headers=headers)).form()
    return client.post(address, data={**form, **typed})
