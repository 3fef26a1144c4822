"""A collection that came from a file, with what the file said beyond the columns that everybody reads alike.

What the API or a dump has told of a release or a master wins over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, TypeVar

from core.domain.apart import GIVE_WAY
from core.domain.collection import Collection, Copy
from core.domain.details import InShort
from core.domain.export_file import DISCOGS_TEXTS, Written, plain_artists, plain_labels
from core.domain.export_formats import formats_in
from core.domain.export_more import More, read_more
from core.domain.ids import MasterId, ReleaseId
from core.domain.master import Master
from core.domain.release import Artist, LabelNumber, Release, folded_text

from msgspec.structs import replace

T = TypeVar("T")

_AT_ONCE: Final = 50
"""Releases between two looks at whether somebody presses a key."""

Told = Mapping[ReleaseId, tuple[Written, More]]
"""What a file said of releases."""


def told_in(texts: Mapping[ReleaseId, Written]) -> dict[ReleaseId, tuple[Written, More]]:
    """Of what a file said, the releases of which it said more than Discogs' columns do."""
    texts_of_ours = ((release, written) for release, written in texts.items() if len(written) > DISCOGS_TEXTS)
    found = ((release, written, read_more(written[-1])) for release, written in _with_pauses(texts_of_ours))
    return {release: (written, more) for release, written, more in found if more is not None}


def overlaid(collection: Collection, told: Told, from_files: AbstractSet[ReleaseId]) -> Collection:
    """A collection with what its file said; `from_files` are the releases that nothing but files has told of."""
    releases = {
        release: _exactly(copies[0].release, *told[release])
        for release, copies in _with_pauses(collection.by_release.items())
        if release in told and release in from_files
    }
    facts = {
        release: InShort(more.country, more.barcodes)
        for release, (_written, more) in told.items()
        if more.barcodes is not None and release in collection.by_release
    }
    return replace(
        collection,
        copies=tuple([_with(copy, releases) for copy in collection.copies]),
        facts={**facts, **collection.facts},
    )


def of_masters(collection: Collection, told: Told) -> dict[MasterId, Master]:
    """What a file said of the masters of a collection."""
    found: dict[MasterId, Master] = {}
    for release, copies in collection.by_release.items():
        master, more = copies[0].release.master_id, told[release][1] if release in told else None
        if master is not None and more is not None and more.master is not None and more.master_id == master:
            found.setdefault(master, Master(master, more.master.year, more.master.genres, more.master.styles))
    return found


def _with_pauses(some: Iterable[T]) -> Iterator[T]:
    give_way = GIVE_WAY.get()
    for at, one in enumerate(some):
        if not at % _AT_ONCE:
            give_way()
        yield one


def _with(copy: Copy, releases: Mapping[ReleaseId, Release]) -> Copy:
    release = releases.get(copy.release.id)
    return copy if release is None else replace(copy, release=release)


def _exactly(release: Release, written: Written, more: More) -> Release:
    """The same release; another file may have said something else of it since, which is left as it is."""
    artists = more.artists if more.artists and release.artists == plain_artists(written) else release.artists
    labels = more.labels if more.labels and release.labels == plain_labels(written) else release.labels
    formats = more.formats if more.formats and release.formats == formats_in(written[4]) else release.formats
    return replace(
        release,
        artists=artists,
        labels=labels,
        formats=formats,
        genres=more.genres,
        styles=more.styles,
        master_id=None if more.master_id is None else MasterId(more.master_id),
        folded=release.folded if _is_plain(artists, labels) else folded_text(release.title, artists, labels),
    )


def _is_plain(artists: tuple[Artist, ...], labels: tuple[LabelNumber, ...]) -> bool:
    """Whether it is searched by what it was searched by as two texts; folding takes longer than all the rest."""
    return len(artists) == 1 and not artists[0].variation and len(labels) == 1
