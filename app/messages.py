"""Messages that stand under the heading of the next page."""

from flask import flash


def say(text: str, *, undo: int | None = None) -> None:
    """Tell what was done; with `undo`, the changeset that a button beside the text takes back."""
    flash({"text": text, "undo": undo}, "done")  # type: ignore[arg-type]


def warn(text: str) -> None:
    """Tell what could not be done."""
    flash({"text": text, "undo": None}, "error")  # type: ignore[arg-type]
