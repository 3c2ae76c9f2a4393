"""Deciding about findings, one or many: accept, open again, make a to-do, switch a rule off."""

from collections.abc import Callable
from dataclasses import replace

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import db
from app.auth import current_actor, requires
from app.language import ngettext, translate
from app.messages import say, warn
from app.models import FindingDecision
from app.review import bp, scope, words
from app.review.addresses import queue_address, way_back
from app.review.forms import AcceptForm, AssignForm, DecisionForm, WhyForm
from app.review.scope import Page
from app.services.review import decisions, exempting, queue, undoing
from app.services.review.asked import FindingQuery
from app.services.review.decisions import FindingsMoved

Decide = Callable[[], FindingDecision]


@bp.route("/accept", methods=["GET", "POST"])
@requires("editor")
def accept() -> ResponseReturnValue:
    """Accept the findings that the address names, with a reason."""
    query, form = scope.read_query("open"), AcceptForm()
    page = Page("accept", _accept_in_words, _accept_in_words)
    if not form.validate_on_submit():
        return scope.show(page, query, form)

    def decide() -> FindingDecision:
        return decisions.accept(
            db.session(), query, current_actor(), reason=form.reason, seen=form.seen.data
        )

    return _carry_out(page, query, form, decide, _accepted_in_words)


@bp.route("/reopen", methods=["GET", "POST"])
@requires("editor")
def reopen() -> ResponseReturnValue:
    """Open accepted findings again."""
    query, form = scope.read_query("accepted"), WhyForm()
    page = Page("reopen", _reopen_in_words, _reopen_in_words)
    if not form.validate_on_submit():
        return scope.show(page, query, form)

    def decide() -> FindingDecision:
        return decisions.reopen(
            db.session(), query, current_actor(), reason=form.reason, seen=form.seen.data
        )

    return _carry_out(page, query, form, decide, _reopened_in_words)


@bp.route("/assign", methods=["GET", "POST"])
@requires("editor")
def assign() -> ResponseReturnValue:
    """Make a to-do of the findings that the address names and that belong to none."""
    query, form = replace(scope.read_query("open"), given=False), AssignForm()
    form.offer()
    page = Page("assign", _assign_in_words, lambda _count: _("Make the to-do"))
    if not form.validate_on_submit():
        if not form.is_submitted():
            session = db.session()
            findings = queue.list_findings(session, query).findings
            form.title.data = scope.titled(query, queue.find_group(session, query), findings)
        return scope.show(page, query, form)

    def decide() -> FindingDecision:
        return decisions.assign(
            db.session(), query, current_actor(), form.read(), seen=form.seen.data
        )

    return _carry_out(page, query, form, decide, _assigned_in_words)


@bp.route("/exempt", methods=["GET", "POST"])
@requires("editor")
def exempt() -> ResponseReturnValue:
    """Switch the rule that the address names off for the country that it names."""
    query, form = replace(scope.read_query("all"), resolved=False), WhyForm()
    if len(query.rules) != 1 or len(query.countries) != 1:
        abort(404)
    rule, country = words.rule_name(query.rules[0]), query.countries[0].name
    told = _("Rule: %(rule)s. Country: %(country)s.", rule=rule, country=country)
    page = Page("exempt", lambda _count: _("Not a problem here"), _exempt_in_words, told)
    if not form.validate_on_submit():
        return scope.show(page, query, form)

    def decide() -> FindingDecision:
        return exempting.exempt(
            db.session(), query, current_actor(), reason=form.reason, seen=form.seen.data
        )

    return _carry_out(page, query, form, decide, _exempted_in_words)


@bp.post("/decisions/<int:id>/undo")
@requires("editor")
def undo(id: int) -> ResponseReturnValue:
    """Take a decision back."""
    back = way_back()
    try:
        decision = undoing.undo_decision(db.session(), id, current_actor())
    except undoing.CannotUndoDecision as refusal:
        db.session.rollback()
        warn(translate(refusal.message))
        return redirect(back, code=303)
    db.session.commit()
    _say(_undone_in_words(decision.count), decision)
    return redirect(back, code=303)


def _carry_out(
    page: Page,
    query: FindingQuery,
    form: DecisionForm,
    decide: Decide,
    told: Callable[[int], str],
) -> ResponseReturnValue:
    try:
        decision = decide()
    except FindingsMoved as refusal:
        db.session.rollback()
        return scope.show(page, query, form, refusal)
    except exempting.AlreadyExempt as refusal:
        db.session.rollback()
        warn(translate(refusal.message))
        return redirect(way_back(), code=303)
    db.session.commit()
    _say(told(decision.count), decision)
    # Nothing of a group that was decided as a whole is left to come back to.
    is_gone = query.group and not scope.is_one(query)
    back = queue_address(replace(query, group="", given=True)) if is_gone else way_back()
    return redirect(back, code=303)


def _say(text: str, decision: FindingDecision) -> None:
    say(text, undo_at=url_for(".undo", id=decision.id))


def _accept_in_words(count: int) -> str:
    return ngettext("Accept 1 finding", "Accept %(number)s findings", count)


def _reopen_in_words(count: int) -> str:
    return ngettext("Open 1 finding again", "Open %(number)s findings again", count)


def _assign_in_words(count: int) -> str:
    return ngettext("Make a to-do of 1 finding", "Make a to-do of %(number)s findings", count)


def _exempt_in_words(count: int) -> str:
    return ngettext(
        "Turn the rule off, which resolves 1 finding",
        "Turn the rule off, which resolves %(number)s findings",
        count,
    )


def _accepted_in_words(count: int) -> str:
    return ngettext("Accepted 1 finding.", "Accepted %(number)s findings.", count)


def _reopened_in_words(count: int) -> str:
    return ngettext("1 finding is open again.", "%(number)s findings are open again.", count)


def _assigned_in_words(count: int) -> str:
    return ngettext("Made a to-do of 1 finding.", "Made a to-do of %(number)s findings.", count)


def _exempted_in_words(count: int) -> str:
    return ngettext(
        "The rule is off for this country; 1 finding is resolved.",
        "The rule is off for this country; %(number)s findings are resolved.",
        count,
    )


def _undone_in_words(count: int) -> str:
    return ngettext(
        "Undone: 1 finding is as it was before.",
        "Undone: %(number)s findings are as they were before.",
        count,
    )
