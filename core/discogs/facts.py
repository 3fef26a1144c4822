"""What Discogs' database says of one release or one master, into values.

Each part of a body is read by itself: whatever is null, absent or of another kind than it should be is unknown then,
and costs nothing else. Source of the shapes: recorded answers of 2014 to 2026.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from core.discogs import wire
from core.discogs.parse import UNREADABLE, artist_of, decode, each, format_of, label_of
from core.domain.details import Company, Credit, Identifier, Picture, ReleaseDetails, Track, TrackKind
from core.domain.ids import MasterId, ReleaseId
from core.domain.master import Master
from core.domain.release import Artist
from core.errors import BrokenAnswer

import msgspec
from msgspec import Raw

T = TypeVar("T")

_DEEPEST: Final = 4
"""Parts within parts of a track that are read; one level is what there is."""

_BEST: Final = 5.0
"""The highest rating."""

_NUMBER: Final = msgspec.json.Decoder(wire.Int64, strict=False)
_TEXT: Final = msgspec.json.Decoder(str)
_PARTS: Final = msgspec.json.Decoder(list[Raw])
_WITH_PARTS: Final = msgspec.json.Decoder(dict[str, Raw])
_RATING: Final = msgspec.json.Decoder(wire.Rating, strict=False)

Body = Mapping[str, Raw]


def release(body: bytes) -> ReleaseDetails:
    """`GET /releases/{id}`. Raises BrokenAnswer for what is no such thing."""
    told = _body(body, "release")
    community = _of(told, "community", _WITH_PARTS) or {}
    rating = _of(community, "rating", _RATING) or wire.Rating()
    is_rated = rating.count is not None and rating.count > 0 and 0 < (rating.average or 0) <= _BEST
    return ReleaseDetails(
        id=ReleaseId(_id(told, "release")),
        title=_of(told, "title", _TEXT) or "",
        master_id=MasterId(belongs) if (belongs := _number(told, "master_id")) else None,
        year=_number(told, "year"),
        country=_of(told, "country", _TEXT) or None,
        released=_of(told, "released", _TEXT) or "",
        artists=_artists(told.get("artists", Raw())),
        labels=tuple(map(label_of, _each(told, "labels", wire.Label))),
        formats=tuple(map(format_of, _each(told, "formats", wire.Format))),
        genres=tuple(_each(told, "genres", str)),
        styles=tuple(_each(told, "styles", str)),
        tracks=_tracks(_list(told, "tracklist")),
        credits=_credits(told.get("extraartists", Raw())),
        identifiers=tuple(map(_identifier, _each(told, "identifiers", wire.Identifier))),
        companies=tuple(map(_company, _each(told, "companies", wire.Company))),
        series=tuple(map(_company, _each(told, "series", wire.Company))),
        pictures=tuple(picture for picture in map(_picture, _each(told, "images", wire.Image)) if picture.address),
        notes=_of(told, "notes", _TEXT) or "",
        have=_how_many(community, "have"),
        want=_how_many(community, "want"),
        rating=rating.average if is_rated else None,
        ratings=rating.count or 0 if is_rated else 0,
    )


def master(body: bytes) -> Master:
    """`GET /masters/{id}`. Raises BrokenAnswer for what is no such thing."""
    told = _body(body, "master")
    main = _number(told, "main_release")
    return Master(
        id=MasterId(_id(told, "master")),
        year=_number(told, "year"),
        genres=tuple(_each(told, "genres", str)),
        styles=tuple(_each(told, "styles", str)),
        main_release=ReleaseId(main) if main else None,
    )


def _body(body: bytes, route: str) -> Body:
    return decode(body, dict[str, Raw], route)


def _id(told: Body, route: str) -> int:
    """Whose facts they are: without it nobody can say that they belong to what was asked for."""
    number = _number(told, "id")
    if number is None:
        raise BrokenAnswer(route=route, reason="it has no id")
    return number


def _of(told: Body, name: str, decoder: msgspec.json.Decoder[T]) -> T | None:
    """One part; None when it is not there, null, or of another kind."""
    raw = told.get(name)
    if raw is None:
        return None
    return _read(raw, decoder)


def _number(told: Body, name: str) -> int | None:
    """A number that is one: 0 and below stand for what is not known."""
    number = _of(told, name, _NUMBER)
    return number if number and number > 0 else None


def _how_many(told: Body, name: str) -> int | None:
    number = _of(told, name, _NUMBER)
    return number if number is not None and number >= 0 else None


def _read(raw: Raw, decoder: msgspec.json.Decoder[T]) -> T | None:
    with contextlib.suppress(*UNREADABLE):
        return decoder.decode(raw)
    return None


def _list(told: Body, name: str) -> list[Raw]:
    return _listed(told.get(name, Raw()))


def _listed(raw: Raw) -> list[Raw]:
    return _read(raw, _PARTS) or []


def _each(told: Body, name: str, kind: type[T]) -> Iterable[T]:
    return each(_list(told, name), kind)


def _artists(raw: Raw) -> tuple[Artist, ...]:
    return tuple(map(artist_of, each(_listed(raw), wire.Artist)))


def _credits(raw: Raw) -> tuple[Credit, ...]:
    return tuple(
        Credit(artist=artist_of(one), role=one.role or "", tracks=one.tracks or "")
        for one in each(_listed(raw), wire.Credit)
    )


def _tracks(raws: Iterable[Raw], depth: int = 1) -> tuple[Track, ...]:
    return tuple(
        Track(
            title=one.title or "",
            kind=_kind(one.type_),
            position=_text(one.position),
            duration=_text(one.duration),
            artists=_artists(one.artists),
            credits=_credits(one.extraartists),
            parts=_tracks(_listed(one.sub_tracks), depth + 1) if depth < _DEEPEST else (),
        )
        for one in each(raws, wire.Track)
    )


def _kind(told: str | None) -> TrackKind:
    """Old answers do not tell; what is not known is a track like most."""
    try:
        return TrackKind(told or TrackKind.TRACK)
    except ValueError:
        return TrackKind.TRACK


def _text(told: str | int | None) -> str:
    return "" if told is None else str(told)


def _identifier(told: wire.Identifier) -> Identifier:
    return Identifier(kind=told.type or "", value=_text(told.value), about=told.description or "")


def _company(told: wire.Company) -> Company:
    return Company(name=told.name or "", role=told.entity_type_name or "", catno=told.catno or "", id=told.id or 0)


def _picture(told: wire.Image) -> Picture:
    return Picture(
        address=told.uri or told.resource_url or "",
        small=told.uri150 or "",
        is_primary=told.type == "primary",
        width=told.width or 0,
        height=told.height or 0,
    )
