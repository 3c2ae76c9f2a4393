"""Signing in and out, one's own account, and the first account of all."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from app.accounts import first_run, own, sign_in  # noqa: E402, F401
