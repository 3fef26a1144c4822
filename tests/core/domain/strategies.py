"""Releases and copies as odd as the database of Discogs lets them be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Final

from core.domain.collection import Copy, FieldValue
from core.domain.ids import FieldId, FolderId, InstanceId, MasterId, ReleaseId
from core.domain.release import Artist, Format, LabelNumber, Release, folded_text

from hypothesis import strategies as st

TEXTS: Final = st.text(max_size=12) | st.sampled_from(
    [
        "",
        " ",
        "none",
        "Gunmen (2)",
        "[/]",
        "@everyone",
        "شكرا",
        "e\u0301",
        "\u200bdub\ufeff",
        "\x00",
        "'; --",
        '7" \U0001f3b5',
    ]
)
IDS: Final = st.integers(1, 2**63 - 1) | st.integers(1, 5)

ARTISTS: Final = st.builds(Artist, name=TEXTS, variation=TEXTS, join=TEXTS, id=IDS)
LABELS: Final = st.builds(LabelNumber, name=TEXTS, catno=TEXTS, id=IDS)
FORMATS: Final = st.builds(
    Format,
    name=TEXTS,
    quantity=st.just("9" * 64) | TEXTS,
    text=TEXTS,
    descriptions=st.lists(TEXTS, max_size=2).map(tuple),
)


@st.composite
def releases(draw: st.DrawFn) -> Release:
    """A release with its folded text."""
    title = draw(TEXTS)
    artists = tuple(draw(st.lists(ARTISTS, max_size=2)))
    labels = tuple(draw(st.lists(LABELS, max_size=2)))
    formats = tuple(draw(st.lists(FORMATS, max_size=2)))
    return Release(
        id=ReleaseId(draw(IDS)),
        title=title,
        artists=artists,
        labels=labels,
        formats=formats,
        genres=tuple(draw(st.lists(TEXTS, max_size=2))),
        styles=tuple(draw(st.lists(TEXTS, max_size=2))),
        year=draw(st.none() | st.integers(1, 9999)),
        master_id=draw(st.none() | IDS.map(MasterId)),
        thumb=draw(TEXTS),
        cover_image=draw(TEXTS),
        folded=folded_text(title, artists, labels),
    )


def copies_of(release: Release, instance_id: int) -> st.SearchStrategy[Copy]:
    """Copies of that release, with that number."""
    return st.builds(
        Copy,
        instance_id=st.just(InstanceId(instance_id)),
        release=st.just(release),
        folder_id=st.none() | IDS.map(FolderId),
        rating=st.none() | st.integers(1, 5),
        added=st.none() | st.datetimes(timezones=st.just(UTC)),
        fields=st.lists(st.builds(FieldValue, IDS.map(FieldId), TEXTS), max_size=3).map(tuple),
    )


@st.composite
def collections(draw: st.DrawFn, instances: st.SearchStrategy[int] = IDS) -> Mapping[InstanceId, Copy]:
    """Copies by number; those of one release share its value, as in a walk."""
    known = draw(st.lists(releases(), min_size=1, max_size=3, unique_by=lambda release: release.id))
    numbers = draw(st.lists(instances, max_size=6, unique=True))
    return {InstanceId(number): draw(copies_of(draw(st.sampled_from(known)), number)) for number in numbers}
