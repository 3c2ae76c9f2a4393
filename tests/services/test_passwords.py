import subprocess
import sys

import pytest
from sqlalchemy.orm import Session

from app.services import accounts, passwords
from app.services.accounts import create_user
from app.services.passwords import WeakPassword
from tests.support.sign_in import PASSWORD, try_once


def test_password_is_stored_as_argon2id_only(session: Session) -> None:
    user = create_user(session, "mina", PASSWORD)
    assert user.password_hash.startswith("$argon2id$")
    assert PASSWORD not in repr(vars(user))


def test_password_is_the_same_from_every_keyboard(session: Session) -> None:
    create_user(session, "mina", "café au lait fort")
    session.commit()
    assert try_once(session, "mina", "cafe\u0301 au lait fort")


@pytest.mark.parametrize(
    "password",
    [
        *("", "short", "x" * 11, "x" * 201, "aaaaaaaaaaaaaa", "abababababab", "Password1234!"),
        *("passwordpassword", "123456789012", "210987654321", "qwertyuiop12", "Mina12345678"),
        *("mina@example.org", "letmein-letmein", "casebook-2003"),
    ],
)
def test_easy_passwords_are_refused(session: Session, password: str) -> None:
    with pytest.raises(WeakPassword):
        create_user(session, "mina", password, email="mina@example.org")


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "x7" + "лебедь поёт", "    _3_     .a,b;c", "한" * 3 + "곰돌이푸하하하 우산"],
)
def test_any_characters_make_a_password(session: Session, password: str) -> None:
    assert create_user(session, "mina", password).password_hash


@pytest.mark.parametrize("password", ["\x00", "\ud800", "x" * 100_000])
def test_odd_passwords_are_wrong_not_an_error(session: Session, password: str) -> None:
    create_user(session, "mina", PASSWORD)
    session.commit()
    assert not try_once(session, "mina", password)


def test_unknown_disabled_and_known_names_cost_the_same_work(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_user(session, "ada", PASSWORD, "admin")
    create_user(session, "mina", PASSWORD)
    accounts.disable(session, create_user(session, "gone", PASSWORD))
    session.commit()
    work: list[str] = []

    class CountingHasher(type(passwords.hasher)):  # type: ignore[misc]
        def hash(self, password: bytes, **kwargs: object) -> str:
            work.append("hash")
            return str(super().hash(password))

        def verify(self, stored: str, password: bytes) -> bool:
            work.append("verify")
            return bool(super().verify(stored, password))

    monkeypatch.setattr(passwords, "hasher", CountingHasher(1, 8, 1))
    done = []
    for name in ("mina", "nobody", "gone"):
        work.clear()
        assert not try_once(session, name, "a wrong password")
        done.append(len(work))
    assert done == [1, 1, 1]


def test_old_hash_is_renewed_when_its_user_signs_in(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = create_user(session, "mina", PASSWORD)
    session.commit()
    before = user.password_hash
    monkeypatch.setattr(passwords, "hasher", passwords.PasswordHasher(2, 16, 1))
    assert try_once(session, "mina", PASSWORD)
    assert user.password_hash != before
    assert try_once(session, "mina", PASSWORD)


def test_hash_is_as_slow_as_owasp_asks() -> None:
    script = "from app.services.passwords import hash_password; print(hash_password('x'))"
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert ran.stdout.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
