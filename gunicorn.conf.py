"""How `make run` serves: `gunicorn wsgi:app` reads this file."""

import os

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


def on_starting(server: object) -> None:
    """Refuse an insecure configuration in one sentence, before any worker loads the app."""
    from config import Config, InsecureConfiguration

    try:
        Config().secret_key()
    except InsecureConfiguration as refusal:
        raise SystemExit(f"Error: {refusal.format_message()}") from None
