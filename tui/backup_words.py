"""What went wrong with the database as a whole, and with copies of it."""

from __future__ import annotations

from pathlib import Path

from core import errors
from core.domain.backup import Backup
from core.errors import RunoutError
from core.text import count, counted, printable

_MEGABYTE = 1_000_000


def backup_words(error: RunoutError) -> str:
    """What went wrong and what to do; empty when the error is of another kind."""
    match error:
        case errors.DatabaseDamaged(path, reason, backup):
            return _damaged(path, reason, backup)
        case errors.DatabaseInUse(path, processes):
            others = "1 or more" if processes is None else count(processes)
            return (
                f"The database {printable(path)} is open in other processes ({others}). Close Runout there, the bot and"
                " the daemon too, and try again. Nothing was changed."
            )
        case errors.BackupExists(path):
            return f"{printable(path)} is there already and stays as it is: give the backup another name."
        case errors.BackupNotWritten(path, reason):
            return f"No backup was made: {printable(path)} cannot be written ({printable(reason)})."
        case errors.BackupUnusable(path, reason):
            return f"{printable(path)} cannot be restored ({printable(reason)}). Nothing was changed."
        case errors.NotRestored(path, reason):
            return f"Nothing was restored ({printable(reason)}). The database {printable(path)} is as it was."
    return ""


def contents(backup: Backup) -> str:
    """How much is in a copy: `2 accounts, 4,153 copies, 261 wants`."""
    parts = [counted(backup.accounts, "account"), counted(backup.copies, "copy", "copies")]
    if backup.wants:
        parts.append(counted(backup.wants, "want"))
    return ", ".join(parts)


def size(backup: Backup) -> str:
    """How large it is: `12.3 MB`."""
    return f"{backup.bytes / _MEGABYTE:,.1f} MB"


def _damaged(path: str, reason: str, backup: str) -> str:
    found = f"The database {printable(path)} was not closed the last time, and is damaged ({printable(reason)})."
    if backup:
        return f"{found} Nothing was changed. Put the newest backup in its place: `runout restore {_typed(backup)}`."
    name = printable(Path(path).name)
    return (
        f"{found} There is no backup beside it. If you have one elsewhere, `runout restore FILE` puts it in its place;"
        f" else move {name} and {name}-wal away, then `runout connect` and `runout sync` fetch everything again."
    )


def _typed(path: str) -> str:
    """As a shell takes it, where there are blanks in it."""
    shown = printable(path)
    return f"'{shown}'" if " " in shown and "'" not in shown else shown
