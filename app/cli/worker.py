"""`flask worker`."""

import click
from flask import Flask


def init_app(app: Flask) -> None:
    """Add `flask worker`."""
    app.cli.command("worker")(work)


@click.option(
    "--ends-with", "parent", type=int, metavar="PID", help="End when this parent process does."
)
def work(parent: int | None) -> None:
    """Carry out long imports and undos, until it is told to end.

    `make run` starts one by itself; this one is for other machines, or more of them.
    """
    # Every command loads this module, and only this one needs the queue.
    from app.worker.serving import serve
    from app.worker.waking import open_queue

    serve(open_queue(), parent=parent)
