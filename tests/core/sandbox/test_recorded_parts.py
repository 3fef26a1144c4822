"""The parts of a release's page, row by row, against recorded ones: tracks, identifiers, series, companies, images."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from core.sandbox.generate import generated
from core.sandbox.holding import Holding
from core.sandbox.shipped import shipped
from core.sandbox.world import World
from tests.core.sandbox.shapes import load
from tests.core.sandbox.test_recorded_database import RECENT

import pytest

SAMPLES = Path(__file__).parents[2] / "samples"
PARTS = ("tracklist", "identifiers", "series", "companies", "images", "labels", "artists", "extraartists", "videos")


@pytest.fixture(scope="module", params=["generated", "sample"])
def ours(request: pytest.FixtureRequest) -> list[Any]:
    world = World(generated(2500, 4) if request.param == "generated" else shipped())
    bodies = [world.catalogue.body(number) for number in {copy.release["id"] for copy in world.account.shelf.copies}]
    assert None not in bodies
    return bodies


@pytest.fixture(scope="module")
def recorded() -> list[Any]:
    return [load(SAMPLES, f"release/{name}.json") for name in RECENT]


def kinds_of_rows(bodies: list[Any], part: str) -> dict[str, set[tuple[str, str]]]:
    """Of each kind of row, the keys and types that one has; tracks are of their own kinds, as the others are of one."""
    kinds: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for body in bodies:
        for row in body.get(part, ()):
            for name, one in [(row.get("type_", ""), row), *(("sub", sub) for sub in row.get("sub_tracks", ()))]:
                kinds[name] |= {(key, type(value).__name__) for key, value in one.items()}
    return dict(kinds)


@pytest.mark.parametrize("part", PARTS)
def test_rows_of_each_kind_have_the_recorded_keys_and_types_and_no_others(
    ours: list[Any], recorded: list[Any], part: str
) -> None:
    made, known = kinds_of_rows(ours, part), kinds_of_rows(recorded, part)
    for kind in made.keys() & known.keys() - {"sub"}:
        assert made[kind] <= known[kind], kind
    if part == "tracklist":
        assert made.keys() == {"track", "heading", "index", "sub"}
        assert made["sub"] <= known["track"]


def test_only_an_index_holds_tracks_and_neither_it_nor_a_heading_has_a_position(
    ours: list[Any], recorded: list[Any]
) -> None:
    for body in ours + recorded:
        for track in body["tracklist"]:
            assert ("sub_tracks" in track) == (track["type_"] == "index")
            if track["type_"] != "track":
                assert track["position"] == ""
            assert {sub["type_"] for sub in track.get("sub_tracks", ())} <= {"track"}


def test_positions_follow_sides_and_discs(ours: list[Any]) -> None:
    for body in ours:
        positions = [track["position"] for track in body["tracklist"] if track["type_"] == "track"]
        assert len(positions) == len(set(positions))
        names = {one["name"] for one in body["formats"]}
        if names == {"Vinyl"}:
            assert all(position[0] in "ABCDEFGH" for position in positions)
        if names == {"CD"}:
            assert all(position[-1].isdecimal() for position in positions)


def test_runouts_are_told_for_each_side(ours: list[Any]) -> None:
    runouts = [[row for row in body["identifiers"] if row["type"] == "Matrix / Runout"] for body in ours]
    assert {bool(rows) for rows in runouts} == {True, False}
    assert any(len(rows) > 4 for rows in runouts)
    assert {"description" in row for rows in runouts for row in rows} == {True, False}
    assert {"Barcode", "Rights Society", "Label Code"} <= {row["type"] for body in ours for row in body["identifiers"]}


@pytest.mark.parametrize("part", ["series", "companies"])
def test_a_kind_of_company_has_the_recorded_number(ours: list[Any], recorded: list[Any], part: str) -> None:
    known = {row["entity_type_name"]: row["entity_type"] for body in recorded for row in body[part]}
    made = {row["entity_type_name"]: row["entity_type"] for body in ours for row in body[part]}
    assert made.keys() & known.keys()
    assert {name: number for name, number in made.items() if name in known and known[name] != number} == {}


def test_some_releases_have_no_picture_and_some_no_primary_one(ours: list[Any]) -> None:
    kinds = [{image["type"] for image in body["images"]} for body in ours]
    assert {frozenset(found) for found in kinds} >= {frozenset(), frozenset({"secondary"})}
    assert any("primary" in found for found in kinds)
    assert all(bool(body["images"]) == bool(body["thumb"]) for body in ours)


@pytest.mark.parametrize("name", RECENT)
async def test_every_recorded_body_is_served_as_it_was_recorded(visit: Any, name: str) -> None:
    body = load(SAMPLES, f"release/{name}.json")
    visitor = await visit(Holding((), (), (), bodies={body["id"]: body}))
    assert (await visitor.get(f"/releases/{body['id']}")).json == body
