"""A collection of any size, invented: `--items N`. The same size and seed give the same collection."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from core.sandbox.holding import (
    DEFAULT_FIELDS,
    GRADES,
    MEDIA,
    NOTES,
    SLEEVE,
    UNCATEGORIZED,
    Copy,
    Field,
    Folder,
    Gaps,
    Holding,
    JsonObject,
)
from core.sandbox.invented import Press
from core.sandbox.oddities import ODD_TEXTS
from core.sandbox.pacific import with_offset

_FOLDERS = (
    Folder(700_001, "Boxes"),
    Folder(700_002, "Living Room"),
    Folder(700_003, "Singles"),
    Folder(700_004, "To Sell [/]"),
    Folder(UNCATEGORIZED, "Uncategorized"),
)
_FOLDER_WEIGHTS = (9, 22, 12, 2, 55)
_SHELF = Field(4, "Shelf", 4, ("A", "B", "C", "Attic"), public=True)
_FIELDS = (*DEFAULT_FIELDS, _SHELF)
_GRADE_WEIGHTS = (5, 28, 36, 18, 7, 3, 2, 1)
_COPIES_WEIGHTS = (962, 30, 6, 2)
_RATING_WEIGHTS = (82, 1, 2, 5, 6, 4)
_NOTES = ("Sleeve split at the top.", "With insert.", "Plays fine.", "Gift.", "Needs a clean.", "Signed on the back.")
_BEGINS = datetime(2009, 5, 2, 11, 30)  # noqa: DTZ001 - a wall clock; its offset is written when it is
_DAYS = 6000
_UNDATED, _GONE = 0.06, 0.005  # of all masters, and of all masters and releases


def generated(items: int, seed: int) -> Holding:
    """Invent a collection of exactly `items` copies."""
    chance = random.Random(seed)  # noqa: S311 - it draws records, not secrets
    owned = _owned(chance, items)
    dates = _dates(chance, items)
    copies: list[Copy] = []
    instance = 40_000_000
    for (release, rating), date in zip(owned, dates, strict=True):
        instance += chance.randint(1, 20_000)
        folder = chance.choices(_FOLDERS, _FOLDER_WEIGHTS)[0]
        copies.append(Copy(instance, folder.folder_id, rating, date, _notes(chance, len(copies)), release))
    return Holding(tuple(copies), _FOLDERS, _FIELDS, {"username": "generated", "registered": with_offset(_BEGINS)})


def with_gaps(holding: Holding, seed: int) -> Holding:
    """Let a share of its masters have no year, and a few of its releases and masters be gone: the same ones each time.

    What is gone stands in the lists as before.
    """
    chance = random.Random(f"gaps {seed}")  # noqa: S311 - it draws records, not secrets
    releases = {copy.release["id"]: copy.release["master_id"] for copy in holding.copies}
    masters = {*releases.values()} - {0}
    gone = _drawn(chance, masters, _GONE)
    undated = _drawn(chance, masters - gone, _UNDATED)
    return replace(holding, gaps=Gaps(_drawn(chance, releases, _GONE), gone, undated))


def _drawn(chance: random.Random, numbers: Iterable[int], share: float) -> frozenset[int]:
    """Draw a share of some numbers, one of them at least."""
    given = sorted(numbers)
    return frozenset(chance.sample(given, min(len(given), max(1, round(len(given) * share)))))


def _owned(chance: random.Random, items: int) -> list[tuple[JsonObject, int]]:
    press = Press(chance, items)
    owned: list[tuple[JsonObject, int]] = []
    while len(owned) < items:
        # A rating belongs to the release: all copies of it show the same one.
        release, rating = press.release(), chance.choices(range(6), _RATING_WEIGHTS)[0]
        times = min(chance.choices((1, 2, 3, 4), _COPIES_WEIGHTS)[0], items - len(owned))
        owned.extend([(release, rating)] * times)
    chance.shuffle(owned)
    return owned


def _dates(chance: random.Random, items: int) -> Iterator[str]:
    """Yield dates in ascending order; as after an import, some seconds hold many copies."""
    moment, left = _BEGINS, items
    step = timedelta(days=_DAYS).total_seconds() / max(items, 1)
    while left:
        size = min(left, chance.choices((1, 2, 5, 40), (88, 6, 4, 2))[0])
        left -= size
        written = with_offset(moment)
        yield from [written] * size
        moment += timedelta(seconds=int(chance.expovariate(1 / (step * size))) + 1)


def _notes(chance: random.Random, place: int) -> tuple[tuple[int, str], ...]:
    notes = []
    if chance.random() < 0.45:
        media, sleeve = chance.choices(GRADES, _GRADE_WEIGHTS, k=2)
        notes = [(MEDIA, media), (SLEEVE, sleeve if chance.random() < 0.93 else "Generic")]
    if place % 97 == 11:
        notes.append((NOTES, ODD_TEXTS[place // 97 % len(ODD_TEXTS)]))
    elif chance.random() < 0.05:
        notes.append((NOTES, chance.choice(_NOTES)))
    if chance.random() < 0.2:
        notes.append((_SHELF.field_id, chance.choice(_SHELF.options or ())))
    return tuple(notes)
