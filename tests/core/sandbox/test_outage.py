"""An outage: everything is down for a while, and then it is not."""

import asyncio
from typing import Any

import aiohttp
import pytest

PAGE = "/users/{me}/collection/folders/0/releases"


async def test_an_outage_is_503_for_everything_until_it_is_over(visit: Any, ticks: Any) -> None:
    visitor = await visit()
    visitor.world.faults.add("outage", seconds=30)
    for path in (PAGE, "/nope", "/oauth/authorize"):
        answer = await visitor.get(path)
        assert (answer.status, b"currently busy" in answer.body) == (503, True)
    assert (await visitor.control("GET counts"))["total"] == 3
    ticks.now += 30
    assert (await visitor.get(PAGE)).status == 200


async def refused(url: str) -> bool:
    """Whether nobody listens there."""
    try:
        async with aiohttp.ClientSession() as fresh, fresh.get(f"{url}/users/collector"):
            return False
    except aiohttp.ClientConnectorError:
        return True
    except aiohttp.ClientConnectionError:
        return False  # it came before the port was shut


@pytest.mark.parametrize("over", ["when its time is up", "when faults are cleared"])
async def test_an_outage_can_refuse_connections_and_ends_on_the_same_port(visit: Any, ticks: Any, over: str) -> None:
    visitor = await visit()
    visitor.world.faults.add("outage", refused=True, seconds=30)
    while not await refused(visitor.server.url):
        await asyncio.sleep(0)
    if over == "when its time is up":
        ticks.now += 30
    else:
        visitor.world.faults.clear()
    while await refused(visitor.server.url):
        await asyncio.sleep(0.01)
    assert (await visitor.get(PAGE)).status == 200


async def test_an_outage_on_an_open_connection_drops_it(visit: Any) -> None:
    visitor = await visit()
    assert (await visitor.get(PAGE)).status == 200
    visitor.world.faults.add("outage", refused=True)
    with pytest.raises(aiohttp.ClientConnectionError):
        await visitor.get(PAGE)
    visitor.world.faults.clear()
