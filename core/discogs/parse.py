"""Bodies of the API into values: forgiving of what is absent, strict on identity.

Source of the shapes: recorded answers of 2014 to 2026. Rows are decoded one by one, so that a strange one never costs
the page it is on.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Final, TypeVar

from core.domain.account import Identity, Profile
from core.domain.collection import Copy, Field, FieldValue, Folder
from core.domain.ids import DiscogsUserId, FieldId, FolderId, InstanceId, MasterId, ReleaseId
from core.domain.release import Artist, Format, LabelNumber, Release, folded_text
from core.domain.walk import CollectionPage, UnreadableRow
from core.errors import BrokenAnswer

import msgspec
from msgspec import Meta, Raw, Struct

T = TypeVar("T")

_Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
"""What SQLite can keep; a larger one would be found out only when the page is published."""

_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeError, RecursionError)
_ESCAPES: Final = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
"""Each escape of a JSON text; the group is half of a surrogate pair without its other half."""


class _Identity(Struct):
    id: _Int64
    username: str


class _Profile(Struct):
    id: _Int64
    username: str
    curr_abbr: str | None = None


class _Folder(Struct):
    id: _Int64
    name: str
    count: _Int64 = 0


class _Folders(Struct):
    folders: list[_Folder]


class _Field(Struct):
    id: _Int64
    name: str
    type: str = "textarea"
    position: _Int64 | None = None
    public: bool | None = None
    options: list[str] | None = None


class _Fields(Struct):
    fields: list[_Field]


class _Pagination(Struct):
    page: _Int64
    pages: _Int64
    items: _Int64


class _Page(Struct):
    pagination: _Pagination
    releases: list[Raw]


class _Artist(Struct):
    name: str | None = None
    anv: str | None = None
    join: str | None = None
    id: _Int64 | None = None


class _Label(Struct):
    name: str | None = None
    catno: str | None = None
    id: _Int64 | None = None


class _Format(Struct):
    name: str | None = None
    qty: str | int | None = None
    text: str | None = None
    descriptions: list[str] | None = None


class _BasicInformation(Struct):
    id: _Int64
    title: str | None = None
    year: _Int64 | None = None
    master_id: _Int64 | None = None
    thumb: str | None = None
    cover_image: str | None = None
    artists: list[_Artist] | None = None
    labels: list[_Label] | None = None
    formats: list[_Format] | None = None
    genres: list[str] | None = None
    styles: list[str] | None = None


class _FieldValue(Struct):
    field_id: _Int64
    value: str | None = None


class _Row(Struct):
    id: _Int64
    instance_id: _Int64
    basic_information: _BasicInformation
    date_added: str | None = None
    rating: _Int64 | None = None
    folder_id: _Int64 | None = None
    notes: list[_FieldValue] | None = None


class _OnlyInstance(Struct):
    instance_id: _Int64


_ROW: Final = msgspec.json.Decoder(_Row)


def identity(body: bytes) -> Identity:
    """`GET /oauth/identity`."""
    told = _decode(body, _Identity, "identity")
    return Identity(id=DiscogsUserId(told.id), username=told.username)


def profile(body: bytes) -> Profile:
    """`GET /users/{u}`."""
    told = _decode(body, _Profile, "profile")
    return Profile(id=DiscogsUserId(told.id), username=told.username, currency=told.curr_abbr or None)


def folders(body: bytes) -> tuple[Folder, ...]:
    """`GET /users/{u}/collection/folders`."""
    told = _decode(body, _Folders, "folders").folders
    return tuple(Folder(id=FolderId(folder.id), name=folder.name, count=folder.count) for folder in told)


def fields(body: bytes) -> tuple[Field, ...]:
    """`GET /users/{u}/collection/fields`."""
    return tuple(
        Field(
            id=FieldId(field.id),
            name=field.name,
            kind=field.type,
            position=field.position or 0,
            public=bool(field.public),
            options=tuple(field.options or ()),
        )
        for field in _decode(body, _Fields, "fields").fields
    )


def collection_page(body: bytes, *, anonymous_limit: bool = False) -> CollectionPage:
    """`GET /users/{u}/collection/folders/{f}/releases`: the page with each row read by itself."""
    page = _decode(body, _Page, "collection")
    rows: list[Copy] = []
    unreadable: list[UnreadableRow] = []
    for raw in page.releases:
        row = _copy_or_reason(raw)
        if isinstance(row, Copy):
            rows.append(row)
        else:
            unreadable.append(row)
    return CollectionPage(
        number=page.pagination.page,
        pages=max(1, page.pagination.pages),
        told=page.pagination.items,
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
        instance = InstanceId(msgspec.json.decode(raw, type=_OnlyInstance).instance_id)
    except _UNREADABLE:
        return UnreadableRow(reason=reason)
    return UnreadableRow(reason=reason, instance_id=instance)


def _copy(row: _Row) -> Copy:
    return Copy(
        instance_id=InstanceId(row.instance_id),
        release=_release(row.id, row.basic_information),
        folder_id=None if row.folder_id is None else FolderId(row.folder_id),
        rating=row.rating or None,
        added=_moment(row.date_added),
        fields=tuple(FieldValue(FieldId(note.field_id), note.value or "") for note in row.notes or ()),
    )


def _release(release_id: int, basic: _BasicInformation) -> Release:
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
        folded=folded_text(title, artists, labels, formats),
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
