"""The bodies of the API as they come: what is read of them, and what may be missing or null.

Source: recorded answers of 2014 to 2026, and the developer documentation.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Raw, Struct

Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
"""What SQLite can keep; a larger one would be found out only when the page is published."""


class Identity(Struct):
    id: Int64
    username: str


class Profile(Struct):
    id: Int64
    username: str
    curr_abbr: str | None = None


class Folder(Struct):
    id: Int64
    name: str | None = None
    count: Int64 = 0


class Folders(Struct):
    folders: list[Raw]


class Field(Struct):
    id: Int64
    name: str | None = None
    type: str | None = None
    position: Int64 | None = None
    public: bool | None = None
    options: list[str] | None = None


class Fields(Struct):
    fields: list[Raw] | None


class Pagination(Struct):
    page: Int64
    items: Int64
    per_page: Int64 | None = None


class Page(Struct):
    pagination: Pagination
    releases: list[Raw]


class Wants(Struct):
    pagination: Pagination
    wants: list[Raw]


class Search(Struct):
    pagination: Pagination
    results: list[Raw]


class Artist(Struct):
    name: str | None = None
    anv: str | None = None
    join: str | None = None
    id: Int64 | None = None


class Label(Struct):
    name: str | None = None
    catno: str | None = None
    id: Int64 | None = None


class Format(Struct):
    name: str | None = None
    qty: str | int | None = None
    text: str | None = None
    descriptions: list[str] | None = None


class BasicInformation(Struct):
    id: Int64
    title: str | None = None
    year: Int64 | None = None
    master_id: Int64 | None = None
    thumb: str | None = None
    cover_image: str | None = None
    artists: list[Artist] | None = None
    labels: list[Label] | None = None
    formats: list[Format] | None = None
    genres: list[str] | None = None
    styles: list[str] | None = None


class FieldValue(Struct):
    field_id: Int64
    value: str | None = None


class Row(Struct):
    id: Int64
    instance_id: Int64
    basic_information: BasicInformation
    date_added: str | None = None
    rating: Int64 | None = None
    folder_id: Int64 | None = None
    notes: list[FieldValue] | None = None


class Want(Struct):
    basic_information: BasicInformation
    id: Int64 | None = None
    date_added: str | None = None
    rating: Int64 | None = None
    notes: str | None = None


class OnlyWanted(Struct):
    id: Int64


class OnlyInstance(Struct):
    instance_id: Int64


class Credit(Artist):
    role: str | None = None
    tracks: str | None = None


class Track(Struct):
    position: str | int | None = None
    type_: str | None = None
    title: str | None = None
    duration: str | int | None = None
    artists: Raw = Raw()
    extraartists: Raw = Raw()
    sub_tracks: Raw = Raw()


class Identifier(Struct):
    type: str | None = None
    value: str | int | None = None
    description: str | None = None


class Company(Struct):
    name: str | None = None
    catno: str | None = None
    entity_type_name: str | None = None
    id: Int64 | None = None


class Image(Struct):
    type: str | None = None
    uri: str | None = None
    resource_url: str | None = None
    uri150: str | None = None
    width: Int64 | None = None
    height: Int64 | None = None


class Rating(Struct):
    count: Int64 | None = None
    average: float | None = None
