"""Connecting: whose token it is, and what happens to tokens that are none."""

from __future__ import annotations

from pathlib import Path

from core.app import open_core
from core.errors import NotAuthorised, RunoutError, TokenMalformed, Unreachable
from core.sandbox.server import serve
from core.sandbox.world import World
from tests.fakes import FakeClock
from tests.stand_in import config_for, evening, many

import msgspec
import pytest


async def test_a_token_connects_the_account_it_belongs_to(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        assert tonight.account.username == tonight.sandbox.username
        assert tonight.account.discogs_id == tonight.sandbox.user_id
        assert await tonight.core.library.account() == tonight.account


async def test_connecting_again_joins_the_same_account_and_keeps_its_copy(tmp_path: Path) -> None:
    async with evening(tmp_path, many(4)) as tonight:
        await tonight.sync()
        again = await tonight.core.connect.with_token(f"  {tonight.sandbox.token}\n")
        assert (again.id, again.connected_at) == (tonight.account.id, tonight.account.connected_at)
        assert len((await tonight.core.library.collection(again)).copies) == 4


async def test_the_account_that_connected_last_is_the_one_that_opens(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        other = await tonight.core.connect.with_token(tonight.sandbox.world.open_account("other").token)
        assert await tonight.core.library.account() == other
        await tonight.core.connect.with_token(tonight.sandbox.token)
        assert await tonight.core.library.account() == tonight.account


async def test_a_token_discogs_does_not_know_connects_nobody(tmp_path: Path) -> None:
    async with serve(World(many(1))) as sandbox, open_core(config_for(tmp_path, sandbox)) as core:
        with pytest.raises(NotAuthorised):
            await core.connect.with_token("q" * 40)
        assert await core.library.account() is None


@pytest.mark.parametrize(
    "text",
    ["", "  \n", "two words", "line\nbreak", "naïve", "nul\x00", "x" * 1_000, "\x1b[31mred"],
    ids=["nothing", "blanks", "blank inside", "line break", "no ASCII", "nul", "too long", "escape"],
)
async def test_what_cannot_be_a_token_is_never_sent(tmp_path: Path, text: str) -> None:
    async with serve(World(many(1))) as sandbox, open_core(config_for(tmp_path, sandbox)) as core:
        with pytest.raises(TokenMalformed) as caught:
            await core.connect.with_token(text)
        assert sandbox.world.counts.total == 0
    assert not text.strip() or text.strip() not in str(caught.value)


async def test_an_outage_while_connecting_is_no_wrong_token(tmp_path: Path) -> None:
    async with serve(World(many(1))) as sandbox:
        config = config_for(tmp_path, sandbox)
    # The server is gone, its port is free.
    async with open_core(config, clock=FakeClock()) as core:
        with pytest.raises(Unreachable):
            await core.connect.with_token("q" * 40)


async def test_a_lost_key_asks_to_connect_again_and_keeps_the_copy(tmp_path: Path) -> None:
    async with evening(tmp_path, many(2)) as tonight:
        await tonight.sync()
        tonight.config.paths.key.unlink()
    async with serve(World(many(2))) as sandbox:
        paths = tonight.config.paths
        config = msgspec.structs.replace(config_for(tmp_path, sandbox), paths=paths)
        async with open_core(config) as core:
            with pytest.raises(RunoutError) as caught:
                await core.sync.run(tonight.account, lambda _event: None)
            assert type(caught.value).__name__ == "SealBroken"
            assert len((await core.library.collection(tonight.account)).copies) == 2
