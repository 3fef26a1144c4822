"""What differs between the published copy of a shelf and what a run brought, and how that is told row by row.

The rows replay: the first state and the feed give the last state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from core.domain.collection import Copy, FieldValue
from core.domain.ids import MEDIA_FIELD, NOTES_FIELD, SLEEVE_FIELD, FieldId, InstanceId, ReleaseId, RunId, Shelf
from core.domain.release import Release

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import asdict, replace

_ENCODE: Final = msgspec.json.encode
_COPY: Final = msgspec.json.Decoder(Copy)


class Changes(Struct, frozen=True):
    """Rows to write and instances to remove, so that the published copy equals what was seen."""

    added: tuple[Copy, ...] = ()
    changed: tuple[Copy, ...] = ()
    removed: tuple[InstanceId, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def diff(
    published: Mapping[InstanceId, Copy],
    arrived: Mapping[InstanceId, Copy],
    *,
    kept: AbstractSet[InstanceId] = frozenset(),
) -> Changes:
    """The changes that turn `published` into `arrived`.

    `kept` are instances that were seen but could not be read: what is known of them stays as it is. Of each release
    there is one text, the last that arrived: its editors may have been at it between two pages.
    """
    arrived = _in_one_text(arrived)
    added = tuple(copy for instance, copy in arrived.items() if instance not in published)
    changed = tuple(copy for instance, copy in arrived.items() if instance in published and published[instance] != copy)
    removed = tuple(instance for instance in published if instance not in arrived and instance not in kept)
    return Changes(added=added, changed=changed, removed=removed)


def _in_one_text(copies: Mapping[InstanceId, Copy]) -> Mapping[InstanceId, Copy]:
    texts = {copy.release.id: copy.release for copy in copies.values()}
    if len(texts) == len(copies):
        return copies
    differing = {
        instance: replace(copy, release=text)
        for instance, copy in copies.items()
        if (text := texts[copy.release.id]) is not copy.release and text != copy.release
    }
    return {**copies, **differing} if differing else copies


class Action(StrEnum):
    """What happened."""

    FIRST = "first"
    """The first whole copy of a shelf: `after` says how many there were."""
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    """To another folder."""
    RATED = "rated"
    GRADED = "graded"
    NOTED = "noted"
    FIELD = "field"
    """Another field of the collector's own was set, changed or cleared."""
    DATED = "dated"
    """It was added at another time than was said."""
    EDITED = "edited"
    """What the database says of its release is another text now, whoever changed it there."""
    PICTURED = "pictured"
    """Only the addresses of the release's pictures are others."""
    MISSED = "missed"
    """No longer shown by Discogs; kept until its owner says what holds."""
    KEPT = "kept"
    """No longer shown by Discogs; kept because its owner said so."""


class Who(StrEnum):
    """Who did it."""

    DISCOGS = "discogs"
    """It was found there; which of its members or editors did it is not told."""
    PERSON = "person"
    JOB = "job"


class Result(StrEnum):
    """What became of it."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    CONFLICT = "conflict"


class Change(Struct, frozen=True, gc=False):
    """One row of the feed, as it is written."""

    action: Action
    instance_id: InstanceId | None = None
    release_id: ReleaseId | None = None
    before: Raw | None = None
    """JSON: the whole copy of one that was removed, else only what differs."""
    after: Raw | None = None
    who: Who = Who.DISCOGS
    result: Result = Result.DONE
    reason: str = ""


class Entry(Struct, frozen=True):
    """One row of the feed, as it is read: in the order of their numbers they replay."""

    number: int
    at: datetime
    shelf: Shelf
    run: RunId | None
    change: Change
    release: Release | None = None
    """Of which it tells, as it is called now; None when it is of none."""


_PICTURES: Final = frozenset({"thumb", "cover_image"})


def told(
    published: Mapping[InstanceId, Copy], changes: Changes, *, who: Who = Who.DISCOGS, texts: bool = True
) -> Iterator[Change]:
    """Every change as rows; `who` has said that the removed ones go.

    Without `texts` nothing is told of what is said of a release: that is everybody's, so whoever writes it knows best.
    """
    for copy in changes.added:
        yield Change(Action.ADDED, copy.instance_id, copy.release.id, after=Raw(_ENCODE(copy)))
    for copy in changes.changed:
        yield from _edits(published[copy.instance_id], copy, texts=texts)
    for instance in changes.removed:
        copy = published[instance]
        yield Change(Action.REMOVED, instance, copy.release.id, before=Raw(_ENCODE(copy)), who=who)


def edited(instance: InstanceId, before: Release, after: Release) -> Change | None:
    """How what is said of a release has changed, as a row of one who has it; None when it has not."""
    were, are = asdict(before), asdict(after)
    names = [name for name in are if were[name] != are[name]]
    if not names:
        return None
    action = Action.PICTURED if _PICTURES.issuperset(names) else Action.EDITED
    return _change(
        action,
        instance,
        after.id,
        {"release": {name: were[name] for name in names}},
        {"release": {name: are[name] for name in names}},
    )


def _edits(before: Copy, after: Copy, *, texts: bool) -> Iterator[Change]:
    about = after.instance_id, after.release.id
    if texts or before.release.id != after.release.id:
        release = edited(after.instance_id, before.release, after.release)
        yield from () if release is None else (release,)
    if before.folder_id != after.folder_id:
        yield _change(Action.MOVED, *about, {"folder_id": before.folder_id}, {"folder_id": after.folder_id})
    if before.rating != after.rating:
        yield _change(Action.RATED, *about, {"rating": before.rating}, {"rating": after.rating})
    if before.added != after.added:
        yield _change(Action.DATED, *about, {"added": before.added}, {"added": after.added})
    if before.fields != after.fields:
        yield _change(_of_fields(before, after), *about, {"fields": before.fields}, {"fields": after.fields})


def _of_fields(before: Copy, after: Copy) -> Action:
    fields = {field for field, _, _ in fields_changed(before.fields, after.fields)}
    if fields & {MEDIA_FIELD, SLEEVE_FIELD}:
        return Action.GRADED
    return Action.NOTED if NOTES_FIELD in fields else Action.FIELD


def fields_changed(before: Iterable[FieldValue], after: Iterable[FieldValue]) -> tuple[tuple[FieldId, str, str], ...]:
    """Each field whose value differs, with the value before and after; empty for none."""
    were, are = ({one.field_id: one.value for one in some} for some in (before, after))
    return tuple(
        (field, were.get(field, ""), are.get(field, ""))
        for field in dict.fromkeys((*were, *are))
        if were.get(field, "") != are.get(field, "")
    )


def _change(
    action: Action, instance: InstanceId, release: ReleaseId, before: dict[str, Any], after: dict[str, Any]
) -> Change:
    return Change(action, instance, release, Raw(_ENCODE(before)), Raw(_ENCODE(after)))


class Edit(Struct, frozen=True):
    """What of a copy a row changed; what is not named stayed."""

    release: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    folder_id: int | msgspec.UnsetType | None = msgspec.UNSET
    rating: int | msgspec.UnsetType | None = msgspec.UNSET
    added: datetime | msgspec.UnsetType | None = msgspec.UNSET
    fields: tuple[FieldValue, ...] | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def of(cls, written: Raw | None) -> Edit:
        """What `before` or `after` of an edit says."""
        return msgspec.json.decode(written, type=cls) if written else cls()


def whole_copy(written: Raw) -> Copy:
    """The copy of a row that added or removed one."""
    return _COPY.decode(written)


def replayed(copies: Mapping[InstanceId, Copy], changes: Iterable[Change]) -> dict[InstanceId, Copy]:
    """The state after the changes."""
    after = dict(copies)
    for change in changes:
        instance = change.instance_id
        if instance is None or change.result is not Result.DONE:
            continue
        if change.action is Action.ADDED and change.after:
            after[instance] = whole_copy(change.after)
        elif change.action is Action.REMOVED:
            after.pop(instance, None)
        elif change.after:
            after[instance] = _with(after[instance], Edit.of(change.after))
    return after


def _with(copy: Copy, edit: Edit) -> Copy:
    facts = {name: value for name, value in asdict(edit).items() if value is not msgspec.UNSET}
    if "release" in facts:
        # Of another release altogether it is told whole, its number included.
        facts["release"] = msgspec.convert({**msgspec.to_builtins(copy.release), **facts["release"]}, Release)
    return replace(copy, **facts)
