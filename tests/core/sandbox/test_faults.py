"""Faults strike when, where and as often as ordered."""

import asyncio
import json
from typing import Any

from core.sandbox.faults import NAMES
from core.sandbox.holding import Holding
from core.sandbox.kinds import ALL_KINDS
from core.sandbox.server import serve
from core.sandbox.world import World

import aiohttp
import pytest

PAGE = "/users/{me}/collection/folders/0/releases"


@pytest.mark.parametrize("name", ["500", "502"])
async def test_a_server_error_is_html(visit: Any, name: str) -> None:
    visitor = await visit()
    visitor.world.faults.add(name)
    answer = await visitor.get(PAGE)
    assert answer.status == int(name)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert (await visitor.get(PAGE)).status == 200


async def test_a_refusal_can_be_ordered(visit: Any) -> None:
    visitor = await visit()
    visitor.world.faults.add("429")
    answer = await visitor.get(PAGE)
    assert (answer.status, answer.body) == (429, b'{"message":"You are making requests too quickly."}')
    assert visitor.world.counts.refusals == 0, "only the quota's own are counted"


async def test_a_truncated_answer_is_broken_json_of_whole_length(visit: Any) -> None:
    visitor = await visit()
    visitor.world.faults.add("truncated")
    answer = await visitor.get(PAGE)
    assert answer.status == 200
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        json.loads(answer.body)


async def test_an_empty_page_keeps_its_pagination(visit: Any) -> None:
    visitor = await visit()
    visitor.world.faults.add("empty page")
    got = await visitor.page()
    assert (got["releases"], got["pagination"]["items"]) == ([], 3)
    assert len((await visitor.page())["releases"]) == 3


async def test_a_reset_drops_the_connection_without_a_byte(visit: Any) -> None:
    visitor = await visit()
    visitor.world.faults.add("reset")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(visitor.server.url.rpartition(":")[2]))
    writer.write(b"GET /oauth/identity HTTP/1.1\r\nHost: x\r\nUser-Agent: Test/1.0\r\n\r\n")
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    assert (await visitor.get(PAGE)).status == 200


async def test_a_fault_strikes_only_its_route_and_page_and_so_many_times(visit: Any) -> None:
    visitor = await visit()
    fault = visitor.world.faults.add("502", route="collection", page=2, times=2)
    assert (await visitor.get("/oauth/identity")).status == 200
    assert (await visitor.get(PAGE)).status == 200
    statuses = [(await visitor.get(f"{PAGE}?page=2&per_page=1")).status for _ in range(3)]
    assert statuses == [502, 502, 200]
    assert (fault.times, visitor.world.faults.left) == (0, 0)


async def test_a_hanging_request_goes_on_when_released(visit: Any) -> None:
    visitor = await visit()
    visitor.world.faults.add("hang")
    asked = asyncio.create_task(visitor.get("/oauth/identity"))
    while not visitor.world.counts.in_flight:
        await asyncio.sleep(0)
    visitor.world.faults.clear()
    assert (await asked).status == 200


async def test_the_server_closes_although_a_request_hangs() -> None:
    world = World(Holding((), (), ()))
    world.faults.add("hang")
    async with aiohttp.ClientSession() as session:
        async with serve(world) as server:
            asked = asyncio.create_task(session.get(f"{server.url}/users/{server.username}"))
            while not world.counts.in_flight:
                await asyncio.sleep(0)
        with pytest.raises(aiohttp.ClientConnectionError):
            await asked
    assert world.counts.in_flight == 0


async def test_an_unknown_fault_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"no fault is called 'flood'; there are 500, 502"):
        World(Holding((), (), ())).faults.add("flood")


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_says_what_it_does_and_takes_its_own_parameters(name: str) -> None:
    assert ALL_KINDS[name].says
    defaults: dict[str, Any] = {parameter: one.default for parameter, one in ALL_KINDS[name].parameters.items()}
    fault = World(Holding((), (), ())).faults.add(name, **defaults)
    assert fault.as_json() == fault.as_json() | {"name": name, "times": 1} | defaults


@pytest.mark.parametrize(
    ("name", "parameters", "sentence"),
    [
        ("latency", {"minutes": 1}, r"'latency' takes no parameter 'minutes'; it takes seconds"),
        ("500", {"seconds": 1}, r"'500' takes no parameter 'seconds'; it takes none"),
        ("latency", {"seconds": "1"}, r"'latency': seconds must be float or int, not '1'"),
        ("short page", {"rows": True}, r"rows must be int, not True"),
        ("429", {"body": 1}, r"body must be bool, not 1"),
        ("500", {"route": "collektion"}, r"no route is called 'collektion'; there are identity, "),
        ("outage", {"route": "collection"}, r"'outage' strikes everything; it takes no route"),
        ("giant picture", {"route": "release"}, r"'giant picture' is for the route 'picture' only, not for 'release'"),
    ],
)
def test_a_wrong_order_is_refused_with_what_is_known(name: str, parameters: dict[str, Any], sentence: str) -> None:
    faults = World(Holding((), (), ())).faults
    with pytest.raises(ValueError, match=sentence):
        faults.add(name, **parameters)
    assert faults.all == ()
