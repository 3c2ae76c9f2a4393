"""The keys: which there are, and the switch that turns them off."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.addresses import own_address
from app.help import bp
from app.keys import keep_keys
from app.messages import say


@bp.get("/shortcuts")
def shortcuts() -> str:
    """List the keys."""
    return render_template("help/shortcuts.html")


@bp.post("/shortcuts")
def switch_keys() -> ResponseReturnValue:
    """Turn the keys of this browser on or off; nobody needs an account for that."""
    on = request.form.get("keys") != "off"
    own = own_address(request.form.get("back"))
    back = request.script_root + own if own else url_for(".shortcuts")
    answer = make_response(redirect(back, code=303))
    keep_keys(answer, on=on)
    say(_("The keys are on in this browser.") if on else _("The keys are off in this browser."))
    return answer
