import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("/people/", "/people"),
        ("/people///", "/people"),
        ("/records/?country=canada&q=a%20b", "/records?country=canada&q=a+b"),
        ("/people/%EB%B0%95/", "/people/%EB%B0%95"),
    ],
)
def test_slash_at_the_end_leads_to_the_page(client: FlaskClient, asked: str, location: str) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer.location) == (301, location)


@pytest.mark.parametrize(
    "address", ["/nowhere/", "/\\example.org/", "/%2f%2fexample.org/", "/a%00/"]
)
def test_other_addresses_lead_nowhere(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code in (404, 308)
    assert "example.org" not in (answer.location or "").removeprefix("http://localhost/")


def test_post_is_never_sent_on(client: FlaskClient) -> None:
    assert client.post("/people/new/").status_code == 404
