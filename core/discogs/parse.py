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

_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeError, RecursionError)
_ESCAPES: Final = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
"""Each escape of a JSON text; the group is half of a surrogate pair without its other half."""


_ROW: Final = msgspec.json.Decoder(wire.Row)
_WANT: Final = msgspec.json.Decoder(wire.Want)


def identity(body: bytes) -> Identity:
    """`GET /oauth/identity`."""
    told = _decode(body, wire.Identity, "identity")
    return Identity(id=DiscogsUserId(told.id), username=told.username)


def profile(body: bytes) -> Profile:
    """`GET /users/{u}`."""
    told = _decode(body, wire.Profile, "profile")
    return Profile(id=DiscogsUserId(told.id), username=told.username, currency=told.curr_abbr or None)


def folders(body: bytes) -> tuple[Folder, ...]:
    """`GET /users/{u}/collection/folders`; each folder once, and none that cannot be read."""
    told = _each(_decode(body, wire.Folders, "folders").folders, wire.Folder)
    found = {one.id: Folder(id=FolderId(one.id), name=one.name or "", count=one.count) for one in told}
    return tuple(found.values())


def fields(body: bytes) -> tuple[Field, ...]:
    """`GET /users/{u}/collection/fields`; each field once, and none that cannot be read."""
    told = _each(_decode(body, wire.Fields, "fields").fields or [], wire.Field)
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


def _each(raws: list[Raw], kind: type[T]) -> Iterator[T]:
    """The entries that can be read."""
    for raw in raws:
        with contextlib.suppress(*_UNREADABLE):
            yield msgspec.json.decode(raw, type=kind, strict=False)


def collection_page(body: bytes, *, anonymous_limit: bool = False) -> CollectionPage:
    """`GET /users/{u}/collection/folders/{f}/releases`, and `…/collection/releases/{r}`: each row read by itself."""
    page = _decode(body, wire.Page, "collection")
    return _page(page.pagination, map(_copy_or_reason, page.releases), anonymous_limit=anonymous_limit)


def wantlist_page(body: bytes, *, anonymous_limit: bool = False) -> CollectionPage:
    """`GET /users/{u}/wants`: each row read by itself, as a copy whose number is the release's."""
    page = _decode(body, wire.Wants, "wantlist")
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
    except _UNREADABLE as error:
        reason = str(error)
    try:
        instance = InstanceId(msgspec.json.decode(raw, type=wire.OnlyInstance).instance_id)
    except _UNREADABLE:
        return UnreadableRow(reason=reason, raw=bytes(raw))
    return UnreadableRow(reason=reason, instance_id=instance, raw=bytes(raw))


def _want_or_reason(raw: Raw) -> Copy | UnreadableRow:
    try:
        return _want(_WANT.decode(raw))
    except _UNREADABLE as error:
        reason = str(error)
    try:
        wanted = InstanceId(msgspec.json.decode(raw, type=wire.OnlyWanted).id)
    except _UNREADABLE:
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
    artists = tuple(
        Artist(name=artist.name or "", variation=artist.anv or "", join=artist.join or "", id=artist.id or 0)
        for artist in basic.artists or ()
    )
    labels = tuple(
        LabelNumber(name=label.name or "", catno=label.catno or "", id=label.id or 0) for label in basic.labels or ()
    )
    formats = tuple(
        Format(
            name=form.name or "",
            quantity=str(form.qty or ""),
            text=form.text or "",
            descriptions=tuple(form.descriptions or ()),
        )
        for form in basic.formats or ()
    )
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


def _moment(text: str | None) -> datetime | None:
    """An ISO time with offset as UTC; None when it is missing or no time."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _decode(body: bytes, kind: type[T], route: str) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except _UNREADABLE as error:
        whole = _ESCAPES.sub(_or_replaced, body)
        if whole != body:
            return _decode(whole, kind, route)
        raise BrokenAnswer(route=route, reason=str(error)) from error


def _or_replaced(escape: re.Match[bytes]) -> bytes:
    """Half a character becomes the replacement character: the decoder would give up the whole page for it."""
    return b"\\ufffd" if escape[1] else escape[0]
