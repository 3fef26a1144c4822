"""The runs in the terminal: how each ended and why, what goes on, and a sync begun from there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from core.domain.ids import RunId, Shelf
from core.domain.progress import AskedBy, Kind, SyncOutcome, SyncReport
from core.errors import NotAuthorised, RunoutError
from core.store.database import open_database
from core.store.runs import RunRepository
from tests.factories import ADDED
from tests.fakes import FakeClock
from tests.stand_in import Evening, evening, many
from tests.tui.hostile import HOSTILE, sound
from tests.tui.past_rows import run
from tests.tui.past_screens import highlighted, lines, opened_at, past, sync_elsewhere
from tests.tui.screen import SMALL, WIDE, browse, shown, until
from tui.render.past_lines import run_lines
from tui.screens.history import HistoryScreen
from tui.screens.reading import ReadingScreen

import pytest

SIZES: Final = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])


async def ran(tonight: Evening, *reports: SyncReport | None) -> None:
    """Runs as another process would have left them, the first one first; None for one that was never closed."""
    async with open_database(tonight.config.paths.database) as database:
        runs = RunRepository(database)
        async with database.tx() as tx:
            for number, report in enumerate(reports):
                name, at = RunId(f"run {number}"), ADDED + timedelta(days=number)
                await runs.start(tx, name, tonight.account.id, at, by=AskedBy.SCHEDULE)
                if report is not None:
                    await runs.close(tx, name, report, at + timedelta(seconds=65))


def report(outcome: SyncOutcome, *problems: RunoutError, **counts: int) -> SyncReport:
    return SyncReport(**{"outcome": outcome, "copies": 3, "releases": 3, "problems": problems, **counts})  # type: ignore[arg-type]


@SIZES
async def test_each_run_has_a_line_and_the_highlighted_one_its_reason(tmp_path: Path, size: tuple[int, int]) -> None:
    async with evening(tmp_path, many(2)) as tonight:
        failed = report(SyncOutcome.FAILED, NotAuthorised(said="no"), requests=3)
        done = report(SyncOutcome.DONE, added=12, changed=3, removed=1, requests=1_204)
        await ran(tonight, done, failed, report(SyncOutcome.CANCELLED, requests=2), None)
        async with opened_at(tonight.core, "r", size) as pilot:
            await until(pilot, lambda: "4 syncs" in shown(pilot))
            found = [line[6:] for line in lines(pilot) if line[2] == ":"]
            assert found == [
                "collection, all schedule crashed",
                "collection, all schedule cancelled 2 1:05",
                "collection, all schedule failed 3 1:05",
                "collection, all schedule done +12 ~3 −1 1204 1:05",
            ]
            assert "Read the collection (schedule); crashed." in shown(pilot)
            await pilot.press("down", "down")
            await until(pilot, lambda: "failed; 3 requests in 1 min 5 s." in shown(pilot))
            assert "Discogs does not accept the token" in " ".join(shown(pilot).split())
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, ReadingScreen) and "Began:" in shown(pilot))
            await pilot.press("enter", "escape")
            await until(pilot, lambda: pilot.app.screen is browse(pilot))


async def test_a_sync_is_begun_seen_going_on_and_stopped(tmp_path: Path) -> None:
    async with evening(tmp_path, many(250)) as tonight:
        tonight.sandbox.world.faults.add("hang", route="collection", page=2)
        async with opened_at(tonight.core, "r") as pilot:
            assert "There has been no sync yet." in shown(pilot)
            assert "s reads everything from Discogs." in shown(pilot)
            await pilot.press("enter", "s")
            await until(pilot, lambda: "goes on" in shown(pilot) and "1 sync, 1 going on" in shown(pilot))
            await until(pilot, lambda: "of 250" in highlighted(pilot))
            await pilot.press("s")
            await until(pilot, lambda: "A sync is running already." in shown(pilot))
            await pilot.press("x")
            await until(pilot, lambda: "cancelled" in highlighted(pilot))
            assert isinstance(pilot.app.screen, HistoryScreen)
            tonight.sandbox.world.faults.clear()
            await pilot.press("s")
            await until(pilot, lambda: any("done +250" in line for line in lines(pilot)))
        tonight.sandbox.world.faults.release()


async def test_what_another_process_does_is_seen_and_the_highlight_stays(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await ran(tonight, *[report(SyncOutcome.DONE, requests=number) for number in range(40)])
        async with opened_at(tonight.core, "r") as pilot:
            await until(pilot, lambda: "40 syncs" in shown(pilot))
            await pilot.press(*("down",) * 20)
            before, line = highlighted(pilot), past(pilot).highlighted_line
            await sync_elsewhere(tonight, Shelf.WANTLIST)
            await until(pilot, lambda: "41 syncs" in shown(pilot))
            assert (highlighted(pilot), past(pilot).highlighted_line) == (before, line)
            await pilot.press("home")
            await until(pilot, lambda: "wantlist, all you done" in highlighted(pilot))


async def test_hostile_reasons_harm_nothing(tmp_path: Path) -> None:
    async with evening(tmp_path, many(2)) as tonight:
        await ran(tonight, *[report(SyncOutcome.FAILED, NotAuthorised(said=text)) for text in HOSTILE])
        async with opened_at(tonight.core, "r", SMALL, FakeClock()) as pilot:
            await until(pilot, lambda: f"{len(HOSTILE)} syncs" in shown(pilot))
            for number in range(len(HOSTILE)):
                sound(pilot)
                if number % 4 == 0:
                    await pilot.press("enter")
                    await until(pilot, lambda: isinstance(pilot.app.screen, ReadingScreen))
                    sound(pilot)
                    await pilot.press("escape")
                await pilot.press("down")


def test_a_line_tells_a_run_in_short() -> None:
    def line(by: AskedBy = AskedBy.PERSON, kind: Kind = Kind.WALK, **facts: object) -> tuple[str, ...]:
        return run_lines([run(0, by=by, kind=kind, **facts)])[0].cells[1:]

    done, wanted = SyncOutcome.DONE, Shelf.WANTLIST
    assert line(kind=Kind.PROBE, by=AskedBy.SCHEDULE, outcome=done, requests=1, shelf=wanted) == (
        *("wantlist, new", "schedule", "done", "nothing", "1", "1:05"),
    )
    assert line(kind=Kind.READ, by=AskedBy.LOOK) == ("collection, few", "a look", "goes on", "", "", "")
    assert line(outcome=done, unseen=2, skipped=1)[3] == "?3"
    assert line(by=AskedBy.CONNECT, crashed=True, finished_at=ADDED)[1:] == ("connecting", "crashed", "", "", "")


@pytest.mark.parametrize(
    ("seconds", "took"), [(-5, "0.0 s"), (0.31, "0.3 s"), (48.4, "48 s"), (62, "1:02"), (3_750, "1:02:30")]
)
def test_how_long_a_run_took_is_told_in_short(seconds: float, took: str) -> None:
    one = run(outcome=SyncOutcome.DONE, finished_at=ADDED + timedelta(seconds=seconds))
    assert run_lines([one])[0].cells[-1] == took
