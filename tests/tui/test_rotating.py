"""`runout keys rotate`: what is said of it is what was done."""

from __future__ import annotations

import asyncio
from pathlib import Path

from core.config import Config, load
from core.domain.account import PersonalToken
from core.store.cipher import Cipher
from core.store.database import open_database
from core.store.repositories import Repositories
from tests.factories import ADDED, make_account
from tui.commands import rotate_keys

import pytest


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Two accounts are connected."""

    async def connect() -> None:
        async with open_database(tmp_path / "runout.db") as database, database.tx() as tx:
            stores = Repositories.of(database, Cipher(tmp_path / "secret.key"))
            for number in (1, 2):
                await stores.accounts.save(tx, make_account(number), PersonalToken(f"token {number}"), ADDED)

    asyncio.run(connect())
    return load({"RUNOUT_DATA_DIR": str(tmp_path), "RUNOUT_DISCOGS__API_URL": "http://127.0.0.1:9"})


def test_how_many_were_sealed_anew_is_told(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    key = config.paths.key.read_text()

    assert rotate_keys(config) == 0

    assert "2 credentials sealed with a new key; the old one is gone." in capsys.readouterr().err
    assert key not in config.paths.key.read_text()


def test_while_some_do_not_open_it_is_not_told_that_the_old_key_is_gone(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    config.paths.key.unlink()

    rotate_keys(config)

    assert len(config.paths.key.read_text().split()) == 2
    told = capsys.readouterr().err
    assert "the old one is gone" not in told
    assert "runout connect" in told
