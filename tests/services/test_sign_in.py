import datetime as dt
import threading
from collections.abc import Callable

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import open_session
from app.models import SignInAttempt, User, UserSession
from app.services import accounts, sign_in, tries, user_sessions
from app.services.accounts import create_user
from tests.support.sign_in import PASSWORD, try_once


@pytest.mark.parametrize("name", ["mina", "MINA", " Mina ", "ｍina", "Mina@Example.org"])
def test_user_signs_in_by_name_or_email_however_typed(session: Session, name: str) -> None:
    create_user(session, "Mina", PASSWORD, "editor", "mina@example.org")
    session.commit()
    assert try_once(session, name, PASSWORD)
    assert not try_once(session, name, PASSWORD + "!")


@pytest.mark.parametrize("name", ["mina\x00", "\ud800", "x" * 100_000, "'; DROP TABLE user; --"])
def test_odd_names_are_wrong_not_an_error(session: Session, name: str) -> None:
    create_user(session, "mina", PASSWORD)
    session.commit()
    assert not try_once(session, name, PASSWORD)


def test_ten_wrong_passwords_lock_a_name_for_longer_and_longer(session: Session) -> None:
    create_user(session, "mina", PASSWORD)
    session.commit()
    start = dt.datetime(2003, 4, 12, 10, 0, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as clock:
        for number in range(10):
            assert not try_once(session, "mina", "a wrong password", f"192.0.2.{number}")
        waits = []
        for number in range(3):
            with pytest.raises(tries.TooManyTries) as locked:
                try_once(session, "mina", PASSWORD, f"198.51.100.{number}")
            session.rollback()
            waits.append(locked.value.until - dt.datetime.now(dt.UTC))
            clock.move_to(locked.value.until)
            assert not try_once(session, "mina", "a wrong password", f"198.51.100.{number}")
        assert waits == [dt.timedelta(minutes=1), dt.timedelta(minutes=2), dt.timedelta(minutes=4)]


def test_right_password_forgets_the_wrong_ones(session: Session) -> None:
    create_user(session, "mina", PASSWORD)
    session.commit()
    for _round in range(3):
        for _number in range(9):
            assert not try_once(session, "mina", "a wrong password", "2001:db8::1")
            session.query(SignInAttempt).update({"address": "elsewhere"})
        assert try_once(session, "mina", PASSWORD)
    assert session.scalar(select(func.count(SignInAttempt.id))) == 0


@pytest.mark.parametrize("address", ["192.0.2.{}", "2001:db8:1:{}::1", "2001:db8:1:1::{}"])
def test_names_tried_in_turn_lock_the_address(session: Session, address: str) -> None:
    locked = 0
    for number in range(20):
        try:
            try_once(session, f"name{number}", "a wrong password", address.format(number + 1))
        except tries.TooManyTries:
            session.rollback()
            locked += 1
    # Only addresses of one IPv6 network are one sender's.
    assert locked == (5 if address.endswith("::{}") else 0)


def test_locks_end_by_themselves(session: Session) -> None:
    create_user(session, "mina", PASSWORD)
    session.commit()
    start = dt.datetime(2003, 4, 12, 10, 0, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as clock:
        for _number in range(10):
            try_once(session, "mina", "a wrong password")
        clock.move_to(start + dt.timedelta(hours=25))
        for _number in range(9):
            assert not try_once(session, "mina", "a wrong password")
        assert try_once(session, "mina", PASSWORD)


def test_tries_at_one_moment_do_not_slip_through(database_url: str, session: Session) -> None:
    create_user(session, "mina", PASSWORD)
    session.commit()
    outcomes: list[str] = []
    ready = threading.Barrier(20)

    def guess(number: int) -> None:
        with open_session(database_url) as own:
            ready.wait()
            try:
                try_once(own, "mina", "a wrong password", f"192.0.2.{number}")
                outcomes.append("checked")
            except tries.TooManyTries:
                outcomes.append("locked")

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count("checked"), outcomes.count("locked")) == (10, 10)


def test_session_lasts_thirty_days_and_its_row_is_swept(session: Session) -> None:
    user = create_user(session, "mina", PASSWORD)
    start = dt.datetime(2003, 4, 12, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as clock:
        token = user_sessions.open_user_session(session, user)
        clock.move_to(start + dt.timedelta(days=29))
        assert user_sessions.find_session_user(session, token) is user
        clock.move_to(start + dt.timedelta(days=30))
        assert user_sessions.find_session_user(session, token) is None
        user_sessions.open_user_session(session, user)
        assert session.scalar(select(func.count()).select_from(UserSession)) == 1


def test_token_is_stored_as_its_hash_only(session: Session) -> None:
    token = user_sessions.open_user_session(session, create_user(session, "mina", PASSWORD))
    stored = session.scalars(select(UserSession.token_hash)).one()
    assert len(token) >= 43
    assert token not in stored


@pytest.mark.parametrize(
    "act",
    [
        lambda session, user: accounts.disable(session, user),
        lambda session, user: accounts.set_password(session, user, "another good one"),
        lambda session, user: user_sessions.end_user_sessions(session, user),
    ],
    ids=["disabling", "a new password", "signing out everywhere"],
)
def test_all_sessions_end_by(session: Session, act: Callable[[Session, User], None]) -> None:
    user = create_user(session, "mina", PASSWORD)
    others = user_sessions.open_user_session(session, create_user(session, "tomas", PASSWORD))
    tokens = [user_sessions.open_user_session(session, user) for _ in range(2)]
    act(session, user)
    assert [user_sessions.find_session_user(session, token) for token in tokens] == [None, None]
    assert user_sessions.find_session_user(session, others)


def test_new_password_keeps_the_browser_it_was_typed_in(session: Session) -> None:
    user = create_user(session, "mina", PASSWORD)
    here, there = (user_sessions.open_user_session(session, user) for _ in range(2))
    accounts.set_password(session, user, "another good one", keep=here)
    assert user_sessions.find_session_user(session, here) is user
    assert user_sessions.find_session_user(session, there) is None


def test_account_that_changed_during_the_check_is_not_signed_in(session: Session) -> None:
    create_user(session, "ada", PASSWORD, "admin")
    user = create_user(session, "mina", PASSWORD)
    attempt = sign_in.begin_sign_in(session, "mina", "192.0.2.1")
    assert sign_in.password_matches(attempt, PASSWORD)
    accounts.set_password(session, user, "another good one")
    assert sign_in.finish_sign_in(session, attempt, PASSWORD) is None


def test_enabling_unlocks(session: Session) -> None:
    user = create_user(session, "mina", PASSWORD, email="mina@example.org")
    session.commit()
    for number in range(10):
        try_once(session, "mina", "a wrong password", f"192.0.2.{number}")
    accounts.enable(session, user)
    session.commit()
    assert try_once(session, "mina", PASSWORD)
