"""Calls for facts: what is asked, in which lane, and what the answer's number may be."""

from __future__ import annotations

import asyncio

from core.domain.details import KnownDetails, ReleaseDetails
from core.domain.ids import AccountId, MasterId, ReleaseId
from core.domain.ledger import SIGNED_IN, Lane, Work
from core.domain.master import Master, Source, Told
from core.errors import BrokenAnswer, NotFound
from tests.core.discogs.door import Door
from tests.core.discogs.samples import recorded

import httpx
import pytest

RELEASE = httpx.Response(200, json={"id": 7, "title": "Dub"})
MASTER = httpx.Response(200, json={"id": 3, "year": 1976})


async def test_a_release_is_asked_for_by_its_number_and_known_as_of_the_answer(door: Door) -> None:
    route = door.answers(RELEASE, path="/releases/7")

    found = await door.session().release(ReleaseId(7))

    assert route.calls.last.request.url.raw_path == b"/releases/7"
    assert found == KnownDetails(ReleaseDetails(ReleaseId(7), "Dub"), door.clock.now())


async def test_a_master_is_asked_for_by_its_number_and_told_by_the_api(door: Door) -> None:
    route = door.answers(MASTER, path="/masters/3")

    found = await door.session().master(MasterId(3))

    assert route.calls.last.request.url.raw_path == b"/masters/3"
    assert found == Told(Master(MasterId(3), 1976), Source.API, door.clock.now())


async def test_what_was_merged_into_another_is_answered_under_that_ones_number(door: Door) -> None:
    door.answers(httpx.Response(200, json={"id": 8, "title": "Dub"}), path="/releases/7")

    assert (await door.session().release(ReleaseId(7))).details.id == ReleaseId(8)


@pytest.mark.parametrize("which", ["release", "master"])
async def test_what_discogs_does_not_have_is_not_found(door: Door, which: str) -> None:
    body = recorded(f"errors/text_404_{which}.json")
    route = door.router.route().respond(404, content=body)

    with pytest.raises(NotFound) as caught:
        await (door.session().release(ReleaseId(7)) if which == "release" else door.session().master(MasterId(7)))

    assert "may have been deleted" in caught.value.said
    assert len(route.calls) == 1


async def test_a_broken_answer_is_asked_for_three_times(door: Door) -> None:
    route = door.answers(httpx.Response(200, content=b'{"id": 7, "ti'), path="/releases/7")

    with pytest.raises(BrokenAnswer):
        await door.session().release(ReleaseId(7))

    assert len(route.calls) == 3


async def test_what_a_request_of_the_background_is_for_stands_in_the_ledger(door: Door) -> None:
    door.answers(MASTER, path="/masters/3")

    await door.session(lane=Lane.BACKGROUND, work=Work.ENRICHMENT, account=AccountId("me")).master(MasterId(3))

    (slot,) = door.slots.ledgers[SIGNED_IN].slots
    assert (slot.lane, slot.work, slot.account) == (Lane.BACKGROUND, Work.ENRICHMENT, AccountId("me"))


async def test_somebody_who_waits_does_not_wait_in_the_place_of_the_background(door: Door) -> None:
    """It is paced: whoever joined it would wait for its turn, not for their own."""
    door.answers(RELEASE, path="/releases/7")
    order: list[str] = []

    async def ask(name: str, lane: Lane) -> None:
        await door.session(lane=lane).release(ReleaseId(7))
        order.append(name)

    await ask("an earlier one", Lane.BACKGROUND)
    behind = asyncio.create_task(ask("background", Lane.BACKGROUND))
    also = asyncio.create_task(ask("background, too", Lane.BACKGROUND))
    await asyncio.sleep(0)
    await ask("person", Lane.PEOPLE)
    await asyncio.gather(behind, also)

    assert order == ["an earlier one", "person", "background", "background, too"]
    assert await door.taken() == 3
