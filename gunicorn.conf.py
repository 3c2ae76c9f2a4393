"""How `make run` serves: `gunicorn wsgi:app` reads this file."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

_host = os.environ.get("CASEBOOK_HOST", "").strip() or "127.0.0.1"
_port = os.environ.get("CASEBOOK_PORT", "").strip() or "5000"

bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"

# A long export holds a thread, not a worker; a worker that dies leaves another.
worker_class = "gthread"
workers = 2
threads = 4

# A database connection must never be carried across a fork: each worker loads the app itself.
preload_app = False

# Requests under way when the server is told to stop may finish.
graceful_timeout = 30
timeout = 60
keepalive = 5

# Bounds on what is read before the app sees a request.
limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190

# The app reads forwarded headers itself, from as many proxies as CASEBOOK_TRUSTED_PROXIES says.
secure_scheme_headers: dict[str, str] = {}

# Nobody runs gunicornc here, and its socket would stand in the home folder.
control_socket_disable = True

errorlog = "-"

KEEPER = Path(__file__).resolve().parent / "app" / "worker" / "keeper.py"
# A job under way is given back before the worker ends.
KEEPER_SECONDS = 25


def on_starting(server: object) -> None:
    """Refuse an insecure configuration in one sentence, before any worker loads the app."""
    from config import Config, InsecureConfiguration

    try:
        Config().secret_key()
    except InsecureConfiguration as refusal:
        raise SystemExit(f"Error: {refusal.format_message()}") from None


def when_ready(server: Any) -> None:
    """Start what keeps the worker for long jobs; one for all processes that serve."""
    if (os.environ.get("CASEBOOK_WORKER", "").strip() or "inside") != "inside":
        return
    worker = [sys.executable, "-m", "flask", "worker"]
    # A session of its own: Ctrl-C is for the server, which ends the worker when it has ended.
    server.keeper = subprocess.Popen(  # noqa: S603  (the server's own command)
        [sys.executable, "-I", str(KEEPER), str(os.getpid()), *worker],
        stdin=subprocess.DEVNULL,
        cwd=KEEPER.parents[2],
        start_new_session=True,
    )


def on_reload(server: Any) -> None:
    """Let the worker, too, load the code anew."""
    on_exit(server)
    when_ready(server)


def on_exit(server: Any) -> None:
    """End the worker; one whose server was killed ends by itself."""
    keeper = getattr(server, "keeper", None)
    if keeper is None:
        return
    keeper.terminate()
    try:
        keeper.wait(KEEPER_SECONDS)
    except subprocess.TimeoutExpired:
        keeper.kill()
