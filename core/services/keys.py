"""Change the key that seals the credentials."""

from __future__ import annotations

from core.store.cipher import Cipher
from core.store.repositories import Repositories

from msgspec import Struct


class Rotation(Struct, frozen=True):
    """What became of the credentials."""

    sealed: int
    left: int
    """Those that open with no key that is here, and were left as they are, with the old keys."""


class KeyService:
    """Keys change without anybody having to connect again."""

    def __init__(self, stores: Repositories, cipher: Cipher) -> None:
        self._stores = stores
        self._cipher = cipher

    async def rotate(self) -> Rotation:
        """Seal every credential with a new key and drop the old ones, unless something opens with none of them.

        A stop in the middle loses nothing: the old keys go last. Raises KeyElsewhere if the settings give the key.
        """
        old = self._cipher.add_key()
        async with self._stores.database.tx() as tx:
            sealed, left = await self._stores.accounts.reseal(tx)
        if not left:
            self._cipher.drop_keys(old)
        return Rotation(sealed, left)
