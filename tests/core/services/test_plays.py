"""What was listened to stays, whatever becomes of the copies; and what is offered is remembered."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from core.app import open_core
from core.domain.account import Account
from core.domain.ids import ReleaseId
from core.domain.picking import Left
from core.domain.progress import Word
from core.errors import LocalPaired, NeverHere, NoSuchPlay, NotConnected, NothingOffered, PlayAhead, PlayTooEarly
from core.sandbox.server import serve
from core.sandbox.world import World
from tests.core.services.looked_after import HOUR, Day, dated, day
from tests.core.services.test_importing import account, brought, file_of
from tests.core.services.test_pairing import rows, said, theirs
from tests.stand_in import config_for, evening, holding_of, many

import pytest

ONE, TWO, THREE = (ReleaseId(number) for number in (1, 2, 3))
DAY = timedelta(days=1)


async def heard(today: Day, by: Account | None = None) -> list[tuple[int, datetime]]:
    return [(play.release_id, play.at) for play in await today.core.plays.listed(by or today.account)]


async def test_plays_are_listed_by_when_they_were_heard_the_last_first(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        await today.sync()
        now, plays = today.clock.now(), today.core.plays
        await plays.log(today.account, ONE)
        await plays.log(today.account, TWO, now - 3 * DAY)
        await plays.log(today.account, ONE, now - DAY)

        assert await heard(today) == [(1, now), (1, now - DAY), (2, now - 3 * DAY)]
        assert [play.release_id for play in await plays.listed(today.account, now - 2 * DAY)] == [1, 1]
        first, *_ = await plays.listed(today.account, limit=1)
        assert first.release is not None
        assert first.release.title == "Version 1"
        assert [play.at for play in await plays.listed(today.account, before=first)] == [now - DAY, now - 3 * DAY]
        counts = await plays.played(today.account)
        assert {release: (one.count, one.last) for release, one in counts.items()} == {
            1: (2, now),
            2: (1, now - 3 * DAY),
        }


async def test_what_was_logged_last_is_taken_back_first_however_long_ago_it_was_heard(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        await today.sync()
        now, plays = today.clock.now(), today.core.plays
        kept = await plays.log(today.account, ONE)
        await plays.log(today.account, TWO, now - 3 * DAY)

        assert (await plays.undo(today.account)).release_id == TWO
        assert await heard(today) == [(1, now)]
        with pytest.raises(NoSuchPlay):
            await plays.undo(today.account, kept.number + 7)
        assert (await plays.undo(today.account, kept.number)).number == kept.number
        with pytest.raises(NoSuchPlay):
            await plays.undo(today.account)


async def test_nothing_is_logged_of_tomorrow_nor_of_a_time_before_records(tmp_path: Path) -> None:
    async with day(tmp_path, dated(1)) as today:
        await today.sync()
        for at, error in ((today.clock.now() + HOUR, PlayAhead), (datetime.min.replace(tzinfo=UTC), PlayTooEarly)):
            with pytest.raises(error):
                await today.core.plays.log(today.account, ONE, at)
        assert await heard(today) == []


async def test_plays_survive_a_copy_that_goes_and_comes_back_as_another(tmp_path: Path) -> None:
    async with day(tmp_path, dated(40)) as today:
        await today.sync()
        now = today.clock.now()
        await today.core.plays.log(today.account, ReleaseId(7))
        today.passes(HOUR)
        today.world.website.remove(7)
        assert (await today.sync(word=Word.ACCEPT)).removed == 1
        assert 7 not in (await today.core.library.collection(today.account)).by_release
        assert await heard(today) == [(7, now)]

        today.passes(HOUR)
        (instance,) = today.world.website.add(7)
        await today.sync()
        collection = await today.core.library.collection(today.account)

        assert [copy.instance_id for copy in collection.by_release[ReleaseId(7)]] == [instance] != [7]
        assert (collection.plays[ReleaseId(7)].count, collection.plays[ReleaseId(7)].last) == (1, now)
        assert (await today.core.plays.listed(today.account))[0].release is not None


async def test_a_record_that_is_gone_can_be_logged_and_one_that_never_was_here_is_refused(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        await today.sync()
        today.world.website.remove(2)
        await today.sync(word=Word.ACCEPT)

        gone = await today.core.plays.release(today.account, TWO)
        assert gone is not None
        assert gone.title == "Version 2"
        with pytest.raises(NeverHere) as refused:
            await today.core.plays.release(today.account, ReleaseId(99))
        assert (refused.value.release, refused.value.username) == (99, today.account.username)


async def test_nobody_s_plays_and_offers_are_anybody_else_s(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        other = await today.core.connect.with_token(today.world.open_account("other", dated(3)).token)
        await today.sync()
        await today.sync(by=other)
        play = await today.core.plays.log(today.account, ONE)
        await today.core.plays.pick(today.account, [TWO])

        assert await heard(today, other) == []
        assert await today.core.plays.played(other) == {}
        with pytest.raises(NoSuchPlay):
            await today.core.plays.undo(other, play.number)
        with pytest.raises(NothingOffered):
            await today.core.plays.offered(other)
        await today.core.plays.log(other, THREE)
        await today.core.leaving.delete(today.account)
        assert [at for at, _ in await heard(today, other)] == [3]
        with pytest.raises(NotConnected):
            await today.core.plays.log(today.account, ONE)


async def test_of_what_somebody_else_played_the_name_stays_when_its_owner_leaves(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        other = await today.core.connect.with_token(today.world.open_account("other", holding_of()).token)
        await today.sync()
        await today.core.plays.log(other, ONE)
        await today.core.leaving.delete(today.account)

        (play,) = await today.core.plays.listed(other)
        assert play.release is not None
        assert play.release.title == "Version 1"


async def test_an_evening_of_offers_never_repeats_one_and_rests_what_was_declined(tmp_path: Path) -> None:
    async with day(tmp_path, dated(4)) as today:
        await today.sync()
        plays, releases = today.core.plays, [ReleaseId(number) for number in range(1, 5)]
        seen: list[int] = []
        declined = await plays.pick(today.account, releases)
        assert declined is not None
        assert await plays.decline(today.account) == declined.release_id
        for _ in range(60):
            found = await plays.pick(today.account, releases)
            assert found is not None
            assert found.left is Left.SOME
            assert await plays.offered(today.account) == found.release_id
            seen.append(found.release_id)
        assert declined.release_id not in seen
        assert set(seen) == set(releases) - {declined.release_id}
        assert all(one != other for one, other in pairwise(seen))

        today.passes(18 * HOUR)
        offered = set()
        for _ in range(60):
            found = await plays.pick(today.account, releases)
            offered.add(found.release_id if found else None)
        assert offered == set(releases)


async def test_what_is_declined_is_what_somebody_saw_even_when_another_was_offered_meanwhile(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        await today.sync()
        for release in (ONE, TWO):
            await today.core.plays.pick(today.account, [release])
        assert await today.core.plays.decline(today.account, ONE) == ONE
        found = await today.core.plays.pick(today.account, [ONE, TWO, THREE])
        assert found is not None
        assert (found.release_id, found.left) == (THREE, Left.SOME)


async def test_the_last_offer_is_known_even_when_the_clock_was_set_back(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        await today.sync()
        await today.core.plays.pick(today.account, [ONE])
        today.clock.advance(-3600.0)
        await today.core.plays.pick(today.account, [TWO])

        assert await today.core.plays.offered(today.account) == TWO


async def test_a_seed_offers_the_same_and_leaves_the_memory_as_it_was(tmp_path: Path) -> None:
    async with day(tmp_path, dated(9)) as today:
        await today.sync()
        plays, releases = today.core.plays, [ReleaseId(number) for number in range(1, 10)]
        first = await plays.pick_seeded(today.account, releases, 7)
        with pytest.raises(NothingOffered):
            await plays.offered(today.account)
        assert first is not None
        await plays.log(today.account, first.release_id)
        await plays.pick(today.account, releases)
        again = await plays.pick_seeded(today.account, reversed(releases), 7)

        assert again is not None
        assert (again.release_id, again.played is None) == (first.release_id, False)
        found = [await plays.pick_seeded(today.account, releases, seed) for seed in range(40)]
        assert {one.release_id for one in found if one} == set(releases)


async def test_of_nothing_nothing_is_offered_and_nothing_remembered(tmp_path: Path) -> None:
    async with day(tmp_path, dated(1)) as today:
        assert await today.core.plays.pick(today.account, []) is None
        assert await today.core.plays.pick_seeded(today.account, [], 1) is None
        with pytest.raises(NothingOffered):
            await today.core.plays.decline(today.account)


async def test_chance_comes_from_whoever_opens_the_program(tmp_path: Path) -> None:
    found = []
    for at in ("a", "b"):
        async with serve(World(many(50))) as sandbox:
            config = config_for(tmp_path / at, sandbox)
            async with open_core(config, rng=random.Random(5)) as core:
                me = await core.connect.with_token(sandbox.token)
                picked = await core.plays.pick(me, map(ReleaseId, range(1, 51)))
                found.append(picked and picked.release_id)
    assert found[0] == found[1] is not None


async def test_what_was_offered_while_the_first_sync_runs_counts_as_here(tmp_path: Path) -> None:
    async with day(tmp_path, dated(1)) as today:
        await today.core.plays.pick(today.account, [ReleaseId(77)])
        assert await today.core.plays.release(today.account, ReleaseId(77)) is None


async def test_the_plays_of_a_collection_from_a_file_go_along_when_it_is_paired(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(*theirs(1, 2))) as tonight:
        core = tonight.core
        await brought(core, file_of(tmp_path, *rows(1, 2)))
        mine = await account(core, "mine")
        play = await core.plays.log(mine, ONE)
        await core.plays.pick(mine, [TWO])
        await core.plays.decline(mine)
        report = await tonight.sync()

        assert said(report) == (LocalPaired("mine", tonight.account.username, 2, 0),)
        assert [(one.number, one.at) for one in await core.plays.listed(tonight.account)] == [(play.number, play.at)]
        assert await core.plays.offered(tonight.account) == TWO
        found = await core.plays.pick(tonight.account, [ONE, TWO])
        assert found is not None
        assert found.release_id == ONE
        assert (await tonight.collection()).plays[ONE].count == 1


async def test_of_what_stays_behind_the_plays_stay_too(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(*theirs(1, 2))) as tonight:
        core = tonight.core
        await brought(core, file_of(tmp_path, *rows(1, 2, 2, 3)))
        mine = await account(core, "mine")
        for release in (ONE, TWO, THREE):
            await core.plays.log(mine, release)
            await core.plays.pick(mine, [release])
        await core.plays.log(tonight.account, ONE)
        await core.plays.pick(tonight.account, [TWO])
        await tonight.sync()

        assert sorted(play.release_id for play in await core.plays.listed(mine)) == [3]
        assert sorted(play.release_id for play in await core.plays.listed(tonight.account)) == [1, 1, 2]
        assert await core.plays.offered(mine) == THREE
        # Of two offers of one release the later counts, and that was the account's own.
        assert await core.plays.offered(tonight.account) == TWO
