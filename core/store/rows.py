"""Rows into copies: what is the same in many of them is kept once, so that a large collection weighs little."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final, Generic, TypeVar

from core.domain.collection import Copy, FieldValue
from core.domain.ids import FolderId, InstanceId, MasterId, ReleaseId
from core.domain.master import Master
from core.domain.release import Artist, Format, LabelNumber, Release

import msgspec
from msgspec import Raw, Struct

T = TypeVar("T")


class Body(Struct, frozen=True, gc=False):
    """A release as it is kept: its fields, those that many have in common still as they are written."""

    id: ReleaseId
    title: str
    artists: Raw
    labels: tuple[LabelNumber, ...]
    formats: Raw
    genres: Raw
    styles: Raw
    year: int | None
    master_id: MasterId | None
    thumb: str
    cover_image: str
    folded: str


_BODY: Final = msgspec.json.Decoder(Body)
_ARTISTS: Final = msgspec.json.Decoder(tuple[Artist, ...])
_FORMATS: Final = msgspec.json.Decoder(tuple[Format, ...])
_TEXTS: Final = msgspec.json.Decoder(tuple[str, ...])
_VALUES: Final = msgspec.json.Decoder(tuple[FieldValue, ...])

_YOUNG: Final = 1
"""The generation of the garbage collector that is looked through in a few milliseconds, with the one before it."""


class Maker:
    """Makes copies of the rows of one collection, by `copy`.

    Nothing in it refers back to it: what goes round in a circle, and is frozen as `left_alone` does, never goes.

    Raises msgspec.MsgspecError or ValueError for a row that is damaged.
    """

    def __init__(self) -> None:
        self._releases: dict[int, Release] = {}
        self._masters: dict[MasterId, MasterId] = {}
        self._same = _Same()
        self._artists = _Once(partial(_credit, self._same))
        self._formats = _Once(_FORMATS.decode)
        self._texts = _Once(_TEXTS.decode)
        self._values = _Once(_VALUES.decode)
        self._moments = _Once(datetime.fromisoformat)

    def copy(
        self,
        instance: int,
        folder: int | None,
        rating: int | None,
        added: str | None,
        fields: bytes | None,
        release_id: int,
        body: bytes,
    ) -> Copy:
        """One copy; those of one release share its value."""
        release = self._releases.get(release_id)
        if release is None:
            release = self._releases[release_id] = self._release(_BODY.decode(body))
        return Copy(
            instance_id=InstanceId(instance),
            release=release,
            folder_id=None if folder is None else FolderId(self._same.of(folder)),
            rating=rating,
            added=self._moments.of(added) if added else None,
            fields=self._values.of(fields) if fields else (),
        )

    @property
    def numbers(self) -> tuple[MasterId, ...]:
        """The masters of what was made so far, each once, in the order in which they are found quickest."""
        return tuple(sorted(self._masters))

    def master(self, number: int, year: int | None, genres: bytes, styles: bytes) -> Master:
        """One of these masters; which of its releases is the main one is not told here."""
        one = self._texts.of
        return Master(self._masters[MasterId(number)], self._same.of(year), one(genres), one(styles))

    def _release(self, body: Body) -> Release:
        one = self._same.of
        master = body.master_id
        if master is not None:
            master = self._masters.setdefault(master, master)
        return Release(
            id=body.id,
            title=one(body.title),
            artists=self._artists.of(bytes(body.artists)),
            labels=tuple([LabelNumber(one(label.name), label.catno, one(label.id)) for label in body.labels]),
            formats=self._formats.of(bytes(body.formats)),
            genres=self._texts.of(bytes(body.genres)),
            styles=self._texts.of(bytes(body.styles)),
            year=one(body.year),
            master_id=master,
            thumb=body.thumb,
            cover_image=body.cover_image,
            folded=body.folded,
        )


class _Same:
    """Of values that are equal, always the first."""

    def __init__(self) -> None:
        self._kept: dict[Any, Any] = {}

    def of(self, value: T) -> T:
        kept: T = self._kept.setdefault(value, value)
        return kept


def _credit(same: _Same, written: bytes) -> tuple[Artist, ...]:
    one = same.of
    found = _ARTISTS.decode(written)
    return tuple([Artist(one(name.name), one(name.variation), one(name.join), one(name.id)) for name in found])


K = TypeVar("K")


class _Once(Generic[K, T]):
    """What is made of each text, made once."""

    def __init__(self, make: Callable[[K], T]) -> None:
        self._make = make
        self._made: dict[K, T] = {}

    def of(self, written: K) -> T:
        found = self._made.get(written)
        if found is None:
            found = self._made[written] = self._make(written)
        return found


@contextlib.contextmanager
def left_alone() -> Iterator[None]:
    """What is made meanwhile is not looked through for garbage, then or later: it has no cycles, and stays for long.

    Each look through 100,000 copies would stop the whole program for a tenth of a second. What is young and garbage
    already is collected before: it would be kept for good, with whatever it refers to.
    """
    if not gc.isenabled():
        yield
        return
    gc.collect(_YOUNG)
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()
