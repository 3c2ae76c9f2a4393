"""Settings from the environment, in one place; the README's table lists them."""

import datetime as dt
import os
import re
import secrets
import tempfile
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent

ENVIRONMENTS = ("production", "development")
# Where long jobs are carried out: by a worker that the server starts, by one that somebody else
# starts, or by the request that asks for them.
WORKERS = ("inside", "none", "at-once")

LEAST_SECRET_LENGTH = 32
LEAST_DIFFERENT_CHARACTERS = 8
# Keys that everybody knows, from the documentation and tutorials of Flask and its neighbours.
KNOWN_SECRETS = frozenset(
    {
        "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
        "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
        "5791628bb0b13ce0c676dfde280ba245",
        "c292a0a3aa32397cdb050e233733900f",
        "a0zr98j/3yx r~xhh!jmn]lwx/,?rt",
        "\x02\x01thisismyscretkey\x01\x02\\e\\y\\y\\h",
    }
)
# What made-up keys are made of; a random key holds one of these once in ten million times.
KNOWN_PARTS = re.compile(
    "secret|scretkey|change.?me|changeit|password|passphrase|insecure|unsafe|default|example"
    "|placeholder|replace|your.?own|your.?key|neverguess|never.?guess|hard.?to.?guess|random"
    "|develop|testing|testkey|dev.?key|django|superset|redash|casebook|keyboard.?cat|qwerty"
    "|01234567|12345678|abcdefgh|deadbeef|aaaaaaaa|00000000"
)
HOW_TO_MAKE_A_KEY = (
    "Use 32 or more random characters, for example from: "
    "python3 -c 'import secrets; print(secrets.token_hex())'"
)


class InsecureConfiguration(click.ClickException):
    """Casebook refuses to start; the text names the setting and says how to set it.

    The command line prints such an exception as one line, without a trace.
    """


class Config:
    """Settings of one process, read from environment variables called CASEBOOK_<NAME>."""

    def __init__(self, environ: dict[str, str] | None = None) -> None:
        self._environ = dict(os.environ if environ is None else environ)
        self.env = self._get("ENV", "production")
        self._refuse_debugger()
        self.instance = Path(self._get("INSTANCE", str(ROOT / "instance"))).absolute()

    def _get(self, name: str, default: str = "") -> str:
        return self._environ.get(f"CASEBOOK_{name}", "").strip() or default

    def _number(self, name: str, default: int) -> int:
        text = self._get(name, str(default))
        if not text.isascii() or not text.isdigit():
            raise InsecureConfiguration(f"CASEBOOK_{name} must be a whole number, not {text!r}.")
        return int(text)

    def _worker(self) -> str:
        worker = self._get("WORKER", "inside")
        if worker not in WORKERS:
            raise InsecureConfiguration(
                f"CASEBOOK_WORKER must be inside, none or at-once, not {worker!r}."
            )
        return worker

    def _refuse_debugger(self) -> None:
        if self.env not in ENVIRONMENTS:
            known = " or ".join(ENVIRONMENTS)
            raise InsecureConfiguration(f"CASEBOOK_ENV must be {known}, not {self.env!r}.")
        # The debugger runs whatever a visitor types.
        debug = self._environ.get("FLASK_DEBUG", "").strip().lower() not in ("", "0", "false", "no")
        if debug and self.env == "production":
            raise InsecureConfiguration(
                "FLASK_DEBUG is set, which lets visitors run code. Unset it, or set "
                "CASEBOOK_ENV=development on a machine that only you can reach."
            )

    def as_flask(self) -> dict[str, Any]:
        """Return the settings under the names Flask and its extensions expect."""
        return {
            "ENV_NAME": self.env,
            # Unsaid, Flask would make the templates' environment for each command to say it there.
            "TEMPLATES_AUTO_RELOAD": self.env == "development",
            "INSTANCE": str(self.instance),
            "SQLALCHEMY_DATABASE_URI": self.database_url(),
            "PUBLIC_READING": self._get("READING", "public") == "public",
            # Hosts that files are fetched from for people in the browser, apart by blanks.
            "IMPORT_HOSTS": frozenset(self._get("IMPORT_HOSTS").lower().split()),
            "MAX_CONTENT_LENGTH": self._number("MAX_UPLOAD_MB", 64) * 1024 * 1024,
            "WORKER": self._worker(),
            "HOST": self._get("HOST", "127.0.0.1"),
            "PORT": self._number("PORT", 5000),
            **self._cookies(),
            "TRUSTED_PROXIES": self._number("TRUSTED_PROXIES", 0),
            # Host names, apart by blanks; with none given any is answered.
            "TRUSTED_HOSTS": self._get("HOSTS").split() or None,
        }

    def _cookies(self) -> dict[str, Any]:
        secure = self._get("HTTPS", "no") == "yes"
        return {
            # Browsers keep others from setting a cookie of this name for us.
            "SESSION_COOKIE_NAME": "__Host-casebook" if secure else "casebook",
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": dt.timedelta(days=30),
            "SESSION_REFRESH_EACH_REQUEST": False,
            # A form may be read for as long as its reader is signed in.
            "WTF_CSRF_TIME_LIMIT": None,
        }

    def database_url(self) -> str:
        """Return the database's URL; the default is a SQLite file in the instance folder."""
        url = self._get("DATABASE_URL")
        if not url:
            return f"sqlite:///{self.instance / 'casebook.db'}"
        # A relative SQLite path would mean one file to Flask and another to a script.
        scheme, separator, path = url.partition("sqlite:///")
        if separator and not scheme and path and path != ":memory:" and not path.startswith("/"):
            return f"sqlite:///{Path(path).absolute()}"
        return url

    def secret_key(self) -> str:
        """Return the key that signs cookies, or raise InsecureConfiguration.

        It comes from CASEBOOK_SECRET_KEY, else from the instance folder's `secret-key`. Where
        CASEBOOK_ENV is not set that file is made on first use, readable by its owner only; where
        CASEBOOK_ENV=production was asked for, nothing is made up.
        """
        key, where = self._get("SECRET_KEY"), "CASEBOOK_SECRET_KEY"
        file = self.instance / "secret-key"
        if not key:
            where = str(file)
            if not file.exists() and "CASEBOOK_ENV" in self._environ and self.env == "production":
                raise InsecureConfiguration(f"CASEBOOK_SECRET_KEY is not set. {HOW_TO_MAKE_A_KEY}")
            key = _read_or_make_key(file)
        if is_weak(key):
            raise InsecureConfiguration(
                f"The secret key in {where} is too weak. {HOW_TO_MAKE_A_KEY}"
            )
        return key


def is_weak(key: str) -> bool:
    """Tell whether a key is short, repeats itself, or is known or made of known parts."""
    folded = key.lower()
    repeats = (key + key).find(key, 1) < len(key)
    return (
        len(key) < LEAST_SECRET_LENGTH
        or len(set(key)) < LEAST_DIFFERENT_CHARACTERS
        or repeats
        or folded in KNOWN_SECRETS
        or KNOWN_PARTS.search(folded) is not None
    )


def _read_or_make_key(file: Path) -> str:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        _make_key(file)
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise InsecureConfiguration(f"Others can read the secret key. Run: chmod 600 {file}")
    return file.read_text().strip()


def _make_key(file: Path) -> None:
    # Written elsewhere, for its owner only, then linked: of two processes that start at one moment
    # one makes the key, and the other never reads half of it.
    descriptor, draft = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_hex(32) + "\n")
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
