"""`flask check`: the rules over all that the register holds."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app import db
from app.cli.import_report import plain
from app.cli.running import finish, in_words, stoppable
from app.models import Finding, Outbreak
from app.services import directory, rules
from app.services.outbreaks import list_outbreaks
from app.services.rule_settings import find_rule
from app.services.rules import RULES, Rule, listing, wording

SETTLED, SOME_OPEN = 0, 3
# Groups that are printed; --json lists the findings themselves.
MOST_GROUPS = 100
MOST_LISTED = 10_000
_NOTHING = ("opened", "reopened", "resolved", "open")


@click.command("check")
@click.option("--outbreak", "slug", metavar="SLUG", help="One outbreak; all, if not said.")
@click.option("--rule", type=click.Choice(list(RULES)), help="One rule; all, if not said.")
@click.option(
    "--preview",
    "wishes",
    metavar="NAME=N",
    multiple=True,
    help="Only count what this threshold of --rule, or off, would open and close.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def check(slug: str | None, rule: str | None, wishes: tuple[str, ...], *, as_json: bool) -> None:
    """Look at all records by all rules, and bring the findings in line with what they see.

    Also what a process that was killed left unchecked. Exits with 0 when all findings are settled
    and 3 when some are open.
    """
    empty = dict.fromkeys(_NOTHING, 0)
    if wishes:
        _preview(slug, rule, wishes, as_json=as_json)
        return
    with in_words("Not all was checked.", empty, as_json=as_json), stoppable():
        session = db.session()
        outbreaks = [_outbreak(session, slug)] if slug else list(list_outbreaks(session))
        named = [(outbreak.id, outbreak.slug) for outbreak in outbreaks]
        told = []
        for outbreak_id, each in named:
            # Each begins afresh, without the write lock.
            session.commit()
            told.append(_check(session, outbreak_id, each, rule))
        finish(session.commit)
    if as_json:
        click.echo(json.dumps({"outbreaks": told}, ensure_ascii=False))
    else:
        for one in told:
            for line in _lines(one):
                click.echo(line)
    some_open = any(one["open"] for one in told)
    click.get_current_context().exit(SOME_OPEN if some_open else SETTLED)


def _preview(
    slug: str | None, rule_id: str | None, wishes: Sequence[str], *, as_json: bool
) -> None:
    """Count what other thresholds would open and close; writes nothing."""
    if rule_id is None:
        raise click.UsageError("--preview needs --rule.")
    empty = {"opened": 0, "closed": 0}
    with in_words("Nothing was counted.", empty, as_json=as_json), stoppable():
        session = db.session()
        outbreak = _outbreak(session, slug) if slug else directory.default_outbreak(session)
        standing = find_rule(session, outbreak.id, rule_id)
        assert standing is not None
        asked = {**standing.thresholds, **_thresholds(standing.rule, wishes)}
        enabled = "off" not in wishes
        effect = rules.preview(session, outbreak.id, rule_id, asked, enabled=enabled)
    told = {"opened": effect.opened, "closed": effect.closed}
    text = f"This would open {effect.opened:,} and close {_findings(effect.closed)}."
    click.echo(json.dumps({"rule": rule_id, **told}) if as_json else text)


def _thresholds(rule: Rule, wishes: Sequence[str]) -> dict[str, int]:
    asked = {}
    for wish in wishes:
        name, _, number = wish.partition("=")
        kind = rule.thresholds.get(name)
        if wish == "off":
            continue
        if kind is None:
            known = ", ".join([*rule.thresholds, "off"])
            raise click.UsageError(f"The rule {rule.id} has no {name!r}, but {known}.")
        bounds = f"{kind.least} to {kind.most}"
        if not (number.isascii() and number.isdigit() and kind.least <= int(number) <= kind.most):
            raise click.UsageError(f"{name} may be from {bounds}, not {number!r}.")
        asked[name] = int(number)
    return asked


def _outbreak(session: Session, slug: str) -> Outbreak:
    outbreak = directory.get_outbreak(session, slug)
    if outbreak is None:
        raise click.UsageError(f"There is no outbreak {slug!r}.")
    return outbreak


def _check(session: Session, outbreak_id: int, slug: str, rule: str | None) -> dict[str, Any]:
    checked = rules.check_outbreak(session, outbreak_id, [rule] if rule else None)
    groups = listing.list_groups(session, outbreak_id, rule=rule)
    found = listing.list_open(session, outbreak_id, rule=rule, limit=MOST_LISTED)
    return {
        "outbreak": slug,
        "opened": checked.opened,
        "reopened": checked.reopened,
        "resolved": checked.resolved,
        "open": sum(group.count for group in groups),
        "groups": [{"title": str(group.title), "count": group.count} for group in groups],
        "findings": [_as_dict(finding) for finding in found],
    }


def _as_dict(finding: Finding) -> dict[str, Any]:
    suggestion = wording.suggestion(finding)
    return {
        "id": finding.id,
        "rule": finding.rule,
        "level": finding.level,
        "country": finding.country.name if finding.country else None,
        "date": finding.date.isoformat() if finding.date else None,
        "metric": finding.metric,
        "size": finding.size,
        "headline": str(wording.headline(finding)),
        "suggestion": str(suggestion) if suggestion else None,
    }


def _lines(told: dict[str, Any]) -> Iterator[str]:
    yield (
        f"{plain(told['outbreak'])}: {_findings(told['opened'])} opened, "
        f"{told['reopened']:,} opened again, {told['resolved']:,} resolved"
    )
    for group in told["groups"][:MOST_GROUPS]:
        yield f"  {group['title']}"
    more = len(told["groups"]) - MOST_GROUPS
    if more > 0:
        yield f"  … and {more:,} more groups"
    if told["open"]:
        yield f"{_findings(told['open'])} open."
    else:
        yield "All findings are settled."


def _findings(number: int) -> str:
    return f"{number:,} finding" if number == 1 else f"{number:,} findings"
