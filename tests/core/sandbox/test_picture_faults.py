"""What befalls requests for pictures, by name."""

import asyncio
import io
from typing import Any

from core.sandbox.generate import generated

import aiohttp
import pytest
from PIL import Image


class Onlooker:
    """Asks for one picture again and again."""

    def __init__(self, visitor: Any, path: str) -> None:
        self.visitor, self.world, self._path = visitor, visitor.world, path

    async def look(self) -> Any:
        return await self.visitor.get(self._path, token=None)


@pytest.fixture
async def onlooker(visit: Any) -> Onlooker:
    visitor = await visit(generated(3, 1))
    rows = (await visitor.page())["releases"]
    covers = [row["basic_information"]["cover_image"] for row in rows]
    return Onlooker(visitor, next(cover for cover in covers if cover).removeprefix(visitor.server.url))


@pytest.mark.parametrize("name", ["403", "404", "429", "500", "502"])
async def test_a_refusal_is_html_and_the_next_answer_right(onlooker: Onlooker, name: str) -> None:
    onlooker.world.faults.add(name, route="picture")
    refused = await onlooker.look()
    assert (refused.status, refused.headers["Content-Type"].partition(";")[0]) == (int(name), "text/html")
    assert (await onlooker.look()).status == 200


async def test_a_429_can_come_without_body_and_with_a_retry_after(onlooker: Onlooker) -> None:
    onlooker.world.faults.add("429", route="picture", body=False, retry_after=5)
    refused = await onlooker.look()
    assert (refused.status, refused.body, refused.headers["Retry-After"]) == (429, b"", "5")


async def test_what_befalls_the_api_leaves_pictures_alone_and_the_other_way_round(onlooker: Onlooker) -> None:
    onlooker.world.faults.add("502")
    assert (await onlooker.look()).status == 200
    assert (await onlooker.visitor.get("/oauth/identity")).status == 502
    onlooker.world.faults.add("403")
    assert (await onlooker.visitor.get("/oauth/identity")).status == 200
    assert (await onlooker.look()).status == 403


async def test_a_hanging_picture_comes_when_released(onlooker: Onlooker) -> None:
    onlooker.world.faults.add("hang", route="picture")
    asked = asyncio.create_task(onlooker.look())
    while not onlooker.world.pictures.counts.in_flight:
        await asyncio.sleep(0)
    onlooker.world.faults.release()
    assert (await asked).status == 200


async def test_a_reset_drops_the_connection(onlooker: Onlooker) -> None:
    onlooker.world.faults.add("reset", route="picture", times=9)  # a client may ask once more by itself
    with pytest.raises(aiohttp.ClientConnectionError):
        await onlooker.look()


async def test_a_truncated_picture_is_half_of_it(onlooker: Onlooker) -> None:
    whole = (await onlooker.look()).body
    onlooker.world.faults.add("truncated", route="picture")
    half = (await onlooker.look()).body
    assert half == whole[: len(whole) // 2]
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(half)).load()


@pytest.mark.parametrize("announced", [True, False])
async def test_a_huge_body_is_the_picture_with_zeros_behind_it(onlooker: Onlooker, announced: bool) -> None:
    whole = (await onlooker.look()).body
    onlooker.world.faults.add("huge body", size=3_000_000, announced=announced)
    huge = await onlooker.look()
    assert (huge.status, len(huge.body)) == (200, 3_000_000)
    assert huge.body.rstrip(b"\0") == whole
    assert ("Content-Length" in huge.headers) == announced


async def test_a_page_of_html_comes_as_if_it_were_the_picture(onlooker: Onlooker) -> None:
    onlooker.world.faults.add("html")
    page = await onlooker.look()
    assert (page.status, page.headers["Content-Type"].partition(";")[0]) == (200, "text/html")
    assert page.body.startswith(b"<!DOCTYPE html>")


async def test_a_tiny_file_says_to_be_a_giant_picture(onlooker: Onlooker) -> None:
    onlooker.world.faults.add("giant picture")
    giant = await onlooker.look()
    assert (giant.status, giant.headers["Content-Type"]) == (200, "image/jpeg")
    assert len(giant.body) < 2000
    with pytest.raises(Image.DecompressionBombError, match="3600000000 pixels"):
        Image.open(io.BytesIO(giant.body))


async def test_a_giant_is_at_most_as_large_as_a_file_can_say(onlooker: Onlooker) -> None:
    onlooker.world.faults.add("giant picture", width=100, height=10**6)
    assert Image.open(io.BytesIO((await onlooker.look()).body)).size == (100, 65_535)


async def test_an_outage_shuts_the_pictures_too(onlooker: Onlooker) -> None:
    onlooker.world.faults.add("outage")
    assert (await onlooker.look()).status == 503


async def test_faults_of_rows_change_no_picture(onlooker: Onlooker) -> None:
    whole = (await onlooker.look()).body
    onlooker.world.faults.add("empty page", route="picture")
    assert (await onlooker.look()).body == whole
    assert onlooker.world.faults.left == 0
