"""How many pictures may be fetched, and who counts them."""

from collections.abc import Callable
from typing import Any

from core.sandbox.generate import generated
from core.sandbox.holding import Holding
from core.sandbox.world import World
from tests.core.sandbox.onlooking import RECORDED, addresses, got, with_pictures


async def test_too_many_that_nobody_fetched_before_are_refused_and_cached_ones_never(visit: Any, ticks: Any) -> None:
    visitor = await visit(generated(12, 3), picture_limit=3)
    found = [*(await addresses(visitor)).values()]
    assert [(await got(visitor, address)).status for address in found[:4]] == [200, 200, 200, 429]
    assert [(await got(visitor, address)).status for address in found[:3]] == [200, 200, 200]
    assert (await visitor.get("/oauth/identity")).status == 200, "another host, another limit"
    ticks.now += 60
    assert (await got(visitor, found[3])).status == 200


def test_about_thirty_a_minute_are_let_through() -> None:
    now = [0.0]
    pictures = World(Holding((), (), ()), clock=lambda: now[0]).pictures
    assert sum(pictures.take("here", f"/{place}") for place in range(100)) == 30
    assert pictures.take("there", "/0")


async def test_requests_for_pictures_are_counted_apart(visit: Any, copies_of: Callable[[int], Holding]) -> None:
    visitor = await visit(with_pictures(copies_of(1), thumb=RECORDED), picture_limit=1)
    address = (await addresses(visitor, "thumb"))[1]
    other = visitor.world.pictures.address("s3://other", visitor.world.pictures.signed(*_parts(address)).form)
    for asked in (address, address, other, address.replace("/h:", "/h:1")):
        await got(visitor, asked)
    counts = await visitor.control("GET counts")
    assert (counts["total"], counts["requests"], counts["refusals"]) == (1, {"collection": 1}, 0)
    told = {"total": 4, "uncached": 1, "refusals": 1, "busiest_minute": 4, "most_in_flight": 1}
    assert counts["pictures"] == told
    log = (await visitor.control("GET pictures/log?last=3"))["log"]
    assert [(entry["route"], entry["status"]) for entry in log] == [
        ("picture", 200),
        ("picture", 429),
        ("picture", 403),
    ]
    assert [entry["route"] for entry in (await visitor.control("GET log"))["log"]] == ["collection"]
    await visitor.control("DELETE counts")
    assert set((await visitor.control("GET counts"))["pictures"].values()) == {0}


def _parts(address: str) -> tuple[str, str]:
    signature, _, tail = address.split("/", 3)[3].partition("/")
    return signature, tail


async def test_a_token_that_is_sent_with_a_request_for_a_picture_is_noted(visit: Any) -> None:
    reader = await visit(generated(3, 1))
    address = next(iter((await addresses(reader)).values()))
    assert (await reader.get(address.removeprefix(reader.server.url))).status == 200
    assert reader.world.pictures.counts.log(1)[0]["note"] == "a credential was sent with it"
    await got(reader, address)
    assert reader.world.pictures.counts.log(1)[0]["note"] == ""
