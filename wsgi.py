"""The application a server loads: gunicorn wsgi:app."""

import gc

from flask import Flask


def _load() -> Flask:
    from app import create_app

    return create_app()


# What is loaded once stays, so looking for garbage in it only costs time: a tenth of each start,
# and again and again whenever a request or a command makes very many objects.
gc.disable()
app = _load()
gc.freeze()
# A page makes some thousands of objects and drops nearly all of them: to look through what is left
# eight times a page, as is usual, finds nothing.
gc.set_threshold(10_000)
gc.enable()
