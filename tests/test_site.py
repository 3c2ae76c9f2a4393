"""Pages that are loaded when somebody asks for one."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

from flask import Flask

from app.site import Site

ROOT = Path(__file__).resolve().parents[1]


class Pages:
    """One page; tells how often it was added."""

    def __init__(self) -> None:
        self.added = 0

    def add(self, app: Flask) -> None:
        self.added += 1
        app.jinja_env.globals["greeting"] = "Good morning"
        app.add_url_rule("/", "start", lambda: "the page")


def test_pages_are_added_once_with_the_first_request() -> None:
    pages = Pages()
    site = Site("site", pages.add)
    with site.app_context():
        assert pages.added == 0
    assert [site.test_client().get("/").text for _ in range(2)] == ["the page", "the page"]
    assert pages.added == 1


def test_first_requests_at_once_are_all_answered() -> None:
    pages, together, answers = Pages(), Barrier(8), []
    site = Site("site", pages.add)

    def ask() -> None:
        together.wait()
        answers.append(site.test_client().get("/").status_code)

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers, pages.added) == ([200] * 8, 1)


def test_who_asks_for_an_address_or_a_template_has_the_pages() -> None:
    pages = Pages()
    assert "/" in {rule.rule for rule in Site("site", pages.add).url_map.iter_rules()}
    assert Site("site", pages.add).jinja_env.globals["greeting"] == "Good morning"
    assert pages.added == 2


def test_server_has_the_pages_before_the_first_request(tmp_path: Path) -> None:
    settings = {
        **{name: value for name, value in os.environ.items() if name != "FLASK_RUN_FROM_CLI"},
        "CASEBOOK_INSTANCE": str(tmp_path),
        "CASEBOOK_SECRET_KEY": "a1b2c3d4e5f60718293a4b5c6d7e8f90",
    }
    command = [sys.executable, "-c", "import wsgi; print('records' in wsgi.app.blueprints)"]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr
