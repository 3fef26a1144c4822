"""More than twenty missing copies are not believed: their owner is asked, and has the last word."""

from __future__ import annotations

from pathlib import Path

from core.domain.progress import Phase, SyncEvent, SyncOutcome, SyncProgress, SyncReport, Word
from core.errors import CopiesKept, CopiesUnconfirmed, NeedsYourWord
from tests.core.services.bad_days import FOR_EVER, LABEL, BadDay, Stage, asked_about, bad_day, collection, without
from tests.stand_in import many
from tui.wording import NEEDS_WORD, exit_code

import pytest

DONE, INCOMPLETE, ASKS = SyncOutcome.DONE, SyncOutcome.INCOMPLETE, SyncOutcome.NEEDS_WORD


async def doubts(day: BadDay) -> tuple[int, int]:
    """How many missing copies wait for a word, and how many stay by it."""
    found = day.core.sync._stores.doubts
    return len(await found.asked(day.account.id)), len(await found.kept(day.account.id))


async def with_21_missing(day: BadDay) -> SyncReport:
    """Twenty-one copies of a hundred and fifty are no longer shown, and that is found."""
    await day.sync()
    without(day, range(1, 22))
    return await day.sync()


async def test_more_than_twenty_are_not_believed_and_their_owner_is_asked(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        asked = asked_about(day)
        report = await with_21_missing(day)
        assert (report.outcome, report.removed, report.unseen) == (ASKS, 0, 21)
        assert report.problems == (NeedsYourWord(missing=21, here=150),)
        assert exit_code(report.problems[0]) == NEEDS_WORD
        assert asked["by_release"] == 0
        assert len(await day.here()) == 150
        assert await doubts(day) == (21, 0)
        again = await day.sync()
        assert (again.outcome, again.removed, await doubts(day)) == (ASKS, 0, (21, 0))


async def test_what_else_changed_is_published_while_the_question_stands(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await with_21_missing(day)
        day.world.website.add(count=3)
        day.world.website.rate(100, 5)
        report = await day.sync()
        here = await day.here()
        assert (report.outcome, report.added, report.changed) == (ASKS, 3, 1)
        assert here == {**here, **day.truth()}
        assert len(here) == 153


async def test_what_the_owner_keeps_stays_and_is_not_asked_about_again(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await with_21_missing(day)
        kept = await day.sync(word=Word.KEEP)
        assert (kept.outcome, kept.removed, kept.unseen) == (DONE, 0, 0)
        assert kept.problems == (CopiesKept(count=21),)
        asked = asked_about(day)
        for _ in range(2):
            later = await day.sync()
            assert (later.outcome, later.removed, later.problems) == (DONE, 0, (CopiesKept(count=21),))
        assert asked["by_release"] == 0
        assert (len(await day.here()), await doubts(day)) == (150, (0, 21))


async def test_what_goes_later_is_decided_apart_from_what_was_kept(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await with_21_missing(day)
        await day.sync(word=Word.KEEP)
        without(day, [30])
        one = await day.sync()
        assert (one.outcome, one.removed, await doubts(day)) == (DONE, 1, (0, 21))
        without(day, range(40, 61))
        many_more = await day.sync()
        assert (many_more.outcome, many_more.removed, await doubts(day)) == (ASKS, 0, (21, 21))
        assert many_more.problems[0] == NeedsYourWord(missing=21, here=149)


async def test_what_the_owner_lets_go_goes(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await with_21_missing(day)
        report = await day.sync(word=Word.ACCEPT)
        assert (report.outcome, report.removed, report.problems) == (DONE, 21, ())
        assert (await day.here(), await doubts(day)) == (day.truth(), (0, 0))


async def test_what_was_kept_can_be_let_go_later(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await with_21_missing(day)
        await day.sync(word=Word.KEEP)
        report = await day.sync(word=Word.ACCEPT)
        assert (report.outcome, report.removed, report.problems) == (DONE, 21, ())
        assert (await day.here(), await doubts(day)) == (day.truth(), (0, 0))


async def test_a_word_that_comes_unasked_is_not_taken_on_one_walk_alone(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await day.sync()
        without(day, range(1, 22))
        asked, events = asked_about(day), list[SyncEvent]()
        report = await day.sync(events, Word.ACCEPT)
        assert (report.outcome, report.removed, await day.here()) == (DONE, 21, day.truth())
    # The newest, two pages, and both once more in another order.
    assert asked["collection"] == 5
    assert any(isinstance(event, SyncProgress) and event.phase is Phase.SECOND_LOOK for event in events)


async def test_a_word_counts_for_nothing_when_the_second_look_was_not_whole(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await with_21_missing(day)
        day.faults.add("short page", times=FOR_EVER, route="collection", page=1, token=LABEL)
        report = await day.sync(word=Word.ACCEPT)
        assert (report.outcome, report.removed, report.unseen) == (INCOMPLETE, 0, 21)
        assert report.problems == (CopiesUnconfirmed(count=21),)
        day.faults.clear()
        assert ((await day.sync(word=Word.ACCEPT)).removed, await day.here()) == (21, day.truth())


async def test_a_word_frees_only_what_is_still_missing(tmp_path: Path) -> None:
    """Since the question five have come back."""
    async with bad_day(tmp_path, collection(150)) as day:
        await day.sync()
        gone = [day.world.account.shelf.copy(instance) for instance in range(60, 90)]
        without(day, range(60, 90))
        assert (await day.sync()).outcome is ASKS
        day.world.account.shelf.put(copy for copy in gone[:5] if copy is not None)
        report = await day.sync(word=Word.ACCEPT)
        assert (report.outcome, report.removed, report.unseen) == (DONE, 25, 0)
        assert await day.here() == day.truth()


async def test_the_question_is_withdrawn_when_the_copies_come_back(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await day.sync()
        day.world.website.remove_all()
        assert (await day.sync()).problems == (NeedsYourWord(missing=150, here=150),)
        day.world.website.restore()
        report = await day.sync()
        assert (report.outcome, report.removed, report.problems) == (DONE, 0, ())
        assert (await day.here(), await doubts(day)) == (day.truth(), (0, 0))


async def test_when_most_come_back_the_rest_is_asked_for_one_by_one(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await day.sync()
        gone = [day.world.account.shelf.copy(instance) for instance in range(1, 31)]
        without(day, range(1, 31))
        assert (await day.sync()).outcome is ASKS
        day.world.account.shelf.put(copy for copy in gone[:20] if copy is not None)
        report = await day.sync()
        assert (report.outcome, report.removed, report.problems) == (DONE, 10, ())
        assert (await day.here(), await doubts(day)) == (day.truth(), (0, 0))


async def test_a_walk_that_was_not_whole_neither_asks_nor_forgets_the_question(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        await with_21_missing(day)
        day.faults.add("item without instance_id", times=FOR_EVER, **Stage.FIRST.selectors)
        for word in Word:
            report = await day.sync(word=word)
            assert (report.outcome, report.removed, await doubts(day)) == (INCOMPLETE, 0, (21, 0))
        assert len(await day.here()) == 150


@pytest.mark.parametrize("copies", [1, 3, 30])
async def test_an_empty_answer_over_a_copy_that_is_not_always_asks(tmp_path: Path, copies: int) -> None:
    async with bad_day(tmp_path, many(copies)) as day:
        await day.sync()
        day.world.website.remove_all()
        report = await day.sync()
        assert (report.outcome, report.problems) == (ASKS, (NeedsYourWord(missing=copies, here=copies),))
        assert len(await day.here()) == copies
        accepted = await day.sync(word=Word.ACCEPT)
        assert (accepted.outcome, accepted.removed, await day.here()) == (DONE, copies, {})
