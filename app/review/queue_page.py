"""What the template of the queue is given."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from app.ids import read_number
from app.models.finding import LEVELS
from app.review import words
from app.review.addresses import act_address, queue_address
from app.services.people import list_people
from app.services.records_list.surroundings import read_choices
from app.services.review import queue
from app.services.review.asked import ME, NOBODY, AskedCountry, FindingQuery
from app.services.review.correcting import may_share
from app.services.review.queue import FindingPage, Group, GroupKey, GroupPage
from app.services.rules import RULES

ONE_BY_ONE = "list"


def context(session: Session, query: FindingQuery, arguments: Mapping[str, str]) -> dict[str, Any]:
    """Return everything the page of the queue shows."""
    counts = queue.count_by_state(session, query.outbreak_id)
    facets = queue.list_facets(session, query)
    grouped = arguments.get("view") != ONE_BY_ONE and not query.group and query.state == "open"
    known = read_choices(session, query.outbreak_id)
    listed = (_groups if grouped else _findings)(session, query, arguments)
    return {
        "query": query,
        "counts": counts,
        "settled": counts.get("accepted", 0) + counts.get("resolved", 0),
        "grouped": grouped,
        "queue_address": queue_address,
        "act_address": act_address,
        "facets": _facets(query, facets),
        "one_by_one": queue_address(query, ("view", ONE_BY_ONE)),
        "in_groups": queue_address(query),
        "levels": words.LEVELS,
        "level_icons": words.LEVEL_ICONS,
        "states": words.STATES,
        "ages": words.AGES,
        "rules": {rule: words.rule_name(rule) for rule in RULES},
        "people": _people(session),
        "countries": [line.split("\t") for line in sorted(filter(None, known.all.split("\n")))],
        "any_records": bool(known.facets),
        "kept": [pair for pair in query.pairs() if pair[0] in ("group", "finding", "decision")],
        "replace": replace,
        "chips": list(words.chips(query, listed.get("group"))),
        **listed,
    }


def _groups(session: Session, query: FindingQuery, arguments: Mapping[str, str]) -> dict[str, Any]:
    after, before = (_read_key(arguments.get(side, "")) for side in ("after", "before"))
    page = queue.list_groups(session, query, after=after, before=before)
    return {
        "page": page,
        "total": page.findings,
        "is_counted": True,
        "groups": [
            (group, replace(query, group=group.grouping), may_share(group.examples))
            for group in page.groups
        ],
        "place": _groups_in_words(page),
        "pages": {
            "first": queue_address(query) if page.has_previous else "",
            "previous": _beside(query, "before", page.groups[:1]) if page.has_previous else "",
            "next": _beside(query, "after", page.groups[-1:]) if page.has_more else "",
        },
    }


def _findings(
    session: Session, query: FindingQuery, arguments: Mapping[str, str]
) -> dict[str, Any]:
    after, before = (_read_id(arguments.get(side, "")) for side in ("after", "before"))
    page = queue.list_findings(session, query, after=after, before=before)
    view = () if query.group or query.state != "open" else (("view", ONE_BY_ONE),)
    ids = [str(finding.id) for finding in page.findings]
    return {
        "page": page,
        "total": page.total,
        "is_counted": page.total <= queue.MOST_COUNTED,
        "findings": page.findings,
        "group": queue.find_group(session, query) if query.group else None,
        "may_correct": bool(query.group) and may_share(page.findings),
        "place": _findings_in_words(page),
        "pages": {
            "first": queue_address(query, *view) if page.above else "",
            "previous": queue_address(query, *view, ("before", ids[0])) if page.above else "",
            "next": queue_address(query, *view, ("after", ids[-1])) if page.has_more else "",
        },
    }


def _facets(query: FindingQuery, facets: queue.Facets) -> list[tuple[str, list[Any]]]:
    """Return the facets as links: text, number, address, whether it is chosen."""

    def link(text: str, number: int, name: str, value: Any, chosen: tuple[Any, ...]) -> Any:
        others = tuple(other for other in chosen if other != value)
        turned: dict[str, Any] = {name: others if value in chosen else (*chosen, value)}
        return text, number, queue_address(replace(query, group="", **turned)), value in chosen

    known = {country.slug: country for country in query.countries}
    rules = [
        link(words.rule_name(rule), number, "rules", rule, query.rules)
        for rule, number in facets.rules
    ]
    levels = [
        link(str(words.LEVELS[level]), number, "levels", level, query.levels)
        for level, number in facets.levels
    ]
    countries = [
        link(
            name,
            number,
            "countries",
            known.get(slug) or AskedCountry(0, slug, name),
            query.countries,
        )
        for slug, name, number in facets.countries
    ]
    named = (
        (gettext("Rules"), rules),
        (gettext("Levels"), levels),
        (gettext("Countries"), countries),
    )
    return [(title, links) for title, links in named if len(links) > 1]


def _findings_in_words(page: FindingPage) -> str:
    most = f"{queue.MOST_COUNTED:,}"
    if page.above > queue.MOST_COUNTED:
        return gettext("Findings beyond the first %(most)s", most=most)
    many = page.total > queue.MOST_COUNTED
    return gettext(
        "Findings %(first)s to %(last)s of %(total)s",
        first=f"{page.above + 1:,}",
        last=f"{page.above + len(page.findings):,}",
        total=gettext("more than %(most)s", most=most) if many else f"{page.total:,}",
    )


def _groups_in_words(page: GroupPage) -> str:
    if page.total == len(page.groups):
        return gettext("%(total)s groups", total=f"{page.total:,}")
    return gettext("%(shown)s of %(total)s groups", shown=len(page.groups), total=f"{page.total:,}")


def _beside(query: FindingQuery, side: str, groups: Any) -> str:
    group: Group = groups[0]
    key = f"{group.level},{group.count},{group.grouping}"
    return queue_address(query, (side, key))


def _read_key(text: str) -> GroupKey | None:
    level, _, rest = text.partition(",")
    number, _, grouping = rest.partition(",")
    if level not in LEVELS or not number.isascii() or not number.isdigit() or len(number) > 9:
        return None
    return LEVELS.index(level), -int(number), grouping[:60].replace("\0", "")


def _read_id(text: str) -> int | None:
    try:
        return read_number(text) if text else None
    except ValueError:
        return None


def _people(session: Session) -> list[tuple[str, Any]]:
    people = [(person.slug, person.name) for person in list_people(session)]
    mine = current_user.is_authenticated and current_user.person_id
    me = [(ME, gettext("Me"))] if mine else []
    return [*me, (NOBODY, gettext("Nobody yet")), *people]
