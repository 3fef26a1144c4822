"""What a file means for the collection that came from an older one: what is new, changed or gone, and what to ask.

Nothing is decided here that its owner is to say: whether a row of another pressing is the copy that was here, and
whether many copies that are no longer in the file may go.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from core.domain.collection import Collection, Copy
from core.domain.export_file import DISCOGS_TEXTS, Export, ExportRow, Unreadable, Written
from core.domain.ids import AccountId, DiscogsUserId, InstanceId, ReleaseId
from core.domain.numbering import Numbers, numbers_of
from core.domain.pairing import Traits, assigned
from core.domain.release import Release

from msgspec import Struct
from msgspec.structs import replace

MOST_UNASKED: Final = 20
"""Copies that may be gone without their owner being asked, if they are not more than half."""

_COLUMNS: Final = ("number", "artist", "title", "label", "format", "year")


class LocalCollection(Struct, frozen=True):
    """Where a collection came from."""

    account: AccountId
    file: str
    """Its name, without the directory."""
    imported_at: datetime
    numbered: int
    """The highest number that a copy of it ever had."""
    paired_with: AccountId | None = None
    paired_at: datetime | None = None


class Held(Struct, frozen=True):
    """What is here before a file is imported."""

    collection: Collection = Collection()
    texts: Mapping[ReleaseId, Written] = MappingProxyType({})
    """What the last file said of each release."""
    numbered: int = 0


class State(StrEnum):
    """What a row is."""

    NEW = "new"
    ALSO = "another copy"
    """Of a release that is here already, as another copy."""
    SAME = "same"
    CHANGED = "changed"
    PROBABLE = "probably the same"
    """Another pressing of the same artist, title and year; the copy that was here is no longer in the file."""


class Match(Struct, frozen=True, gc=False):
    """A row, and the copy that is here of it."""

    row: ExportRow
    state: State
    copy: Copy | None = None
    fields: tuple[str, ...] = ()
    """What differs, by name."""


class Preview(Struct, frozen=True):
    """What importing a file would do."""

    matches: tuple[Match, ...]
    unreadable: tuple[Unreadable, ...]
    gone: tuple[Copy, ...]
    """Copies that are here and not in the file."""
    unproved: int
    """Copies that are not in the file as far as it can be read: they stay."""
    here: int
    """Copies that are here."""
    unread: tuple[str, ...] = ()
    """Columns of which nothing is known."""
    missing: tuple[str, ...] = ()
    """Columns of a whole export that the file has not: what is here of them stays."""

    def __repr__(self) -> str:
        return f"Preview({len(self.matches)} rows)"

    @property
    def counts(self) -> Mapping[State, int]:
        """How many rows are in each state."""
        found = Counter(match.state for match in self.matches)
        return {state: found[state] for state in State}

    @property
    def probable(self) -> tuple[Match, ...]:
        """The rows of which somebody has to say whether they are the copies that were here."""
        return tuple(match for match in self.matches if match.state is State.PROBABLE)


def is_to_be_asked(gone: int, here: int) -> bool:
    """Whether so many are gone that their owner has to say so."""
    return gone > MOST_UNASKED or is_most(gone, here)


def is_most(gone: int, here: int) -> bool:
    """Whether more than half of what is here would go."""
    return 2 * gone > here


def local_member(account: AccountId) -> DiscogsUserId:
    """The number of nobody on Discogs: below zero, the same for ever, and another for each account."""
    return DiscogsUserId(-1 - (int(account.replace("-", ""), 16) >> 75))


def compare(held: Held, export: Export) -> Preview:
    """What the rows of a file are, seen from what is here."""
    numbers = numbers_of(held.collection, export)
    matches, fresh = _found(held, export, numbers)
    left = {copy.instance_id: copy for copy in held.collection.copies}
    for match in matches:
        if match.copy is not None:
            del left[match.copy.instance_id]
    left, unproved = _proved(left, export.unreadable)
    alike = _alike(fresh, left.values()) if left else {}
    for row in fresh:
        copy = alike.get(row.line)
        matches.append(Match(row, State.NEW if copy is None else State.PROBABLE, copy))
        if copy is not None:
            del left[copy.instance_id]
    return Preview(
        matches=tuple(sorted(matches, key=_line)),
        unreadable=export.unreadable,
        gone=tuple(left.values()),
        unproved=unproved,
        here=len(held.collection.copies),
        unread=export.header.unread,
        missing=export.header.missing if held.collection.copies else (),
    )


def _found(held: Held, export: Export, numbers: Numbers) -> tuple[list[Match], list[ExportRow]]:
    """The rows of releases that are here, and those of others."""
    matches: list[Match] = []
    fresh: list[ExportRow] = []
    for release, rows in _by_release(export.rows).items():
        copies = held.collection.by_release.get(release, ())
        if not copies:
            fresh += rows
            continue
        which = _which(rows, copies, numbers)
        for at, row in enumerate(rows):
            is_more = at not in which
            matches.append(Match(row, State.ALSO) if is_more else _compared(row, copies[which[at]], numbers, held))
    return matches, fresh


def _line(match: Match) -> int:
    return match.row.line


def _by_release(rows: Iterable[ExportRow]) -> dict[ReleaseId, list[ExportRow]]:
    """Of each release there is one text, the last that the file has."""
    found: dict[ReleaseId, list[ExportRow]] = {}
    for row in rows:
        found.setdefault(row.release.id, []).append(row)
    for same in found.values():
        if len(same) > 1:
            last = same[-1]
            same[:] = [replace(row, release=last.release, written=last.written) for row in same]
    return found


def _which(rows: Sequence[ExportRow], copies: Sequence[Copy], numbers: Numbers) -> dict[int, int]:
    """Of rows and copies of one release, what belongs together, by their positions."""
    if len(rows) == len(copies) == 1:
        return {0: 0}
    ours = [_traits(numbers.copy(row, InstanceId(0))) for row in rows]
    return dict(assigned(ours, [_traits(copy) for copy in copies]))


def _traits(copy: Copy) -> Traits:
    """Of rows of one release the date tells most: it does not change when a copy is moved or graded."""
    return (copy.added, copy.folder_id, (copy.media, copy.sleeve), copy.notes, (copy.rating, copy.fields))


def _compared(row: ExportRow, copy: Copy, numbers: Numbers, held: Held) -> Match:
    now = numbers.copy(row, copy.instance_id, copy)
    texts = held.texts.get(row.release.id)
    differing = [*_text_fields(texts, row.written)] if texts is not None and texts != row.written else []
    if copy.folder_id != now.folder_id:
        differing.append("folder")
    if copy.rating != now.rating:
        differing.append("rating")
    if copy.added != now.added:
        differing.append("date added")
    if copy.fields != now.fields:
        differing += numbers.differing(copy, now)
    return Match(row, State.CHANGED if differing else State.SAME, copy, tuple(differing))


def _text_fields(before: Written, after: Written) -> Iterable[str]:
    for name, was, is_now in zip(_COLUMNS, before, after, strict=False):
        if was != is_now:
            yield name
    # A file of Discogs' own says nothing of what stands in ours only.
    if len(after) > DISCOGS_TEXTS and before[DISCOGS_TEXTS:] != after[DISCOGS_TEXTS:]:
        yield "details"


def said_now(before: Written | None, after: Written) -> Written:
    """What is known of a release from files: what one of ours said stays while its texts are the same."""
    is_the_same = before is not None and before[:DISCOGS_TEXTS] == after
    return before if is_the_same and before is not None else after


def _proved(left: dict[InstanceId, Copy], unreadable: Sequence[Unreadable]) -> tuple[dict[InstanceId, Copy], int]:
    """The copies that are certainly not in the file, and how many others were not seen: rows can be unreadable."""
    if any(row.release is None for row in unreadable):
        return {}, len(left)
    known = {row.release for row in unreadable}
    proved = {instance: copy for instance, copy in left.items() if copy.release.id not in known}
    return proved, len(left) - len(proved)


def _alike(fresh: Sequence[ExportRow], left: Some[Copy]) -> dict[int, Copy]:
    """By line, the copies that were not found in the file and are of the same artist, title and year."""
    waiting: dict[tuple[str, int | None], deque[Copy]] = {}
    for copy in left:
        waiting.setdefault(_name(copy.release), deque()).append(copy)
    return {row.line: same.popleft() for row in fresh if (same := waiting.get(_name(row.release)))}


def _name(release: Release) -> tuple[str, int | None]:
    artist, title, *_ = *release.folded.split("\n", 2), "", ""
    return f"{artist or release.artist}\n{title or release.title}", release.year
