"""Imports: the files that were offered to the register, and what became of their rows."""

from flask import Blueprint

bp = Blueprint("imports", __name__)

from app.imports import deciding, files, ledger_files, offering, views  # noqa: E402, F401
