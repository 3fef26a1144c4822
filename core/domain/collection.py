"""A collection: every physical copy its own row, and the names of the folders and fields that rows refer to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from core.domain.details import InShort
from core.domain.ids import (
    MEDIA_FIELD,
    NOTES_FIELD,
    SLEEVE_FIELD,
    FieldId,
    FolderId,
    InstanceId,
    MasterId,
    ReleaseId,
)
from core.domain.master import Master
from core.domain.plays import Played
from core.domain.release import Release
from core.text import fold

from msgspec import Struct
from msgspec.structs import replace

_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


class FieldValue(Struct, frozen=True, gc=False):
    """What one custom field of a copy says. Kept as Discogs sent it: a dropdown's value may end with a line break."""

    field_id: FieldId
    value: str


class Copy(Struct, frozen=True, gc=False):
    """One owned copy of a release."""

    instance_id: InstanceId
    release: Release
    folder_id: FolderId | None = None
    """None when the reader was not the owner: Discogs leaves it out then."""
    rating: int | None = None
    """1 to 5; None when not rated."""
    added: datetime | None = None
    """When the copy was added, UTC; it does not change when the copy is edited."""
    fields: tuple[FieldValue, ...] = ()

    def value(self, field_id: FieldId) -> str:
        """The text of a field, empty when it was never set or was cleared."""
        return next((field.value.strip() for field in self.fields if field.field_id == field_id), "")

    @property
    def media(self) -> str:
        """The media condition in Discogs' words, empty when not graded."""
        return self.value(MEDIA_FIELD)

    @property
    def sleeve(self) -> str:
        """The sleeve condition in Discogs' words, empty when not graded."""
        return self.value(SLEEVE_FIELD)

    @property
    def notes(self) -> str:
        """The collector's own notes."""
        return self.value(NOTES_FIELD)


class Folder(Struct, frozen=True):
    """A folder of the collection; 0 is the virtual folder of everything, 1 the uncategorized one."""

    id: FolderId
    name: str
    count: int = 0


class Field(Struct, frozen=True):
    """A collection field. Told apart by its id: the first three can be named otherwise."""

    id: FieldId
    name: str
    kind: str = "textarea"
    position: int = 0
    public: bool = False
    options: tuple[str, ...] = ()


class Owned(StrEnum):
    """Whether a wanted release is in the collection already."""

    THIS = "this pressing"
    OTHER = "another pressing"


class Collection(Struct, frozen=True, dict=True):
    """The whole collection of one account, immutable; a sync makes a new one."""

    copies: tuple[Copy, ...] = ()
    folders: tuple[Folder, ...] = ()
    fields: tuple[Field, ...] = ()
    arriving: int | None = None
    """While the first walk is under way: how many copies there will be. None once a copy has been published."""
    owned: Mapping[InstanceId, Owned] = MappingProxyType({})
    """Of a wantlist: the wants of which a pressing is in the collection, as far as masters are known."""
    masters: Mapping[MasterId, Master] = MappingProxyType({})
    """Of the masters of these releases, those that were read."""
    facts: Mapping[ReleaseId, InShort] = MappingProxyType({})
    """Of these releases, those of which the details were read."""
    wanted: frozenset[ReleaseId] = frozenset()
    """The releases on the same account's wantlist."""
    plays: Mapping[ReleaseId, Played] = MappingProxyType({})
    """Of these releases, those that were ever played."""

    def __repr__(self) -> str:
        # Of 100,000 copies the whole would be 400 MB, and asyncio makes one of whatever it is given back.
        return f"Collection({len(self.copies)} copies)"

    @cached_property
    def release_count(self) -> int:
        """How many different releases the copies are of."""
        return len(self.by_release)

    @cached_property
    def folder_names(self) -> Mapping[FolderId, str]:
        """The names of the folders by id."""
        return {folder.id: folder.name for folder in self.folders}

    @cached_property
    def by_release(self) -> Mapping[ReleaseId, tuple[Copy, ...]]:
        """The copies owned of each release."""
        found: dict[ReleaseId, tuple[Copy, ...]] = {}
        others: dict[ReleaseId, list[Copy]] = {}
        for copy in self.copies:
            if copy.release.id in found:
                others.setdefault(copy.release.id, []).append(copy)
            else:
                # Of most releases there is one copy: lists of them would be let go of all at once, which takes long.
                found[copy.release.id] = (copy,)
        for release, copies in others.items():
            found[release] += tuple(copies)
        return found

    @cached_property
    def master_ids(self) -> frozenset[MasterId]:
        """The masters that the copies are of."""
        found = {copy.release.master_id for copy in self.copies}
        return frozenset(number for number in found if number is not None)

    def knowing(
        self,
        masters: Mapping[MasterId, Master] = _NOTHING,
        facts: Mapping[ReleaseId, InShort] = _NOTHING,
        plays: Mapping[ReleaseId, Played] | None = None,
    ) -> Collection:
        """The same collection with what was learned of some masters and releases, and with all plays if they are given.

        What is of no release here is left out; the very same collection if nothing is left.
        """
        news: dict[str, object] = {}
        if mine := {number: master for number, master in masters.items() if number in self.master_ids}:
            news["masters"] = {**self.masters, **mine}
        if told := {number: fact for number, fact in facts.items() if number in self.by_release}:
            news["facts"] = {**self.facts, **told}
        if plays is not None and plays != self.plays:
            news["plays"] = plays
        if not news:
            return self
        found = replace(self, **news)
        # None of what was worked out before is about any of these, and of a large collection it took a while.
        found.__dict__.update(self.__dict__)
        return found

    def fields_named(self, name: str) -> tuple[FieldId, ...]:
        """The fields of a name, whose case, accents and punctuation do not count; in a rare collection several."""
        sought = fold(name) or name.strip().casefold()
        return tuple(one.id for one in self.fields if (fold(one.name) or one.name.strip().casefold()) == sought)

    def folder_of(self, copy: Copy) -> str:
        """The name of a copy's folder; empty when the folder is not known."""
        return "" if copy.folder_id is None else self.folder_names.get(copy.folder_id, "")

    def country_of(self, release: Release) -> str:
        """The country of a release; empty when it is not known, or when the details were not read yet."""
        facts = self.facts.get(release.id)
        return "" if facts is None else facts.country or ""

    def master_of(self, release: Release) -> Master | None:
        """The master of a release; None when it has none, or when it was not read yet."""
        return None if release.master_id is None else self.masters.get(release.master_id)
