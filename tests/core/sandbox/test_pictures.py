"""Pictures: where their addresses lead, who may have them, and how many."""

import re
from typing import Any

from core.sandbox.drawing import palette
from core.sandbox.generate import generated
from core.sandbox.holding import Holding
from core.sandbox.release import picture_name
from core.sandbox.world import World
from tests.core.sandbox.onlooking import NAME, RECORDED, addresses, got, opened, with_pictures
from tests.core.sandbox.shapes import load

import pytest
from PIL import Image

FORM = re.compile(
    r"/[A-Za-z0-9_-]{43}/rs:fit/g:sm/q:(\d+)/h:(\d+)/w:(\d+)/((?:[A-Za-z0-9_-]{16}/)*[A-Za-z0-9_-]{1,16})\.jpeg"
)


@pytest.fixture
async def reader(visit: Any) -> Any:
    """Somebody who reads a few invented copies."""
    return await visit(generated(12, 3))


async def test_the_addresses_of_a_row_lead_to_jpeg_pictures_of_both_sizes(reader: Any) -> None:
    for key, quality, side in (("cover_image", "90", 600), ("thumb", "40", 150)):
        for number, address in list((await addresses(reader, key)).items())[:3]:
            form = FORM.fullmatch(address.removeprefix(reader.server.url))
            assert form
            assert form.groups()[:3] == (quality, str(side), str(side))
            picture = await got(reader, address)
            assert (picture.status, picture.headers["Content-Type"]) == (200, "image/jpeg")
            image = opened(picture.body)
            assert (image.format, image.size) == ("JPEG", (side, side))
            assert_ground(image, palette(picture_name(number))[0])


def assert_ground(image: Image.Image, ground: tuple[int, ...]) -> None:
    corner = image.getpixel((2, 2))
    assert isinstance(corner, tuple)
    assert all(abs(seen - drawn) < 16 for seen, drawn in zip(corner, ground, strict=True))


async def test_each_release_has_a_picture_of_its_own_and_the_same_each_time(reader: Any) -> None:
    found = await addresses(reader)
    bodies = {number: (await got(reader, address)).body for number, address in found.items()}
    assert len(set(bodies.values())) == len(bodies) > 5
    for number, address in found.items():
        assert (await got(reader, address)).body == bodies[number]


async def test_a_picture_needs_no_token_and_shows_no_quota(reader: Any) -> None:
    address = next(iter((await addresses(reader)).values()))
    picture = await got(reader, address)
    assert picture.headers["Cache-Control"] == "public, max-age=31536000"
    assert not [name for name in picture.headers if "Ratelimit" in name]
    assert (await got(reader, address, User_Agent="")).status == 403


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/h:600/", "/h:1200/"),
        ("/w:600/", "/w:150/"),
        ("/q:90/", "/q:40/"),
        ("/rs:fit/", "/rs:fill/"),
        (".jpeg", ".png"),
        (".jpeg", "A.jpeg"),
    ],
)
async def test_a_changed_address_is_refused(reader: Any, old: str, new: str) -> None:
    address = next(iter((await addresses(reader)).values()))
    assert (await got(reader, address)).status == 200
    changed = await got(reader, address.replace(old, new))
    assert (changed.status, changed.headers["Content-Type"].partition(";")[0]) == (403, "text/html")


async def test_a_changed_signature_is_refused(reader: Any) -> None:
    address = next(iter((await addresses(reader)).values()))
    signature = address.removeprefix(f"{reader.server.url}/").partition("/")[0]
    turned = signature[1:] + signature[0]
    assert (await got(reader, address.replace(signature, turned))).status == 403


async def test_after_a_change_of_keys_old_addresses_are_refused_and_new_bodies_have_new_ones(reader: Any) -> None:
    number, before = next(iter((await addresses(reader)).items()))
    first = (await got(reader, before)).body
    assert (await reader.control("POST pictures/rotate"))["result"] == 1
    after = (await addresses(reader))[number]
    assert before != after
    assert before.partition("/rs:")[2] == after.partition("/rs:")[2]
    assert (await got(reader, before)).status == 403
    assert (await got(reader, after)).body == first


async def test_nobody_signed_in_is_told_no_address_in_rows_and_is_in_a_releases_own_page(reader: Any) -> None:
    rows = (await reader.page(token=None))["releases"]
    assert {row["basic_information"][key] for row in rows for key in ("thumb", "cover_image")} == {""}
    number = next(iter(await addresses(reader)))
    body = (await reader.get(f"/releases/{number}", token=None)).json
    assert body == (await reader.get(f"/releases/{number}")).json
    assert body["images"][0]["uri"].startswith(reader.server.url)


async def test_a_recorded_address_keeps_its_form_and_only_its_host_and_signature_are_others(
    visit: Any, few: Holding
) -> None:
    visitor = await visit(with_pictures(few, cover_image=RECORDED, thumb=RECORDED))
    row = next(row for row in (await visitor.page())["releases"] if row["id"] == 1)["basic_information"]
    assert row["cover_image"] == row["thumb"]
    assert row["cover_image"].partition("/rs:")[2] == RECORDED.partition("/rs:")[2]
    picture = await got(visitor, row["cover_image"])
    assert opened(picture.body).size == (240, 300)
    assert_ground(opened(picture.body), palette(NAME)[0])


async def test_another_picture_of_a_release_has_another_address(visit: Any, few: Holding) -> None:
    visitor = await visit(with_pictures(few, thumb="https://example.org/1.jpg", cover_image=""))
    first = await addresses(visitor, "thumb")
    visitor.world.account.shelf.put(with_pictures(few, thumb="https://example.org/2.jpg").copies)
    second = await addresses(visitor, "thumb")
    assert first.keys() == second.keys() == {1}
    assert first[1] != second[1]
    assert 1 not in await addresses(visitor, "cover_image") or first[1].startswith(visitor.server.url)
    assert opened((await got(visitor, second[1])).body).size == (150, 150)


async def test_every_address_in_a_whole_body_leads_here_and_the_rest_is_as_recorded(visit: Any, samples: Any) -> None:
    body = load(samples, "release/9791590.json")
    body |= {"thumb": RECORDED, "images": [{**body["images"][0], "uri": RECORDED, "resource_url": RECORDED}]}
    body["images"][0]["uri150"] = RECORDED
    body["artists"][0]["thumbnail_url"] = body["labels"][0]["thumbnail_url"] = RECORDED
    visitor = await visit(Holding((), (), (), bodies={body["id"]: body}))
    served = (await visitor.get(f"/releases/{body['id']}")).json
    shown = [served["thumb"], served["artists"][0]["thumbnail_url"], served["labels"][0]["thumbnail_url"]]
    shown += [served["images"][0][key] for key in ("uri", "resource_url", "uri150")]
    assert len(set(shown)) == 1
    assert (await got(visitor, shown[0])).status == 200
    assert _without(served, shown[0]) == _without(body, RECORDED)


def _without(value: Any, address: str) -> Any:
    if isinstance(value, dict):
        return {key: _without(one, address) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, address) for one in value]
    return "an address" if value == address else value


async def test_all_images_of_a_release_and_its_master_can_be_had(visit: Any) -> None:
    visitor = await visit(generated(40, 2), picture_limit=1000)
    copy = next(one for one in visitor.world.account.shelf.copies if one.release["master_id"] and one.release["thumb"])
    release = (await visitor.get(f"/releases/{copy.release['id']}")).json
    master = (await visitor.get(f"/masters/{copy.release['master_id']}")).json
    versions = (await visitor.get(f"/masters/{copy.release['master_id']}/versions")).json
    assert release["images"][0]["uri150"] == release["thumb"]
    assert release["thumb"] in {row["thumb"] for row in versions["versions"]}
    for image in release["images"] + master["images"]:
        assert image["uri"] == image["resource_url"]
        assert opened((await got(visitor, image["uri"])).body).size == (image["width"], image["height"])
        assert opened((await got(visitor, image["uri150"])).body).size == (150, 150)


async def test_what_the_holdings_say_is_what_a_reader_gets(reader: Any) -> None:
    told = (await reader.control("GET holdings"))["items"]
    assert {
        row["id"]: row["basic_information"]["cover_image"] for row in told if row["basic_information"]["thumb"]
    } == (await addresses(reader))


def test_the_same_world_gives_the_same_addresses_again() -> None:
    first, second = (World(generated(3, 1)) for _ in range(2))
    rows = [copy.release for copy in first.account.shelf.copies]
    assert [first.pictures.in_row(row) for row in rows] == [second.pictures.in_row(row) for row in rows]


def test_most_invented_releases_have_a_picture_and_some_have_none() -> None:
    bare = [not copy.release["thumb"] for copy in generated(600, 1).copies]
    assert 0.05 < sum(bare) / len(bare) < 0.15
