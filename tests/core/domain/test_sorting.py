from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from core.domain.collection import Copy
from core.domain.release import Artist
from core.domain.sorting import ORDERS, in_order
from tests.factories import make_copy, make_release

import pytest
from hypothesis import given
from hypothesis import strategies as st

THEN = datetime(2020, 2, 29, tzinfo=UTC)


def instances(copies: tuple[Copy, ...]) -> list[int]:
    return [int(copy.instance_id) for copy in copies]


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
        ("year", [5, 4, 3, 7, 1, 6, 2]),
        ("added", [2, 3, 4, 6, 7, 1, 5]),
    ],
)
def test_a_collection_is_read_by(order: str, expected: list[int]) -> None:
    """By artist: case and accents aside, an artist's records stand together, earlier pressings first."""
    assert instances(in_order(SHELF, order)) == expected
    assert instances(in_order(SHELF, f"-{order}")) == expected[::-1]


@pytest.mark.parametrize("order", ORDERS)
def test_copies_of_one_release_stand_by_their_number(order: str) -> None:
    release = make_release(7)
    assert instances(in_order([make_copy(number, release) for number in (30, 4, 100)], order)) == [4, 30, 100]


@st.composite
def shelves(draw: st.DrawFn) -> list[Copy]:
    numbers = draw(st.lists(st.integers(1, 2**63), unique=True, max_size=8))
    return [
        make_copy(
            number,
            make_release(
                draw(st.integers(1, 3)),
                draw(st.sampled_from(["", "A", "a", "Á", "!"])),
                artists=[
                    Artist(draw(st.sampled_from(["", "A", "B (2)", "東"]))) for _ in range(draw(st.integers(0, 2)))
                ],
                year=draw(st.sampled_from([None, 1970, 1971])),
            ),
            added=draw(st.sampled_from([None, THEN, THEN + timedelta(seconds=1)])),
        )
        for number in numbers
    ]


@given(shelves(), st.sampled_from(list(ORDERS)), st.randoms(use_true_random=False))
def test_the_same_copies_always_read_the_same(copies: list[Copy], order: str, rng: random.Random) -> None:
    """Whatever order the database or the network brings them in."""
    shuffled = copies.copy()
    rng.shuffle(shuffled)
    assert in_order(shuffled, order) == in_order(copies, order)
    assert in_order(shuffled, f"-{order}") == in_order(copies, order)[::-1]
    assert sorted(instances(in_order(copies, order))) == sorted(int(copy.instance_id) for copy in copies)
