"""Details of a record in the terminal: shown as they are known, read when somebody looks, and never in a key's way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from core.domain.desk import Desk
from core.domain.details import Credit, ReleaseDetails, Track
from core.domain.ids import ReleaseId
from core.domain.release import Artist
from tests.fakes import START, FakeClock
from tests.tui.hostile import HOSTILE, PLAIN, sound
from tests.tui.journeys import SIZES, highlighted, press, told
from tests.tui.knowing import READ, asked, collecting, know, looking, of_masters, panel
from tests.tui.screen import WIDE, browse, details, shown, table, until
from tui.screens import watching
from tui.screens.browse import BrowseScreen

import pytest
from textual.pilot import Pilot

LONG = ReleaseDetails(
    ReleaseId(1), "Version 1", tracks=tuple(Track(f"Track {at}", position=f"A{at}") for at in range(1, 101))
)


@pytest.fixture(autouse=True)
def rest(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """For how long a record has to be highlighted to have been looked at; in most tests nobody waits for that."""

    def takes(seconds: float) -> None:
        monkeypatch.setattr(watching, "_LOOKED_AT", seconds)

    takes(600.0)
    return takes


@SIZES
async def test_whoever_opens_a_record_has_its_details_read(tmp_path: Path, size: tuple[int, int]) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight, size) as pilot:
        assert "Original  not known yet" in details(pilot)
        await press(pilot, "down", "enter")
        await until(pilot, lambda: READ in details(pilot))
        assert all(heading in details(pilot) for heading in ("Country", "Runout", "Tracks"))
        await until(pilot, lambda: "not known yet" not in details(pilot))
        assert asked(tonight) == {"release": 1, "master": 1}
        assert panel(pilot).has_focus


async def test_whoever_rests_at_a_record_has_its_details_read_and_whoever_passes_by_asks_for_nothing(
    tmp_path: Path, rest: Callable[[float], None]
) -> None:
    rest(3.0)
    async with collecting(tmp_path) as tonight, looking(tonight, WIDE) as pilot:
        for _ in range(12):
            await press(pilot, "down")
        assert asked(tonight) == {"release": 0, "master": 0}
        await until(pilot, lambda: READ in details(pilot))
        assert asked(tonight) == {"release": 1, "master": 1}
        assert highlighted(pilot).release.id == 13


async def test_where_the_details_cannot_be_seen_nothing_is_asked_for(
    tmp_path: Path, rest: Callable[[float], None]
) -> None:
    rest(0.01)
    async with collecting(tmp_path) as tonight:
        await tonight.core.desk.save(tonight.account, Desk(shows_detail=False))
        async with looking(tonight, WIDE) as pilot:
            for _ in range(5):
                await press(pilot, "down")
                await pilot.pause(0.1)
            assert asked(tonight) == {"release": 0, "master": 0}
            await press(pilot, "d")
            await until(pilot, lambda: READ in details(pilot))


async def test_what_is_known_is_shown_without_discogs(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight:
        await know(tonight.config, LONG, at=datetime.now(UTC))
        tonight.sandbox.world.faults.add("outage", seconds=999)
        async with looking(tonight) as pilot:
            await until(pilot, lambda: "A100 Track 100" in details(pilot))
            await press(pilot, "enter")
            await pilot.pause(0.2)
            assert READ in details(pilot)


async def test_what_is_old_is_shown_with_its_age_and_read_again_behind(tmp_path: Path) -> None:
    clock = FakeClock()
    async with collecting(tmp_path, clock=clock) as tonight:
        await know(tonight.config, LONG, at=START)
        clock.advance(7 * 3600)
        hanging = tonight.sandbox.world.faults.add("hang", route="release")
        async with looking(tonight, clock=clock) as pilot:
            await until(pilot, lambda: "Details as of 7 h ago" in details(pilot))
            assert "being read again" not in details(pilot)
            await press(pilot, "enter")
            await until(pilot, lambda: "Details as of 7 h ago, being read again…" in details(pilot))
            assert "A100 Track 100" in details(pilot)
            await until(pilot, lambda: hanging.times == 0)
            tonight.sandbox.world.faults.release()
            await until(pilot, lambda: READ in details(pilot))
            assert "A100 Track 100" not in details(pilot)


async def test_what_is_young_is_not_read_again(tmp_path: Path) -> None:
    clock = FakeClock()
    async with collecting(tmp_path, clock=clock) as tonight:
        await know(tonight.config, LONG, at=START)
        clock.advance(5 * 3600)
        async with looking(tonight, clock=clock) as pilot:
            await press(pilot, "enter")
            await until(pilot, lambda: "not known yet" not in details(pilot))
            assert "Details as of 5 h ago" in details(pilot)
            assert asked(tonight) == {"release": 0, "master": 1}


@pytest.mark.parametrize("is_known", [True, False])
async def test_why_it_could_not_be_read_is_said_and_what_is_known_stays(tmp_path: Path, is_known: bool) -> None:
    clock = FakeClock()
    async with collecting(tmp_path, clock=clock) as tonight:
        if is_known:
            await know(tonight.config, LONG, at=START)
        clock.advance(7 * 3600)
        tonight.sandbox.world.faults.add("404", route="release", times=9)
        async with looking(tonight, clock=clock) as pilot:
            await press(pilot, "enter")
            said = "they could not be read again:" if is_known else "Details could not be read:"
            await until(pilot, lambda: said in " ".join(details(pilot).split()))
            assert ("A100 Track 100" in details(pilot)) is is_known
            assert "A hundred" not in details(pilot)
            assert not pilot.app._notifications, "nobody asked for anything"


async def test_a_master_that_could_not_be_read_says_nothing_against_the_details(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight) as pilot:
        tonight.sandbox.world.faults.add("404", route="master", times=9)
        await press(pilot, "enter")
        await until(pilot, lambda: READ in details(pilot) and not browse(pilot)._under_way)
        assert "could not be read" not in details(pilot)
        assert "Original  not known yet" in details(pilot)


async def test_what_is_read_for_a_record_that_was_left_is_kept_for_when_somebody_comes_back(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight, WIDE) as pilot:
        tonight.sandbox.world.faults.add("hang", route="release")
        await press(pilot, "enter")
        await until(pilot, lambda: tonight.sandbox.world.counts.requests["release"] == 1)
        await press(pilot, "escape", "down")
        assert "being read" not in details(pilot)
        tonight.sandbox.world.faults.release()
        await until(pilot, lambda: browse(pilot)._under_way == set())
        assert "Tracks" not in details(pilot)
        await press(pilot, "up")
        await until(pilot, lambda: READ in details(pilot))
        assert asked(tonight)["release"] == 1


@SIZES
async def test_whoever_reads_stays_where_they_are_when_more_comes(tmp_path: Path, size: tuple[int, int]) -> None:
    async with collecting(tmp_path) as tonight:
        now = datetime.now(UTC)
        await know(tonight.config, LONG, at=now)
        async with looking(tonight, size) as pilot:
            await until(pilot, lambda: READ in details(pilot))
            await press(pilot, "enter", "pagedown", "pagedown", "pagedown", "down")
            await pilot.pause(0.3)
            where = panel(pilot).scroll_y
            assert where > 0
            await know(tonight.config, LONG, at=now + timedelta(seconds=1))
            browse(pilot).recall_soon()
            await pilot.pause(0.3)
            assert panel(pilot).scroll_y == where
            await press(pilot, "escape", "down")
            assert panel(pilot).scroll_y == 0


@pytest.mark.parametrize("route", ["release", "master"])
async def test_keys_are_answered_while_discogs_does_not_answer(tmp_path: Path, route: str) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight, WIDE) as pilot:
        tonight.sandbox.world.faults.add("hang", route=route, times=99)
        await press(pilot, "enter")
        await until(pilot, lambda: tonight.sandbox.world.counts.requests[route] == 1)
        await press(pilot, "escape", *["down"] * 5)
        assert highlighted(pilot).release.id == 6
        await press(pilot, "enter", "escape", "/", *"artist 09")
        await until(pilot, lambda: len(browse(pilot)._view.copies) == 1)
        await press(pilot, "enter", "R", "u")
        await until(pilot, lambda: not isinstance(pilot.app.screen, BrowseScreen))
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
        assert table(pilot).has_focus
        tonight.sandbox.world.faults.clear()


async def test_to_read_a_record_again_is_a_key_and_says_what_happened(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight) as pilot:
        await press(pilot, "R")
        await told(pilot, "Read.")
        assert READ in details(pilot)
        await press(pilot, "R")
        await told(pilot, "Read again: nothing is different.")
        assert asked(tonight) == {"release": 2, "master": 2}
        tonight.sandbox.world.website.rename(1, "Another title")
        await press(pilot, "R")
        await told(pilot, "Read again.")


async def test_to_read_a_record_again_in_vain_is_said_with_what_to_do(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight, WIDE) as pilot:
        await press(pilot, "R")
        await told(pilot, "Read.")
        tonight.sandbox.world.faults.add("404", route="release", times=9)
        await press(pilot, "R")
        await until(pilot, lambda: "they could not be read again" in " ".join(details(pilot).split()))
        assert "Tracks" in details(pilot)
        assert any(one.severity == "error" for one in pilot.app._notifications)


async def test_to_read_a_record_again_without_one_is_said(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight) as pilot:
        await press(pilot, "/", *"zzz", "enter")
        await until(pilot, lambda: browse(pilot).highlighted is None)
        await press(pilot, "R")
        await told(pilot, "No record is highlighted.")


async def test_the_palette_and_the_settings_know_of_it(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight) as pilot:
        offered = {command.title: command for command in pilot.app.get_system_commands(browse(pilot))}
        assert offered["Read this record again"].help == "R"
        await offered["Read this record again"].callback()
        await told(pilot, "Read.")


async def test_a_box_of_very_many_tracks_is_there_to_its_end_and_only_what_is_seen_is_drawn(tmp_path: Path) -> None:
    names = tuple(Credit(Artist(f"Somebody {at}", id=at), "Written-By") for at in range(1, 5))
    box = ReleaseDetails(
        ReleaseId(1), "Box", tracks=tuple(Track(f"Track {at}", position=f"{at}", credits=names) for at in range(1, 485))
    )
    async with collecting(tmp_path) as tonight:
        await know(tonight.config, box, at=datetime.now(UTC))
        async with looking(tonight, WIDE) as pilot:
            await until(pilot, lambda: "484 Track 484" in details(pilot))
            assert len(panel(pilot)._made) <= panel(pilot).size.height
            await press(pilot, "enter", "end")
            await until(pilot, lambda: "484 Track 484" in shown(pilot))


def hostile(text: str) -> ReleaseDetails:
    """A release of which everything is one text."""
    artist = Artist(text, text, text, 5)
    some = (Credit(artist, text, text),)
    tracks = (Track(text, position=text, duration=text, artists=(artist, artist), credits=some),)
    notes = f"{text}\n[a5] {text}"
    return ReleaseDetails(ReleaseId(1), text, country=text, released=text, tracks=tracks, credits=some, notes=notes)


def is_shown(pilot: Pilot[None], text: str) -> bool:
    """Whether the details that are known are those of that text."""
    known = browse(pilot)._here
    return known is not None and known.details.title == text


@SIZES
async def test_hostile_texts_do_no_harm(tmp_path: Path, size: tuple[int, int]) -> None:
    async with collecting(tmp_path, of_masters(1)) as tonight:
        await know(tonight.config, hostile(HOSTILE[0]), at=datetime.now(UTC))
        async with looking(tonight, size) as pilot:
            await until(pilot, lambda: READ in details(pilot))
            await press(pilot, "enter")
            seen = ""
            for second, text in enumerate(HOSTILE, 1):
                await know(tonight.config, hostile(text), at=datetime.now(UTC) + timedelta(milliseconds=second))
                browse(pilot).recall_soon()
                await until(pilot, partial(is_shown, pilot, text))
                for key in ("home", *["pagedown"] * 6):
                    await press(pilot, key)
                    seen += sound(pilot)
    for text in PLAIN:
        assert text in seen
