"""A collection from a file: browsed like any other, brought up to date by the next file, and never by Discogs."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core import config as settings
from core.app import Core, open_core
from core.domain.account import Access, Account
from core.domain.changes import Action, Who
from core.domain.collection import Collection
from core.domain.deciding import Said
from core.domain.health import Health
from core.domain.ids import ReleaseId, Shelf
from core.domain.importing import State
from core.domain.schedule import Every
from core.errors import ChangedMeanwhile, FileUnreadable, Found, FromFile, NameTaken, NameUnusable, NotAnExport
from core.services.importing import Imported
from core.store.database import open_database
from tests.exports import HEADER, Row, csv_of, row
from tests.fakes import FakeClock
from tests.stand_in import SAMPLES, evening, holding_of, owned

import pytest

COLLECTIONS = SAMPLES / "collections"
OLDER, NEWER = (COLLECTIONS / "collector_c" / f"collection-2016-{day}.csv.gz" for day in ("03-22", "05-21"))
AGREED = Said(removals=True)


@asynccontextmanager
async def home(directory: Path, clock: FakeClock | None = None) -> AsyncIterator[Core]:
    """The core, and nobody on the line."""
    async with open_core(settings.load({"RUNOUT_DATA_DIR": str(directory / "data")}), clock=clock) as core:
        yield core


def file_of(directory: Path, *rows: Row, name: str = "mine.csv", header: tuple[str, ...] = HEADER) -> Path:
    path = directory / name
    content = csv_of(*rows, header=header)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


async def brought(core: Core, path: Path, name: str = "", said: Said = AGREED) -> Imported:
    """A file that is imported; all that is probable is the same."""
    looked = await core.importing.look(path, name)
    same = frozenset(match.row.line for match in looked.preview.probable)
    return await core.importing.carry_out(looked, Said(same, said.removals))


async def account(core: Core, name: str) -> Account:
    found = await core.library.account(name)
    assert found is not None
    return found


async def collection(core: Core, name: str) -> Collection:
    return await core.library.collection(await account(core, name))


async def test_the_second_export_of_a_real_collection_adds_nine_removes_none_and_changes_twenty_two(
    tmp_path: Path,
) -> None:
    async with home(tmp_path) as core:
        first = await brought(core, OLDER, "c")
        second = await brought(core, NEWER, "c", Said())
        feed = await core.history.changes(second.account)

        assert (first.copies, first.added, first.changed, first.removed) == (2_188, 2_188, 0, 0)
        assert (second.copies, second.added, second.changed, second.removed, second.kept) == (2_197, 9, 22, 0, 0)
        assert len((await collection(core, "c")).copies) == 2_197
        told = [entry.change.action for entry in feed]
        assert {action: told.count(action) for action in set(told)} == {
            Action.FIRST: 1,
            Action.ADDED: 9,
            Action.EDITED: 22,
        }


async def test_what_is_imported_can_be_browsed_with_folders_fields_grades_and_ages(tmp_path: Path) -> None:
    header = (*HEADER, "Collection Shop")
    one = row(7, folder="Jamaica", media="Mint (M)", notes="mine", rating="4", form="2xLP, Album, RE") | {
        "Collection Shop": "corner"
    }
    async with home(tmp_path, clock := FakeClock()) as core:
        done = await brought(core, file_of(tmp_path, one, header=header))
        found = await collection(core, "mine")
        standing = await core.history.standing(done.account)

    (copy,) = found.copies
    assert (found.folder_of(copy), copy.media, copy.notes, copy.rating) == ("Jamaica", "Mint (M)", "mine", 4)
    assert {field.name: copy.value(field.id) for field in found.fields if field.id > 3} == {"Shop": "corner"}
    assert copy.added == datetime(2024, 5, 11, 18, 29, 49, tzinfo=UTC)
    assert copy.release.formats[0].descriptions == ("LP", "Album", "Reissue")
    assert (done.account.access, done.account.discogs_id < 0) == (Access.LOCAL, True)
    assert set(standing.ages) == {Shelf.COLLECTION}
    assert standing.ages[Shelf.COLLECTION].walked_at == clock.now()
    assert standing.ages[Shelf.COLLECTION].due_at is None


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("mine.csv", "mine"),
        ("mine.csv.gz", "mine"),
        ("MINE.CSV", "MINE"),
        ("mine.gz", "mine"),
        ("my records", "my records"),
    ],
)
async def test_a_collection_is_called_as_its_file(tmp_path: Path, name: str, called: str) -> None:
    async with home(tmp_path) as core:
        assert (await core.importing.look(file_of(tmp_path, row(1), name=name))).name == called


async def test_whether_a_file_is_packed_is_told_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(gzip.compress(csv_of(row(1))))
    async with home(tmp_path) as core:
        assert (await core.importing.look(path)).preview.counts[State.NEW] == 1


async def test_to_look_changes_nothing(tmp_path: Path) -> None:
    async with home(tmp_path) as core:
        await core.importing.look(file_of(tmp_path, row(1)))

        assert await core.library.accounts() == ()


async def test_a_new_collection_is_opened_next_and_an_old_one_is_only_brought_up_to_date(tmp_path: Path) -> None:
    async with home(tmp_path, clock := FakeClock()) as core:
        await brought(core, file_of(tmp_path, row(1)), "first")
        clock.advance(60)
        await brought(core, file_of(tmp_path, row(1)), "second")
        clock.advance(60)
        await brought(core, file_of(tmp_path, row(1), row(2)), "FIRST")

        assert [one.username for one in await core.library.accounts()] == ["second", "first"]
        assert len({one.discogs_id for one in await core.library.accounts()}) == 2


async def test_a_feed_of_imports_replays(tmp_path: Path) -> None:
    async with home(tmp_path) as core:
        await brought(core, file_of(tmp_path, row(1), row(2, title="B"), row(3, title="C")))
        await brought(core, file_of(tmp_path, row(1, notes="new"), row(30, title="C"), row(4, title="D")))
        feed = await core.history.changes(await account(core, "mine"))

    told = [(entry.change.action, entry.change.instance_id, entry.change.who) for entry in reversed(feed)]
    assert told == [
        (Action.FIRST, None, Who.DISCOGS),
        (Action.ADDED, 4, Who.DISCOGS),
        (Action.NOTED, 1, Who.DISCOGS),
        (Action.EDITED, 3, Who.DISCOGS),
        (Action.REMOVED, 2, Who.PERSON),
    ]


async def test_what_the_api_has_said_of_a_release_stands_and_the_file_counts_by_what_it_said_before(
    tmp_path: Path,
) -> None:
    shown = holding_of(owned(1, 7, title="As Discogs has it", genres=["Reggae"]))
    async with evening(tmp_path, shown) as tonight:
        await tonight.sync()
        core = tonight.core
        await brought(core, file_of(tmp_path, row(7, title="As it was"), row(8)))
        looked = await core.importing.look(file_of(tmp_path, row(7, title="As it is"), row(8)))
        done = await core.importing.carry_out(looked, AGREED)
        mine = {copy.release.id: copy.release for copy in (await collection(core, "mine")).copies}
        first = await core.library.first_rows(done.account, await core.desk.of(done.account))

        assert (looked.preview.counts[State.CHANGED], done.changed) == (1, 1)
        assert (mine[ReleaseId(7)].title, mine[ReleaseId(7)].genres) == ("As Discogs has it", ("Reggae",))
        assert (await tonight.collection()).copies[0].release == mine[ReleaseId(7)]
        assert [entry.change.action for entry in await core.history.changes(done.account)] == [Action.FIRST]
        assert first is not None
        # In the order of what is shown, not of what the file says.
        assert [copy.release.id for copy in first.collection.copies] == [7, 8]


async def test_what_the_api_says_later_takes_the_place_of_what_a_file_said(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(owned(1, 7, title="As Discogs has it"))) as tonight:
        await brought(tonight.core, file_of(tmp_path, row(7), row(8, title="B"), row(9, title="C")), "mine")
        await tonight.sync()
        local = await account(tonight.core, "mine")
        feed = await tonight.core.history.changes(local)

        titles = {copy.release.title for copy in (await collection(tonight.core, "mine")).copies}
        assert titles == {"As Discogs has it", "B", "C"}
        assert [entry.change.action for entry in feed] == [Action.EDITED, Action.FIRST]
        async with open_database(tonight.config.paths.database) as database:
            rows = await database.fetch("SELECT release_id, source FROM releases ORDER BY release_id")
        assert rows == [(7, "api"), (8, "file"), (9, "file")]


async def test_another_file_brings_the_texts_of_what_is_known_from_files_only_up_to_date_for_all(
    tmp_path: Path,
) -> None:
    async with home(tmp_path) as core:
        await brought(core, file_of(tmp_path, row(1, title="Old")), "mine")
        await brought(core, file_of(tmp_path, row(1, title="New")), "theirs")
        (copy,) = (await collection(core, "mine")).copies
        mine = await core.history.changes(await account(core, "mine"))
        again = await core.importing.look(file_of(tmp_path, row(1, title="Old")), "mine")

        assert copy.release.title == "New"
        assert [entry.change.action for entry in mine] == [Action.EDITED, Action.FIRST]
        assert again.preview.counts[State.SAME] == 1


async def test_copies_that_are_not_in_the_file_stay_until_that_is_said(tmp_path: Path) -> None:
    async with home(tmp_path) as core:
        await brought(core, file_of(tmp_path, row(1), row(2, title="B")))

        kept = await brought(core, file_of(tmp_path, row(1)), said=Said())
        assert (kept.kept, kept.removed, kept.copies) == (1, 0, 2)
        gone = await brought(core, file_of(tmp_path, row(1)))
        assert (gone.kept, gone.removed, gone.copies) == (0, 1, 1)


async def test_an_account_that_was_connected_is_not_overwritten(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(owned(1))) as tonight:
        with pytest.raises(NameTaken) as refused:
            await tonight.core.importing.look(file_of(tmp_path, row(1)), tonight.account.username.upper())

        assert refused.value.name == tonight.account.username


@pytest.mark.parametrize("name", [" ", "\u200b", "x" * 101])
async def test_what_cannot_be_seen_is_no_name(tmp_path: Path, name: str) -> None:
    async with home(tmp_path) as core:
        with pytest.raises(NameUnusable):
            await core.importing.look(file_of(tmp_path, row(1)), name)


async def test_who_connects_under_the_name_of_a_file_has_it(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(owned(1))) as tonight:
        core, name = tonight.core, tonight.account.username
        await core.leaving.delete(tonight.account)
        await brought(core, file_of(tmp_path, row(1)), name)
        await brought(core, file_of(tmp_path, row(1)), f"{name} (file)")
        await core.connect.with_token(tonight.sandbox.token)

        found = {one.username: one.access for one in await core.library.accounts()}
        assert found == {
            name: Access.OWNER,
            f"{name} (file)": Access.LOCAL,
            f"{name} (file 2)": Access.LOCAL,
        }


async def test_what_was_changed_since_it_was_looked_at_is_looked_at_again(tmp_path: Path) -> None:
    async with home(tmp_path) as core:
        new, twice = [await core.importing.look(file_of(tmp_path, row(1))) for _ in range(2)]
        await core.importing.carry_out(new, AGREED)
        with pytest.raises(ChangedMeanwhile):
            await core.importing.carry_out(twice, AGREED)

        old, later = [await core.importing.look(file_of(tmp_path, row(1), row(2))) for _ in range(2)]
        await core.importing.carry_out(old, AGREED)
        with pytest.raises(ChangedMeanwhile):
            await core.importing.carry_out(later, AGREED)
        assert len((await collection(core, "mine")).copies) == 2


async def test_others_who_have_most_of_it_already_are_named(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(owned(1, 1), owned(2, 2), owned(3, 3))) as tonight:
        await tonight.sync()
        core = tonight.core
        await brought(core, file_of(tmp_path, row(1), row(8)), "files")

        looked = await core.importing.look(file_of(tmp_path, row(1), row(2), row(8), row(9)), "more")
        little = await core.importing.look(file_of(tmp_path, row(3), row(7), row(9)), "more")

        named = {one.account.username: one.releases for one in looked.elsewhere}
        assert named == {tonight.account.username: 2, "files": 2}
        assert little.elsewhere == ()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (gzip.compress(csv_of(row(1)))[:-9], Found.DAMAGED),
        (b"\x1f\x8b" + b"\0" * 40, Found.DAMAGED),
        (gzip.compress(b"x" * 3) + b"garbage", Found.DAMAGED),
        (gzip.compress(b"{}"), Found.JSON),
        (gzip.compress(b""), Found.EMPTY),
    ],
    ids=["cut off", "no stream", "something behind it", "JSON", "empty"],
)
async def test_a_packed_file_that_is_none_is_refused(tmp_path: Path, content: bytes, found: Found) -> None:
    path = tmp_path / "mine.csv.gz"
    path.write_bytes(content)
    async with home(tmp_path) as core:
        with pytest.raises(NotAnExport) as refused:
            await core.importing.look(path)

    assert (refused.value.path, refused.value.found) == ("mine.csv.gz", found)


async def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    async with home(tmp_path) as core:
        for path in (tmp_path / "nothing.csv", tmp_path):
            with pytest.raises(FileUnreadable):
                await core.importing.look(path)


async def test_nothing_is_asked_of_discogs_for_what_came_from_a_file(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(owned(1))) as tonight:
        core = tonight.core
        await tonight.sync()
        local = (await brought(core, file_of(tmp_path, row(1)))).account
        before = tonight.sandbox.world.counts.total

        for shelf in Shelf:
            with pytest.raises(FromFile):
                await core.sync.run(local, lambda _event: None, shelf=shelf)
        core.look.at_shelf(local)
        core.look.at_copies(local, (await collection(core, "mine")).copies)
        await asyncio.gather(*core.look._behind.values())
        await core.schedule.set_every(local, Every.SIX_HOURS)
        await core.schedule.touch(local)
        later = core.jobs.now() + timedelta(days=30)
        assert set((await core.schedule.settings(local)).turns.values()) == {None}
        assert await core.history.runs(local) == ()
        assert local.id not in {one for one, _ in await core.importing._stores.shelves.due(later, 10)}
        assert tonight.sandbox.world.counts.total == before


async def test_all_is_well_with_what_came_from_a_file(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(owned(1))) as tonight:
        await brought(tonight.core, file_of(tmp_path, row(1)))
        checks = {check.name: check async for check in tonight.core.doctor.examine("mine")}

        assert checks["account"].health is Health.WELL
        assert checks["account"].facts["access"] == "local"
        assert await tonight.core.doctor.lacking(await account(tonight.core, "mine")) == ()


async def test_there_is_nothing_to_disconnect_and_everything_to_delete(tmp_path: Path) -> None:
    async with home(tmp_path) as core:
        local = (await brought(core, file_of(tmp_path, row(1), row(2)))).account
        await core.leaving.disconnect(local)
        still = await account(core, "mine")
        await core.leaving.delete(local)

        assert (still.id, still.access) == (local.id, Access.LOCAL)
        assert await core.library.accounts() == ()
        assert set((await core.leaving.counts(local)).values()) == {0}
        assert await core.importing._stores.database.fetch("SELECT release_id FROM releases") == []


async def test_a_backup_has_it_and_what_is_deleted_goes_from_the_backup_too(tmp_path: Path) -> None:
    async with home(tmp_path) as core:
        first = (await brought(core, file_of(tmp_path, row(1)), "first")).account
        await brought(core, file_of(tmp_path, row(2)), "second")
        made = await core.backup.make(None)
        deletion = await core.leaving.delete(first)

        assert (made.accounts, made.copies) == (2, 2)
        assert len(deletion.rewritten) == 1
        async with open_database(Path(made.path)) as database:
            assert await database.fetch("SELECT username FROM accounts") == [("second",)]


async def test_one_that_is_imported_anew_is_another_one(tmp_path: Path) -> None:
    """A number that is given twice would take the wrong one out of older backups."""
    async with home(tmp_path) as core:
        first = (await brought(core, file_of(tmp_path, row(1)))).account
        await core.leaving.delete(first)
        second = (await brought(core, file_of(tmp_path, row(1)))).account

    assert first.discogs_id != second.discogs_id


async def test_everything_that_is_kept_of_it_is_shown(tmp_path: Path) -> None:
    async with home(tmp_path) as core:
        local = (await brought(core, file_of(tmp_path, row(1, title="Kingston Echoes")))).account
        rows = await core.leaving.everything(local)

    (kept,) = rows["local_collections"]
    assert (kept["file"], kept["numbered"]) == ("mine.csv", 1)
    assert kept["texts"] == {"1": ["HM 001", "The Gunmen", "Kingston Echoes", "Hall Of Mirrors", "LP, Album", "1976"]}


async def test_of_what_is_deleted_no_byte_is_left(tmp_path: Path) -> None:
    name, note, folder = (f"{what}-that-nobody-else-has-91c2" for what in ("name", "note", "folder"))
    async with home(tmp_path) as core:
        local = (await brought(core, file_of(tmp_path, row(1, notes=note, folder=folder)), name)).account
        assert _telling(tmp_path / "data", (name, note, folder))
        await core.leaving.delete(local)
        assert not _telling(tmp_path / "data", (name, note, folder))
    assert not _telling(tmp_path / "data", (name, note, folder))


def _telling(directory: Path, texts: tuple[str, ...]) -> set[str]:
    files = {path.name: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    return {name for name, content in files.items() if any(text.encode() in content for text in texts)}
