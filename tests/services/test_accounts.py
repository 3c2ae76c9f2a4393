import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import open_session
from app.models import User
from app.services import accounts, first_run
from app.services.accounts import AccountRefused, LastAdmin, create_user
from tests.support.sign_in import PASSWORD


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a@b.org", "a/b", "-a", ".", "..", "a\x00b", "new"]
)
def test_odd_usernames_are_refused(session: Session, name: str) -> None:
    with pytest.raises(AccountRefused) as refusal:
        create_user(session, name, PASSWORD)
    assert refusal.value.field == "username"


@pytest.mark.parametrize("name", ["mina", "MINA", "ＭＩＮＡ", "mi\u200bna", " mina"])
def test_username_that_looks_taken_is_refused(session: Session, name: str) -> None:
    create_user(session, "mina", PASSWORD)
    with pytest.raises(AccountRefused, match="already"):
        create_user(session, name, PASSWORD)
    assert session.scalar(select(func.count(User.id))) == 1


def test_email_of_another_user_is_refused(session: Session) -> None:
    create_user(session, "mina", PASSWORD, email="mina@example.org")
    with pytest.raises(AccountRefused) as refusal:
        create_user(session, "tomas", PASSWORD, email="MINA@example.org")
    assert refusal.value.field == "email"


def test_last_admin_stays(session: Session) -> None:
    ada = create_user(session, "ada", PASSWORD, "admin")
    bea = create_user(session, "bea", PASSWORD, "admin")
    accounts.disable(session, bea)
    with pytest.raises(LastAdmin):
        accounts.disable(session, ada)
    with pytest.raises(LastAdmin):
        accounts.set_role(session, ada, "editor")
    accounts.enable(session, bea)
    accounts.set_role(session, ada, "reader")
    assert (ada.role, ada.disabled_at) == ("reader", None)


def test_two_admins_cannot_demote_each_other_at_one_moment(
    database_url: str, session: Session, reload: Callable[[], Session]
) -> None:
    for name in ("ada", "bea"):
        create_user(session, name, PASSWORD, "admin")
    session.commit()
    ready = threading.Barrier(2)

    def demote(name: str) -> None:
        with open_session(database_url) as own:
            ready.wait()
            user = accounts.find_user(own, name)
            assert user
            try:
                accounts.set_role(own, user, "reader")
                own.commit()
            except LastAdmin:
                own.rollback()

    threads = [threading.Thread(target=demote, args=(name,)) for name in ("ada", "bea")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    roles = reload().scalars(select(User.role)).all()
    assert sorted(roles) == ["admin", "reader"]


def test_two_first_admins_at_one_moment_make_one(
    database_url: str, reload: Callable[[], Session]
) -> None:
    ready = threading.Barrier(2)
    refused: list[str] = []

    def set_up(name: str) -> None:
        with open_session(database_url) as own:
            ready.wait()
            try:
                first_run.create_first_admin(own, name, PASSWORD)
                own.commit()
            except first_run.AlreadySetUp:
                refused.append(name)

    threads = [threading.Thread(target=set_up, args=(name,)) for name in ("ada", "bea")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert reload().scalars(select(User.role)).all() == ["admin"]


def test_script_creates_a_user_without_an_app(
    database_url: str, reload: Callable[[], Session]
) -> None:
    script = (
        "import sys\n"
        "from app.database import open_session\n"
        "from app.services.accounts import create_user\n"
        "with open_session(sys.argv[1]) as session:\n"
        f"    create_user(session, 'mina', {PASSWORD!r}, 'editor')\n"
        "    session.commit()\n"
    )
    subprocess.run([sys.executable, "-c", script, database_url], check=True)
    assert reload().scalars(select(User.username)).all() == ["mina"]
