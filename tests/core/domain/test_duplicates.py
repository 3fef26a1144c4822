"""What is owned more than once: by release, by master, and as far as artist, title and year tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import combinations

from core.domain.collection import Copy
from core.domain.duplicates import Group, Likeness, duplicates
from core.domain.ids import MasterId
from core.domain.index import same
from core.domain.master import Master
from core.domain.release import Artist, Release
from tests.factories import make_copy, make_release

import pytest
from hypothesis import given
from hypothesis import strategies as st


def told(copies: Iterable[Copy]) -> list[tuple[str, list[int]]]:
    """The groups, each by what its copies have in common and their numbers."""
    return [(str(one.likeness), [copy.instance_id for copy in one.copies]) for one in duplicates(copies)]


def test_copies_of_one_release_are_a_group_in_the_order_in_which_they_were_added() -> None:
    release = make_release(10)
    first, second = (datetime(2020 + year, 1, 1, tzinfo=UTC) for year in (0, 1))
    copies = (
        make_copy(3, release, added=second),
        make_copy(1, release, added=None),
        make_copy(2, release, added=first),
        make_copy(9, make_release(11, "Another")),
    )
    assert told(copies) == [("release", [2, 3, 1])]


def test_releases_of_one_master_are_a_group_the_earliest_pressing_first() -> None:
    copies = (
        make_copy(1, make_release(10, "Echoes", year=None, master_id=7)),
        make_copy(2, make_release(11, "Echoes (Remastered)", year=1999, master_id=7)),
        make_copy(3, make_release(12, "エコーズ", artist="別", year=1976, master_id=7)),
        make_copy(4, make_release(13, "Other", master_id=8)),
    )
    assert told(copies) == [("master", [3, 2, 1])]


def test_two_copies_of_one_release_are_no_group_of_their_master_as_well() -> None:
    release = make_release(10, master_id=7)
    assert told([make_copy(1, release), make_copy(2, release)]) == [("release", [1, 2])]
    third = make_copy(3, make_release(11, "Elsewhere", master_id=7))
    assert told([make_copy(1, release), make_copy(2, release), third]) == [("release", [1, 2]), ("master", [1, 2, 3])]


@pytest.mark.parametrize("title", ["Kingston  Echoes", "KINGSTON ECHOES.", "Kíngston Echoes"])
def test_releases_without_a_master_in_common_are_alike_by_artist_title_and_year(title: str) -> None:
    one = make_copy(1, make_release(10, "Kingston Echoes", artist="The Gunmen", master_id=7))
    for master in (None, 8):
        other = make_copy(2, make_release(11, title, artist="the gunmen", master_id=master))
        assert told([one, other]) == [("alike", [1, 2])]


def test_what_is_told_of_a_release_or_of_a_master_is_not_told_as_alike() -> None:
    release = make_release(10, master_id=7)
    pressings = [make_copy(1, release), make_copy(2, release), make_copy(3, make_release(11, master_id=7))]
    assert [kind for kind, _copies in told(pressings)] == ["release", "master"]
    stranger = make_copy(4, make_release(12))
    assert told([*pressings, stranger])[2:] == [("alike", [1, 2, 3, 4])]


@pytest.mark.parametrize(
    ("artist", "title", "year"),
    [("The Gunmen", "Echoes", None), ("", "Echoes", 1976), ("The Gunmen", "", 1976), ("The Gunmen", "Echoes", 0)],
)
def test_what_nobody_knows_is_like_nothing(artist: str, title: str, year: int | None) -> None:
    releases = (make_release(at, title, artist=artist, year=year or None) for at in (10, 11))
    assert told(make_copy(at, release) for at, release in enumerate(releases)) == []


def test_credits_of_several_artists_are_compared_as_a_whole() -> None:
    both = (Artist("A", join="&"), Artist("B"))
    alike = [make_copy(at, make_release(at, "Clash", artists=both)) for at in (1, 2)]
    assert told([*alike, make_copy(3, make_release(3, "Clash", artists=both[:1]))]) == [("alike", [1, 2])]


def test_names_of_nothing_but_punctuation_are_alike_only_when_they_are_the_same() -> None:
    copies = [make_copy(at, make_release(at, "!!!", artist="???")) for at in (1, 2)]
    assert told([*copies, make_copy(3, make_release(3, "?!", artist="???"))]) == [("alike", [1, 2])]


def test_the_year_of_a_group_is_that_of_its_release_or_of_its_master_as_far_as_it_was_read() -> None:
    pressings = [make_copy(at, make_release(at, f"Side {at}", year=1990 + at, master_id=7)) for at in (1, 2)]
    doubled = [make_copy(at, make_release(30, "Twice", year=1988)) for at in (3, 4)]
    years = {group.likeness: group.year for group in duplicates([*pressings, *doubled])}
    assert years == {Likeness.RELEASE: 1988, Likeness.MASTER: None}
    masters = {MasterId(7): Master(MasterId(7), year=1976)}
    assert duplicates(pressings, masters)[0].year == 1976
    assert duplicates(pressings, {MasterId(7): Master(MasterId(7))})[0].year is None


def test_groups_of_a_kind_stand_by_artist_and_title() -> None:
    names = [("Zed", "A"), ("Élan", "Z"), ("Alpha", "B"), ("Alpha", "A")]
    releases = [make_release(at, title, artist=artist) for at, (artist, title) in enumerate(names, 1)]
    copies = [make_copy(10 * at + release.id, release) for release in releases for at in (1, 2)]
    assert [(group.artist, group.title) for group in duplicates(copies)] == [
        ("Alpha", "A"),
        ("Alpha", "B"),
        ("Élan", "Z"),
        ("Zed", "A"),
    ]


RELEASES = st.builds(
    lambda number, title, artist, year, master: make_release(number, title, artist=artist, year=year, master_id=master),
    st.integers(1, 12),
    st.sampled_from(["Echo", "ECHO!", "Dub", "!!!", ""]),
    st.sampled_from(["Ann", "ann", "", "?"]),
    st.sampled_from([None, 1976, 1977]),
    st.sampled_from([None, 1, 2, 3]),
)


@given(st.lists(RELEASES, max_size=10, unique_by=lambda release: release.id), st.data())
def test_two_copies_share_a_group_exactly_when_they_have_something_in_common(
    releases: Sequence[Release], data: st.DataObject
) -> None:
    """Any two: of a release, of a master, or alike; and of those that are alike, not all are told of before."""
    picked = data.draw(st.lists(st.sampled_from(releases), max_size=14)) if releases else []
    copies = [make_copy(number, release) for number, release in enumerate(picked, 1)]
    groups = duplicates(copies)
    for one, other in combinations(copies, 2):
        assert shares(groups, Likeness.RELEASE, one, other) == (one.release.id == other.release.id)
        of_one_master = one.release.master_id is not None and one.release.master_id == other.release.master_id
        if of_one_master and one.release.id != other.release.id:
            assert shares(groups, Likeness.MASTER, one, other)
        if is_alike(one, other) and one.release.id != other.release.id and not of_one_master:
            assert shares(groups, Likeness.ALIKE, one, other)
    for group in groups:
        pairs = [*combinations(group.copies, 2)]
        assert pairs
        match group.likeness:
            case Likeness.MASTER:
                assert len({copy.release.master_id for copy in group.copies} - {None}) == 1
                assert any(one.release.id != other.release.id for one, other in pairs)
            case Likeness.ALIKE:
                assert all(is_alike(one, other) for one, other in pairs)
                assert len({copy.release.master_id or f"r{copy.release.id}" for copy in group.copies}) > 1
            case Likeness.RELEASE:
                assert len({copy.release.id for copy in group.copies}) == 1
        assert len({copy.instance_id for copy in group.copies}) == len(group.copies)
    assert len({group.name for group in groups}) == len(groups)


def shares(groups: Iterable[Group], likeness: Likeness, *copies: Copy) -> bool:
    return any(all(copy in group.copies for copy in copies) for group in groups if group.likeness is likeness)


def is_alike(one: Copy, other: Copy) -> bool:
    first, second = one.release, other.release
    if None in (first.year, second.year) or not all((first.title, second.title, first.artist, second.artist)):
        return False
    same_texts = same(first.artist) == same(second.artist) and same(first.title) == same(second.title)
    return same_texts and first.year == second.year
