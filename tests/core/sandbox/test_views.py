"""What the owner, another user and an anonymous reader get to see."""

from typing import Any

from core.sandbox.holding import Holding

import pytest

OWNER_ONLY = "You are not allowed to view this resource. Please authenticate as the owner to view this content."


def by_release(page: Any) -> dict[int, Any]:
    return {item["id"]: item for item in page["releases"]}


async def test_the_owner_sees_folders_notes_and_pictures(visit: Any) -> None:
    items = by_release(await (await visit()).page())
    assert items[1]["folder_id"] == 77
    assert items[1]["notes"] == [{"field_id": 3, "value": "mine"}, {"field_id": 4, "value": "Hall"}]
    assert items[1]["basic_information"]["cover_image"]
    assert "notes" not in items[3]
    assert (items[3]["basic_information"]["master_id"], items[3]["basic_information"]["master_url"]) == (0, None)


async def test_another_user_sees_public_fields_and_no_folder(visit: Any) -> None:
    visitor = await visit()
    other = visitor.world.open_account("somebody")
    items = by_release(await visitor.page(token=other.token))
    assert all("folder_id" not in item for item in items.values())
    assert items[1]["notes"] == [{"field_id": 4, "value": "Hall"}]
    assert "notes" not in items[2]
    assert items[1]["basic_information"]["thumb"]


async def test_nobody_signed_in_sees_no_pictures(visit: Any) -> None:
    items = by_release(await (await visit()).page(token=None))
    assert {item["basic_information"][key] for item in items.values() for key in ("thumb", "cover_image")} == {""}
    assert all("folder_id" not in item for item in items.values())


async def test_others_see_folder_0_only(visit: Any) -> None:
    visitor = await visit()
    home = "/users/{me}/collection/folders"
    assert [one["id"] for one in (await visitor.get(home)).json["folders"]] == [0, 77, 1]
    assert [one["id"] for one in (await visitor.get(home, token=None)).json["folders"]] == [0]
    for path in (f"{home}/77", f"{home}/77/releases", f"{home}/5"):
        refused = await visitor.get(path, token=None)
        assert (refused.status, refused.message) == (403, OWNER_ONLY)


async def test_others_see_public_fields_only_and_nobody_none(visit: Any) -> None:
    visitor = await visit()
    other = visitor.world.open_account("somebody")
    path = "/users/{me}/collection/fields"
    assert len((await visitor.get(path)).json["fields"]) == 4
    assert [one["name"] for one in (await visitor.get(path, token=other.token)).json["fields"]] == ["Shelf"]
    assert (await visitor.get(path, token=None)).status == 401


@pytest.mark.parametrize("path", ["folders", "folders/0", "folders/0/releases", "fields"])
async def test_a_private_collection_is_for_its_owner(visit: Any, path: str) -> None:
    visitor = await visit()
    hidden = visitor.world.open_account("Hidden", public=False)
    for token in (None, visitor.server.token):
        refused = await visitor.get(f"/users/hidden/collection/{path}", token=token)
        assert (refused.status, refused.message) == (403, OWNER_ONLY)
    assert (await visitor.get(f"/users/hidden/collection/{path}", token=hidden.token)).status == 200


async def test_the_profile_counts_are_for_whoever_may_see_the_lists(visit: Any) -> None:
    visitor = await visit()
    hidden = visitor.world.open_account("hidden", public=False)
    for token, shown in ((None, False), (visitor.server.token, False), (hidden.token, True)):
        profile = (await visitor.get("/users/hidden", token=token)).json
        assert ("num_collection" in profile, "num_wantlist" in profile, "email" in profile) == (shown,) * 3
    assert (await visitor.get("/users/{me}", token=None)).json["num_collection"] == 3


async def test_the_count_in_a_profile_keeps_the_lag_it_was_recorded_with(visit: Any, few: Holding) -> None:
    lagging = Holding(few.copies, few.folders, few.fields, {"username": "lagger", "num_collection": 1})
    visitor = await visit(lagging)
    assert (await visitor.get("/users/lagger")).json["num_collection"] == 1
    assert (await visitor.get("/users/lagger/collection/folders/0")).json["count"] == 3


async def test_folders_and_fields_that_only_copies_name_exist(visit: Any, few: Holding) -> None:
    visitor = await visit(Holding(few.copies, (), ()))
    folders = (await visitor.get("/users/{me}/collection/folders")).json["folders"]
    assert [(one["id"], one["name"]) for one in folders] == [(0, "All"), (1, "Uncategorized"), (77, "Folder 77")]
    fields = (await visitor.get("/users/{me}/collection/fields")).json["fields"]
    assert [one["id"] for one in fields] == [1, 2, 3, 4]
