"""What a decision is about, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app import db
from app.models import Finding
from app.review import words
from app.review.addresses import queue_address, way_back
from app.review.forms import DecisionForm
from app.services import directory
from app.services.review import decisions, queue
from app.services.review.asked import FindingQuery, State
from app.services.review.decisions import FindingsMoved
from app.services.review.grammar import read_address
from app.services.review.queue import Group
from app.services.review.story import get_finding

MOST_EXAMPLES = 5


@dataclass(frozen=True)
class Page:
    """A decision's page: what its heading and its button say, by the number of findings."""

    template: str
    title: Any
    submit: Any
    told: str = ""


def read_query(state: State) -> FindingQuery:
    """Return which findings the address names; of another state than this they are left alone."""
    session = db.session()
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] != "state"]
    query, _warnings = read_address(
        session,
        directory.default_outbreak(session).id,
        [*pairs, ("state", state)],
        current_user.person_id,
    )
    return query


def show(
    page: Page, query: FindingQuery, form: DecisionForm, refusal: FindingsMoved | None = None
) -> ResponseReturnValue:
    """Answer with the page of a decision; what `refusal` names moved since it was shown."""
    session = db.session()
    group = queue.find_group(session, query)
    listed = queue.list_findings(session, query).findings if group else ()
    single = get_finding(session, query.finding_id) if query.finding_id is not None else None
    count = group.count if group else 0
    html = render_template(
        f"review/{page.template}.html",
        title=page.title(count) if count else _("Nothing to decide"),
        submit=page.submit(count),
        told=page.told,
        form=form,
        query=query,
        group=group,
        scope=words.scope_in_words(query, group) if group else "",
        single=single if group else None,
        examples=listed[:MOST_EXAMPLES],
        listed_at=queue_address(query, ("view", "list")),
        seen=decisions.mark(session, query),
        back=way_back(),
        moved=None if refusal is None else refusal.moved,
        none_left=_none_left(query, single),
        levels=words.LEVELS,
        level_icons=words.LEVEL_ICONS,
    )
    return html, 409 if refusal is not None else form.status


def is_one(query: FindingQuery) -> bool:
    """Tell whether the address names a single finding."""
    return query.finding_id is not None


def titled(query: FindingQuery, group: Group | None, findings: Sequence[Finding]) -> str:
    """Propose what a to-do about the findings is called."""
    if not group or not findings:
        return ""
    if group.count == 1:
        return f"{words.place_of(findings[0])}: {words.headline(findings[0])}"[:300]
    return _("Look at %(findings)s", findings=words.scope_in_words(query, group))[:300]


def _none_left(query: FindingQuery, single: Finding | None) -> str:
    if single is None and not query.given:
        return _("Each of these findings is settled, or belongs to a to-do already.")
    if single is None:
        return _("Each of these findings is settled already.")
    where = words.place_of(single)
    if single.state == "accepted":
        who = single.decision.actor if single.decision else _("somebody")
        return _(
            "%(where)s is accepted already, by %(actor)s: %(reason)s",
            where=where,
            actor=who,
            reason=single.reason,
        )
    if single.state == "resolved":
        return _("%(where)s is resolved: what it said is no longer true.", where=where)
    if single.todo is not None:
        title = single.todo.title
        return _("%(where)s belongs to a to-do already: %(title)s", where=where, title=title)
    return _("%(where)s is open.", where=where)
