from flask.testing import FlaskClient


def test_overview_answers_with_one_heading(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.text.count("<h1>") == 1
