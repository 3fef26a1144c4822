"""In the terminal one key picks a record from what is shown, another logs that the highlighted one is played."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from core.domain.ids import ReleaseId
from core.errors import NothingOffered
from core.sandbox.holding import Holding
from tests.stand_in import Evening, evening, holding_of, many, owned
from tests.tui.hostile import HOSTILE, hostile, sound
from tests.tui.hostile import opened as opened_hostile
from tests.tui.journeys import highlighted, press, sees, synced, told, write
from tests.tui.screen import SMALL, WIDE, browse, opened, shown, until
from tui.screens.browse import BrowseScreen
from tui.screens.playing import PickScreen

import pytest
from textual.pilot import Pilot

SIZES = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])


def picked(pilot: Pilot[None]) -> int | None:
    """The release that is offered."""
    screen = pilot.app.screen
    return screen._pick.release_id if isinstance(screen, PickScreen) and screen._pick else None


async def come_to(pilot: Pilot[None]) -> int:
    """Press the key, and wait for the record that is offered."""
    await press(pilot, "z")
    await until(pilot, lambda: picked(pilot) is not None and "http" in shown(pilot))
    found = picked(pilot)
    assert found is not None
    return found


async def heard(tonight: Evening) -> list[int]:
    return [play.release_id for play in await tonight.core.plays.listed(tonight.account)]


async def back(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))


@pytest.fixture
async def tonight(tmp_path: Path) -> AsyncIterator[Evening]:
    async with synced(tmp_path, many(12)) as one:
        yield one


@SIZES
async def test_one_of_what_is_shown_is_offered_with_what_is_known_of_it(
    size: tuple[int, int], tonight: Evening
) -> None:
    async with opened(tonight.core, size) as pilot:
        await write(pilot, '"Version 7"')
        await press(pilot, "enter")
        await until(pilot, lambda: len(browse(pilot)._view.copies) == 1)
        assert await come_to(pilot) == 7
        for text in (
            "Somebody - Version 7 (1977)",
            '7" · Label 0 · N 7',
            "never played",
            "the only one",
            "not tonight",
        ):
            await sees(pilot, text)
        assert await tonight.core.plays.offered(tonight.account) == 7


async def test_not_tonight_offers_another_and_the_one_before_rests(tonight: Evening) -> None:
    async with opened(tonight.core) as pilot:
        first = await come_to(pilot)
        seen = {first}
        await press(pilot, "n")
        await until(pilot, lambda: picked(pilot) not in seen)
        for _ in range(8):
            before = picked(pilot)
            await press(pilot, "z")
            await until(pilot, lambda: picked(pilot) != before)  # noqa: B023 - waited for in this turn
            assert picked(pilot) != first
        await press(pilot, "escape")
        await back(pilot)
        assert await heard(tonight) == []


async def test_played_it_logs_it_and_leaves(tonight: Evening) -> None:
    async with opened(tonight.core) as pilot:
        release = await come_to(pilot)
        await press(pilot, "p")
        await back(pilot)
        assert await heard(tonight) == [release]
        await told(pilot, f"Played: Somebody - Version {release}")
        await until(pilot, lambda: ReleaseId(release) in browse(pilot)._view.collection.plays)


async def test_enter_goes_to_it_among_the_records(tonight: Evening) -> None:
    async with opened(tonight.core) as pilot:
        release = await come_to(pilot)
        await press(pilot, "enter")
        await back(pilot)
        assert highlighted(pilot).release.id == release
        assert await heard(tonight) == []


async def test_one_key_logs_the_highlighted_record_and_another_takes_it_back(tonight: Evening) -> None:
    async with opened(tonight.core) as pilot:
        await press(pilot, "down", "p")
        release = highlighted(pilot).release.id
        await told(pilot, f"Version {release} (19")
        await told(pilot, "played once by now. P takes it back.")
        assert await heard(tonight) == [release]
        await press(pilot, "P")
        await told(pilot, "Taken back: Somebody")
        assert await heard(tonight) == []
        await press(pilot, "P")
        await told(pilot, "Nothing was logged yet")


async def test_a_filter_by_plays_follows_the_key(tonight: Evening) -> None:
    async with opened(tonight.core) as pilot:
        await write(pilot, "played:never")
        await press(pilot, "enter")
        await sees(pilot, "12 of 12 copies")
        release = highlighted(pilot).release.id
        await press(pilot, "p")
        await sees(pilot, "11 of 12 copies")
        assert release not in {copy.release.id for copy in browse(pilot)._view.copies}


async def test_a_wantlist_and_an_empty_list_have_nothing_to_pick_from(tonight: Evening) -> None:
    async with opened(tonight.core) as pilot:
        await write(pilot, "zzz")
        await press(pilot, "enter")
        await until(pilot, lambda: not browse(pilot)._view.copies)
        await press(pilot, "z")
        await told(pilot, "There is nothing to pick a record from.")
        await press(pilot, "p", "escape", "w")
        await until(pilot, lambda: browse(pilot)._shelf == "wantlist")
        await press(pilot, "z")
        await told(pilot, "are picked from the collection. w opens it.")
        assert await heard(tonight) == []
        with pytest.raises(NothingOffered):
            await tonight.core.plays.offered(tonight.account)


async def test_keys_before_a_record_is_there_do_nothing(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight, opened(tonight.core) as pilot:
        await press(pilot, "z", "p", "P")
        await told(pilot, "There is nothing to pick a record from.")
        assert await heard(tonight) == []


async def test_a_release_of_several_copies_is_one_with_a_line_for_each(tmp_path: Path) -> None:
    twice: Holding = holding_of(owned(1, 5, rating=4), owned(2, 5, rating=4))
    async with synced(tmp_path, twice) as tonight, opened(tonight.core) as pilot:
        assert await come_to(pilot) == 5
        assert shown(pilot).count("★★★★☆ · added 2022-05-1") == 2


async def test_hostile_texts_do_no_harm(tmp_path: Path) -> None:
    copies = (hostile(at, text) for at, text in enumerate(HOSTILE, 1))
    async with synced(tmp_path, holding_of(*copies)) as tonight, opened_hostile(tonight.core, SMALL) as pilot:
        await come_to(pilot)
        for _ in HOSTILE:
            before = picked(pilot)
            await press(pilot, "n")
            await until(pilot, lambda: picked(pilot) != before)  # noqa: B023 - waited for in this turn
            sound(pilot)
        await press(pilot, "p")
        await back(pilot)
        await press(pilot, "p")
        await until(pilot, lambda: len(browse(pilot)._view.collection.plays) > 0)
        sound(pilot)
