"""Messages that stand under the heading of the next page."""

from flask import flash


def say(text: str, *, undo: int | None = None, undo_at: str = "") -> None:
    """Tell what was done, with a button beside the text that takes it back.

    `undo` is the changeset to undo; for what is none, `undo_at` is the address to post to.
    """
    flash({"text": text, "undo": undo, "undo_at": undo_at}, "done")  # type: ignore[arg-type]


def warn(text: str) -> None:
    """Tell what could not be done."""
    flash({"text": text, "undo": None, "undo_at": ""}, "error")  # type: ignore[arg-type]
