"""How a command that writes much runs: stopped quietly, finished whole, failures in words."""

import json
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from app import db
from app.database import fold_log
from app.services import outages
from app.services.messages import ServiceError

NOTHING_DONE = 1
_STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM alike stop the command quietly while the block runs."""
    before = {number: signal.getsignal(number) for number in _STOPS}
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def finish(act: Callable[[], None]) -> None:
    """Commit or roll back; nobody stops that half-way, so that the report tells true."""
    for number in _STOPS:
        signal.signal(number, signal.SIG_IGN)
    act()
    fold_log(db.engine)


@contextmanager
def in_words(outcome: str, empty: Mapping[str, Any], *, as_json: bool) -> Iterator[None]:
    """End the command with a sentence, not a trace, when the act or the database fails.

    `outcome` says that nothing came of it, `empty` is the report of that.
    """
    try:
        yield
    except (KeyboardInterrupt, click.Abort):
        why = "Stopped."
    except ServiceError as error:
        why = str(error)
    except Exception as error:
        message = outages.explain(error)
        if message is None:
            raise
        why = str(message)
    else:
        return
    db.session.rollback()
    if as_json:
        click.echo(json.dumps({**empty, "error": why}, ensure_ascii=False))
    click.echo(f"{why} {outcome}", err=True)
    click.get_current_context().exit(NOTHING_DONE)
