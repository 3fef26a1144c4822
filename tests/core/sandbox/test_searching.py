"""The search of the stand-in: what is found by barcode, number or words, how rows look, and its refusals."""

from pathlib import Path
from typing import Any

from core.sandbox.generate import generated
from core.sandbox.holding import Want
from core.sandbox.world import World
from tests.core.sandbox.shapes import load, shape
from tests.stand_in import holding_of, owned

import pytest

SAMPLES = Path(__file__).parents[2] / "samples"
RECORDED = sorted(path.name for path in (SAMPLES / "search").glob("*.json"))

# A page of a search may lack them, and a row of an artist has hardly any.
OFTEN = ("id", "type", "title", "uri", "resource_url", "thumb", "cover_image")


def codes(world: World) -> dict[str, list[int]]:
    """The releases of each barcode, digits only."""
    found: dict[str, list[int]] = {}
    for copy in world.account.shelf.copies:
        for mark in (world.catalogue.body(copy.release["id"]) or {})["identifiers"]:
            if mark["type"] == "Barcode":
                found.setdefault("".join(filter(str.isdigit, mark["value"])), []).append(copy.release["id"])
    return found


def releases(answer: Any) -> list[int]:
    return [row["id"] for row in answer.json["results"] if row["type"] == "release"]


async def test_a_barcode_is_found_with_blanks_and_without(visit: Any) -> None:
    visitor = await visit(generated(120, 3))
    code, numbers = next(iter(codes(visitor.world).items()))
    for text in (code, f"{code[0]}%20{code[1:7]}%20{code[7:]}", f"{code[:4]}-{code[4:]}"):
        answer = await visitor.get(f"/database/search?barcode={text}")
        assert (answer.status, sorted(releases(answer))) == (200, sorted(set(numbers)))
    assert (await visitor.get("/database/search?barcode=0000000000017")).json["results"] == []


async def test_a_number_is_compared_loosely_and_its_master_comes_too(visit: Any) -> None:
    label = {"name": "Hall", "catno": "NW 123", "entity_type": "1", "entity_type_name": "Label", "id": 9}
    other = {**label, "catno": "NW 12"}
    visitor = await visit(holding_of(owned(1, labels=[label], master_id=7), owned(2, labels=[other], master_id=7)))
    exact = await visitor.get("/database/search?catno=nw-123")
    assert [(row["type"], row["id"], row["master_id"]) for row in exact.json["results"]] == [
        ("release", 1, 7),
        ("master", 7, 7),
    ]
    assert releases(await visitor.get("/database/search?catno=NW12")) == [1, 2]
    assert releases(await visitor.get("/database/search?catno=NW12&type=master")) == []


async def test_words_are_found_in_artist_title_and_number(visit: Any) -> None:
    visitor = await visit(holding_of(owned(1, title="Blue Lines"), owned(2, title="Blue")))
    assert releases(await visitor.get("/database/search?q=somebody+blue")) == [1, 2]
    assert releases(await visitor.get("/database/search?q=lines+blue")) == [1]
    assert releases(await visitor.get("/database/search?release_title=lines")) == [1]
    assert releases(await visitor.get("/database/search?artist=nobody")) == []


async def test_pages_end_with_404(visit: Any) -> None:
    visitor = await visit(holding_of(*(owned(number) for number in range(1, 8))))
    page = await visitor.get("/database/search?q=version&type=release&per_page=3&page=3")
    assert (releases(page), page.json["pagination"]["items"]) == ([7], 7)
    past = await visitor.get("/database/search?q=version&type=release&per_page=3&page=4")
    assert (past.status, past.message) == (404, "The requested resource was not found.")
    none = (await visitor.get("/database/search?q=nothing")).json
    assert (none["pagination"]["items"], none["pagination"]["urls"], none["results"]) == (0, {}, [])


@pytest.mark.parametrize("token", [None, "wrong"])
async def test_nobody_may_search(visit: Any, token: str | None) -> None:
    refused = await (await visit()).get("/database/search?q=x", token=token)
    assert refused.status == 401


async def test_what_a_member_has_and_wants_is_said_to_them(visit: Any) -> None:
    visitor = await visit(holding_of(owned(1), owned(2)))
    visitor.world.account.wants = (Want(0, "2022-05-11T18:29:49-07:00", "", owned(3).release),)
    rows = (await visitor.get("/database/search?q=version&type=release")).json["results"]
    assert [(row["user_data"]["in_collection"], row["user_data"]["in_wantlist"]) for row in rows] == [
        (True, False),
        (True, False),
        (False, True),
    ]


async def test_what_was_deleted_is_not_found(visit: Any) -> None:
    visitor = await visit(holding_of(owned(1), owned(2)))
    visitor.world.catalogue.delete(1)
    assert releases(await visitor.get("/database/search?q=version")) == [2]


async def test_rows_look_as_recorded_ones_do(visit: Any) -> None:
    visitor = await visit(generated(150, 4))
    answers = [await visitor.get(f"/database/search?year={year}&per_page=100") for year in range(1965, 2000, 3)]
    ours = [row for answer in answers for row in answer.json["results"]]
    recorded = [row for name in RECORDED for row in load(SAMPLES, f"search/{name}")["results"]]
    for kind in ("release", "master"):
        _, made = shape([row for row in ours if row["type"] == kind])
        _, seen = shape([row for row in recorded if row["type"] == kind])
        assert made.keys() - seen.keys() == set()
        assert {key for key in seen.keys() - made.keys() if not key.startswith("[].formats[]")} == set()
        # Every recorded row has a master; without one the address is null, as the fact sheet has it.
        seen["[].master_url"].add("NoneType")
        assert {key: types - seen[key] for key, types in made.items() if types - seen[key]} == {}
        assert all(name in row for row in ours for name in OFTEN)


async def test_a_year_is_a_text_and_absent_when_it_is_not_known(visit: Any) -> None:
    visitor = await visit(holding_of(owned(1, year=1976), owned(2, year=0)))
    first, second = (await visitor.get("/database/search?q=version&type=release")).json["results"]
    assert first["year"] == "1976"
    assert "year" not in second
