from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Person, User
from tests.support.pages import Page
from tests.support.sign_in import PASSWORD

ReadPage = Callable[..., Page]
MakeUser = Callable[..., User]
Reload = Callable[[], Session]
NEW = {"username": "mina", "email": "mina@example.org", "role": "editor", "password": PASSWORD}


@pytest.fixture
def admin(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_as("admin")


def stored(reload: Reload, username: str) -> User:
    return reload().scalars(select(User).where(User.username == username)).one()


def test_list_names_users_roles_and_what_they_may(admin: FlaskClient, page: ReadPage) -> None:
    answer = page(admin.get("/users"))
    assert answer.rows()[0][:2] == ["ada", "Admin"]
    assert len(answer.all("main dl > div")) == 3


def test_new_user_can_sign_in(
    admin: FlaskClient, client: FlaskClient, page: ReadPage, reload: Reload
) -> None:
    form = page(admin.get("/users/new")).form()
    assert form["role"] == "reader"
    assert admin.post("/users/new", data={**form, **NEW}).status_code == 303
    assert "mina can sign in" in page(admin.get("/users")).text(".message")
    user = stored(reload, "mina")
    assert (user.role, user.email) == ("editor", "mina@example.org")
    assert client.post("/sign-in", data={"name": "mina", "password": PASSWORD}).status_code == 303
    assert client.get("/people/new").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "ADA"}, "username"),
        ({"username": "two words"}, "username"),
        ({"username": ""}, "username"),
        ({"email": "nowhere"}, "email"),
        ({"password": "mina"}, "password"),
        ({"password": ""}, "password"),
    ],
)
def test_wrong_field_is_named_and_the_rest_kept(
    admin: FlaskClient, page: ReadPage, reload: Reload, wrong: dict[str, str], field: str
) -> None:
    answer = page(admin.post("/users/new", data={**NEW, **wrong}), 422)
    assert answer.error_of(field)
    assert answer.form()["role"] == "editor"
    assert not answer.form().get("password")
    assert reload().scalars(select(User.username)).all() == ["ada"]


def test_role_that_is_none_is_refused(admin: FlaskClient, reload: Reload) -> None:
    for role in ("owner", ""):
        assert admin.post("/users/new", data={**NEW, "role": role}).status_code == 422
    assert reload().scalars(select(User.username)).all() == ["ada"]


def test_other_fields_are_ignored(admin: FlaskClient, reload: Reload) -> None:
    extra = {"id": "99", "password_hash": "x", "disabled_at": "2003-04-12", "person_id": "7"}
    assert admin.post("/users/new", data={**NEW, **extra}).status_code == 303
    user = stored(reload, "mina")
    assert user.id != 99
    assert (user.disabled_at, user.person_id) == (None, None)


def test_role_holds_from_the_next_request_on(
    admin: FlaskClient, make_user: MakeUser, open_browser: Callable[[User], FlaskClient]
) -> None:
    browser = open_browser(make_user("reader", "mina"))
    assert browser.get("/people/new").status_code == 403
    assert admin.post("/users/mina", data={"role": "editor", "email": ""}).status_code == 303
    assert browser.get("/people/new").status_code == 200


def test_user_may_be_a_person_of_the_directory(
    admin: FlaskClient, make_user: MakeUser, page: ReadPage, session: Session, reload: Reload
) -> None:
    make_user("editor", "mina")
    make_user("editor", "tomas")
    session.add(Person(name="Mina Park", slug="mina-park"))
    session.commit()
    form = page(admin.get("/users/mina")).form("main form.stack")
    linked = {**form, "person_id": "1"}
    assert admin.post("/users/mina", data=linked).status_code == 303
    assert stored(reload, "mina").person_id == 1
    assert page(admin.get("/users/mina")).form("main form.stack")["person_id"] == "1"
    assert page(admin.post("/users/tomas", data=linked), 422).error_of("person_id")
    assert page(admin.post("/users/tomas", data={**linked, "person_id": "9"}), 422)
    assert admin.post("/users/mina", data=form).status_code == 303
    assert stored(reload, "mina").person_id is None


def test_disabling_signs_out_at_once_and_can_be_undone(
    admin: FlaskClient,
    make_user: MakeUser,
    open_browser: Callable[[User], FlaskClient],
    page: ReadPage,
) -> None:
    browser = open_browser(make_user("editor", "mina"))
    assert admin.post("/users/mina/disable").status_code == 303
    assert browser.get("/account").status_code == 303
    message = page(admin.get("/users/mina"))
    assert message.one(".message form").get("action") == "/users/mina/enable"
    assert admin.post("/users/mina/enable").status_code == 303
    assert "disabled" not in page(admin.get("/users")).text("table")


def test_new_password_signs_its_user_out_everywhere(
    admin: FlaskClient,
    client: FlaskClient,
    make_user: MakeUser,
    open_browser: Callable[[User], FlaskClient],
    page: ReadPage,
) -> None:
    browser = open_browser(make_user("editor", "mina", "the old password"))
    assert page(admin.post("/users/mina/password", data={"password": "short"}), 422)
    assert admin.post("/users/mina/password", data={"password": PASSWORD}).status_code == 303
    assert browser.get("/account").status_code == 303
    assert client.post("/sign-in", data={"name": "mina", "password": PASSWORD}).status_code == 303


def test_own_password_takes_the_present_one(admin: FlaskClient, reload: Reload) -> None:
    before = stored(reload, "ada").password_hash
    answer = admin.post("/users/ada/password", data={"password": PASSWORD})
    assert answer.location == "/account/password"
    assert stored(reload, "ada").password_hash == before


def test_last_admin_cannot_be_demoted_or_disabled(
    admin: FlaskClient, page: ReadPage, reload: Reload
) -> None:
    data = {"role": "reader", "email": "ada@example.org"}
    assert "only admin" in page(admin.post("/users/ada", data=data), 422).text("#errors")
    admin.post("/users/ada/disable")
    assert "only admin" in page(admin.get("/users/ada")).text(".message.error")
    user = stored(reload, "ada")
    assert (user.role, user.disabled_at, user.email) == ("admin", None, None)


@pytest.mark.parametrize("name", ["nobody", "ada@example.org", "%00", "9" * 500])
def test_unknown_user_is_a_missing_page(admin: FlaskClient, name: str) -> None:
    for address in (f"/users/{name}", f"/users/{name}/password"):
        assert admin.get(address).status_code == 404
    assert admin.post(f"/users/{name}/disable").status_code == 404
