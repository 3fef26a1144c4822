"""What another process publishes, runs or waits for is noticed by an open terminal, which stays as it is."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path

from core.clock import SystemClock
from core.domain.account import Account
from core.domain.collection import Collection
from core.domain.ids import RunId, Shelf
from core.domain.progress import Phase, RunningSync, SyncProgress
from core.domain.view import View
from core.services.library import LibraryService
from core.store.slots import open_slots
from tests.fakes import FakeClock
from tests.processes import runout
from tests.stand_in import evening, holding_of, owned
from tests.tui.journeys import SIZES, facets, highlighted, press, synced, trees
from tests.tui.screen import SMALL, WIDE, browse, opened, shown, status, table, until
from tests.tui.test_journeys_wantlist import both, to_wants, wishing

import pytest
from msgspec.structs import replace


@SIZES
async def test_what_another_process_publishes_appears_and_the_highlight_stays(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        await press(pilot, *["down"] * 9)
        record, line = highlighted(pilot), table(pilot).highlighted_line
        alder = trees().copies[0].release["artists"]
        added = (owned(number, title=f"New {number}", artists=alder) for number in (90, 91))
        tonight.own(holding_of(*trees().copies, *added))
        drawn: list[int] = []
        show = browse(pilot).show

        def noted(view: View) -> None:
            drawn.append(len(view.copies))
            show(view)

        monkeypatch.setattr(browse(pilot), "show", noted)
        done = await runout(tonight.config.paths.database.parent, tonight.sandbox, "sync", "--quiet")
        assert done.code == 0, done.err
        await until(pilot, lambda: status(pilot).startswith("62 of 62 copies"))
        assert (highlighted(pilot), table(pilot).highlighted_line) == (record, line)
        assert set(drawn) == {62}, "nothing in between was shown"
        assert "Collection 62  |  Wantlist 0" in shown(pilot)
        if size == WIDE:
            await until(pilot, lambda: facets(pilot).get("Reggae") == ("", 32))


async def test_a_wantlist_that_another_process_publishes_is_noticed_and_counted(tmp_path: Path) -> None:
    async with both(tmp_path) as (tonight, pilot):
        await to_wants(pilot)
        await press(pilot, "down", "down")
        wanted = highlighted(pilot)
        tonight.sandbox.world.account.wants = wishing(33).wants
        data = tonight.config.paths.database.parent
        assert (await runout(data, tonight.sandbox, "sync", "--only", "wantlist")).code == 0
        await until(pilot, lambda: status(pilot).startswith("33 of 33 wants"))
        assert highlighted(pilot) == wanted
        assert "Collection 60  |  Wantlist 33" in shown(pilot)


async def test_while_nothing_is_published_nothing_is_read_or_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        screen, load, read = browse(pilot), tonight.core.library.collection, list[Account]()

        def counted(_library: LibraryService, account: Account, shelf: Shelf) -> Awaitable[Collection]:
            read.append(account)
            return load(account, shelf)

        monkeypatch.setattr(LibraryService, "collection", counted)

        async def watched() -> None:
            screen._watch()
            await until(pilot, lambda: not any(one.group == "watch" for one in screen.workers))

        for _ in range(3):
            await watched()
        assert read == []
        await tonight.sync()
        await watched()
        await until(pilot, lambda: len(read) == 1)


async def test_a_sync_that_runs_elsewhere_is_in_the_status_line(tmp_path: Path) -> None:
    async with (
        synced(tmp_path) as tonight,
        opened(tonight.core, WIDE) as pilot,
        open_slots(tonight.config.paths.budget) as slots,
    ):
        now = SystemClock().now().timestamp()
        read = SyncProgress(Phase.READING, page=1, pages=3, seen=100, told=261)
        run = RunningSync(RunId("elsewhere"), tonight.account.id, now, read, Shelf.WANTLIST)
        await slots.note_running(run)
        await until(pilot, lambda: "wantlist: " in status(pilot) and "page 1 of 3" in status(pilot))
        await slots.note_running(replace(run, shelf=Shelf.COLLECTION))
        await until(pilot, lambda: "page 1 of 3" in status(pilot) and "wantlist: " not in status(pilot))
        await slots.forget_running(run.run)
        await until(pilot, lambda: "page" not in status(pilot))


async def test_somebody_who_looks_at_what_is_old_has_it_looked_after(tmp_path: Path) -> None:
    clock = FakeClock()
    async with evening(tmp_path, wishing(), clock=clock) as tonight:
        for shelf in Shelf:
            await tonight.core.sync.run(tonight.account, lambda _event: None, shelf=shelf)
        clock.advance(timedelta(hours=7).total_seconds())
        tonight.own(holding_of(*trees().copies, owned(90)))
        async with opened(tonight.core, SMALL) as pilot:
            await until(pilot, lambda: status(pilot).startswith("61 of 61 copies"))
            runs = await tonight.core.history.runs(tonight.account)
            assert "look" in {run.by for run in runs}


async def test_a_copy_whose_details_are_read_for_a_moment_is_read_anew_when_it_is_old(tmp_path: Path) -> None:
    clock = FakeClock()
    async with evening(tmp_path, wishing(), clock=clock) as tonight:
        await tonight.sync()
        async with opened(tonight.core, WIDE) as pilot:
            clock.advance(timedelta(hours=7).total_seconds())
            tonight.sandbox.world.counts.reset()
            await press(pilot, "down", "up", "down")
            record = highlighted(pilot)

            def asked() -> list[str]:
                return [one["route"] for one in tonight.sandbox.world.counts.log()]

            await until(pilot, lambda: len(asked()) > 0)
            runs = await tonight.core.history.runs(tonight.account)
            assert runs[0].by == "look"
            assert highlighted(pilot) == record
