"""Copies of one release, wants and the value of a collection against recorded ones."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from core.sandbox.holding import Holding
from core.sandbox.readers import read_collection
from tests.core.sandbox.shapes import differences, load

import pytest

FREE_TEXT = frozenset({"wants[].basic_information.formats[].text", "basic_information.formats[].text"})


@pytest.mark.parametrize(("name", "release"), [("1277129", 1277129), ("8414359", 8414359)])
async def test_copies_of_a_release_have_the_recorded_keys_and_types(
    samples: Path, visit: Any, name: str, release: int
) -> None:
    visitor = await visit(read_collection(samples / "collections" / "collector_b"))
    ours = (await visitor.get(f"/users/{{me}}/collection/releases/{release}")).json
    recorded = load(samples, f"collection_items_by_release/{name}.json")
    recorded["pagination"]["urls"] = {}  # written again by PHP, which knows no empty object
    assert differences(recorded, ours) == []
    assert ours["releases"][0]["instance_id"] == recorded["releases"][0]["instance_id"]


async def test_a_release_without_master_has_the_recorded_keys_and_types(
    samples: Path, visit: Any, few: Holding
) -> None:
    numbers = {"genres": ["Rock"], "styles": ["Noise"]}
    facts = few.copies[2].release | numbers
    facts["formats"] = [facts["formats"][0] | {"text": "Purple", "descriptions": ["LP"]}]
    visitor = await visit(replace(few, copies=(replace(few.copies[2], release=facts),)))
    other = visitor.world.open_account("other")
    ours = (await visitor.get("/users/{me}/collection/releases/3", token=other.token)).json
    recorded = load(samples, "collection_items_by_release/12934893_one_copy.json")
    assert differences(recorded, ours) == []
    assert ours["releases"][0]["basic_information"]["master_url"] is None


async def test_the_documented_example_has_no_keys_that_ours_lacks(samples: Path, visit: Any) -> None:
    visitor = await visit(read_collection(samples / "collections" / "collector_b"))
    ours = (await visitor.get("/users/{me}/collection/releases/1277129")).json
    recorded = load(samples, "collection_items_by_release/docs_example.json")
    assert [one for one in differences(recorded, ours) if one.startswith("only recorded")] == []


async def test_a_release_that_is_not_owned_is_an_empty_page(samples: Path, visit: Any) -> None:
    recorded = load(samples, "collection_items_by_release/1737439_not_in_collection.json")
    recorded["pagination"]["urls"] = {}
    assert (await (await visit()).get("/users/{me}/collection/releases/1737439")).json == recorded


@pytest.mark.parametrize("name", ["ctl_2023", "page_2items_owner"])
async def test_wants_have_the_recorded_keys_and_types(samples: Path, visit: Any, name: str) -> None:
    visitor = await visit(read_collection(samples / "collections" / "collector_b"))
    other = visitor.world.open_account("other")
    owner = name == "page_2items_owner"
    query = "?per_page=2" if not owner else "?per_page=100"
    ours = (await visitor.get(f"/users/{{me}}/wants{query}", token="owner" if owner else other.token)).json
    recorded = load(samples, f"wantlist/{name}.json")
    if owner:
        recorded["pagination"]["urls"] = ours["pagination"]["urls"]
    assert differences(recorded, ours, missing=FREE_TEXT) == []


async def test_a_want_has_the_recorded_keys_and_types(samples: Path, visit: Any) -> None:
    visitor = await visit(read_collection(samples / "collections" / "collector_b"))
    wants = (await visitor.get("/users/{me}/wants")).json["wants"]
    recorded = load(samples, "wantlist/dami_2022_item.json")
    assert differences(recorded, wants[0], missing=FREE_TEXT) == []


@pytest.mark.parametrize("name", ["collector_b", "dami_2022", "docs_example", "example"])
async def test_the_value_has_the_recorded_keys_and_types(samples: Path, visit: Any, name: str) -> None:
    ours = (await (await visit()).get("/users/{me}/collection/value")).json
    assert differences(load(samples, f"collection_value/{name}.json"), ours) == []


async def test_a_recorded_value_is_served_as_it_is(samples: Path, visit: Any) -> None:
    real = read_collection(samples / "collections" / "collector_b")
    visitor = await visit(replace(real, copies=real.copies[:5]))
    ours = await visitor.get("/users/{me}/collection/value")
    assert ours.json == load(samples, "collection_value/collector_b.json")
