"""Queries with a name: kept by account, and the same in every front end."""

from __future__ import annotations

from core.clock import Clock
from core.domain.account import Account
from core.domain.views import MOST, SavedView, checked, from_shared, in_their_order, key_of, shared
from core.errors import NoSuchView, TooManyViews, ViewExists
from core.store.database import Tx
from core.store.repositories import Repositories

from msgspec.structs import replace as changed


class ViewService:
    """Whatever is said of a view is said of one account's."""

    def __init__(self, stores: Repositories, clock: Clock) -> None:
        self._stores = stores
        self._clock = clock

    async def of(self, account: Account) -> tuple[SavedView, ...]:
        """All that were saved, by name."""
        return in_their_order(await self._stores.views.of(account.id))

    async def view(self, account: Account, name: str) -> SavedView:
        """The one of that name, however it is written. Raises NoSuchView."""
        known = await self.of(account)
        found = next((one for one in known if one.key == key_of(name)), None)
        if found is None:
            raise NoSuchView(name, tuple(one.name for one in known))
        return found

    async def save(self, account: Account, view: SavedView, *, replace: bool = False) -> SavedView:
        """Keep a view. Raises ViewUnusable, TooManyViews, or ViewExists unless it may take another's place."""
        now = self._clock.now()
        kept = changed(checked(view), saved_at=now)
        async with self._stores.database.tx() as tx:
            names = await self._stores.views.names(tx, account.id)
            if kept.key in names and not replace:
                raise ViewExists(names[kept.key])
            if kept.key not in names and len(names) >= MOST:
                raise TooManyViews(MOST)
            await self._stores.views.write(tx, account.id, kept, now)
        return kept

    async def rename(self, account: Account, name: str, new: str) -> SavedView:
        """Call a view otherwise. Raises NoSuchView, ViewUnusable or ViewExists."""
        async with self._stores.database.tx() as tx:
            before = await self.view(account, name)
            after = checked(changed(before, name=new))
            names = await self._stores.views.names(tx, account.id)
            if after.key != before.key and after.key in names:
                raise ViewExists(names[after.key])
            await self._forget(tx, account, before)
            await self._stores.views.write(tx, account.id, after, before.saved_at or self._clock.now())
        return after

    async def remove(self, account: Account, name: str) -> SavedView:
        """Forget a view; what it was. Raises NoSuchView."""
        async with self._stores.database.tx() as tx:
            found = await self.view(account, name)
            await self._forget(tx, account, found)
        return found

    async def text(self, account: Account, name: str) -> str:
        """The line by which a view is handed on. Raises NoSuchView."""
        return shared(await self.view(account, name))

    async def bring(self, account: Account, text: str, *, name: str = "", replace: bool = False) -> SavedView:
        """Keep the view of such a line, under its own name or another. Raises ViewError."""
        found = from_shared(text)
        return await self.save(account, changed(found, name=name) if name else found, replace=replace)

    async def _forget(self, tx: Tx, account: Account, view: SavedView) -> None:
        await self._stores.views.delete(tx, account.id, view.key)
