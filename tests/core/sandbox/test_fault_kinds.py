"""Each kind of fault, seen by a reader."""

import json
from collections.abc import Callable
from typing import Any

from core.sandbox.holding import Holding
from core.sandbox.readers import read_collection

import pytest

PAGE = "/users/{me}/collection/folders/0/releases"
BY_DATE = "?per_page=4&sort=added&sort_order=asc"


def instances(page: Any) -> list[int]:
    return [item["instance_id"] for item in page["releases"]]


@pytest.fixture
async def reader(visit: Any, copies_of: Callable[[int], Holding]) -> Any:
    """Somebody who reads ten copies, four a page."""
    return await visit(copies_of(10))


async def page(reader: Any, number: int, query: str = BY_DATE) -> Any:
    return await reader.page(f"{query}&page={number}")


@pytest.mark.parametrize(
    ("body", "expected"), [(True, b'{"message":"You are making requests too quickly."}'), (False, b"")]
)
async def test_a_429_comes_with_and_without_body_and_retry_after(reader: Any, body: bool, expected: bytes) -> None:
    reader.world.faults.add("429", body=body, retry_after=7)
    answer = await reader.get(PAGE)
    assert (answer.status, answer.body, answer.headers["Retry-After"]) == (429, expected, "7")


async def test_a_latency_is_waited_for_and_then_the_right_answer_comes(reader: Any) -> None:
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    reader.world.pause = pause
    reader.world.faults.add("latency", seconds=2.5)
    assert len((await page(reader, 1))["releases"]) == 4
    await page(reader, 2)
    assert waited == [0.0, 2.5, 0.0]


async def test_a_latency_does_not_take_the_place_of_another_fault(reader: Any) -> None:
    reader.world.faults.add("latency", seconds=0)
    reader.world.faults.add("502")
    assert (await reader.get(PAGE)).status == 502
    assert reader.world.faults.left == 0


async def test_a_hang_of_some_seconds_goes_on_by_itself(reader: Any) -> None:
    reader.world.faults.add("hang", seconds=0.01)
    assert (await reader.get(PAGE)).status == 200


@pytest.mark.parametrize(("row", "place"), [(0, 0), (2, 2), (99, 3)])
async def test_one_row_has_the_wrong_types(reader: Any, row: int, place: int) -> None:
    right = await page(reader, 1)
    reader.world.faults.add("undecodable item", row=row)
    wrong = await page(reader, 1)
    assert instances(wrong) == instances(right)
    for number, item in enumerate(wrong["releases"]):
        assert isinstance(item["basic_information"], list if number == place else dict)


async def test_one_row_has_no_instance_id(reader: Any) -> None:
    reader.world.faults.add("item without instance_id", row=1)
    assert ["instance_id" in item for item in (await page(reader, 1))["releases"]] == [True, False, True, True]


async def test_a_short_page_lacks_its_last_rows(reader: Any) -> None:
    right = await page(reader, 1)
    reader.world.faults.add("short page", rows=3)
    short = await page(reader, 1)
    assert instances(short) == instances(right)[:1]
    assert short["pagination"] == right["pagination"]


async def test_a_repeated_page_holds_the_rows_before_under_its_own_number(reader: Any) -> None:
    before, right = await page(reader, 1), await page(reader, 2)
    reader.world.faults.add("page repeated")
    assert instances(await page(reader, 1)) == instances(before)
    repeated = await page(reader, 2)
    assert instances(repeated) == instances(before)
    assert repeated["pagination"] == right["pagination"]
    assert instances(await page(reader, 2)) == instances(right)


@pytest.mark.parametrize("by", [1, -2])
async def test_the_total_moves_and_the_rows_do_not(reader: Any, by: int) -> None:
    reader.world.faults.add("total moves", by=by)
    moved = await page(reader, 1)
    assert (moved["pagination"]["items"], len(moved["releases"])) == (10 + by, 4)


async def test_a_copy_that_is_added_lands_at_the_end_by_date(reader: Any) -> None:
    reader.world.faults.add("item added", page=1)
    seen = [instances(await page(reader, number)) for number in (1, 2, 3)]
    assert [len(rows) for rows in seen] == [4, 4, 3]
    assert len({one for rows in seen for one in rows}) == 11
    assert seen[2][-1] == max(one for rows in seen for one in rows)


async def test_copies_that_are_added_come_first_by_label_and_move_the_others(reader: Any) -> None:
    query = "?per_page=4&sort=label"
    reader.world.faults.add("item added", page=1, count=2)
    first, second = instances(await page(reader, 1, query)), instances(await page(reader, 2, query))
    assert set(first) & set(second) == set(first[2:])


async def test_a_copy_removed_before_the_reader_makes_one_be_missed(reader: Any) -> None:
    whole = instances(await reader.page("?sort=added&sort_order=asc"))
    reader.world.faults.add("item removed", page=1)
    seen = instances(await page(reader, 1)) + instances(await page(reader, 2)) + instances(await page(reader, 3))
    assert len(seen) == len(set(seen)) == 9
    left = instances(await reader.page())
    assert set(left) - set(seen) == {whole[4]}
    assert set(whole) - set(left) == {whole[0]}


async def test_a_copy_removed_after_the_reader_makes_none_be_missed(reader: Any) -> None:
    reader.world.faults.add("item removed", page=1, before=False)
    seen = instances(await page(reader, 1)) + instances(await page(reader, 2)) + instances(await page(reader, 3))
    assert sorted(seen) == sorted(instances(await reader.page()))
    assert len(seen) == 9
    reader.world.faults.add("item removed", page=3, before=False)
    await page(reader, 3)
    assert (await reader.page())["pagination"]["items"] == 9


async def test_ties_are_shuffled_anew_on_each_request_and_all_copies_stay(reader: Any) -> None:
    usual = instances(await reader.page("?sort=added"))
    reader.world.faults.add("shuffled ties", times=5)
    orders = [instances(await reader.page("?sort=added")) for _ in range(5)]
    assert len({tuple(order) for order in orders}) > 1
    assert all(sorted(order) == sorted(usual) for order in orders)
    assert instances(await reader.page("?sort=added")) == usual
    reader.world.faults.add("shuffled ties")
    by_title = [item["basic_information"]["title"] for item in (await reader.page("?sort=title"))["releases"]]
    assert by_title == sorted(by_title)


async def test_the_owner_is_served_as_anybody(reader: Any) -> None:
    reader.world.faults.add("owner as anonymous", route="collection")
    answer = await reader.get(PAGE)
    assert (answer.status, answer.headers["X-Discogs-Ratelimit"]) == (200, "25")
    assert all("folder_id" not in item for item in answer.json["releases"])
    assert reader.world.counts.log(1)[0]["note"] == "served as anonymous by a fault"
    assert "folder_id" in (await reader.page())["releases"][0]


async def test_a_credential_is_as_good_as_revoked(reader: Any) -> None:
    reader.world.faults.add("revoked token")
    assert (await reader.get("/oauth/identity")).status == 401
    assert (await reader.get("/oauth/identity")).status == 200


async def test_a_fault_is_for_one_owner_or_one_token(reader: Any) -> None:
    other = reader.world.open_account("other")
    reader.world.faults.add("502", owner="Other", times=2)
    assert (await reader.get(PAGE)).status == 200
    assert (await reader.get("/users/other")).status == 502
    assert (await reader.get(PAGE, token=other.token)).status == 502
    reader.world.faults.add("500", token=other.token)
    assert (await reader.get(PAGE)).status == 200
    assert (await reader.get(PAGE, token=other.token)).status == 500


async def test_rows_of_wants_are_spoiled_too(samples: Any, visit: Any) -> None:
    visitor = await visit(read_collection(samples / "collections" / "collector_b"))
    visitor.world.faults.add("empty page", route="wants")
    assert (await visitor.get("/users/{me}/wants")).json["wants"] == []


async def test_a_page_that_is_no_list_is_left_alone(reader: Any) -> None:
    reader.world.faults.add("empty page", route="identity")
    assert json.loads((await reader.get("/oauth/identity")).body)["username"] == "collector"
