"""Settings from the environment, in one place; the README's table lists them."""

import os
import secrets
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent

# Shorter keys, and those printed in tutorials, sign nothing.
LEAST_SECRET_LENGTH = 32
KNOWN_SECRETS = ("dev", "secret", "changeme", "change-me", "password", "your-secret-key")


class InsecureConfiguration(RuntimeError):
    """Casebook refuses to start; the text names the setting and says how to set it."""


class Config:
    """Settings of one process, read from environment variables called CASEBOOK_<NAME>."""

    def __init__(self, environ: dict[str, str] | None = None) -> None:
        self._environ = dict(os.environ if environ is None else environ)
        self.env = self._get("ENV", "production")
        self.instance = Path(self._get("INSTANCE", str(ROOT / "instance"))).absolute()

    def _get(self, name: str, default: str = "") -> str:
        return self._environ.get(f"CASEBOOK_{name}", "").strip() or default

    def _number(self, name: str, default: int) -> int:
        text = self._get(name, str(default))
        if not text.isascii() or not text.isdigit():
            raise InsecureConfiguration(f"CASEBOOK_{name} must be a whole number, not {text!r}.")
        return int(text)

    def as_flask(self) -> dict[str, Any]:
        """Return the settings under the names Flask and its extensions expect."""
        return {
            "ENV_NAME": self.env,
            "INSTANCE": str(self.instance),
            "SQLALCHEMY_DATABASE_URI": self.database_url(),
            "PUBLIC_READING": self._get("READING", "public") == "public",
            "MAX_CONTENT_LENGTH": self._number("MAX_UPLOAD_MB", 32) * 1024 * 1024,
            "SESSION_COOKIE_SECURE": self._get("HTTPS", "no") == "yes",
            "TRUSTED_PROXIES": self._number("TRUSTED_PROXIES", 0),
            # Host names, apart by blanks; with none given any is answered.
            "TRUSTED_HOSTS": self._get("HOSTS").split() or None,
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
                raise InsecureConfiguration(
                    "CASEBOOK_SECRET_KEY is not set. Set it to 32 or more random characters, for "
                    "example from: python3 -c 'import secrets; print(secrets.token_hex())'"
                )
            key = _read_or_make_key(file)
        if len(key) < LEAST_SECRET_LENGTH or len(set(key)) < 8 or key.lower() in KNOWN_SECRETS:
            raise InsecureConfiguration(
                f"The secret key in {where} is too weak. Use 32 or more random characters, for "
                "example from: python3 -c 'import secrets; print(secrets.token_hex())'"
            )
        return key


def _read_or_make_key(file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_hex(32) + "\n")
    return file.read_text().strip()
