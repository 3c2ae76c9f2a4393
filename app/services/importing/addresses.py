"""Fetching a file from an address, for the command line, whose user may go anywhere."""

import math
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import ExitStack
from typing import BinaryIO

from app.services.importing.archives import MOST_BYTES, Meter
from app.services.importing.report import ImportRefused
from app.services.messages import Message

# An address must answer within, and have sent the whole file within.
ANSWER_SECONDS = 30
ADDRESS_SECONDS = 600


def copy(stream: BinaryIO, name: str, stack: ExitStack, *, deadline: float = math.inf) -> BinaryIO:
    """Copy what can be read only once to a temporary file."""
    kept: BinaryIO = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    meter = Meter(name, MOST_BYTES)
    while block := stream.read(1 << 20):
        kept.write(block)
        meter.count(len(block))
        if time.monotonic() > deadline:
            raise TimeoutError(f"it took longer than {ADDRESS_SECONDS // 60} minutes")
    return kept


def fetch(address: str, name: str, stack: ExitStack) -> BinaryIO:
    """Return what an http(s) address answers; ImportRefused when that fails."""
    # Built from its parts because the usual opener also follows redirects to ftp.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    try:
        answer = opener.open(address, timeout=ANSWER_SECONDS)
        if answer is None:
            raise urllib.error.URLError("it leads to no http address")
        stack.enter_context(answer)
        return copy(answer, name, stack, deadline=time.monotonic() + ADDRESS_SECONDS)
    except urllib.error.HTTPError as error:
        why = f"it answers {error.code}"
    except (OSError, ValueError, urllib.error.URLError) as error:
        why = str(getattr(error, "reason", error)) or type(error).__name__
    text = "%(name)s cannot be fetched: %(why)s."
    raise ImportRefused(Message(text, name=name, why=why))


def without_secrets(address: str) -> str:
    """Return the address without user, password and query, which may hold keys."""
    parts = urllib.parse.urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
