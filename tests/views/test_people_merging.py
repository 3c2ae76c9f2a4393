from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Person, Todo, TodoEvent, User
from tests.support.pages import Page

ReadPage = Callable[..., Page]
Reload = Callable[[], Session]
BOTH = {"revision": "1", "into_revision": "1"}


@pytest.fixture
def editor(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_as("editor")


@pytest.fixture
def two(session: Session) -> tuple[int, int]:
    """Mina twice: the first entry has three to-dos, one of them done, the second has one."""
    people = [
        Person(name="M. Park", email="m@who.example", organisation="WHO"),
        Person(name="Mina Park", organisation="WHO"),
    ]
    session.add_all(people)
    session.flush()
    first, second = (person.id for person in people)
    for title in ("one", "two"):
        session.add(Todo(title=title, assignee_id=first))
    session.flush()
    session.add(Todo(title="three", assignee_id=first, done_at=utc_now()))
    session.add(Todo(title="four", assignee_id=second))
    session.commit()
    return first, second


def owners(session: Session) -> dict[str, int | None]:
    return dict(session.execute(select(Todo.title, Todo.assignee_id)).all())  # type: ignore[arg-type]


def merge(client: FlaskClient, path: str = "/people/m-park/merge", **data: str) -> Page:
    return Page(
        client.post(path, data={"into": "mina-park", **BOTH, **data}, follow_redirects=True)
    )


def test_preview_says_what_moves_and_moves_nothing(
    editor: FlaskClient,
    page: ReadPage,
    reload: Reload,
    two: tuple[int, int],
    make_user: Callable[..., User],
) -> None:
    make_user("reader", "mpark", person_id=two[0])
    asked = page(editor.get("/people/m-park/merge"))
    assert asked.texts("[name=into] option") == ["Choose", "M. Park", "Mina Park"]
    shown = page(editor.get("/people/m-park/merge?into=mina-park"))
    assert shown.texts("main > ul > li") == [
        "Moves 3 to-dos: 2 open, 1 done",
        "Moves the account mpark",
        "The name and the former addresses of M. Park lead to Mina Park",
        "Taken over: m@who.example",
    ]
    assert shown.link("The other way round") == "/people/mina-park/merge?into=m-park"
    assert len(reload().scalars(select(Person)).all()) == 2


def test_blanks_are_filled_until_the_merger_is_undone(
    editor: FlaskClient, page: ReadPage, reload: Reload, two: tuple[int, int]
) -> None:
    def told() -> tuple[str | None, str | None]:
        person = reload().get_one(Person, two[1])
        return person.organisation, person.email

    form = page(editor.get("/people/m-park/edit")).form() | {"organisation": "WHO Hanoi"}
    editor.post("/people/m-park/edit", data=form)
    preview = page(editor.get("/people/m-park/merge?into=mina-park")).texts("main > ul > li")
    assert "Not taken over, for Mina Park has another: WHO Hanoi" in preview
    undo = merge(editor, revision="2").one(".message form").get("action")
    assert told() == ("WHO", "m@who.example")
    editor.post(str(undo))
    assert told() == ("WHO", None)
    assert reload().get_one(Person, two[0]).email == "m@who.example"


def test_what_was_taken_over_and_changed_since_stays(
    editor: FlaskClient, page: ReadPage, reload: Reload, two: tuple[int, int]
) -> None:
    undo = merge(editor).one(".message form").get("action")
    form = page(editor.get("/people/mina-park/edit")).form() | {"email": "mina@who.example"}
    assert editor.post("/people/mina-park/edit", data=form).status_code == 303
    editor.post(str(undo))
    assert reload().get_one(Person, two[1]).email == "mina@who.example"


def test_merging_moves_everything_and_the_addresses_lead_on(
    editor: FlaskClient,
    page: ReadPage,
    reload: Reload,
    two: tuple[int, int],
    make_user: Callable[..., User],
) -> None:
    user = make_user("reader", "mpark", person_id=two[0])
    editor.post("/people/m-park/edit", data={"name": "Min Park", "revision": "1"})
    shown = merge(editor, "/people/min-park/merge", revision="2")
    assert shown.heading == "Mina Park"
    assert "Min Park is merged into Mina Park." in shown.texts(".message")[-1]
    assert set(owners(reload()).values()) == {two[1]}
    assert reload().get_one(User, user.id).person_id == two[1]
    for former in ("m-park", "min-park"):
        answer = editor.get(f"/people/{former}")
        assert (answer.status_code, answer.location) == (301, "/people/mina-park")
        listed = page(editor.get(f"/todos?assignee={former}"))
        assert listed.one("[name=assignee] [selected]").get("value") == "mina-park"
        assert len(listed.all(".lines > li")) == 3
    steps = reload().scalars(select(TodoEvent.changes).order_by(TodoEvent.id)).all()
    assert steps == [{"assignee_id": list(two)}] * 3


def test_undoing_a_merger_gives_back_what_is_nobody_elses_since(
    editor: FlaskClient, reload: Reload, two: tuple[int, int], make_user: Callable[..., User]
) -> None:
    first, second = two
    user = make_user("reader", "mpark", person_id=first)
    undo = merge(editor).one(".message form").get("action")
    editor.post("/people/new", data={"name": "Jun Kim"})
    given = {"title": "two", "priority": "3", "assignee_id": "3", "revision": "2"}
    assert editor.post("/todos/2/edit", data=given).status_code == 303
    assert editor.post(str(undo)).location == "/people/m-park"
    assert owners(reload()) == {"one": first, "two": 3, "three": first, "four": second}
    assert reload().get_one(User, user.id).person_id == first
    assert editor.get("/people/m-park").status_code == 200


def test_account_of_the_one_merged_lets_go_where_the_other_has_one(
    editor: FlaskClient,
    page: ReadPage,
    reload: Reload,
    two: tuple[int, int],
    make_user: Callable[..., User],
) -> None:
    ids = [make_user("reader", name, person_id=id).id for name, id in zip("ab", two, strict=True)]
    told = page(editor.get("/people/m-park/merge?into=mina-park")).text("main > ul")
    assert "The account a is linked with nobody then: Mina Park signs in as b" in told
    undo = merge(editor).one(".message form").get("action")
    linked = [reload().get_one(User, id).person_id for id in ids]
    assert linked == [None, two[1]]
    editor.post(str(undo))
    assert [reload().get_one(User, id).person_id for id in ids] == list(two)


def test_nobody_is_merged_with_themselves(
    editor: FlaskClient, page: ReadPage, reload: Reload, two: tuple[int, int]
) -> None:
    refused = page(editor.get("/people/m-park/merge?into=m-park"), status=422)
    assert "nobody is merged with themselves" in refused.error_of("into")
    data = {"into": "m-park", **BOTH}
    page(editor.post("/people/m-park/merge", data=data), status=422)
    assert len(reload().scalars(select(Person)).all()) == 2


@pytest.mark.parametrize("stale", ["revision", "into_revision"])
def test_stale_merger_is_refused_and_shown_anew(
    editor: FlaskClient, reload: Reload, two: tuple[int, int], stale: str
) -> None:
    changed = "m-park" if stale == "revision" else "mina-park"
    name = "M. Park" if stale == "revision" else "Mina Park"
    editor.post(f"/people/{changed}/edit", data={"name": name, "email": "n@x.org", "revision": "1"})
    shown = merge(editor)
    assert "was changed meanwhile. Look again" in shown.text(".message.error")
    assert shown.form("main form[method=post]")[stale] == "2"
    assert len(reload().scalars(select(Person)).all()) == 2


def test_merger_sent_twice_happens_once(
    editor: FlaskClient, reload: Reload, two: tuple[int, int]
) -> None:
    merge(editor)
    again = merge(editor)
    assert again.heading == "Mina Park"
    assert "merged, renamed or deleted meanwhile" in again.text(".message.error")
    assert len(reload().scalars(select(Person)).all()) == 1


@pytest.mark.parametrize("into", ["", "nobody", "mina\0park", "1", "'; DROP TABLE person"])
def test_merger_into_nobody_is_refused(
    editor: FlaskClient, page: ReadPage, reload: Reload, two: tuple[int, int], into: str
) -> None:
    page(editor.post("/people/m-park/merge", data={"into": into, **BOTH}), status=422)
    assert editor.get("/people/m-park/merge", query_string={"into": into}).status_code == 200
    assert len(reload().scalars(select(Person)).all()) == 2


def test_deleted_todo_of_somebody_merged_comes_back_as_the_others(
    editor: FlaskClient, reload: Reload, two: tuple[int, int]
) -> None:
    editor.post("/todos/1/delete", data={"revision": "1"})
    merge(editor)
    editor.post("/todos/deleted/1")
    assert owners(reload())["one"] == two[1]


def test_chain_of_mergers_leads_to_its_end(
    editor: FlaskClient, reload: Reload, two: tuple[int, int]
) -> None:
    merge(editor)
    editor.post("/people/new", data={"name": "Park Mina"})
    merge(editor, "/people/mina-park/merge", into="park-mina", revision="2")
    assert editor.get("/people/m-park").location == "/people/park-mina"
    assert set(owners(reload()).values()) == {3}


@pytest.mark.parametrize("role", ["reader", "visitor"])
def test_only_editors_merge_and_deactivate(
    client: FlaskClient,
    client_as: Callable[[str], FlaskClient],
    two: tuple[int, int],
    role: str,
) -> None:
    asking = client if role == "visitor" else client_as(role)
    for act in ("merge", "deactivate", "activate"):
        answer = asking.post(f"/people/m-park/{act}", data={"into": "mina-park", **BOTH})
        assert answer.status_code in (401, 403)
    assert asking.get("/people/m-park/merge").status_code in (303, 403)
