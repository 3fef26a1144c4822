"""Signing in on Discogs' own page, from the question to the account, and everything that can come between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.app import Core, open_core
from core.config import Config
from core.domain.account import Access, Account, SignInAsked
from core.errors import (
    ApplicationRefused,
    BrokenAnswer,
    ClockWrong,
    ConfigInvalid,
    RunoutError,
    SignInExpired,
    SignInRefused,
    SignInUsed,
    Unavailable,
    Unreachable,
)
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from tests.browser import BACK, application, code_shown, led_back
from tests.fakes import FakeClock
from tests.stand_in import config_for, many

import pytest


@dataclass(frozen=True)
class Evening:
    """A program that is registered with the stand-in, and nobody connected yet. Its time passes by hand."""

    sandbox: Running
    core: Core
    config: Config
    clock: FakeClock

    async def signed_in(self, username: str = "") -> Account:
        asked = await self.core.connect.begin_sign_in(BACK)
        back = await led_back(asked.address, username=username)
        return await self.finished(asked, back["oauth_verifier"])

    async def finished(self, asked: SignInAsked, verifier: str) -> Account:
        return await self.core.connect.join(await self.core.connect.finish_sign_in(asked.key, verifier))


@asynccontextmanager
async def evening(directory: Path, *, hours_off: float = 0, **app: str) -> AsyncIterator[Evening]:
    clock = FakeClock(datetime.now(UTC) + timedelta(hours=hours_off))
    world = World(many(3), clock=lambda: clock.now().timestamp())
    async with serve(world) as sandbox:
        config = config_for(directory, sandbox, **application(sandbox, **app))
        async with open_core(config, clock=clock) as core:
            yield Evening(sandbox, core, config, clock)


@pytest.fixture
async def tonight(tmp_path: Path) -> AsyncIterator[Evening]:
    async with evening(tmp_path) as one:
        yield one


async def test_who_agrees_is_connected_and_syncs_as_the_owner(tonight: Evening) -> None:
    account = await tonight.signed_in()
    report = await tonight.core.sync.run(account, lambda _event: None)
    collection = await tonight.core.library.collection(account)

    assert tonight.core.connect.can_sign_in
    assert (account.username, account.discogs_id) == (tonight.sandbox.username, tonight.sandbox.user_id)
    assert account.access is Access.OWNER
    assert [one.id for one in await tonight.core.library.accounts()] == [account.id]
    assert (report.copies, report.problems) == (3, ())
    assert all(copy.folder_id for copy in collection.copies)


async def test_the_browser_is_led_back_to_the_address_that_was_given(tonight: Evening) -> None:
    asked = await tonight.core.connect.begin_sign_in(BACK)
    back = await led_back(asked.address)

    assert asked.address.startswith(f"{tonight.sandbox.url}/oauth/authorize?")
    assert back.keys() == {"state", "oauth_token", "oauth_verifier"}
    assert (back["state"], back["oauth_token"]) == ("7", asked.key)


async def test_without_an_address_to_come_back_to_the_code_is_typed(tonight: Evening) -> None:
    asked = await tonight.core.connect.begin_sign_in()
    code = await code_shown(asked.address)

    account = await tonight.finished(asked, f"  {code}\n")

    assert account.username == tonight.sandbox.username


async def test_signing_in_twice_is_one_account_and_two_members_are_two(tonight: Evening) -> None:
    tonight.sandbox.world.open_account("another")
    first = await tonight.signed_in()
    tonight.clock.advance(1)
    other = await tonight.signed_in("another")
    assert await tonight.core.library.accounts() == (other, first)

    tonight.clock.advance(1)
    again = await tonight.signed_in()
    assert (again.id, again.connected_at) == (first.id, first.connected_at)
    assert await tonight.core.library.account() == again
    assert len(await tonight.core.library.accounts()) == 2


async def test_who_denies_is_not_connected_and_may_begin_again(tonight: Evening) -> None:
    asked = await tonight.core.connect.begin_sign_in(BACK)
    assert await led_back(asked.address, "deny") == {"state": "7", "denied": asked.key}
    with pytest.raises(SignInRefused):
        await tonight.core.connect.finish_sign_in(asked.key, "guessed")
    assert await tonight.core.library.accounts() == ()

    assert (await tonight.signed_in()).username == tonight.sandbox.username


async def test_an_answer_that_comes_twice_counts_once(tonight: Evening) -> None:
    asked = await tonight.core.connect.begin_sign_in(BACK)
    back = await led_back(asked.address)
    account = await tonight.finished(asked, back["oauth_verifier"])
    sent = tonight.sandbox.world.counts.total

    with pytest.raises(SignInUsed):
        await tonight.core.connect.finish_sign_in(asked.key, back["oauth_verifier"])
    assert tonight.sandbox.world.counts.total == sent
    assert await tonight.core.library.accounts() == (account,)


async def test_an_answer_of_somebody_who_was_not_asked_here_is_not_taken(tmp_path: Path, tonight: Evening) -> None:
    async with open_core(config_elsewhere(tonight, tmp_path / "elsewhere"), clock=tonight.clock) as elsewhere:
        asked = await elsewhere.connect.begin_sign_in(BACK)
        back = await led_back(asked.address)
        with pytest.raises(SignInExpired):
            await tonight.core.connect.finish_sign_in(asked.key, back["oauth_verifier"])
        # Where it was begun it still counts.
        await elsewhere.connect.finish_sign_in(asked.key, back["oauth_verifier"])
    assert await tonight.core.library.accounts() == ()


def config_elsewhere(tonight: Evening, directory: Path) -> Config:
    return config_for(directory, tonight.sandbox, **application(tonight.sandbox))


async def test_another_process_on_the_same_files_may_finish_what_this_one_began(tonight: Evening) -> None:
    asked = await tonight.core.connect.begin_sign_in(BACK)
    back = await led_back(asked.address)
    async with open_core(tonight.config, clock=tonight.clock) as other:
        account = await other.connect.join(await other.connect.finish_sign_in(asked.key, back["oauth_verifier"]))
    assert await tonight.core.library.account() == account
    with pytest.raises(SignInUsed):
        await tonight.core.connect.finish_sign_in(asked.key, back["oauth_verifier"])


async def test_after_a_quarter_of_an_hour_the_answer_comes_too_late(tonight: Evening) -> None:
    asked = await tonight.core.connect.begin_sign_in(BACK)
    back = await led_back(asked.address)
    tonight.clock.advance(15 * 60 + 1)
    sent = tonight.sandbox.world.counts.total

    with pytest.raises(SignInExpired):
        await tonight.core.connect.finish_sign_in(asked.key, back["oauth_verifier"])
    assert tonight.sandbox.world.counts.total == sent


async def test_within_a_quarter_of_an_hour_it_counts(tonight: Evening) -> None:
    asked = await tonight.core.connect.begin_sign_in(BACK)
    tonight.clock.advance(14 * 60)
    back = await led_back(asked.address)

    assert (await tonight.finished(asked, back["oauth_verifier"])).username == tonight.sandbox.username


async def test_a_day_later_what_was_used_is_forgotten(tonight: Evening) -> None:
    asked = await tonight.core.connect.begin_sign_in(BACK)
    back = await led_back(asked.address)
    await tonight.finished(asked, back["oauth_verifier"])
    tonight.clock.advance(24 * 3600 + 1)
    await tonight.core.connect.begin_sign_in(BACK)

    with pytest.raises(SignInExpired):
        await tonight.core.connect.finish_sign_in(asked.key, back["oauth_verifier"])


@pytest.mark.parametrize("code", ["wrong", "", "  ", "naïve", "two\nlines", "x" * 10_000])
async def test_a_wrong_code_connects_nobody_and_the_next_sign_in_does(tonight: Evening, code: str) -> None:
    asked = await tonight.core.connect.begin_sign_in()
    await code_shown(asked.address)

    with pytest.raises(SignInRefused) as refused:
        await tonight.core.connect.finish_sign_in(asked.key, code)
    assert not code.strip() or code not in repr(refused.value)
    assert await tonight.core.library.accounts() == ()
    assert (await tonight.signed_in()).username == tonight.sandbox.username


async def test_a_program_with_a_wrong_secret_is_refused_at_once(tmp_path: Path) -> None:
    async with evening(tmp_path, secret="another") as tonight:
        with pytest.raises(ApplicationRefused):
            await tonight.core.connect.begin_sign_in(BACK)


async def test_a_program_that_discogs_does_not_know_is_refused_with_its_words(tmp_path: Path) -> None:
    async with evening(tmp_path, key="another") as tonight:
        with pytest.raises(ApplicationRefused) as refused:
            await tonight.core.connect.begin_sign_in(BACK)
    assert refused.value.said.startswith("Invalid consumer")


async def test_without_an_application_nothing_is_sent(tmp_path: Path) -> None:
    async with serve(World(many(1))) as sandbox, open_core(config_for(tmp_path, sandbox)) as core:
        assert not core.connect.can_sign_in
        with pytest.raises(ConfigInvalid):
            await core.connect.begin_sign_in(BACK)
        assert sandbox.world.counts.total == 0


@pytest.mark.parametrize("hours", [2.0, -2.0])
async def test_a_signature_by_a_wrong_clock_is_blamed_on_the_clock(tmp_path: Path, hours: float) -> None:
    async with evening(tmp_path, hours_off=hours) as tonight:
        # What is signed by such a clock counts as not signed.
        tonight.sandbox.world.faults.add("owner as anonymous", route="request_token")
        with pytest.raises(ClockWrong) as wrong:
            await tonight.core.connect.begin_sign_in(BACK)
        assert wrong.value.seconds == pytest.approx(hours * 3600, abs=60)

        asked = await tonight.core.connect.begin_sign_in(BACK)
        back = await led_back(asked.address)
        tonight.sandbox.world.faults.add("owner as anonymous", route="access_token")
        with pytest.raises(ClockWrong):
            await tonight.core.connect.finish_sign_in(asked.key, back["oauth_verifier"])


DOWN: dict[str, tuple[bool, tuple[type[RunoutError], ...]]] = {
    "trouble": (False, (Unavailable,)),
    # Of a connection that was open all that is told is that it brought no answer.
    "no line": (True, (Unreachable, BrokenAnswer)),
}


@pytest.mark.parametrize("down", DOWN)
@pytest.mark.parametrize("when", ["before the question", "after the answer"])
async def test_while_discogs_is_down_nobody_is_connected_and_later_it_is_begun_again(
    tonight: Evening, down: str, when: str
) -> None:
    refused, errors = DOWN[down]
    asked = await tonight.core.connect.begin_sign_in(BACK)
    back = await led_back(asked.address)
    tonight.sandbox.world.faults.add("outage", seconds=3600.0, refused=refused)

    connect = tonight.core.connect
    is_first = when == "before the question"
    with pytest.raises(errors):
        await (connect.begin_sign_in(BACK) if is_first else connect.finish_sign_in(asked.key, back["oauth_verifier"]))
    assert await tonight.core.library.accounts() == ()

    tonight.sandbox.world.faults.clear()
    assert (await tonight.signed_in()).username == tonight.sandbox.username


async def test_a_sign_in_that_waits_is_sealed_in_every_file(tonight: Evening, tmp_path: Path) -> None:
    asked = await tonight.core.connect.begin_sign_in(BACK)
    consent = tonight.sandbox.world.consents.asked(asked.key)
    assert consent is not None

    files = [file for file in tmp_path.iterdir() if file.is_file() and file.name != "secret.key"]
    assert {"runout.db", "runout.db-wal"} <= {file.name for file in files}
    for file in files:
        assert asked.key.encode() not in file.read_bytes()
        assert consent.secret.encode() not in file.read_bytes()


async def test_nothing_that_is_told_of_a_sign_in_shows_a_secret(tonight: Evening) -> None:
    asked = await tonight.core.connect.begin_sign_in(BACK)
    back = await led_back(asked.address)
    newcomer = await tonight.core.connect.finish_sign_in(asked.key, back["oauth_verifier"])
    (access,) = tonight.sandbox.world.consents.granted_to(tonight.sandbox.world.account)

    assert access.secret not in repr(newcomer)
    assert access.token not in repr(newcomer)


async def test_a_lost_key_ends_a_sign_in_that_waits(tonight: Evening) -> None:
    asked = await tonight.core.connect.begin_sign_in(BACK)
    back = await led_back(asked.address)
    tonight.config.paths.key.unlink()
    async with open_core(tonight.config, clock=tonight.clock) as other:
        with pytest.raises(SignInExpired):
            await other.connect.finish_sign_in(asked.key, back["oauth_verifier"])
