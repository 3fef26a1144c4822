"""Bodies of the API into values: forgiving of what is absent, strict on identity.

Source of the shapes: recorded answers of 2014 to 2026. Rows are decoded one by one, so that a strange one never costs
the page it is on.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeVar

from core.domain.account import Identity, Profile
from core.domain.collection import Copy, Field, FieldValue, Folder
from core.domain.ids import DiscogsUserId, FieldId, FolderId, InstanceId, MasterId, ReleaseId
from core.domain.release import Artist, Format, LabelNumber, Release, folded_text
from core.domain.walk import CollectionPage, UnreadableRow
from core.errors import BrokenAnswer

import msgspec
from msgspec import Raw, Struct

T = TypeVar("T")


class _Identity(Struct):
    id: int
    username: str


class _Profile(Struct):
    id: int
    username: str
    curr_abbr: str | None = None


class _Folder(Struct):
    id: int
    name: str
    count: int = 0


class _Folders(Struct):
    folders: list[_Folder]


class _Field(Struct):
    id: int
    name: str
    type: str = "textarea"
    position: int | None = None
    public: bool | None = None
    options: list[str] | None = None


class _Fields(Struct):
    fields: list[_Field]


class _Pagination(Struct):
    page: int
    pages: int
    items: int


class _Page(Struct):
    pagination: _Pagination
    releases: list[Raw]


class _Artist(Struct):
    name: str | None = None
    anv: str | None = None
    join: str | None = None
    id: int | None = None


class _Label(Struct):
    name: str | None = None
    catno: str | None = None
    id: int | None = None


class _Format(Struct):
    name: str | None = None
    qty: str | int | None = None
    text: str | None = None
    descriptions: list[str] | None = None


class _BasicInformation(Struct):
    id: int
    title: str | None = None
    year: int | None = None
    master_id: int | None = None
    thumb: str | None = None
    cover_image: str | None = None
    artists: list[_Artist] | None = None
    labels: list[_Label] | None = None
    formats: list[_Format] | None = None
    genres: list[str] | None = None
    styles: list[str] | None = None


class _FieldValue(Struct):
    field_id: int
    value: str | None = None


class _Row(Struct):
    id: int
    instance_id: int
    basic_information: _BasicInformation
    date_added: str | None = None
    rating: int | None = None
    folder_id: int | None = None
    notes: list[_FieldValue] | None = None


class _OnlyInstance(Struct):
    instance_id: int


_ROW = msgspec.json.Decoder(_Row)


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
    except (msgspec.MsgspecError, UnicodeError) as error:
        reason = str(error)
    try:
        instance = InstanceId(msgspec.json.decode(raw, type=_OnlyInstance).instance_id)
    except (msgspec.MsgspecError, UnicodeError):
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
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _decode(body: bytes, kind: type[T], route: str) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise BrokenAnswer(route=route, reason=str(error)) from error
