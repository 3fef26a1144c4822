"""Pages and orders of a collection."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from core.sandbox.holding import Holding
from core.sandbox.readers import read_collection

import pytest


def instances(page: Any) -> list[int]:
    return [item["instance_id"] for item in page["releases"]]


@pytest.mark.parametrize(
    ("query", "page", "per_page", "rows"),
    [
        ("", 1, 50, 50),
        ("?per_page=250", 1, 100, 100),
        ("?per_page=-1", 1, 1, 1),
        ("?per_page=0", 1, 1, 1),
        ("?page=-1&per_page=7", 1, 7, 7),
        ("?page=3", 3, 50, 20),
        ("?page=x&per_page=y", 1, 50, 50),
    ],
)
async def test_page_and_size_are_clamped(
    visit: Any, copies_of: Callable[[int], Holding], query: str, page: int, per_page: int, rows: int
) -> None:
    got = await (await visit(copies_of(120))).page(query)
    assert (got["pagination"]["page"], got["pagination"]["per_page"]) == (page, per_page)
    assert len(got["releases"]) == rows
    assert got["pagination"]["items"] == 120


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("?per_page=100", set()),
        ("?per_page=40", {"next", "last"}),
        ("?per_page=40&page=2", {"first", "prev", "next", "last"}),
        ("?per_page=40&page=3", {"first", "prev"}),
    ],
)
async def test_the_urls_depend_on_the_position(
    visit: Any, copies_of: Callable[[int], Holding], query: str, keys: set[str]
) -> None:
    got = await (await visit(copies_of(100))).page(query)
    assert set(got["pagination"]["urls"]) == keys


async def test_the_urls_repeat_the_query_and_lead_to_the_page(visit: Any, copies_of: Callable[[int], Holding]) -> None:
    visitor = await visit(copies_of(9))
    first = await visitor.page("?sort=title&sort_order=desc&per_page=4")
    following = urlsplit(first["pagination"]["urls"]["next"])
    assert parse_qs(following.query) == {"sort": ["title"], "sort_order": ["desc"], "per_page": ["4"], "page": ["2"]}
    assert first["pagination"]["urls"]["next"].startswith(visitor.server.url)
    second = await visitor.page(f"?{following.query}")
    assert not set(instances(first)) & set(instances(second))


async def test_past_the_last_page_is_404(visit: Any) -> None:
    answer = await (await visit()).get("/users/{me}/collection/folders/0/releases?page=2")
    assert (answer.status, answer.message) == (404, "The requested resource was not found.")


async def test_an_empty_collection_has_one_empty_page(visit: Any) -> None:
    got = await (await visit(Holding((), (), ()))).page()
    assert got == {"pagination": {"page": 1, "pages": 1, "per_page": 50, "items": 0, "urls": {}}, "releases": []}


@pytest.mark.parametrize("sort", ["label", "artist", "title", "catno", "format", "rating", "added", "year"])
@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_all_pages_of_an_order_hold_every_copy_once(samples: Path, visit: Any, sort: str, order: str) -> None:
    holding = read_collection(samples / "collections" / "collector_b")
    visitor = await visit(holding)
    pages = [await visitor.page(f"?sort={sort}&sort_order={order}&per_page=100&page={n}") for n in range(1, 8)]
    seen = [instance for page in pages for instance in instances(page)]
    assert sorted(seen) == sorted(copy.instance_id for copy in holding.copies)


SORTED_BY: dict[str, Callable[[Any], Any]] = {
    "": lambda item: item["basic_information"]["labels"][0]["name"].lower(),
    "?sort=label": lambda item: item["basic_information"]["labels"][0]["name"].lower(),
    "?sort=artist": lambda item: item["basic_information"]["artists"][0]["name"].lower(),
    "?sort=title": lambda item: item["basic_information"]["title"].lower(),
    "?sort=catno": lambda item: item["basic_information"]["labels"][0]["catno"].lower(),
    "?sort=format": lambda item: item["basic_information"]["formats"][0]["name"].lower(),
    "?sort=rating": lambda item: item["rating"],
    "?sort=year": lambda item: item["basic_information"]["year"],
    "?sort=nonsense": lambda item: item["basic_information"]["labels"][0]["name"].lower(),
}


@pytest.mark.parametrize("query", SORTED_BY)
@pytest.mark.parametrize("order", ["", "asc", "desc"])
async def test_rows_come_in_the_order_asked_for_and_by_label_otherwise(
    samples: Path, visit: Any, query: str, order: str
) -> None:
    visitor = await visit(read_collection(samples / "collections" / "collector_b"))
    mark = "&" if query else "?"
    got = await visitor.page(f"{query}{mark}per_page=100" + (f"&sort_order={order}" if order else ""))
    keys = [SORTED_BY[query](item) for item in got["releases"]]
    assert keys == sorted(keys, reverse=order == "desc")
    assert len(set(keys)) > 1 or query in ("?sort=format", "?sort=rating")


async def test_added_is_sorted_by_the_moment_and_not_by_its_text(visit: Any, few: Holding) -> None:
    dates = ("2022-11-06T01:30:00-07:00", "2022-11-06T01:10:00-08:00", "2020-01-01T00:00:00-08:00")
    holding = replace(few, copies=tuple(replace(c, date_added=d) for c, d in zip(few.copies, dates, strict=True)))
    got = await (await visit(holding)).page("?sort=added&sort_order=desc")
    assert [item["date_added"] for item in got["releases"]] == [dates[1], dates[0], dates[2]]


async def test_a_folder_holds_only_its_own_copies(visit: Any) -> None:
    visitor = await visit()
    assert [(await visitor.page(folder=number))["pagination"]["items"] for number in (0, 1, 77)] == [3, 2, 1]
    missing = await visitor.get("/users/{me}/collection/folders/5/releases")
    assert (missing.status, missing.message) == (404, "The requested folder does not exist.")
