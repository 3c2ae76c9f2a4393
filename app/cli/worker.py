"""`flask worker`."""

import click
from flask.cli import with_appcontext

from app.worker.serving import serve
from app.worker.waking import open_queue


@click.command("worker")
@click.option(
    "--ends-with", "parent", type=int, metavar="PID", help="End when this parent process does."
)
@with_appcontext
def work(parent: int | None) -> None:
    """Carry out long imports and undos, until it is told to end.

    `make run` starts one by itself; this one is for other machines, or more of them.
    """
    serve(open_queue(), parent=parent)
