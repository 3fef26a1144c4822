"""The control route over HTTP: the same verbs, for whoever is on this machine."""

import json
from types import SimpleNamespace
from typing import Any

from core.sandbox import control
from core.sandbox.asking import WORLD
from core.sandbox.control import verbs
from core.sandbox.holding import Holding
from core.sandbox.world import World

import pytest


async def test_it_is_neither_counted_nor_limited_and_needs_no_user_agent(visit: Any) -> None:
    visitor = await visit(limit=1)
    for _ in range(3):
        assert (await visitor.control("GET counts"))["total"] == 0
    answer = await visitor.get("/_control/counts", token=None, User_Agent="")
    assert answer.status == 200
    assert "X-Discogs-Ratelimit" not in answer.headers


async def test_faults_are_ordered_listed_released_and_cleared(visit: Any) -> None:
    visitor = await visit()
    ordered = await visitor.control("POST faults", name="short page", route="collection", page=1, times=2, rows=2)
    assert ordered["result"] == {
        "name": "short page",
        "route": "collection",
        "page": 1,
        "owner": None,
        "token": None,
        "times": 2,
        "rows": 2,
    }
    assert len((await visitor.page())["releases"]) == 1
    listed = await visitor.control("GET faults")
    assert (listed["left"], listed["faults"][0]["times"]) == (1, 1)
    assert "collection" in listed["routes"]
    assert listed["kinds"]["latency"]["parameters"]["seconds"]["default"] == 1.0
    assert await visitor.control("POST faults/release") == {"result": None}
    assert await visitor.control("DELETE faults") == {"result": None}
    assert len((await visitor.page())["releases"]) == 3


@pytest.mark.parametrize(
    ("asked", "arguments", "status", "sentence"),
    [
        ("POST faults", {"name": "flood"}, 400, "no fault is called 'flood'; there are 500, 502"),
        ("POST faults", {"name": "500", "minutes": 1}, 400, "takes no parameter 'minutes'; it takes none"),
        ("POST faults", {"name": "500", "times": "1"}, 400, "times cannot be '1'"),
        ("POST faults", {"name": "500", "times": True}, 400, "times cannot be True"),
        ("POST faults", {}, 400, "missing a required argument: 'name'; it takes name, route"),
        ("POST website/remove", {"instance_id": 5}, 400, "collector has no copy 5"),
        ("POST website/remove", {"copy": 5}, 400, "it takes instance_id, username"),
        ("POST website/rewrite", {"release_id": 1, "facts": "x"}, 400, "facts cannot be 'x'"),
        ("POST website/burn", {}, 404, "There is no POST website/burn; there are GET faults, "),
        ("PUT counts", {}, 404, "There is no PUT counts"),
        ("POST accounts/nobody/revoke", {}, 400, "no account is called 'nobody'"),
        ("POST accounts/collector/burn", {}, 404, "There is no POST accounts/collector/burn"),
        ("POST accounts", {"username": "Collector"}, 400, "the name 'Collector' cannot be had"),
        ("POST latency", {"seconds": "slow"}, 400, "seconds cannot be 'slow'"),
    ],
)
async def test_what_is_wrong_is_told_in_one_sentence(
    visit: Any, asked: str, arguments: dict[str, Any], status: int, sentence: str
) -> None:
    told = await (await visit()).control(asked, **arguments)
    assert told["status"] == status
    assert sentence in told["error"]


@pytest.mark.parametrize("body", ["{", "[]", "5"])
async def test_a_body_that_is_no_object_is_told(visit: Any, body: str) -> None:
    answer = await (await visit()).get("/_control/faults", method="POST", body=body)
    assert answer.status == 400
    assert "the body is not" in answer.json["error"]


async def test_the_collection_is_edited_as_on_the_website(visit: Any) -> None:
    visitor = await visit()
    (added,) = (await visitor.control("POST website/add", release_id=2, folder_id=77))["result"]
    for asked, arguments in (
        ("rate", {"instance_id": added, "rating": 3}),
        ("move", {"instance_id": added, "folder_id": 1}),
        ("set_field", {"instance_id": added, "field_id": 4, "value": "Hall"}),
        ("rename", {"release_id": 2, "title": "Renamed"}),
        ("rewrite", {"release_id": 2, "facts": {"year": 1999}}),
    ):
        assert await visitor.control(f"POST website/{asked}", **arguments) == {"result": None}
    item = next(one for one in (await visitor.page())["releases"] if one["instance_id"] == added)
    told = item["basic_information"]
    assert (item["rating"], item["folder_id"], told["title"], told["year"]) == (3, 1, "Renamed", 1999)
    assert item["notes"] == [{"field_id": 4, "value": "Hall"}]
    assert len((await visitor.control("POST website/edit_many", count=2))["result"]) == 2
    await visitor.control("POST website/remove", instance_id=added)
    assert (await visitor.control("POST website/remove_all"))["result"] == 3
    assert (await visitor.page())["pagination"]["items"] == 0
    assert (await visitor.control("POST website/restore"))["result"] == 3


async def test_accounts_are_opened_listed_hidden_shown_revoked_and_renewed(visit: Any) -> None:
    visitor = await visit()
    opened = await visitor.control("POST accounts", username="other", items=30, seed=2)
    assert opened["result"]["items"] == 30
    token = opened["result"]["token"]
    assert (await visitor.get("/oauth/identity", token=token)).json["username"] == "other"
    await visitor.control("POST accounts/other/private")
    assert (await visitor.get("/users/other/collection/folders/0")).status == 403
    assert (await visitor.get("/users/other/wants")).status == 403
    await visitor.control("POST accounts/other/public")
    assert (await visitor.get("/users/other/collection/folders/0")).json["count"] == 30
    access = (await visitor.control("POST accounts/other/grant"))["result"]
    listed = (await visitor.control("GET accounts"))["accounts"]
    assert [one["username"] for one in listed] == ["collector", "other"]
    assert listed[1]["access_tokens"] == [access]
    await visitor.control("POST accounts/other/revoke")
    assert (await visitor.get("/oauth/identity", token=token)).status == 401
    assert (await visitor.control("GET accounts"))["accounts"][1]["access_tokens"] == []
    renewed = (await visitor.control("POST accounts/other/renew"))["result"]
    assert (await visitor.get("/oauth/identity", token=renewed)).status == 200
    await visitor.control("POST accounts/other/seller", settings=False)
    assert (await visitor.get("/marketplace/price_suggestions/1", token=renewed)).status == 404


async def test_counts_tell_routes_callers_and_the_busiest_minute_until_they_are_reset(visit: Any, ticks: Any) -> None:
    visitor = await visit(limit=2)
    for token in ("owner", "owner", "owner", None, "wrong"):
        await visitor.get("/oauth/identity", token=token)
    counts = await visitor.control("GET counts")
    assert counts == {
        "requests": {"identity": 5},
        "callers": {"anonymous": 1, "collector": 3, "refused": 1},
        "total": 5,
        "refusals": 2,
        "busiest_minute": 5,
        "most_in_flight": 1,
        "pictures": {"total": 0, "uncached": 0, "refusals": 0, "busiest_minute": 0, "most_in_flight": 0},
    }
    assert await visitor.control("DELETE counts") == {"result": None}
    assert (await visitor.control("GET counts"))["total"] == 0
    assert (await visitor.control("GET log"))["log"] == []


async def test_the_log_tells_time_route_page_caller_and_status(visit: Any, ticks: Any) -> None:
    visitor = await visit()
    await visitor.get("/nope")
    ticks.now += 5
    await visitor.get("/users/{me}/collection/folders/0/releases?page=7", token=None)
    visitor.world.faults.add("502")
    await visitor.get("/oauth/identity")
    log = (await visitor.control("GET log?last=2"))["log"]
    keys = ("at", "route", "page", "caller", "status")
    assert [tuple(entry[key] for key in keys) for entry in log] == [
        (1005.0, "collection", 7, "anonymous", 404),
        (1005.0, "identity", 1, "collector", 502),
    ]
    assert len((await visitor.control("GET log"))["log"]) == 3
    assert (await visitor.control("GET log?last=0"))["log"] == []


async def test_holdings_are_what_the_owner_would_see(visit: Any) -> None:
    visitor = await visit()
    told = await visitor.control("GET holdings")
    shown = await visitor.page()
    assert sorted(json.dumps(item) for item in told["items"]) == sorted(json.dumps(item) for item in shown["releases"])
    visitor.world.open_account("other")
    assert (await visitor.control("GET holdings?username=other"))["items"] == []


async def test_the_clock_is_told_and_the_latency_set(visit: Any, ticks: Any) -> None:
    visitor = await visit(time_scale=60.0, epoch=500.0)
    assert await visitor.control("GET clock") == {"now": ticks.now, "epoch": 500.0, "time_scale": 60.0}
    assert await visitor.control("POST latency", seconds=2) == {"result": None}
    assert visitor.world.latency == 2


@pytest.mark.parametrize(("remote", "let"), [("127.0.0.1", True), ("::1", True), ("192.0.2.1", False), (None, False)])
async def test_only_this_machine_is_let_in(remote: str | None, let: bool) -> None:
    asked: Any = SimpleNamespace(
        remote=remote,
        app={WORLD: World(Holding((), (), ()))},
        method="GET",
        match_info={"rest": "counts"},
        query={},
        text=_nothing,
    )
    answer = await control._handle(asked)
    assert answer.status == (200 if let else 403)


async def _nothing() -> str:
    return ""


def test_every_verb_of_the_website_is_there() -> None:
    world = World(Holding((), (), ()))
    public = {name for name in dir(world.website) if not name.startswith("_")}
    assert {name.removeprefix("POST website/") for name in verbs(world) if "website" in name} == public
