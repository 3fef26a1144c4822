"""Copies that go while a walk reads: paging hides others then, and none of those may be lost."""

from __future__ import annotations

from pathlib import Path

from core.domain.progress import SyncOutcome
from core.sandbox.holding import Holding
from tests.core.services.house import House, house, shelf_of
from tests.stand_in import owned

import pytest

PAGES = 9
COPIES = PAGES * 10 - 5


def let_each_removal_come_with_an_addition(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then no page tells another total, whichever is read before and whichever afterwards."""
    website, remove = home.world.website, home.world.website.remove

    def replace(instance_id: int, *, username: str | None = None) -> None:
        remove(instance_id, username=username)
        website.add(username=username)

    monkeypatch.setattr(website, "remove", replace)


@pytest.mark.parametrize(
    ("page", "of_this_page"),
    [*((page, True) for page in range(1, PAGES + 1)), *((page, False) for page in range(1, PAGES))],
)
async def test_a_copy_that_goes_right_after_its_page_was_read_costs_no_other_and_is_no_ghost_after_the_next_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: int, *, of_this_page: bool
) -> None:
    async with house(tmp_path, shelf_of(COPIES)) as home:
        process = await home.enter()
        await process.sync()
        before = await home.published()
        ever = dict(before.copies)
        let_each_removal_come_with_an_addition(home, monkeypatch)
        # The newest copies are asked for as a page 1 too, and first.
        faults = home.world.faults
        held = [faults.add("hang", route="collection", page=later) for later in range(page + 1, PAGES + 1)]
        removal = faults.add(
            "item removed", route="collection", page=page, times=2 if page == 1 else 1, before=of_this_page
        )
        order = process.order()
        await home.until(lambda: not removal.times and not any(fault.times for fault in held))
        faults.release()
        disturbed = await order.result
        after = await home.published()
        told = home.told()
        ever |= told.copies

        assert disturbed is not None
        assert disturbed.outcome == SyncOutcome.DONE
        gone = before.copies.keys() - told.copies.keys()
        assert len(gone) == (both := 1 + (page == 1))
        assert before.copies.keys() - gone <= after.copies.keys()
        assert after.copies.items() <= ever.items()
        # Paging hid as many as went: each was asked for by itself.
        assert home.world.counts.requests["by_release"] == (both if page < PAGES else 0)

        await process.sync()

        assert await home.published() == home.told()


async def test_a_page_of_the_copies_of_one_release_that_is_no_more_costs_no_copy(tmp_path: Path) -> None:
    """Copy 11 is hidden by paging, and copy 20 goes between the two pages that ask for copies of their release."""
    copies = tuple(
        owned(number, 7 if 11 <= number <= 21 else 100 + number, date_added=f"2022-05-11T18:{number:02}:49-07:00")
        for number in range(1, 41)
    )
    async with house(tmp_path, Holding(copies, (), ())) as home:
        process, website, faults = await home.enter(), home.world.website, home.world.faults
        await process.sync()
        first_row = home.world.account.shelf.ordered(0, "added")[0].instance_id
        hidden = home.world.account.shelf.ordered(0, "added")[10].instance_id
        held = [faults.add("hang", route="collection", page=page) for page in (2, 3, 4)]
        last = faults.add("hang", route="by_release", page=2)
        order = process.order()
        await home.until(lambda: not any(fault.times for fault in held))
        website.remove(first_row)
        website.add()
        for fault in held:
            fault.released.set()
        await home.until(lambda: not last.times)
        website.remove(20)
        faults.release()
        await order.result

        assert hidden in (await home.published()).copies
