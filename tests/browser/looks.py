"""How a page looks to axe and to a narrow screen, in the colours it is shown in."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (1280, 360)
SCHEMES = ("light", "dark")

# Reads the width that a page's content needs beyond the screen, and what needs it.
STICKING_OUT = """() => [...document.querySelectorAll("body *")]
    .filter(element => document.documentElement.scrollWidth > innerWidth
        && element.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(element => element.outerHTML.slice(0, 120))"""


def faults(tab: Page, *schemes: str) -> list[str]:
    """List what axe finds and what sticks out, at each width and in each of the colours."""
    found: list[str] = []
    for scheme in schemes or SCHEMES:
        # A colour on its way to another is neither.
        dark = scheme == "dark"
        tab.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
        for width in WIDTHS:
            tab.set_viewport_size({"width": width, "height": 800})
            where = f"{tab.url} {scheme} {width}"
            found += [f"{where}: {fault}" for fault in _violations(tab)]
            found += [f"{where}: sticks out: {html}" for html in tab.evaluate(STICKING_OUT)]
    tab.set_viewport_size({"width": WIDTHS[0], "height": 800})
    return found


def _violations(tab: Page) -> list[str]:
    violations = Axe().run(tab).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in violations for node in each["nodes"]]
