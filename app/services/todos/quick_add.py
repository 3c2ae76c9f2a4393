"""One line that says all of a to-do: what, when, how urgent, for whom, where, how often."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.models.names import fold, tidy
from app.services.messages import Message
from app.services.todos.day_words import doubtful_days, find_days
from app.services.todos.repeat_words import find_repeats
from app.services.todos.repeating import Repeat, first_due
from app.services.todos.spans import Pattern, Span, blank_out, find_spans

_URGENT = {"긴급": 1, "중요": 2, "높음": 2, "낮음": 4}
_PRIORITIES = (
    Pattern(r"p(?P<number>[1-4])", lambda match: int(match["number"])),
    Pattern(f"(?P<word>{'|'.join(_URGENT)})", lambda match: _URGENT[match["word"]]),
)
_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”|「([^」]+)」|『([^』]+)』")
_MARKED = re.compile(r"(?<!\S)[@#](\S+?)(?=[,;:!?.)]*(?:\s|$))")
# What Korean puts behind a person: to Mina, to Ms Mina.
_PARTICLE = re.compile(r"(?<=.)(?:님|에게|한테|께|님께|님에게|님한테)$")
_ME = frozenset({"me", "나"})


@dataclass(frozen=True)
class KnownPerson:
    """Somebody a line may name."""

    id: int
    name: str
    slug: str


@dataclass(frozen=True)
class Known:
    """Whom and what a line may name: people, oneself, and a country by any of its names."""

    people: Sequence[KnownPerson] = ()
    me: int | None = None
    country: Callable[[str], int | None] = lambda name: None


@dataclass(frozen=True)
class Understood:
    """What a line says; `doubts` name what was left in the title because nobody can tell."""

    title: str
    due: dt.date | None = None
    priority: int | None = None
    assignee_id: int | None = None
    country_id: int | None = None
    repeat: Repeat | None = None
    spans: tuple[Span, ...] = ()
    doubts: tuple[Message, ...] = ()


def understand(text: str, today: dt.date, known: Known) -> Understood:
    """Read a line; of two words for the same the last is meant, the others stay in the title.

    What stands in quotes is taken as it is, and so is all that is not understood.
    """
    text = tidy(text)
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    bare = blank_out(text, quoted)
    doubts = [*doubtful_days(bare)]
    spans = _choose(bare, [*_find_words(bare, today), *_find_names(bare, known, doubts)])
    values: dict[str, Any] = {span.kind: span.value for span in spans}
    repeat, due = values.get("repeat"), values.get("due")
    return Understood(
        title=_title(text, spans, _needless(text, quoted, today)),
        due=first_due(repeat, today) if repeat and not due else due,
        priority=values.get("priority"),
        assignee_id=values.get("person"),
        country_id=values.get("country"),
        repeat=repeat,
        spans=tuple(spans),
        doubts=tuple(doubts),
    )


def _find_words(text: str, today: dt.date) -> list[Span]:
    repeats = find_repeats(text)
    rest = blank_out(text, [(span.start, span.end) for span in repeats if not span.last])
    return [*repeats, *find_days(rest, today), *find_spans(rest, "priority", _PRIORITIES)]


def _find_names(text: str, known: Known, doubts: list[Message]) -> Iterator[Span]:
    for match in _MARKED.finditer(text):
        mark, name = match[0][0], match[1]
        if mark == "#":
            country = known.country(name)
            if country is not None:
                yield Span(match.start(), match.end(), "country", country)
            elif not name.isdigit():
                doubts.append(Message("No country is called %(name)s.", name=match[0]))
            continue
        found = _person(text[match.start() + 1 :], name, known)
        if isinstance(found, Message):
            doubts.append(found)
        else:
            length, person = found
            yield Span(match.start(), match.start() + 1 + length, "person", person)


def _person(rest: str, name: str, known: Known) -> tuple[int, int] | Message:
    """Return how long the name is that stands here, and whose, or why nobody's."""
    if name.casefold() in _ME:
        if known.me is None:
            return Message("Your account belongs to no person, so nobody is %(name)s.", name="@me")
        return len(name), known.me
    whole = [person for person in known.people if _begins(rest, person.name)]
    if whole:
        longest = max(whole, key=lambda person: len(person.name))
        return len(longest.name), longest.id
    near = _nearest(name, known) or _nearest(_PARTICLE.sub("", name), known)
    if len(near) == 1:
        return len(name), near[0].id
    if not near:
        return Message("Nobody is called %(name)s.", name=f"@{name}")
    people = ", ".join(person.name for person in near[:5])
    return Message("%(name)s could be %(people)s.", name=f"@{name}", people=people)


def _begins(rest: str, name: str) -> bool:
    after = rest[len(name) : len(name) + 1]
    return rest[: len(name)].casefold() == name.casefold() and not after.isalnum()


def _nearest(name: str, known: Known) -> list[KnownPerson]:
    """Return those who are called so, else who have such a name among theirs, else who begin so."""
    folded = fold(name)
    spellings = {person: _spellings(person) for person in known.people} if folded else {}
    nearness: tuple[Callable[[KnownPerson], bool], ...] = (
        lambda person: folded in spellings[person][:2],
        lambda person: folded in spellings[person],
        lambda person: any(spelling.startswith(folded) for spelling in spellings[person]),
    )
    found = ([person for person in spellings if is_near(person)] for is_near in nearness)
    return next(filter(None, found), [])


def _spellings(person: KnownPerson) -> list[str]:
    """Return how a person may be written: their address, their name, and the parts of it."""
    name = fold(person.name)
    return [person.slug, name, name.replace(" ", ""), *name.split()]


def _choose(text: str, spans: list[Span]) -> list[Span]:
    """Keep of each kind the last words, and those that must end the line only where they do."""
    certain = [span for span in spans if not span.last]
    for span in spans:
        others = [(one.start, one.end) for one in spans if one.start >= span.end]
        if span.last and not blank_out(text, others, " ")[span.end :].strip(" .!"):
            certain.append(span)
    kept = {span.kind: span for span in sorted(certain, key=lambda span: span.start)}
    return sorted(kept.values(), key=lambda span: span.start)


def _needless(text: str, quoted: list[tuple[int, int]], today: dt.date) -> list[tuple[int, int]]:
    """Return the places of quotes that only keep words from being understood."""
    marks = []
    for start, end in quoted:
        inside = text[start + 1 : end - 1]
        if _find_words(inside, today) or _MARKED.search(inside):
            marks += [(start, start + 1), (end - 1, end)]
    return marks


def _title(text: str, spans: list[Span], marks: list[tuple[int, int]]) -> str:
    places = [*((span.start, span.end) for span in spans), *marks]
    kept = "".join(
        letter
        for place, letter in enumerate(text)
        if not any(start <= place < end for start, end in places)
    )
    # Marks around words that were taken out: "Ring, tomorrow, p1." leaves three of them.
    kept = re.sub(r"[,;:](?=\s+[,;:.!?])", "", kept)
    title = re.sub(r"\s+([,;:.!?])", r"\1", tidy(kept)).strip(" ,;:–-")
    return "" if re.fullmatch(r"[.!?\s]*", title) else title
