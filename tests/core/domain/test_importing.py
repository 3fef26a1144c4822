"""A file over the collection that came from an older one: what each row is, what is asked, what is here afterwards."""

from __future__ import annotations

import gzip
from collections import Counter
from uuid import UUID

from core.domain.collection import Collection, Copy
from core.domain.deciding import Said, decided, in_known_texts
from core.domain.export_file import Export, retold
from core.domain.ids import AccountId, FieldId, ReleaseId
from core.domain.importing import Held, State, compare, is_most, is_to_be_asked, local_member
from tests.exports import HEADER, Row, applied, brought, export_of, read, row
from tests.factories import make_release
from tests.stand_in import SAMPLES

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

NOTHING = Held()
REFUSED, AGREED = Said(), Said(removals=True)


def states(held: Held, export: Export) -> dict[int, State]:
    return {match.row.line: match.state for match in compare(held, export).matches}


def shown(held: Held) -> Counter[tuple[object, ...]]:
    """What can be seen of a collection: every copy with its texts, and folders and fields by name."""
    names = {field.id: field.name for field in held.collection.fields}
    return Counter(
        (
            copy.release,
            held.collection.folder_of(copy),
            copy.rating,
            copy.added,
            frozenset((names[one.field_id], one.value) for one in copy.fields),
        )
        for copy in held.collection.copies
    )


def copy_of(held: Held, release: int) -> Copy:
    (found,) = held.collection.by_release[ReleaseId(release)]
    return found


def exports_of_collector_c() -> tuple[Export, Export]:
    directory = SAMPLES / "collections" / "collector_c"
    names = ("collection-2016-03-22.csv.gz", "collection-2016-05-21.csv.gz")
    older, newer = (read(gzip.decompress((directory / name).read_bytes())) for name in names)
    return older, newer


def test_the_second_export_of_a_real_collection_adds_nine_and_changes_the_texts_of_twenty_two() -> None:
    older, newer = exports_of_collector_c()
    held = brought(NOTHING, older)

    preview = compare(held, newer)
    result = decided(held, newer, preview, REFUSED)

    assert preview.counts == {
        State.NEW: 9,
        State.ALSO: 0,
        State.SAME: 2_166,
        State.CHANGED: 22,
        State.PROBABLE: 0,
    }
    assert preview.gone == ()
    texts = {"number", "artist", "title", "label", "format", "year"}
    assert all(set(match.fields) <= texts for match in preview.matches if match.state is State.CHANGED)
    assert (len(result.changes.added), len(result.changes.changed), result.changes.removed) == (9, 22, ())
    assert shown(applied(held, result)) == shown(brought(NOTHING, newer))


FULL = {
    **row(1, catno="A 1", label="One, Two", form="LP", released="1971", rating="4", folder="Dub", media="Mint (M)"),
    "Date Added": "2020-01-02 03:04:05",
    "Collection Notes": "Mine",
    "Collection Shop": "Honest",
}
ALL = (*HEADER, "Collection Shop")


def again(header: tuple[str, ...], **facts: str) -> Copy:
    """What is here of a copy once a file with these columns was imported over one with all."""
    held = brought(NOTHING, export_of(FULL, header=ALL))
    later = retold(export_of({**FULL, **facts}, header=header), held.texts)
    return copy_of(brought(held, later), 1)


@pytest.mark.parametrize("column", [one for one in HEADER if one not in ("release_id", "Artist", "Title")])
def test_of_a_column_that_is_not_in_the_file_what_is_here_stays(column: str) -> None:
    held = brought(NOTHING, export_of(FULL, header=ALL))
    later = retold(export_of(FULL, header=tuple(one for one in ALL if one != column)), held.texts)
    preview = compare(held, later)

    assert preview.missing == (column,)
    assert preview.counts[State.SAME] == 1
    assert shown(brought(held, later)) == shown(held)


def test_what_such_a_file_does_say_is_taken() -> None:
    copy = again(("release_id", "Artist", "Title", "CollectionFolder"), Title="Another", CollectionFolder="Roots")

    assert (copy.release.title, copy.release.year, copy.release.labels[0].name) == ("Another", 1971, "One, Two")
    assert (copy.rating, copy.media, copy.notes) == (4, "Mint (M)", "Mine")
    assert copy.value(FieldId(4)) == "Honest"


def test_a_field_of_one_s_own_that_is_not_in_a_whole_export_is_no_more() -> None:
    assert again(HEADER).value(FieldId(4)) == ""


def test_the_same_file_again_changes_nothing() -> None:
    older, _ = exports_of_collector_c()
    held = brought(NOTHING, older)

    result = decided(held, older, compare(held, older), AGREED)

    assert not result.changes
    assert set(compare(held, older).counts) == set(State)
    assert compare(held, older).counts[State.SAME] == 2_188


def test_each_row_is_what_it_is() -> None:
    held = brought(NOTHING, export_of(row(1, notes="old"), row(2), row(3, title="Gone"), row(4), row(5, title="Moved")))

    found = states(
        held,
        export_of(
            row(1, notes="new"),
            row(2),
            row(2, folder="Attic"),
            row(4),
            row(50, title="Moved"),
            row(6, title="Another"),
        ),
    )

    assert list(found.values()) == [
        State.CHANGED,
        State.SAME,
        State.ALSO,
        State.SAME,
        State.PROBABLE,
        State.NEW,
    ]


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [
        ({}, {"artist": "The Gunmen (2)"}, ("artist",)),
        ({}, {"title": "X", "released": "0"}, ("title", "year")),
        ({}, {"catno": "HM 1", "label": "Mirrors"}, ("number", "label")),
        ({}, {"form": "LP"}, ("format",)),
        ({}, {"folder": "Attic", "rating": "3"}, ("folder", "rating")),
        ({}, {"added": ""}, ("date added",)),
        ({"media": "Mint (M)"}, {"media": "", "sleeve": "Generic"}, ("media condition", "sleeve condition")),
        ({"notes": "x"}, {"notes": "y"}, ("notes",)),
    ],
)
def test_it_is_said_which_fields_changed(
    before: dict[str, str], after: dict[str, str], fields: tuple[str, ...]
) -> None:
    held = brought(NOTHING, export_of(row(1, **before)))

    (match,) = compare(held, export_of(row(1, **after))).matches

    assert (match.state, match.fields) == (State.CHANGED, fields)


def test_of_several_copies_of_one_release_each_finds_itself_again() -> None:
    first, second = row(1, folder="A", media="Mint (M)"), row(1, folder="B", notes="scratched")
    held = brought(NOTHING, export_of(first, second))
    by_folder = {held.collection.folder_of(copy): copy.instance_id for copy in held.collection.copies}

    after = brought(held, export_of(second | {"Collection Notes": "mended"}, first))

    assert {after.collection.folder_of(copy): copy.instance_id for copy in after.collection.copies} == by_folder
    assert {copy.notes for copy in after.collection.copies} == {"", "mended"}


def test_a_copy_that_was_moved_keeps_its_number_by_its_day() -> None:
    older = export_of(row(1, added="2020-01-01 00:00:00"), row(1, added="2021-01-01 00:00:00"))
    held = brought(NOTHING, older)
    days = {copy.added: copy.instance_id for copy in held.collection.copies}

    newer = export_of(
        row(1, added="2021-01-01 00:00:00", folder="Attic"), row(1, added="2020-01-01 00:00:00", folder="Cellar")
    )

    assert {copy.added: copy.instance_id for copy in brought(held, newer).collection.copies} == days


def test_another_pressing_of_the_same_record_is_asked_about_and_keeps_the_copy_if_it_is_the_same() -> None:
    held = brought(NOTHING, export_of(row(1), row(2, title="Other")))
    newer = export_of(row(9, title="kingston echoes"), row(2, title="Other"))
    preview = compare(held, newer)
    (probable,) = preview.probable

    same = applied(held, decided(held, newer, preview, Said(frozenset({probable.row.line}))))
    other = applied(held, decided(held, newer, preview, AGREED))

    assert copy_of(same, 9).instance_id == copy_of(held, 1).instance_id
    assert copy_of(other, 9).instance_id not in {copy.instance_id for copy in held.collection.copies}
    assert shown(same) == shown(other) == shown(brought(NOTHING, newer))


@pytest.mark.parametrize("facts", [{"released": "1977"}, {"artist": "Others"}, {"title": "Others"}])
def test_only_the_same_artist_title_and_year_make_it_probable(facts: dict[str, str]) -> None:
    held = brought(NOTHING, export_of(row(1)))

    assert states(held, export_of(row(9, **facts))) == {2: State.NEW}


def test_what_is_still_in_the_file_is_no_other_pressing_s_copy() -> None:
    held = brought(NOTHING, export_of(row(1)))

    assert states(held, export_of(row(1), row(9))) == {2: State.SAME, 3: State.NEW}


def test_what_is_not_in_the_file_stays_until_somebody_says_that_it_may_go() -> None:
    held = brought(NOTHING, export_of(row(1), row(2, title="B"), row(3, title="C", folder="Attic")))
    newer = export_of(row(1))
    preview = compare(held, newer)

    kept, let_go = (decided(held, newer, preview, said) for said in (REFUSED, AGREED))

    assert (kept.kept, kept.changes.removed, len(let_go.changes.removed), let_go.kept) == (2, (), 2, 0)
    assert {folder.name for folder in kept.folders} == {"Uncategorized", "Attic"}
    assert {folder.name for folder in let_go.folders} == {"Uncategorized"}
    assert set(kept.texts) == {1, 2, 3}
    assert compare(applied(held, kept), export_of(row(1), row(2, title="B"))).counts[State.SAME] == 2


def test_what_an_unreadable_row_may_be_is_not_gone() -> None:
    held = brought(NOTHING, export_of(row(1), row(2, title="B"), row(3, title="C")))

    of_known_release = compare(held, export_of(row(1), row(2, rating="bad")))
    of_any = compare(held, export_of(row(1), row("?")))

    assert ([copy.release.id for copy in of_known_release.gone], of_known_release.unproved) == ([3], 1)
    assert (of_any.gone, of_any.unproved) == ((), 2)


@pytest.mark.parametrize(
    ("gone", "here", "asked", "most"),
    [
        (0, 0, False, False),
        (1, 2, False, False),
        (2, 3, True, True),
        (20, 1_000, False, False),
        (21, 1_000, True, False),
    ],
)
def test_many_that_are_gone_are_asked_about(gone: int, here: int, asked: bool, most: bool) -> None:
    assert (is_to_be_asked(gone, here), is_most(gone, here)) == (asked, most)


def test_folders_and_fields_keep_their_numbers_whatever_comes_beside_them() -> None:
    first = (*HEADER, "Collection Shop")
    held = brought(NOTHING, export_of(row(1, folder="B") | {"Collection Shop": "corner"}, header=first))
    numbers = {folder.name: folder.id for folder in held.collection.folders}
    fields = {field.name: field.id for field in held.collection.fields}

    second = ("Collection Price", *HEADER, "Collection Shop")
    more = row(2, folder="A") | {"Collection Price": "7", "Collection Shop": "market"}
    after = brought(held, export_of(row(1, folder="B") | {"Collection Shop": "corner"}, more, header=second))

    assert numbers == {"B": 2}
    assert {folder.name: folder.id for folder in after.collection.folders} == {"B": 2, "A": 3}
    assert fields == {"Media Condition": 1, "Sleeve Condition": 2, "Notes": 3, "Shop": 4}
    assert {field.name: field.id for field in after.collection.fields} == fields | {"Price": 5}
    assert copy_of(after, 1) == copy_of(held, 1)


def test_what_lies_in_no_folder_is_uncategorized() -> None:
    held = brought(NOTHING, export_of(row(1, folder=""), row(2, folder="Uncategorized")))

    assert [(folder.id, folder.name, folder.count) for folder in held.collection.folders] == [(1, "Uncategorized", 2)]


def test_numbers_of_copies_are_never_given_twice() -> None:
    held = brought(NOTHING, export_of(row(1), row(2, title="B")))
    held = brought(held, export_of(row(1)))
    held = brought(held, export_of(row(1), row(3, title="C")))

    assert sorted(copy.instance_id for copy in held.collection.copies) == [1, 3]


def test_a_release_of_which_the_file_says_nothing_new_is_left_as_others_know_it() -> None:
    held = brought(NOTHING, export_of(row(1)))
    better = make_release(1, "Kingston Echoes", genres=("Reggae",))
    known = Held(
        Collection((replace(copy_of(held, 1), release=better),), held.collection.folders), held.texts, held.numbered
    )

    result = decided(known, export_of(row(1)), compare(known, export_of(row(1))), REFUSED)

    assert not result.changes


def test_what_the_api_says_of_a_release_stands_and_no_change_is_made_of_it() -> None:
    held = brought(NOTHING, export_of(row(1), row(2)))
    better = make_release(1, genres=("Reggae",))
    copies = [replace(copy, release=better) if copy.release.id == 1 else copy for copy in held.collection.copies]
    known = Held(Collection(tuple(copies), held.collection.folders), held.texts, held.numbered)
    newer = export_of(row(1, title="Edited"), row(2, title="Edited"), row(1, title="Edited", folder="Attic"))
    preview = compare(known, newer)

    result = decided(known, newer, preview, REFUSED)
    before = {copy.instance_id: copy for copy in known.collection.copies}
    changes = in_known_texts(result.changes, {ReleaseId(1): better}, before)

    assert preview.counts[State.CHANGED] == 2
    assert [copy.release.id for copy in result.changes.changed] == [1, 2]
    assert [copy.release.id for copy in changes.changed] == [2]
    assert [copy.release for copy in changes.added] == [better]


def test_of_a_release_there_is_one_text_the_last_in_the_file() -> None:
    held = brought(NOTHING, export_of(row(1, title="Older"), row(1, title="Newer")))

    assert {copy.release.title for copy in held.collection.copies} == {"Newer"}
    assert set(states(held, export_of(row(1, title="Older"), row(1, title="Newer"))).values()) == {State.SAME}


ROWS = st.lists(
    st.builds(
        lambda release, title, folder, media, notes, added: row(
            release, title=title, folder=folder, media=media, notes=notes, added=added
        ),
        st.integers(1, 5),
        st.sampled_from(("One", "Two")),
        st.sampled_from(("", "Attic", "Cellar")),
        st.sampled_from(("", "Mint (M)")),
        st.sampled_from(("", "mine")),
        st.sampled_from(("", "2020-01-01 00:00:00", "2021-06-01 12:00:00")),
    ),
    max_size=8,
)


@given(ROWS, ROWS)
def test_importing_one_file_and_then_another_is_importing_the_other(older: list[Row], newer: list[Row]) -> None:
    over = brought(brought(NOTHING, export_of(*older)), export_of(*newer))

    assert shown(over) == shown(brought(NOTHING, export_of(*newer)))
    assert compare(over, export_of(*newer)).counts[State.SAME] == len(newer)


@given(ROWS, ROWS)
def test_every_row_is_in_one_state_and_every_copy_is_accounted_for(older: list[Row], newer: list[Row]) -> None:
    held = brought(NOTHING, export_of(*older))

    preview = compare(held, export_of(*newer))

    assert [match.row.line for match in preview.matches] == list(range(2, len(newer) + 2))
    found = [match.copy.instance_id for match in preview.matches if match.copy]
    gone = [copy.instance_id for copy in preview.gone]
    assert sorted(found + gone) == sorted(copy.instance_id for copy in held.collection.copies)


@given(ROWS, ROWS)
def test_without_a_word_nothing_goes(older: list[Row], newer: list[Row]) -> None:
    held = brought(NOTHING, export_of(*older))

    after = brought(held, export_of(*newer), REFUSED)

    before = {copy.instance_id for copy in held.collection.copies}
    assert before <= {copy.instance_id for copy in after.collection.copies}


def test_the_number_of_a_local_collection_is_nobody_s_and_always_the_same() -> None:
    numbers = [local_member(AccountId(str(UUID(int=at << 70)))) for at in range(1, 1_000)]

    assert all(-(2**53) <= number < 0 for number in numbers)
    assert len({local_member(AccountId(str(UUID(int=at << 80)))) for at in range(1_000)}) == 1_000
    assert local_member(AccountId("00000000-0000-4000-8000-000000000002")) == local_member(
        AccountId("00000000-0000-4000-8000-000000000002")
    )
