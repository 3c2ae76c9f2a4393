"""Passwords: what makes one good enough, and argon2id, the only form they are stored in."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.models.names import fold
from app.services.messages import Message, ServiceError

# NIST SP 800-63B: length counts, rules about kinds of characters do not.
LEAST_LENGTH = 12
# Well above any passphrase; what is longer is no password and is not worth a hash.
MOST_LENGTH = 200
LEAST_DIFFERENT = 5

# OWASP's choice for argon2id: 19 MiB, two passes, one lane, some 30 ms.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

ROWS_OF_FIGURES = "1234567890" * 21
# What the commonest long passwords consist of, once figures, signs and repeating are taken away.
COMMON_WORDS = Path(__file__).resolve().parent.parent / "data" / "common_passwords.txt"


class WeakPassword(ServiceError):
    """The password is too easy to guess, too short or too long."""


def normalise(password: str) -> str:
    """Return the form in which passwords are compared, the same from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def check_strength(password: str, *, names: Iterable[str | None] = ()) -> None:
    """Raise WeakPassword unless the password is long enough and not among the first guesses.

    `names` are the user's own, which must not be the password.
    """
    text = normalise(password)
    if len(text) < LEAST_LENGTH:
        raise WeakPassword(
            Message("Use %(least)s characters or more. Several words do well.", least=LEAST_LENGTH)
        )
    if len(text) > MOST_LENGTH:
        raise WeakPassword(Message("Use %(most)s characters at most.", most=MOST_LENGTH))
    if _is_easy(text, {fold(name) for name in names if name}):
        raise WeakPassword(
            Message("This password is among the first that are guessed. Choose another.")
        )


def hash_password(password: str) -> str:
    """Return the password's argon2id hash, with its parameters, as text."""
    return hasher.hash(_encode(password))


def matches(password: str, password_hash: str | None) -> bool:
    """Tell whether this is the password, with the same work where there is no hash to compare."""
    encoded = _encode(password)
    if len(encoded) > 4 * MOST_LENGTH:
        return False
    if password_hash is None:
        hasher.hash(encoded)
        return False
    try:
        return hasher.verify(password_hash, encoded)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Tell whether the hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(password_hash)


def _encode(password: str) -> bytes:
    # A terminal may hand over bytes that are no UTF-8 as lone surrogates.
    return normalise(password).encode("utf-8", "surrogatepass")


def _is_easy(password: str, names: set[str]) -> bool:
    folded = fold(password)
    letters = re.sub(r"[\W\d_]+", "", folded)
    words = {folded, letters, _repeated(letters)} if 3 * len(letters) >= len(folded) else {folded}
    return (
        len(set(folded)) < LEAST_DIFFERENT
        or not words.isdisjoint(names | _common_words())
        or folded in ROWS_OF_FIGURES
        or folded in ROWS_OF_FIGURES[::-1]
    )


def _repeated(text: str) -> str:
    """Return the part that the text repeats: "letmein" for "letmeinletmein"."""
    return text[: (text + text).find(text, 1)]


@cache
def _common_words() -> frozenset[str]:
    return frozenset(COMMON_WORDS.read_text(encoding="utf-8").split())
