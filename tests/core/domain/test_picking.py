"""A record is chosen by chance, with the weights that the documentation states."""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from core.domain.ids import ReleaseId
from core.domain.picking import DECLINED_RESTS, Left, Memory, Offer, pick, weights
from core.domain.plays import Played

import pytest
from hypothesis import given
from hypothesis import strategies as st

NOW: Final = datetime(2026, 3, 14, 20, 0, tzinfo=UTC)
DRAWS: Final = 10_000
DOCUMENT: Final = Path(__file__).resolve().parents[3] / "docs" / "playing.md"


def ago(days: float = 0, hours: float = 0) -> datetime:
    return NOW - timedelta(days=days, hours=hours)


def documented() -> list[tuple[str, str, str, float]]:
    """The rows of the table: played, offered, put off, weight."""
    lines = [line.strip("| ").split("|") for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line] for line in lines[1:]]
    return [(played, offered, declined, float(weight)) for played, offered, declined, weight in rows]


def remembered() -> tuple[list[ReleaseId], Memory, list[float]]:
    """A release for each row, what is remembered of it, and what it should weigh."""
    plays: dict[ReleaseId, Played] = {}
    offers: dict[ReleaseId, Offer] = {}
    for number, (played, offered, declined, _) in enumerate(documented(), 1):
        if played != "never":
            plays[ReleaseId(number)] = Played(3, ago(float(played)))
        if offered != "never":
            no = None if declined == "never" else ago(hours=float(declined))
            offers[ReleaseId(number)] = Offer(ago(float(offered)), no)
    rows = documented()
    return [ReleaseId(number) for number in range(1, len(rows) + 1)], Memory(plays, offers), [row[-1] for row in rows]


def drawn(releases: list[ReleaseId], memory: Memory, seed: int = 1) -> Counter[ReleaseId]:
    chance = random.Random(seed)
    found = (pick(releases, memory, NOW, chance.random()) for _ in range(DRAWS))
    return Counter(one.release_id for one in found if one)


def test_the_weights_are_those_of_the_documentation() -> None:
    releases, memory, expected = remembered()
    assert len(releases) == 13
    odds, left = weights(releases, memory, NOW)
    assert odds == pytest.approx(expected)
    assert left is Left.SOME


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_10_000_draws_fall_as_often_as_the_documented_weights_say(seed: int) -> None:
    releases, memory, expected = remembered()
    found = drawn(releases, memory, seed)
    for release, weight in zip(releases, expected, strict=True):
        share = weight / sum(expected)
        # Five standard deviations of a binomial count: of a million of such tests not one should fail by chance.
        assert abs(found[release] - DRAWS * share) <= 5 * math.sqrt(DRAWS * share * (1 - share)), release


def test_without_a_memory_every_release_is_as_likely_as_any_other_however_many_copies_there_are() -> None:
    copies = [ReleaseId(number) for number in (1, 2, 2, 2, 3, 4)]
    found = drawn(copies, Memory())
    assert set(found) == {1, 2, 3, 4}
    assert all(abs(number - DRAWS / 4) <= 5 * math.sqrt(DRAWS * 3 / 16) for number in found.values())


def test_of_nothing_nothing_is_chosen() -> None:
    assert pick([], Memory(), NOW, 0.5) is None
    assert weights([], Memory(), NOW) == ([], Left.SOME)


def test_the_only_one_is_offered_again_and_that_is_told() -> None:
    memory = Memory(offers={ReleaseId(1): Offer(ago(), ago())})
    found = pick([ReleaseId(1)], memory, NOW, 0.5)
    assert found is not None
    assert (found.release_id, found.among, found.left) == (1, 1, Left.SAME)


def test_when_everything_else_was_put_off_one_of_those_is_offered_and_that_is_told() -> None:
    offers = {ReleaseId(1): Offer(ago(0.2), ago(0.1)), ReleaseId(2): Offer(ago(0.1))}
    found = pick([ReleaseId(1), ReleaseId(2)], Memory(offers=offers), NOW, 0.99)
    assert found is not None
    assert (found.release_id, found.left) == (1, Left.DECLINED)


def test_not_tonight_holds_for_18_hours_and_no_longer() -> None:
    for since, weight in ((DECLINED_RESTS - timedelta(seconds=1), 0.0), (DECLINED_RESTS, 0.1)):
        offers = {ReleaseId(1): Offer(ago(1), NOW - since), ReleaseId(2): Offer(ago(0.1))}
        assert weights([ReleaseId(1), ReleaseId(3)], Memory(offers=offers), NOW)[0] == pytest.approx([weight, 1.0])


def test_what_was_offered_last_elsewhere_takes_nothing_from_those_here() -> None:
    memory = Memory(offers={ReleaseId(9): Offer(ago())})
    assert weights([ReleaseId(1), ReleaseId(2)], memory, NOW) == ([1.0, 1.0], Left.SOME)


def test_how_often_it_was_played_comes_with_it() -> None:
    played = Played(2, ago(200))
    found = pick([ReleaseId(1)], Memory({ReleaseId(1): played}), NOW, 0)
    assert found is not None
    assert found.played == played


MOMENTS = st.timedeltas(timedelta(days=-3), timedelta(days=300)).map(lambda age: NOW - age)
RELEASES = st.integers(1, 12).map(ReleaseId)
MEMORIES = st.builds(
    Memory,
    st.dictionaries(RELEASES, st.builds(Played, st.integers(1, 9), MOMENTS), max_size=9),
    st.dictionaries(RELEASES, st.builds(Offer, MOMENTS, st.none() | MOMENTS), max_size=9),
)
CHANCES = st.floats(0, 1, exclude_max=True)


@given(st.lists(RELEASES, min_size=1, max_size=12), MEMORIES, CHANCES)
def test_never_the_same_twice_in_a_row_unless_it_is_the_only_one(
    releases: list[ReleaseId], memory: Memory, chance: float
) -> None:
    found = pick(releases, memory, NOW, chance)
    assert found is not None
    assert found.release_id in releases
    assert found.release_id != memory.last or len(set(releases)) == 1


@given(st.lists(RELEASES, min_size=1, max_size=12), MEMORIES, CHANCES, st.randoms(use_true_random=False))
def test_the_order_of_the_releases_changes_nothing(
    releases: list[ReleaseId], memory: Memory, chance: float, rng: random.Random
) -> None:
    shuffled = rng.sample(releases, len(releases))
    assert pick(shuffled, memory, NOW, chance) == pick(releases, memory, NOW, chance)


@given(st.lists(RELEASES, min_size=1, max_size=12, unique=True), MEMORIES, CHANCES)
def test_what_weighs_nothing_is_never_chosen(releases: list[ReleaseId], memory: Memory, chance: float) -> None:
    odds = dict(zip(sorted(releases), weights(sorted(releases), memory, NOW)[0], strict=True))
    for drawn_number in (chance, 0.0, 1 - 2**-53):
        found = pick(releases, memory, NOW, drawn_number)
        assert found is not None
        assert odds[found.release_id] > 0
        assert all(0 <= weight <= 1 for weight in odds.values())
