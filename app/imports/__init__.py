"""Imports: the files that were offered to the register, and what became of their rows."""

from flask import Blueprint

bp = Blueprint("imports", __name__, url_prefix="/imports")

from app.imports import deciding, files, offering, views  # noqa: E402, F401
