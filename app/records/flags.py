"""The flags of the records list: the badges of its rows, and what the filter and facets offer."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.fragments import fragment
from app.language import translate
from app.records.words import FLAG_WORDS
from app.services.records_list.asked import RecordQuery
from app.services.records_list.flags import Flag, FlagFacet, count_flags, read_flags
from app.services.records_list.pages import Page
from app.services.rules.wording import rule_title

# A record's badges by its id.
Flagged = Mapping[int, str]


@dataclass(frozen=True)
class FlagChoice:
    """A word of the filter; as a facet it has a number of records, unless they are too many."""

    word: str
    text: str
    is_facet: bool = False
    records: int | None = None


def of_page(session: Session, page: Page) -> Flagged:
    """Return the badges of a page's rows; no query where nothing is flagged or shown."""
    query = page.query
    if not query.outbreak.has_flags or "flags" not in query.columns:
        return {}
    found = read_flags(session, query.outbreak.id, [row.id for row in page.rows])
    return {id: _badges(flags) for id, flags in found.items()}


def choices(session: Session, query: RecordQuery) -> list[FlagChoice]:
    """Return what the filter offers; nothing, and no query, where nothing is flagged."""
    if not query.outbreak.has_flags:
        return []
    facets = count_flags(session, query.outbreak.id)
    seen = {facet.rule for facet in facets}
    # A rule that flags nothing is offered only where it was asked for.
    chosen = [rule for rule in query.flags.rules if rule not in seen]
    return [
        *(FlagChoice(word, _capital(str(text))) for word, text in FLAG_WORDS.items()),
        *(_facet(facet) for facet in facets),
        *(FlagChoice(rule, _title(rule)) for rule in chosen),
    ]


def _facet(facet: FlagFacet) -> FlagChoice:
    return FlagChoice(facet.rule, _title(facet.rule), is_facet=True, records=facet.records)


def _badges(flags: list[Flag]) -> str:
    kinds = dict.fromkeys((flag.rule, flag.state) for flag in flags)
    return " ".join(_badge(rule, state) for rule, state in kinds)


def _badge(rule: str, state: str) -> str:
    accepted = state == "accepted"
    return fragment("records/_flag.html", (rule, accepted), title=_title(rule), accepted=accepted)


def _title(rule: str) -> str:
    return translate(rule_title(rule))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
