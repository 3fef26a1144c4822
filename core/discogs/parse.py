"""Bodies of the API into values: forgiving of what is absent, strict on identity.

Source of the shapes: recorded answers of 2014 to 2026. Rows are decoded one by one, so that a strange one never costs
the page it is on.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final, TypeVar

from core.discogs import wire
from core.domain.account import Identity, Profile
from core.domain.collection import Copy, Field, FieldValue, Folder
from core.domain.ids import NOTES_FIELD, DiscogsUserId, FieldId, FolderId, InstanceId, MasterId, ReleaseId
from core.domain.release import Artist, Format, LabelNumber, Release, folded_text
from core.domain.walk import CollectionPage, UnreadableRow
from core.errors import BrokenAnswer

import msgspec
from msgspec import Raw

T = TypeVar("T")

MOST_PER_PAGE: Final = 100
"""Rows a page; Discogs gives no more. Source: developer documentation."""

UNREADABLE: Final = (msgspec.MsgspecError, UnicodeError, RecursionError)
_ESCAPES: Final = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
"""Each escape of a JSON text; the group is half of a surrogate pair without its other half."""


_ROW: Final = msgspec.json.Decoder(wire.Row)
_WANT: Final = msgspec.json.Decoder(wire.Want)


def identity(body: bytes) -> Identity:
    """`GET /oauth/identity`."""
    told = decode(body, wire.Identity, "identity")
    return Identity(id=DiscogsUserId(told.id), username=told.username)


def profile(body: bytes) -> Profile:
    """`GET /users/{u}`."""
    told = decode(body, wire.Profile, "profile")
    return Profile(id=DiscogsUserId(told.id), username=told.username, currency=told.curr_abbr or None)


def folders(body: bytes) -> tuple[Folder, ...]:
    """`GET /users/{u}/collection/folders`; each folder once, and none that cannot be read."""
    told = each(decode(body, wire.Folders, "folders").folders, wire.Folder)
    found = {one.id: Folder(id=FolderId(one.id), name=one.name or "", count=one.count) for one in told}
    return tuple(found.values())


def fields(body: bytes) -> tuple[Field, ...]:
    """`GET /users/{u}/collection/fields`; each field once, and none that cannot be read."""
    told = each(decode(body, wire.Fields, "fields").fields or [], wire.Field)
    found = {
        one.id: Field(
            id=FieldId(one.id),
            name=one.name or "",
            kind=one.type or "textarea",
            position=one.position or 0,
            public=bool(one.public),
            options=tuple(one.options or ()),
        )
        for one in told
    }
    return tuple(found.values())


def each(raws: Iterable[Raw], kind: type[T]) -> Iterator[T]:
    """The entries that can be read."""
    for raw in raws:
        with contextlib.suppress(*UNREADABLE):
            yield msgspec.json.decode(raw, type=kind, strict=False)


def collection_page(body: bytes, *, anonymous_limit: bool = False) -> CollectionPage:
    """`GET /users/{u}/collection/folders/{f}/releases`, and `…/collection/releases/{r}`: each row read by itself."""
    page = decode(body, wire.Page, "collection")
    return _page(page.pagination, map(_copy_or_reason, page.releases), anonymous_limit=anonymous_limit)


def wantlist_page(body: bytes, *, anonymous_limit: bool = False) -> CollectionPage:
    """`GET /users/{u}/wants`: each row read by itself, as a copy whose number is the release's."""
    page = decode(body, wire.Wants, "wantlist")
    return _page(page.pagination, map(_want_or_reason, page.wants), anonymous_limit=anonymous_limit)


def _page(
    pagination: wire.Pagination, found: Iterable[Copy | UnreadableRow], *, anonymous_limit: bool
) -> CollectionPage:
    rows: list[Copy] = []
    unreadable: list[UnreadableRow] = []
    for row in found:
        if isinstance(row, Copy):
            rows.append(row)
        else:
            unreadable.append(row)
    per_page = pagination.per_page or MOST_PER_PAGE
    return CollectionPage(
        number=pagination.page,
        told=max(0, pagination.items),
        per_page=min(max(1, per_page), MOST_PER_PAGE),
        rows=tuple(rows),
        unreadable=tuple(unreadable),
        anonymous_limit=anonymous_limit,
    )


def _copy_or_reason(raw: Raw) -> Copy | UnreadableRow:
    try:
        return _copy(_ROW.decode(raw))
    except UNREADABLE as error:
        reason = str(error)
    try:
        instance = InstanceId(msgspec.json.decode(raw, type=wire.OnlyInstance).instance_id)
    except UNREADABLE:
        return UnreadableRow(reason=reason, raw=bytes(raw))
    return UnreadableRow(reason=reason, instance_id=instance, raw=bytes(raw))


def _want_or_reason(raw: Raw) -> Copy | UnreadableRow:
    try:
        return _want(_WANT.decode(raw))
    except UNREADABLE as error:
        reason = str(error)
    try:
        wanted = InstanceId(msgspec.json.decode(raw, type=wire.OnlyWanted).id)
    except UNREADABLE:
        return UnreadableRow(reason=reason, raw=bytes(raw))
    return UnreadableRow(reason=reason, instance_id=wanted, raw=bytes(raw))


def _want(row: wire.Want) -> Copy:
    release = _release(row.basic_information.id if row.id is None else row.id, row.basic_information)
    return Copy(
        instance_id=InstanceId(release.id),
        release=release,
        rating=row.rating or None,
        added=_moment(row.date_added),
        fields=(FieldValue(NOTES_FIELD, row.notes),) if row.notes else (),
    )


def _copy(row: wire.Row) -> Copy:
    return Copy(
        instance_id=InstanceId(row.instance_id),
        release=_release(row.id, row.basic_information),
        folder_id=None if row.folder_id is None else FolderId(row.folder_id),
        rating=row.rating or None,
        added=_moment(row.date_added),
        fields=tuple(FieldValue(FieldId(note.field_id), note.value or "") for note in row.notes or ()),
    )


def _release(release_id: int, basic: wire.BasicInformation) -> Release:
    title = basic.title or ""
    artists = tuple(map(artist_of, basic.artists or ()))
    labels = tuple(map(label_of, basic.labels or ()))
    formats = tuple(map(format_of, basic.formats or ()))
    return Release(
        id=ReleaseId(release_id),
        title=title,
        artists=artists,
        labels=labels,
        formats=formats,
        genres=tuple(basic.genres or ()),
        styles=tuple(basic.styles or ()),
        year=basic.year or None,
        master_id=MasterId(basic.master_id) if basic.master_id else None,
        thumb=basic.thumb or "",
        cover_image=basic.cover_image or "",
        folded=folded_text(title, artists, labels),
    )


def artist_of(told: wire.Artist) -> Artist:
    """One name of a credit."""
    return Artist(name=told.name or "", variation=told.anv or "", join=told.join or "", id=told.id or 0)


def label_of(told: wire.Label) -> LabelNumber:
    """One label with one number."""
    return LabelNumber(name=told.name or "", catno=told.catno or "", id=told.id or 0)


def format_of(told: wire.Format) -> Format:
    """One row of the format field."""
    descriptions = tuple(told.descriptions or ())
    return Format(name=told.name or "", quantity=str(told.qty or ""), text=told.text or "", descriptions=descriptions)


def _moment(text: str | None) -> datetime | None:
    """An ISO time with offset as UTC; None when it is missing or no time."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def decode(body: bytes, kind: type[T], route: str) -> T:
    """A body as such a thing. Raises BrokenAnswer."""
    try:
        return msgspec.json.decode(body, type=kind)
    except UNREADABLE as error:
        whole = _ESCAPES.sub(_or_replaced, body)
        if whole != body:
            return decode(whole, kind, route)
        raise BrokenAnswer(route=route, reason=str(error)) from error


def _or_replaced(escape: re.Match[bytes]) -> bytes:
    """Half a character becomes the replacement character: the decoder would give up the whole page for it."""
    return b"\\ufffd" if escape[1] else escape[0]
