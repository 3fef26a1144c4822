"""By whose eyes a shelf was seen: whether a credential is still good, and what strangers are not shown."""

from __future__ import annotations

from collections.abc import Iterable

from core.clock import Clock
from core.discogs.client import Session
from core.domain.account import TOLERATED, AccessToken, Account
from core.domain.collection import Copy
from core.domain.ids import Shelf
from core.errors import (
    ApplicationRefused,
    ClockWrong,
    CollectionPrivate,
    DiscogsError,
    NotAuthorised,
    ReadAsStranger,
    Rejected,
    RunoutError,
    WantlistPrivate,
)
from core.store.repositories import Repositories

from msgspec.structs import replace


async def by_whose_eyes(
    error: DiscogsError | ReadAsStranger,
    session: Session,
    account: Account,
    shelf: Shelf,
    stores: Repositories,
    clock: Clock,
) -> RunoutError:
    """What the refusal really means. Only when Discogs itself denies to know the credential is it marked so."""
    skew, credential = session.skew, session.token
    if isinstance(credential, AccessToken) and skew is not None and abs(skew) > TOLERATED:
        # Nothing that is signed by such a clock is understood.
        return ClockWrong(seconds=skew)
    if credential is None and isinstance(error, NotAuthorised) and session.has_application:
        return ApplicationRefused(said=error.said)
    if credential is None:
        private = CollectionPrivate if shelf is Shelf.COLLECTION else WantlistPrivate
        return private(username=account.username)
    try:
        await session.identity()
    except NotAuthorised as refused:
        async with stores.database.tx() as tx:
            await stores.accounts.mark_refused(tx, account.id, credential, clock.now())
        return refused
    except DiscogsError:
        pass  # Nobody knows, then; an outage is no reason to connect again.
    return Rejected(status=401, said=error.said) if isinstance(error, NotAuthorised) else error


async def with_pictures(copies: Iterable[Copy], stores: Repositories) -> tuple[Copy, ...]:
    """Copies as a stranger has read them, with the pictures that others were shown.

    Whoever is not signed in is shown none, which does not mean that there are none.
    """
    seen = tuple(copies)
    bare = {copy.release.id: copy.release for copy in seen if not (copy.release.thumb or copy.release.cover_image)}
    known = await stores.releases.pictures(stores.database, tuple(bare))
    whole = {
        release: replace(bare[release], thumb=thumb, cover_image=cover) for release, (thumb, cover) in known.items()
    }
    return tuple(replace(copy, release=whole[copy.release.id]) if copy.release.id in whole else copy for copy in seen)
