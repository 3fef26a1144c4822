"""The real scheduler in real time: it calls the jobs, it goes on whatever happens, and it ends when it is told to."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from core.clock import SystemClock
from core.errors import DatabaseUnusable
from core.heartbeat import EVERY, Heartbeat
from core.jobs import Job, Jobs
from core.store.database import Database

import pytest

FAST = EVERY / 0.05
"""How much faster than usual it has to beat for twenty beats a second."""


class Beats:
    """Jobs that are due at every beat, and a way to wait for them."""

    def __init__(self, database: Database) -> None:
        self.seen: list[datetime] = []
        self.error: Exception | None = None
        self.asked = 0
        self.jobs = Jobs(database, SystemClock(), (Job("due accounts", timedelta(0), self._act, self._wanted),))

    async def _act(self, now: datetime) -> str:
        self.seen.append(now)
        return ""

    async def _wanted(self, now: datetime) -> bool:
        self.asked += 1
        return True

    async def reach(self, number: int) -> None:
        async with asyncio.timeout(30):
            while len(self.seen) < number:
                await asyncio.sleep(0.01)


@pytest.fixture
def beats(database: Database) -> Beats:
    return Beats(database)


async def test_it_beats_unaided_until_it_is_closed(beats: Beats) -> None:
    heartbeat = Heartbeat(beats.jobs, factor=FAST)
    await heartbeat.start()
    await beats.reach(3)

    await heartbeat.close()
    await beats.jobs.close()

    number = len(beats.seen)
    await asyncio.sleep(0.3)
    assert len(beats.seen) == number
    assert beats.seen == sorted(beats.seen)


async def test_one_beat_that_fails_is_logged_and_the_next_one_comes(
    beats: Beats, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    errors: list[Exception] = [DatabaseUnusable(path="runout.db", reason="locked"), ZeroDivisionError("unforeseen")]
    really = beats.jobs.start_due

    async def sometimes(now: datetime) -> None:
        if errors:
            raise errors.pop(0)
        await really(now)

    monkeypatch.setattr(beats.jobs, "start_due", sometimes)
    heartbeat = Heartbeat(beats.jobs, factor=FAST)
    await heartbeat.start()

    await beats.reach(1)

    await heartbeat.close()
    await beats.jobs.close()
    assert "locked" in caplog.text
    assert "reference" in caplog.text


async def test_closing_in_the_middle_of_a_beat_lets_it_end_and_reports_no_error(
    beats: Beats, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), []

    async def slow(now: datetime) -> None:
        begun.set()
        await may_end.wait()
        ended.append(now)

    monkeypatch.setattr(beats.jobs, "start_due", slow)
    heartbeat = Heartbeat(beats.jobs, factor=FAST)
    await heartbeat.start()
    await begun.wait()

    closing = asyncio.create_task(heartbeat.close())
    await asyncio.sleep(0)
    may_end.set()
    await closing

    assert len(ended) == 1
    assert caplog.text == ""


async def test_a_slow_beat_is_not_joined_by_another(beats: Beats, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most, passed = 0, 0, 0

    async def slow(now: datetime) -> None:
        nonlocal at_once, most, passed
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.2)
        at_once, passed = at_once - 1, passed + 1

    monkeypatch.setattr(beats.jobs, "start_due", slow)
    heartbeat = Heartbeat(beats.jobs, factor=FAST)
    await heartbeat.start()
    async with asyncio.timeout(30):
        while passed < 3:
            await asyncio.sleep(0.01)

    await heartbeat.close()
    assert most == 1


async def test_what_was_never_started_can_be_closed(beats: Beats) -> None:
    await Heartbeat(beats.jobs).close()
    assert beats.asked == 0
