"""The words of the status line and of the places where there is nothing to show."""

from __future__ import annotations

from datetime import datetime

from core.domain.account import Access, Account
from core.domain.progress import Phase, SyncEvent, SyncProgress, SyncStarted, Waiting
from core.domain.view import View
from core.text import ago, count, counted, printable
from tui.wording import waiting

from rich.text import Text

_BAR = 16


def status(view: View, account: Account | None, running: SyncEvent | None, now: datetime) -> Text:
    """Shown of total, the age of the copy, and what runs."""
    text = Text(no_wrap=True, overflow="ellipsis")
    shown, total = len(view.copies), len(view.collection.copies)
    coming = view.collection.arriving
    if coming is None or shown != total:
        text.append(f"{count(shown)} of {counted(total, 'copy', 'copies')}", style="bold")
        text.append("" if coming is None else f" · {count(total)} of {count(coming)} arrived")
    else:
        text.append(f"{count(total)} of {counted(coming, 'copy', 'copies')} arrived", style="bold")
    if account is not None:
        text.append(f" · {printable(account.username)}")
        when = f"synced {ago(account.last_sync_at, now)}" if account.last_sync_at else "never synced"
        text.append(f" · {when}")
        if account.refused_at is not None:
            text.append(" · Discogs refuses it: `runout connect`", style="bold")
        elif account.access is Access.NONE:
            text.append(" · disconnected")
    if running is not None:
        text.append(f" · {_running(running)}")
    return text


def _running(event: SyncEvent) -> str:
    match event:
        case SyncProgress(phase=Phase.PUBLISHING | Phase.DONE):
            return "publishing…"
        case SyncProgress(phase=Phase.CONFIRMING, page=asked, pages=missing):
            return f"asking for what was not seen, {count(asked)} of {count(missing)}"
        case SyncProgress(page=page, pages=pages, seen=seen, told=told):
            done = min(_BAR, round(_BAR * page / pages))
            bar = "━" * done + "╌" * (_BAR - done)
            return f"{bar} page {count(page)} of {count(pages)}, {count(seen)} of {count(told)}"
        case Waiting():
            return f"syncing, {waiting(event)}"
        case SyncStarted():
            return "syncing…"
        case _:
            return "publishing…"


def nothing_here(view: View, account: Account | None, *, loading: bool, syncing: bool) -> tuple[str, ...]:
    """What to do when there is no row to show, line by line."""
    if loading:
        return ("Opening your collection…",)
    if account is None:
        return (
            "No account is connected yet.",
            "",
            "Leave with q and run `runout connect`,",
            "or look around with `runout demo`.",
        )
    if not view.collection.copies and syncing:
        return ("Your records are on their way.", "", "They appear as they arrive.")
    if not view.collection.copies:
        return ("There is nothing here yet.", "", "Press s to fetch your collection from Discogs.")
    return ("No record matches this filter.", "", "Escape takes it away.")
