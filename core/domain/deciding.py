"""What is written when a file is imported, once its owner has said what there was to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.domain.changes import Changes
from core.domain.collection import Copy, Field, Folder
from core.domain.export_file import DISCOGS_TEXTS, Export, Written
from core.domain.ids import InstanceId, ReleaseId
from core.domain.importing import Held, Match, Preview, State, said_now
from core.domain.numbering import numbers_of
from core.domain.release import Release

from msgspec import Struct
from msgspec.structs import replace


class Said(Struct, frozen=True):
    """What the owner of a collection says of a file."""

    same: frozenset[int] = frozenset()
    """The lines of probable rows that are the copies that were here."""
    removals: bool = False
    """That copies go that are not in the file any more."""


class Import(Struct, frozen=True):
    """What becomes of the collection."""

    changes: Changes
    folders: tuple[Folder, ...]
    fields: tuple[Field, ...]
    texts: Mapping[ReleaseId, Written]
    numbered: int
    kept: int = 0
    """Copies that are not in the file, and stay because nobody has said that they may go."""

    def __repr__(self) -> str:
        return f"Import({len(self.changes.added)} added)"


def decided(held: Held, export: Export, preview: Preview, said: Said) -> Import:
    """What a preview comes to. `held` and `export` are those from which it was made."""
    numbers, numbered = numbers_of(held.collection, export), held.numbered
    before = {copy.instance_id: copy for copy in held.collection.copies}
    added: list[Copy] = []
    stays: dict[InstanceId, Copy] = {}
    # Numbered by release: a row stands beside those that it is written with, which takes half the time.
    for match in sorted(preview.matches, key=_release):
        copy = match.copy
        if copy is None or (match.state is State.PROBABLE and match.row.line not in said.same):
            numbered += 1
            added.append(numbers.copy(match.row, InstanceId(numbered)))
        else:
            stays[copy.instance_id] = _now(held, numbers.copy(match.row, copy.instance_id, copy), match, copy)
    others = (match.copy for match in preview.probable if match.row.line not in said.same)
    gone = [copy.instance_id for copy in (*preview.gone, *others) if copy is not None]
    going = frozenset(gone) if said.removals else frozenset()
    unseen = [copy for instance, copy in before.items() if instance not in stays and instance not in going]
    after = [*added, *stays.values(), *unseen]
    return Import(
        changes=Changes(
            added=tuple(added),
            changed=tuple(copy for instance, copy in stays.items() if copy != before[instance]),
            removed=tuple(sorted(going)),
        ),
        folders=numbers.folders(after),
        fields=numbers.fields(after),
        texts=dict(_texts(held, preview, unseen)),
        numbered=numbered,
        kept=len(gone) - len(going),
    )


def _release(match: Match) -> ReleaseId:
    return match.row.release.id


def _now(held: Held, copy: Copy, match: Match, was: Copy) -> Copy:
    """A release of which the file says what it said before is as everybody has it, whoever knew better meanwhile."""
    texts = held.texts.get(copy.release.id, ())[:DISCOGS_TEXTS]
    is_as_before = texts == match.row.written[:DISCOGS_TEXTS] and was.release.id == copy.release.id
    return replace(copy, release=was.release) if is_as_before else copy


def _texts(held: Held, preview: Preview, unseen: list[Copy]) -> Iterator[tuple[ReleaseId, Written]]:
    """What the file says, and what an older one said of the copies that are not in it."""
    for copy in unseen:
        if (written := held.texts.get(copy.release.id)) is not None:
            yield copy.release.id, written
    for match in preview.matches:
        release = match.row.release.id
        yield release, said_now(held.texts.get(release), match.row.written)


def in_known_texts(changes: Changes, known: Mapping[ReleaseId, Release], before: Mapping[InstanceId, Copy]) -> Changes:
    """The same with what the API says of releases in the place of what a file says; without what is no change then."""
    if not known:
        return changes
    added, changed = (
        [replace(copy, release=known.get(copy.release.id, copy.release)) for copy in copies]
        for copies in (changes.added, changes.changed)
    )
    return Changes(tuple(added), tuple(copy for copy in changed if copy != before[copy.instance_id]), changes.removed)
