"""Work that takes longer than a request may: asked for, done once, followed, stopped, kept."""

from app.services.jobs.estimating import takes_long
from app.services.jobs.looking import Standing, find_job, find_job_of, standing_of
from app.services.jobs.states import (
    AlreadyUnderWay,
    JobLost,
    JobStopped,
    ask_stop,
    beat,
    claim,
    enqueue,
    fail,
    finish,
    give_back,
    stop,
)
from app.services.jobs.sweeping import ALIVE_SECONDS, MOST_ATTEMPTS, UNHELD_SECONDS, sweep

__all__ = [
    "ALIVE_SECONDS",
    "MOST_ATTEMPTS",
    "UNHELD_SECONDS",
    "AlreadyUnderWay",
    "JobLost",
    "JobStopped",
    "Standing",
    "ask_stop",
    "beat",
    "claim",
    "enqueue",
    "fail",
    "find_job",
    "find_job_of",
    "finish",
    "give_back",
    "standing_of",
    "stop",
    "sweep",
    "takes_long",
]
