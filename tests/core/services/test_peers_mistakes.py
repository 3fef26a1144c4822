"""What other collection tools got wrong in syncing and throttling, each as a promise of ours."""

from __future__ import annotations

import asyncio
import gc
import random
from itertools import pairwise
from pathlib import Path

from core.app import open_core
from core.discogs import parse
from core.discogs.throttle import TokenBucket
from core.domain.ledger import SIGNED_IN, WINDOW, Lane, Terms
from core.domain.progress import SyncEvent, SyncOutcome, SyncReport, Waiting, WaitReason
from core.errors import Blocked, NotAuthorised, NotYours, RateLimited, WalkIncomplete
from core.sandbox.faults import Target
from tests.core.services.bad_days import FOR_EVER, MAY_BE_HALF_OPEN, NEWEST, BadDay, Stage, bad_day
from tests.fakes import FakeClock, MemorySlots
from tests.stand_in import evening, holding_of, many, owned
from tui.progress import summary
from tui.wording import NOT_CONNECTED, describe, exit_code

import httpx
import pytest


@pytest.mark.parametrize("fault", ["429", "500", "hang", "truncated"])
async def test_a_page_that_fails_does_not_cost_the_rows_of_the_others(tmp_path: Path, fault: str) -> None:
    """fmbot: what came before the failure was kept, the rest deleted."""
    async with bad_day(tmp_path, many(250)) as day:
        await day.sync()
        before = await day.here()
        day.own(many(220))
        day.faults.add(fault, times=FOR_EVER, **Stage.MIDDLE.selectors)
        report = await day.sync()
        assert (report.outcome, report.removed) == (SyncOutcome.FAILED, 0)
        assert report.problems
        assert await day.here() == before


async def test_an_empty_page_of_a_full_collection_prunes_nothing(tmp_path: Path) -> None:
    """discographic: 1,200 items and no rows were taken for an empty collection."""
    async with bad_day(tmp_path, many(1_200)) as day:
        await day.sync()
        before = await day.here()
        day.faults.add("empty page", route="collection", times=FOR_EVER)
        report = await day.sync()
        assert (report.outcome, report.removed) == (SyncOutcome.INCOMPLETE, 0)
        assert report.problems == (WalkIncomplete(told=1_200, seen=0),)
        assert await day.here() == before
        day.faults.clear()
        assert (await day.sync()).outcome is SyncOutcome.DONE


def test_a_page_count_of_nought_is_not_believed() -> None:
    page = parse.collection_page(b'{"pagination": {"page": 1, "pages": 0, "items": 1200}, "releases": []}')

    assert (page.told, page.pages) == (1_200, 12)


async def test_a_total_of_nothing_beside_rows_prunes_nothing(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await day.sync()
        before = await day.here()
        day.faults.add("total moves", route="collection", times=FOR_EVER, by=-150)
        report = await day.sync()
        assert (report.outcome, report.removed) == (SyncOutcome.INCOMPLETE, 0)
        assert await day.here() == before


async def test_nothing_caps_a_collection_and_its_size_is_told(tmp_path: Path) -> None:
    """fmbot, pp-cli and discogs-mcp stopped at a number of items and did not say so."""
    events: list[SyncEvent] = []
    async with bad_day(tmp_path, many(12_345)) as day:
        report = await day.sync(events)
        collection = await day.collection()
    assert (report.outcome, report.copies, len(collection.copies)) == (SyncOutcome.DONE, 12_345, 12_345)
    assert "12,345 copies of 12,345 releases: 12,345 added" in summary(report)
    assert {event.reason for event in events if isinstance(event, Waiting)} == {WaitReason.LIMIT}
    assert day.world.counts.refusals == 0


async def test_rows_inserted_during_the_walk_lose_and_double_nothing(tmp_path: Path) -> None:
    """pp-cli pages by an order it does not name: a row that is inserted shifts all that follow."""
    asked: list[str] = []

    def listen(target: Target) -> None:
        if target.route == "collection" and target.token != NEWEST:
            asked.append(target.token)

    async with bad_day(tmp_path, many(250)) as day:
        day.faults.on_request.append(listen)
        day.faults.add("item added", count=3, **Stage.FIRST.selectors)
        report = await day.sync()
        assert (report.outcome, report.copies) == (SyncOutcome.DONE, 253)
        assert await day.here() == day.truth()
    assert set(asked) == {"added asc"}


async def test_copies_do_not_collapse_on_their_release(tmp_path: Path) -> None:
    """Discogs_Spinner kept one row a release."""
    grades = ("Mint (M)", "Very Good (VG)", "Poor (P)")
    copies = [owned(instance, 77, notes=((1, grade),)) for instance, grade in enumerate(grades, start=1)]
    async with evening(tmp_path, holding_of(*copies)) as tonight:
        report = await tonight.sync()
        collection = await tonight.collection()
    assert (report.copies, report.releases, sorted(copy.media for copy in collection.copies)) == (3, 1, sorted(grades))


async def test_two_hundred_callers_that_wake_together_never_exceed_the_rate(clock: FakeClock) -> None:
    """discographic and discogs_alert: all who waited for the window to open passed it at once."""
    bucket = TokenBucket(MemorySlots(), clock, random.Random(1), window=SIGNED_IN, terms=Terms())
    sent: list[float] = []

    async def call() -> None:
        slot = await bucket.take(Lane.PEOPLE)
        sent.append(clock.monotonic())
        await bucket.answered(slot, "200")

    await asyncio.gather(*(call() for _ in range(200)))
    await bucket.close()

    assert len(sent) == 200
    assert max(sum(begin <= moment < begin + WINDOW for moment in sent) for begin in sent) == 60


async def test_429_without_retry_after_backs_off_with_jitter_then_breaks_and_says_why(tmp_path: Path) -> None:
    events: list[SyncEvent] = []
    async with bad_day(tmp_path, many(103)) as day:
        day.faults.add("429", times=FOR_EVER, body=False, **Stage.FIRST.selectors)
        report = await day.sync(events)
        refused = [entry["at"] for entry in day.world.counts.log() if entry["status"] == 429]
    assert report.problems == (RateLimited(),)
    assert describe(report.problems[0]).startswith("Discogs keeps refusing because of too many requests")
    assert WaitReason.REFUSED in {event.reason for event in events if isinstance(event, Waiting)}
    waits = [then - before for before, then in pairwise(refused)]
    least = [2, 4, 60, 120, 240]
    assert [wait >= seconds for wait, seconds in zip(waits, least, strict=True)] == [True] * 5
    assert [wait <= 1.25 * seconds + 0.1 for wait, seconds in zip(waits, least, strict=True)] == [True] * 5
    assert len({wait / seconds for wait, seconds in zip(waits, least, strict=True)}) == 5


async def _still_connected(day: BadDay) -> bool:
    """The account is there with its copy, and its token reads without connecting anew."""
    assert await day.core.library.account() is not None
    assert len(await day.here()) == 150
    await day.calm()
    return (await day.sync()).outcome is SyncOutcome.DONE


def _blames_the_token(report: SyncReport) -> bool:
    said = " ".join(describe(problem) for problem in report.problems)
    codes = {exit_code(problem) for problem in report.problems}
    return "does not accept the token" in said or NOT_CONNECTED in codes


@MAY_BE_HALF_OPEN
@pytest.mark.parametrize("refused", [False, True], ids=["503", "refused"])
async def test_an_outage_unlinks_nobody(tmp_path: Path, *, refused: bool) -> None:
    """onetagger took an outage for a token that is no good."""
    async with bad_day(tmp_path, many(150)) as day:
        await day.sync()
        day.faults.add("outage", seconds=900.0, refused=refused)
        report = await day.sync()
        assert (report.outcome, _blames_the_token(report)) == (SyncOutcome.FAILED, False)
        assert await _still_connected(day)
    gc.collect()


async def test_a_collection_that_is_refused_with_403_unlinks_nobody(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await day.sync()
        day.world.set_public(collection=False)
        day.faults.add("owner as anonymous", route="collection", times=FOR_EVER)
        report = await day.sync()
        assert (report.outcome, _blames_the_token(report)) == (SyncOutcome.FAILED, False)
        assert isinstance(report.problems[0], NotYours)
        assert await _still_connected(day)


async def test_a_firewall_that_answers_403_unlinks_nobody(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await day.sync()
        wall = httpx.MockTransport(lambda _request: httpx.Response(403, html="<title>Just a moment...</title>"))
        async with open_core(day.config, clock=day.clock, transport=wall) as core:
            report = await core.sync.run(day.account, lambda _event: None)
        assert (report.outcome, report.problems) == (SyncOutcome.FAILED, (Blocked(status=403),))
        assert not _blames_the_token(report)
        assert await _still_connected(day)


@pytest.mark.parametrize(
    ("identity", "blamed"),
    [(None, False), ("500", False), ("hang", False), ("truncated", False), ("revoked token", True)],
    ids=["identity says it is good", "identity fails", "identity is silent", "identity is broken", "identity says no"],
)
async def test_only_a_401_that_identity_confirms_says_that_the_token_is_no_good(
    tmp_path: Path, identity: str | None, *, blamed: bool
) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await day.sync()
        day.faults.add("revoked token", times=FOR_EVER, **Stage.MIDDLE.selectors)
        if identity is not None:
            day.faults.add(identity, times=FOR_EVER, route="identity")
        report = await day.sync()
        assert report.outcome is SyncOutcome.FAILED
        assert (_blames_the_token(report), isinstance(report.problems[0], NotAuthorised)) == (blamed, blamed)
        assert await _still_connected(day)


async def test_who_is_served_as_a_stranger_hears_of_the_token_when_identity_says_that_it_is_no_good(
    tmp_path: Path,
) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await day.sync()
        day.faults.add("owner as anonymous", times=FOR_EVER, route="collection")
        day.faults.add("revoked token", times=FOR_EVER, route="identity")
        report = await day.sync()
        assert (report.outcome, _blames_the_token(report)) == (SyncOutcome.FAILED, True)
        assert await _still_connected(day)
