"""Several accounts in one terminal, each with a desk of its own; and records that another process has fetched."""

from __future__ import annotations

from pathlib import Path

from core.app import open_core
from core.domain.account import Account
from tests.stand_in import Evening, holding_of, owned
from tests.tui.journeys import facets, filter_text, header, highlighted, press, rows, sees, synced, write
from tests.tui.screen import SMALL, WIDE, browse, opened, status, table, to_records, until

from textual.pilot import Pilot


async def another(tonight: Evening) -> Account:
    """A second account with eight records; the first is the one that opens."""
    theirs = holding_of(*(owned(number, title=f"Theirs {number}") for number in range(101, 109)))
    other = tonight.sandbox.world.open_account("other", theirs)
    account = await tonight.core.connect.with_token(other.token)
    await tonight.core.sync.run(account, lambda _event: None)
    await tonight.core.library.use(tonight.account)
    return account


async def switch(pilot: Pilot[None], to: str) -> None:
    """Choose the other account in the list, and wait until its records are all there."""
    await press(pilot, "a")
    await sees(pilot, f"Connected as {to}")
    await press(pilot, "down", "enter")
    await until(pilot, lambda: to in status(pilot) and not browse(pilot)._opening)


async def test_each_account_keeps_its_own_desk(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight:
        await another(tonight)
        async with opened(tonight.core, SMALL) as pilot:
            await write(pilot, "genre:jazz")
            await to_records(pilot)
            await until(pilot, lambda: status(pilot).startswith("10 of 60 copies"))
            await press(pilot, "down", "down")
            mine = highlighted(pilot)
            await switch(pilot, "other")
            assert status(pilot).startswith("8 of 8 copies")
            assert filter_text(pilot) == ""
            assert "Artist▲" in header(pilot)
            assert len(rows(pilot)) == 8
            await press(pilot, "c", "J", "a", "end")
            await until(pilot, lambda: header(pilot).split()[0] == "Title")
            theirs = highlighted(pilot)
            assert theirs.release.title == "Theirs 108"
            await switch(pilot, "collector")
            assert status(pilot).startswith("10 of 60 copies")
            assert filter_text(pilot) == "genre:jazz"
            assert header(pilot).split()[0] == "Artist▲"
            assert highlighted(pilot) == mine
            await switch(pilot, "other")
            assert status(pilot).startswith("8 of 8 copies")
            assert header(pilot).split()[0] == "Title"
            assert highlighted(pilot) == theirs
            await press(pilot, "q")
        async with opened(tonight.core, SMALL) as pilot:
            assert "other" in status(pilot)
            assert highlighted(pilot) == theirs


async def test_the_facets_and_the_theme_of_one_account_are_not_those_of_another(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight:
        await another(tonight)
        async with opened(tonight.core, WIDE) as pilot:
            usual = pilot.app.theme
            await until(pilot, lambda: facets(pilot).get("Reggae") == ("", 30))
            await press(pilot, "b", "left")
            await until(pilot, lambda: "Reggae" not in facets(pilot))
            pilot.app.theme = "nord"
            await press(pilot, "escape")
            await switch(pilot, "other")
            await until(pilot, lambda: facets(pilot).get("Reggae") == ("", 8))
            assert pilot.app.theme == usual
            await switch(pilot, "collector")
            await until(pilot, lambda: facets(pilot).get("1990s") == ("", 10))
            assert "Reggae" not in facets(pilot)
            assert pilot.app.theme == "nord"


async def test_what_another_process_published_is_shown_at_the_next_look(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, SMALL) as pilot:
        await press(pilot, "down", "pagedown", "up")
        copy, line = highlighted(pilot), table(pilot).highlighted_line
        tonight.sandbox.world.website.add(count=2)
        async with open_core(tonight.config) as elsewhere:
            await elsewhere.sync.run(tonight.account, lambda _event: None)
        assert status(pilot).startswith("60 of 60 copies")
        browse(pilot)._minute()
        await until(pilot, lambda: status(pilot).startswith("62 of 62 copies"))
        assert highlighted(pilot) == copy
        assert table(pilot).highlighted_line == line
