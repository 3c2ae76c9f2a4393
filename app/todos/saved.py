"""Views that users keep: filters of the to-dos under a name of their own."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from wtforms import HiddenField

from app import db
from app.auth import requires
from app.forms import BaseForm, NameField
from app.language import translate
from app.messages import say
from app.models import SavedView
from app.services import saved_views
from app.services.saved_views import ViewRefused
from app.todos import bp
from app.todos.page import query_of_view


class ViewForm(BaseForm):
    """The name of a view, and what it shows."""

    name = NameField(
        lazy_gettext("Name"), most=100, needed=lazy_gettext("Write a name for this view.")
    )
    query = HiddenField()


@bp.app_template_filter()
def view_address(view: SavedView) -> str:
    """Return the address of the list that a view keeps."""
    return f"{url_for('.index')}?{view.query}" if view.query else url_for(".index")


@bp.get("/todos/views")
@requires("reader")
def views() -> ResponseReturnValue:
    """List the user's views, to rename or delete them."""
    return _show(ViewForm(formdata=None))


@bp.post("/todos/views")
@requires("reader")
def save_view() -> ResponseReturnValue:
    """Keep a filter under a name; what was deleted comes back the same way."""
    form = ViewForm(request.values)
    if not form.validate():
        return _show(form)
    try:
        query = query_of_view(form.query.data or "")
        view = saved_views.save_view(db.session(), current_user.id, str(form.name.data), query)
    except ViewRefused as refusal:
        return _refuse(form, refusal)
    db.session.commit()
    say(_("%(name)s is kept.", name=view.name))
    return redirect(view_address(view), code=303)


@bp.post("/todos/views/<int:id>")
@requires("reader")
def rename_view(id: int) -> ResponseReturnValue:
    """Give a view another name."""
    view, form = _get(id), ViewForm()
    if not form.validate():
        return _show(form, view)
    try:
        saved_views.rename_view(db.session(), view, str(form.name.data))
    except ViewRefused as refusal:
        return _refuse(form, refusal, view)
    db.session.commit()
    say(_("%(name)s is saved.", name=view.name))
    return redirect(url_for(".views"), code=303)


@bp.post("/todos/views/<int:id>/delete")
@requires("reader")
def delete_view(id: int) -> ResponseReturnValue:
    """Forget a view; its Undo keeps it anew."""
    view = _get(id)
    back = url_for(".save_view", name=view.name, query=view.query)
    say(_("%(name)s is deleted.", name=view.name), undo_at=back)
    saved_views.delete_view(db.session(), view)
    db.session.commit()
    return redirect(url_for(".views"), code=303)


def _get(id: int) -> SavedView:
    return saved_views.find_view(db.session(), current_user.id, id) or abort(404)


def _refuse(
    form: ViewForm, refusal: ViewRefused, renaming: SavedView | None = None
) -> ResponseReturnValue:
    form.name.errors = [translate(refusal.message)]
    return _show(form, renaming)


def _show(form: ViewForm, renaming: SavedView | None = None) -> ResponseReturnValue:
    """Show the views, with the form that was sent where something in it must be mended."""
    html = render_template(
        "todos/views.html",
        views=saved_views.list_views(db.session(), current_user.id),
        form=form,
        renaming=renaming,
    )
    return html, form.status
