"""What editors of the database delete, merge and take apart, as everybody sees it afterwards."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.sandbox.generate import generated, with_gaps
from core.sandbox.holding import Holding, Want
from core.sandbox.readers import read_collection
from core.sandbox.world import World
from tests.core.sandbox.shapes import load

import pytest

NO_RELEASE, NO_MASTER = "404_release", "404_master"


@pytest.fixture
def family(few: Holding) -> Holding:
    """Three releases under master 7."""
    copies = [replace(copy, release=copy.release | {"master_id": 7}) for copy in few.copies]
    return replace(few, copies=tuple(copies))


async def rows(visitor: Any) -> dict[int, Any]:
    return {row["instance_id"]: row for row in (await visitor.page("?per_page=100"))["releases"]}


async def refusal(visitor: Any, path: str) -> tuple[int, str]:
    answer = await visitor.get(path)
    return answer.status, answer.json.get("message", "")


def text(samples: Path, name: str) -> str:
    return str(load(samples, f"errors/text_{name}.json")["message"])


async def test_a_deleted_releases_page_is_gone_and_its_copies_stay(visit: Any, samples: Path, family: Holding) -> None:
    visitor = await visit(family)
    before = await rows(visitor)
    await visitor.control("POST website/delete_release", release_id=2)
    for path in ("/releases/2", "/releases/2/rating"):
        assert await refusal(visitor, path) == (404, text(samples, NO_RELEASE))
    assert await refusal(visitor, "/marketplace/stats/2") == (404, text(samples, "404_stats"))
    assert await rows(visitor) == before
    assert (await visitor.get("/users/{me}/collection/releases/2")).json["pagination"]["items"] == 1
    versions = (await visitor.get("/masters/7/versions")).json["versions"]
    assert {row["id"] for row in versions} == {1, 3}


async def test_a_master_goes_with_its_last_release(visit: Any, samples: Path, family: Holding) -> None:
    visitor = await visit(family)
    for number in (1, 2, 3):
        assert (await visitor.get("/masters/7")).status == 200
        visitor.world.website.delete_release(number)
    assert await refusal(visitor, "/masters/7") == (404, text(samples, NO_MASTER))
    assert visitor.world.catalogue.masters() == []


async def test_a_deleted_masters_page_is_gone_and_its_releases_still_name_it(
    visit: Any, samples: Path, family: Holding
) -> None:
    visitor = await visit(family)
    before = await rows(visitor)
    await visitor.control("POST website/delete_master", master_id=7)
    for path in ("/masters/7", "/masters/7/versions"):
        assert await refusal(visitor, path) == (404, text(samples, NO_MASTER))
    assert await rows(visitor) == before
    assert (await visitor.get("/releases/1")).json["master_id"] == 7


async def test_with_their_master_releases_can_lose_what_they_say_of_it(visit: Any, family: Holding) -> None:
    visitor = await visit(family)
    await visitor.control("POST website/delete_master", master_id=7, detach=True)
    shown = [row["basic_information"] for row in (await rows(visitor)).values()]
    assert {(row["master_id"], row["master_url"]) for row in shown} == {(0, None)}
    assert not {"master_id", "master_url"} & (await visitor.get("/releases/1")).json.keys()


async def test_one_release_can_be_taken_from_its_master_and_put_under_another(visit: Any, family: Holding) -> None:
    visitor = await visit(family)
    visitor.world.website.rewrite(1, {"master_id": 0})
    visitor.world.website.rewrite(2, {"master_id": 9})
    assert (await visitor.get("/masters/7")).json["main_release"] == 3
    assert (await visitor.get("/masters/9")).json["main_release"] == 2
    assert (await visitor.get("/releases/2")).json["master_url"].endswith("/masters/9")


async def test_a_recorded_body_without_master_has_no_keys_of_one(visit: Any, samples: Path) -> None:
    visitor = await visit(read_collection(samples / "collections" / "collector_a"))
    assert (await visitor.get("/releases/14342")).json["master_id"] == 321878
    visitor.world.website.rewrite(14342, {"master_id": 0})
    assert not {"master_id", "master_url"} & (await visitor.get("/releases/14342")).json.keys()


async def test_a_masters_year_can_be_none_although_its_releases_have_one(visit: Any, family: Holding) -> None:
    visitor = await visit(family)
    facts = {"year": 0, "title": "Another", "styles": []}
    await visitor.control("POST website/rewrite_master", master_id=7, facts=facts)
    master = (await visitor.get("/masters/7")).json
    assert {name: master[name] for name in facts} == facts
    assert (await visitor.get("/releases/1")).json["year"] == 1961


async def test_a_merged_releases_copies_carry_the_other_number_and_keep_what_is_theirs(
    visit: Any, samples: Path, few: Holding
) -> None:
    visitor = await visit(few)
    before = await rows(visitor)
    await visitor.control("POST website/merge_release", release_id=1, into=2)
    after = await rows(visitor)
    assert await refusal(visitor, "/releases/1") == (404, text(samples, NO_RELEASE))
    assert {row["id"] for row in after.values()} == {2, 3}
    assert after.keys() == before.keys()
    for number, row in after.items():
        for kept in ("date_added", "folder_id", "notes"):
            assert row.get(kept) == before[number].get(kept)
        assert row["basic_information"]["id"] == row["id"]
    moved = next(row for number, row in after.items() if before[number]["id"] == 1)
    assert (moved["basic_information"]["title"], moved["rating"]) == ("Title 2", 0), "a rating is the release's"
    assert len((await visitor.get("/users/{me}/collection/releases/2")).json["releases"]) == 2


async def test_a_release_can_be_merged_into_one_that_nobody_had(visit: Any, few: Holding) -> None:
    visitor = await visit(few)
    visitor.world.website.merge_release(1, 4711)
    body = (await visitor.get("/releases/4711")).json
    assert (body["id"], body["title"]) == (4711, "Title 1")
    assert body["resource_url"].endswith("/releases/4711")


async def test_what_was_recorded_of_a_merged_release_is_said_of_the_new_number(visit: Any, samples: Path) -> None:
    visitor = await visit(read_collection(samples / "collections" / "collector_a"))
    before = (await visitor.get("/releases/14342")).json
    visitor.world.website.merge_release(14342, 99_000_001)
    after = (await visitor.get("/releases/99000001")).json
    assert (after["country"], after["released"]) == (before["country"], before["released"])
    assert (await visitor.get("/releases/14342")).status == 404


async def test_wants_of_a_merged_release_become_one_want(visit: Any, few: Holding) -> None:
    wants = [Want(place, "2020-01-01T00:00:00-08:00", "", copy.release) for place, copy in enumerate(few.copies)]
    visitor = await visit(replace(few, wants=tuple(wants)))
    visitor.world.website.merge_release(1, 2)
    visitor.world.website.merge_release(3, 4711)
    assert [row["id"] for row in (await visitor.get("/users/{me}/wants?sort=added")).json["wants"]] == [2, 4711]


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda site: site.delete_release(99), "nobody has release 99"),
        (lambda site: site.delete_master(99), "there is no master 99"),
        (lambda site: site.rewrite_master(99, {"year": 0}), "there is no master 99"),
        (lambda site: site.rewrite_master(7, {"id": 5}), "a master has no 'id' to change; there are title, year"),
        (lambda site: site.merge_release(1, 1), "release 1 cannot be merged into 1"),
        (lambda site: site.merge_release(99, 1), "nobody has release 99"),
    ],
)
def test_what_cannot_be_edited_is_said(family: Holding, edit: Callable[[Any], object], sentence: str) -> None:
    world = World(family)
    with pytest.raises(ValueError, match=sentence):
        edit(world.website)
    assert world.catalogue.body(1) is not None
    assert world.catalogue.masters() == [7]


def test_nothing_more_can_be_done_with_a_deleted_release(few: Holding) -> None:
    site = World(few).website
    site.delete_release(1)
    with pytest.raises(ValueError, match="release 2 cannot be merged into 1"):
        site.merge_release(2, 1)
    with pytest.raises(ValueError, match="release 1 was deleted"):
        site.add(1)


async def test_an_invented_collection_can_have_gaps_and_the_same_ones_each_time(visit: Any) -> None:
    holding = with_gaps(generated(400, 5), 5)
    assert holding.gaps == with_gaps(generated(400, 5), 5).gaps != with_gaps(generated(400, 6), 6).gaps
    assert (len(holding.gaps.releases), len(holding.gaps.masters)) == (2, 1)
    assert len(holding.gaps.undated) > 10
    visitor = await visit(holding, limit=10_000)
    for number in holding.gaps.releases:
        assert (await visitor.get(f"/releases/{number}")).status == 404
        assert (await visitor.get(f"/users/{{me}}/collection/releases/{number}")).json["releases"]
    for number in holding.gaps.masters:
        assert (await visitor.get(f"/masters/{number}")).status == 404
    for number in holding.gaps.undated:
        assert (await visitor.get(f"/masters/{number}")).json["year"] == 0


async def test_another_accounts_collection_can_have_gaps_too(visit: Any) -> None:
    visitor = await visit()
    await visitor.control("POST accounts", username="second", items=50, seed=4, gaps=True)
    gaps = with_gaps(generated(50, 4), 4).gaps
    assert (await visitor.get(f"/masters/{next(iter(gaps.masters))}")).status == 404
