"""How requests wake a worker."""

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Config, current_app

if TYPE_CHECKING:
    from app.worker.queue import Queue

EXTENSION = "job_queue"


def put_job(job_id: int) -> None:
    """Wake a worker for a job; to be called when the asking for it is committed."""
    try:
        queue = open_queue()
    except Exception:
        # The worker's sweep finds the job in its table.
        current_app.logger.exception("there is no queue for job %s", job_id)
    else:
        queue.put(job_id)


def open_queue() -> "Queue":
    """Return the queue of the current app, opened on first use."""
    extensions = current_app.extensions
    if EXTENSION not in extensions:
        extensions[EXTENSION] = _open(current_app.config)
    queue: Queue = extensions[EXTENSION]
    return queue


def _open(config: Config) -> "Queue":
    # Every command loads this module, and would wait for what the queue loads.
    from app.worker.queue import Queue

    return Queue(
        config["SQLALCHEMY_DATABASE_URI"],
        Path(config["INSTANCE"]),
        str(config["SECRET_KEY"]),
        at_once=config["WORKER"] == "at-once",
    )
