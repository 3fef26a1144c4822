"""Copies of the database: made when asked for and once a day, and put back in its place."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from core.clock import Clock
from core.domain.backup import Backup, Found, Restored, Upkeep, kept
from core.domain.ids import AccountId
from core.errors import BackupExists, BackupNotWritten, DirectoryUnusable, KeyDamaged, RunoutError
from core.store.backup import (
    DIRECTORY,
    IsStopped,
    asked_name,
    automatic,
    automatic_name,
    forget_parts,
    newest_backup,
)
from core.store.cipher import Cipher, SealDoesNotOpen
from core.store.erase import copy_of_those_here
from core.store.repositories import Repositories
from core.store.restore import Sealed, examine, put_in_place, refuse_open

T = TypeVar("T")

_SPARED: Final = 64_000_000
"""Bytes that an automatic backup leaves free: a sync must not fail because of it."""


class BackupService:
    """Copies what others may be writing to meanwhile. The key is in no backup."""

    def __init__(self, stores: Repositories, clock: Clock) -> None:
        self._path = stores.database.path
        self._clock = clock

    async def make(self, target: Path | None = None) -> Backup:
        """A copy of the whole database; without a name of its own among the backups, called after the present moment.

        Raises BackupExists or BackupNotWritten, and leaves nothing half made. So does whoever does not want to wait.
        """
        moment = self._clock.now()
        return await _stoppable(lambda stopped: _made(self._path, target or asked_name(self._path, moment), stopped))

    async def keep(self, now: datetime) -> Upkeep:
        """Have one automatic backup of this day (UTC), and let go of those that are not kept any longer.

        Nothing is let go of unless there is one of today. Raises BackupNotWritten.
        """
        return await _stoppable(lambda stopped: _kept(self._path, now, stopped))

    async def daily(self, now: datetime) -> str:
        """The same for the schedule: what was done, in a few words. Raises BackupNotWritten."""
        done = await self.keep(now)
        made = (f"made {Path(done.made.path).name}",) if done.made else ()
        return ", ".join((*made, *(f"deleted {name}" for name in done.deleted)))

    async def newest(self) -> str:
        """The path of the newest backup; empty when there is none."""
        return await asyncio.to_thread(newest_backup, self._path)


class RestoreService:
    """Puts a backup in the database's place. For a process that has not got the database open."""

    def __init__(self, database: Path, cipher: Cipher, clock: Clock) -> None:
        self._path = database
        self._cipher = cipher
        self._clock = clock

    async def look(self, file: Path) -> Found:
        """What is in a file; nothing is changed. Raises BackupUnusable, DatabaseTooNew or DatabaseInUse."""
        backup, sealed = await asyncio.to_thread(examine, file, self._path)
        await asyncio.to_thread(refuse_open, self._path)
        return Found(backup, self._locked(sealed))

    async def restore(self, file: Path) -> Restored:
        """Let a copy of the file be the database. The old one stays beside it, under another name.

        Raises the same as `look`, and NotRestored; the database is as it was then.
        """
        found = await self.look(file)
        moment = self._clock.now()
        backup, aside = await _stoppable(lambda stopped: put_in_place(file, self._path, moment, stopped))
        return Restored(backup, found.locked, aside)

    def _locked(self, sealed: list[Sealed]) -> tuple[str, ...]:
        return tuple(username for account, username, seal in sealed if not self._opens(account, seal))

    def _opens(self, account: AccountId, seal: bytes) -> bool:
        try:
            self._cipher.open(account, seal)
        except (SealDoesNotOpen, KeyDamaged, DirectoryUnusable):
            return False
        return True


async def _stoppable(work: Callable[[IsStopped], T]) -> T:
    """Do something on a thread. A cancellation stops it there, and waits until it has tidied up."""
    stopped = threading.Event()
    task = asyncio.ensure_future(asyncio.to_thread(work, stopped.is_set))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stopped.set()
        await asyncio.wait((task,))
        with contextlib.suppress(RunoutError, asyncio.CancelledError):
            task.result()
        raise


def _made(path: Path, target: Path, is_stopped: IsStopped) -> Backup:
    own = path.parent / DIRECTORY
    if target.parent == own:
        try:
            own.mkdir(exist_ok=True, mode=0o700)
            forget_parts(own)
        except OSError as error:
            raise BackupNotWritten(path=str(target), reason=error.strerror or str(error)) from error
    return copy_of_those_here(path, target, is_stopped)


def _kept(path: Path, now: datetime, is_stopped: IsStopped) -> Upkeep:
    made = None
    if all(moment.date() != now.date() for moment in automatic(path)):
        target = automatic_name(path, now)
        _refuse_full(path, target)
        with contextlib.suppress(BackupExists):
            made = _made(path, target, is_stopped)
    there = automatic(path)
    older = [there[moment] for moment in sorted(there.keys() - kept(there, now))]
    return Upkeep(made, tuple(one.name for one in older if _is_deleted(one)))


def _is_deleted(backup: Path) -> bool:
    """One that cannot be deleted now is tried again tomorrow."""
    try:
        backup.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _refuse_full(path: Path, target: Path) -> None:
    free = shutil.disk_usage(path.parent).free
    if free < path.stat().st_size + _SPARED:
        raise BackupNotWritten(path=str(target), reason=f"only {free // 1_000_000} MB are free")
