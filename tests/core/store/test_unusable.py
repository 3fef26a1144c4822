"""Whatever is wrong with the file or its directory is told in our own errors."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import DatabaseUnusable, DirectoryUnusable
from core.store.database import open_database

import pytest

NOBODY = 65534


async def used(path: Path) -> None:
    """Open it, read from it, write to it."""
    async with open_database(path) as database:
        await database.fetch("SELECT * FROM accounts")
        async with database.tx() as tx:
            await tx.execute("DELETE FROM accounts")


@contextmanager
def without_privileges() -> Iterator[None]:
    """The superuser may write into a read-only file; be somebody else meanwhile."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A directory that everybody may enter, which those of the tests are not."""
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o755)
    yield directory
    directory.chmod(0o755)
    shutil.rmtree(directory)


def no_database(path: Path) -> None:
    path.write_bytes(b"Ceci n'est pas une base. " * 400)


def a_directory(path: Path) -> None:
    path.mkdir()


def somebody_elses(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE accounts (iban TEXT)")
    connection.close()


@pytest.mark.parametrize("make", [no_database, a_directory, somebody_elses])
async def test_what_is_no_database_of_ours_is_unusable(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "runout.db"
    make(path)

    with pytest.raises(DatabaseUnusable) as refused:
        await used(path)

    assert refused.value.path == str(path)
    assert refused.value.reason


async def test_a_damaged_file_is_unusable(tmp_path: Path) -> None:
    path = tmp_path / "runout.db"
    await used(path)
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))

    with pytest.raises(DatabaseUnusable):
        await used(path)


async def test_a_file_in_place_of_the_directory_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    with pytest.raises(DirectoryUnusable) as refused:
        await used(tmp_path / "data" / "runout.db")

    assert refused.value.path == str(tmp_path / "data")


async def test_a_read_only_file_is_unusable(open_place: Path) -> None:
    path = open_place / "runout.db"
    await used(path)
    path.chmod(0o444)
    open_place.chmod(0o555)

    with without_privileges(), pytest.raises(DatabaseUnusable):
        await used(path)


async def test_a_directory_that_cannot_be_made_is_told_as_such(open_place: Path) -> None:
    open_place.chmod(0o555)

    with without_privileges(), pytest.raises(DirectoryUnusable) as refused:
        await used(open_place / "data" / "runout.db")

    assert refused.value.path == str(open_place / "data")


async def test_a_directory_that_takes_no_file_is_unusable(open_place: Path) -> None:
    open_place.chmod(0o555)

    with without_privileges(), pytest.raises(DatabaseUnusable):
        await used(open_place / "runout.db")
