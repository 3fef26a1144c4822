"""What a search answers: recorded pages, and whatever may stand in a row, into values; and what is asked for it."""

from __future__ import annotations

from typing import Any

from core.discogs.facts import release
from core.discogs.searching import found, of_release
from core.domain.having_found import Found, Hit
from core.domain.ids import MasterId, ReleaseId
from core.errors import BrokenAnswer, DiscogsError, NotAuthorised, NotFound, RateLimited, Unavailable, Unreachable
from tests.core.discogs.door import Door
from tests.core.discogs.samples import SAMPLES, recorded

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

PAGES = sorted(path.name for path in (SAMPLES / "search").glob("*.json"))
ROW: dict[str, Any] = {
    "id": 101,
    "type": "release",
    "master_id": 77,
    "title": "Gunmen (2) - Dub",
    "year": "1976",
    "country": "Jamaica",
    "format": ["Vinyl", "LP"],
    "label": ["Hall", "Hall", "Works"],
    "catno": "H 1",
    "barcode": ["5 012394 144777", "BIEM/n©b"],
}
WHOLE = Hit(
    release=ReleaseId(101),
    master=MasterId(77),
    title="Gunmen (2) - Dub",
    year=1976,
    country="Jamaica",
    formats=("Vinyl", "LP"),
    labels=("Hall", "Works"),
    catno="H 1",
    barcodes=("5 012394 144777", "BIEM/n©b"),
)


def page(*rows: Any, items: int | None = None) -> bytes:
    told = {"page": 1, "pages": 1, "per_page": 100, "items": len(rows) if items is None else items, "urls": {}}
    return msgspec.json.encode({"pagination": told, "results": rows})


@pytest.mark.parametrize("name", PAGES)
def test_every_recorded_row_of_a_record_is_read_with_its_numbers(name: str) -> None:
    body = recorded(f"search/{name}")
    whole = msgspec.json.decode(body)
    rows = [row for row in whole["results"] if row["type"] in ("release", "master")]
    told = found(body)
    assert told.told == whole["pagination"]["items"]
    assert told.rows == len(whole["results"])
    assert [hit.release or hit.master for hit in told.hits] == [row["id"] for row in rows]
    assert [hit.title for hit in told.hits] == [row["title"] for row in rows]
    assert [hit.year for hit in told.hits] == [int(row["year"]) if "year" in row else None for row in rows]


def test_a_row_says_what_it_says() -> None:
    assert found(page(ROW)) == Found((WHOLE,), told=1, rows=1)
    master = found(page({**ROW, "type": "master", "id": 77})).hits[0]
    assert (master.release, master.master) == (None, 77)


@pytest.mark.parametrize(
    ("hole", "expected"),
    [
        ({"master_id": 0}, {"master": None}),
        ({"master_id": None}, {"master": None}),
        ({"master_id": "77"}, {"master": 77}),
        ({"year": ""}, {"year": None}),
        ({"year": None}, {"year": None}),
        ({"year": 1976}, {"year": 1976}),
        ({"year": "0"}, {"year": None}),
        ({"year": "197x"}, {"year": None}),
        ({"title": None}, {"title": ""}),
        ({"country": 5}, {"country": ""}),
        ({"catno": "none"}, {"catno": ""}),
        ({"catno": None}, {"catno": ""}),
        ({"format": None}, {"formats": ()}),
        ({"format": "Vinyl"}, {"formats": ()}),
        ({"label": ["Hall", 5, None, {}]}, {"labels": ("Hall",)}),
        ({"barcode": [[]]}, {"barcodes": ()}),
    ],
)
def test_a_hole_in_a_row_costs_nothing_else(hole: dict[str, Any], expected: dict[str, Any]) -> None:
    for row in ({**ROW, **hole}, {key: value for key, value in ROW.items() if key not in hole}):
        (hit,) = found(page(row)).hits
        assert (hit.release, hit.formats or hit.labels) != (None, ())
        if row.keys() == ROW.keys():
            assert {name: getattr(hit, name) for name in expected} == expected


@pytest.mark.parametrize("row", [None, 5, "x", [], {}, {"type": "release"}, {"id": 5}, {**ROW, "id": 0}])
def test_a_row_that_is_no_record_costs_no_other(row: Any) -> None:
    assert found(page(row, ROW)) == Found((WHOLE,), told=2, rows=2)


@pytest.mark.parametrize("kind", ["artist", "label", "listing", "", None])
def test_rows_of_something_else_are_left_out(kind: Any) -> None:
    assert found(page({**ROW, "type": kind})).hits == ()


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>", b'{"results": []}', b'{"pagination": {}}'])
def test_what_is_no_page_is_broken(body: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        found(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(ROW)), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from(sorted(ROW)), JSON) | JSON, max_size=4))
def test_no_row_breaks_the_page_it_is_on(rows: list[Any]) -> None:
    told = found(page(*rows, ROW))
    assert told.rows == len(rows) + 1
    assert told.hits[-1] == WHOLE
    assert all(hit.release or hit.master for hit in told.hits)


def test_whether_a_page_is_all_there_is() -> None:
    assert found(page(ROW)).is_all
    assert not found(page(ROW, items=2)).is_all


def test_a_release_that_was_read_is_like_one_that_was_found() -> None:
    for name in ("dami_2022", "8138518_old"):
        details = release(recorded(f"release/{name}.json"))
        (hit,) = of_release(details).hits
        assert (hit.release, hit.master, hit.year) == (details.id, details.master_id, details.year)
        assert hit.title.endswith(f" - {details.title}")


async def test_a_search_is_for_one_thing_and_a_whole_page(door: Door) -> None:
    route = door.answers(httpx.Response(200, content=page(ROW)), path="/database/search")
    assert await door.session().search(barcode="5012394144777") == Found((WHOLE,), told=1, rows=1)
    assert dict(route.calls.last.request.url.params) == {"barcode": "5012394144777", "page": "1", "per_page": "100"}
    await door.session().search(catno="NW 1&type=x", page=3)
    assert dict(route.calls.last.request.url.params) == {"catno": "NW 1&type=x", "page": "3", "per_page": "100"}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(401, json={"message": "You must authenticate to access this resource."}), NotAuthorised),
        (httpx.Response(404, json={"message": "The requested resource was not found."}), NotFound),
        (httpx.Response(429, json={"message": "You are making requests too quickly."}), RateLimited),
        (httpx.Response(500, json={"message": "Query time exceeded. Please try a simpler query."}), Unavailable),
        (httpx.Response(200, content=b'{"pagination": {"pa'), BrokenAnswer),
        (httpx.ConnectError("no line"), Unreachable),
        (httpx.ReadTimeout("slow"), Unreachable),
    ],
)
async def test_asked_once_is_asked_once_whatever_comes_of_it(
    door: Door, answer: Any, error: type[DiscogsError]
) -> None:
    route = door.answers(answer, path="/database/search")
    with pytest.raises(error):
        await door.session(once=True).search(barcode="5012394144777")
    assert len(route.calls) == 1
