"""Pages as people meet them: parsed, and checked for what must hold on every page."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
from lxml import html
from lxml.html import FormElement, HtmlElement
from werkzeug.test import TestResponse

# Inputs nobody sees or that name themselves.
WITHOUT_LABEL = ("hidden", "submit", "button", "reset", "image")


class Page:
    """A parsed page; elements are found by CSS selectors."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.tree: HtmlElement = html.document_fromstring(response.text)

    def all(self, selector: str) -> list[HtmlElement]:
        """Return every element that matches."""
        return list(self.tree.cssselect(selector))

    def one(self, selector: str) -> HtmlElement:
        """Return the only element that matches."""
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} elements match {selector}"
        return found[0]

    def texts(self, selector: str) -> list[str]:
        """Return the text of every element that matches, blanks tidied."""
        return [_text(element) for element in self.all(selector)]

    def text(self, selector: str = "main") -> str:
        """Return the text of the only element that matches, blanks tidied."""
        return _text(self.one(selector))

    @property
    def title(self) -> str:
        """The page's title."""
        return self.text("head > title")

    @property
    def heading(self) -> str:
        """The page's heading."""
        return self.text("h1")

    def rows(self, selector: str = "table") -> list[list[str]]:
        """Return the cells' texts of the only table that matches, without its heading row."""
        table = self.one(selector)
        rows = [row.cssselect("th, td") for row in table.cssselect("tbody tr")]
        return [[_text(cell) for cell in cells] for cells in rows]

    def link(self, text: str) -> str:
        """Return the address of the first link with this text."""
        for element in self.all("a[href]"):
            if _text(element) == text:
                return str(element.get("href"))
        raise AssertionError(f"no link says {text!r}")

    def form(self, selector: str = "main form") -> dict[str, str | list[str] | None]:
        """Return what the only form that matches would send as it stands."""
        form = self.one(selector)
        assert isinstance(form, FormElement)
        fields: dict[str, str | list[str] | None] = {}
        for name, value in form.form_values():
            present = fields.get(name)
            if present is None:
                fields[name] = value
            else:
                fields[name] = [*(present if isinstance(present, list) else [present]), value]
        return fields

    def error_of(self, name: str) -> str:
        """Return the error message that belongs to the field of this name."""
        field = self.one(f"main form [name='{name}']")
        ids = (field.get("aria-describedby") or "").split()
        found = [element for id in ids for element in self.all(f"[id='{id}']")]
        return " ".join(_text(element) for element in found if "error" in str(element.get("class")))


@pytest.fixture
def page() -> Callable[..., Page]:
    """Parse a response as a page, after checking what must hold on every page."""

    def read(response: TestResponse, status: int = 200) -> Page:
        assert response.status_code == status, response.text[:2000]
        assert response.mimetype == "text/html"
        page = Page(response)
        check(page)
        return page

    return read


def check(page: Page) -> None:
    """Assert what must hold on every page."""
    assert page.tree.get("lang"), "the page names no language"
    assert page.title, "the page has no title"
    assert len(page.all("h1")) == 1, f"the page has {len(page.all('h1'))} first headings"
    assert page.heading
    _check_ids(page)
    _check_labels(page)
    _check_policy(page)
    for form in page.all("form"):
        assert form.get("method", "get").lower() in ("get", "post")


def _check_ids(page: Page) -> None:
    counts = Counter(element.get("id") for element in page.all("[id]"))
    assert not [id for id, count in counts.items() if count > 1], "an id is used twice"
    for attribute in ("aria-describedby", "aria-labelledby", "for", "list", "aria-controls"):
        for element in page.all(f"[{attribute}]"):
            missing = set(str(element.get(attribute)).split()) - set(counts)
            assert not missing, f"{attribute} refers to {missing}, which is not on the page"


def _check_labels(page: Page) -> None:
    labelled = {label.get("for") for label in page.all("label[for]")}
    for field in page.all("input, select, textarea"):
        if field.get("type") in WITHOUT_LABEL:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby")
        wrapped = any(parent.tag == "label" for parent in field.iterancestors())
        assert named or wrapped or field.get("id") in labelled, (
            f"the field {field.get('name')} has no label"
        )


def _check_policy(page: Page) -> None:
    policy = page.response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not page.all("style"), "a style element stands in the page"
    assert not page.all("script:not([src])"), "a script stands in the page"
    for element in page.tree.iter():
        names = [str(name) for name in element.attrib]
        inline = [name for name in names if name == "style" or name.startswith("on")]
        assert not inline, f"{element.tag} has the inline {inline}"


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def check_structure(page: Page) -> None:
    """Assert what people who hear a page find their way by."""
    levels = [int(heading.tag[1]) for heading in page.all("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    for before, level in pairwise(levels):
        assert level <= before + 1, f"a heading of level {level} follows one of {before}"
    for fieldset in page.all("fieldset"):
        first = next(iter(fieldset), None)
        assert first is not None, "an empty fieldset"
        assert (first.tag, bool(_text(first))) == ("legend", True), "no legend"
    for radio in page.all("[type=radio]"):
        assert any(parent.tag == "fieldset" for parent in radio.iterancestors()), "no fieldset"
    for table in page.all("table"):
        regions = [parent for parent in table.iterancestors() if parent.get("aria-label")]
        assert regions or table.get("aria-label") or table.cssselect("caption"), "no caption"
        assert all(cell.get("scope") for cell in table.cssselect("th")), "a th has no scope"
    for element in page.all("button, a[href], summary, label, h1, h2, h3, th, legend"):
        assert _text(element) or element.get("aria-label"), f"an empty {element.tag}"
    for element in page.all("[tabindex]"):
        assert element.get("tabindex") in ("0", "-1"), "the order of focus is changed"
