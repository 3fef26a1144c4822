"""The prompt that answers whether a record is owned: a scanner types into it, and Discogs is asked by a key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from core.domain.collection import Collection
from core.domain.ids import ReleaseId
from core.services.library import LibraryService
from tests.shop import CODE, coded, owned_by_another, record, synced
from tests.stand_in import Evening, evening, many
from tests.tui.hostile import HOSTILE, collector, sound
from tests.tui.screen import SITE, SMALL, WIDE, browse, opened, shown, until
from tui.render.freshness import not_current
from tui.screens.having import HavingScreen
from tui.screens.help import HelpScreen
from tui.widgets.asking_line import AskingLine

import pytest
from textual.pilot import Pilot

SIZES: Final = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])
OTHER_CODE: Final = "4006381333931"


@asynccontextmanager
async def prompt(tonight: Evening, size: tuple[int, int] = SMALL, **more: Any) -> AsyncIterator[Pilot[None]]:
    """The app with the prompt open, before the records need have been looked through."""
    async with opened(tonight.core, size) as pilot:
        screen = browse(pilot)
        await pilot.app.push_screen(
            HavingScreen(tonight.core, screen._clock, tonight.account, screen._whole, site_url=SITE, **more)
        )
        await until(pilot, lambda: isinstance(pilot.app.screen, HavingScreen))
        yield pilot


async def ready(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: "barcodes known for" in shown(pilot))


async def scan(pilot: Pilot[None], text: str) -> None:
    """Type as a scanner does: everything in one go, and Enter."""
    await pilot.press(*(NAMES.get(char, char) for char in text), "enter")


NAMES: Final = {" ": "space", "-": "minus", "[": "left_square_bracket", "]": "right_square_bracket"}


def line(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one(AskingLine).value


def notices(pilot: Pilot[None]) -> set[str]:
    strips = pilot.app.screen._compositor.render_strips()
    return {part.style.link for strip in strips for part in strip if part.style and part.style.link}


@SIZES
async def test_a_scanner_types_one_after_the_other_and_the_answers_stay(tmp_path: Path, size: tuple[int, int]) -> None:
    async with synced(tmp_path, record(1, master_id=7), record(2)) as tonight:
        coded(tonight.sandbox.world, 1)
        await tonight.core.enrich.look(tonight.account, ReleaseId(1))
        tonight.sandbox.world.counts.reset()
        async with prompt(tonight, size) as pilot:
            await ready(pilot)
            await scan(pilot, CODE)
            await scan(pilot, OTHER_CODE)
            await until(pilot, lambda: f"› {OTHER_CODE}" in shown(pilot))
            assert line(pilot) == ""
            text = shown(pilot)
            assert "You own this pressing, found by its barcode." in text
            assert "barcodes are known for 1 of 2" in text
            assert text.index(f"› {OTHER_CODE}") < text.index(f"› {CODE}")
            await scan(pilot, "NW 2")
            await until(pilot, lambda: "found by its catalogue number" in shown(pilot))
            assert tonight.sandbox.world.counts.total == 0


@SIZES
async def test_a_key_asks_discogs_about_the_newest_by_one_request(tmp_path: Path, size: tuple[int, int]) -> None:
    async with synced(tmp_path, record(1, master_id=7)) as tonight:
        owned_by_another(tonight.sandbox.world, record(3, master_id=7))
        coded(tonight.sandbox.world, 3)
        async with prompt(tonight, size) as pilot:
            await ready(pilot)
            await scan(pilot, CODE)
            await until(pilot, lambda: "F2 asks Discogs, by one request." in shown(pilot))
            await pilot.press("f2")
            await until(pilot, lambda: "You own another pressing of it, found by its barcode." in shown(pilot))
            assert "F2 asks" not in shown(pilot)
            await pilot.press("f2", "f2")
            await pilot.pause()
            assert dict(tonight.sandbox.world.counts.requests) == {"search": 1}
            await scan(pilot, "r1")
            await until(pilot, lambda: "You own this pressing" in shown(pilot))
            await pilot.press("f2")
            await until(pilot, lambda: "nothing that Discogs could be asked" in shown(pilot))
            assert dict(tonight.sandbox.world.counts.requests) == {"search": 1}


async def test_what_keeps_discogs_from_answering_is_said_and_the_answer_stays(tmp_path: Path) -> None:
    async with synced(tmp_path, record(1)) as tonight:
        tonight.sandbox.world.faults.add("500", route="search", times=1_000)
        async with prompt(tonight) as pilot:
            await ready(pilot)
            await scan(pilot, CODE)
            await pilot.press("f2")
            await until(pilot, lambda: "Discogs is having trouble" in shown(pilot))
            assert "barcodes are known for 0 of 1" in shown(pilot)
            tonight.sandbox.world.faults.clear()
            await pilot.press("f2")
            await until(pilot, lambda: "nothing with this barcode" in shown(pilot))
            assert tonight.sandbox.world.counts.requests["search"] == 2


async def test_the_next_can_be_typed_while_discogs_takes_its_time(tmp_path: Path) -> None:
    async with synced(tmp_path, record(1, master_id=7)) as tonight:
        owned_by_another(tonight.sandbox.world, record(3, master_id=7))
        coded(tonight.sandbox.world, 3)
        tonight.sandbox.world.faults.add("hang", route="search")
        async with prompt(tonight) as pilot:
            await ready(pilot)
            await scan(pilot, CODE)
            await pilot.press("f2")
            await until(pilot, lambda: "Asking Discogs…" in shown(pilot))
            await scan(pilot, "r1")
            await until(pilot, lambda: "You own this pressing, found by its id." in shown(pilot))
            assert "Asking Discogs…" in shown(pilot)
            tonight.sandbox.world.faults.release()
            await until(pilot, lambda: "You own another pressing of it" in shown(pilot))
            assert shown(pilot).index("› r1") < shown(pilot).index(f"› {CODE}")


async def test_what_is_typed_before_the_records_are_looked_through_is_answered_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reading of the wantlist is held up, as that of 100,000 wants would be."""
    async with synced(tmp_path, record(1)) as tonight:
        goes_on = asyncio.Event()
        read = LibraryService.collection

        async def slowly(service: LibraryService, *what: Any) -> Collection:
            await goes_on.wait()
            return await read(service, *what)

        async with opened(tonight.core) as pilot:
            monkeypatch.setattr(LibraryService, "collection", slowly)
            screen = browse(pilot)
            await pilot.app.push_screen(
                HavingScreen(tonight.core, screen._clock, tonight.account, screen._whole, site_url=SITE)
            )
            await until(pilot, lambda: "Looking through your records…" in shown(pilot))
            await scan(pilot, "r1")
            await scan(pilot, "r2")
            await until(pilot, lambda: shown(pilot).count("still being looked through") == 2)
            goes_on.set()
            await until(pilot, lambda: "You own this pressing, found by its id." in shown(pilot))
            assert "You do not own this pressing." in shown(pilot)


async def test_what_a_sync_brings_is_found_without_opening_it_again(tmp_path: Path) -> None:
    async with synced(tmp_path, record(1)) as tonight, prompt(tonight) as pilot:
        await ready(pilot)
        await scan(pilot, "r2")
        await until(pilot, lambda: "You do not own this pressing." in shown(pilot))
        tonight.sandbox.world.website.add(count=1)
        await tonight.sync()
        await until(pilot, lambda: "2 copies · barcodes known for" in shown(pilot))


async def test_escape_takes_away_what_is_typed_and_then_leaves(tmp_path: Path) -> None:
    async with synced(tmp_path, record(1)) as tonight, prompt(tonight) as pilot:
        await pilot.press("q", "x")
        assert line(pilot) == "qx"
        await pilot.press("escape")
        assert line(pilot) == ""
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen) and "Ask Discogs" in shown(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HavingScreen))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is browse(pilot))


async def test_nothing_and_links_to_elsewhere_are_answered_with_how_to_ask(tmp_path: Path) -> None:
    async with synced(tmp_path, record(1)) as tonight, prompt(tonight) as pilot:
        await ready(pilot)
        await pilot.press("enter", "space", "enter")
        assert "›" not in shown(pilot)
        pilot.app.screen.query_one(AskingLine).value = "https://www.discogs.com/artist/5"
        await pilot.press("enter")
        await until(pilot, lambda: "leads to no release and no master" in shown(pilot))
        await pilot.press("f2")


@SIZES
async def test_it_says_where_the_data_is_from_and_leads_to_what_it_names(tmp_path: Path, size: tuple[int, int]) -> None:
    async with synced(tmp_path, record(1)) as tonight, prompt(tonight, size) as pilot:
        await ready(pilot)
        assert "Data provided by Discogs." in shown(pilot)
        await scan(pilot, "r1")
        await until(pilot, lambda: "You own this pressing" in shown(pilot))
        assert notices(pilot) >= {f"{SITE}/user/collector/collection", f"{SITE}/release/1"}


@SIZES
async def test_hostile_texts_harm_nothing(tmp_path: Path, size: tuple[int, int]) -> None:
    async with collector(tmp_path) as tonight, prompt(tonight, size) as pilot:
        await ready(pilot)
        for number, text in enumerate(HOSTILE, 1):
            for asked in (text, f"r{number}"):
                pilot.app.screen.query_one(AskingLine).value = asked
                await pilot.press("enter")
            await pilot.pause()
            sound(pilot)
        await until(pilot, lambda: "You own this pressing" in shown(pilot))
        sound(pilot)


async def test_the_many_answers_can_be_scrolled_while_somebody_types(tmp_path: Path) -> None:
    async with synced(tmp_path, *(record(number) for number in range(1, 15))) as tonight, prompt(tonight) as pilot:
        await ready(pilot)
        for number in range(1, 15):
            await scan(pilot, f"r{number}")
        await until(pilot, lambda: "› r14" in shown(pilot))
        assert "› r1\n" not in shown(pilot)
        for _ in range(8):
            await pilot.press("pagedown")
        await until(pilot, lambda: "Version 1 " in shown(pilot) or "Version 1\n" in shown(pilot))
        await pilot.press("x", "up")
        assert line(pilot) == "x"
        await pilot.press("enter")
        await until(pilot, lambda: "› x" in shown(pilot))


async def test_of_whom_the_access_is_gone_it_is_said_above(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.sync()
        tonight.sandbox.world.revoke()
        await tonight.sync()
        refused = await tonight.core.library.account()
        assert refused is not None
        async with opened(tonight.core, WIDE) as pilot:
            screen = HavingScreen(tonight.core, browse(pilot)._clock, refused, site_url=SITE)
            await pilot.app.push_screen(screen)
            await ready(pilot)
            said = not_current(refused, browse(pilot)._clock.now())
            assert said.split(".")[0] in shown(pilot)
            await scan(pilot, "r1")
            await until(pilot, lambda: "You own this pressing" in shown(pilot))
            await scan(pilot, CODE)
            await pilot.press("f2")
            await until(pilot, lambda: "Discogs does not accept the token" in shown(pilot))
