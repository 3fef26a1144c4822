from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from core.domain.collection import Collection, Copy, Folder, Owned
from core.domain.conditions import RANKS
from core.domain.ids import FolderId, MasterId
from core.domain.index import Index
from core.domain.master import Master
from core.domain.release import Artist, Format, LabelNumber
from core.domain.sorting import COLUMNS, DEFAULT, SortKey, UnknownColumnError, in_order, order_text, parse_order
from core.text import fold
from tests.factories import make_copy, make_release

import pytest
from hypothesis import given
from hypothesis import strategies as st

THEN = datetime(2020, 2, 29, tzinfo=UTC)
FOLDERS = (*(Folder(FolderId(number), f"Box {number}") for number in (1, 2, 10)), Folder(FolderId(3), "!!!"))


def read(order: str, copies: list[Copy]) -> list[int]:
    """The numbers of the copies, in an order."""
    positions = in_order(Index(Collection(tuple(copies), FOLDERS)), parse_order(order))
    return [int(copies[position].instance_id) for position in positions]


def record(instance: int, artist: str, title: str, year: int | None = 1970, days: int | None = 0) -> Copy:
    added = None if days is None else THEN + timedelta(days=days)
    return make_copy(instance, make_release(instance, title, artist=artist, year=year), added=added)


SHELF = [
    record(1, "Łódź", "B", 1980, days=5),
    record(2, "abba", "Gold", None, days=None),
    record(3, "ABBA Teens", "Arrival", 1971, days=1),
    record(4, "Abba", "Arrival", 1971, days=1),
    record(5, "Ábba", "Arrival", 1969, days=9),
    record(6, "!!!", "Louden Up Now", 2004, days=3),
    record(7, "Mad Professor (3)", "Dub", 1971, days=3),
]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("artist", [6, 5, 4, 2, 3, 1, 7]),
        ("-artist", [7, 1, 3, 5, 4, 2, 6]),
        ("artist,-title", [6, 2, 5, 4, 3, 1, 7]),
        ("year", [5, 4, 3, 7, 1, 6, 2]),
        ("-year", [6, 1, 4, 3, 7, 5, 2]),
        ("added", [4, 3, 6, 7, 1, 5, 2]),
        ("-added", [5, 1, 6, 7, 4, 3, 2]),
        ("-year,-artist", [6, 1, 7, 3, 4, 5, 2]),
    ],
)
def test_a_collection_is_read_by(order: str, expected: list[int]) -> None:
    """By artist: case and accents aside, an artist's records stand together, earlier pressings first."""
    assert read(order, SHELF) == expected


def of_label(instance: int, *labels: tuple[str, str]) -> Copy:
    return make_copy(instance, make_release(1, labels=[LabelNumber(name, number) for name, number in labels]))


def numbered(*numbers: str) -> list[Copy]:
    return [of_label(instance, ("Island", number)) for instance, number in enumerate(numbers, 1)]


NUMBERS = {
    "as people count": ["ILPS 9", "ILPS 10", "ILPS 100"],
    "however it is written": ["ilps-9", "ILPS 10", "Ilps/100"],
    "zeros before it say nothing": ["A 001", "A 2", "A 0010"],
    "with or without a blank": ["DR1", "DR 2", "DR10"],
    "several": ["1-9", "1-10", "2-1"],
    "numbers before letters": ["7 A", "70", "A 7", "B"],
    "the beginning first": ["A", "A 1", "A 1 B", "A 1 B 2", "AA"],
    "of any length": ["A 9", "A 10", f"A {'9' * 99}", f"A 1{'0' * 99}", f"A {'9' * 5000}"],
    "nothing but punctuation": ["!", "?", "A"],
    "none is not known": ["A", "none"],
}


@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
def test_catalogue_numbers_stand_as_people_count(numbers: list[str]) -> None:
    assert read("number", numbered(*numbers)) == list(range(1, len(numbers) + 1))
    assert read("number", numbered(*reversed(numbers))) == list(range(len(numbers), 0, -1))


def test_several_labels_stand_by_the_first_then_the_next() -> None:
    copies = [
        of_label(1, ("B", "1")),
        of_label(2, ("A", "1"), ("C", "1")),
        of_label(3, ("A (4)", "1"), ("b", "1")),
        of_label(4, ("a", "2"), ("A", "1")),
        of_label(5),
        of_label(6, ("!!!", "none")),
    ]
    assert read("label", copies) == [6, 4, 3, 2, 1, 5]
    assert read("-label", copies) == [1, 2, 3, 4, 6, 5]
    assert read("number", copies) == [1, 2, 3, 4, 5, 6]


def of_format(instance: int, *formats: Format) -> Copy:
    return make_copy(instance, make_release(1, formats=formats))


def test_formats_stand_by_medium_then_size() -> None:
    copies = [
        of_format(1, Format("Vinyl", "2", "Red", ("LP", "Album"))),
        of_format(2, Format("Vinyl", "1", "", ('7"', "Single"))),
        of_format(3, Format("CD", "1", "", ("Album",))),
        of_format(4, Format("All Media", "1", "", ("Numbered",)), Format("Vinyl", "1", "Blue", ('12"',))),
        of_format(5, Format("All Media")),
        of_format(6, Format("Vinyl", "1", "Amber", ("LP", "Album"))),
        of_format(7),
    ]
    assert read("format", copies) == [3, 4, 2, 1, 6, 5, 7]
    assert read("-format", copies) == [1, 6, 2, 4, 3, 5, 7]


def test_the_best_grade_comes_first() -> None:
    words = ["", "Poor (P)", "Mint (M)", "Played to bits", "Very Good Plus (VG+)", "Very Good (VG)", "Mint (M)"]
    copies = [make_copy(number, make_release(1), fields={1: word, 2: word}) for number, word in enumerate(words, 1)]
    for column in ("media", "sleeve"):
        assert read(column, copies) == [3, 7, 5, 6, 2, 1, 4]
        assert read(f"-{column}", copies) == [2, 6, 5, 3, 7, 1, 4]


def test_folders_stand_as_people_count() -> None:
    copies = [make_copy(n, make_release(1), folder_id=folder) for n, folder in enumerate((10, 2, None, 1, 99, 3), 1)]
    assert read("folder", copies) == [6, 4, 2, 1, 3, 5]
    assert read("-folder", copies) == [1, 2, 4, 6, 3, 5]


def test_a_record_without_artists_is_by_nobody_known() -> None:
    copies = [make_copy(1, make_release(1, artists=[])), make_copy(2, make_release(1, artist="Zz"))]
    assert read("artist", copies) == read("-artist", copies) == [2, 1]


@pytest.mark.parametrize("column", COLUMNS)
def test_copies_of_one_release_stand_by_their_number(column: str) -> None:
    release = make_release(7)
    for order in (column, f"-{column}"):
        assert read(order, [make_copy(number, release) for number in (30, 4, 100)]) == [4, 30, 100]


ARTISTS = ("", "A", "a", "Á", "B (2)", "東", "!", "!!", "\x00", " ", "\U0010ffff")
WORDS = ("", "A", "a 9", "A 10", "Á-010", "!", "none", " ", "\x00\x01", "B 2 C", "\U0010ffff")
texts = st.sampled_from(WORDS)


@st.composite
def shelves(draw: st.DrawFn) -> list[Copy]:
    numbers = draw(st.lists(st.integers(1, 2**63), unique=True, max_size=8))
    formats = st.builds(
        Format, st.sampled_from(["Vinyl", "vinyl", "All Media", "", "CD"]), descriptions=st.tuples(texts)
    )
    return [
        make_copy(
            number,
            make_release(
                draw(st.integers(1, 3)),
                draw(st.sampled_from(ARTISTS)),
                artists=[Artist(draw(st.sampled_from(ARTISTS))) for _ in range(draw(st.integers(0, 2)))],
                labels=[LabelNumber(draw(texts), draw(texts)) for _ in range(draw(st.integers(0, 2)))],
                formats=draw(st.lists(formats, max_size=2)),
                genres=draw(st.lists(texts, max_size=2)),
                year=draw(st.sampled_from([None, 1970, 1971])),
            ),
            folder_id=draw(st.sampled_from([None, 1, 2, 3, 10, 99])),
            rating=draw(st.none() | st.integers(1, 5)),
            added=draw(st.sampled_from([None, THEN, THEN + timedelta(seconds=1)])),
            fields={1: draw(st.sampled_from(["", *RANKS, "?"])), 2: draw(st.sampled_from(["", *RANKS, "?"]))},
        )
        for number in numbers
    ]


ORDERS = st.lists(st.builds(SortKey, st.sampled_from(COLUMNS), st.booleans()), max_size=4).map(tuple)


def compared(text: str) -> str:
    """Folded; what folds to nothing as it is written, but for characters that nobody sees."""
    return fold(text) or "".join(char for char in text.strip().casefold() if " " <= char < "\U0010ffff")


def natural(text: str) -> list[tuple[int, int, str]]:
    pieces = re.findall(r"[0-9]+|[^0-9 ]+(?: +[^0-9 ]+)*", compared(text))
    return [(0, int(piece), "") if piece[0].isdigit() else (1, 0, piece) for piece in pieces]


def several(key: Callable[[str], Any], some: tuple[str, ...]) -> list[Any]:
    return [found for text in some if (found := key(text))]


def format_texts(copy: Copy) -> list[str]:
    media = [form for form in copy.release.formats if form.name != "All Media"]
    return several(compared, tuple(text for form in media for text in (form.name, *form.descriptions)))


NAIVE: dict[str, Callable[[Copy], Any]] = {
    "artist": lambda copy: compared(copy.release.artist),
    "title": lambda copy: compared(copy.release.title),
    "label": lambda copy: several(compared, copy.release.label_names),
    "number": lambda copy: several(natural, copy.release.numbers),
    "format": format_texts,
    "year": lambda copy: copy.release.year,
    "folder": lambda copy: natural(Collection((), FOLDERS).folder_of(copy)),
    "media": lambda copy: [RANKS[copy.media]] if copy.media in list(RANKS)[:8] else None,
    "sleeve": lambda copy: [RANKS[copy.sleeve]] if copy.sleeve in RANKS else None,
    "rating": lambda copy: copy.rating,
    "added": lambda copy: copy.added,
    "genre": lambda copy: several(compared, copy.release.genres),
    "owned": lambda _copy: None,
    "original": lambda copy: copy.release.year,
}


def naive(copies: list[Copy], order: tuple[SortKey, ...]) -> list[int]:
    """By one sort after the other, the least important first: what is not known is set behind the rest each time."""
    found = sorted(range(len(copies)), key=lambda position: copies[position].instance_id)
    for key in (*order, *map(SortKey, ("artist", "title", "year")))[::-1]:
        values = {position: NAIVE[key.column](copies[position]) for position in found}
        known = [position for position in found if values[position]]
        known.sort(key=values.__getitem__, reverse=key.descending)
        found = known + [position for position in found if not values[position]]
    return found


def test_the_wants_of_which_the_very_pressing_is_owned_come_first() -> None:
    copies = tuple(make_copy(number) for number in (1, 2, 3))
    ids = [copy.instance_id for copy in copies]
    index = Index(Collection(copies, owned={ids[1]: Owned.OTHER, ids[2]: Owned.THIS}))
    assert in_order(index, parse_order("owned")) == [2, 1, 0]
    assert in_order(index, parse_order("-owned")) == [1, 2, 0]


def test_by_original_year_the_earliest_comes_first_and_that_of_the_pressing_stands_in_for_it() -> None:
    masters = {1: 1976, 2: None, 3: 1968, 4: 0, 5: 99_999}
    pressings = {1: 2001, 2: 1972, 3: 2002, 4: None, 5: 1970, 6: 1980}
    copies = tuple(
        make_copy(at, make_release(at, "A", year=year, master_id=at if at < 6 else None))
        for at, year in pressings.items()
    )
    told = {MasterId(at): Master(MasterId(at), year=year) for at, year in masters.items()}
    index = Index(Collection(copies, masters=told))
    assert in_order(index, parse_order("original")) == [2, 4, 1, 0, 5, 3]
    assert in_order(index, parse_order("-original")) == [5, 0, 1, 4, 2, 3]


@given(shelves(), ORDERS)
def test_orders_are_what_sorting_by_each_column_would_give(copies: list[Copy], order: tuple[SortKey, ...]) -> None:
    assert in_order(Index(Collection(tuple(copies), FOLDERS)), order) == naive(copies, order)


@given(shelves(), ORDERS, st.randoms(use_true_random=False))
def test_the_same_copies_always_read_the_same(
    copies: list[Copy], order: tuple[SortKey, ...], rng: random.Random
) -> None:
    """Whatever order the database or the network brings them in."""
    shuffled = copies.copy()
    rng.shuffle(shuffled)
    expected = read(order_text(order or DEFAULT), copies)
    assert read(order_text(order or DEFAULT), shuffled) == expected
    assert sorted(expected) == sorted(int(copy.instance_id) for copy in copies)


@given(shelves(), st.sampled_from(COLUMNS))
def test_what_is_not_known_comes_last_both_ways(copies: list[Copy], column: str) -> None:
    by_number = {int(copy.instance_id): copy for copy in copies}
    for order in (column, f"-{column}"):
        known = [bool(NAIVE[column](by_number[number])) for number in read(order, copies)]
        assert known == sorted(known, reverse=True)


@given(shelves(), ORDERS, ORDERS)
def test_an_index_may_be_asked_again(copies: list[Copy], one: tuple[SortKey, ...], other: tuple[SortKey, ...]) -> None:
    """What it keeps for one order is no order that a caller could disturb."""
    index = Index(Collection(tuple(copies), FOLDERS))
    before = in_order(index, one).copy()
    in_order(index, one).reverse()
    in_order(index, other)
    assert in_order(index, one) == before


@given(ORDERS.filter(bool))
def test_an_order_can_be_written_down(order: tuple[SortKey, ...]) -> None:
    assert parse_order(order_text(order)) == order


def test_an_order_is_written_with_commas_and_dashes() -> None:
    assert order_text((SortKey("added", descending=True), SortKey("artist"))) == "-added,artist"
    assert parse_order(" -added , artist") == (SortKey("added", descending=True), SortKey("artist"))
    assert order_text(DEFAULT) == "artist"


@pytest.mark.parametrize("text", ["", ",", "-", "artist,", "--year", "Artist", "colour", "artist;title", "grade"])
def test_an_order_by_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UnknownColumnError) as refused:
        parse_order(text)
    assert refused.value.column not in COLUMNS


@given(st.text() | st.lists(st.sampled_from([*COLUMNS, "-", ",", " ", "x"]), max_size=6).map("".join))
def test_whatever_is_kept_as_an_order_is_one_or_is_refused(text: str) -> None:
    try:
        order = parse_order(text)
    except UnknownColumnError:
        return
    assert parse_order(order_text(order)) == order
    assert order
