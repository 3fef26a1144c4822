"""Somebody who has a CSV export only: their records in the terminal, and what becomes of them when they connect."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from core.app import Core, open_core
from core.domain.changes import Action
from core.sandbox.readers import read_collection
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from tests.core.services.test_importing import COLLECTIONS, account, brought, file_of
from tests.exports import row
from tests.stand_in import config_for, evening, many
from tests.tui.journeys import SIZES, facets, paste, press, rows, sees, started, told, write
from tests.tui.screen import SITE, SMALL, WIDE, browse, details, shown, status, to_records, until

from rich.text import Text
from textual.pilot import Pilot
from textual.widgets import Input, Static

REAL = COLLECTIONS / "collector_a" / "collection.csv"


@asynccontextmanager
async def imported(directory: Path, size: tuple[int, int]) -> AsyncIterator[tuple[Running, Core, Pilot[None]]]:
    """The app of somebody who has imported a real collection, which Discogs has, too."""
    async with serve(World(read_collection(REAL))) as sandbox, open_core(config_for(directory, sandbox)) as core:
        await brought(core, REAL, "mine")
        async with started(core, size) as pilot:
            await until(pilot, lambda: browse(pilot)._is_whole)
            yield sandbox, core, pilot


async def connect(pilot: Pilot[None], token: str) -> None:
    """Press the key that connects, and paste a token."""
    await press(pilot, "n")
    await sees(pilot, "mine is open, and stays.")
    await press(pilot, "enter")
    await paste(pilot, token)
    await until(pilot, lambda: bool(pilot.app.screen.query_one(Input).value))
    await press(pilot, "enter")
    await sees(pilot, "collector, with your token.")
    await press(pilot, "enter")


@SIZES
async def test_from_the_file_to_the_account_nothing_appears_twice(tmp_path: Path, size: tuple[int, int]) -> None:
    async with imported(tmp_path, size) as (sandbox, core, pilot):
        assert status(pilot).startswith("316 of 316 copies · mine · imported just now")
        await connect(pilot, sandbox.token)
        await told(pilot, "316 copies from the file mine were found again among those of collector")
        await until(pilot, lambda: status(pilot).startswith("316 of 316 copies · collector"))
        assert [one.username for one in await core.library.accounts()] == ["collector"]


async def test_what_came_from_a_file_is_filtered_counted_and_read_like_any_other(tmp_path: Path) -> None:
    async with imported(tmp_path, WIDE) as (_sandbox, _core, pilot):
        await until(pilot, lambda: facets(pilot).get("2010s") == ("", 158))
        await write(pilot, "augustus pablo format:reissue year:2011")
        await to_records(pilot)
        await until(pilot, lambda: status(pilot).startswith("1 of 316 copies"))
        assert "This Is Augustus Pablo" in rows(pilot)[0]
        await until(pilot, lambda: "17 North Parade" in details(pilot))


async def test_nothing_of_it_leads_to_discogs(tmp_path: Path) -> None:
    async with imported(tmp_path, WIDE) as (_sandbox, _core, pilot):
        assert "Wantlist" not in shown(pilot)
        notice = pilot.app.screen.query_one("#source", Static).content
        assert isinstance(notice, Text)
        assert [getattr(span.style, "link", "") for span in notice.spans] == [SITE]
        await press(pilot, "w")
        await told(pilot, "What came from a file has no wantlist.")
        await press(pilot, "s")
        await told(pilot, "mine came from a file, so there is nothing to fetch.")
        await press(pilot, "t")
        await told(pilot, "to have it read from Discogs, press n to connect.")
        assert not browse(pilot).is_syncing


async def test_a_file_without_rows_is_said_to_be_empty(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        await tonight.core.leaving.delete(tonight.account)
        await brought(tonight.core, file_of(tmp_path))
        async with started(tonight.core, SMALL) as pilot:
            await sees(pilot, "There is nothing in mine.")
            await sees(pilot, "`runout import` brings another one.")


async def test_in_the_list_of_accounts_it_is_told_from_those_that_are_read(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.sync()
        await brought(tonight.core, file_of(tmp_path, row(50), row(51)))
        async with started(tonight.core, SMALL) as pilot:
            await until(pilot, lambda: status(pilot).startswith("2 of 2 copies"))
            await press(pilot, "a")
            await sees(pilot, "mine came from a file, imported just now.")
            await press(pilot, "down", "enter")
            await until(pilot, lambda: status(pilot).startswith("3 of 3 copies · collector"))


async def test_what_another_process_imports_is_shown(tmp_path: Path) -> None:
    async with imported(tmp_path, SMALL) as (_sandbox, core, pilot):
        local = await account(core, "mine")
        more = tmp_path / "more.csv"
        more.write_bytes(REAL.read_bytes() + b"X,Somebody,Something,L,LP,,1999,77,Uncategorized,,,,\n")
        await brought(core, more, "mine")
        await until(pilot, lambda: status(pilot).startswith("317 of 317 copies"))
        assert Action.ADDED in {entry.change.action for entry in await core.history.changes(local)}
