"""Which copy is which: rows of a file against copies that are here, and copies from a file against fetched ones.

A row of an export has no number of its own, so of several copies of one release nobody can say for certain. Copies that
are alike in everything are the same, then those that are most alike; each is one copy's pair at most.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Sequence
from itertools import product

from core.domain.collection import Collection, Copy
from core.domain.ids import MEDIA_FIELD, NOTES_FIELD, SLEEVE_FIELD, FieldId

from msgspec import Struct

Traits = tuple[Hashable, ...]
"""What tells copies of one release apart, the most telling first."""

_NAMED: frozenset[FieldId] = frozenset({MEDIA_FIELD, SLEEVE_FIELD, NOTES_FIELD})


class Pair(Struct, frozen=True):
    """A copy that came from a file, and the fetched one that it is taken to be."""

    ours: Copy
    theirs: Copy
    differs: tuple[str, ...] = ()
    """In what they are not alike: folder, media, sleeve, date added, notes, rating or other fields."""


class Pairing(Struct, frozen=True):
    """All copies of a collection that came from a file: those that were found again, and the others."""

    pairs: tuple[Pair, ...] = ()
    rest: tuple[Copy, ...] = ()

    def __repr__(self) -> str:
        return f"Pairing({len(self.pairs)} pairs, {len(self.rest)} left)"

    @property
    def is_the_same_collection(self) -> bool:
        """Whether so many were found again that it is hardly somebody else's."""
        return bool(self.pairs) and len(self.pairs) >= len(self.rest)


def assigned(ours: Sequence[Traits], theirs: Sequence[Traits]) -> list[tuple[int, int]]:
    """Positions of what belongs together among copies of one release: as many pairs as there can be.

    Those that are alike in everything come first, then those that are alike in the more telling traits.
    """
    if len(ours) == len(theirs) == 1:
        return [(0, 0)]
    pairs: list[tuple[int, int]] = []
    left, waiting = list(range(len(ours))), list(range(len(theirs)))
    traits = len(ours[0]) if ours else 0
    for counted in product((True, False), repeat=traits):
        if not (left and waiting):
            break
        alike: dict[Traits, deque[int]] = {}
        for at in waiting:
            alike.setdefault(_part(theirs[at], counted), deque()).append(at)
        found = {at: same.popleft() for at in left if (same := alike.get(_part(ours[at], counted)))}
        if found:
            pairs += found.items()
            taken = set(found.values())
            left = [at for at in left if at not in found]
            waiting = [at for at in waiting if at not in taken]
    return pairs


def _part(traits: Traits, counted: Sequence[bool]) -> Traits:
    return tuple([trait for trait, counts in zip(traits, counted, strict=True) if counts])


def paired(local: Collection, fetched: Collection) -> Pairing:
    """What of a collection that came from a file is among the copies of an account."""
    pairs: list[Pair] = []
    rest: list[Copy] = []
    for release, ours in local.by_release.items():
        theirs = fetched.by_release.get(release, ())
        mine, others = [_facts(copy, local) for copy in ours], [_facts(copy, fetched) for copy in theirs]
        found = dict(assigned([_traits(one) for one in mine], [_traits(one) for one in others]))
        for at, copy in enumerate(ours):
            if at in found:
                pairs.append(Pair(copy, theirs[found[at]], _differences(mine[at], others[found[at]])))
            else:
                rest.append(copy)
    return Pairing(tuple(pairs), tuple(rest))


def _facts(copy: Copy, collection: Collection) -> dict[str, Hashable]:
    """What is said of a copy, by names: folders and fields have other numbers elsewhere."""
    names = {field.id: field.name for field in collection.fields}
    others = {(names.get(one.field_id, ""), one.value.strip()) for one in copy.fields if one.field_id not in _NAMED}
    return {
        "folder": collection.folder_of(copy).strip(),
        "media": copy.media,
        "sleeve": copy.sleeve,
        "date added": copy.added,
        "notes": copy.notes,
        "rating": copy.rating,
        "other fields": frozenset(one for one in others if one[1]),
    }


def _traits(facts: dict[str, Hashable]) -> Traits:
    """Folder before grades before date; all else only where these leave a choice."""
    return (
        facts["folder"],
        (facts["media"], facts["sleeve"]),
        facts["date added"],
        (facts["notes"], facts["rating"], facts["other fields"]),
    )


def _differences(mine: dict[str, Hashable], theirs: dict[str, Hashable]) -> tuple[str, ...]:
    return tuple(name for name, value in mine.items() if value != theirs[name])
