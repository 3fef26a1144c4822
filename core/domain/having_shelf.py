"""One shelf to be looked things up in: by release, master, barcode, catalogue number and words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from core.domain.apart import AT_ONCE, GIVE_WAY
from core.domain.collection import Collection, Copy
from core.domain.having_text import folded_number
from core.domain.having_words import Alike, Words
from core.domain.ids import MEDIA_FIELD, NOTES_FIELD, SLEEVE_FIELD, FieldId, MasterId, ReleaseId
from core.domain.release import Release
from core.text import fold

K = TypeVar("K")

_PLACES: Final = frozenset(("shelf", "location", "place", "where", "position", "storage", "crate", "box", "slot"))
"""What people call the field that says where a record stands; folded, the whole name or a word of it."""

_STANDARD: Final = (MEDIA_FIELD, SLEEVE_FIELD, NOTES_FIELD)


class Shelved:
    """Built once for a collection or wantlist, of 100,000 copies in a second or two; asked without waiting."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        releases = [copies[0].release for copies in collection.by_release.values()]
        facts = collection.facts
        self._releases: Sequence[Release] = releases
        self._masters = _grouped(releases, lambda one: () if one.master_id is None else (one.master_id,))
        self._numbers = _grouped(releases, _numbers_of)
        self._barcodes = _grouped(releases, lambda one: facts[one.id].barcodes if one.id in facts else ())
        self._words = Words([one.folded for one in releases])
        self.with_barcodes = sum(one.id in facts for one in releases)
        """Releases of which the details were read, and so the barcodes are known, if they have any."""
        self._shelf_fields = _shelf_fields(collection)

    def __len__(self) -> int:
        """How many releases there are."""
        return len(self._releases)

    @property
    def has_masters(self) -> bool:
        """Whether it is told at all which releases are pressings of one record."""
        return bool(self._masters)

    def parts(self) -> list[object]:
        """All that was made for it."""
        return [*vars(self._words).values(), self._releases, self._masters, self._numbers, self._barcodes]

    def release(self, number: ReleaseId | None) -> tuple[Release, ...]:
        """The release of that number, if it is here."""
        copies = self.collection.by_release.get(number) if number is not None else None
        return (copies[0].release,) if copies else ()

    def master(self, number: MasterId | None) -> tuple[Release, ...]:
        """Every release of a master that is here."""
        return self._of(self._masters.get(number, ()) if number is not None else ())

    def barcode(self, code: str) -> tuple[Release, ...]:
        """Every release that has a barcode, as `core.domain.details.barcode` has it."""
        return self._of(self._barcodes.get(code, ()))

    def number(self, number: str) -> tuple[Release, ...]:
        """Every release that has a catalogue number, as `folded_number` has it."""
        return self._of(self._numbers.get(number, ()))

    def words(self, words: Sequence[str]) -> tuple[Alike, Callable[[int], Release]]:
        """Where folded words stand, and what gives the release of such a place."""
        return self._words.find(words), self._releases.__getitem__

    def copies(self, release: ReleaseId) -> tuple[Copy, ...]:
        """The copies of a release."""
        return self.collection.by_release.get(release, ())

    def place_of(self, copy: Copy) -> str:
        """Where a copy stands, as its owner has written it; empty when that is not known."""
        return next(filter(None, map(copy.value, self._shelf_fields)), "")

    def _of(self, places: Iterable[int]) -> tuple[Release, ...]:
        return tuple(map(self._releases.__getitem__, places))


def _grouped(releases: Sequence[Release], keys: Callable[[Release], Iterable[K]]) -> Mapping[K, Sequence[int]]:
    """The places of the releases by each of their keys."""
    found: dict[K, Sequence[int]] = {}
    others: dict[K, list[int]] = {}
    give_way = GIVE_WAY.get()
    for place, release in enumerate(releases):
        if not place % AT_ONCE:
            give_way()
        for key in keys(release):
            # Most stand alone: a list for each of them would be let go of all at once, which takes long.
            if key in found:
                others.setdefault(key, []).append(place)
            else:
                found[key] = (place,)
    return {**found, **{key: (*found[key], *places) for key, places in others.items()}}


def _numbers_of(release: Release) -> Iterable[str]:
    """Each once; a number without a digit is found as a word, and may stand on thousands of records."""
    found = map(folded_number, release.numbers)
    return {number for number in found if any(map(str.isdigit, number))}


def _shelf_fields(collection: Collection) -> tuple[FieldId, ...]:
    """The fields that say where a copy stands, the one first whose whole name says so."""
    named = [(fold(field.name).split(), field) for field in sorted(collection.fields, key=lambda one: one.position)]
    fits = [(words, field.id) for words, field in named if field.id not in _STANDARD and _PLACES.intersection(words)]
    return tuple(number for _words, number in sorted(fits, key=lambda one: len(one[0])))
