"""The curve on a country's page, and the picture of it to take along."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import open_session
from app.models import Outbreak, Record
from app.services.changesets import Actor
from app.services.directory import create_country
from app.services.example import load_example
from app.services.rules.checking import check_outbreak
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]
MakeRecord = Callable[..., Record]

ADDRESS = "/countries/united-states"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def fall(make_record: MakeRecord) -> None:
    """The United States around the change of what they counted."""
    for day, cases in ((18, 208), (19, 220), (21, 39), (22, 38)):
        make_record("United States", f"2003-04-{day}", cases=cases, deaths=0)


def annotate(editor: FlaskClient, kind: str, day: str, text: str) -> None:
    said = {"kind": kind, "date": day, "text": text}
    assert editor.post(f"{ADDRESS}/annotations/new", data=said).status_code == 303


def marks_of(shown: Page) -> dict[str, list[tuple[str, str]]]:
    """Return the numbers on each drawing, and where they lead."""
    return {
        name: [
            ("".join(link.itertext()).strip(), str(link.get("href")))
            for link in shown.all(f"figure.chart > svg.{name} > a")
        ]
        for name in ("wide", "narrow")
    }


@pytest.mark.usefixtures("fall")
def test_chart_is_an_image_with_a_title_and_a_sentence(client: FlaskClient, page: ReadPage) -> None:
    shown = page(client.get(ADDRESS))
    images = shown.all("figure.chart svg[role=img]")
    assert len(images) == 2
    title, words = str(images[0].get("aria-labelledby")).split()
    assert shown.text(f"#{title}") == (
        "United States: cumulative counts, 18 April 2003 to 22 April 2003"
    )
    assert shown.text(f"#{words}") == (
        "Cases: highest 220 on 19 April 2003, latest 38 on 22 April 2003;"
        " Deaths: highest 0 on 18 April 2003, latest 0 on 22 April 2003."
    )
    assert "Recoveries: not reported." in shown.text("figcaption")
    assert "Days without a report are gaps" in shown.text("figcaption")
    assert not shown.all("[style]")


@pytest.mark.usefixtures("fall")
def test_marks_have_the_numbers_of_the_list_and_lead_there(
    client: FlaskClient, client_as: ClientAs, page: ReadPage, session: Session
) -> None:
    editor = client_as("editor")
    annotate(editor, "note", "2003-04-18", "By the new form.")
    check_outbreak(session, session.scalars(select(Outbreak.id)).one())
    session.commit()
    form = page(editor.get("/review/accept?finding=1")).form("main form[method='post']")
    editor.post("/review/accept?finding=1", data=form | {"words": "Counted anew."})
    shown = page(client.get(ADDRESS))
    listed = [str(item.get("id")) for item in shown.all("#notes ~ ol > li")]
    assert listed == ["mark-1", "mark-2"]
    assert marks_of(shown) == {
        name: [("1", "#mark-1"), ("2", "#mark-2")] for name in marks_of(shown)
    }
    assert shown.all("svg.wide > a")[1].get("aria-label") == "Note 2"
    assert not shown.all("figure.chart [role=img] a")


@pytest.mark.usefixtures("fall")
def test_break_is_a_line_through_the_chart_and_silences_the_fall(
    client: FlaskClient, client_as: ClientAs, page: ReadPage, session: Session
) -> None:
    check_outbreak(session, session.scalars(select(Outbreak.id)).one())
    session.commit()
    assert "2 open findings" in page(client.get(ADDRESS)).texts("h2")
    annotate(client_as("editor"), "break", "2003-04-21", "Only probable cases from here on.")
    shown = page(client.get(ADDRESS))
    assert shown.texts("#findings + ul li a[href^='/review/']") == [
        "Cases fall from 39 on 21 April 2003 to 38."
    ]
    assert len(shown.all("svg.wide .break")) == 1
    assert str(shown.one("svg.wide .curve.cases").get("d")).count("M") == 2
    assert not shown.all("svg.wide .bridges.cases")


def test_marks_close_together_share_a_place(
    client: FlaskClient, client_as: ClientAs, make_record: MakeRecord, page: ReadPage
) -> None:
    for month in (3, 4, 5, 6):
        make_record("United States", f"2003-0{month}-10", cases=month)
    for day in ("2003-04-10", "2003-04-11", "2003-06-01", "2003-07-01"):
        annotate(client_as("editor"), "note", day, "Known.")
    shown = page(client.get(ADDRESS))
    # The last is of a day after the last report: it is in the list alone.
    assert marks_of(shown)["wide"] == [("1–2", "#mark-1"), ("3", "#mark-3")]
    assert len(shown.all("#notes ~ ol > li")) == 4


@pytest.mark.usefixtures("fall")
def test_large_correction_is_cut_and_labelled(client: FlaskClient, page: ReadPage) -> None:
    shown = page(client.get(f"{ADDRESS}?measure=new"))
    assert shown.texts("svg.wide .fall") == ["−181", "−1"]
    assert len(shown.all("svg.wide .cut")) == 1
    assert shown.one("svg.wide .corrections").get("fill") == "url(#hatch-wide)"
    assert "hatched beneath zero" in shown.text("figcaption")


@pytest.mark.usefixtures("fall")
def test_form_holds_what_was_chosen_and_the_address_only_what_differs(
    client: FlaskClient, page: ReadPage
) -> None:
    sent = f"{ADDRESS}?measure=cumulative&scale=log&from=2003-04-19&to="
    answer = client.get(sent)
    assert (answer.status_code, answer.location) == (
        302,
        f"{ADDRESS}?scale=log&from=2003-04-19",
    )
    shown = page(client.get(answer.location))
    assert shown.form("details.filters form") == {
        "measure": "cumulative",
        "scale": "log",
        "from": "2003-04-19",
        "to": "",
    }
    assert "3 values are left out" in shown.text("figcaption")
    assert shown.link("SVG") == f"{ADDRESS}.svg?scale=log&from=2003-04-19"
    csv = shown.all(".chart-files a")[1].get("href")
    assert csv == f"{ADDRESS}.csv?from=2003-04-19"
    assert client.get(csv).location == "/records.csv?country=united-states&from=2003-04-19"


@pytest.mark.usefixtures("fall")
@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("measure=speed", "measure='speed' is left out."),
        ("scale=%00", "is left out."),
        ("from=3/4/2003", "could be two days"),
        ("to=2003-02-30", "not a day of the calendar"),
        ("sort=date", "'sort' is left out"),
        ("from=2003-04-22&to=2003-04-18", "exchanged"),
    ],
)
def test_what_an_address_says_wrongly_is_told_and_the_chart_drawn(
    client: FlaskClient, page: ReadPage, query: str, told: str
) -> None:
    shown = page(client.get(f"{ADDRESS}?{query}"))
    assert told in shown.text(".message.warning")
    assert len(shown.all("figure.chart > svg")) == 2


@pytest.mark.usefixtures("fall")
@pytest.mark.parametrize("query", ["from=2004-01-01", "to=1999-12-31"])
def test_days_without_a_report_have_no_chart_and_a_way_back(
    client: FlaskClient, page: ReadPage, query: str
) -> None:
    shown = page(client.get(f"{ADDRESS}?{query}"))
    assert not shown.all("figure.chart")
    assert shown.link("Show the counts of all days") == f"{ADDRESS}#chart"
    assert client.get(f"{ADDRESS}.svg?{query}").status_code == 404


@pytest.mark.parametrize("query", ["", "?measure=new", "?measure=average", "?scale=log"])
def test_single_report_is_drawn_as_far_as_it_says_anything(
    client: FlaskClient, make_record: MakeRecord, page: ReadPage, query: str
) -> None:
    make_record("United States", cases=5)
    shown = page(client.get(f"{ADDRESS}{query}"))
    assert len(shown.all("svg.wide .dots")) == (0 if "measure" in query else 1)


def test_country_without_counts_has_no_chart(
    client: FlaskClient, make_record: MakeRecord, page: ReadPage, session: Session
) -> None:
    make_record("Canada")
    create_country(session, "Chad")
    session.commit()
    blank, empty = (page(client.get(f"/countries/{name}")) for name in ("canada", "chad"))
    assert "There is nothing to draw" in blank.text()
    assert "Chad has no records yet." in empty.text()
    assert not blank.all("figure.chart") + empty.all("figure.chart, #chart")


@pytest.mark.usefixtures("fall")
def test_picture_stands_for_itself(client: FlaskClient, client_as: ClientAs) -> None:
    annotate(client_as("editor"), "break", "2003-04-21", "Only <probable> & confirmed\ncases.")
    answer = client.get(f"{ADDRESS}.svg?measure=new")
    assert answer.mimetype == "image/svg+xml"
    assert 'filename="united-states-new.svg"' in answer.headers["Content-Disposition"]
    tree = etree.fromstring(answer.data)
    text = " ".join("".join(each.itertext()) for each in tree.iter(f"{SVG}text"))
    assert "1 21 April 2003: Only <probable> & confirmed cases." in text
    assert "Source: Casebook, Outbreak; drawn on " in text
    assert "−181" in text
    assert not list(tree.iter(f"{SVG}a", f"{SVG}script", f"{SVG}style", f"{SVG}image"))
    assert not [each for each in tree.iter() if each.get("style") or each.get("href")]
    lines = [each for each in tree.iter(f"{SVG}path") if each.get("class") == "bars cases"]
    assert lines[0].get("fill") == "#1d84f5"


def test_picture_of_the_example_says_simulated(client: FlaskClient, database_url: str) -> None:
    with open_session(database_url) as session:
        load_example(session, Actor("Mina Park"), countries=3, days=20)
        session.commit()
    address = client.get("/countries.json").get_json()[0]["country"].lower()
    answer = client.get(f"/countries/{address}.svg")
    assert "No real outbreak is shown" in answer.text


@pytest.mark.usefixtures("fall")
def test_readings_say_what_the_chart_shows_each_day(client: FlaskClient, page: ReadPage) -> None:
    asked = "measure=new&from=2003-04-19"
    address = page(client.get(f"{ADDRESS}?{asked}")).one("figure.chart").get("data-readings")
    assert address == f"{ADDRESS}/chart.json?{asked}"
    assert client.get(address).get_json() == {
        "readings": [
            {"at": 0, "text": "19 April 2003: Cases +12, Deaths 0"},
            {"at": 2, "text": "21 April 2003: Cases −181, Deaths 0"},
            {"at": 3, "text": "22 April 2003: Cases −1, Deaths 0"},
        ]
    }
    assert client.get(f"{ADDRESS}/chart.json?to=1999-01-01").get_json() == {"readings": []}


@pytest.mark.parametrize("address", ["nowhere.svg", "nowhere/chart.json"])
def test_chart_of_an_unknown_country_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(f"/countries/{address}").status_code == 404


# country, outbreak, the series, annotations, accepted findings; the same however long it reports.
def test_picture_asks_few_queries(
    client: FlaskClient, make_record: MakeRecord, query_counter: Callable[..., Any]
) -> None:
    for day in range(1, 15):
        make_record("United States", f"2003-05-{day:02}", cases=day)
    with query_counter() as queries:
        assert client.get(f"{ADDRESS}.svg").status_code == 200
    assert len([query for query in queries if not query.startswith("PRAGMA")]) <= 5, queries
