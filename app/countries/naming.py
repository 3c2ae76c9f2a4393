"""What countries are called: an admin adds, renames, and gives other names."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import db
from app.auth import requires
from app.countries import bp
from app.countries.forms import AliasForm, CountryForm
from app.crud.finding import get_entry
from app.forms import BaseForm
from app.language import translate
from app.messages import say, warn
from app.models import Country
from app.services import countries
from app.services.cells import Unreadable
from app.services.directory import DuplicateCountry, create_country
from app.services.entries import StaleEntry
from app.services.messages import ServiceError


@bp.route("/countries/new", methods=["GET", "POST"])
@requires("admin")
def create() -> ResponseReturnValue:
    """Add a country."""
    form = CountryForm()
    if not form.validate_on_submit():
        return _form(form, form.status)
    try:
        country = create_country(db.session(), str(form.name.data))
    except (DuplicateCountry, Unreadable) as error:
        return _refused(form, error)
    db.session.commit()
    say(_("%(name)s is added.", name=country.name))
    return redirect(url_for(".show", slug=country.slug), code=303)


@bp.route("/countries/<slug>/edit", methods=["GET", "POST"])
@requires("admin")
def update(slug: str) -> ResponseReturnValue:
    """Rename a country."""
    country = get_entry(Country, "slug")
    form = CountryForm(obj=country)
    if not form.validate_on_submit():
        return _form(form, form.status, country)
    before, name, revision = country.name, str(form.name.data), form.revision.data
    try:
        countries.rename_country(db.session(), country, name, revision=revision)
    except StaleEntry:
        form.revision.data = country.revision
        return _form(form, 409, country)
    except (DuplicateCountry, Unreadable) as error:
        return _refused(form, error, country)
    db.session.commit()
    say(_("%(before)s is now called %(name)s.", before=before, name=country.name))
    return redirect(url_for(".show", slug=country.slug), code=303)


@bp.post("/countries/<slug>/aliases")
@requires("admin")
def add_alias(slug: str) -> ResponseReturnValue:
    """Let another name stand for the country."""
    country = get_entry(Country, "slug")
    # The address carries the name where an Undo brings it back.
    form = AliasForm(request.values)
    if not form.validate():
        warn(str(form.alias.errors[0]))
        return redirect(url_for(".show", slug=country.slug), code=303)
    alias = str(form.alias.data)
    try:
        countries.add_alias(db.session(), country, alias)
    except (DuplicateCountry, Unreadable) as error:
        warn(translate(error.message))
    else:
        db.session.commit()
        say(_("%(alias)s now stands for %(name)s.", alias=alias, name=country.name))
    return redirect(url_for(".show", slug=country.slug), code=303)


@bp.post("/countries/<slug>/aliases/<int:id>/delete")
@requires("admin")
def remove_alias(slug: str, id: int) -> ResponseReturnValue:
    """Take another name away."""
    country = get_entry(Country, "slug")
    try:
        alias = countries.remove_alias(db.session(), country, id)
    except countries.OwnName as error:
        warn(translate(error.message))
        alias = None
    if alias is not None:
        db.session.commit()
        undo_at = url_for(".add_alias", slug=country.slug, alias=alias)
        text = _("%(alias)s stands for %(name)s no more.", alias=alias, name=country.name)
        say(text, undo_at=undo_at)
    return redirect(url_for(".show", slug=country.slug), code=303)


def _refused(
    form: CountryForm, error: ServiceError, country: Country | None = None
) -> ResponseReturnValue:
    form.name.errors = [translate(error.message)]
    existing = error.country if isinstance(error, DuplicateCountry) else None
    return _form(form, 422, country, existing)


def _form(
    form: BaseForm, status: int, country: Country | None = None, existing: Country | None = None
) -> ResponseReturnValue:
    page = "countries/form.html"
    return render_template(
        page, form=form, country=country, existing=existing, status=status
    ), status
