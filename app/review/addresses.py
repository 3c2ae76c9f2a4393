"""The addresses that the queue leads to, and the way back to it."""

from collections.abc import Iterable
from urllib.parse import urlencode, urlsplit

from flask import request, url_for

from app.addresses import own_address
from app.frame import address_of
from app.services.review.asked import FindingQuery

# Pages of decisions are no places to come back to.
DECISIONS = ("accept", "assign", "exempt", "reopen", "correct")

Pairs = Iterable[tuple[str, str]]


def queue_address(query: FindingQuery, *more: tuple[str, str]) -> str:
    """Return the address of the queue that asks for this."""
    return with_pairs(address_of("review.index"), [*query.pairs(), *more])


def act_address(act: str, query: FindingQuery) -> str:
    """Return the address of the page that decides about all that is asked for."""
    return with_pairs(address_of(f"review.{act}"), query.pairs())


def with_pairs(base: str, pairs: Pairs) -> str:
    """Return an address with these parameters, readable: commas and colons stay as they are."""
    parameters = urlencode(list(pairs), safe=",:")
    return f"{base}?{parameters}" if parameters else base


def way_back() -> str:
    """Return the page of ours that led here, to lead back to it; else the queue.

    A form keeps it in a field.
    """
    kept = own_address(request.form.get("back") or request.args.get("back"))
    address = kept or _referrer()
    here = url_for("review.index")
    path = urlsplit(address).path if address else ""
    if not address or path.rpartition("/")[2] in (
        "accept",
        "assign",
        "exempt",
        "reopen",
        "correct",
    ):
        return here
    return address


def _referrer() -> str | None:
    # Ours alone: other sites' pages send none, or one of another host.
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return None
    root = request.script_root
    path = parts.path.removeprefix(root) if root else parts.path
    return own_address(f"{path}?{parts.query}" if parts.query else path)
