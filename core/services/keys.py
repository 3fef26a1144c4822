"""Change the key that seals the credentials."""

from __future__ import annotations

from core.store.cipher import Cipher
from core.store.repositories import Repositories


class KeyService:
    """Keys change without anybody having to connect again."""

    def __init__(self, stores: Repositories, cipher: Cipher) -> None:
        self._stores = stores
        self._cipher = cipher

    async def rotate(self) -> int:
        """Seal every credential with a new key and drop the old ones; how many were sealed.

        A stop in the middle loses nothing: the old keys go last. Raises KeyElsewhere if the settings give the key.
        """
        self._cipher.add_key()
        async with self._stores.database.tx() as tx:
            sealed, left = await self._stores.accounts.reseal(tx)
        if not left:
            self._cipher.drop_old_keys()
        return sealed
