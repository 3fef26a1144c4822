"""The moving minute, its headers, and the counts."""

import asyncio
from typing import Any

HEADERS = ("X-Discogs-Ratelimit", "X-Discogs-Ratelimit-Used", "X-Discogs-Ratelimit-Remaining")


def figures(answer: Any) -> tuple[int, ...]:
    return tuple(int(answer.headers[name]) for name in HEADERS)


async def test_every_answer_carries_the_three_headers(visit: Any) -> None:
    visitor = await visit()
    for path, status in (("/users/{me}", 200), ("/nope", 404), ("/users/nobody", 404)):
        answer = await visitor.get(path)
        assert answer.status == status
        assert figures(answer)[0] == 60
    assert figures(await visitor.get("/oauth/identity", token="wrong")) == (60, 4, 56)
    assert figures(await visitor.get("/users/{me}", method="DELETE")) == (60, 5, 55)
    assert figures(await visitor.get("/oauth/identity", token=None)) == (25, 1, 24)


async def test_the_61st_request_of_a_minute_is_refused_without_retry_after(visit: Any) -> None:
    visitor = await visit()
    for _ in range(60):
        assert (await visitor.get("/oauth/identity")).status == 200
    refused = await visitor.get("/oauth/identity")
    assert refused.status == 429
    assert refused.body == b'{"message":"You are making requests too quickly."}'
    assert "Retry-After" not in refused.headers
    assert figures(refused) == (60, 60, 0)
    assert visitor.world.counts.refusals == 1


async def test_anonymous_requests_have_a_quota_of_25_of_their_own(visit: Any) -> None:
    visitor = await visit()
    statuses = [(await visitor.get("/users/{me}", token=None)).status for _ in range(26)]
    assert statuses == [200] * 25 + [429]
    assert (await visitor.get("/users/{me}")).status == 200


async def test_the_window_moves_and_refusals_do_not_lengthen_it(visit: Any, ticks: Any) -> None:
    visitor = await visit(limit=2)
    assert (await visitor.get("/users/{me}")).status == 200
    ticks.now += 30
    assert (await visitor.get("/users/{me}")).status == 200
    ticks.now += 29.9
    assert (await visitor.get("/users/{me}")).status == 429
    ticks.now += 0.2
    assert (await visitor.get("/users/{me}")).status == 200
    assert (await visitor.get("/users/{me}")).status == 429
    ticks.now += 60
    assert figures(await visitor.get("/users/{me}")) == (2, 1, 1)


async def test_the_counts_tell_routes_refusals_and_the_busiest_minute(visit: Any, ticks: Any) -> None:
    visitor = await visit(limit=3)
    for _ in range(4):
        await visitor.get("/oauth/identity")
    ticks.now += 61
    await visitor.page()
    await visitor.get("/nope")
    counts = visitor.world.counts
    assert counts.requests == {"identity": 4, "collection": 1, "unknown": 1}
    assert (counts.refusals, counts.busiest_minute, counts.total) == (1, 4, 6)
    assert counts.as_json()["requests"] == {"collection": 1, "identity": 4, "unknown": 1}


async def test_the_most_requests_in_flight_are_counted(visit: Any) -> None:
    visitor = await visit()
    visitor.world.faults.add("hang", times=3)
    asked = [asyncio.create_task(visitor.get("/oauth/identity")) for _ in range(3)]
    while visitor.world.counts.in_flight < 3:
        await asyncio.sleep(0)
    visitor.world.faults.release()
    assert [answer.status for answer in await asyncio.gather(*asked)] == [200, 200, 200]
    assert (visitor.world.counts.most_in_flight, visitor.world.counts.in_flight) == (3, 0)
