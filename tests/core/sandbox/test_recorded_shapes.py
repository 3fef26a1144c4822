"""The sandbox's bodies against recorded ones: the same keys and types, both ways."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from core.sandbox.readers import read_collection
from tests.core.sandbox.shapes import differences, load

import pytest


def test_the_comparison_sees_missing_keys_wrong_types_and_keys_that_come_and_go() -> None:
    recorded = {"releases": [{"id": 1, "rating": 0, "styles": ["a"]}, {"id": 2, "rating": 0, "styles": []}]}
    assert differences(recorded, recorded) == []
    assert "only recorded: releases[].rating" in differences(recorded, {"releases": [{"id": 1, "styles": ["a"]}]})
    assert differences(recorded, {"releases": [{"id": "1", "rating": 0, "styles": ["a"]}]})
    assert differences(recorded, {"releases": [{"id": 1, "rating": 0, "styles": ["a"], "more": 1}]})
    assert differences(recorded, {"releases": [{"id": 1, "rating": 0, "styles": ["a"]}, {"id": 1, "styles": []}]})


@pytest.mark.parametrize("name", ["dami_2022", "member_d", "member_c_2014", "example"])
async def test_identity_has_the_recorded_keys_and_types(samples: Path, visit: Any, name: str) -> None:
    ours = await (await visit()).get("/oauth/identity")
    assert differences(load(samples, f"identity/{name}.json"), ours.json) == []


@pytest.mark.parametrize("name", ["dami_2022_owner", "member_d_owner"])
async def test_the_owners_profile_has_the_recorded_keys_and_types(samples: Path, visit: Any, name: str) -> None:
    ours = await (await visit()).get("/users/{me}")
    assert differences(load(samples, f"profile/{name}.json"), ours.json) == []


async def test_the_public_profile_has_the_recorded_keys_and_types(samples: Path, visit: Any) -> None:
    ours = await (await visit()).get("/users/{me}", token=None)
    assert differences(load(samples, "profile/collector_b.json"), ours.json, whole=True) == []


async def test_a_profile_of_2014_lacks_only_what_came_later(samples: Path, visit: Any) -> None:
    later = frozenset({"activated", "marketplace_suspended", "is_staff", "num_wantlist"})
    ours = await (await visit()).get("/users/{me}", token=None)
    assert differences(load(samples, "profile/member_b_2014.json"), ours.json, missing=later) == []


@pytest.mark.parametrize(
    ("name", "owner"), [("collector_b", True), ("dami_2022", True), ("anonymous_only_folder0", False)]
)
async def test_folders_have_the_recorded_keys_and_types(samples: Path, visit: Any, name: str, owner: bool) -> None:
    ours = await (await visit()).get("/users/{me}/collection/folders", token="owner" if owner else None)
    assert differences(load(samples, f"collection_folders/{name}.json"), ours.json) == []


@pytest.mark.parametrize("name", ["docs_200", "folder0_go"])
async def test_a_folder_has_the_recorded_keys_and_types(samples: Path, visit: Any, name: str) -> None:
    ours = await (await visit()).get("/users/{me}/collection/folders/77")
    assert differences(load(samples, f"collection_folder/{name}.json"), ours.json) == []


@pytest.mark.parametrize("name", ["collector_b", "docs_example", "old"])
async def test_fields_have_the_recorded_keys_and_types(samples: Path, visit: Any, name: str) -> None:
    ours = (await (await visit()).get("/users/{me}/collection/fields")).json
    recorded = load(samples, f"collection_fields/{name}.json")
    assert differences(recorded, ours) == []
    for kind, key in (("dropdown", "options"), ("textarea", "lines")):
        assert {key in field for field in ours["fields"] if field["type"] == kind} == {True}
        assert {key in field for field in recorded["fields"] if field["type"] == kind} == {True}


BEFORE_GENRES = frozenset(f"releases[].basic_information.{key}" for key in ("genres", "styles"))
NO_NOTES = frozenset({"releases[].notes"})


@pytest.mark.parametrize(
    ("name", "copies", "query", "owner", "missing"),
    [
        ("dami_2022", 40, "", True, NO_NOTES),
        ("multicolour_2022", 60, "", True, NO_NOTES | {"pagination"}),
        ("page_37items", 60, "?per_page=100", True, frozenset()),
        ("page_31items", 60, "?per_page=100", False, frozenset()),
        ("page1_of_11_anonymous_view", 600, "", False, frozenset()),
        ("per_page2_of_95", 600, "", False, frozenset()),
        ("page2_of_3_2019", 600, "?page=2", True, NO_NOTES | BEFORE_GENRES),
    ],
)
async def test_items_have_the_recorded_keys_and_types(
    samples: Path, visit: Any, name: str, copies: int, query: str, owner: bool, missing: frozenset[str]
) -> None:
    real = read_collection(samples / "collections" / "collector_b")
    visitor = await visit(replace(real, copies=real.copies[:copies]))
    ours = await visitor.page(query, token="owner" if owner else None)
    assert differences(load(samples, f"collection_items/{name}.json"), ours, missing=missing) == []
