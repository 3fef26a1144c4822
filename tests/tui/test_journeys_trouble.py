"""Discogs does not answer, refuses, or is away: what is here can be used all the same, and nothing of it is lost."""

from __future__ import annotations

import re
from pathlib import Path

from tests.fakes import FakeClock
from tests.stand_in import evening, many
from tests.tui.bare import said
from tests.tui.journeys import (
    SIZES,
    facets,
    filter_text,
    gone,
    highlighted,
    press,
    rows,
    sees,
    synced,
    told,
    write,
)
from tests.tui.screen import SMALL, WIDE, browse, details, opened, status, table, to_records, until
from tui.widgets.notice import Notice

from textual.command import CommandPalette
from textual.pilot import Pilot

HANG = 1_000


def titles(pilot: Pilot[None]) -> list[str]:
    """The titles of the records that can be seen; what a notification lies over is not among it."""
    return [found for row in rows(pilot) for found in re.findall(r"Side \d\d", row)]


@SIZES
async def test_every_key_is_answered_while_no_request_is(tmp_path: Path, size: tuple[int, int]) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        hanging = tonight.sandbox.world.faults.add("hang", times=HANG, seconds=30)
        await press(pilot, "s")
        await until(pilot, lambda: hanging.times < HANG and "syncing" in status(pilot))
        await press(pilot, "down", "down", "pagedown", "home", "down")
        assert highlighted(pilot).release.title == "Side 02"
        await write(pilot, "genre:jazz")
        await until(pilot, lambda: status(pilot).startswith(("10 of 60", "10/60")))
        await to_records(pilot)
        await press(pilot, "escape", "b")
        await until(pilot, lambda: facets(pilot).get("Rock") == ("", 25))
        await press(pilot, "down", "down", "enter")
        await until(pilot, lambda: filter_text(pilot) == "genre:=Rock")
        await press(pilot, "escape", "?")
        await sees(pilot, "Stop the sync")
        await press(pilot, "escape", "ctrl+p")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))
        await press(pilot, "escape", "o")
        await sees(pilot, "Sort like this")
        await press(pilot, "escape", "s")
        await told(pilot, "A sync is running already.")
        await press(pilot, "n")
        await told(pilot, "A sync is running. Connect another account when it is done.")
        assert not hanging.released.is_set()
        assert tonight.sandbox.world.counts.in_flight > 0
        assert browse(pilot).is_syncing


async def test_an_outage_is_told_and_nothing_is_taken_away(tmp_path: Path) -> None:
    async with synced(tmp_path, clock=FakeClock()) as tonight, opened(tonight.core, SMALL) as pilot:
        seen = titles(pilot)
        for refused in (False, True):
            tonight.sandbox.world.faults.add("outage", seconds=10_000, refused=refused)
            await press(pilot, "s")
            await told(pilot, "cannot be reached" if refused else "Discogs is having trouble (status 503)")
            await until(pilot, lambda: not browse(pilot).is_syncing)
            assert titles(pilot) == seen
            assert status(pilot).startswith("60 of 60 copies")
            assert len((await tonight.collection()).copies) == 60
            tonight.sandbox.world.faults.clear()
        await press(pilot, "s")
        await told(pilot, "0 added, 0 changed, 0 removed")
        assert titles(pilot) == seen


async def test_a_first_sync_in_an_outage_says_why_there_is_nothing(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3), clock=FakeClock()) as tonight, opened(tonight.core, WIDE) as pilot:
        tonight.sandbox.world.faults.add("outage", seconds=10_000)
        await press(pilot, "s")
        await sees(pilot, "Nothing could be fetched.")
        await sees(pilot, "Press s to try again.")
        tonight.sandbox.world.faults.clear()
        await press(pilot, "s")
        await until(pilot, lambda: status(pilot).startswith("3 of 3 copies"))
        await gone(pilot, "Nothing could be fetched.")


async def test_a_token_that_is_no_longer_good_is_said_and_the_copy_stays(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight:
        tonight.sandbox.world.revoke()
        await tonight.sync()
        async with opened(tonight.core, SMALL) as pilot:
            notice = browse(pilot).query_one(Notice)
            assert str(notice.content) == "Discogs no longer accepts the token. n connects again."
            assert str(notice.content) in said(pilot.app)
            await press(pilot, "down")
            await until(pilot, lambda: "Side 02" in details(pilot))
            await write(pilot, "qq")
            await until(pilot, lambda: "0 of 60" in status(pilot) or "0/60" in status(pilot))
            await to_records(pilot)
            await press(pilot, "escape")
            await until(pilot, lambda: table(pilot).has_focus and highlighted(pilot).release.title == "Side 02")


async def test_a_token_that_is_refused_now_is_said_at_once(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, SMALL) as pilot:
        tonight.sandbox.world.revoke()
        await press(pilot, "s")
        await told(pilot, "Discogs does not accept the token")
        await sees(pilot, "Discogs no longer accepts the token. n connects again.")
        assert len(rows(pilot)) == table(pilot).visible_rows
