"""What the website has and what is published, as values that can be compared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from core.domain import collection as ours
from core.sandbox.holding import Copy
from core.sandbox.shelf import Shelf


class Row(NamedTuple):
    """What a copy says of itself."""

    release: int
    title: str
    folder: int | None
    rating: int
    added: datetime | None
    notes: tuple[tuple[int, str], ...]


class Truth(NamedTuple):
    """A whole collection."""

    copies: dict[int, Row]
    folders: dict[int, tuple[str, int]]
    fields: dict[int, str]


def of_website(shelf: Shelf) -> Truth:
    """What the website has."""
    return Truth(
        copies={copy.instance_id: row(copy) for copy in shelf.copies},
        folders={folder.folder_id: (folder.name, shelf.count(folder.folder_id)) for folder in shelf.folders},
        fields={field.field_id: field.name for field in shelf.fields},
    )


def of_published(collection: ours.Collection) -> Truth:
    """What a copy of it says."""
    return Truth(
        copies={
            int(copy.instance_id): Row(
                release=int(copy.release.id),
                title=copy.release.title,
                folder=copy.folder_id,
                rating=copy.rating or 0,
                added=copy.added,
                notes=tuple((int(field.field_id), field.value) for field in copy.fields),
            )
            for copy in collection.copies
        },
        folders={int(folder.id): (folder.name, folder.count) for folder in collection.folders},
        fields={int(field.id): field.name for field in collection.fields},
    )


def row(copy: Copy) -> Row:
    """One copy of the website's."""
    return Row(
        release=copy.release["id"],
        title=copy.release["title"],
        folder=copy.folder_id,
        rating=copy.rating,
        added=datetime.fromisoformat(copy.date_added).astimezone(UTC),
        notes=copy.notes,
    )
