"""Who syncs a shelf of an account right now, across processes: one at a time, and none for ever.

Whether a holder still lives is a matter of this machine, so its time is the machine's own, never a scaled one.
"""

from __future__ import annotations

import contextlib
import os
import platform
import time
from pathlib import Path
from typing import Final

from core.domain.ids import AccountId, RunId, Shelf
from core.store.database import Database, Tx

EXPIRES: Final = 60.0
"""Seconds after its last renewal, when a lease is nobody's any more."""

RENEWED: Final = 15.0
"""Seconds after which a holder renews it."""

_STARTED_AT: Final = 19
"""The place of the start time among the words after the program's name. Source: proc(5)."""

_OVER: Final = "ZX"
"""States of a process that has ended and was not waited for."""


_HELD: Final = "SELECT run_id, holder, renewed_at FROM leases WHERE account_id = ? AND shelf = ?"


class LeaseRepository:
    """One lease a shelf. The publish checks it in its own transaction: a holder that was replaced does no harm."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, tx: Tx, account: AccountId, run: RunId, shelf: Shelf = Shelf.COLLECTION) -> RunId | None:
        """Take the lease for a run; when a living process has it, the run that it has it for, and nothing is taken."""
        rows = await tx.fetch(_HELD, (account, shelf))
        if rows and _goes_on(*rows[0]):
            return RunId(rows[0][0])
        _UNDERWAY.add(run)
        await tx.execute(
            "INSERT OR REPLACE INTO leases (account_id, shelf, run_id, holder, renewed_at) VALUES (?, ?, ?, ?, ?)",
            (account, shelf, run, this_process(), time.time()),
        )
        return None

    async def renew(self, tx: Tx, run: RunId) -> None:
        """Say that the run goes on."""
        await tx.execute("UPDATE leases SET renewed_at = ? WHERE run_id = ?", (time.time(), run))

    async def is_held(self, tx: Tx, run: RunId) -> bool:
        """Whether the lease is still this run's."""
        return bool(await tx.fetch("SELECT 1 FROM leases WHERE run_id = ?", (run,)))

    async def release(self, tx: Tx, run: RunId) -> None:
        """Let go of it, if it is still this run's."""
        await tx.execute("DELETE FROM leases WHERE run_id = ?", (run,))

    async def holder(self, account: AccountId, shelf: Shelf = Shelf.COLLECTION) -> RunId | None:
        """The run of a living process that syncs a shelf now."""
        rows = await self._database.fetch(_HELD, (account, shelf))
        return RunId(rows[0][0]) if rows and _goes_on(*rows[0]) else None

    async def living(self) -> tuple[RunId, ...]:
        """The runs that living processes go on with: this one, too, when it was asleep with the machine."""
        rows = await self._database.fetch("SELECT run_id, holder, renewed_at FROM leases")
        return tuple(
            RunId(run)
            for run, holder, renewed_at in rows
            if (run in _UNDERWAY if holder == this_process() else is_alive(holder, renewed_at))
        )

    @staticmethod
    def forget(run: RunId) -> None:
        """The run is over, even if that could not be written down."""
        _UNDERWAY.discard(run)


_UNDERWAY: Final[set[str]] = set()
"""The runs of this process: a lease that it has for another one could not be let go of."""


def _goes_on(run: str, holder: str, renewed_at: float) -> bool:
    return is_alive(holder, renewed_at) and (holder != this_process() or run in _UNDERWAY)


def this_process() -> str:
    """This process, told from all before and after it: by boot, name space of processes, number and start."""
    return _process(os.getpid()) or f"{platform.node()}:{os.getpid()}"


def is_alive(holder: str, renewed_at: float) -> bool:
    """Whether the holder of a lease still runs. Where the system cannot tell, it does until the lease expires."""
    if abs(time.time() - renewed_at) > EXPIRES:
        return False
    try:
        boot, space, number, _ = holder.split()
        here = _boot(), _space()
    except (ValueError, OSError):
        return True
    if boot != here[0]:
        return False
    return space != here[1] or _process(int(number)) == holder


def processes_with(path: Path) -> int | None:
    """How many other processes have a file open, as far as this user may see; None where the system cannot tell."""
    try:
        target = path.stat()
        numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    except OSError:
        return None
    return sum(number != os.getpid() and _has_open(number, target) for number in numbers)


def _has_open(number: int, target: os.stat_result) -> bool:
    with contextlib.suppress(OSError):
        for descriptor in Path(f"/proc/{number}/fd").iterdir():
            with contextlib.suppress(OSError):
                if os.path.samestat(descriptor.stat(), target):
                    return True
    return False


def _process(number: int) -> str | None:
    """The identity of a running process; None when there is none, or when this system has no /proc."""
    try:
        words = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return None if words[0] in _OVER else f"{_boot()} {_space()} {number} {words[_STARTED_AT]}"
    except (OSError, IndexError):
        return None


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _space() -> str:
    """Numbers of processes mean something only within it: containers have their own."""
    return str(Path("/proc/self/ns/pid").readlink())
