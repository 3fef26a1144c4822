"""kill -9 at any moment of an import: nothing is half believed, and the same import goes on where the dead one was."""

from __future__ import annotations

from pathlib import Path

from core.discogs.unpacking import CHUNK
from core.store import leases
from tests.core.services.importer import Importer, Killed, importer, rows_of
from tests.monthly_dump import dump_of, packed, some_masters, write

import pytest

MASTERS = some_masters(900)
BATCHES = 6
"""At the least: the text comes in blocks, and what is in one is staged before the next."""

MOMENTS = ["begun", *map(str, range(1, BATCHES)), "publishing", "in the publish", "before cleaning"]


@pytest.fixture(params=[False, True], ids=["packed", "plain"])
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    text = dump_of(MASTERS).replace(b"</title>", b" and so on" * 150 + b"</title>")
    assert len(text) > (BATCHES - 1) * CHUNK
    return write(tmp_path, text if request.param else packed(text))


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("everything", [False, True], ids=["wanted", "all"])
async def test_an_import_that_is_killed_publishes_all_or_nothing_and_goes_on(
    tmp_path: Path, file: Path, moment: str, *, everything: bool
) -> None:
    wanted = MASTERS if everything else MASTERS[::3]
    async with importer(tmp_path) as here:
        await here.has_releases(*(one.id for one in MASTERS[::3]))
    assert await Killed(tmp_path, file, moment, everything=everything).ended() == -9

    async with importer(tmp_path) as here:
        assert await here.masters() == (rows_of(wanted) if moment == "before cleaning" else {})
        staged = await here.count("staged_masters")
        report = await here.bring(file, everything=everything)

        assert await here.masters() == rows_of(wanted)
        assert (report.entries, report.published.kept) == (900, len(wanted))
        assert await here.is_clean()
        if moment == "before cleaning":
            assert (report.published.same, report.resumed_at) == (len(wanted), 0)
        else:
            assert (report.published.added, report.resumed_at > 0) == (len(wanted), staged > 0)


async def test_an_import_that_is_killed_again_and_again_goes_on_each_time(tmp_path: Path, file: Path) -> None:
    staged = [0]
    for moment in ("1", "2", "begun", "1", "publishing", "in the publish"):
        assert await Killed(tmp_path, file, moment, everything=True).ended() == -9
        async with importer(tmp_path) as here:
            assert await here.masters() == {}
            staged.append(await here.count("staged_masters"))
    async with importer(tmp_path) as here:
        report = await here.bring(file, everything=True)

        assert staged == sorted(staged)
        assert staged[-1] == 900
        assert (report.entries, report.published.kept) == (900, 900)
        assert await here.masters() == rows_of(MASTERS)


async def test_whoever_comes_after_a_killed_one_need_not_wait_until_its_turn_expires(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "EXPIRES", 10**9)
    assert await Killed(tmp_path, file, "2", everything=True).ended() == -9
    async with importer(tmp_path) as here:
        assert [one.is_underway for one in await here.service.past()] == [False]
        await here.bring(file, everything=True)

        assert await count(here) == 900


async def count(here: Importer) -> int:
    return await here.count("masters")
