"""The doctor: each thing well, each thing broken, one that is broken hides no other, and no secret is ever told."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.app import Core, open_core
from core.config import Config, SecretsSettings
from core.domain.account import Account
from core.domain.health import Check, Health
from core.errors import (
    ConfigInvalid,
    Disconnected,
    KeyDamaged,
    NoSuchAccount,
    NotAuthorised,
    SealBroken,
    Unavailable,
    Unreachable,
)
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from core.store.migrate import newest_version
from tests.browser import BACK, application, led_back
from tests.core.store.elsewhere import writing
from tests.fakes import FakeClock
from tests.stand_in import config_for, many

import pytest
from msgspec.structs import replace

FOR_EVER = 1_000_000
ORDER = ["database", "disk", "discogs", "clock", "account", "limit"]


@dataclass(frozen=True)
class Evening:
    """Somebody who is connected and has a copy."""

    sandbox: Running
    core: Core
    config: Config
    account: Account
    clock: FakeClock

    async def examined(self) -> dict[str, Check]:
        return await examined(self.core)


@asynccontextmanager
async def evening(directory: Path, *, hours_off: float = 0, signed: bool = False) -> AsyncIterator[Evening]:
    clock = FakeClock(datetime.now(UTC) + timedelta(hours=hours_off))
    async with serve(World(many(30), clock=lambda: clock.now().timestamp())) as sandbox:
        config = config_for(directory, sandbox, **(application(sandbox) if signed else {}))
        async with open_core(config, clock=clock) as core:
            if signed:
                asked = await core.connect.begin_sign_in(BACK)
                back = await led_back(asked.address)
                newcomer = await core.connect.finish_sign_in(asked.key, back["oauth_verifier"])
            else:
                newcomer = await core.connect.by_token(sandbox.token)
            account = await core.connect.join(newcomer)
            assert (await core.sync.run(account, lambda _event: None)).problems == ()
            yield Evening(sandbox, core, config, account, clock)


async def examined(core: Core) -> dict[str, Check]:
    """What was found, by name; accounts by their names too."""
    checks = [check async for check in core.doctor.examine()]
    found = {check.name: check for check in checks}
    return found | {str(check.facts["username"]): check for check in checks if check.name == "account"}


def broken(found: dict[str, Check]) -> set[str]:
    return {check.name for check in found.values() if check.health is Health.BROKEN}


async def test_where_all_is_well_every_check_says_so_in_its_order(tmp_path: Path) -> None:
    async with evening(tmp_path) as tonight:
        checks = [check async for check in tonight.core.doctor.examine()]

    assert [check.name for check in checks] == ORDER
    # How much room the disk has is not ours to say.
    assert {check.health for check in checks if check.name != "disk"} == {Health.WELL}
    assert {check.error for check in checks} == {None}


async def test_what_is_well_is_told_with_its_figures(tmp_path: Path) -> None:
    async with evening(tmp_path) as tonight:
        found = await tonight.examined()
        synced = (await tonight.core.library.accounts())[0].last_sync_at

    database, account = found["database"].facts, found["account"].facts
    assert (database["path"], database["schema"]) == (str(tonight.config.paths.database), newest_version())
    assert (database["bytes"] > 0, database["processes"], database["damage"]) == (True, 0, "")
    assert found["disk"].facts["free"] > 0
    assert abs(found["clock"].facts["seconds"]) < 60
    assert account == {
        "username": tonight.sandbox.username,
        "access": "owner",
        "connected_at": tonight.account.connected_at,
        "last_sync_at": synced,
    }
    assert found["limit"].facts == {"per_minute": 60}


async def test_another_process_that_has_the_database_open_is_counted(tmp_path: Path) -> None:
    async with evening(tmp_path) as tonight:
        with writing(tonight.config.paths.database):
            found = await tonight.examined()
    assert (found["database"].health, found["database"].facts["processes"]) == (Health.WELL, 1)


async def test_before_anybody_has_connected_that_is_a_note(tmp_path: Path) -> None:
    async with serve(World(many(1))) as sandbox, open_core(config_for(tmp_path, sandbox)) as core:
        found = await examined(core)
    assert (found["accounts"].health, found["accounts"].error) == (Health.NOTE, None)
    assert "account" not in found
    assert found["limit"].facts == {"per_minute": 25}


@pytest.mark.parametrize("hours", [2.0, -2.0])
async def test_a_clock_that_is_far_off_is_broken_and_how_far_is_told(tmp_path: Path, hours: float) -> None:
    async with evening(tmp_path, hours_off=hours) as tonight:
        found = await tonight.examined()
    assert broken(found) == {"clock"}
    assert found["clock"].facts["seconds"] == pytest.approx(hours * 3600, abs=60)


async def test_a_clock_that_is_a_little_off_is_well(tmp_path: Path) -> None:
    async with evening(tmp_path, hours_off=200 / 3600) as tonight:
        assert broken(await tonight.examined()) == set()


@pytest.mark.parametrize("signed", [False, True], ids=["token", "signed in"])
async def test_a_credential_that_was_revoked_is_told_of_its_account(tmp_path: Path, signed: bool) -> None:
    async with evening(tmp_path, signed=signed) as tonight:
        other = await tonight.core.connect.with_token(tonight.sandbox.world.open_account("other").token)
        tonight.sandbox.world.revoke()
        found = await tonight.examined()

    assert isinstance(found[tonight.sandbox.username].error, NotAuthorised)
    assert found[tonight.sandbox.username].health is Health.BROKEN
    assert (found[other.username].health, found[other.username].error) == (Health.WELL, None)


async def test_looking_changes_nothing(tmp_path: Path) -> None:
    async with evening(tmp_path) as tonight:
        tonight.sandbox.world.revoke()
        before = await tonight.core.library.accounts()
        await tonight.examined()
        assert await tonight.core.library.accounts() == before


async def test_a_lost_key_is_told_of_its_account(tmp_path: Path) -> None:
    async with evening(tmp_path) as tonight:
        tonight.config.paths.key.unlink()
        async with open_core(tonight.config, clock=tonight.clock) as core:
            found = await examined(core)
    assert broken(found) == {"account"}
    assert found["account"].error == SealBroken(username=tonight.sandbox.username)


async def test_a_damaged_key_is_told_of_and_hides_nothing_else(tmp_path: Path) -> None:
    async with evening(tmp_path) as tonight:
        tonight.config.paths.key.write_text("no key\n")
        async with open_core(tonight.config, clock=tonight.clock) as core:
            found = await examined(core)
    assert broken(found) == {"account"}
    assert found["account"].error == KeyDamaged(path=str(tonight.config.paths.key))
    assert "limit" in found


async def test_who_signed_in_with_an_application_that_is_no_longer_set_is_told_so(tmp_path: Path) -> None:
    async with (
        evening(tmp_path, signed=True) as tonight,
        open_core(config_for(tmp_path, tonight.sandbox), clock=tonight.clock) as core,
    ):
        found = await examined(core)
    assert broken(found) == {"account"}
    assert isinstance(found["account"].error, ConfigInvalid)
    assert "limit" in found


async def test_of_a_name_that_nobody_here_has_it_is_not_told_that_nobody_is_connected(tmp_path: Path) -> None:
    async with evening(tmp_path) as tonight:
        checks = [check async for check in tonight.core.doctor.examine("somebody")]
    (accounts,) = (check for check in checks if check.name in ("account", "accounts"))
    assert accounts.error == NoSuchAccount(name="somebody", known=(tonight.sandbox.username,))


async def test_who_is_named_alone_is_looked_at(tmp_path: Path) -> None:
    async with evening(tmp_path) as tonight:
        await tonight.core.connect.with_token(tonight.sandbox.world.open_account("other").token)
        checks = [check async for check in tonight.core.doctor.examine("OTHER")]
    assert [check.facts["username"] for check in checks if check.name == "account"] == ["other"]


async def test_who_is_disconnected_and_who_is_public_are_no_trouble(tmp_path: Path) -> None:
    async with evening(tmp_path) as tonight:
        await tonight.core.leaving.disconnect(tonight.account)
        tonight.sandbox.world.open_account("other")
        await tonight.core.connect.join(await tonight.core.connect.by_public_name("other"))
        found = await tonight.examined()

    left, public = found[tonight.sandbox.username], found["other"]
    assert broken(found) == set()
    assert (left.health, left.error, left.facts["access"]) == (
        Health.NOTE,
        Disconnected(username=tonight.sandbox.username),
        "none",
    )
    assert (public.health, public.error, public.facts["access"]) == (Health.WELL, None, "public")


async def test_discogs_out_of_reach_is_broken_and_what_is_here_is_looked_at_all_the_same(tmp_path: Path) -> None:
    async with evening(tmp_path) as tonight:
        tonight.config.paths.key.unlink()
    # The server is gone, its port is free.
    async with open_core(tonight.config, clock=FakeClock()) as core:
        found = await examined(core)

    assert isinstance(found["discogs"].error, Unreachable)
    assert broken(found) == {"discogs", "account"}
    assert found["account"].error == SealBroken(username=tonight.sandbox.username)
    assert "clock" not in found
    assert found["limit"].facts == {"per_minute": None}


async def test_a_bad_day_of_discogs_is_a_note_and_no_broken_account(tmp_path: Path) -> None:
    async with evening(tmp_path) as tonight:
        tonight.sandbox.world.faults.add("502", times=FOR_EVER)
        found = await tonight.examined()
    assert broken(found) == set()
    for name in ("discogs", "account"):
        assert found[name].health is Health.NOTE
        assert found[name].error == Unavailable(status=502)


def damaged(path: Path, table: str) -> None:
    """Overwrite the first page of a table."""
    with closing(sqlite3.connect(path)) as connection:
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchall()
        ((size,),) = connection.execute("PRAGMA page_size").fetchall()
    content = bytearray(path.read_bytes())
    content[(root - 1) * size : root * size] = b"\xff" * size
    path.write_bytes(content)


@pytest.mark.parametrize("table", ["folders", "items", "releases"])
async def test_a_damaged_page_is_found_and_hides_nothing_else(tmp_path: Path, table: str) -> None:
    async with evening(tmp_path) as tonight:
        pass
    damaged(tonight.config.paths.database, table)
    async with serve(World(many(1))) as sandbox, open_core(config_for(tmp_path, sandbox)) as core:
        found = await examined(core)
    assert found["database"].health is Health.BROKEN
    assert found["database"].facts["damage"]
    assert {"disk", "discogs", "clock", "account", "limit"} <= found.keys()


async def test_damage_where_the_accounts_stand_is_found_and_told(tmp_path: Path) -> None:
    async with evening(tmp_path) as tonight:
        pass
    damaged(tonight.config.paths.database, "accounts")
    async with serve(World(many(1))) as sandbox, open_core(config_for(tmp_path, sandbox)) as core:
        found = await examined(core)
    assert found["database"].health is Health.BROKEN
    assert {"disk", "discogs", "clock", "limit"} <= found.keys()


async def test_nothing_that_is_told_shows_a_secret(tmp_path: Path) -> None:
    async with evening(tmp_path, signed=True) as tonight:
        world = tonight.sandbox.world
        other = await tonight.core.connect.with_token(world.open_account("other").token)
        (access,) = world.consents.granted_to(world.account)
        secrets = {
            tonight.config.paths.key.read_text().strip(),
            world.member("other").token,
            access.token,
            access.secret,
            world.application.key,
            world.application.secret,
        }
        told = [repr(await tonight.examined())]
        world.revoke()
        world.revoke("other")
        told.append(repr(await tonight.examined()))
        tonight.config.paths.key.write_text("no key\n")
        told.append(repr(await tonight.examined()))

    assert other.username in told[0]
    assert "NotAuthorised" in told[1]
    for secret in secrets:
        assert secret
        assert not any(secret in one for one in told)


async def test_what_is_lacking_is_found_without_asking_discogs(tmp_path: Path) -> None:
    async with evening(tmp_path) as tonight:
        before = tonight.sandbox.world.counts.total
        assert await tonight.core.doctor.lacking(tonight.account) == ()
        assert await tonight.core.doctor.lacking(None) == ()
        other = replace(tonight.config, secrets=SecretsSettings(key="A" * 43 + "="))
        async with open_core(other, clock=tonight.clock) as core:
            [check] = await core.doctor.lacking(tonight.account)
        assert (check.name, check.health, check.error) == ("account", Health.BROKEN, SealBroken("collector"))
        assert tonight.sandbox.world.counts.total == before


async def test_a_sign_in_without_its_application_is_told_before_it_fails(tmp_path: Path) -> None:
    async with evening(tmp_path, signed=True) as tonight:
        assert await tonight.core.doctor.lacking(tonight.account) == ()
        alone = replace(tonight.config, discogs=replace(tonight.config.discogs, consumer_key="", consumer_secret=""))
        async with open_core(alone, clock=tonight.clock) as core:
            assert [check.name for check in await core.doctor.lacking(tonight.account)] == ["application"]


async def test_of_who_is_disconnected_nothing_is_said_twice(tmp_path: Path) -> None:
    async with evening(tmp_path) as tonight:
        await tonight.core.leaving.disconnect(tonight.account)
        [gone] = await tonight.core.library.accounts()
        assert await tonight.core.doctor.lacking(gone) == ()
        assert await tonight.core.doctor.lacking(tonight.account) == ()  # As it was read before another process did so.
