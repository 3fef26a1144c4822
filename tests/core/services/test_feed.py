"""What happened to each copy is told row by row, and the rows give the last state from the first."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from core.domain.account import Account
from core.domain.changes import Action, Result, Who
from core.domain.ids import InstanceId
from core.domain.progress import SyncOutcome, Word
from core.sandbox.website import Website
from tests.core.services.looked_after import COLLECTION, HOUR, WANTLIST, Day, dated, day, one_dated, wanted, with_wants
from tests.stand_in import holding_of, owned

import pytest

COPIES = 40
ONE = InstanceId(1)


async def walked(today: Day) -> None:
    report = await today.sync()
    assert report.outcome is SyncOutcome.DONE
    today.passes(HOUR)


async def test_a_feed_begins_with_how_many_copies_there_were(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(dated(COPIES), range(1, 4))) as today:
        await walked(today)
        await today.sync(WANTLIST)
        collection, wants = await today.feed()

        assert [(entry.shelf, entry.change.action) for entry in (collection, wants)] == [
            (COLLECTION, Action.FIRST),
            (WANTLIST, Action.FIRST),
        ]
        copies = [json.loads(bytes(entry.change.after or b"")) for entry in (collection, wants)]
        assert copies == [{"copies": COPIES}, {"copies": 3}]
        assert collection.run == (await today.last(2)).run


async def test_a_feed_of_an_empty_collection_begins_too(tmp_path: Path) -> None:
    async with day(tmp_path) as today:
        await walked(today)
        today.world.website.add(count=2)
        await today.sync()

        assert [entry.change.action for entry in await today.feed()] == [Action.FIRST, Action.ADDED, Action.ADDED]
        assert await today.replays()


@pytest.mark.parametrize(
    ("happen", "actions"),
    [
        pytest.param(lambda web: web.add(count=2), [Action.ADDED] * 2, id="add"),
        pytest.param(lambda web: web.remove(1), [Action.REMOVED], id="remove"),
        pytest.param(lambda web: web.move(1, 1), [Action.MOVED], id="move"),
        pytest.param(lambda web: web.rate(1, 5), [Action.RATED], id="rate"),
        pytest.param(lambda web: web.set_field(1, 1, "Mint (M)"), [Action.GRADED], id="grade"),
        pytest.param(lambda web: web.set_field(1, 2, "No Cover"), [Action.GRADED], id="sleeve"),
        pytest.param(lambda web: web.set_field(1, 3, "Signed"), [Action.NOTED], id="note"),
        pytest.param(lambda web: web.rename(1, "Dub Echoes"), [Action.EDITED], id="rename"),
        pytest.param(lambda web: web.rewrite(1, {"year": 0, "genres": []}), [Action.EDITED], id="rewrite"),
        pytest.param(lambda web: web.edit_many(30), None, id="edit many"),
    ],
)
async def test_whatever_is_done_on_the_website_is_told_and_replays(
    tmp_path: Path, happen: Callable[[Website], object], actions: list[Action] | None
) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        happen(today.world.website)
        at = today.clock.now()
        await today.sync()
        feed = (await today.feed())[1:]

        assert await today.numbers() == today.there()
        assert await today.replays()
        assert {(entry.run, entry.at, entry.shelf) for entry in feed} == {((await today.last()).run, at, COLLECTION)}
        assert {(entry.change.who, entry.change.result) for entry in feed} == {(Who.DISCOGS, Result.DONE)}
        found = [entry.change.action for entry in feed]
        assert found == actions if actions else len(found) >= 30


async def test_fields_that_are_set_changed_and_cleared_replay_step_by_step(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        await walked(today)
        for field, value in ((3, "Signed"), (1, "Poor (P)"), (3, "Signed by Ann"), (3, ""), (1, "")):
            today.world.website.set_field(1, field, value)
            await today.sync()
            assert await today.replays()

        assert [change.action for change in await today.told()] == [
            Action.NOTED,
            Action.GRADED,
            Action.NOTED,
            Action.NOTED,
            Action.GRADED,
        ]


async def test_everything_at_once_replays(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        website = today.world.website
        for step in range(1, 5):
            website.edit_many(10, seed=step)
            website.remove(step)
            website.add(count=step, folder_id=2)
            website.rate(20, step)
            website.rename(20 + step, f"Title {step}")
            await (today.sync() if step % 2 else today.probe())
            assert await today.numbers() == today.there()
            assert await today.replays()


async def test_a_copy_that_goes_and_comes_back_is_told_both_times(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES, notes=((3, "Signed"),))) as today:
        await walked(today)
        copy = today.world.account.shelf.copy(1)
        assert copy is not None
        today.world.website.remove(1)
        await today.sync()
        today.world.account.shelf.put([copy])
        await today.sync()

        assert [change.action for change in await today.told()] == [Action.REMOVED, Action.ADDED]
        assert await today.replays()
        assert (await today.here())[ONE] == today.base[COLLECTION][ONE]


async def other_member(today: Day, *copies: object) -> Account:
    there = today.world.open_account("other", holding_of(*copies))  # type: ignore[arg-type]
    account = await today.core.connect.with_token(there.token)
    await today.sync(by=account)
    return account


async def test_a_text_that_another_account_s_sync_brings_is_in_everybody_s_feed(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(dated(COPIES), [7])) as today:
        await walked(today)
        await today.sync(WANTLIST)
        other = await other_member(today, one_dated(7))
        revision = await today.core.history.revision(today.account.id)
        today.world.website.rename(7, "Dub Echoes")
        await today.sync(by=other)

        here = await today.here()
        assert here[InstanceId(7)].release.title == "Dub Echoes"
        assert await today.replays()
        for shelf in (COLLECTION, WANTLIST):
            (entry,) = (await today.feed(shelf))[1:]
            assert (entry.run, entry.change.action) == (None, Action.EDITED)
        assert all(
            now > then for now, then in zip(await today.core.history.revision(today.account.id), revision, strict=True)
        )


async def test_who_then_reads_the_same_text_tells_nothing_twice(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        other = await other_member(today, one_dated(7))
        today.world.website.rename(7, "Dub Echoes")
        await today.sync(by=other)
        report = await today.sync()

        assert report.changed == 0
        assert len(await today.told()) == 1
        assert await today.replays()


async def test_a_text_that_another_account_s_sync_brings_in_the_middle_of_a_walk_replays(tmp_path: Path) -> None:
    """The walk has read the text of before, and found another edit of that copy."""
    async with day(tmp_path, dated(150)) as today:
        await walked(today)
        other = await other_member(today, one_dated(7))
        today.world.website.move(7, 1)
        today.world.website.rate(8, 5)
        hanging = today.world.faults.add("hang", route="collection", page=2)
        running = today.begin()
        await today.until_read(1, hanging)
        today.world.website.rename(7, "Dub Echoes")
        today.world.website.rename(8, "Dub Voices")
        await today.sync(by=other)
        hanging.released.set()
        assert (await running).outcome is SyncOutcome.DONE

        assert await today.replays()
        await today.sync()
        assert (await today.here())[InstanceId(7)].release.title == "Dub Echoes"
        assert await today.replays()


async def test_a_release_that_is_edited_between_two_pages_replays(tmp_path: Path) -> None:
    """One copy of it came with the text of before, another with the text of after."""
    twice = holding_of(*(one_dated(instance) for instance in range(1, 151)), owned(151, 1))
    async with day(tmp_path, twice) as today:
        await walked(today)
        today.world.website.rate(1, 4)
        hanging = today.world.faults.add("hang", route="collection", page=2)
        running = today.begin()
        await today.until_read(1, hanging)
        today.world.website.rename(1, "Dub Echoes")
        hanging.released.set()
        assert (await running).outcome is SyncOutcome.DONE

        titles = {(await today.here())[InstanceId(number)].release.title for number in (1, 151)}
        assert len(titles) == 1
        assert await today.replays()


async def test_what_only_a_public_reading_hides_is_not_told_of_those_who_read_their_own(tmp_path: Path) -> None:
    """Who is not signed in is shown no pictures; the owner's are there nevertheless."""
    pictured = {"thumb": "https://i/1.jpg", "cover_image": "https://i/2.jpg"}
    async with day(tmp_path, holding_of(owned(1, 7, **pictured))) as today:
        await walked(today)
        before = await today.here()
        today.world.open_account("stranger", holding_of(owned(1, 7, **pictured)))
        stranger = await today.core.connect.join(await today.core.connect.by_public_name("stranger"))
        await today.sync(by=stranger)

        assert await today.here() == before
        assert await today.told() == []


async def test_what_is_accepted_is_told_as_its_owner_s_word(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        for instance in range(1, 31):
            today.world.website.remove(instance)
        await today.sync()
        assert await told(today) == {(Action.MISSED, Who.DISCOGS, Result.SKIPPED): 30}
        assert await today.replays()
        await today.sync()
        assert len(await today.told()) == 30
        await today.sync(word=Word.ACCEPT)

        assert await told(today) == {
            (Action.MISSED, Who.DISCOGS, Result.SKIPPED): 30,
            (Action.REMOVED, Who.PERSON, Result.DONE): 30,
        }
        assert await today.replays()


async def test_what_is_kept_is_told_as_its_owner_s_word_and_replays_when_it_comes_back(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        gone = [copy for copy in today.world.account.shelf.copies if copy.instance_id <= 30]
        today.world.account.shelf.take(copy.instance_id for copy in gone)
        await today.sync()
        await today.sync(word=Word.KEEP)
        assert (await told(today))[Action.KEPT, Who.PERSON, Result.DONE] == 30
        assert await today.replays()
        count = len(await today.told())
        await today.sync()
        assert len(await today.told()) == count
        today.world.account.shelf.put(gone)
        today.world.website.rate(1, 3)
        await today.sync()

        assert await today.replays()
        assert [change.action for change in (await today.told())[count:]] == [Action.RATED]


async def test_the_wantlist_replays_too(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(dated(3), range(1, 31))) as today:
        await walked(today)
        await today.sync(WANTLIST)
        wants = today.world.account.wants
        today.world.account.wants = (wanted(1, rating=4, notes="With the insert"), *wants[1:])
        today.want(77)
        await today.sync(WANTLIST)
        today.unwant(5, 6)
        today.world.website.rename(3, "Dub Echoes")
        await today.sync(WANTLIST)

        assert await today.numbers(WANTLIST) == today.wanted()
        assert [change.action for change in await today.told(WANTLIST)] == [
            Action.ADDED,
            Action.RATED,
            Action.NOTED,
            Action.REMOVED,
            Action.REMOVED,
            Action.EDITED,
        ]
        assert await today.replays()


async def test_a_failed_and_a_quiet_run_tell_nothing(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        await today.sync()
        today.world.website.add()
        today.world.faults.add("500", route="collection", times=1_000)
        await today.sync()

        assert await today.told() == []


async def test_what_was_read_before_the_program_kept_a_feed_is_where_it_begins(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        async with today.stores.database.tx() as tx:
            await tx.execute("DELETE FROM changes")
        today.world.website.rate(1, 5)
        await today.sync()

        assert [entry.change.action for entry in await today.feed()] == [Action.RATED]


async def test_whoever_deletes_their_account_takes_the_feed_along(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        other = await other_member(today, one_dated(7))
        today.world.website.rename(7, "Dub Echoes")
        await today.sync()
        deletion = await today.core.leaving.delete(today.account)

        assert deletion.rows["changes"] == 2
        assert await today.feed() == ()
        assert len(await today.core.history.changes(other)) == 2
        rows = await today.stores.database.fetch("SELECT DISTINCT account_id FROM changes")
        assert rows == [(other.id,)]


async def told(today: Day) -> dict[tuple[Action, Who, Result], int]:
    """How many rows of each kind."""
    found: dict[tuple[Action, Who, Result], int] = {}
    for change in await today.told():
        kind = change.action, change.who, change.result
        found[kind] = found.get(kind, 0) + 1
    return found
