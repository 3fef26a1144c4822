"""What is said of an account in a line."""

from __future__ import annotations

from datetime import UTC, datetime

from core.domain.account import Access, Account
from core.text import ago, printable


def account_line(account: Account, now: datetime | None = None) -> str:
    """Who is connected, since when, and when the copy was made."""
    now = now or datetime.now(UTC)
    name, since = printable(account.username), account.connected_at.date().isoformat()
    synced = age(account, now)
    if account.access is Access.LOCAL:
        return f"{name} came from a file, {synced}."
    if account.access is Access.NONE:
        return f"{name} is disconnected; the copy here stays readable ({synced})."
    if account.refused_at is not None:
        return f"{name} has to be connected again: Discogs has refused the credential ({ago(account.refused_at, now)})."
    if account.access is Access.PUBLIC:
        return f"The public collection of {name} is read since {since}, {synced}."
    return f"Connected as {name} since {since}, {synced}."


def age(account: Account, now: datetime) -> str:
    """When what is here was brought: `synced 5 min ago`, `imported 3 d ago`, `never synced`."""
    if account.last_sync_at is None:
        return "never synced"
    return f"{'imported' if account.access is Access.LOCAL else 'synced'} {ago(account.last_sync_at, now)}"


def what_the_public_misses() -> str:
    """What cannot be had without the owner's token."""
    return (
        "As anybody sees it: without folders, notes and other private fields, without pictures, at 25 requests a"
        " minute, and nothing can be changed. `runout sync` fetches it."
    )
