"""Numbers in addresses and queries: none that no id can be."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

# The largest id a 32-bit column holds: beyond it a database answers with an error, not "none".
MAX_ID = 2_147_483_647


class IdConverter(IntegerConverter):
    """A number in an address, no larger than an id can be; larger ones are not found."""

    def __init__(self, rules: Map, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max", MAX_ID)
        super().__init__(rules, *args, **kwargs)


def read_number(text: str) -> int:
    """Read a number of a query or a form; ValueError, "not given", for what no id can be."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 11 else -1
    if not 0 <= number <= MAX_ID:
        raise ValueError(text[:20])
    return number


def init_app(app: Flask) -> None:
    """Read `<int:...>` in every address as an id."""
    app.url_map.converters["int"] = IdConverter
