"""Near misses: names that are probably slips of the pen for a known one."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from app.services.reference import loose_key

# At most so many names are offered for one that comes close to several.
MOST_CANDIDATES = 5

# (letters in the words that differ, edits forgiven), tried in order. Two edits in eight letters
# would make Tasmania Tanzania, one in four Perm Peru; shorter words may only swap neighbours or
# double a letter. Two edits must leave the first letter alone: Ruritania is not Mauritania.
_FORGIVEN = ((9, 2), (5, 1), (0, 0))
_MOST_FORGIVEN = 2
_LEAST_LETTERS_TO_SWAP = 3
_LONGEST_CODE = 3

# Words of formal names that tell no country from another.
_FORMAL = {
    *("and", "commonwealth", "democratic", "federal", "islamic", "kingdom", "of", "peoples"),
    *("principality", "rep", "republic", "socialist"),
}
# "Area 12" is not "Area 13", nor "Region IV" "Region VI".
_NUMBERS = re.compile(r"\d+|\b[ivx]+\b")


class KnownNames:
    """Known names, arranged so that those a new name comes close to are found fast."""

    def __init__(self, spellings: Iterable[tuple[str, str]]) -> None:
        """Take pairs of a spelling and the name to offer for it."""
        self._names: dict[str, set[str]] = defaultdict(set)
        for spelling, name in spellings:
            for form in _forms(spelling):
                self._names[form].add(name)
        # Comparing with every known name takes seconds in a register of 10,000 countries. Names
        # one edit apart share a form with at most one letter less each; names two edits apart
        # share their first letter and nearly their length.
        self._lacking: dict[str, list[str]] = defaultdict(list)
        self._starting: dict[tuple[str, int], list[str]] = defaultdict(list)
        for form in self._names:
            # Too many short words resemble a short code.
            if len(form) > _LONGEST_CODE:
                self._starting[form[0], len(form)].append(form)
                for lacking in _lacking_a_letter(form):
                    self._lacking[lacking].append(form)

    def near(self, name: str) -> tuple[str, ...]:
        """Return the known names this one is probably meant to be, best first."""
        best: dict[str, int] = {}
        for form in _forms(name):
            for known, edits in self._close(form):
                for candidate in self._names[known]:
                    best[candidate] = min(edits, best.get(candidate, edits))
        ordered = sorted(best, key=lambda candidate: (best[candidate], candidate))
        return tuple(ordered[:MOST_CANDIDATES])

    def _close(self, form: str) -> Iterator[tuple[str, int]]:
        if form in self._names:
            yield form, 0
        for known in self._neighbours(form) - {form}:
            if is_slip(form, known):
                yield known, OSA.distance(form, known)

    def _neighbours(self, form: str) -> set[str]:
        found = {
            known for lacking in _lacking_a_letter(form) for known in self._lacking.get(lacking, ())
        }
        shortest = max(len(form) - _MOST_FORGIVEN, 0)
        for length in range(shortest, len(form) + _MOST_FORGIVEN + 1):
            if _forgiven(length) == _MOST_FORGIVEN:
                alike = self._starting.get((form[0], length), ())
                found.update(
                    known
                    for known, _, _ in extract(
                        form, alike, scorer=OSA.distance, score_cutoff=_MOST_FORGIVEN, limit=None
                    )
                )
        return found


def is_slip(form: str, known: str) -> bool:
    """Tell whether one key is probably a slip for the other: only words that differ count."""
    if _NUMBERS.findall(form) != _NUMBERS.findall(known):
        return False
    written, meant = _words_that_differ(form, known)
    if not written or not meant:
        return False
    edits = OSA.distance(written, meant)
    if edits <= _forgiven(len(meant)) and (edits == 1 or written[0] == meant[0]):
        return True
    return _swaps_neighbours(written, meant) or _undouble(written) == meant


def _forms(name: str) -> set[str]:
    """Return a name's key, and its key without the words of formal names."""
    key = loose_key(name)
    core = " ".join(word for word in key.split() if word not in _FORMAL)
    return {key, core or key}


def _lacking_a_letter(form: str) -> set[str]:
    return {form, *(form[:at] + form[at + 1 :] for at in range(len(form)))}


def _forgiven(letters: int) -> int:
    return next(edits for least, edits in _FORGIVEN if letters >= least)


def _words_that_differ(form: str, known: str) -> tuple[str, str]:
    written, meant = form.split(), known.split()
    for word in form.split():
        if word in meant:
            written.remove(word)
            meant.remove(word)
    return " ".join(written), " ".join(meant)


def _swaps_neighbours(written: str, meant: str) -> bool:
    return (
        len(meant) >= _LEAST_LETTERS_TO_SWAP
        and sorted(written) == sorted(meant)
        and OSA.distance(written, meant) == 1
    )


def _undouble(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)
