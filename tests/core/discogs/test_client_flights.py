"""Calls under way: who shares one, and what is left when somebody gives up."""

from __future__ import annotations

import asyncio

from core.discogs.client import Session
from core.discogs.protocol import Answer, Request
from core.domain.account import Identity
from core.domain.ids import DiscogsUserId
from core.domain.ledger import WINDOW
from core.errors import BrokenAnswer, DiscogsError, NotFound, Unavailable, Unreachable
from tests.core.discogs.door import ME, Door, MakeDoor, good, refused
from tests.core.discogs.samples import page_of

import httpx
import pytest

OTHER = "oThErOtHeRoThErOtHeRoThErOtHeRoThErOtHeR"
MINE = Identity(DiscogsUserId(1), "me")


class Slow:
    """Answers when it is told to."""

    def __init__(self, door: Door, path: str = "/oauth/identity") -> None:
        self.sent = 0
        self.given_up = 0
        self.may_answer = asyncio.Event()
        door.router.get(path).mock(side_effect=self._answer)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.sent += 1
        try:
            await self.may_answer.wait()
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        return good()


async def ran() -> None:
    """Everything that can run without time passing has run."""
    for _ in range(50):
        await asyncio.sleep(0)


def ask(session: Session) -> asyncio.Task[Identity]:
    return asyncio.create_task(session.identity())


async def test_the_same_for_the_same_person_is_one_request(door: Door) -> None:
    slow = Slow(door)
    sessions = [door.session() for _ in range(5)]
    asking = [ask(session) for session in sessions]
    await ran()
    slow.may_answer.set()

    assert await asyncio.gather(*asking) == [MINE] * 5
    assert slow.sent == 1
    assert await door.taken() == 1
    assert sum(session.requests for session in sessions) == 1


@pytest.mark.parametrize("secret", [OTHER, None], ids=["somebody else", "nobody"])
async def test_the_same_for_another_person_is_another_request(door: Door, secret: str | None) -> None:
    slow = Slow(door)
    asking = [ask(door.session()), ask(door.session(secret=secret))]
    await ran()
    slow.may_answer.set()

    await asyncio.gather(*asking)
    assert slow.sent == await door.taken() == 2


async def test_another_page_is_another_request(door: Door) -> None:
    route = door.router.route().respond(content=page_of([]))
    session = door.session()

    await asyncio.gather(*(session.shelf_page("me", page) for page in (1, 2, 2)))

    assert sorted(asked.request.url.params["page"] for asked in route.calls) == ["1", "2"]


async def test_what_has_been_answered_is_asked_anew(door: Door) -> None:
    route = door.answers(good())
    session = door.session()

    await session.identity()
    await session.identity()

    assert len(route.calls) == 2


async def test_an_error_reaches_all_who_share_the_call_and_the_next_asks_anew(door: Door) -> None:
    route = door.answers(httpx.Response(404, json={"message": "no"}), good())

    results = await asyncio.gather(*(door.session().identity() for _ in range(3)), return_exceptions=True)

    assert results == [NotFound("/oauth/identity", "no")] * 3
    assert await door.session().identity() == MINE
    assert len(route.calls) == 2


@pytest.mark.parametrize("leaves", [0, 1], ids=["who asked first", "who joined"])
async def test_one_who_gives_up_leaves_the_others_their_answer(door: Door, leaves: int) -> None:
    slow = Slow(door)
    asking = [ask(door.session()), ask(door.session())]
    await ran()
    asking[leaves].cancel()
    await ran()
    slow.may_answer.set()

    assert await asking[1 - leaves] == MINE
    assert asking[leaves].cancelled()
    assert (slow.sent, slow.given_up) == (1, 0)


async def test_when_all_give_up_the_call_is_stopped_and_counts_as_sent(make_door: MakeDoor) -> None:
    door = make_door(per_minute=1)
    slow = Slow(door)
    asking = [ask(door.session()) for _ in range(3)]
    await ran()
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    await ran()
    assert (slow.sent, slow.given_up) == (1, 1)
    slow.may_answer.set()

    assert await door.session().identity() == MINE
    assert door.clock.monotonic() == pytest.approx(WINDOW, abs=0.1)


async def test_who_asks_as_the_last_gives_up_gets_an_answer(door: Door) -> None:
    slow = Slow(door)
    first = ask(door.session())
    await ran()
    first.cancel()
    await asyncio.sleep(0)
    second = ask(door.session())
    slow.may_answer.set()

    assert await second == MINE
    assert first.cancelled()


async def test_when_all_give_up_waiting_for_a_slot_none_is_lost(make_door: MakeDoor) -> None:
    door = make_door(per_minute=1)
    route = door.answers(good())
    await door.session().identity()
    asking = [ask(door.session()) for _ in range(3)]
    await ran()
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)

    await door.session().identity()

    assert len(route.calls) == 2
    assert door.clock.monotonic() == pytest.approx(WINDOW, abs=0.1)


async def test_giving_up_while_waiting_leaks_no_slot(make_door: MakeDoor) -> None:
    door = make_door(per_minute=2)
    route = door.answers(good())
    for _ in range(2):
        await door.session().identity()
    waiting = [asyncio.create_task(door.session().profile(f"name {number}")) for number in range(5)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    assert await door.taken() == 2

    for _ in range(2):
        await door.session().identity()

    assert len(route.calls) == 4
    assert door.clock.monotonic() == pytest.approx(WINDOW, abs=0.1)


async def test_giving_up_in_the_middle_of_a_call_counts_it_as_sent(make_door: MakeDoor) -> None:
    door = make_door(per_minute=1)
    sent = asyncio.Event()

    async def never(request: httpx.Request) -> httpx.Response:
        sent.set()
        await asyncio.Event().wait()
        raise AssertionError

    door.router.route(path="/users/slow").mock(side_effect=never)
    door.answers(good())
    asking = asyncio.create_task(door.session().profile("slow"))
    await sent.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking

    await door.session().identity()

    assert door.clock.monotonic() == pytest.approx(WINDOW, abs=0.1)


async def test_giving_up_between_tries_ends_the_call(door: Door) -> None:
    route = door.answers(httpx.Response(502), good())
    asking = asyncio.create_task(door.session().identity())
    while not door.waits:
        await asyncio.sleep(0)
    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    assert len(route.calls) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (httpx.Response(502), Unavailable),
        (httpx.ReadTimeout("slow"), Unreachable),
        (httpx.ReadError("reset"), Unreachable),
        (httpx.Response(200, content=b"{"), BrokenAnswer),
    ],
    ids=["502", "time-out", "reset", "cut"],
)
async def test_what_changes_something_is_never_repeated(
    door: Door, fault: httpx.Response | Exception, error: type[DiscogsError]
) -> None:
    """It may have been done; whoever asked reads back first."""
    route = door.router.post("/add").mock(side_effect=[fault, good(), good()])

    with pytest.raises(error):
        await door.discogs.ask(Request("/add", method="POST"), door.session(), complete)

    assert len(route.calls) == 1


async def test_what_changes_something_is_shared_with_nobody(door: Door) -> None:
    route = door.router.post("/add").mock(return_value=good())
    session = door.session()

    await asyncio.gather(*(door.discogs.ask(Request("/add", method="POST"), session, complete) for _ in range(3)))

    assert len(route.calls) == 3


async def test_what_was_turned_away_at_the_door_was_not_done_and_is_asked_again(door: Door) -> None:
    route = door.router.post("/add").mock(side_effect=[refused(), good()])

    await door.discogs.ask(Request("/add", method="POST"), door.session(), complete)

    assert len(route.calls) == 2


def complete(answer: Answer) -> bytes:
    if answer.body != ME:
        raise BrokenAnswer("/add", "not all of it")
    return answer.body
