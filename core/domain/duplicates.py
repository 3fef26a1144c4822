"""What is owned more than once: of the same release, of the same master, or as far as artist, title and year tell.

Information only: nothing is merged by it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from core.domain.apart import AT_ONCE, GIVE_WAY, sorted_by
from core.domain.collection import Copy
from core.domain.ids import MasterId
from core.domain.index import same
from core.domain.master import Master
from core.domain.release import Release

from msgspec import Struct

Key = TypeVar("Key", bound=Hashable)

_LAST: Final = 10_000
"""Behind every year there is."""

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class Likeness(StrEnum):
    """What the copies of a group have in common."""

    RELEASE = "release"
    MASTER = "master"
    """Several releases of one master; copies of the same release among them stand in a group of their own, too."""
    ALIKE = "alike"
    """Artist, title and year, case, accents and punctuation aside; not all of them are of one release or master."""


class Group(Struct, frozen=True):
    """Copies that may be one record too many."""

    likeness: Likeness
    copies: tuple[Copy, ...]
    """Two at least: the earliest pressing first, then those that were added first."""
    year: int | None
    """Of the release, or of the master if that was read; None is not known."""

    @property
    def name(self) -> str:
        """What tells it from the other groups, for as long as its first copy is the same."""
        release = self.copies[0].release
        number = {Likeness.RELEASE: release.id, Likeness.MASTER: release.master_id}.get(self.likeness)
        return f"{self.likeness} {number or self.copies[0].instance_id}"

    @property
    def artist(self) -> str:
        """The credit of the first of them."""
        return self.copies[0].release.artist

    @property
    def title(self) -> str:
        """The title of the first of them."""
        return self.copies[0].release.title


def duplicates(copies: Iterable[Copy], masters: Mapping[MasterId, Master] = MappingProxyType({})) -> tuple[Group, ...]:
    """Every group: those of a release first, then of a master, then the alike, each kind by artist and title.

    `masters` are those that were read. What is not known is like nothing: no two releases are alike by a year, an
    artist or a title that nobody knows. Of 100,000 copies that is work for a thread.
    """
    owned = tuple(copies)
    of_release = _together(owned, lambda copy: copy.release.id)
    of_master = _together(owned, lambda copy: copy.release.master_id)
    alike = _together(owned, _signature)
    return (
        *_groups(Likeness.RELEASE, of_release, lambda copy: copy.release.year),
        *_groups(Likeness.MASTER, filter(_are_several_releases, of_master), lambda copy: _original(copy, masters)),
        *_groups(Likeness.ALIKE, filter(_are_several_records, alike), lambda copy: copy.release.year),
    )


def _together(copies: Iterable[Copy], key: Callable[[Copy], Key | None]) -> list[list[Copy]]:
    """The copies that share a key with another; None is no key."""
    first: dict[Key, Copy] = {}
    found: dict[Key, list[Copy]] = {}
    give_way = GIVE_WAY.get()
    for at, copy in enumerate(copies):
        if not at % AT_ONCE:
            give_way()
        known = key(copy)
        if known is None:
            continue
        # Most stand alone: a list for each of them would be let go of all at once, which takes long.
        other = first.setdefault(known, copy)
        if other is not copy:
            found.setdefault(known, [other]).append(copy)
    return list(found.values())


def _signature(copy: Copy) -> str | None:
    release = copy.release
    if release.year is None or not release.artists or not release.title:
        return None
    artist, title, *_ = release.folded.split("\n", 2) if release.folded else ("", "")
    # A name of nothing but punctuation folds to nothing, and is compared as it is written.
    artist, title = artist or same(release.artist), title or same(release.title)
    return f"{artist}\n{title}\n{release.year}" if artist and title else None


def _are_several_releases(copies: list[Copy]) -> bool:
    return len({copy.release.id for copy in copies}) > 1


def _are_several_records(copies: list[Copy]) -> bool:
    """Whether it is not told already that they are of one release, or of one master."""
    return len({_record(copy.release) for copy in copies}) > 1


def _record(release: Release) -> tuple[str, int]:
    return ("release", release.id) if release.master_id is None else ("master", release.master_id)


def _original(copy: Copy, masters: Mapping[MasterId, Master]) -> int | None:
    master = None if copy.release.master_id is None else masters.get(copy.release.master_id)
    return master.year if master else None


def _groups(likeness: Likeness, found: Iterable[list[Copy]], year: Callable[[Copy], int | None]) -> Iterable[Group]:
    made = [Group(likeness, tuple(sorted(copies, key=_place)), year(copies[0])) for copies in found]
    return sorted_by(made, lambda group: group.copies[0].release.folded, lambda group: group.copies[0].instance_id)


def _place(copy: Copy) -> tuple[Any, ...]:
    release = copy.release
    return release.year or _LAST, release.id, copy.added or _NEVER, copy.instance_id
