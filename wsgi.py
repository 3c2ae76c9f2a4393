"""The application a server loads, gunicorn wsgi:app, and the commands of `flask`."""

import gc
import os

from app.site import Site


def _load() -> Site:
    from app import create_app

    app = create_app()
    # Flask says so where one of its commands runs, which hardly ever needs the pages.
    if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
        app.load_pages()
    return app


# What is loaded once stays, so looking for garbage in it only costs time: a tenth of each start,
# and again and again whenever a request or a command makes very many objects.
gc.disable()
app = _load()
gc.freeze()
# A page makes some thousands of objects and drops nearly all of them: to look through what is left
# eight times a page, as is usual, finds nothing.
gc.set_threshold(10_000)
gc.enable()
