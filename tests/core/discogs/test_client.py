"""The calls to Discogs: what is asked, what is asked again, what everybody is told."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from core.discogs.client import Session
from core.domain.account import Identity
from core.domain.ids import AccountId, DiscogsUserId
from core.domain.ledger import WINDOW, Lane
from core.domain.progress import Waiting, WaitReason
from core.errors import (
    Blocked,
    BrokenAnswer,
    DiscogsError,
    NotAuthorised,
    NotFound,
    NotYours,
    RateLimited,
    Rejected,
    Unavailable,
    Unreachable,
)
from tests.core.discogs.door import AGENT, API, ME, SECRET, Door, MakeDoor, good, refused
from tests.core.discogs.samples import page_of, recorded

import httpx
import pytest

Call = Callable[[Session, str], Awaitable[object]]

CALLS: dict[str, tuple[Call, str, bytes]] = {
    "identity": (lambda session, name: session.identity(), "/oauth/identity", ME),
    "profile": (Session.profile, "/users/{name}", ME),
    "folders": (Session.folders, "/users/{name}/collection/folders", b'{"folders": []}'),
    "fields": (Session.fields, "/users/{name}/collection/fields", b'{"fields": []}'),
    "page": (
        lambda session, name: session.shelf_page(name, 3),
        "/users/{name}/collection/folders/0/releases?page=3&per_page=100&sort=added&sort_order=asc",
        page_of([]),
    ),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("username", "encoded"),
    [
        ("me", "me"),
        ("a/b c?", "a%2Fb%20c%3F"),
        ("AC|DC [x]", "AC%7CDC%20%5Bx%5D"),
        ("50%25", "50%2525"),
        ("é#&", "%C3%A9%23%26"),
    ],
)
async def test_each_call_asks_for_what_it_is_named_for(door: Door, call: str, username: str, encoded: str) -> None:
    make, target, body = CALLS[call]
    route = door.router.route().respond(content=body)

    await make(door.session(), username)

    assert route.calls.last.request.url.raw_path.decode() == target.format(name=encoded)


@pytest.mark.parametrize("call", CALLS)
async def test_each_request_says_who_asks_and_for_whom(door: Door, call: str) -> None:
    make, _, body = CALLS[call]
    route = door.router.route().mock(side_effect=[httpx.Response(502), refused(), httpx.Response(200, content=body)])

    await make(door.session(), "me")

    assert len(route.calls) == 3
    for asked in route.calls:
        assert asked.request.headers["Authorization"] == f"Discogs token={SECRET}"
        assert asked.request.headers["User-Agent"] == AGENT
        assert SECRET not in str(asked.request.url)


async def test_without_a_token_nobody_is_signed_in(door: Door) -> None:
    route = door.answers(good())

    await door.session(secret=None).identity()

    assert "Authorization" not in route.calls.last.request.headers


async def test_an_answer_becomes_a_value(door: Door) -> None:
    door.answers(good())

    assert await door.session().identity() == Identity(DiscogsUserId(1), "me")


@pytest.mark.parametrize(("limit", "anonymous"), [("60", False), ("25", True), (None, False)])
async def test_a_page_knows_whose_limit_it_was_counted_against(door: Door, limit: str | None, anonymous: bool) -> None:
    headers = {} if limit is None else {"X-Discogs-Ratelimit": limit}
    door.router.route().respond(content=recorded("collection_items/page_37items.json"), headers=headers)

    page = await door.session().shelf_page("me", 1)

    assert page.anonymous_limit is anonymous
    assert len(page.rows) == 37


PASSING: dict[str, tuple[Any, DiscogsError]] = {
    "502": (httpx.Response(502), Unavailable(502)),
    "503 HTML": (httpx.Response(503, html="<html>busy</html>"), Unavailable(503)),
    "200 HTML": (
        httpx.Response(200, html="<html>hello</html>"),
        BrokenAnswer("/oauth/identity", "a web page where data was expected"),
    ),
    "no JSON": (httpx.Response(200, content=b'{"id": 1, "user'), BrokenAnswer("identity", "Input data was truncated")),
    "other JSON": (
        httpx.Response(200, json={}),
        BrokenAnswer("identity", "Object missing required field `id`"),
    ),
    "time-out": (httpx.ReadTimeout("slow"), Unreachable("api.discogs.test", "ReadTimeout", timed_out=True)),
    "no line": (httpx.ConnectError("no route"), Unreachable("api.discogs.test", "no route")),
    "reset": (httpx.ReadError(""), Unreachable("api.discogs.test", "ReadError")),
    "cut": (httpx.RemoteProtocolError("closed"), BrokenAnswer("/oauth/identity", "closed")),
    "no gzip": (httpx.DecodingError("bad"), BrokenAnswer("/oauth/identity", "bad")),
}


@pytest.mark.parametrize("fault", PASSING)
async def test_what_may_pass_is_tried_three_times(door: Door, fault: str) -> None:
    answer, error = PASSING[fault]
    route = door.answers(answer)
    session = door.session()

    with pytest.raises(type(error)) as failed:
        await session.identity()

    assert failed.value == error
    assert len(route.calls) == session.requests == 3
    assert await door.taken() == 3
    assert [waiting.reason for waiting in door.waits] == [WaitReason.RETRY] * 2


@pytest.mark.parametrize("fault", PASSING)
async def test_what_passes_is_forgotten(door: Door, fault: str) -> None:
    answer, _ = PASSING[fault]
    door.answers(answer, answer, good())

    assert await door.session().identity() == Identity(DiscogsUserId(1), "me")


async def test_waits_between_tries_grow(door: Door) -> None:
    door.answers(httpx.Response(502), httpx.Response(502), good())

    await door.session().identity()

    first, second = (waiting.seconds for waiting in door.waits)
    assert 1 <= first <= 1.25
    assert 2 <= second <= 2.5
    assert door.clock.monotonic() == pytest.approx(first + second)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(httpx.Response(401, json={"message": "no"}), NotAuthorised("no"), id="401"),
        pytest.param(httpx.Response(403, json={"message": "no"}), NotYours("no"), id="403"),
        pytest.param(httpx.Response(403, html="<html>"), Blocked(403), id="403 HTML"),
        pytest.param(httpx.Response(404, json={"message": "no"}), NotFound("/oauth/identity", "no"), id="404"),
        pytest.param(httpx.Response(405, json={"message": "no"}), Rejected(405, "no"), id="405"),
        pytest.param(httpx.Response(422, json={"message": "no", "detail": []}), Rejected(422, "no"), id="422"),
        pytest.param(httpx.Response(302, headers={"Location": f"{API}/elsewhere"}), Rejected(302), id="302"),
    ],
)
async def test_a_refusal_that_stays_is_not_asked_again(door: Door, answer: httpx.Response, error: DiscogsError) -> None:
    route = door.answers(answer, good())

    with pytest.raises(type(error)) as failed:
        await door.session().identity()

    assert failed.value == error
    assert len(route.calls) == 1


async def test_being_too_fast_is_no_try(door: Door) -> None:
    bad = httpx.Response(502)
    route = door.answers(refused(), bad, refused(), refused(), bad, refused(), good())

    assert await door.session().identity() == Identity(DiscogsUserId(1), "me")
    assert len(route.calls) == 7


async def test_who_is_refused_again_and_again_hears_of_it(door: Door) -> None:
    route = door.answers(refused(retry_after="5"))

    with pytest.raises(RateLimited) as failed:
        await door.session().identity()

    assert failed.value == RateLimited(retry_after=5.0)
    assert len(route.calls) == 6


async def test_a_refusal_holds_everybody_back(door: Door) -> None:
    sent: list[tuple[str, float]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append((request.url.path, door.clock.monotonic()))
        return refused() if len(sent) == 1 else good()

    door.router.route().mock(side_effect=answer)
    first = asyncio.create_task(door.session(lane=Lane.SYNC).identity())
    await door.clock.sleep(0.5)
    await asyncio.gather(first, door.session().profile("you"))

    assert sent[0] == ("/oauth/identity", 0)
    assert [path for path, _ in sent[1:]] == ["/users/you", "/oauth/identity"]
    assert all(moment >= 2 for _, moment in sent[1:])


async def test_who_was_refused_goes_before_those_who_came_later(door: Door) -> None:
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.url.path)
        return refused() if len(sent) == 1 else good()

    door.router.route().mock(side_effect=answer)
    first = asyncio.create_task(door.session(lane=Lane.SYNC, account=AccountId("ann")).identity())
    await door.clock.sleep(0.5)
    await asyncio.gather(first, door.session(lane=Lane.SYNC, account=AccountId("ben")).profile("you"))

    assert sent == ["/oauth/identity", "/oauth/identity", "/users/you"]


async def test_retry_after_is_kept(door: Door) -> None:
    door.answers(refused(retry_after="17"), good())

    await door.session().identity()

    assert 17 <= door.clock.monotonic() <= 17 * 1.25


async def test_a_refusal_is_told_once(door: Door) -> None:
    door.answers(refused(retry_after="17"), good())

    await door.session().identity()

    assert [waiting.reason for waiting in door.waits] == [WaitReason.REFUSED]
    assert door.waits[0].seconds == pytest.approx(door.clock.monotonic())


async def test_a_spent_minute_is_told_once(make_door: MakeDoor) -> None:
    door = make_door(per_minute=1)
    door.answers(good())
    session = door.session()

    await session.identity()
    await session.identity()

    assert door.waits == [Waiting(seconds=WINDOW, reason=WaitReason.LIMIT)]


async def test_remaining_of_an_answer_holds_us_back(door: Door) -> None:
    told = {"X-Discogs-Ratelimit": "60", "X-Discogs-Ratelimit-Remaining": "0"}
    door.answers(httpx.Response(200, content=ME, headers=told))
    session = door.session()

    await session.identity()
    await session.identity()

    assert door.clock.monotonic() >= WINDOW


async def test_the_head_start_of_a_sync_goes_before_other_syncs(make_door: MakeDoor) -> None:
    door = make_door(per_minute=1)
    door.router.route().mock(return_value=good())
    await door.session().identity()
    order: list[str] = []

    async def ask(name: str, session: Session) -> None:
        await session.profile(name)
        order.append(name)

    ours = door.session(lane=Lane.SYNC, account=AccountId("ours"), head_start=1)
    theirs = door.session(lane=Lane.SYNC, account=AccountId("theirs"))
    await asyncio.gather(ask("theirs", theirs), ask("ours 1", ours), ask("ours 2", ours))

    assert order == ["ours 1", "theirs", "ours 2"]


async def test_the_line_is_opened_with_the_first_request(door: Door) -> None:
    door.answers(good())
    session = door.session()
    assert door.opened == []

    await session.identity()

    assert len(door.opened) == 1


OUTCOMES: dict[str, Any] = {
    "good": good(),
    "401": httpx.Response(401, json={"message": "Invalid consumer token."}),
    "404": httpx.Response(404, json={"message": "no"}),
    "429": refused(),
    "502": httpx.Response(502, html="<html>"),
    "no JSON": httpx.Response(200, content=b"{"),
    "time-out": httpx.ReadTimeout("slow"),
    "unsendable": httpx.LocalProtocolError(f"Illegal header value b'Discogs token={SECRET}'"),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
async def test_the_token_is_nowhere_but_in_its_header(
    door: Door, outcome: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    route = door.answers(OUTCOMES[outcome])
    session = door.session()
    shown = [repr(session), repr(session.token), repr(door.discogs), f"{session.token}", repr(vars(session))]

    try:
        shown.append(repr(await session.identity()))
    except DiscogsError as error:
        shown += [str(error), repr(error), *traceback.format_exception(error)]

    shown += [str(asked.request.url) for asked in route.calls]
    shown += [record.getMessage() + repr(record.args) for record in caplog.records]
    assert SECRET not in "\n".join(shown)
    assert any(SECRET in asked.request.headers["Authorization"] for asked in route.calls)
