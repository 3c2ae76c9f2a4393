"""The worker's process: takes jobs from the queue until it is told to end."""

import logging
import os
import signal
import threading
import time

from app.worker.queue import Queue

# How late a worker that has nothing to do notices a job, where nothing wakes it.
MOST_IDLE_SECONDS = 0.5
SCHEDULE_SECONDS = 2
LOOK_SECONDS = 1.0
# Long enough to give a job back while somebody else holds the write lock.
GRACE_SECONDS = 15.0


def serve(queue: Queue, *, parent: int | None = None) -> None:
    """Carry out jobs, one at a time, until SIGTERM, Ctrl-C or, where given, the parent's end.

    SIGTERM gives the job under way back; Ctrl-C waits for it, a second one does not.
    """
    logging.basicConfig(format="worker: %(message)s", level=logging.INFO)
    logging.getLogger("huey").setLevel(logging.WARNING)
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    consumer = queue.huey.create_consumer(
        workers=1, max_delay=MOST_IDLE_SECONDS, scheduler_interval=SCHEDULE_SECONDS
    )
    # Whoever was killed a moment ago, and started anew as this one, may have left a job.
    queue.sweep_soon()
    consumer.run()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)
