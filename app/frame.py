"""What surrounds every page: the main navigation, the theme, addresses of static files."""

import datetime as dt
import tomllib
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app import db
from app.database import utc_now
from app.fragments import fill, fragment
from app.language import gettext
from app.services.review.counting import MOST_COUNTED, count_open
from app.services.todos import count_pressing
from config import ROOT

VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
THEMES = {"system": _("System"), "light": _("Light"), "dark": _("Dark")}
THEME_COOKIE = "casebook_theme"
ONE_YEAR = 365 * 24 * 3600

# Endpoint, label, least role that sees it. Those of the second tuple stand under "More".
MAIN = (
    ("overview.index", _("Overview"), None),
    ("records.index", _("Records"), None),
    ("countries.index", _("Countries"), None),
    ("review.index", _("Review"), None),
    ("todos.index", _("To-dos"), None),
    ("imports.index", _("Import"), "editor"),
)
MORE = (
    ("people.index", _("People"), None),
    ("videos.index", _("Videos"), None),
    ("activity.index", _("Activity"), None),
    ("users.index", _("Users"), "admin"),
)


@dataclass(frozen=True)
class Place:
    """An entry of the navigation; `name` is its blueprint's."""

    name: str
    address: str
    label: str


def init_app(app: Flask) -> None:
    """Give the templates what the frame shows, and let ?theme= choose the colours."""
    app.extensions["frame_addresses"] = {}
    app.before_request(_keep_theme)
    app.jinja_env.globals.update(
        account_address=account_address,
        address_of=address_of,
        asset=asset,
        footer=footer,
        header=header,
        places=places,
        theme=theme,
        themes=THEMES,
        today=today,
        version=VERSION,
    )


def places(group: str) -> list[Place]:
    """List the navigation's entries of the group "main" or "more" that this user may see."""
    return [
        Place(endpoint.partition(".")[0], address_of(endpoint), label)
        for endpoint, label, role in (MAIN if group == "main" else MORE)
        if role is None or current_user.may(role)
    ]


def header() -> Markup:
    """Return what stands above every page, with this page's place marked."""
    main = request.endpoint == f"{request.blueprint}.index"
    roles = tuple(current_user.may(role) for role in ("editor", "admin"))
    unknown, signed_in = g.get("user_unknown", False), current_user.is_authenticated
    pattern = fragment(
        "_header.html",
        (request.blueprint, main, roles, unknown, signed_in),
        blueprint=request.blueprint,
        address=request.path if main else None,
        user_unknown=unknown,
    )
    pattern = fill(pattern, open=_open_findings(), due=_due_todos())
    if unknown:
        return pattern
    if not signed_in:
        return fill(pattern, sign_in=account_address("sign_in"))
    return fill(pattern, token=generate_csrf(), username=current_user.username)


def footer() -> Markup:
    """Return what stands below every page."""
    shown = {
        "chosen": theme(),
        "reading": request.method == "GET",
        "at_keys": request.endpoint == "help.shortcuts",
    }
    pattern = fragment("_footer.html", tuple(shown.values()), **shown)
    address = request.full_path if request.query_string else request.path
    return fill(pattern, day=today(), beside=query_beside(), address=address)


def _open_findings() -> Markup:
    """Return how many findings wait, for those who may decide about them."""
    number = count_open(db.session()) if current_user.is_authenticated else 0
    if not number:
        return Markup()
    counted = f"{number}" if number < MOST_COUNTED else f"{MOST_COUNTED - 1}+"
    return _counted(counted, gettext("open"))


def _due_todos() -> Markup:
    """Return how many to-dos of one's own are overdue or due today."""
    own = current_user.person_id if current_user.is_authenticated else None
    number = count_pressing(db.session(), own, today()) if own else 0
    return _counted(f"{number}", gettext("of yours due")) if number else Markup()


def _counted(number: str, what: str) -> Markup:
    return Markup(' <span class="counted">{}<span class="hidden"> {}</span></span>').format(
        number, what
    )


def account_address(view: str) -> str:
    """Return the address of one of the account's pages; signing in leads back to this page."""
    address = address_of(f"accounts.{view}")
    if view != "sign_in" or request.method != "GET" or request.path == address:
        return address
    return f"{address}?{urlencode({'next': request.full_path.rstrip('?')})}"


def asset(filename: str) -> str:
    """Return a static file's address, which app.static_files makes change with its content."""
    known = current_app.extensions["frame_addresses"]
    key = filename, request.script_root
    if key not in known:
        known[key] = url_for("static", filename=filename)
    address: str = known[key]
    return address


def theme() -> str:
    """Return the colours the reader chose: system, light or dark."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "system"


def query_beside() -> str:
    """Return this page's query, to stand in an address after another parameter."""
    query = request.query_string.decode(errors="replace")
    return f"&{query}" if query else ""


def today() -> dt.date:
    """Return the day it is, in UTC."""
    return utc_now().date()


def address_of(endpoint: str) -> str:
    """Return the address of a page that takes no arguments."""
    # url_for costs as much as a small query; an address changes only with the mount point.
    known = current_app.extensions["frame_addresses"]
    key = endpoint, request.script_root
    if key not in known:
        known[key] = url_for(endpoint)
    address: str = known[key]
    return address


def _keep_theme() -> ResponseReturnValue | None:
    chosen = request.args.get("theme")
    if chosen not in THEMES or request.method != "GET" or request.endpoint is None:
        return None
    others = [(key, value) for key, value in request.args.items(multi=True) if key != "theme"]
    query = "?" + urlencode(others) if others else ""
    # One slash in front: two would lead to another host.
    path = "/" + quote(request.path.lstrip("/"))
    answer = redirect(request.script_root + path + query, code=303)
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(
        THEME_COOKIE, chosen, max_age=ONE_YEAR, secure=secure, httponly=True, samesite="Lax"
    )
    return answer
