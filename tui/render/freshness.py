"""What has to be said before anything is told from what is here: that it is old, or that nothing renews it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from core.domain.account import Access, Account
from core.text import ago, printable

_STALE: Final = timedelta(hours=6)
"""Older data is not shown as if it were current. Source: terms of use of Discogs' API."""


def not_current(account: Account, now: datetime) -> str:
    """Why what is here of an account may not be as it is on Discogs, and what to do; empty when it is.

    Of what came from a file nothing is said, nor before the first sync.
    """
    name, looked = printable(account.username), account.checked_at or account.last_sync_at
    if account.access is Access.LOCAL or looked is None:
        return ""
    as_of = f"What is here is from {ago(looked, now)}"
    if account.access is Access.NONE:
        return f"{name} is disconnected. {as_of}; to renew it, run `runout connect`."
    if account.refused_at is not None:
        return f"Discogs no longer accepts the token of {name}. {as_of}; to renew it, run `runout connect`."
    return f"{as_of}; to renew it, run `runout sync`." if now - looked > _STALE else ""
