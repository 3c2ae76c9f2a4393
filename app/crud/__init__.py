"""Directories: things of one kind that people list, show, add, edit, delete and bring back.

A directory is one call, `bp = directory("people", ...)`; docs/adding-a-kind.md shows all it takes.
"""

from typing import Any

from flask import Blueprint

from app.crud.lists import FilterForm
from app.crud.views import Directory, Words

__all__ = ["Directory", "FilterForm", "Words", "directory"]


def directory(kind: str, **settings: Any) -> Blueprint:
    """Make the blueprint of a directory; the settings are those of `Directory`."""
    views = Directory(kind, **settings)
    bp = Blueprint(kind, __name__)
    list_address = f"/{kind}"
    bp.add_url_rule(list_address, "index", views.index)
    bp.add_url_rule(f"{list_address}.<any(csv, json):form>", "index", views.index)
    bp.add_url_rule(f"/{kind}/new", "create", views.create, methods=["GET", "POST"])
    bp.add_url_rule(f"/{kind}/deleted", "deleted", views.deleted)
    bp.add_url_rule(f"/{kind}/deleted/<int:id>", "restore", views.restore, methods=["POST"])
    bp.add_url_rule(f"/{kind}/<key>", "show", views.show)
    bp.add_url_rule(f"/{kind}/<key>/edit", "update", views.update, methods=["GET", "POST"])
    bp.add_url_rule(f"/{kind}/<key>/delete", "delete", views.delete, methods=["POST"])
    return bp
