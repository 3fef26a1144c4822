"""The words of many records, to be found in a few milliseconds: whole, by their beginnings, or with a letter wrong."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from typing import Final

from core.domain.apart import AT_ONCE, GIVE_WAY, sorted_by

from msgspec import Struct

_ARTICLES: Final = "a an and the of in on de la le les der die das und et y feat ft featuring vs with"
_FORMATS: Final = 'lp ep cd dvd single album vinyl record cassette tape reissue repress original pressing 7" 10" 12"'
_NOISE: Final = frozenset(f"{_ARTICLES} {_FORMATS}".split())
"""What people write beside what a record is called; it need not stand there."""

_MOST: Final = 1_000
"""Records that are looked at one by one for one word that is not there."""

_LOOK: Final = 6
"""A look into one text takes as long as so many steps through a list of places."""

_SHORTEST: Final = 4
"""Letters of a word in which one may be wrong."""

_MANY_WORDS: Final = 4
"""Of so many words one may be another than on the record."""

_LAST: Final = "\U0010ffff"


class Alike(Struct, frozen=True):
    """Where the words stand: the places of records, in no order."""

    sure: tuple[int, ...] = ()
    """All words stand there, or words that begin so."""
    near: tuple[int, ...] = ()
    """All but a letter or a word; none while anything is sure."""


class Words:
    """Built once; work for a thread. May be asked from several."""

    def __init__(self, texts: Sequence[str]) -> None:
        """`texts` are folded, a record each."""
        self._texts = texts
        known: dict[str, int] = {}
        of, ends = array("I"), array("I")
        give_way = GIVE_WAY.get()
        for at, text in enumerate(texts):
            if not at % AT_ONCE:
                give_way()
            of.extend(dict.fromkeys(known.setdefault(word, len(known)) for word in text.split()))
            ends.append(len(of))
        words = tuple(known)
        order = sorted_by(range(len(words)), words.__getitem__)
        self._words = [words[number] for number in order]
        self._backwards = sorted_by([word[::-1] for word in words], lambda word: word)
        self._starts, self._places = _by_word(of, ends, order)

    def find(self, words: Sequence[str]) -> Alike:
        """The records in which folded words stand."""
        if not words:
            return Alike()
        spare = without_noise(words)
        for wanted in (words, spare) if len(spare) < len(words) else (words,):
            if sure := self._having([(word,) for word in wanted]):
                return Alike(tuple(sure))
        near = self._having([(word, *self._mistyped(word)) for word in spare])
        if not near and len(spare) >= _MANY_WORDS:
            near = self._having_all_but_one(spare)
        return Alike(near=tuple(near))

    def _having(self, wanted: Sequence[Sequence[str]]) -> list[int]:
        """Where of each of these one stands, or a word that begins so."""
        rarest, *others = sorted(wanted, key=self._frequency)
        found = dict.fromkeys(self._places_of(rarest))
        for some in others:
            if len(found) * _LOOK < self._frequency(some):
                found = {place: None for place in found if _stands(some, self._texts[place])}
            else:
                also = found.keys() & set(self._places_of(some))
                found = {place: None for place in found if place in also}
        return list(found)

    def _having_all_but_one(self, wanted: Sequence[str]) -> list[int]:
        # What lacks one of them has at least one of the two rarest.
        rarest = sorted(wanted, key=lambda word: self._frequency((word,)))[:2]
        places = islice(dict.fromkeys(self._places_of(rarest)), _MOST)
        return [place for place in places if sum(not _stands((word,), self._texts[place]) for word in wanted) <= 1]

    def _range(self, word: str) -> tuple[int, int]:
        """The words that begin so; a number or a letter is no beginning of another."""
        begin = bisect_left(self._words, word)
        if _is_whole(word):
            return begin, begin + (self._words[begin : begin + 1] == [word])
        return begin, bisect_left(self._words, word + _LAST)

    def _frequency(self, some: Iterable[str]) -> int:
        return sum(self._starts[end] - self._starts[begin] for begin, end in map(self._range, some))

    def _places_of(self, some: Iterable[str]) -> Iterator[int]:
        """The word itself comes first of those that begin with it."""
        for begin, end in map(self._range, some):
            yield from self._places[self._starts[begin] : self._starts[end]]

    def _mistyped(self, word: str) -> Iterator[str]:
        """The words from which it differs in one letter, or in two that are swapped; numbers are what they are."""
        if len(word) < _SHORTEST or not word.isalpha():
            return
        half = len(word) // 2
        begin, end = self._range(word[:half])
        yield from (other for other in self._words[begin:end] if _is_near(word, other))
        tail = word[half:][::-1]
        begin, end = (bisect_left(self._backwards, text) for text in (tail, tail + _LAST))
        yield from (other for back in self._backwards[begin:end] if _is_near(word, other := back[::-1]))
        for at in range(len(word) - 1):
            swapped = f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}"
            place = bisect_left(self._words, swapped)
            if self._words[place : place + 1] == [swapped]:
                yield swapped


def _by_word(of: array[int], ends: array[int], order: Sequence[int]) -> tuple[array[int], array[int]]:
    """The places of the records, word by word in this order, and before them where those of each word begin."""
    rank = array("I", bytes(4 * len(order)))
    for place, number in enumerate(order):
        rank[number] = place
    counts = array("I", bytes(4 * len(order)))
    for number in of:
        counts[rank[number]] += 1
    starts = array("I", accumulate(counts, initial=0))
    free, places = starts[:-1], array("I", bytes(4 * len(of)))
    begin, give_way = 0, GIVE_WAY.get()
    for record, end in enumerate(ends):
        if not record % AT_ONCE:
            give_way()
        for number in of[begin:end]:
            place = rank[number]
            places[free[place]] = record
            free[place] += 1
        begin = end
    return starts, places


def without_noise(words: Sequence[str]) -> Sequence[str]:
    """The words that tell a record; all of them, when they are nothing but articles and formats."""
    return [word for word in words if word not in _NOISE] or words


def begins(words: Iterable[str], word: str) -> bool:
    """Whether one of these is a word, or begins so; a number or a letter is no beginning of another."""
    return word in words if _is_whole(word) else any(other.startswith(word) for other in words)


def _is_whole(word: str) -> bool:
    """Whether it is a word for itself, and no beginning: a number, or a single letter."""
    return len(word) < 2 or any(map(str.isdigit, word))


def _stands(some: Iterable[str], text: str) -> bool:
    for word in some:
        if _is_whole(word):
            if word in text and word in text.split():
                return True
        elif f" {word}" in text or f"\n{word}" in text or text.startswith(word):
            return True
    return False


def _is_near(one: str, other: str) -> bool:
    """Whether a letter more, less or another makes the one the other; the same words are near, too."""
    longer = len(one) - len(other)
    if not -1 <= longer <= 1:
        return False
    at = next((place for place, (mine, yours) in enumerate(zip(one, other, strict=False)) if mine != yours), None)
    if at is None:
        return True
    return one[at + (longer >= 0) :] == other[at + (longer <= 0) :]
