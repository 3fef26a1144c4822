"""The terminal is left and found again, and its first rows are there before the collection has been read."""

from __future__ import annotations

from pathlib import Path

from core.app import open_core
from core.domain.desk import TALLEST, Desk
from core.domain.ids import InstanceId
from core.errors import NoSuchAccount
from tests.stand_in import Evening, evening, holding_of, many, owned

import pytest


def numbers(*instances: int) -> tuple[InstanceId, ...]:
    return tuple(map(InstanceId, instances))


async def shown(tonight: Evening, desk: Desk) -> list[int]:
    found = await tonight.core.library.first_rows(tonight.account, desk)
    assert found is not None
    return [copy.instance_id for copy in found.collection.copies]


async def test_what_was_left_is_found_again_after_a_restart(tmp_path: Path) -> None:
    desk = Desk(
        text="genre:reggae",
        order="-added,artist",
        columns=("artist", "year"),
        instance=InstanceId(2),
        offset=1,
        screen=numbers(1, 2, 3),
        facets_open=("style",),
        shows_facets=False,
        shows_detail=False,
        theme="runout-light",
    )
    async with evening(tmp_path, many(3)) as tonight:
        assert await tonight.core.desk.of(tonight.account) == Desk()
        await tonight.core.desk.save(tonight.account, desk)
        await tonight.sync()
    async with open_core(tonight.config) as core:
        assert await core.desk.of(tonight.account) == desk


async def test_of_a_screen_taller_than_any_the_first_rows_are_kept(tmp_path: Path) -> None:
    async with evening(tmp_path, many(0)) as tonight:
        await tonight.core.desk.save(tonight.account, Desk(screen=numbers(*range(1, 1_000))))

        assert (await tonight.core.desk.of(tonight.account)).screen == numbers(*range(1, TALLEST + 1))


async def test_with_the_account_its_desk_is_deleted_and_a_terminal_that_is_left_later_brings_nothing_back(
    tmp_path: Path,
) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.core.desk.save(tonight.account, Desk(text="a word of mine"))
        kept = await tonight.core.leaving.everything(tonight.account)
        assert "a word of mine" in str(kept["terminal_desks"])

        await tonight.core.leaving.delete(tonight.account)
        await tonight.core.desk.save(tonight.account, Desk(text="a word of mine"))

        assert await tonight.core.desk.of(tonight.account) == Desk()
        with pytest.raises(NoSuchAccount):
            await tonight.core.library.account(tonight.account.username)
    assert b"a word of mine" not in b"".join(file.read_bytes() for file in tmp_path.glob("runout.db*"))


async def test_while_nothing_is_published_there_are_no_first_rows(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        assert await tonight.core.library.first_rows(tonight.account, Desk(screen=numbers(1, 2))) is None


async def test_the_rows_that_were_to_be_seen_come_first_as_they_stood(tmp_path: Path) -> None:
    async with evening(tmp_path, many(200)) as tonight:
        await tonight.sync()
        desk = Desk(text="label:7", order="-added", screen=numbers(150, 3, 77))

        found = await tonight.core.library.first_rows(tonight.account, desk)

        assert found is not None
        assert [copy.instance_id for copy in found.collection.copies] == [150, 3, 77]
        assert found.total == 200
        whole = {copy.instance_id: copy for copy in (await tonight.collection()).copies}
        assert [whole[copy.instance_id] for copy in found.collection.copies] == list(found.collection.copies)


async def test_of_those_that_are_gone_the_others_are_left_and_if_all_are_the_first_are_shown(tmp_path: Path) -> None:
    async with evening(tmp_path, many(60)) as tonight:
        await tonight.sync()

        assert await shown(tonight, Desk(screen=numbers(900, 41, 901, 7))) == [41, 7]
        assert await shown(tonight, Desk(screen=numbers(900, 901))) == await shown(tonight, Desk())


async def test_under_a_filter_that_left_nothing_no_row_is_shown_first(tmp_path: Path) -> None:
    async with evening(tmp_path, many(60)) as tonight:
        await tonight.sync()

        assert await shown(tonight, Desk(text="zzz")) == []
        assert await shown(tonight, Desk(text="dub", screen=numbers(900))) == []
        found = await tonight.core.library.first_rows(tonight.account, Desk(text="zzz"))
        assert found is not None
        assert found.total == 60


async def test_at_the_first_start_the_first_fifty_by_artist_and_title_are_shown(tmp_path: Path) -> None:
    names = {number: f"{number % 9} Artist {number % 5}" for number in range(1, 121)}
    held = holding_of(
        *(
            owned(number, artists=[{"name": name, "anv": "", "join": "", "role": "", "tracks": "", "id": number}])
            for number, name in names.items()
        )
    )
    async with evening(tmp_path, held) as tonight:
        await tonight.sync()

        found = await shown(tonight, Desk())

        expected = sorted(names, key=lambda number: (names[number].casefold(), f"version {number}"))
        assert found == expected[:50]


async def test_no_more_than_a_screenful_is_read_however_much_is_asked_for(tmp_path: Path) -> None:
    async with evening(tmp_path, many(250)) as tonight:
        await tonight.sync()

        assert len(await shown(tonight, Desk(screen=numbers(*range(1, 251))))) == TALLEST
