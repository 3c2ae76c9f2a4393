"""Finding the entry that an address names."""

from typing import Any

from flask import abort, redirect, request, url_for

from app import db
from app.services.entries import find_entry
from app.services.leading_on import find_renamed


def get_entry(model: type[Any], argument: str = "key") -> Any:
    """Return the entry that the address names in this argument, locked while it is written to.

    An address that the entry had before leads on to the present one, and what is sent there is
    about the same entry; any other is a 404.
    """
    arguments = dict(request.view_args or {})
    writing = request.method == "POST"
    entry = find_entry(db.session(), model, arguments[argument], lock=writing)
    if entry is None:
        renamed: Any = find_renamed(db.session(), model, arguments[argument])
        if renamed is None:
            abort(404)
        if writing:
            return find_entry(db.session(), model, renamed.slug, lock=True) or abort(404)
        arguments[argument] = renamed.slug
        abort(redirect(url_for(str(request.endpoint), **arguments), code=301))
    return entry
