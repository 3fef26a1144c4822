"""A run in a process of its own: what is asked of it. Who starts the process is for the front end to say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from core.domain.account import Account
from core.domain.ids import Shelf
from core.domain.progress import AskedBy, Kind, SyncEvent, SyncReport, Word
from core.store.repositories import Repositories

from msgspec import Struct


class Order(Struct, frozen=True):
    """What is wanted of a run, as `SyncService.run` was asked for it."""

    account: Account
    shelf: Shelf
    word: Word
    kind: Kind
    by: AskedBy
    copies: int | None
    """Those that are published; None before the first walk, when nobody knows how many there are."""


Apart = Callable[[Order, Callable[[SyncEvent], None]], Awaitable[SyncReport | None]]
"""Does a run elsewhere and hands on what it says; None when it is better done here, or cannot be done elsewhere.

Cancelled, it stops the run and waits for its end. Raises what the run raises, and SyncEnded when nothing is heard of it
any more.
"""


async def ordered(stores: Repositories, account: Account, shelf: Shelf, word: Word, kind: Kind, by: AskedBy) -> Order:
    """The order, with what is known of how much work it is."""
    state = await stores.shelves.state(account.id, shelf)
    is_known = state is not None and state.walked_at is not None
    copies = await stores.collections.count(account.id, shelf) if is_known else None
    return Order(account, shelf, word, kind, by, copies)
