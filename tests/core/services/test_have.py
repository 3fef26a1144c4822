"""Safe to buy? From the copy without a request; and one request, and never two, where somebody asks Discogs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from core.app import open_core
from core.domain.account import Account
from core.domain.having_answers import Answer, Verdict, Why
from core.domain.having_text import read
from core.domain.ids import ReleaseId
from core.domain.progress import Waiting
from core.errors import (
    BrokenAnswer,
    Disconnected,
    FromFile,
    NotAuthorised,
    NotFound,
    NotSignedIn,
    RateLimited,
    RunoutError,
    Unavailable,
    Unreachable,
)
from core.sandbox.server import serve
from core.sandbox.world import World
from tests.core.services.anybody import evening as anybodys
from tests.core.services.test_importing import OLDER, account, brought, home
from tests.fakes import FakeClock
from tests.shop import CODE, coded, owned_by_another, record, synced
from tests.stand_in import Evening, config_for, evening, holding_of, many

import pytest


async def here(tonight: Evening, text: str) -> Answer:
    """What the copy tells."""
    return (await tonight.core.have.shelves(tonight.account)).answer(read(text))


async def asked(tonight: Evening, text: str) -> Answer:
    having = await tonight.core.have.shelves(tonight.account)
    return await tonight.core.have.ask(tonight.account, having, having.answer(read(text)))


def requests(tonight: Evening) -> int:
    return tonight.sandbox.world.counts.total


async def test_each_of_the_five_answers_is_told_from_the_copy_without_a_request(tmp_path: Path) -> None:
    mine = (record(1, master_id=7), record(2, master_id=8))
    async with synced(tmp_path, *mine, wanted=(record(3, master_id=7), record(4, master_id=9))) as tonight:
        verdicts = [(await here(tonight, text)).verdict for text in ("r1", "r3", "NW4", "nw 99", CODE)]
        assert verdicts == [Verdict.THIS, Verdict.OTHER, Verdict.WANTED, Verdict.NOT, Verdict.UNKNOWN]
        assert requests(tonight) == 0


async def test_the_copy_knows_the_barcodes_of_what_was_read(tmp_path: Path) -> None:
    async with synced(tmp_path, record(1), record(2)) as tonight:
        coded(tonight.sandbox.world, 1)
        await tonight.core.enrich.look(tonight.account, ReleaseId(1))
        answer = await here(tonight, f"0{CODE}")
        assert (answer.verdict, answer.known.with_barcodes, answer.known.releases) == (Verdict.THIS, 1, 2)
        other = await here(tonight, "4006381333931")
        assert (other.verdict, other.why) == (Verdict.UNKNOWN, (Why.BARCODES,))


@pytest.mark.parametrize(
    ("release", "verdict"), [(1, Verdict.THIS), (3, Verdict.OTHER), (4, Verdict.WANTED), (5, Verdict.NOT)]
)
async def test_one_search_settles_a_barcode(tmp_path: Path, release: int, verdict: Verdict) -> None:
    async with synced(tmp_path, record(1, master_id=7), wanted=(record(4, master_id=9),)) as tonight:
        owned_by_another(tonight.sandbox.world, record(3, master_id=7), record(5, master_id=11))
        coded(tonight.sandbox.world, release)
        answer = await asked(tonight, "5 012394 144777")
        assert (answer.verdict, answer.asked) == (verdict, True)
        assert dict(tonight.sandbox.world.counts.requests) == {"search": 1}
        assert tonight.sandbox.world.counts.callers.keys() == {"collector"}


async def test_one_search_settles_a_catalogue_number(tmp_path: Path) -> None:
    async with synced(tmp_path, record(1, master_id=7)) as tonight:
        owned_by_another(tonight.sandbox.world, record(3, master_id=7, catno="XL 33"), record(4, catno="XL 333"))
        answer = await asked(tonight, "xl-33")
        assert (answer.verdict, answer.matches[0].release.id, answer.hits[0].release) == (Verdict.OTHER, 1, 3)
        assert (await asked(tonight, "XL 333")).verdict is Verdict.NOT
        assert dict(tonight.sandbox.world.counts.requests) == {"search": 2}


async def test_one_read_settles_of_which_record_a_release_is_a_pressing(tmp_path: Path) -> None:
    async with synced(tmp_path, record(1, master_id=7)) as tonight:
        owned_by_another(tonight.sandbox.world, record(3, master_id=7), record(4))
        link = "https://www.discogs.com/release/{}-Something"
        assert (await asked(tonight, link.format(3))).verdict is Verdict.OTHER
        alone = await asked(tonight, link.format(4))
        assert (alone.verdict, alone.why) == (Verdict.NOT, ())
        nowhere = await asked(tonight, link.format(999))
        assert (nowhere.verdict, nowhere.why[-1]) == (Verdict.UNKNOWN, Why.UNHEARD)
        assert dict(tonight.sandbox.world.counts.requests) == {"release": 3}


@pytest.mark.parametrize("text", ["r1", "m7", "NW 1", "somebody version 1", "nothing of the kind"])
async def test_what_is_settled_or_cannot_be_searched_for_costs_no_request(tmp_path: Path, text: str) -> None:
    async with synced(tmp_path, record(1, master_id=7), record(2)) as tonight:
        before = await here(tonight, text)
        assert await asked(tonight, text) == before
        assert requests(tonight) == 0


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("500", Unavailable),
        ("502", Unavailable),
        ("429", RateLimited),
        ("404", NotFound),
        ("reset", Unreachable),
        ("truncated", BrokenAnswer),
        ("revoked token", NotAuthorised),
        ("owner as anonymous", NotAuthorised),
    ],
)
async def test_whatever_fails_was_one_request_and_the_answer_from_the_copy_stands(
    tmp_path: Path, fault: str, error: type[RunoutError]
) -> None:
    async with synced(tmp_path, record(1)) as tonight:
        tonight.sandbox.world.faults.add(fault, times=1_000)
        having = await tonight.core.have.shelves(tonight.account)
        before = having.answer(read(CODE))
        with pytest.raises(error):
            await tonight.core.have.ask(tonight.account, having, before)
        assert requests(tonight) == 1
        assert having.answer(read(CODE)) == before


async def test_without_a_line_it_is_said_so(tmp_path: Path) -> None:
    async with synced(tmp_path, record(1)) as tonight:
        tonight.sandbox.world.faults.add("outage", refused=True, seconds=3_600)
        with pytest.raises((Unreachable, Unavailable)):
            await asked(tonight, CODE)


async def test_rows_that_cannot_be_read_cost_no_other(tmp_path: Path) -> None:
    async with synced(tmp_path, record(1, master_id=7)) as tonight:
        owned_by_another(tonight.sandbox.world, record(3, catno="XL 3"))
        tonight.sandbox.world.faults.add("undecodable item", route="search")
        answer = await asked(tonight, "XL 3")
        assert (answer.verdict, answer.why) == (Verdict.UNKNOWN, (Why.UNHEARD,))


async def test_a_search_that_is_not_told_whole_settles_only_what_it_finds(tmp_path: Path) -> None:
    async with synced(tmp_path, record(1, master_id=7)) as tonight:
        owned_by_another(tonight.sandbox.world, record(3, catno="XL 3"), record(4, catno="XL 4", master_id=7))
        tonight.sandbox.world.faults.add("total moves", route="search", by=500, times=2)
        assert (await asked(tonight, "XL 3")).why == (Why.MANY,)
        assert (await asked(tonight, "XL 4")).verdict is Verdict.OTHER


async def test_when_the_budget_is_spent_somebody_is_told_how_long_it_takes(tmp_path: Path) -> None:
    clock = FakeClock(datetime.now(UTC))
    world = World(many(3), clock=lambda: clock.now().timestamp())
    async with (
        serve(world) as sandbox,
        open_core(config_for(tmp_path, sandbox, RUNOUT_DISCOGS__REQUESTS_PER_MINUTE="8"), clock=clock) as core,
    ):
        member = await core.connect.with_token(sandbox.token)
        await core.sync.run(member, lambda _event: None)
        having = await core.have.shelves(member)
        heard: list[Waiting] = []
        for _ in range(9):
            await core.have.ask(member, having, having.answer(read(CODE)), heard.append)
        assert heard
        assert heard[0].seconds > 0
        assert world.counts.refusals == 0


async def test_whoever_is_read_as_anybody_cannot_search_and_nothing_is_sent(tmp_path: Path) -> None:
    async with anybodys(tmp_path, many(3)) as tonight:
        member = await tonight.joined()
        await tonight.sync(member)
        before = tonight.sandbox.world.counts.total
        having = await tonight.core.have.shelves(member)
        assert having.answer(read("r1")).verdict is Verdict.THIS
        with pytest.raises(NotSignedIn):
            await tonight.core.have.ask(member, having, having.answer(read(CODE)))
        assert tonight.sandbox.world.counts.total == before


async def test_whose_token_is_refused_or_gone_sends_nothing(tmp_path: Path) -> None:
    async with synced(tmp_path, record(1)) as tonight:
        tonight.sandbox.world.revoke()
        await tonight.sync()
        tonight.sandbox.world.counts.reset()
        with pytest.raises(NotAuthorised):
            await asked(tonight, CODE)
        await tonight.core.leaving.disconnect(tonight.account)
        with pytest.raises(Disconnected):
            await asked(tonight, CODE)
        assert (await here(tonight, "r1")).verdict is Verdict.THIS
        assert requests(tonight) == 0


async def test_a_real_collection_from_a_file_tells_what_a_file_can_tell(tmp_path: Path) -> None:
    async with home(tmp_path) as core:
        await brought(core, OLDER, "mine")
        mine = await account(core, "mine")
        having = await core.have.shelves(mine)
        copies = having.owned.collection.copies
        for copy in copies[::7]:
            assert having.answer(read(f"[r{copy.release.id}]")).verdict is Verdict.THIS
            for number in copy.release.numbers[:1]:
                if any(map(str.isdigit, number)):
                    found = having.answer(read(number))
                    assert copy.release.id in {one.release.id for one in found.matches} or found.total > 1
            answer = having.answer(read(f"{copy.release.artist} {copy.release.title}"))
            assert answer.verdict in (Verdict.OTHER, Verdict.UNKNOWN)
        assert having.answer(read("m99")).why[0] is Why.PRESSINGS
        assert having.answer(read("ZZZ 99999")).verdict is Verdict.NOT
        with pytest.raises(FromFile):
            await core.have.ask(mine, having, having.answer(read("ZZZ 99999")))


async def test_while_the_first_sync_runs_what_is_here_is_told_and_the_rest_is_not_known(tmp_path: Path) -> None:
    async with evening(tmp_path, many(250)) as tonight:
        assert (await here(tonight, "r1")).why[0] is Why.NEVER_READ
        tonight.sandbox.world.faults.add("hang", route="collection", page=3)
        syncing = asyncio.create_task(tonight.sync())
        while (await tonight.core.library.collection(tonight.account)).arriving is None:
            await asyncio.sleep(0.01)
        first = (await tonight.core.library.collection(tonight.account)).copies[0]
        assert (await here(tonight, f"r{first.release.id}")).verdict is Verdict.THIS
        answer = await here(tonight, "r99999")
        assert (answer.verdict, answer.why[0], answer.known.arriving) == (Verdict.UNKNOWN, Why.ARRIVING, 250)
        tonight.sandbox.world.faults.release()
        await syncing
        assert (await here(tonight, "r99999")).verdict is Verdict.NOT


async def test_a_sync_meanwhile_is_seen_by_whoever_holds_an_older_account(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of()) as tonight:
        before: Account = tonight.account
        await tonight.sync()
        assert before.last_sync_at is None
        assert (await here(tonight, "r1")).verdict is Verdict.NOT
