"""Take the pictures in docs/screenshots anew, of the simulated example outbreak.

Run it from the project's root with the environment of `make test`:
.venv-dev/bin/python -m tools.screenshots
pngquant --force --ext .png --quality 60-90 docs/screenshots/*.png  (a third of the size)
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, BROWSERS, serving

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
LAYOUTS = [(width, scheme) for width in (1280, 360) for scheme in ("light", "dark")]
HEIGHT = {1280: 900, 360: 740}
PASSWORD = "forty winks at noon"


def main() -> None:
    """Start an empty register, fill it with the example, and photograph its pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        instance = Path(name)
        url = f"sqlite:///{instance / 'casebook.db'}"
        flask(url, instance, "db", "upgrade")
        for user, role in (("mina", "admin"), ("jonas", "editor")):
            flask(url, instance, "users", "add", user, "--role", role, "--password-stdin")
        program = next(filter(None, map(shutil.which, BROWSERS)))
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        with serving(url, instance) as address:
            for layout in LAYOUTS:
                with signed_in(browser, address, "mina", layout) as tab:
                    take(tab, "/", "empty", layout)
            file = instance / "simulated.csv"
            flask(url, instance, "demo", "--csv", str(file))
            flask(url, instance, "demo")
            with signed_in(browser, address, "mina", LAYOUTS[0]) as tab:
                note_days(tab)
            for layout in LAYOUTS:
                with signed_in(browser, address, "mina", layout) as tab:
                    take_all(tab, layout)
                    with signed_in(browser, address, "jonas", layout) as other:
                        take_conflict(tab, other, layout)
                    take_import(tab, file, layout)
        browser.close()


def flask(url: str, instance: Path, *command: str) -> None:
    """Run a command on the register of this address."""
    environment = {**os.environ, "CASEBOOK_DATABASE_URL": url, "CASEBOOK_INSTANCE": str(instance)}
    subprocess.run(
        [sys.executable, "-m", "flask", *command],
        env=environment,
        input=f"{PASSWORD}\n",
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def signed_in(browser: Browser, address: str, user: str, layout: tuple[int, str]) -> Iterator[Page]:
    """Open a browser of its own in which this user has signed in."""
    width, scheme = layout
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": HEIGHT[width]},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    tab = context.new_page()
    tab.goto("/sign-in")
    tab.get_by_label("Username or email").fill(user)
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.get_by_role("main").get_by_role("button", name="Sign in").click()
    yield tab
    context.close()


def take(tab: Page, path: str, name: str, layout: tuple[int, str]) -> None:
    """Open a page and keep what a screen shows of it."""
    if path:
        tab.goto(path)
    width, scheme = layout
    tab.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png")


def take_all(tab: Page, layout: tuple[int, str]) -> None:
    """Photograph overview, country, queue, list, record and form."""
    take(tab, "/", "overview", layout)
    take(tab, first_country(tab), "country", layout)
    take(tab, "/review", "review", layout)
    take(tab, "/records", "list", layout)
    record = tab.locator("tbody a[href^='/records/']").first.get_attribute("href")
    assert record is not None
    take(tab, record, "record", layout)
    take(tab, f"{record}/edit", "form", layout)


def first_country(tab: Page) -> str:
    """Return the address of the country with most cases."""
    tab.goto("/countries")
    address = tab.locator("tbody a[href^='/countries/']").first.get_attribute("href")
    assert address is not None
    return address


def note_days(tab: Page) -> None:
    """Note something on two of a country's days."""
    address = first_country(tab)
    tab.goto(address)
    days = tab.locator("#reports + section tbody th a").all_inner_texts()
    said = {
        -1: "Two hospitals report by telephone.",
        9: "Late reports came in at once.",
    }
    for place, text in said.items():
        tab.goto(f"{address}/annotations/new")
        tab.get_by_label("Day", exact=True).fill(days[place])
        tab.get_by_label("What is to be known").fill(text)
        tab.get_by_role("button", name="Add the note").click()


def take_conflict(tab: Page, other: Page, layout: tuple[int, str]) -> None:
    """Change one record in two browsers and photograph what the second is shown."""
    path = tab.url.removesuffix("/edit")
    other.goto(f"{path}/edit")
    for page, more, why in ((other, 7, "late report"), (tab, 9, "typing error")):
        deaths = page.get_by_label("Deaths", exact=True)
        deaths.fill(str(int(deaths.input_value() or "0") + more))
        page.get_by_label("Why", exact=True).fill(why)
        page.get_by_role("button", name="Save").click()
    take(tab, "", "conflict", layout)


def take_import(tab: Page, file: Path, layout: tuple[int, str]) -> None:
    """Offer a file and photograph what its check says."""
    tab.goto("/imports/new")
    take(tab, "", "import", layout)
    tab.get_by_label("Choose a file").set_input_files(file)
    tab.get_by_role("button", name="Check the file").click()
    take(tab, "", "check", layout)


if __name__ == "__main__":
    main()
