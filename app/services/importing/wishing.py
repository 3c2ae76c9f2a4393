"""What people ask for, read from JSON."""

from typing import Any

from app.services.importing.options import FIELDS, IGNORED, ImportOptions
from app.services.importing.report import ImportRefused
from app.services.messages import Message

# What people may ask for, and the values where there is a choice.
_CHOICES: dict[str, tuple[str, ...]] = {
    "on_problem": ("hold", "abort"),
    "existing": ("file", "register", "ask"),
    "blanks": ("keep", "overwrite"),
    "parts": ("hold", "sum"),
    "counting": ("cumulative", "new"),
}
_TEXTS = ("encoding", "delimiter", "date_format", "sheet", "thousands", "reason")


def read_options(found: Any) -> ImportOptions:
    """Read options from what a JSON file or a form holds; ImportRefused for what is none."""
    if not isinstance(found, dict):
        raise ImportRefused(Message("The options are no JSON object."))
    for name, value in found.items():
        fits = name in _TEXTS and isinstance(value, str)
        fits = fits or value in _CHOICES.get(name, ())
        fits = fits or (name == "columns" and _are_columns(value))
        fits = fits or (name == "heading_line" and type(value) is int and value > 0)
        if not fits:
            text = "%(value)s is no choice for the option %(name)s."
            raise ImportRefused(Message(text, value=repr(value), name=name))
    return ImportOptions(**found)


def _are_columns(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(heading, str) and field in (*FIELDS, IGNORED) for heading, field in value.items()
    )
