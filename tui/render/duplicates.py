"""What is owned more than once, as lines of a list and as objects for other programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Self

from core.domain.apart import GIVE_WAY
from core.domain.collection import Collection, Copy
from core.domain.conditions import short_grade
from core.domain.duplicates import Group, Likeness
from core.domain.ids import InstanceId
from core.text import count, counted, printable
from tui.render.export import shown_format
from tui.render.list_lines import ListColumn
from tui.render.rows import formats_in_short

from msgspec import Struct

COLUMNS: Final = (
    ListColumn("Year", 4),
    ListColumn("Media", 5),
    ListColumn("Sleeve", 7),
    ListColumn("Folder", 8, 2),
    ListColumn("Format", 8, 2),
    ListColumn("Label", 10, 3),
    ListColumn("Number", 8, 1),
    ListColumn("Added", 10),
)

_AT_ONCE: Final = 200
"""Groups between two looks at whether a key was pressed."""

_IN_COMMON: Final = {
    Likeness.RELEASE: "the same release",
    Likeness.MASTER: "the same master",
    Likeness.ALIKE: "the same artist, title and year",
}


class DuplicateLine(Struct, frozen=True, gc=False):
    """One copy of a group."""

    key: str
    """A copy may stand in several groups."""
    instance: InstanceId
    heading: str
    """What tells the group from the others."""
    about: str
    """The group in words."""
    cells: tuple[str, ...]


class ExportedTwin(Struct, frozen=True):
    """What is told of a copy of a group. What is not known is None."""

    instance_id: int
    release_id: int
    media: str | None
    """In Discogs' words, as the sleeve."""
    sleeve: str | None
    folder: str | None
    added: datetime | None
    format: str | None
    """`2 x Vinyl, LP, Album (red)`; of several formats, joined by ` + `."""
    label: str | None
    catno: str | None
    year: int | None
    """Of the pressing."""

    @classmethod
    def of(cls, copy: Copy, collection: Collection) -> Self:
        """A copy of a collection."""
        release = copy.release
        return cls(
            instance_id=copy.instance_id,
            release_id=release.id,
            media=copy.media or None,
            sleeve=copy.sleeve or None,
            folder=collection.folder_of(copy) or None,
            added=copy.added,
            format=" + ".join(map(shown_format, release.formats)) or None,
            label=", ".join(release.label_names) or None,
            catno=", ".join(release.numbers) or None,
            year=release.year,
        )


class ExportedGroup(Struct, frozen=True):
    """What is told of a group, in this order."""

    kind: str
    """`release`, `master` or `alike`."""
    artist: str | None
    title: str | None
    year: int | None
    """Of the release, or that in which the master first came out; None while that is not known."""
    copies: tuple[ExportedTwin, ...]

    @classmethod
    def of(cls, group: Group, collection: Collection) -> Self:
        """A group of copies of a collection."""
        twins = tuple(ExportedTwin.of(copy, collection) for copy in group.copies)
        return cls(str(group.likeness), group.artist or None, group.title or None, group.year, twins)


def duplicate_lines(groups: Iterable[Group], collection: Collection) -> list[DuplicateLine]:
    """The copies of all groups, in as many lines; of thousands, that is work for a thread."""
    give_way = GIVE_WAY.get()
    lines: list[DuplicateLine] = []
    for at, group in enumerate(groups):
        if not at % _AT_ONCE:
            give_way()
        lines += _of_group(group, collection)
    return lines


def about(group: Group) -> str:
    """`2 × The Gunmen - Kingston Echoes (1976), the same release`."""
    artist, title = printable(group.artist) or "?", printable(group.title) or "?"
    first = "first in " if group.likeness is Likeness.MASTER else ""
    year = f" ({first}{group.year})" if group.year else ""
    return f"{count(len(group.copies))} × {artist} - {title}{year}, {_IN_COMMON[group.likeness]}"


def how_many(groups: Iterable[Group]) -> str:
    """`12 of one release, 1 of one master, 3 alike`; empty when there is none."""
    found = [group.likeness for group in groups]
    said = (
        (found.count(Likeness.RELEASE), "of one release"),
        (found.count(Likeness.MASTER), "of one master"),
        (found.count(Likeness.ALIKE), "alike"),
    )
    return ", ".join(f"{count(number)} {what}" for number, what in said if number)


def how_many_copies(groups: Iterable[Group]) -> str:
    """`7 copies`; one that stands in several groups is counted once."""
    copies = {copy.instance_id for group in groups for copy in group.copies}
    return counted(len(copies), "copy", "copies")


def _of_group(group: Group, collection: Collection) -> Iterable[DuplicateLine]:
    said, name = about(group), group.name
    for copy in group.copies:
        yield DuplicateLine(f"{name}/{copy.instance_id}", copy.instance_id, name, said, _cells(copy, collection))


def _cells(copy: Copy, collection: Collection) -> tuple[str, ...]:
    release = copy.release
    return (
        str(release.year) if release.year else "–",
        short_grade(copy.media) or "–",
        short_grade(copy.sleeve) or "–",
        collection.folder_of(copy),
        formats_in_short(release.formats),
        ", ".join(release.label_names),
        ", ".join(release.numbers),
        copy.added.date().isoformat() if copy.added else "",
    )
