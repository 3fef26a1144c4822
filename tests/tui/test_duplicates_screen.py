"""What is owned more than once, in the terminal: groups of copies, and the way from there to the copy."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from core.sandbox.holding import Holding
from tests.stand_in import Evening, evening, holding_of, many, owned
from tests.tui.bare import links
from tests.tui.hostile import HOSTILE, PLAIN, hostile, sound
from tests.tui.hostile import opened as opened_hostile
from tests.tui.journeys import filter_text, highlighted, press, sees, synced, told, write
from tests.tui.screen import SITE, SMALL, WIDE, browse, opened, shown, table, until
from tui.screens.browse import BrowseScreen
from tui.screens.duplicates import DuplicatesScreen
from tui.screens.help import HelpScreen
from tui.widgets.headed_list import HeadedList

import pytest
from textual.pilot import Pilot

SIZES: Final = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])


def doubled() -> Holding:
    """Twenty records, of which one is here twice, three are of one master, and two are alike."""
    others = (owned(number) for number in range(1, 15))
    ann = [{"name": "Ann", "anv": "", "join": "", "role": "", "tracks": "", "id": 5, "resource_url": ""}]
    twice = (owned(number, 100, title="Twice", artists=ann) for number in (20, 21))
    pressings = (owned(30 + n, 200 + n, title=f"Pressing {n}", artists=ann, master_id=7) for n in (1, 2, 3))
    alike = (owned(40 + n, 300 + n, title="Alike", artists=ann, year=1976) for n in (1, 2))
    return holding_of(*others, *twice, *pressings, *alike)


def lines(pilot: Pilot[None]) -> list[str]:
    """The lines of the list that can be seen, single blanks between their words."""
    found = pilot.app.screen.query_one(HeadedList)
    every = shown(pilot).splitlines()[found.region.y : found.region.bottom]
    return [text for line in every if (text := " ".join(line.strip("▄▃▂▁ ").split()))]


def is_listed(pilot: Pilot[None], titles: list[str]) -> bool:
    """Whether the groups of these titles, and no others, stand there."""
    found = [line for line in lines(pilot) if "×" in line]
    return len(found) == len(titles) and all(f"- {title}" in line for title, line in zip(titles, found, strict=True))


async def come_to(pilot: Pilot[None]) -> None:
    await press(pilot, "u")
    await until(pilot, lambda: isinstance(pilot.app.screen, DuplicatesScreen) and "One moment" not in shown(pilot))


@SIZES
async def test_each_group_stands_with_its_copies(size: tuple[int, int], tmp_path: Path) -> None:
    async with synced(tmp_path, doubled()) as tonight, opened(tonight.core, size) as pilot:
        await come_to(pilot)
        found = lines(pilot)
        assert [line for line in found if "×" in line] == [
            "2 × Ann - Twice (1970), the same release",
            "3 × Ann - Pressing 1, the same master",
            "2 × Ann - Alike (1976), the same artist, title and year",
        ]
        assert [line.split()[0] for line in found[5:8]] == ["1971", "1972", "1973"]
        assert "7 copies: 1 of one release, 1 of one master, 1 alike" in shown(pilot)
        assert "Owned more than once · collector" in shown(pilot)
        assert links(pilot.app) == {f"{SITE}/user/collector/collection"}


async def test_one_kind_after_the_other_and_then_everything_again(tmp_path: Path) -> None:
    async with synced(tmp_path, doubled()) as tonight, opened(tonight.core) as pilot:
        await come_to(pilot)
        for kind, groups in (
            ("the same release only", ["Twice"]),
            ("the same master only", ["Pressing 1"]),
            ("the same artist, title and year only", ["Alike"]),
            ("everything", ["Twice", "Pressing 1", "Alike"]),
        ):
            await press(pilot, "f")
            await sees(pilot, f"· {kind}")
            await until(pilot, partial(is_listed, pilot, groups))


async def test_enter_goes_to_the_copy_and_escape_goes_back(tmp_path: Path) -> None:
    async with synced(tmp_path, doubled()) as tonight, opened(tonight.core) as pilot:
        before = highlighted(pilot).instance_id
        await come_to(pilot)
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
        assert highlighted(pilot).instance_id == before
        await come_to(pilot)
        await press(pilot, "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
        assert highlighted(pilot).instance_id == 21
        assert table(pilot).has_focus


async def test_a_filter_that_leaves_the_copy_out_is_taken_away(tmp_path: Path) -> None:
    async with synced(tmp_path, doubled()) as tonight, opened(tonight.core) as pilot:
        await write(pilot, "somebody")
        await press(pilot, "enter")
        await until(pilot, lambda: len(browse(pilot)._view.copies) == 14)
        await come_to(pilot)
        await press(pilot, "end", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
        assert highlighted(pilot).instance_id == 42
        assert filter_text(pilot) == ""
        await sees(pilot, "21 of 21 copies")


async def test_a_filter_that_leaves_the_copy_in_stays(tmp_path: Path) -> None:
    async with synced(tmp_path, doubled()) as tonight, opened(tonight.core) as pilot:
        await write(pilot, "ann")
        await press(pilot, "enter")
        await until(pilot, lambda: len(browse(pilot)._view.copies) == 7)
        await come_to(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
        assert (highlighted(pilot).instance_id, filter_text(pilot)) == (20, "ann")


async def test_nothing_twice_is_said(tmp_path: Path) -> None:
    async with synced(tmp_path, many(3)) as tonight, opened(tonight.core) as pilot:
        await come_to(pilot)
        await sees(pilot, "Nothing is here twice.")
        await press(pilot, "enter", "f")
        await sees(pilot, "Nothing is here twice.")


async def test_no_group_of_a_kind_is_said_with_the_key_that_shows_others(tmp_path: Path) -> None:
    async with synced(tmp_path, holding_of(owned(1, 9), owned(2, 9))) as tonight, opened(tonight.core) as pilot:
        await come_to(pilot)
        await press(pilot, "f", "f")
        await sees(pilot, "Nothing is here twice in this way. f shows other groups.")


async def test_before_the_first_sync_it_is_said(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight, opened(tonight.core) as pilot:
        await come_to(pilot)
        await sees(pilot, "There is nothing here yet.")


async def test_a_wantlist_has_nothing_twice(tmp_path: Path) -> None:
    async with synced(tmp_path, many(3)) as tonight, opened(tonight.core) as pilot:
        await press(pilot, "w")
        await sees(pilot, "Wantlist")
        await until(pilot, lambda: browse(pilot)._shelf == "wantlist")
        await press(pilot, "u")
        await told(pilot, "is told of the collection. w opens it.")


async def test_what_a_sync_brings_is_listed_and_the_highlight_stays(tmp_path: Path) -> None:
    async with synced(tmp_path, doubled()) as tonight, opened(tonight.core) as pilot:
        await come_to(pilot)
        await press(pilot, "end")
        await buy_again(tonight, 1)
        await sees(pilot, "2 of one release")
        line = pilot.app.screen.query_one(HeadedList).highlighted
        assert line is not None
        assert line.key.endswith("/42")


async def buy_again(tonight: Evening, release: int) -> None:
    """Another copy of a release, which a sync brings."""
    tonight.own(holding_of(*doubled().copies, owned(99, release)))
    await tonight.sync()


async def test_help_tells_of_its_keys_and_the_palette_opens_it(tmp_path: Path) -> None:
    async with synced(tmp_path, doubled()) as tonight, opened(tonight.core, WIDE) as pilot:
        offered = {command.title: command for command in pilot.app.get_system_commands(browse(pilot))}
        assert offered["Owned more than once"].help == "u"
        await offered["Owned more than once"].callback()
        await until(pilot, lambda: isinstance(pilot.app.screen, DuplicatesScreen))
        await press(pilot, "?")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        assert all(name in shown(pilot) for name in ("duplicates.open", "duplicates.kind", "past.back"))


@SIZES
async def test_hostile_texts_do_no_harm(size: tuple[int, int], tmp_path: Path) -> None:
    copies = tuple(hostile(100 * n + at, text) for at, text in enumerate(HOSTILE, 1) for n in (0, 1))
    alike = tuple(
        owned(one.instance_id, one.instance_id % 100 + 1_000, **{**one.release, "id": one.instance_id % 100 + 1_000})
        for one in copies
    )
    async with synced(tmp_path, holding_of(*alike)) as tonight, opened_hostile(tonight.core, size) as pilot:
        await come_to(pilot)
        seen = sound(pilot)
        for _ in HOSTILE * 4:
            await press(pilot, "down")
            seen += sound(pilot)
    for text in PLAIN:
        assert text in seen
