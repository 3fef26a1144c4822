"""Values for tests: name what matters, the rest is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from core.domain.account import Account
from core.domain.collection import Copy, FieldValue
from core.domain.ids import AccountId, DiscogsUserId, FieldId, FolderId, InstanceId, MasterId, ReleaseId
from core.domain.release import Artist, Format, LabelNumber, Release, folded_text

ADDED: Final = datetime(2024, 5, 11, 18, 29, 49, tzinfo=UTC)


def make_release(
    release_id: int = 1,
    title: str = "Kingston Echoes",
    *,
    artist: str = "The Gunmen",
    artists: Sequence[Artist] | None = None,
    label: str = "Hall Of Mirrors",
    catno: str = "HM 001",
    labels: Sequence[LabelNumber] | None = None,
    formats: Sequence[Format] = (Format("Vinyl", "1", "", ("LP", "Album")),),
    genres: Sequence[str] = ("Reggae",),
    styles: Sequence[str] = ("Roots Reggae",),
    year: int | None = 1976,
    master_id: int | None = None,
    thumb: str = "",
    cover_image: str = "",
) -> Release:
    """A release; `artist`, `label` and `catno` are short for the one artist and label it has."""
    credit = tuple(artists) if artists is not None else (Artist(artist),)
    numbers = tuple(labels) if labels is not None else (LabelNumber(label, catno),)
    return Release(
        id=ReleaseId(release_id),
        title=title,
        artists=credit,
        labels=numbers,
        formats=tuple(formats),
        genres=tuple(genres),
        styles=tuple(styles),
        year=year,
        master_id=None if master_id is None else MasterId(master_id),
        thumb=thumb,
        cover_image=cover_image,
        folded=folded_text(title, credit, numbers),
    )


def make_copy(
    instance_id: int = 1,
    release: Release | None = None,
    *,
    folder_id: int | None = 1,
    rating: int | None = None,
    added: datetime | None = ADDED,
    fields: Mapping[int, str] | None = None,
) -> Copy:
    """A copy, of a release of the same number unless one is given; `fields` by field id."""
    return Copy(
        instance_id=InstanceId(instance_id),
        release=release or make_release(instance_id),
        folder_id=None if folder_id is None else FolderId(folder_id),
        rating=rating,
        added=added,
        fields=tuple(FieldValue(FieldId(number), value) for number, value in (fields or {}).items()),
    )


def make_account(
    number: int = 1,
    *,
    username: str = "",
    connected_at: datetime = ADDED,
    currency: str | None = "EUR",
    last_sync_at: datetime | None = None,
) -> Account:
    """An account; its ids follow from the number."""
    return Account(
        id=AccountId(f"00000000-0000-4000-8000-{number:012d}"),
        discogs_id=DiscogsUserId(1000 + number),
        username=username or f"collector_{number}",
        connected_at=connected_at,
        currency=currency,
        last_sync_at=last_sync_at,
    )
