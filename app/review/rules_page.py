"""The rules of the outbreak: what each sees, by which thresholds, and where it does not look."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import db
from app.auth import current_actor, requires
from app.language import translate
from app.messages import say, warn
from app.models import Outbreak
from app.review import bp
from app.review.rule_forms import RuleForm, filled, form_of
from app.services import rule_settings
from app.services.directory import default_outbreak
from app.services.rule_settings import RuleStanding, StaleSetting
from app.services.rules.previewing import MOST_RECORDS, preview


@bp.get("/rules")
def rules() -> ResponseReturnValue:
    """List the rules, with their thresholds and exemptions."""
    session = db.session()
    outbreak = default_outbreak(session)
    return render_template(
        "review/rules.html",
        outbreak=outbreak,
        standings=rule_settings.list_rules(session, outbreak.id),
        decisions=rule_settings.latest_decisions(session, outbreak.id),
    )


@bp.get("/rules/<rule>")
@requires("admin")
def rule(rule: str) -> ResponseReturnValue:
    """Show a rule's form and, with values in the address, what these would open and close."""
    outbreak, standing = _find(rule)
    if not request.args:
        return _form(outbreak, standing, form_of(rule)(None, data=filled(standing)))
    form = form_of(rule)(request.args, meta={"csrf": False})
    return _form(outbreak, standing, form, shown=form.validate())


@bp.post("/rules/<rule>")
@requires("admin")
def save_rule(rule: str) -> ResponseReturnValue:
    """Let a rule go by what was previewed."""
    outbreak, standing = _find(rule)
    form = form_of(rule)()
    if not form.validate_on_submit():
        return _form(outbreak, standing, form)
    try:
        checked = rule_settings.save_rule(
            db.session(),
            outbreak.id,
            standing.rule,
            form.read(),
            current_actor(),
            revision=form.revision.data or 0,
            why=form.why.data or "",
        )
    except StaleSetting as error:
        return _stale(outbreak, form, rule, error)
    db.session.commit()
    opened = checked.opened + checked.reopened
    told = {"rule": translate(standing.rule.title), "opened": opened, "closed": checked.resolved}
    say(_("%(rule)s: saved. Findings opened: %(opened)s, closed: %(closed)s.", **told))
    return redirect(url_for(".rules"), code=303)


@bp.post("/rules/<rule>/exemptions/<int:country_id>/end")
@requires("editor")
def end_exemption(rule: str, country_id: int) -> ResponseReturnValue:
    """Let a rule look at a country again."""
    outbreak, standing = _find(rule)
    ended = rule_settings.end_exemption(
        db.session(), outbreak.id, rule, country_id, current_actor()
    )
    title = translate(standing.rule.title)
    if ended is None:
        warn(_("%(rule)s: this exemption has ended already.", rule=title))
    else:
        db.session.commit()
        country = ended.country.name
        say(_("%(rule)s: %(country)s is looked at again.", rule=title, country=country))
    return redirect(url_for(".rules"), code=303)


def _find(rule: str) -> tuple[Outbreak, RuleStanding]:
    session = db.session()
    outbreak = default_outbreak(session)
    standing = rule_settings.find_rule(session, outbreak.id, rule)
    return (outbreak, standing) if standing else abort(404)


def _stale(
    outbreak: Outbreak, form: RuleForm, rule: str, error: StaleSetting
) -> ResponseReturnValue:
    db.session.rollback()
    outbreak, standing = _find(rule)
    warn(translate(error.message))
    # Saving again is then meant: the page shows what is stored now beside what was asked for.
    form.revision.data = standing.revision
    form.revision.raw_data = None
    return _form(outbreak, standing, form, shown=True, status=409)


def _form(
    outbreak: Outbreak,
    standing: RuleStanding,
    form: RuleForm,
    *,
    shown: bool = False,
    status: int | None = None,
) -> ResponseReturnValue:
    effect = None
    if shown:
        asked = form.read()
        effect = preview(
            db.session(),
            outbreak.id,
            standing.rule.id,
            asked.thresholds,
            enabled=asked.enabled,
            most_records=MOST_RECORDS,
        )
    html = render_template(
        "review/rule.html",
        outbreak=outbreak,
        standing=standing,
        form=form,
        effect=effect,
        command=_command(outbreak, standing, form) if effect else "",
    )
    return html, status or form.status


def _command(outbreak: Outbreak, standing: RuleStanding, form: RuleForm) -> str:
    """Return the command that counts the same in all countries."""
    asked = form.read()
    wishes = [f"{name}={value}" for name, value in asked.thresholds.items()]
    wishes += [] if asked.enabled else ["off"]
    said = "".join(f" --preview {wish}" for wish in wishes)
    return f"flask check --outbreak {outbreak.slug} --rule {standing.rule.id}{said}"
