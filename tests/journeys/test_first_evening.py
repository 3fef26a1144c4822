"""A newcomer's first evening: from a stand-in that was just started to a filtered shelf, over real sockets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.sandbox.holding import Holding
from core.sandbox.shipped import shipped
from tests.stand_in import evening
from tests.tui.screen import SMALL, WIDE, details, opened, shown, status, table, to_records, type_filter, until

import pytest


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])
async def test_from_connecting_to_browsing_filtering_reading_and_syncing_again(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with evening(tmp_path, shipped()) as tonight:
        report = await tonight.sync()
        async with opened(tonight.core, size) as pilot:
            total = report.copies
            assert status(pilot).startswith(f"{total:,} of {total:,} copies")

            first = table(pilot).highlighted
            await pilot.press("down", "down")
            third = table(pilot).highlighted
            assert first is not None
            assert third is not None
            assert third != first
            assert third.release.title.split()[0] in details(pilot)

            await type_filter(pilot, "genre:rock year:1970..1979 -format:cd")
            some = [copy for copy in (await tonight.collection()).copies if "Rock" in copy.release.genres]
            some = [copy for copy in some if copy.release.year and 1970 <= copy.release.year <= 1979]
            some = [copy for copy in some if "CD" not in {form.name for form in copy.release.formats}]
            assert 0 < len(some) < total
            assert status(pilot).startswith(f"{len(some):,} of {total:,} copies")

            await to_records(pilot)
            await pilot.press("down")
            kept = table(pilot).highlighted
            assert kept is not None
            assert kept.instance_id in {copy.instance_id for copy in some}
            assert f"/release/{kept.release.id}" in details(pilot)
            assert "Data provided by Discogs." in details(pilot)

            # On the website: one of those on the screen goes, another one is rated.
            gone = next(copy.instance_id for copy in some if copy.instance_id != kept.instance_id)
            tonight.own(_edited(shipped(), gone=int(gone), rated=int(kept.instance_id)))
            await pilot.press("s")
            await until(pilot, lambda: status(pilot).startswith(f"{len(some) - 1:,} of {total - 1:,} copies"))
            after = table(pilot).highlighted
            assert after is not None
            assert (after.instance_id, after.rating) == (kept.instance_id, 5)
            assert "★★★★★" in details(pilot)
            assert "year:1970..1979" in shown(pilot)

            await pilot.press("escape")
            await until(pilot, lambda: status(pilot).startswith(f"{total - 1:,} of {total - 1:,} copies"))
            assert table(pilot).highlighted == after
    assert tonight.sandbox.world.counts.refusals == 0


def _edited(holding: Holding, *, gone: int, rated: int) -> Holding:
    copies = (copy for copy in holding.copies if copy.instance_id != gone)
    return replace(
        holding, copies=tuple(replace(copy, rating=5) if copy.instance_id == rated else copy for copy in copies)
    )
