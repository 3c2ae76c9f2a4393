"""Messages that stand under the heading of the next page."""

from collections.abc import Sequence

from flask import flash


def say(
    text: str,
    *,
    undo: int | None = None,
    undo_at: str = "",
    chips: Sequence[str] = (),
    change_at: str = "",
) -> None:
    """Tell what was done, with a button beside the text that takes it back.

    `undo` is the changeset to undo; for what is none, `undo_at` is the address to post to. `chips`
    say what was understood, and `change_at` is where it can be changed.
    """
    more = {"undo": undo, "undo_at": undo_at, "chips": list(chips), "change_at": change_at}
    flash({"text": text, **more}, "done")  # type: ignore[arg-type]


def warn(text: str) -> None:
    """Tell what could not be done."""
    flash({"text": text, "undo": None, "undo_at": ""}, "error")  # type: ignore[arg-type]
