"""What an owner changes on the website is what the next reader sees."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from core.sandbox.generate import generated
from core.sandbox.holding import Holding
from core.sandbox.world import World

import pytest


async def rows(visitor: Any, query: str = "?per_page=100") -> dict[int, Any]:
    return {item["instance_id"]: item for item in (await visitor.page(query))["releases"]}


async def test_an_added_copy_is_the_newest_of_all(visit: Any) -> None:
    visitor = await visit()
    (added,) = visitor.world.website.add(2)
    newest = (await visitor.page("?sort=added&sort_order=desc"))["releases"]
    assert (newest[0]["instance_id"], newest[0]["id"], newest[0]["folder_id"]) == (added, 2, 1)
    dates = [datetime.fromisoformat(item["date_added"]) for item in newest]
    assert dates[0] > dates[1]
    assert (await visitor.get("/users/{me}/collection/folders/1")).json["count"] == 3


async def test_a_release_that_nobody_has_is_invented_and_can_be_asked_for(visit: Any) -> None:
    visitor = await visit()
    first, second = visitor.world.website.add(count=2, folder_id=77)
    (given,) = visitor.world.website.add(4711)
    found = await rows(visitor)
    assert found[first]["id"] != found[second]["id"]
    assert found[given]["id"] == 4711
    assert (await visitor.get(f"/releases/{found[first]['id']}")).json["title"].startswith("Invented")


async def test_a_removed_copy_is_gone_everywhere(visit: Any) -> None:
    visitor = await visit()
    gone = next(number for number, item in (await rows(visitor)).items() if item["id"] == 1)
    visitor.world.website.remove(gone)
    assert gone not in await rows(visitor)
    assert (await visitor.get("/users/{me}/collection/releases/1")).json["pagination"]["items"] == 0
    assert (await visitor.get("/users/{me}/collection/folders/77")).json["count"] == 0
    assert (await visitor.get("/releases/1")).status == 404


async def test_a_moved_copy_lies_in_the_other_folder(visit: Any) -> None:
    visitor = await visit()
    moved = next(number for number, item in (await rows(visitor)).items() if item["id"] == 3)
    visitor.world.website.move(moved, 77)
    assert [(await visitor.page(folder=number))["pagination"]["items"] for number in (0, 1, 77)] == [3, 1, 2]
    assert (await rows(visitor))[moved]["folder_id"] == 77


async def test_a_rating_shows_on_every_copy_of_the_release(visit: Any) -> None:
    visitor = await visit()
    (second,) = visitor.world.website.add(3)
    visitor.world.website.rate(second, 4)
    assert [item["rating"] for item in (await rows(visitor)).values() if item["id"] == 3] == [4, 4]


async def test_a_field_is_written_and_cleared_and_keeps_its_place(visit: Any) -> None:
    visitor = await visit()
    number = next(number for number, item in (await rows(visitor)).items() if item["id"] == 3)
    website = visitor.world.website
    website.set_field(number, 4, "Attic")
    website.set_field(number, 1, "Mint (M)")
    website.set_field(number, 4, "")
    assert (await rows(visitor))[number]["notes"] == [
        {"field_id": 1, "value": "Mint (M)"},
        {"field_id": 4, "value": ""},
    ]


async def test_a_new_title_is_seen_by_everybody_who_has_the_release(visit: Any) -> None:
    visitor = await visit()
    other = visitor.world.open_account("other", Holding(visitor.world.account.shelf.copies, (), ()))
    before = await rows(visitor)
    visitor.world.website.rename(1, "Another Title")
    for token in (visitor.server.token, other.token):
        page = await visitor.page("?per_page=100", token=token)
        assert "Another Title" in {item["basic_information"]["title"] for item in page["releases"]}
    after = await rows(visitor)
    assert {number: item["date_added"] for number, item in after.items()} == {
        number: item["date_added"] for number, item in before.items()
    }
    assert (await visitor.get("/releases/1")).json["title"] == "Another Title"


async def test_a_recorded_body_follows_a_new_title(visit: Any, samples: Any) -> None:
    from core.sandbox.readers import read_collection

    visitor = await visit(read_collection(samples / "collections" / "collector_a"))
    visitor.world.website.rewrite(14342, {"title": "Another", "year": 1901})
    body = (await visitor.get("/releases/14342")).json
    assert (body["title"], body["year"], body["country"]) == ("Another", 1901, "UK")


def test_many_edits_change_so_many_copies_and_the_same_ones_each_time() -> None:
    first, second = World(generated(200, 1)), World(generated(200, 1))
    before = {copy.instance_id: copy for copy in first.account.shelf.copies}
    drawn = first.website.edit_many(30, seed=5)
    assert drawn == second.website.edit_many(30, seed=5)
    assert len(drawn) == len(set(drawn)) == 30
    changed = {copy.instance_id for copy in first.account.shelf.copies if copy != before[copy.instance_id]}
    assert set(drawn) <= changed
    kinds = [
        (copy.folder_id != before[number].folder_id, copy.notes != before[number].notes, copy.release["title"])
        for number in drawn
        if (copy := first.account.shelf.copy(number))
    ]
    assert sum(kind[0] for kind in kinds) == sum(kind[1] for kind in kinds) == 10
    assert sum(kind[2].endswith(" (edited)") for kind in kinds) == 10


async def test_all_copies_go_and_come_back_as_they_were(visit: Any, copies_of: Callable[[int], Holding]) -> None:
    visitor = await visit(copies_of(20))
    before = await rows(visitor)
    assert visitor.world.website.remove_all() == 20
    assert await rows(visitor) == {}
    assert visitor.world.website.restore() == 20
    assert await rows(visitor) == before
    assert visitor.world.website.restore() == 0


async def test_edits_are_the_named_members(visit: Any) -> None:
    visitor = await visit()
    visitor.world.open_account("other")
    visitor.world.website.add(1, username="Other")
    assert len(visitor.world.account.shelf) == 3
    assert (await visitor.get("/users/other/collection/folders/0")).json["count"] == 1


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda site: site.remove(5), "collector has no copy 5"),
        (lambda site: site.move(9_000_000_001, 5), "collector has no folder 5 of their own"),
        (lambda site: site.move(9_000_000_001, 0), "no folder 0 of their own"),
        (lambda site: site.rate(9_000_000_001, 6), "a rating is a number from 0 to 5, not 6"),
        (lambda site: site.set_field(9_000_000_001, 9, "x"), "collector has no field 9"),
        (lambda site: site.set_field(9_000_000_001, 1, "Splendid"), r"Media Condition takes one of Mint \(M\), "),
        (lambda site: site.rename(99, "x"), "nobody has release 99"),
        (lambda site: site.rewrite(1, {"price": 1}), "a release has no 'price' to change; there are title, year"),
        (lambda site: site.add(username="nobody"), "no account is called 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_said(few: Holding, edit: Callable[[Any], object], sentence: str) -> None:
    world = World(few)
    before = world.account.shelf.copies
    with pytest.raises(ValueError, match=sentence):
        edit(world.website)
    assert world.account.shelf.copies == before
