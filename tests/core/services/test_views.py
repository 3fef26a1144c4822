"""Saved views of an account: kept, found by any way to write their names, and gone with it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core.domain.ids import Shelf
from core.domain.views import MOST, SavedView, shared
from core.errors import NoSuchView, TooManyViews, ViewExists, ViewTextUnusable, ViewUnusable
from core.store.database import open_database
from tests.stand_in import Evening, evening, many

import pytest
from msgspec.structs import replace

DUB: Final = SavedView("Dub to file", "style:dub", "-added", ("artist", "title"), Shelf.COLLECTION)


async def names(tonight: Evening) -> list[str]:
    return [view.name for view in await tonight.core.views.of(tonight.account)]


async def test_a_view_is_found_by_any_way_to_write_its_name(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        kept = await tonight.core.views.save(tonight.account, DUB)
        assert kept.saved_at is not None
        for name in ("Dub to file", "dub  TO file!", "Düb to file"):
            assert await tonight.core.views.view(tonight.account, name) == kept
        assert replace(kept, saved_at=None) == DUB


async def test_one_of_the_same_name_is_replaced_only_when_that_is_wanted(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        views, account = tonight.core.views, tonight.account
        await views.save(account, DUB)
        with pytest.raises(ViewExists) as told:
            await views.save(account, replace(DUB, name="DUB, to file", text="x"))
        assert told.value.name == "Dub to file"
        await views.save(account, replace(DUB, name="DUB, to file", text="x"), replace=True)
        assert [(view.name, view.text) for view in await views.of(account)] == [("DUB, to file", "x")]


async def test_views_are_listed_by_name(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        for name in ("zappa", "Łódź", "abba", "10", "9"):
            await tonight.core.views.save(tonight.account, SavedView(name))
        assert await names(tonight) == ["10", "9", "abba", "Łódź", "zappa"]


async def test_a_view_is_renamed_but_not_over_another(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        views, account = tonight.core.views, tonight.account
        kept = await views.save(account, DUB)
        await views.save(account, SavedView("Jazz"))
        assert await views.rename(account, "dub to file", "DUB TO FILE") == replace(kept, name="DUB TO FILE")
        with pytest.raises(ViewExists):
            await views.rename(account, "jazz", "dub to file")
        with pytest.raises(ViewUnusable):
            await views.rename(account, "jazz", " ")
        assert await names(tonight) == ["DUB TO FILE", "Jazz"]


async def test_what_is_removed_is_gone_and_what_is_not_there_is_told(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        views, account = tonight.core.views, tonight.account
        kept = await views.save(account, DUB)
        assert await views.remove(account, "dub to file") == kept
        assert await views.of(account) == ()
        for act in (views.remove, views.view, views.text):
            with pytest.raises(NoSuchView):
                await act(account, "dub to file")


async def test_a_view_is_handed_on_by_its_text(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        views, account = tonight.core.views, tonight.account
        await views.save(account, DUB)
        text = await views.text(account, DUB.name)
        assert text == shared(DUB)
        with pytest.raises(ViewExists):
            await views.bring(account, text)
        assert (await views.bring(account, text, name="Mine")).name == "Mine"
        with pytest.raises(ViewTextUnusable):
            await views.bring(account, text[:-1])
        assert await names(tonight) == ["Dub to file", "Mine"]


async def test_a_query_that_is_not_understood_is_kept_as_it_is(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        await tonight.core.views.save(tonight.account, SavedView("Old", "shoesize:44 ((("))
        (kept,) = await tonight.core.views.of(tonight.account)
        assert kept.text == "shoesize:44 ((("


async def test_there_is_an_end_to_how_many_are_kept(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        views, account = tonight.core.views, tonight.account
        for at in range(MOST):
            await views.save(account, SavedView(f"view {at}"))
        with pytest.raises(TooManyViews):
            await views.save(account, SavedView("one more"))
        await views.save(account, SavedView("view 7", "x"), replace=True)
        assert len(await views.of(account)) == MOST


async def test_what_is_damaged_is_shown_as_far_as_it_can_be(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        await tonight.core.views.save(tonight.account, DUB)
        async with open_database(tonight.config.paths.database) as database, database.tx() as tx:
            await tx.execute("UPDATE views SET columns = x'00', shelf = 'attic'")
        (found,) = await tonight.core.views.of(tonight.account)
        assert (found.columns, found.shelf, found.text) == ((), Shelf.COLLECTION, DUB.text)


async def test_they_are_shown_with_everything_that_is_kept_and_go_with_the_account(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        await tonight.core.views.save(tonight.account, DUB)
        kept = await tonight.core.leaving.everything(tonight.account)
        assert "style:dub" in str(kept)
        await tonight.core.leaving.delete(tonight.account)
        async with open_database(tonight.config.paths.database) as database:
            assert await database.fetch("SELECT count(*) FROM views") == [(0,)]
