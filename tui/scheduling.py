"""`runout settings`: how often an account is synced by itself."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from core.app import open_core
from core.clock import clock_at
from core.config import Config
from core.domain.account import Access, Account
from core.domain.schedule import Every
from core.errors import NotConnected
from core.services.schedule import Schedule
from core.text import printable
from tui.output import print_json

_OFTEN: Final = {
    Every.SIX_HOURS: "synced by itself, so that nothing gets older than 6 hours",
    Every.TWELVE_HOURS: "synced by itself, so that nothing gets older than 12 hours",
    Every.DAILY: "synced by itself once a day",
    Every.WEEKLY: "synced by itself once a week",
    Every.OFF: "not synced by itself",
}


def settings(config: Config, name: str, every: str | None, *, as_json: bool) -> int:
    """Say how often an account (default: the last used) is synced, after setting that if it is given."""
    account, schedule = asyncio.run(_settings(config, name, Every(every) if every else None))
    if as_json:
        print_json(_as_dict(account, schedule))
    else:
        sys.stdout.write(
            "".join(
                f"{line}\n" for line in _lines(account, schedule, clock_at(config.time.factor, config.time.epoch).now())
            )
        )
    return 0


async def _settings(config: Config, name: str, every: Every | None) -> tuple[Account, Schedule]:
    async with open_core(config) as core:
        account = await core.library.account(name)
        if account is None:
            raise NotConnected
        await core.schedule.touch(account)
        if every is not None:
            await core.schedule.set_every(account, every)
        return account, await core.schedule.settings(account)


def _as_dict(account: Account, schedule: Schedule) -> dict[str, Any]:
    turns = {
        str(shelf): {"at": turn.at.isoformat(timespec="seconds"), "kind": str(turn.kind)} if turn else None
        for shelf, turn in schedule.turns.items()
    }
    return {"account": account.username, "sync_every": str(schedule.every), "next": turns}


def _lines(account: Account, schedule: Schedule, now: datetime) -> Iterator[str]:
    if account.access is Access.LOCAL:
        yield f"{printable(account.username)}: from a file, so it is not synced; `runout import` brings a newer one"
        return
    yield f"{printable(account.username)}: {_OFTEN[schedule.every]} (--sync-every {schedule.every})"
    for shelf, turn in schedule.turns.items():
        if turn is not None:
            when = (
                f"{turn.at.astimezone():%Y-%m-%d %H:%M}"
                if turn.at > now
                else "as soon as the terminal or the daemon runs"
            )
            yield f"{shelf}: next {when}"
    if schedule.every is not Every.OFF and not any(schedule.turns.values()):
        refused = account.refused_at is not None or account.access is Access.NONE
        yield "Nothing is due: " + ("connect again first." if refused else "nobody has been here for a long time.")
    elif schedule.every is not Every.OFF:
        yield "That happens while the terminal is open, or with `runout daemon` always."
