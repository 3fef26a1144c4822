"""Which copy is which: nothing is lost, nothing doubled, and what is alike comes first."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from core.domain.collection import Collection, Copy, Field, Folder
from core.domain.ids import FieldId, FolderId
from core.domain.pairing import Pairing, assigned, paired
from tests.factories import make_copy, make_release

from hypothesis import given
from hypothesis import strategies as st

LOCAL = (Folder(FolderId(1), "Uncategorized"), Folder(FolderId(2), "Jamaica"), Folder(FolderId(3), "Attic"))
FETCHED = (Folder(FolderId(1), "Uncategorized"), Folder(FolderId(4711), "Jamaica"), Folder(FolderId(4712), "Attic"))
SHOP_HERE, SHOP_THERE = Field(FieldId(4), "Shop"), Field(FieldId(9), "Shop")
DAYS = [datetime(2024, 5, day, 12, tzinfo=UTC) for day in (1, 2, 3)]
GRADES = ("", "Mint (M)", "Very Good (VG)")


def shelf(copies: list[Copy], *, fetched: bool) -> Collection:
    fields = (SHOP_THERE,) if fetched else (SHOP_HERE,)
    return Collection(tuple(copies), FETCHED if fetched else LOCAL, fields)


@st.composite
def copies(draw: st.DrawFn, *, fetched: bool) -> list[Copy]:
    """A few copies of very few releases: folders, grades and days that are often the same."""
    folders = [folder.id for folder in (FETCHED if fetched else LOCAL)]
    shop = (SHOP_THERE if fetched else SHOP_HERE).id
    return [
        make_copy(
            (1_000 if fetched else 1) + at,
            make_release(draw(st.integers(1, 3))),
            folder_id=draw(st.sampled_from(folders)),
            added=draw(st.sampled_from(DAYS)),
            rating=draw(st.sampled_from((None, 5))),
            fields={1: draw(st.sampled_from(GRADES)), shop: draw(st.sampled_from(("", "corner")))},
        )
        for at in range(draw(st.integers(0, 8)))
    ]


BOTH = st.tuples(copies(fetched=False), copies(fetched=True))


def facts(copy: Copy, collection: Collection) -> tuple[object, ...]:
    shop = next((one.value for one in copy.fields if one.field_id > 3), "")
    return copy.release.id, collection.folder_of(copy), copy.media, copy.added, copy.rating, shop


@given(BOTH)
def test_of_each_release_there_are_as_many_pairs_as_there_can_be(both: tuple[list[Copy], list[Copy]]) -> None:
    ours, theirs = both

    found = paired(shelf(ours, fetched=False), shelf(theirs, fetched=True))

    mine, others = (Counter(copy.release.id for copy in some) for some in both)
    assert Counter(pair.ours.release.id for pair in found.pairs) == mine & others
    assert all(pair.ours.release.id == pair.theirs.release.id for pair in found.pairs)


@given(BOTH)
def test_no_copy_is_lost_and_none_is_in_two_pairs(both: tuple[list[Copy], list[Copy]]) -> None:
    ours, theirs = both

    found = paired(shelf(ours, fetched=False), shelf(theirs, fetched=True))

    assert sorted(copy.instance_id for copy in (*(pair.ours for pair in found.pairs), *found.rest)) == sorted(
        copy.instance_id for copy in ours
    )
    taken = [pair.theirs.instance_id for pair in found.pairs]
    assert len(set(taken)) == len(taken)
    assert set(taken) <= {copy.instance_id for copy in theirs}


@given(BOTH)
def test_either_way_round_there_are_as_many_pairs(both: tuple[list[Copy], list[Copy]]) -> None:
    ours, theirs = shelf(both[0], fetched=False), shelf(both[1], fetched=True)

    there, back = paired(ours, theirs), paired(theirs, ours)

    assert len(there.pairs) == len(back.pairs)
    assert len(there.pairs) + len(there.rest) == len(both[0])
    assert len(back.pairs) + len(back.rest) == len(both[1])


@given(BOTH)
def test_copies_that_are_alike_in_everything_find_each_other(both: tuple[list[Copy], list[Copy]]) -> None:
    ours, theirs = shelf(both[0], fetched=False), shelf(both[1], fetched=True)
    mine, others = (Counter(facts(copy, some) for copy in some.copies) for some in (ours, theirs))

    found = paired(ours, theirs)

    alike = Counter(facts(pair.ours, ours) for pair in found.pairs if not pair.differs)
    assert alike == mine & others


@given(copies(fetched=False))
def test_a_collection_is_its_own_pair(some: list[Copy]) -> None:
    found = paired(shelf(some, fetched=False), shelf(some, fetched=False))

    assert all(not pair.differs for pair in found.pairs)
    assert (len(found.pairs), found.rest) == (len(some), ())


def test_the_folder_tells_more_than_the_grade_and_the_grade_more_than_the_day() -> None:
    release = make_release(1)
    ours = [make_copy(1, release, folder_id=2, added=DAYS[0], fields={1: "Mint (M)"})]
    day, grade, folder = (
        make_copy(10, release, folder_id=1, added=DAYS[0], fields={1: ""}),
        make_copy(11, release, folder_id=1, added=DAYS[1], fields={1: "Mint (M)"}),
        make_copy(12, release, folder_id=4711, added=DAYS[2], fields={1: "Very Good (VG)"}),
    )

    def pair_of(*theirs: Copy) -> int:
        return paired(shelf(ours, fetched=False), shelf(list(theirs), fetched=True)).pairs[0].theirs.instance_id

    assert pair_of(day, grade, folder) == 12
    assert pair_of(day, grade) == 11
    assert pair_of(day) == 10


def test_it_is_said_in_what_a_pair_is_not_alike() -> None:
    ours = make_copy(1, make_release(1), folder_id=2, rating=5, fields={3: "mine", 4: "corner"})
    theirs = make_copy(9, make_release(1), folder_id=4711, rating=4, fields={3: "mine", 9: "market"})

    (pair,) = paired(shelf([ours], fetched=False), shelf([theirs], fetched=True)).pairs

    assert pair.differs == ("rating", "other fields")


def test_half_of_the_copies_make_it_the_same_collection() -> None:
    def found(pairs: int, rest: int) -> Pairing:
        some = [make_copy(at, make_release(at)) for at in range(1, pairs + rest + 1)]
        return paired(shelf(some, fetched=False), shelf(some[:pairs], fetched=False))

    assert found(2, 2).is_the_same_collection
    assert found(1, 0).is_the_same_collection
    assert not found(1, 2).is_the_same_collection
    assert not found(0, 0).is_the_same_collection


def test_many_copies_of_one_release_are_paired_without_comparing_each_with_each() -> None:
    number = 4_000
    ours = [(at, "a", "b", "c") for at in range(number)]
    theirs = [(number - 1 - at, "a", "x", "c") for at in range(number)]

    found = assigned(ours, theirs)

    assert all(ours[mine][0] == theirs[other][0] for mine, other in found)
    assert len(found) == number
