"""The bodies of releases, masters, versions and prices against recorded ones."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.sandbox.generate import generated
from core.sandbox.holding import Holding
from core.sandbox.readers import read_collection
from core.sandbox.world import World
from tests.core.sandbox.shapes import differences, load, shape

import pytest

SAMPLES = Path(__file__).parents[2] / "samples"
# Written before today's keys, or with addresses of another kind.
OLD = ("1", "3", "79", "2014_fixture", "3329867", "8138518_old")
RELEASES = sorted(path.stem for path in (SAMPLES / "release").glob("*.json"))
RECENT = [name for name in RELEASES if name not in (*OLD, "9536040", "9680548", "4273080", "dami_2022")]
# Recorded bodies have these at times, and so have ours: each list in full, but not each in all.
PARTS = "[].tracklist[].sub_tracks"  # recorded of releases only, where masters have their tracks from
SOMETIMES = ("thumbnail_url", "text", "descriptions", "description", "artists", "extraartists", "sub_tracks")
NONE_AT_TIMES = ("master_id", "master_url", "notes", "released", "released_formatted", "extraartists")


def pictured(holding: Holding) -> Holding:
    """The same, every second release with pictures."""
    pictures = {"thumb": "https://example.org/t.jpg", "cover_image": "https://example.org/c.jpg"}
    copies = [
        replace(copy, release=copy.release | pictures) if place % 2 else copy
        for place, copy in enumerate(holding.copies)
    ]
    return replace(holding, copies=tuple(copies))


@pytest.fixture(scope="module")
def made() -> list[dict[str, Any]]:
    world = World(pictured(generated(1500, 9)))
    numbers = {copy.release["id"] for copy in world.account.shelf.copies}
    return [body for number in sorted(numbers) if (body := world.catalogue.body(number))]


def only_recorded(sample: Any, ours: Any) -> list[str]:
    """What of a recording, key or type, never occurs in ours."""
    recorded, known = shape(sample)[1], shape(ours)[1]
    return sorted(f"{path}: {types - known[path]}" for path, types in recorded.items() if types - known[path])


@pytest.mark.parametrize("name", RELEASES)
def test_all_that_a_recorded_release_says_ours_can_say(made: list[Any], name: str) -> None:
    sample = load(SAMPLES, f"release/{name}.json")
    assert only_recorded([sample], made) == []


def test_releases_say_nothing_that_no_recorded_one_says(made: list[Any]) -> None:
    assert only_recorded(made, [load(SAMPLES, f"release/{name}.json") for name in RELEASES]) == []


def test_what_is_in_every_recorded_release_is_in_every_one_of_ours(made: list[Any]) -> None:
    always, ours = shape([load(SAMPLES, f"release/{name}.json") for name in RECENT])[0], shape(made)[0]
    missing = {path: keys - ours[path] for path, keys in always.items()}
    assert {path: keys - {*SOMETIMES} for path, keys in missing.items() if keys - {*SOMETIMES}} == {}


def test_the_keys_of_a_release_come_and_go_as_recorded(made: list[Any]) -> None:
    for name in NONE_AT_TIMES:
        assert {name in body for body in made} == {True, False}
    for name in ("country", "lowest_price", "data_quality"):
        assert {body[name] is None for body in made} == {True, False}
    assert {("master_id" in body) == ("master_url" in body) for body in made} == {True}
    assert any(body["blocked_from_sale"] for body in made)
    assert {kind["type_"] for body in made for kind in body["tracklist"]} == {"track", "heading", "index"}
    assert {len(body["released"]) for body in made if "released" in body} == {4, 10}


async def test_a_release_is_served_as_it_was_recorded(visit: Any) -> None:
    body = load(SAMPLES, "release/951252.json")
    visitor = await visit(Holding((), (), (), bodies={951252: body}))
    assert (await visitor.get("/releases/951252")).json == body


async def test_a_recorded_body_that_was_shortened_is_filled_up(visit: Any) -> None:
    visitor = await visit(read_collection(SAMPLES / "collections" / "collector_a"))
    body = (await visitor.get("/releases/14342")).json
    assert (body["country"], body["released"], body["title"]) == (
        "UK",
        "2001-02-26",
        "Heads High / Wings Of The Morning",
    )
    assert {"tracklist", "community", "identifiers"} <= body.keys()
    assert only_recorded([body], [load(SAMPLES, f"release/{name}.json") for name in RECENT]) == []


@pytest.fixture(scope="module")
def masters() -> Callable[[str], list[Any]]:
    world = World(pictured(generated(1500, 9)))
    numbers = {copy.release["master_id"] for copy in world.account.shelf.copies} - {0}

    def bodies(which: str) -> list[Any]:
        from core.sandbox import masters as made

        return [
            made.master_body(number, world.catalogue.of_master(number))
            if which == "master"
            else made.version(world.catalogue.of_master(number)[0], world.account)
            for number in sorted(numbers)
        ]

    return bodies


@pytest.mark.parametrize("name", sorted(path.stem for path in (SAMPLES / "master").glob("*.json")))
def test_all_that_a_recorded_master_says_ours_can_say(masters: Any, name: str) -> None:
    assert only_recorded([load(SAMPLES, f"master/{name}.json")], masters("master")) == []


def test_masters_say_nothing_that_no_recorded_one_says(masters: Any) -> None:
    recorded = [load(SAMPLES, f"master/{name}.json") for name in ("718441", "1308330", "dami_2022", "2019")]
    found = [one for one in only_recorded(masters("master"), recorded) if not one.startswith(PARTS)]
    assert found == ["[].lowest_price: {'NoneType'}", "[].videos[].description: {'NoneType'}"]


def test_what_is_in_every_recorded_master_is_in_every_one_of_ours_and_the_rest_comes_and_goes(masters: Any) -> None:
    recorded = [load(SAMPLES, f"master/{name}.json") for name in ("718441", "1308330", "dami_2022", "2019")]
    always = set.intersection(*(set(body) for body in recorded)) - {"images", "videos"}
    ours = masters("master")
    assert {key for body in ours for key in always - body.keys()} == set()
    for name in ("images", "videos", "notes"):
        assert {name in body for body in ours} == {True, False}
    assert {body["year"] == 0 for body in ours} == {True, False}
    assert {track["type_"] for body in ours for track in body["tracklist"]} == {"track", "heading", "index"}


@pytest.mark.parametrize(
    "name", ["2019", "33687_2014_page2_of_3", "4242_old", "dami_2022_filters_facets", "docs_example"]
)
def test_all_that_a_recorded_version_says_ours_can_say(masters: Any, name: str) -> None:
    assert only_recorded(load(SAMPLES, f"master_versions/{name}.json")["versions"], masters("version")) == []


async def test_a_page_of_versions_has_the_recorded_keys_and_types(visit: Any) -> None:
    holding = generated(400, 3)
    copies = [replace(copy, release=copy.release | {"master_id": 5}) for copy in holding.copies]
    visitor = await visit(replace(holding, copies=tuple(copies)))
    ours = (await visitor.get("/masters/5/versions?country=Germany")).json
    recorded = load(SAMPLES, "master_versions/dami_2022_filters_facets.json")
    # What stands under `available` are names of formats, labels and so on, and no keys.
    for body in (ours, recorded):
        for name, found in body["filters"]["available"].items():
            assert {type(count) for count in found.values()} == {int}, name
            body["filters"]["available"][name] = {}
        body["pagination"]["urls"] = {}
    assert differences(recorded, ours) == []


@pytest.mark.parametrize("name", ["1_one_price", "usd_4_for_sale"])
async def test_stats_have_the_recorded_keys_and_types(visit: Any, name: str) -> None:
    ours = (await (await visit()).get("/marketplace/stats/1")).json
    later = frozenset({"blocked_from_sale"}) if name == "1_one_price" else frozenset()
    assert differences(load(SAMPLES, f"marketplace_stats/{name}.json"), ours, missing=later, whole=False) == (
        ["lowest_price.value: recorded ['int'], ours ['float']"] if name == "1_one_price" else []
    )


@pytest.mark.parametrize("name", ["EUR_recorded", "valid_2014"])
async def test_price_suggestions_have_the_recorded_keys_and_types(visit: Any, name: str) -> None:
    ours = (await (await visit()).get("/marketplace/price_suggestions/1")).json
    assert differences(load(SAMPLES, f"price_suggestions/{name}.json"), ours) == []


@pytest.mark.parametrize("name", ["11517664", "dami_2022"])
async def test_a_community_rating_has_the_recorded_keys_and_types(visit: Any, name: str) -> None:
    ours = (await (await visit()).get("/releases/1/rating")).json
    assert differences(load(SAMPLES, f"release_rating_community/{name}.json"), ours) == []


async def test_release_stats_have_the_one_key_that_is_sent(visit: Any) -> None:
    ours = await (await visit()).get("/releases/1/stats")
    assert ours.json == load(SAMPLES, "release_stats/live_is_offensive_only.json")
