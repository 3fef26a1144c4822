"""`runout disconnect` and `runout privacy`: see what is kept, stop being read, take everything away."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from core.app import open_core
from core.config import Config
from core.domain.account import Access, Account
from core.domain.backup import DAYS, WEEKS
from core.errors import NotConnected
from core.logs import empty
from core.services.leaving import Deletion
from core.text import counted, printable
from tui.output import print_json, say, say_anyway
from tui.reports import forget_all, reports
from tui.typed import ask
from tui.wording import FAILED

_WHERE = "Access itself is revoked on Discogs: www.discogs.com/settings/applications for signing in,"
_WHERE_TOKENS = "www.discogs.com/settings/developers for personal tokens."

_WORDS = {
    "accounts": "who you are on Discogs, and since when",
    "credentials": "what opens your collection, sealed",
    "terminal_accounts": "that this terminal may open it",
    "terminal_desks": "how you left the terminal: filter, order, columns and place",
    "shelves": "how old your collection and your wantlist are here, and when they are looked at next",
    "changes": "what came, went and changed among them, and when",
    "folders": "your folders",
    "fields": "your fields",
    "items": "your copies, with rating, grades and notes",
    "missing_items": "copies that Discogs no longer shows",
    "unreadable_items": "rows of yours that could not be read, as they came",
    "sync_runs": "when your collection was read, and how that went",
    "staged_pages": "pages of a sync that is not over",
    "local_collections": "from which file your collection came, and what it said",
    "compared_collections": "with whose copies a collection from a file was compared",
    "plays": "what you have listened to, and when",
    "offers": "what was offered to you for listening, and when",
    "views": "queries that you have saved under a name",
    "leases": "which process reads your collection now",
    "api_slots": "requests to Discogs that were sent for you, of the last minutes",
    "api_windows": "requests that wait to be sent for you",
    "running_syncs": "syncs of yours that run now",
}


def disconnect(config: Config, name: str, *, delete: bool, yes: bool) -> int:
    """Forget the credential of an account; with `delete` everything else of it too."""
    account, counts = asyncio.run(_counts(config, name))
    is_from_file = account.access is Access.LOCAL
    tell = say if yes else say_anyway  # What is asked about has to be seen.
    tell(f"Of {printable(account.username)} there are here:")
    for table, number in counts.items():
        if number:
            tell(f"  {counted(number, 'row'):<12} {_WORDS[table]}")
    if is_from_file and yes and not delete:
        say_anyway(f"{printable(account.username)} came from a file: nothing reads it. --delete takes it away.")
        return FAILED
    if not yes:
        if not sys.stdin.isatty():
            say_anyway("Nothing was changed: add --yes, there is no terminal to ask in.")
            return FAILED
        answer = _chosen(delete=delete or is_from_file)
        if answer is None:
            say("Nothing was changed.")
            return 0
        delete = answer
    deletion = asyncio.run(_leave(config, account, delete=delete))
    forgotten = forget_all(config.paths.log.parent) if delete else ()
    for line in _said(account, deletion, forgotten):
        say(line)
    return 0


def privacy(config: Config, name: str, *, as_json: bool) -> int:
    """Print every row that is kept about an account."""
    account, rows, copies, backups = asyncio.run(_everything(config, name))
    if as_json:
        print_json(rows)
        return 0
    write = sys.stdout.write
    paths = config.paths
    write(
        f"Everything that Runout keeps about {printable(account.username)}, in {paths.database} and {paths.budget}:\n"
    )
    for table, found in rows.items():
        write(f"\n{table}: {_WORDS[table]} ({counted(len(found), 'row')})\n")
        for row in found:
            write("  " + printable("  ".join(f"{key}={value}" for key, value in row.items())) + "\n")
    if copies:
        write(f"\nAnd as it was before upgrades, in copies of the file: {', '.join(map(printable, copies))}.\n")
    if backups:
        write(f"\nAnd as it was when they were made, in backups: {', '.join(map(printable, backups))}.\n")
    if told := reports(paths.log.parent):
        names = ", ".join(printable(str(one)) for one in told)
        write(f"\nReports of what went wrong, which may tell of it: {names}.\n")
    write(
        "\nFacts about releases are kept for everybody and name nobody. A request that was sent is forgotten after five"
        f" minutes, with the next one.\nThe key that seals credentials: {paths.key}. {_WHERE} {_WHERE_TOKENS}\n"
        f"A backup of everything is made once a day; {DAYS} daily and {WEEKS} weekly ones are kept, without the key.\n"
        "`runout disconnect --delete` takes all of it away, from the copies beside the database too; not from backups"
        " that you have put elsewhere.\n"
    )
    return 0


def _chosen(*, delete: bool) -> bool | None:
    """Whether to delete the data too; None to leave everything as it is."""
    if delete:
        sure = ask("Disconnect and delete all of it? [y/N] ")
        return True if sure.strip().casefold() in ("y", "yes") else None
    answer = ask("Forget the credential only, [d]elete all of it, or leave everything? [f/d/N] ").strip().casefold()
    return {"f": False, "d": True}.get(answer[:1])


def _said(account: Account, deletion: Deletion | None, reports_gone: tuple[str, ...]) -> list[str]:
    name = printable(account.username)
    if deletion is None:
        lines = [f"{name} is disconnected. What is here stays readable; `runout disconnect --delete` takes it away."]
    else:
        lines = [f"Everything of {name} is gone: {counted(sum(deletion.rows.values()), 'row')}."]
        if deletion.copies:
            lines.append(f"Deleted with it, because it was in them: {', '.join(map(printable, deletion.copies))}.")
        if deletion.rewritten:
            lines.append(f"Written anew without it: {', '.join(map(printable, deletion.rewritten))}.")
        if reports_gone:
            lines.append(f"Deleted with it, because it may be told of in them: {', '.join(reports_gone)}.")
        if not deletion.is_clean:
            lines.append(
                "Another process has the database open, so its file could not be written anew: traces may be left in it"
                " until that process ends."
            )
    return lines if account.access is Access.LOCAL else [*lines, f"{_WHERE} {_WHERE_TOKENS}"]


async def _counts(config: Config, name: str) -> tuple[Account, dict[str, int]]:
    async with open_core(config) as core:
        account = await core.library.account(name)
        if account is None:
            raise NotConnected
        return account, await core.leaving.counts(account)


async def _everything(
    config: Config, name: str
) -> tuple[Account, dict[str, list[dict[str, Any]]], tuple[str, ...], tuple[str, ...]]:
    async with open_core(config) as core:
        account = await core.library.account(name)
        if account is None:
            raise NotConnected
        everything = await core.leaving.everything(account)
        return account, everything, core.leaving.copies(), core.leaving.backups()


async def _leave(config: Config, account: Account, *, delete: bool) -> Deletion | None:
    async with open_core(config) as core:
        if delete:
            deletion = await core.leaving.delete(account)
            empty(config.paths.log)
            return deletion
        await core.leaving.disconnect(account)
        return None
