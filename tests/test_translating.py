"""Pages in two languages, their templates compiled once for each."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask.testing import FlaskClient

from app.language import LANGUAGES, babel
from tests.support.pages import Page


@pytest.fixture
def korean(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second language with two texts, one of which needs a value."""
    catalogue = Catalog(locale="ko")
    catalogue.add("Skip to the content", "본문 <로>")
    catalogue.add("printed %(day)s", "인쇄 %(day)s")
    folder = tmp_path / "ko" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    app.extensions["babel"].translation_directories.append(str(tmp_path))
    with app.app_context():
        monkeypatch.setattr(babel.domain_instance, "cache", {})
    monkeypatch.setitem(LANGUAGES, "ko", "한국어")


@pytest.mark.usefixtures("korean")
def test_each_page_is_in_the_language_it_is_asked_for_in(client: FlaskClient) -> None:
    for lang, skip, printed in (("ko", "본문 <로>", "인쇄"), ("en", "Skip to", "printed")) * 2:
        page = Page(client.get(f"/people?lang={lang}"))
        assert page.text("html > body > a.skip").startswith(skip)
        assert printed in page.text("p.on-paper")
