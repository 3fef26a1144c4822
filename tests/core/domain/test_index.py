from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from core.domain.collection import Collection, Copy, Folder
from core.domain.ids import FolderId, InstanceId
from core.domain.index import BIT_SETS, Column, Index, bits_of, flags_of, positions_of, same
from core.domain.release import Artist, Format, LabelNumber
from core.text import fold, without_number
from tests.core.domain.strategies import TEXTS, collections
from tests.factories import make_copy, make_release

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

FOLDERS = (Folder(FolderId(1), "Uncategorized"), Folder(FolderId(2), " "), Folder(FolderId(3), "Dub"))
COLLECTIONS = collections(st.integers(1, 9) | st.integers(1, 2**63)).map(
    lambda copies: Collection(tuple(copies.values()), FOLDERS)
)


@given(st.lists(st.booleans(), max_size=200))
@example([])
@example([False] * 64)
@example([True] * 65)
def test_bits_and_positions_are_the_same_thing(flags: list[bool]) -> None:
    bits = bits_of(flags)
    assert positions_of(bits, len(flags)) == [position for position, flag in enumerate(flags) if flag]
    assert bits_of(flags_of(bits, len(flags))) == bits
    assert [bits >> position & 1 for position in range(len(flags))] == flags


@given(st.integers(0, 2**90), st.integers(0, 100))
def test_positions_end_where_the_collection_ends(bits: int, size: int) -> None:
    assert positions_of(bits, size) == [position for position in range(size) if bits >> position & 1]
    assert len(flags_of(bits, size)) == size


def test_any_number_of_a_byte_is_a_flag() -> None:
    assert bits_of([2, 0, 255, 1]) == 0b1101


def both_names(copy: Copy, _collection: Collection) -> Iterable[str]:
    for artist in copy.release.artists:
        yield artist.variation or without_number(artist.name)
        yield without_number(artist.name)


def formats(copy: Copy, _collection: Collection) -> Iterable[str]:
    for form in copy.release.formats:
        yield from (form.name, form.text, *form.descriptions)


NAIVE: dict[str, Callable[[Copy, Collection], Iterable[str]]] = {
    "artist": both_names,
    "title": lambda copy, _: [copy.release.title],
    "label": lambda copy, _: [without_number(label.name) for label in copy.release.labels],
    "number": lambda copy, _: [label.catno for label in copy.release.labels if label.catno.lower() != "none"],
    "genre": lambda copy, _: copy.release.genres,
    "style": lambda copy, _: copy.release.styles,
    "format": formats,
    "folder": lambda copy, whole: [folder.name for folder in whole.folders if folder.id == copy.folder_id],
    "media": lambda copy, _: [field.value.strip() for field in copy.fields if field.field_id == 1][:1],
    "sleeve": lambda copy, _: [field.value.strip() for field in copy.fields if field.field_id == 2][:1],
}


@given(COLLECTIONS)
def test_a_column_has_the_texts_of_every_copy(collection: Collection) -> None:
    """Each once, and none that is blank: in a query it would say nothing."""
    index = Index(collection)
    for name, texts_of in NAIVE.items():
        column = index.column(name)
        texts = [list(dict.fromkeys(filter(str.strip, texts_of(copy, collection)))) for copy in collection.copies]
        assert (name, [[column.values[number] for number in numbers] for numbers in column.of]) == (name, texts)
        assert sorted(column.values) == sorted(set(chain.from_iterable(texts)))
        assert column.folded == tuple(fold(value) for value in column.values)
        assert column.counts() == [sum(value in some for some in texts) for value in column.values]


ROWS = st.lists(st.lists(st.integers(0, 9), max_size=3), max_size=20)


def columns(rows: list[list[int]]) -> tuple[Column, Column]:
    """The same rows in a column of few values, and in one of so many that it keeps no bit sets."""
    texts = [tuple(map(str, row)) for row in rows]
    more = [(f"more {number}",) for number in range(BIT_SETS + 1)]
    return Column(texts), Column([*texts, *more])


@given(ROWS, st.sets(st.integers(0, 9)))
def test_a_column_selects_the_copies_that_have_a_value(rows: list[list[int]], wanted: set[int]) -> None:
    expected = [position for position, row in enumerate(rows) if wanted & set(row)]
    for column in columns(rows):
        numbers = {number for number, value in enumerate(column.values) if value in set(map(str, wanted))}
        for asked in (numbers, tuple(numbers), [*numbers, *numbers]):
            assert positions_of(column.bits(asked), len(column.of)) == expected


def test_a_column_keeps_no_bit_sets_of_very_many_values() -> None:
    few, many = columns([[1]])
    assert few.bits([0]) == many.bits([0]) == 1
    assert len(few.values) <= BIT_SETS < len(many.values)
    assert (len(few.bit_sets), len(many.bit_sets)) == (1, 0)


@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_values_that_fold_alike_are_found_as_one(texts: list[str]) -> None:
    column = Column((text,) for text in texts)
    for value in column.values:
        found = {column.values[number] for number in column.exactly(value)}
        assert found == {other for other in column.values if same(other) == same(value)}
    assert sorted(number for numbers in column.groups().values() for number in numbers) == list(
        range(len(column.values))
    )
    assert all({same(column.values[number]) for number in numbers} == {key} for key, numbers in column.groups().items())


EXACTLY = {
    "as written": ("Studio One", ["Studio One", "studio-one", "STUDIO ONE!"]),
    "otherwise": ("studio  óne", ["Studio One", "studio-one", "STUDIO ONE!"]),
    "with a namesake number": ("Studio One (3)", ["Studio One", "studio-one", "STUDIO ONE!"]),
    "with a number that is a part of it": ("Warp (2)", ["Warp (2)"]),
    "without": ("Warp", ["Warp"]),
    "a part": ("Studio", []),
    "nothing but punctuation": ("!!!", ["!!!"]),
    "other punctuation": ("???", []),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("text", "expected"), EXACTLY.values(), ids=EXACTLY)
def test_a_whole_value_is_found(text: str, expected: list[str]) -> None:
    column = Column((value,) for value in ("Studio One", "studio-one", "STUDIO ONE!", "Warp", "Warp (2)", "!!!"))
    assert [column.values[number] for number in column.exactly(text)] == expected


def numbers_of(name: str, *copies: Copy) -> list[int | None]:
    return Index(Collection(copies, FOLDERS)).numbers(name)


def test_years_and_their_decades() -> None:
    copies = [make_copy(1, make_release(1, year=year)) for year in (1979, 1980, None, 5, 10_000, -3, 0)]
    assert numbers_of("year", *copies) == [1979, 1980, None, 5, None, None, None]
    assert numbers_of("decade", *copies) == [1970, 1980, None, 0, None, None, None]


def test_ratings() -> None:
    assert numbers_of("rating", *(make_copy(1, rating=rating) for rating in (None, 1, 5, 6, -1))) == [
        *(None, 1, 5),
        *(None, None),
    ]


def test_conditions_are_ranked_from_the_best() -> None:
    words = ("Mint (M)", "Very Good Plus (VG+)\n", "Poor (P)", "Generic", "Not Graded", "Played to bits", "")
    copies = [make_copy(1, fields={1: word, 2: word}) for word in words]
    assert numbers_of("media", *copies) == [0, 2, 7, None, None, None, None]
    assert numbers_of("sleeve", *copies) == [0, 2, 7, 8, 10, None, None]


def test_a_copy_is_found_by_its_number() -> None:
    index = Index(Collection((make_copy(30), make_copy(4))))
    assert [index.position(InstanceId(number)) for number in (30, 4, 5)] == [0, 1, None]


def test_an_index_of_nothing() -> None:
    index = Index(Collection())
    assert (index.size, index.everything, index.folded) == (0, 0, [])
    assert (index.column("label").values, index.column("label").bits([]), index.numbers("year")) == ((), 0, [])


def test_a_part_of_an_index_is_made_once() -> None:
    made: list[str] = []

    def part(_index: Index, name: str) -> Any:
        made.append(name)
        return object()

    index = Index(Collection((make_copy(),)))
    assert index.keep(part, "one") is index.keep(part, "one")
    assert index.keep(part, "one") is not index.keep(part, "other")
    assert made == ["one", "other"]
    assert index.column("genre") is index.column("genre")


def test_every_copy_has_a_bit() -> None:
    index = Index(Collection(tuple(make_copy(number) for number in range(1, 71))))
    assert index.everything == index.column("genre").bits([0]) == 2**70 - 1


def test_names_as_printed_and_as_in_the_database() -> None:
    release = make_release(
        1,
        artists=[Artist("Gunmen (2)", variation="Les Gunmen")],
        labels=[LabelNumber("Warp (3)", "none"), LabelNumber("Warp (3)", "W 1")],
        formats=[Format("Vinyl", "1", "Red", ("LP",)), Format("Vinyl", "1", "", ())],
    )
    index = Index(Collection((make_copy(1, release),)))
    assert index.column("artist").values == ("Les Gunmen", "Gunmen")
    assert index.column("label").values == ("Warp",)
    assert index.column("number").values == ("W 1",)
    assert index.column("format").values == ("Vinyl", "Red", "LP")
