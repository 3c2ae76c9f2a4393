"""Distil Unicode CLDR into app/data/countries.json: code, English name, Korean name, aliases.

Usage: python tools/distil_countries.py FOLDER

FOLDER holds the unpacked npm packages cldr-core and cldr-localenames-full, both of the version
named below (their licence is in NOTICE). CLDR itself rather than Babel, whose data is made from
CLDR too: Babel drops the short and variant names ("US", "Czech Republic", 한국), has no alpha-3
codes, and its version would change under us with each upgrade of a dependency.
"""

import json
import sys
from pathlib import Path
from typing import Any

VERSION = "48.2.0"
OUTPUT = Path(__file__).resolve().parent.parent / "app" / "data" / "countries.json"

# From 895 on ISO's numeric codes are assigned by users; Kosovo's is the one in general use.
FIRST_USER_ASSIGNED = 895
KOSOVO = "XK"


def main(folder: Path) -> None:
    """Write the data file, one territory a line so that a new version can be reviewed."""
    for package in ("cldr-core", "cldr-localenames-full"):
        found = read(folder / package / "package.json")["version"]
        if found != VERSION:
            raise SystemExit(f"{package} is {found}, expected {VERSION}")
    english, korean = (names(folder, language) for language in ("en", "ko"))
    lines = [
        json.dumps(territory(code, alpha2, english, korean), ensure_ascii=False)
        for code, alpha2 in sorted(codes(folder))
    ]
    OUTPUT.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    print(f"{len(lines)} territories of CLDR {VERSION} in {OUTPUT.name}")


def read(path: Path) -> Any:
    """Return a JSON file's content."""
    return json.loads(path.read_text(encoding="utf-8"))


def names(folder: Path, language: str) -> dict[str, str]:
    """Return the names of territories in a language, keyed by alpha-2 code and variant."""
    path = folder / "cldr-localenames-full" / "main" / language / "territories.json"
    found: dict[str, str] = read(path)["main"][language]["localeDisplayNames"]["territories"]
    return found


def codes(folder: Path) -> list[tuple[str, str]]:
    """List (alpha-3, alpha-2) of the countries and areas that ISO 3166-1 names, and Kosovo."""
    mappings = read(folder / "cldr-core" / "supplemental" / "codeMappings.json")
    retired = read(folder / "cldr-core" / "supplemental" / "aliases.json")
    gone = retired["supplemental"]["metadata"]["alias"]["territoryAlias"]
    return [
        (codes["_alpha3"], alpha2)
        for alpha2, codes in mappings["supplemental"]["codeMappings"].items()
        if "_alpha3" in codes and "_numeric" in codes and alpha2 not in gone
        if alpha2 == KOSOVO or int(codes["_numeric"]) < FIRST_USER_ASSIGNED
    ]


def territory(
    code: str, alpha2: str, english: dict[str, str], korean: dict[str, str]
) -> dict[str, Any]:
    """Describe one territory; aliases are its short and variant names in both languages."""
    variants = [
        name
        for language in (english, korean)
        for key, name in sorted(language.items())
        if key.startswith(f"{alpha2}-alt-")
    ]
    return {"code": code, "en": english[alpha2], "ko": korean[alpha2], "aliases": variants}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
