"""How a page looks to axe and to a narrow screen, in the colours it is shown in."""

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (1280, 360)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

AXE = str(Axe().axe_script)
# All that axe judges by colour; the rest is the same in both.
COLOUR_RULES = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
JUDGING = "options => axe.run(options).then(found => found.violations)"

# Reads the width that a page's content needs beyond the screen, and what needs it.
STICKING_OUT = """() => [...document.querySelectorAll("body *")]
    .filter(element => document.documentElement.scrollWidth > innerWidth
        && element.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(element => element.outerHTML.slice(0, 120))"""


def faults(tab: Page) -> list[str]:
    """List what axe finds and what sticks out, at each width and in both colours."""
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(AXE)
    found: list[str] = []
    for scheme in SCHEMES:
        # A colour on its way to another is neither.
        tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in WIDTHS:
            tab.set_viewport_size({"width": width, "height": 800})
            where = f"{tab.url} {scheme} {width}"
            if scheme == SCHEMES[0]:
                found += [f"{where}: {fault}" for fault in _violations(tab)]
                found += [f"{where}: sticks out: {html}" for html in tab.evaluate(STICKING_OUT)]
            else:
                found += [f"{where}: {fault}" for fault in _violations(tab, **COLOUR_RULES)]
    tab.set_viewport_size({"width": WIDTHS[0], "height": 800})
    return found


def _violations(tab: Page, **options: Any) -> list[str]:
    violations = tab.evaluate(JUDGING, {"resultTypes": ["violations"], **options})
    return [f"{each['id']}: {node['html']}" for each in violations for node in each["nodes"]]
