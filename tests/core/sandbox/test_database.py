"""Releases, masters, prices, wants and copies by release, and their refusals."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.sandbox.generate import generated
from core.sandbox.holding import GRADES, Holding, Want
from core.sandbox.readers import read_collection
from core.sandbox.shipped import shipped
from core.sandbox.world import World
from tests.core.sandbox.shapes import load

import pytest

OWNER_ONLY = "You are not allowed to view this resource. Please authenticate as the owner to view this content."
NOT_A_NUMBER = 'See "detail" for validation errors.'


def text(samples: Path, name: str) -> str:
    return str(load(samples, f"errors/text_{name}.json")["message"])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/releases/99", "404_release"),
        ("/releases/99/rating", "404_release"),
        ("/masters/99", "404_master"),
        ("/masters/99/versions", "404_master"),
        ("/masters/0", "404_master"),
        ("/marketplace/stats/99", "404_stats"),
        ("/users/nobody/wants", "404_user"),
        ("/users/nobody/collection/value", "404_user"),
    ],
)
async def test_what_is_not_there_is_404_with_the_documented_text(
    visit: Any, samples: Path, path: str, name: str
) -> None:
    refused = await (await visit()).get(path)
    assert (refused.status, refused.message) == (404, text(samples, name))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/releases/x", "release_id"),
        ("/masters/-1", "master_id"),
        ("/masters/1.5/versions", "master_id"),
        ("/users/{me}/collection/releases/x", "release_id"),
    ],
)
async def test_a_word_for_a_number_is_422_with_detail(visit: Any, path: str, name: str) -> None:
    refused = await (await visit()).get(path)
    assert (refused.status, refused.message) == (422, NOT_A_NUMBER)
    assert refused.json["detail"][0]["loc"] == ["path", name]
    assert refused.json["detail"][0]["type"] == "int_parsing"


async def test_an_unknown_currency_is_422_without_detail(visit: Any) -> None:
    refused = await (await visit()).get("/marketplace/stats/1?curr_abbr=XYZ")
    assert (refused.status, refused.json.keys()) == (422, {"message"})
    assert refused.message.startswith("Invalid curr_abbr: expected one of USD")


async def test_a_release_is_the_same_each_time_and_for_everybody(visit: Any, few: Holding) -> None:
    visitor = await visit()
    first = (await visitor.get("/releases/1")).json
    assert first == (await visitor.get("/releases/1?curr_abbr=EUR", token=None)).json
    again = World(few)
    again.pictures.home = visitor.server.url
    assert again.pictures.in_body(again.catalogue.body(1) or {}) == first
    assert "master_id" not in first


async def test_newer_routes_are_compact_and_older_ones_spaced(visit: Any) -> None:
    visitor = await visit()
    for path, older in (("/releases/1", False), ("/users/{me}/wants", False), ("/marketplace/stats/1", True)):
        answer = await visitor.get(path)
        assert (b'": ' in answer.body, "X-Discogs-Media-Type" in answer.headers) == (older, older)


def of_one_master(holding: Holding) -> Holding:
    copies = [replace(copy, release=copy.release | {"master_id": 7}) for copy in holding.copies]
    return replace(holding, copies=tuple(copies))


async def test_a_master_stands_above_all_its_releases(visit: Any, few: Holding) -> None:
    visitor = await visit(of_one_master(few))
    master = (await visitor.get("/masters/7")).json
    assert (master["main_release"], master["most_recent_release"], master["year"]) == (1, 3, 1961)
    assert (await visitor.get("/releases/2")).json["master_id"] == 7
    versions = (await visitor.get("/masters/7/versions?per_page=2&sort=title&sort_order=desc")).json
    assert [row["title"] for row in versions["versions"]] == ["Title 3", "Title 2"]
    assert versions["pagination"]["items"] == 3
    assert versions["versions"][0]["stats"]["user"] == {"in_wantlist": 0, "in_collection": 1}


async def test_versions_are_chosen_by_their_facets(visit: Any) -> None:
    visitor = await visit(of_one_master(generated(120, 4)))
    whole = (await visitor.get("/masters/7/versions?per_page=100")).json
    for name, found in whole["filters"]["available"].items():
        value, count = next(iter(found.items()))
        chosen = (await visitor.get(f"/masters/7/versions?{name}={value}&per_page=100")).json
        assert chosen["pagination"]["items"] == count > 0
        assert chosen["filters"]["applied"] == {name: [value]}
    dates = [row["released"][:4] for row in whole["versions"]]
    assert dates == sorted(dates)


async def test_stats_are_in_the_currency_asked_for_and_agree_with_the_release(visit: Any) -> None:
    visitor = await visit(generated(60, 2))
    numbers = {copy.release["id"] for copy in visitor.world.account.shelf.copies}
    visitor.world.limits.window("127.0.0.1", authenticated=True).limit = 10_000
    seen = set()
    for number in numbers:
        body = (await visitor.get(f"/releases/{number}")).json
        dollars = (await visitor.get(f"/marketplace/stats/{number}")).json
        euros = (await visitor.get(f"/marketplace/stats/{number}?curr_abbr=EUR")).json
        seen.add((dollars["num_for_sale"] or 0) > 0)
        assert (dollars["lowest_price"] or {}).get("value") == body["lowest_price"]
        if dollars["lowest_price"]:
            assert euros["lowest_price"] == {"value": body["lowest_price"] * 0.92, "currency": "EUR"}
    assert seen == {True, False}


async def test_a_blocked_release_has_neither_price_nor_number(visit: Any) -> None:
    blocked = {"id": 5, "tracklist": [], "community": {}, "uri": "", "blocked_from_sale": True, "lowest_price": None}
    visitor = await visit(Holding((), (), (), bodies={5: {**blocked, "num_for_sale": 0}}))
    assert (await visitor.get("/marketplace/stats/5")).json == {
        "num_for_sale": None,
        "lowest_price": None,
        "blocked_from_sale": True,
    }


async def test_suggestions_need_a_member_with_seller_settings(visit: Any, samples: Path) -> None:
    visitor = await visit()
    path = "/marketplace/price_suggestions/1"
    assert (await visitor.get(path, token=None)).status == 401
    given = (await visitor.get(path)).json
    assert tuple(given) == GRADES
    assert [one["value"] for one in given.values()] == sorted((one["value"] for one in given.values()), reverse=True)
    assert (await visitor.get("/marketplace/price_suggestions/99")).status == 404
    visitor.world.account.seller_settings = False
    refused = await visitor.get(path)
    assert (refused.status, refused.message) == (404, text(samples, "404_seller_settings"))


async def test_the_value_is_for_the_owner_only(visit: Any, samples: Path) -> None:
    visitor = await visit()
    other = visitor.world.open_account("other")
    for token in (None, other.token):
        refused = await visitor.get("/users/{me}/collection/value", token=token)
        assert (refused.status, refused.message) == (403, text(samples, "403_owner_only"))
    figures = (await visitor.get("/users/{me}/collection/value")).json
    assert all(value.startswith("$") for value in figures.values())


async def test_the_value_is_in_the_owners_currency(visit: Any) -> None:
    visitor = await visit(replace(generated(300, 1), profile={"curr_abbr": "EUR"}))
    assert (await visitor.get("/users/{me}/collection/value")).json["maximum"].startswith("€")


def wanting(*titles: str) -> Holding:
    rows = generated(len(titles), 1).copies
    wants = [
        Want(place % 6, f"2020-01-0{place + 1}T00:00:00-08:00", f"note {place}", copy.release | {"title": title})
        for place, (title, copy) in enumerate(zip(titles, rows, strict=True))
    ]
    return Holding((), (), (), wants=tuple(wants))


async def test_wants_are_paged_and_sorted_like_a_collection(visit: Any) -> None:
    visitor = await visit(wanting("b", "C", "a"))
    assert (await visitor.get("/users/{me}")).json["num_wantlist"] == 3
    by_title = (await visitor.get("/users/{me}/wants?sort=title&per_page=2")).json
    assert [row["basic_information"]["title"] for row in by_title["wants"]] == ["a", "b"]
    assert set(by_title["pagination"]["urls"]) == {"next", "last"}
    newest = (await visitor.get("/users/{me}/wants?sort=added&sort_order=desc")).json["wants"]
    assert [row["basic_information"]["title"] for row in newest] == ["a", "C", "b"]
    labels = [
        row["basic_information"]["labels"][0]["name"].lower()
        for row in (await visitor.get("/users/{me}/wants")).json["wants"]
    ]
    assert labels == sorted(labels)
    assert (await visitor.get("/users/{me}/wants?page=2")).status == 404


async def test_notes_of_wants_are_for_the_owner_and_a_private_list_too(visit: Any) -> None:
    visitor = await visit(wanting("a"))
    other = visitor.world.open_account("other")
    assert (await visitor.get("/users/{me}/wants")).json["wants"][0]["notes"] == "note 0"
    for token in (None, other.token):
        assert "notes" not in (await visitor.get("/users/{me}/wants", token=token)).json["wants"][0]
    visitor.world.set_public(wantlist=False)
    refused = await visitor.get("/users/{me}/wants", token=other.token)
    assert (refused.status, refused.message) == (403, OWNER_ONLY)
    assert (await visitor.get("/users/{me}/wants")).status == 200


async def test_a_wanted_release_can_be_asked_for(visit: Any) -> None:
    visitor = await visit(wanting("wanted"))
    number = (await visitor.get("/users/{me}/wants")).json["wants"][0]["id"]
    assert (await visitor.get(f"/releases/{number}")).json["title"] == "wanted"


def test_the_sample_has_a_few_wants_and_none_of_them_is_owned() -> None:
    holding = shipped()
    numbers = [want.release["id"] for want in holding.wants]
    assert len(set(numbers)) == 9
    assert not {copy.release["id"] for copy in holding.copies} & set(numbers)
    assert shipped().wants == holding.wants
    assert {bool(want.notes) for want in holding.wants} == {True, False}


@pytest.mark.parametrize(("folder", "wants"), [("collector_a", 0), ("collector_b", 261)])
def test_a_folders_wants_are_read(samples: Path, folder: str, wants: int) -> None:
    assert len(read_collection(samples / "collections" / folder).wants) == wants


async def test_all_copies_of_a_release_are_found(visit: Any, copies_of: Callable[[int], Holding]) -> None:
    visitor = await visit(copies_of(5))
    visitor.world.website.add(3, count=2)
    found = (await visitor.get("/users/{me}/collection/releases/3")).json
    assert [item["id"] for item in found["releases"]] == [3, 3, 3]
    assert len({item["instance_id"] for item in found["releases"]}) == 3
    assert all("folder_id" in item for item in found["releases"])
    assert (await visitor.get("/users/{me}/collection/releases/3", token=None)).status == 401
    other = visitor.world.open_account("other")
    seen = (await visitor.get("/users/{me}/collection/releases/3", token=other.token)).json
    assert all("folder_id" not in item for item in seen["releases"])
    visitor.world.set_public(collection=False)
    assert (await visitor.get("/users/{me}/collection/releases/3", token=other.token)).status == 403
