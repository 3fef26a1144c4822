"""Who presses a key has the interpreter: long work in threads waits between two parts, but not for ever."""

from __future__ import annotations

import asyncio
import gc
import sys
import weakref
from pathlib import Path

from core.domain.apart import AT_ONCE, GIVE_WAY, sorted_by
from core.domain.collection import Collection
from core.domain.view import view_of
from tests.factories import make_copy, make_release
from tests.stand_in import many
from tests.tui.journeys import press, started, synced
from tests.tui.screen import SITE
from tui.app import RunoutApp
from tui.giving_way import Floor, between_keys
from tui.letting_go import let_go, parts_of

import pytest

FOR_EVER = 3_600.0


async def test_a_thread_waits_while_a_key_is_answered_and_then_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.giving_way._PATIENCE", FOR_EVER)
    floor = Floor()
    floor.wait()
    monkeypatch.setattr("tui.giving_way._ANSWERED", FOR_EVER)
    floor.take()
    waiting = asyncio.create_task(asyncio.to_thread(floor.wait))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    monkeypatch.setattr("tui.giving_way._ANSWERED", 0.0)
    floor.take()
    await waiting


async def test_a_key_that_is_held_down_keeps_no_thread_from_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.giving_way._ANSWERED", FOR_EVER)
    floor = Floor()
    floor.take()
    await asyncio.to_thread(floor.wait)


async def test_between_two_keys_means_that_the_last_one_was_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.giving_way._PATIENCE", FOR_EVER)
    floor = Floor()
    GIVE_WAY.set(floor.wait)
    await between_keys()
    floor.take()
    await between_keys()
    assert floor._is_free.is_set()


async def test_every_key_has_the_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.giving_way._ANSWERED", FOR_EVER)
    async with synced(tmp_path) as tonight, started(tonight.core) as pilot:
        assert isinstance(pilot.app, RunoutApp)
        floor = pilot.app._floor
        assert floor._is_free.is_set()
        await press(pilot, "down")
        assert not floor._is_free.is_set()


async def test_reading_and_sorting_give_way(tmp_path: Path) -> None:
    ways: list[str] = []
    async with synced(tmp_path, many(120)) as tonight:
        GIVE_WAY.set(lambda: ways.append("gave way"))
        assert len((await tonight.collection()).copies) == 120
        assert len(ways) > 2
    ways.clear()
    numbers = [number * 7_919 % (3 * AT_ONCE) for number in range(3 * AT_ONCE)]
    assert sorted_by(numbers, lambda number: number) == sorted(numbers)
    assert len(ways) > 2


async def test_the_terminal_lets_its_threads_give_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()

    async def run(_app: RunoutApp, *, mouse: bool) -> None:
        found.append((await asyncio.to_thread(GIVE_WAY.get), mouse))

    monkeypatch.setattr(RunoutApp, "run_async", run)
    async with synced(tmp_path) as tonight:
        app = RunoutApp(tonight.core, site_url=SITE)
        try:
            await app.run_to_the_end()
        finally:
            sys.setswitchinterval(interval)
            gc.set_threshold(*thresholds)
    assert found == [(app._floor.wait, True)]


async def test_a_view_goes_part_by_part_and_wholly() -> None:
    copies = [make_copy(instance, release=make_release(instance)) for instance in range(1, 51)]
    collection = Collection(copies=tuple(copies))
    view = view_of(collection)
    assert len(collection.by_release) == 50
    index, parts = weakref.ref(view.index), parts_of(view)
    large = [part for part in parts if isinstance(part, (list, tuple, dict)) and len(part) == 50]
    assert len(large) == 4
    del view, collection, large, copies
    assert index() is not None
    await let_go(parts, at_once=1)
    assert index() is None
    assert parts == []
